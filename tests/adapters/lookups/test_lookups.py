"""Lookups against services that are good, slow, broken, hostile or away."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from contact_center.adapters.lookups.answer import MAX_BYTES
from contact_center.adapters.lookups.breaker import BreakerSettings
from contact_center.adapters.lookups.guard import Rules
from contact_center.adapters.lookups.lookups import Lookups, LookupSettings
from contact_center.adapters.lookups.metrics import LookupMetrics
from contact_center.core.events import Event
from contact_center.core.ids import CallId
from contact_center.core.ivr.services import IdempotencyKey, Service
from contact_center.core.lookups import LookupAnswered, LookupOutcome
from tests.adapters.lookups.samples import CALL, command, returned, service

PATIENCE_S = 30
OK, NOT_FOUND = LookupOutcome.OK, LookupOutcome.NOT_FOUND
TIMEOUT, ERROR = LookupOutcome.TIMEOUT, LookupOutcome.ERROR
NUMBER = "+14155550101"
PIN = "4821"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Secrets:
    def __init__(self, **known: str) -> None:
        self.known = known

    def reveal(self, call: CallId, secret: str) -> str | None:
        assert call == CALL
        return self.known.get(secret)

    def wipe(self, call: CallId, secret: str) -> None:
        assert call == CALL
        self.known.pop(secret, None)


class Asking:
    """Lookups of one service, and what was answered."""

    def __init__(self, made: Service, secrets: Secrets, **settings: Any) -> None:
        self.answers: asyncio.Queue[LookupAnswered] = asyncio.Queue()
        self.secrets = secrets
        self.registry = CollectorRegistry()
        self.lookups = Lookups(
            LookupSettings(**{"back_off_s": 0.01, **settings}),
            lambda flow, version, name: made if (flow, version) == ("bank", "v1") else None,
            secrets,
            self._post,
            LookupMetrics(self.registry),
            seed=1,
        )
        self._number = 0

    def _post(self, event: Event) -> None:
        assert isinstance(event, LookupAnswered)
        self.answers.put_nowait(event)

    def ask(self, **more: Any) -> None:
        self._number += 1
        self.lookups.submit(command(self._number, **more))

    async def answer(self) -> LookupAnswered:
        return await asyncio.wait_for(self.answers.get(), PATIENCE_S)

    async def asked(self, **more: Any) -> LookupOutcome:
        self.ask(**more)
        return (await self.answer()).outcome

    def count(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(
            f"contact_center_lookup{name}", {"service": "bank/identify", **labels}
        )


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    """Serve one handler for everything; gives host:port."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@asynccontextmanager
async def asking(
    host: str, secrets: Secrets | None = None, settings: dict[str, Any] | None = None, **more: Any
) -> AsyncIterator[Asking]:
    made = service(f"http://{host}/customers/{{phone}}", **more)
    rules = Rules(private=frozenset({host}))
    one = Asking(made, secrets or Secrets(), **{"rules": rules, **(settings or {})})
    await one.lookups.start()
    try:
        yield one
    finally:
        await one.lookups.close()


def statuses(*given: int) -> tuple[Handler, list[web.Request]]:
    """Answer with these statuses, then with a customer."""
    seen: list[web.Request] = []
    left = list(given)

    async def handle(request: web.Request) -> web.Response:
        seen.append(request)
        return web.json_response({"id": "7"}, status=left.pop(0) if left else 200)

    return handle, seen


async def test_an_answer_becomes_values(serve: Any) -> None:
    handler, seen = statuses()
    async with asking(await serve(handler)) as one:
        one.ask()
        answer = await one.answer()
        assert (answer.outcome, answer.values) == (OK, (("customer", "7"),))
        assert seen[0].match_info["path"] == f"customers/{NUMBER}"
        assert one.count("s_total", outcome="ok") == 1
        assert one.count("_seconds_count") == 1
        assert one.count("_breaker") == 0


async def test_404_is_not_found_and_nothing_to_look_for_is_not_even_asked(serve: Any) -> None:
    handler, seen = statuses(404)
    async with asking(await serve(handler)) as one:
        assert await one.asked() is NOT_FOUND
        assert await one.asked(args=(("url.phone", ""),)) is NOT_FOUND
        assert len(seen) == 1


async def test_what_may_be_asked_twice_is_tried_again(serve: Any) -> None:
    handler, seen = statuses(503, 500)
    async with asking(await serve(handler), retries=2) as one:
        assert await one.asked() is OK
        assert len(seen) == 3
        assert one.count("_requests_total") == 3


