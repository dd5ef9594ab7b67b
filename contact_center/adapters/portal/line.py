"""The line of one visitor's browser: SIP to our switch and back, one call long.

Only what `frames` lets through goes to the switch. A line that brings no call soon, or more than
it may, is closed.
"""

import asyncio
import logging
from typing import Final

import aiohttp
from aiohttp import web

from contact_center.adapters.portal.frames import MAX_FRAME, FrameError, Guard

SUBPROTOCOL: Final = "sip"
MAX_LINES: Final = 100
"""Bound on browsers that talk, or are about to."""
CALL_WITHIN_S: Final = 30.0
LONGEST_S: Final = 2 * 3600.0
CONNECT_WITHIN_S: Final = 10.0
ALIVE_EVERY_S: Final = 20.0
MAX_FROM_SERVER: Final = 64 * 1024
AWAY: Final = 1013
RESTART: Final = 1012
NOT_THAT: Final = 1008
_TYPES: Final = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)
_log = logging.getLogger(__name__)

_Page = web.WebSocketResponse
_Server = aiohttp.ClientWebSocketResponse


class Lines:
    """Lines to the websocket of a SIP server at `target`."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._open: set[_Page] = set()

    @property
    def is_full(self) -> bool:
        """Whether there is no line left."""
        return len(self._open) >= MAX_LINES

    async def serve(self, request: web.Request, visit: str) -> _Page:
        """Be the line of a browser that may call `visit`, until either end has enough."""
        page = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            compress=False,
            heartbeat=ALIVE_EVERY_S,
            max_msg_size=MAX_FRAME,
        )
        await page.prepare(request)
        if self.is_full:
            await page.close(code=AWAY, message=b"too many lines")
            return page
        self._open.add(page)
        try:
            await self._carry(page, Guard(visit))
        finally:
            self._open.discard(page)
        return page

    async def shut(self, _app: web.Application) -> None:
        """Close every line; calls go on until the browser is silent."""
        closing = (page.close(code=RESTART, message=b"restart") for page in list(self._open))
        await asyncio.gather(*closing, return_exceptions=True)

    async def _carry(self, page: _Page, guard: Guard) -> None:
        within = aiohttp.ClientTimeout(total=None, connect=CONNECT_WITHIN_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=within) as session,
                session.ws_connect(
                    self._target,
                    protocols=(SUBPROTOCOL,),
                    heartbeat=ALIVE_EVERY_S,
                    max_msg_size=MAX_FROM_SERVER,
                ) as server,
            ):
                await _both_ways(page, server, guard)
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            _log.warning("the SIP server cannot be reached for a visitor: %s", problem)
        if not page.closed:
            await page.close(code=AWAY, message=b"over")


async def _both_ways(page: _Page, server: _Server, guard: Guard) -> None:
    works = [
        asyncio.ensure_future(_from_page(page, server, guard)),
        asyncio.ensure_future(_from_server(server, page)),
        asyncio.ensure_future(_patience(guard)),
    ]
    try:
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)


async def _from_page(page: _Page, server: _Server, guard: Guard) -> None:
    async for frame in page:
        if frame.type not in _TYPES:
            continue
        try:
            text = frame.data if isinstance(frame.data, str) else frame.data.decode()
            if guard.check(text):
                await server.send_str(text)
        except (FrameError, UnicodeDecodeError) as problem:
            why = str(problem) if isinstance(problem, FrameError) else "malformed"
            _log.warning("a visitor's browser sent what it may not: %s", why)
            await page.close(code=NOT_THAT, message=why.encode())
            return


async def _from_server(server: _Server, page: _Page) -> None:
    async for frame in server:
        if frame.type in _TYPES:
            data = frame.data
            await page.send_str(data if isinstance(data, str) else data.decode("utf-8", "replace"))


async def _patience(guard: Guard) -> None:
    """End with a line that is not used, or used for too long."""
    await asyncio.sleep(CALL_WITHIN_S)
    if guard.called:
        await asyncio.sleep(LONGEST_S)
