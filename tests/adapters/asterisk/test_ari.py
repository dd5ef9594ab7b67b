"""The supervised client: against a misbehaving server, and against a real Asterisk both ways."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari import (
    AriClient,
    AriItem,
    AriLimits,
    AriState,
    Connected,
    Disconnected,
)
from contact_center.adapters.asterisk.ari_http import AriHttp
from contact_center.adapters.asterisk.ari_lanes import Urgency
from contact_center.adapters.asterisk.ari_link import WINDOW, Ask
from contact_center.adapters.asterisk.ari_sockets import (
    AriSockets,
    InboundSockets,
    Liveness,
    OutboundSockets,
    basic_auth,
)
from contact_center.adapters.asterisk.errors import (
    AriDeadlineError,
    AriDisconnectedError,
    AriFault,
    AriOverloadError,
    AriRefusedError,
)
from contact_center.adapters.asterisk.local import Instance, OutboundWebsocket, Settings, find
from tests.adapters.asterisk.conftest import DIALPLAN
from tests.adapters.asterisk.fake_ari import Wire, fake_ari, stranger

_QUICK = AriLimits(request_deadline_s=2.0, first_retry_s=0.01, longest_retry_s=0.05)


class Told:
    """What the client said, in order."""

    def __init__(self) -> None:
        self.items: list[AriItem] = []
        self._changed = asyncio.Event()

    def __call__(self, item: AriItem) -> None:
        self.items.append(item)
        self._changed.set()

    async def until(self, found: Callable[[list[AriItem]], bool], within_s: float = 8.0) -> None:
        async with asyncio.timeout(within_s):
            while not found(self.items):
                self._changed.clear()
                await self._changed.wait()

    def kinds(self) -> list[str]:
        return [type(item).__name__ for item in self.items]


@asynccontextmanager
async def running(
    sockets: AriSockets, *, app: str = "acd", limits: AriLimits = _QUICK
) -> AsyncIterator[tuple[AriClient, Told]]:
    told = Told()
    client = AriClient(sockets, app=app, on_item=told, limits=limits)
    task = asyncio.get_running_loop().create_task(client.run())
    try:
        yield client, told
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def inbound(url: str, *, app: str = "acd", password: str = "secret", **more: Any) -> InboundSockets:
    return InboundSockets(url, app=app, user="acd", password=password, **more)


def real(asterisk: Instance, *, app: str = "acd", port: int = 0) -> InboundSockets:
    return inbound(
        f"http://127.0.0.1:{port or asterisk.settings.http_port}",
        app=app,
        password=asterisk.settings.ari_password,
    )


async def connected(client: AriClient) -> None:
    async with asyncio.timeout(8):
        await client.wait_for_state(AriState.CONNECTED)


# --- against the misbehaving server ---------------------------------------------------------


async def test_it_connects_sets_the_filter_and_tells_events_in_order() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, told):
        await connected(client)
        for number in range(20):
            await fake.send(type="StasisEnd", channel={"id": str(number)})
        await told.until(lambda items: len(items) == 21)
        assert told.items[0] == Connected(gap=False)
        assert [e.channel.id for e in told.items[1:] if isinstance(e, wire.StasisEnd)] == [
            str(number) for number in range(20)
        ]
        assert fake.requests[0]["uri"] == "applications/acd/eventFilter"
        assert "RESTResponse" in fake.requests[0]["message_body"]


async def test_the_password_is_in_no_url_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "contact_center")
    async with fake_ari() as fake:
        fake.password = "another"
        async with running(inbound(fake.url, password="hush-hush")) as (client, _):
            async with asyncio.timeout(5):
                await client.wait_for_state(AriState.REFUSED)
        assert fake.paths
        assert all("hush" not in path for path in fake.paths)
    assert "hush" not in repr(client.health)
    assert "hush" not in "".join(r.getMessage() for r in caplog.records if r.levelno > 10)


async def test_a_wrong_password_is_said_once_tried_slowly_and_mended_without_a_restart(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with fake_ari() as fake:
        fake.password = "right"
        async with running(inbound(fake.url, password="wrong")) as (client, _):
            await fake.until(lambda: len(fake.paths) >= 4)
            assert client.health.fault is AriFault.CREDENTIALS
            assert not client.health.is_ready
            assert "ari.conf" in client.health.mend
            said = [r for r in caplog.records if r.levelno >= logging.ERROR]
            assert len(said) == 1
            fake.password = "wrong"
            await connected(client)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, AriFault.APPLICATION),
        (401, AriFault.CREDENTIALS),
        (403, AriFault.CREDENTIALS),
        (404, AriFault.PROTOCOL),
        (500, AriFault.PROTOCOL),
    ],
)
async def test_a_refused_handshake_says_what_to_mend(status: int, fault: AriFault) -> None:
    async with fake_ari() as fake:
        fake.status_of_handshake = status
        with pytest.raises(AriRefusedError) as error:
            await inbound(fake.url).next()
    assert error.value.fault is fault
    assert error.value.mend


async def test_a_port_where_nothing_listens_says_so() -> None:
    async with fake_ari() as fake:
        url = fake.url
    with pytest.raises(AriRefusedError) as error:
        await inbound(url).next()
    assert error.value.fault is AriFault.UNREACHABLE


async def test_a_port_where_something_else_listens_says_so() -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")

    async with stranger(talk) as port:
        with pytest.raises(AriRefusedError) as error:
            await inbound(f"http://127.0.0.1:{port}").next()
    assert error.value.fault is AriFault.PROTOCOL


async def test_a_port_that_never_answers_says_so() -> None:
    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with stranger(talk) as port:
        with pytest.raises(AriRefusedError) as error:
            await inbound(f"http://127.0.0.1:{port}", open_timeout_s=0.1).next()
    assert error.value.fault is AriFault.TIMEOUT


@pytest.mark.parametrize("url", ["", "127.0.0.1:8088", "ftp://x", "http://acd:secret@x:1", "http:"])
def test_an_unusable_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(AriRefusedError):
        inbound(url)


async def test_an_application_that_takes_over_ends_it_for_good(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, told):
        await connected(client)
        await fake.send(type="ApplicationReplaced", application="acd")
        await fake.send(type="StasisEnd", channel={"id": "late"})
        async with asyncio.timeout(5):
            await client.wait_for_state(AriState.REPLACED)
        await told.until(lambda items: len(items) == 2)
        assert isinstance(told.items[1], Disconnected)
        assert told.items[1].final
        with pytest.raises(AriDisconnectedError):
            await client.call(Ask("GET", "channels"))
        async with asyncio.timeout(5):
            await fake.sockets[-1].wait_closed()
        assert len(fake.sockets) == 1
    assert client.health.state is AriState.REPLACED
    assert len([r for r in caplog.records if "another process" in r.getMessage()]) == 1


async def test_a_lost_connection_is_told_and_made_again_with_a_gap() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, told):
        await connected(client)
        fake.sockets[-1].transport.abort()
        await told.until(lambda items: len(items) == 3)
        assert isinstance(told.items[1], Disconnected)
        assert not told.items[1].final
        assert told.items[2] == Connected(gap=True)
        assert client.connections == 2


async def test_unanswered_requests_fail_when_the_connection_goes() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, _):
        await connected(client)
        fake.answer = lambda _request: None
        waiting = asyncio.gather(
            *(client.call(Ask("GET", "channels")) for _ in range(3)), return_exceptions=True
        )
        await fake.until(lambda: len(fake.requests) == 4)
        fake.sockets[-1].transport.abort()
        assert [type(error) for error in await waiting] == [AriDisconnectedError] * 3


async def test_a_request_without_an_answer_fails_at_its_deadline_and_a_late_one_is_ignored() -> (
    None
):
    limits = AriLimits(request_deadline_s=0.2)
    async with fake_ari() as fake, running(inbound(fake.url), limits=limits) as (client, told):
        await connected(client)
        fake.answer = lambda request: None if request["uri"] == "slow" else (200, "{}")
        with pytest.raises(AriDeadlineError):
            await client.call(Ask("GET", "slow"))
        slow = fake.requests[-1]["request_id"]
        await fake.reply(fake.sockets[-1], slow, 200, "{}")
        assert (await client.call(Ask("GET", "quick"))).is_fine
        assert told.kinds() == ["Connected"]


async def test_more_requests_than_the_bound_are_refused_and_not_sent() -> None:
    limits = AriLimits(max_in_flight=3)
    async with fake_ari() as fake, running(inbound(fake.url), limits=limits) as (client, _):
        await connected(client)
        fake.answer = lambda _request: None
        answers = [asyncio.ensure_future(client.call(Ask("GET", str(n)))) for n in range(5)]
        await fake.until(lambda: len(fake.requests) == 4)
        done = [task for task in answers if task.done()]
        assert [type(task.exception()) for task in done] == [AriOverloadError] * 2
        fake.sockets[-1].transport.abort()
        await asyncio.gather(*answers, return_exceptions=True)


async def test_a_bug_met_in_one_message_or_answer_does_not_end_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, told):
        await connected(client)

        def broken(item: object) -> None:
            if isinstance(item, wire.StasisEnd) and item.channel.id == "bad":
                raise RuntimeError("a bug")
            told(item)  # type: ignore[arg-type]

        client._on_item = broken
        client.request(Ask("GET", "x"), lambda _reply: 1 / 0)  # type: ignore[arg-type, return-value]
        await fake.send(type="StasisEnd", channel={"id": "bad"})
        await fake.send(type="StasisEnd", channel={"id": "good"})
        await told.until(lambda items: len(items) == 2)
        assert (await client.call(Ask("GET", "y"))).is_fine
        assert client.connections == 1
    assert len([r for r in caplog.records if "could not be dealt with" in r.getMessage()]) == 2


async def test_answers_find_their_requests_in_any_order() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, _):
        await connected(client)
        fake.answer = lambda _request: None
        answers = [asyncio.ensure_future(client.call(Ask("GET", str(n)))) for n in range(10)]
        await fake.until(lambda: len(fake.requests) == 11)
        for request in reversed(fake.requests[1:]):
            body = request["uri"]
            await fake.reply(fake.sockets[-1], request["request_id"], 200, body)
        assert [(await answer).body for answer in answers] == [str(n) for n in range(10)]


async def test_no_more_is_sent_than_asterisk_has_room_for_and_what_is_urgent_goes_next() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, _):
        await connected(client)
        fake.answer = lambda _request: None
        answered: list[object] = []
        for n in range(WINDOW + 3):
            client.request(Ask("GET", str(n)), answered.append, f"call-{n}", Urgency.LATER)
        await fake.until(lambda: len(fake.requests) == 1 + WINDOW)
        client.request(Ask("GET", "now"), answered.append, "call-x")
        await fake.reply(fake.sockets[-1], fake.requests[1]["request_id"], 200, "")
        await fake.until(lambda: len(fake.requests) == 2 + WINDOW)
        assert fake.requests[-1]["uri"] == "now"
        assert len(answered) == 1


async def test_what_was_given_up_before_it_was_sent_is_never_sent() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, _):
        await connected(client)
        fake.answer = lambda _request: None
        given_up: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def in_the_way(reply: object) -> None:
            """Whatever room there is, is taken again before others get it."""
            if not given_up.done():
                client.request(Ask("GET", "in the way"), in_the_way)

        for _ in range(WINDOW):
            client.request(Ask("GET", "in the way"), in_the_way)
        client.request(Ask("GET", "too late"), given_up.set_result, "call", Urgency.LATER)
        assert isinstance(await given_up, AriDeadlineError)
        fake.answer = lambda _request: (200, "{}")
        assert (await client.call(Ask("GET", "later"))).is_fine
        assert "too late" not in [request["uri"] for request in fake.requests]


async def test_requests_leave_in_the_order_they_were_asked() -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, _):
        await connected(client)
        await asyncio.gather(*(client.call(Ask("GET", str(n))) for n in range(200)))
        assert [request["uri"] for request in fake.requests[1:]] == [str(n) for n in range(200)]


async def test_garbage_from_the_switch_is_skipped(caplog: pytest.LogCaptureFixture) -> None:
    async with fake_ari() as fake, running(inbound(fake.url)) as (client, told):
        await connected(client)
        for text in ("", "[]", "{", '{"type":"StasisStart"}', '{"type":"RESTResponse"}'):
            await fake.sockets[-1].send(text)
        await fake.sockets[-1].send(b"\x00\xff")
        await fake.sockets[-1].send(b'{"type":"RESTResponse","request_id":"99","status_code":200}')
        await fake.send(type="ChannelSneezed")
        await fake.send(type="StasisEnd", channel={"id": "after"})
        await told.until(lambda items: len(items) == 2)
        assert client.health.is_ready
    assert len([r for r in caplog.records if "not understood" in r.getMessage()]) == 6


async def test_a_user_that_may_only_read_is_a_clear_error() -> None:
    async with fake_ari() as fake:
        fake.answer = lambda _request: (403, "{}")
        async with running(inbound(fake.url)) as (client, told):
            async with asyncio.timeout(5):
                health = await client.wait_for_state(AriState.REFUSED)
            await fake.until(lambda: len(fake.sockets) >= 3)
            assert health.fault is AriFault.APPLICATION
            assert "read_only" in health.mend
            assert told.items == []


async def test_a_server_that_takes_no_requests_over_the_websocket_is_a_clear_error() -> None:
    async with fake_ari() as fake:
        fake.answer = lambda _request: None
        limits = AriLimits(request_deadline_s=0.05, first_retry_s=0.01)
        async with running(inbound(fake.url), limits=limits) as (client, _):
            async with asyncio.timeout(5):
                health = await client.wait_for_state(AriState.REFUSED)
    assert health.fault is AriFault.TIMEOUT


async def test_a_silent_connection_is_noticed_by_pings() -> None:
    async with fake_ari() as fake:

        async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """Carry the handshake and the first request, and then never another word."""
            port = int(fake.url.rsplit(":", 1)[1])
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            far_writer.write(await reader.readuntil(b"\r\n\r\n"))
            writer.write(await far_reader.readuntil(b"\r\n\r\n"))
            far_writer.write(await reader.read(65536))
            writer.write(await far_reader.read(65536))
            while await reader.read(65536):
                pass
            far_writer.close()

        async with stranger(mute) as port:
            sockets = inbound(
                f"http://127.0.0.1:{port}", liveness=Liveness(every_s=0.1, within_s=0.1)
            )
            async with running(sockets) as (_, told):
                await told.until(lambda items: any(isinstance(i, Disconnected) for i in items))


# --- Asterisk connects to us ----------------------------------------------------------------


async def test_a_port_that_is_taken_is_said_at_once() -> None:
    async with fake_ari() as fake:
        port = int(fake.url.rsplit(":", 1)[1])
        sockets = OutboundSockets(host="127.0.0.1", port=port, path="/ari", user="u", password="p")
        client = AriClient(sockets, app="acd", on_item=lambda _item: None)
        with pytest.raises(AriRefusedError) as error:
            await client.run()
    assert error.value.fault is AriFault.UNREACHABLE
    assert "another port" in error.value.mend
    assert client.health.state is AriState.REFUSED


async def play_asterisk(port: int, *, user: str = "u") -> ClientConnection:
    """Connect as Asterisk does, and answer the first request."""
    socket = await connect(
        f"ws://127.0.0.1:{port}/ari",
        additional_headers={"Authorization": basic_auth(user, "p")},
        subprotocols=[Subprotocol("ari")],
    )
    await socket.send('{"type":"ApplicationRegistered","application":"acd"}')
    asked = json.loads(await socket.recv())
    answer = {"type": "RESTResponse", "request_id": asked["request_id"], "status_code": 200}
    await socket.send(json.dumps(answer))
    return socket


async def test_a_newer_connection_of_asterisk_takes_the_place_of_an_older() -> None:
    sockets = OutboundSockets(host="127.0.0.1", port=0, path="/ari", user="u", password="p")
    await sockets.open()
    async with running(sockets) as (_, told), asyncio.timeout(8):
        older = await play_asterisk(sockets.port)
        await told.until(lambda items: len(items) == 1)
        newer = await play_asterisk(sockets.port)
        await told.until(lambda items: len(items) == 3)
        assert told.kinds() == ["Connected", "Disconnected", "Connected"]
        await older.wait_closed()
        await newer.send('{"type":"StasisEnd","channel":{"id":"1"}}')
        await told.until(lambda items: len(items) == 4)
        await newer.close()


@pytest.mark.parametrize(("path", "user", "status"), [("/x", "u", 404), ("/ari", "v", 401)])
async def test_a_stranger_gets_no_websocket(path: str, user: str, status: int) -> None:
    sockets = OutboundSockets(host="127.0.0.1", port=0, path="/ari", user="u", password="p")
    await sockets.open()
    async with running(sockets) as (_, told):
        with pytest.raises(InvalidStatus) as error:
            await connect(
                f"ws://127.0.0.1:{sockets.port}{path}",
                additional_headers={"Authorization": basic_auth(user, "p")},
                subprotocols=[Subprotocol("ari")],
            )
        assert error.value.response.status_code == status
        assert told.items == []


@pytest.mark.real
async def test_asterisk_with_the_wrong_password_is_refused_and_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sockets = OutboundSockets(host="127.0.0.1", port=0, path="/ari", user="u", password="right")
    await sockets.open()
    async with running(sockets) as (client, told):
        target = OutboundWebsocket(
            uri=f"ws://127.0.0.1:{sockets.port}/ari", user="u", password="hush-hush"
        )
        async with Instance(Settings(outbound_websocket=target), find()):
            async with asyncio.timeout(10):
                health = await client.wait_for_state(AriState.REFUSED)
            assert health.fault is AriFault.CREDENTIALS
            assert "'u'" in health.detail
            assert told.items == []
    assert "hush" not in "".join(record.getMessage() for record in caplog.records)


# --- a real Asterisk ----------------------------------------------------------------------------


@pytest.mark.real
async def test_a_real_asterisk_refuses_a_wrong_password(asterisk: Instance) -> None:
    with pytest.raises(AriRefusedError) as error:
        await inbound(asterisk.ari_url, password="wrong").next()
    assert error.value.fault is AriFault.CREDENTIALS


@pytest.mark.real
async def test_a_real_asterisk_answers_requests_and_sends_events_in_one_order(
    asterisk: Instance,
) -> None:
    async with running(real(asterisk, app="order"), app="order") as (client, told):
        await connected(client)
        asked = Ask(
            "POST",
            "channels",
            (("endpoint", "Local/s@silent"), ("app", "order"), ("channelId", "order-1")),
        )
        assert (await client.call(asked)).status == 200
        await told.until(lambda items: any(isinstance(i, wire.StasisStart) for i in items))
        assert (await client.call(asked)).status == 409
        assert (await client.call(Ask("DELETE", "channels/order-1"))).status == 204
        await told.until(
            lambda items: any(
                isinstance(i, wire.ChannelDestroyed) and i.channel.id == "order-1" for i in items
            )
        )
        assert (await client.call(Ask("DELETE", "channels/order-1"))).status == 404


@pytest.mark.real
async def test_of_two_with_one_name_the_older_stops(asterisk: Instance) -> None:
    async with running(real(asterisk, app="twice"), app="twice") as (older, _):
        await connected(older)
        async with running(real(asterisk, app="twice"), app="twice") as (newer, _):
            await connected(newer)
            async with asyncio.timeout(5):
                await older.wait_for_state(AriState.REPLACED)
            assert newer.health.is_ready
            assert (await newer.call(Ask("GET", "channels"))).is_fine


@pytest.mark.real
async def test_a_cut_wire_is_survived_and_is_no_takeover(asterisk: Instance) -> None:
    async with (
        Wire(asterisk.settings.http_port) as cable,
        running(real(asterisk, app="cut", port=cable.port), app="cut") as (client, told),
    ):
        await connected(client)
        cable.cut()
        await told.until(lambda items: len(items) == 2)
        cable.mend()
        await told.until(lambda items: len(items) == 3)
        assert told.items[2] == Connected(gap=True)
        assert (await client.call(Ask("GET", "channels"))).is_fine


async def raise_a_call(asterisk: Instance) -> None:
    settings = asterisk.settings
    query = (("endpoint", "Local/s@silent"), ("app", settings.app), ("appArgs", "away"))
    async with AriHttp(
        f"http://127.0.0.1:{settings.http_port}",
        user=settings.ari_user,
        password=settings.ari_password,
    ) as http:
        assert (await http.call(Ask("POST", "channels", query))).is_fine


@pytest.mark.real
async def test_events_raised_while_we_are_away_come_when_asterisk_connects_to_us_again() -> None:
    sockets = OutboundSockets(host="127.0.0.1", port=0, path="/ari", user="u", password="p")
    await sockets.open()
    async with running(sockets) as (client, told), Wire(sockets.port) as cable:
        target = OutboundWebsocket(uri=f"ws://127.0.0.1:{cable.port}/ari", user="u", password="p")
        settings = Settings(outbound_websocket=target, dialplan=DIALPLAN)
        async with Instance(settings, find()) as asterisk:
            await connected(client)
            cable.cut()
            await told.until(lambda items: len(items) == 2)
            await raise_a_call(asterisk)
            cable.mend()
            await told.until(
                lambda items: any(
                    isinstance(i, wire.StasisStart) and i.args == ("away",) for i in items
                )
            )
            await told.until(lambda items: Connected(gap=True) in items)
            assert (await client.call(Ask("GET", "channels"))).is_fine
