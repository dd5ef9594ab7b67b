"""The stream of facts as readers see it: in order, from a place, alone with what they asked for."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from contact_center.adapters.stream.fact_log import FactLog
from contact_center.adapters.stream.feed import (
    GOING_AWAY,
    PATH,
    TOO_MANY,
    TOO_SLOW,
    FactFeed,
    FeedSettings,
)
from tests.adapters.stream.conftest import Serve, finished, queued, until


def guard(request: web.Request) -> web.Response | None:
    return None if request.headers.get("Authorization") == "right" else web.Response(status=401)


RIGHT = {"Authorization": "right"}


class Open:
    """A feed that is served."""

    def __init__(self, url: str, log: FactLog, feed: FactFeed) -> None:
        self.url, self.log, self.feed = url + PATH, log, feed


async def opened(serve: Serve, bound: int = 1000, **settings: Any) -> Open:
    log = FactLog(epoch=7, bound=bound)
    feed = FactFeed(log, guard, FeedSettings(**settings))
    app = web.Application()
    feed.attach(app)
    return Open(await serve(app), log, feed)


async def lines(ws: aiohttp.ClientWebSocketResponse, count: int) -> list[dict[str, Any]]:
    """The next lines, however many messages they come in."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        text = await ws.receive_str(timeout=10)
        found += [json.loads(line) for line in text.split("\n")]
    return found


async def test_facts_come_as_lines_in_order_with_a_cursor_to_go_on_from(serve, client):
    here = await opened(serve)
    async with client.ws_connect(here.url, headers=RIGHT) as ws:
        [hello] = await lines(ws, 1)
        assert hello == {"hello": {"cursor": "7-0", "gap": False}}
        here.log.publish([queued(n) for n in range(1, 501)])
        found = await lines(ws, 500)
        assert [line["fact"]["seq"] for line in found] == list(range(1, 501))
    here.log.publish([queued(n) for n in range(501, 511)])
    after = {"after": found[-1]["cursor"]}
    async with client.ws_connect(here.url, headers=RIGHT, params=after) as ws:
        found = await lines(ws, 11)
        assert found[0]["hello"]["gap"] is False
        assert [line["fact"]["seq"] for line in found[1:]] == list(range(501, 511))
    await until(lambda: here.feed.readers == 0, "everybody left")
    assert here.log.readers == 0


async def test_only_the_types_that_were_asked_for_come(serve, client):
    here = await opened(serve)
    here.log.publish([queued(1), finished(2)])
    asked = {"after": "7-0", "types": "CallFinished,Nothing"}
    async with client.ws_connect(here.url, headers=RIGHT, params=asked) as ws:
        found = await lines(ws, 2)
        assert found[1]["type"] == "CallFinished"
        here.log.publish([queued(3), finished(4)])
        [line] = await lines(ws, 1)
        assert line["id"] == "k1/4"


@pytest.mark.parametrize("cursor", ["7-1", "6-3", "nonsense"])
async def test_a_place_that_is_lost_is_said_at_once(serve, client, cursor):
    here = await opened(serve, bound=2)
    here.log.publish([queued(n) for n in range(1, 6)])
    async with client.ws_connect(here.url, headers=RIGHT, params={"after": cursor}) as ws:
        [hello] = await lines(ws, 1)
        assert hello == {"hello": {"cursor": "7-5", "gap": True}}
        here.log.publish([queued(6)])
        assert (await lines(ws, 1))[0]["fact"]["seq"] == 6


async def test_strangers_and_too_many_are_kept_out(serve, client):
    here = await opened(serve, max_readers=1)
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        await client.ws_connect(here.url)
    async with client.ws_connect(here.url, headers=RIGHT) as first:
        await lines(first, 1)
        async with client.ws_connect(here.url, headers=RIGHT) as second:
            message = await second.receive(timeout=10)
            assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, TOO_MANY)


async def test_a_reader_who_does_not_read_is_sent_away_and_costs_nobody_anything(serve, client):
    here = await opened(serve, bound=2000, send_within_s=0.2, close_within_s=0.2)
    parts = urlsplit(here.url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1024)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {parts.path} HTTP/1.1\r\nHost: x\r\nAuthorization: right\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await until(lambda: here.feed.readers == 1, "the slow one reads")
    async with client.ws_connect(here.url, headers=RIGHT) as ws:
        await lines(ws, 1)
        told = 0
        while here.feed.slow == 0:
            here.log.publish([queued(told + n) for n in range(1, 501)])
            found = await lines(ws, 500)
            assert found[-1]["fact"]["seq"] == told + 500
            told += 500
            assert told < 500_000, "nobody was sent away"
        await until(lambda: here.feed.readers == 1, "the slow one is gone")
    writer.close()


async def test_a_reader_who_fell_behind_by_the_whole_ring_is_told_so(serve, client):
    here = await opened(serve, bound=10)
    async with client.ws_connect(here.url, headers=RIGHT) as ws:
        await lines(ws, 1)
        here.log.publish([queued(n) for n in range(1, 51)])  # more than the ring, at once
        message = await ws.receive(timeout=10)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, TOO_SLOW)
        assert "cursor" in message.extra
    assert here.feed.slow == 1


async def test_readers_are_told_when_the_service_stops(serve, client):
    log = FactLog(epoch=7)
    feed = FactFeed(log, guard)
    app = web.Application()
    feed.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    async with client.ws_connect(url, headers=RIGHT) as ws:
        await lines(ws, 1)
        stopping = asyncio.ensure_future(runner.cleanup())
        message = await ws.receive(timeout=10)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, GOING_AWAY)
        await ws.close()
        await stopping
