"""A browser's SIP, handed on to the SIP server and back."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web

from contact_center.adapters.phone import line as module
from contact_center.adapters.phone.line import AWAY, LOG_IN_AGAIN, MAX_LINES, RESTART
from tests.adapters.phone.conftest import Bench

WITHIN_S = 30.0


async def closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    while not socket.closed:
        await socket.receive(timeout=WITHIN_S)
    return socket.close_code


async def test_frames_go_there_and_back_as_sip(bench: Bench) -> None:
    socket = await bench.line()
    assert socket.protocol == "sip"
    await socket.send_str("REGISTER")
    assert await socket.receive_str(timeout=WITHIN_S) == "back: REGISTER"
    await socket.send_bytes(b"\r\n\r\n")
    assert await socket.receive_str(timeout=WITHIN_S) == "back: \r\n\r\n"
    assert bench.sip.protocols == ["sip"]
    await socket.close()


async def test_a_foreign_page_gets_no_line_and_who_is_not_logged_in_is_told(bench: Bench) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await bench.line(Origin="https://evil.example")
    assert refused.value.status == 403
    for who in ("nobody", "aud"):
        assert await closed(await bench.line(who)) == LOG_IN_AGAIN
    assert bench.sip.protocols == []


async def test_a_line_ends_with_the_login(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)
    socket = await bench.line()
    del bench.people["ana"]
    assert await closed(socket) == LOG_IN_AGAIN


async def test_nobody_has_lines_without_end(bench: Bench) -> None:
    lines = [await bench.line() for _ in range(MAX_LINES)]
    for one in lines:
        await one.send_str("x")
        await one.receive_str(timeout=WITHIN_S)
    assert await closed(await bench.line()) == AWAY
    ben = await bench.line("ben")
    await ben.send_str("x")
    await ben.receive_str(timeout=WITHIN_S)
    for one in (*lines, ben):
        await one.close()


async def test_the_page_is_told_when_the_sip_server_goes_or_is_away(bench: Bench) -> None:
    socket = await bench.line()
    await socket.send_str("x")
    await socket.receive_str(timeout=WITHIN_S)
    for theirs in list(bench.sip.sockets):
        await theirs.close()
    assert await closed(socket) == AWAY


async def test_a_frame_that_is_too_long_ends_the_line(bench: Bench) -> None:
    socket = await bench.line()
    await socket.send_str("x" * (module.MAX_FRAME + 1))
    assert await closed(socket) == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_lines_are_closed_when_the_process_stops(bench: Bench) -> None:
    socket = await bench.line()
    await socket.send_str("x")
    await socket.receive_str(timeout=WITHIN_S)
    assert bench.server.relay is not None
    assert bench.server.relay.lines == 1
    # What the page answers to the closing has to be read for it to be over.
    closing = asyncio.ensure_future(bench.server.relay.shut(web.Application()))
    assert await closed(socket) == RESTART
    await closing
