"""Webhooks against a receiver that is slow, broken, or away."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from contact_center.adapters.stream.webhooks import (
    DELIVERY,
    SIGNATURE,
    Webhook,
    WebhookSettings,
    signature,
)
from tests.adapters.stream.conftest import finished, queued, until

SECRET = b"between us"
NOW_S = 1_763_780_000


class Receiver:
    """Takes batches; answers with the statuses it was given, then with 204."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.taken: list[dict[str, Any]] = []
        self.tries: list[str] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/hook", self.receive)
        return app

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        stamp, _, digest = request.headers[SIGNATURE].partition(",v1=")
        at = stamp.removeprefix("t=")
        expected = hmac.new(SECRET, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(digest, expected)
        assert int(at) == NOW_S
        self.tries.append(request.headers[DELIVERY])
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        told = json.loads(body)
        assert told["delivery"] == request.headers[DELIVERY]
        self.taken += told["facts"]
        return web.Response(status=204)


@asynccontextmanager
async def running(url: str, **settings: Any) -> AsyncIterator[Webhook]:
    quick = {"back_off_s": 0.01, "max_back_off_s": 0.02, "timeout_s": 5.0, **settings}
    hook = Webhook(
        WebhookSettings(name="crm", url=f"{url}/hook", secret=SECRET, **quick),
        lambda: NOW_S * 1_000_000,
    )
    task = asyncio.ensure_future(hook.run())
    try:
        yield hook
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_facts_of_a_call_arrive_in_order_whatever_the_receiver_does(serve):
    receiver = Receiver(500, 503, 429, 408, 500)
    url = await serve(receiver.app())
    async with running(url, max_batch=7) as hook:
        for number in range(1, 41):
            hook.publish([queued(number, f"k{call}") for call in range(5)])
        await until(lambda: hook.waiting == 0, "all is delivered")
    by_call: dict[str, list[int]] = defaultdict(list)
    for fact in receiver.taken:
        by_call[fact["fact"]["call"]].append(fact["fact"]["seq"])
    assert dict(by_call) == {f"k{call}": list(range(1, 41)) for call in range(5)}
    assert hook.counts.delivered == 200
    # What was refused came again under the same name.
    assert len(receiver.tries) == len(set(receiver.tries)) + 5


async def test_what_is_refused_for_good_or_too_often_is_given_up_and_counted(serve, caplog):
    receiver = Receiver(400, 500, 500, 500)
    url = await serve(receiver.app())
    async with running(url, lanes=1, tries=3) as hook:
        hook.publish([queued(1)])
        await until(lambda: hook.counts.given_up == 1, "a 400 is final")
        assert len(receiver.tries) == 1
        hook.publish([queued(2)])
        await until(lambda: hook.counts.given_up == 2, "three tries are enough")
        hook.publish([queued(3)])
        await until(lambda: hook.counts.delivered == 1, "and on it goes")
    assert [fact["id"] for fact in receiver.taken] == ["k1/3"]
    assert "given up" in caplog.text


async def test_a_receiver_that_is_away_costs_memory_only_up_to_the_bound(serve):
    url = await serve(web.Application())
    async with running(url, lanes=1, max_waiting=10, tries=1000) as hook:
        hook.publish([queued(number) for number in range(1, 31)])
        assert (hook.waiting, hook.counts.dropped) == (10, 20)


async def test_how_far_it_is_shows_what_another_process_has_to_tell(serve):
    receiver = Receiver()
    url = await serve(receiver.app())
    async with running(url) as hook:
        assert hook.all_before == 0
        hook.publish([queued(5), queued(9)])
        assert hook.all_before == 5
        await until(lambda: hook.waiting == 0, "all is delivered")
        assert hook.all_before == 9


async def test_only_the_kinds_that_were_asked_for_are_sent(serve):
    receiver = Receiver()
    url = await serve(receiver.app())
    async with running(url, types=frozenset({"CallFinished"})) as hook:
        hook.publish([queued(1), finished(2)])
        await until(lambda: hook.counts.delivered == 1, "one is delivered")
        await until(lambda: hook.waiting == 0, "and it was the only one")
    assert receiver.taken[0]["type"] == "CallFinished"


async def test_an_address_where_nobody_listens_is_tried_again(serve):
    url = await serve(web.Application())
    gone = url.rpartition(":")[0] + ":1"
    async with running(gone, lanes=1, tries=2) as hook:
        hook.publish([queued(1)])
        await until(lambda: hook.counts.given_up == 1, "it is given up in the end")


@pytest.mark.parametrize("other", [(SECRET, 2, b"x"), (b"else", 1, b"x"), (SECRET, 1, b"y")])
def test_secret_time_and_body_all_make_the_signature(other: tuple[bytes, int, bytes]) -> None:
    assert signature(SECRET, 1, b"x") != signature(*other)
    assert "between us" not in repr(WebhookSettings(name="a", url="http://x", secret=SECRET))