async def test_tries_have_a_bound(serve: Any) -> None:
    handler, seen = statuses(*[503] * 9)
    async with asking(await serve(handler), retries=2) as one:
        assert await one.asked() is ERROR
        assert len(seen) == 3


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_what_might_be_done_twice_is_asked_once(serve: Any, method: str) -> None:
    handler, seen = statuses(503)
    async with asking(await serve(handler), method=method, retries=3) as one:
        assert await one.asked() is ERROR
        assert len(seen) == 1


async def test_with_an_idempotency_key_it_is_the_same_request_each_time(serve: Any) -> None:
    handler, seen = statuses(503)
    key = IdempotencyKey.VISIT
    async with asking(await serve(handler), method="POST", retries=1, idempotency=key) as one:
        assert await one.asked() is OK
        assert len({request.headers["Idempotency-Key"] for request in seen}) == 1
        assert len(seen) == 2


async def test_a_lookup_that_is_asked_again_while_it_runs_is_the_same(serve: Any) -> None:
    handler, seen = statuses()
    async with asking(await serve(handler)) as one:
        one.lookups.submit(command(1))
        one.lookups.submit(command(1))
        assert (await one.answer()).outcome is OK
        assert one.lookups.running == 0
        assert (len(seen), one.answers.qsize()) == (1, 0)


async def test_a_service_that_never_answers_is_given_up(serve: Any) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    async with asking(await serve(never)) as one:
        assert await one.asked(timeout_s=0.2) is TIMEOUT
        assert one.count("s_total", outcome="timeout") == 1


async def test_a_service_that_drips_byte_after_byte_is_given_up() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, asking(host) as one:
        assert await one.asked(timeout_s=0.3) is TIMEOUT


async def test_a_service_that_talks_nonsense_is_an_error() -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\0\1\2 hello\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, asking(host) as one:
        assert await one.asked() is ERROR


async def test_an_answer_is_read_no_further_than_its_bound(serve: Any) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(100_000):
                await response.write(b" " * 65536)
                sent += 65536
        except ConnectionError:
            pass
        return response

    async with asking(await serve(endless)) as one:
        assert await one.asked() is ERROR
    assert sent < 2_000 * MAX_BYTES


async def test_a_compressed_answer_is_not_unpacked(serve: Any) -> None:
    async def bomb(_: web.Request) -> web.Response:
        body = gzip.compress(b" " * 50_000_000 + b"{}")
        assert len(body) < MAX_BYTES
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    async with asking(await serve(bomb)) as one:
        assert await one.asked() is ERROR


async def test_redirects_are_not_followed(serve: Any) -> None:
    target, seen = statuses()
    other = await serve(target)

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://{other}/")

    async with asking(await serve(elsewhere)) as one:
        assert await one.asked() is ERROR
    assert seen == []


async def test_cookies_are_not_kept_from_one_caller_to_the_next(serve: Any) -> None:
    seen: list[str] = []

    async def cookies(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie", ""))
        response = web.json_response({"id": "7"})
        response.set_cookie("session", "of-the-last-caller")
        return response

    async with asking(await serve(cookies)) as one:
        assert [await one.asked(), await one.asked()] == [OK, OK]
    assert seen == ["", ""]


async def test_a_host_that_nobody_named_is_not_asked(serve: Any) -> None:
    handler, seen = statuses()
    host = await serve(handler)
    async with asking(host, settings={"rules": Rules()}) as one:
        assert await one.asked() is ERROR
    async with asking(host, settings={"rules": Rules(hosts=frozenset({host}))}) as one:
        assert await one.asked() is ERROR
    assert seen == []


async def test_a_host_of_ours_is_where_we_say(serve: Any) -> None:
    handler, seen = statuses()
    host, _, port = (await serve(handler)).partition(":")
    rules = Rules(at={"demo.internal": (host, int(port))})
    async with asking("demo.internal", settings={"rules": rules}) as one:
        assert await one.asked() is OK
    assert seen[0].host == "demo.internal"


async def test_a_slow_service_holds_up_no_other_of_its_host(serve: Any) -> None:
    seen: list[str] = []
    arrived, enough = asyncio.Event(), asyncio.Event()

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.path)
        if len(seen) == LookupSettings().a_service:
            arrived.set()
        if request.path.endswith("slow"):
            await enough.wait()
        return web.json_response({"id": "7"})

    async with asking(await serve(handle)) as one:
        for _ in range(LookupSettings().a_service):
            one.ask(service="slow", args=(("url.phone", "slow"),))
        await asyncio.wait_for(arrived.wait(), PATIENCE_S)
        assert await one.asked(service="good", args=(("url.phone", "good"),)) is OK
        assert seen[-1] == "/customers/good"
        enough.set()


async def test_a_service_that_is_away_is_left_alone_and_found_again(serve: Any) -> None:
    handler, seen = statuses(*[500] * 3)
    breaker = BreakerSettings(failures=3, open_s=3.0)
    async with asking(await serve(handler), settings={"breaker": breaker}) as one:
        assert [await one.asked() for _ in range(5)] == [ERROR] * 5
        assert len(seen) == 3
        assert one.count("_breaker") == 2
        for _ in range(600):
            if await one.asked() is OK:
                break
            await asyncio.sleep(0.05)
        assert len(seen) == 4
        assert one.count("_breaker") == 0


async def test_nobody_listens_at_the_address(serve: Any, unused_tcp_port: int) -> None:
    async with asking(f"127.0.0.1:{unused_tcp_port}", retries=1) as one:
        assert await one.asked() is ERROR
        assert one.count("_requests_total") == 2


async def test_a_service_has_only_so_many_at_once_and_so_have_all(serve: Any) -> None:
    now = most = 0
    three, go = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == 3:
            three.set()
        await go.wait()
        now -= 1
        return web.json_response({"id": "7"})

    async with asking(await serve(slow), settings={"a_service": 3, "running": 10}) as one:
        for _ in range(12):
            one.ask()
        refused = [(await one.answer()).outcome for _ in range(2)]
        assert refused == [ERROR, ERROR]
        await asyncio.wait_for(three.wait(), PATIENCE_S)
        go.set()
        assert [(await one.answer()).outcome for _ in range(10)] == [OK] * 10
    assert most == 3


VERIFY: dict[str, Any] = {"method": "POST", "returns": (returned("ok", "body.ok", "bool"),)}
WITH_PIN: dict[str, Any] = {"secrets": (("body.pin", "pin"),)}


async def test_a_secret_is_sent_once_and_forgotten(serve: Any) -> None:
    seen: list[Any] = []

    async def verify(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.json_response({"ok": True})

    async with asking(await serve(verify), Secrets(pin=PIN), **VERIFY) as one:
        assert await one.asked(**WITH_PIN) is OK
        assert one.secrets.known == {}
        assert await one.asked(**WITH_PIN) is ERROR
    assert seen == [{"pin": PIN}]


async def test_a_secret_that_reached_nobody_is_kept_for_another_try(
    serve: Any, unused_tcp_port: int
) -> None:
    async with asking(f"127.0.0.1:{unused_tcp_port}", Secrets(pin=PIN), **VERIFY) as one:
        assert await one.asked(**WITH_PIN) is ERROR
        assert one.secrets.known == {"pin": PIN}


async def test_the_log_tells_of_failures_and_nothing_of_callers(
    serve: Any, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    async def chatty(_: web.Request) -> web.Response:
        return web.json_response({"id": {"name": "Maria", "number": NUMBER}, "pin": PIN})

    caplog.set_level(logging.DEBUG)
    for host in (await serve(chatty), f"127.0.0.1:{unused_tcp_port}"):
        async with asking(host, Secrets(pin=PIN), method="POST") as one:
            assert await one.asked(args=(("url.phone", NUMBER),), **WITH_PIN) is ERROR
    ours = [record for record in caplog.records if record.getMessage() == "a lookup ended"]
    assert [record.levelname for record in ours] == ["WARNING", "WARNING"]
    assert {vars(record)["service"] for record in ours} == {"bank/identify"}
    told = "\n".join(
        str(vars(record)) for record in caplog.records if "aiohttp.access" not in record.name
    )
    for private in (NUMBER, NUMBER[1:], PIN, "Maria"):
        assert private not in told


async def test_a_flow_of_another_version_does_not_find_the_service(serve: Any) -> None:
    handler, seen = statuses()
    async with asking(await serve(handler)) as one:
        assert await one.asked(version="v2") is ERROR
    assert seen == []


async def test_closing_leaves_nothing_behind(serve: Any) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    async with asking(await serve(never)) as one:
        one.ask()
        await asyncio.sleep(0)
        assert one.lookups.running == 1
    assert one.lookups.running == 0
    assert one.answers.empty()


async def test_a_token_goes_to_its_host_alone(serve: Any) -> None:
    handler, seen = statuses()
    host = await serve(handler)
    async with asking(host, settings={"tokens": {host: "between-us"}}) as one:
        assert await one.asked() is OK
    async with asking(host, settings={"tokens": {"other.example": "between-us"}}) as one:
        assert await one.asked() is OK
    assert [request.headers.get("Authorization") for request in seen] == [
        "Bearer between-us",
        None,
    ]
