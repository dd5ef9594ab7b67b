"""SIP of a browser, handed on to the SIP server's websocket and back, frame by frame.

So a page talks to its own origin alone, over its TLS, and only while somebody is logged in. Sound
does not pass through here. The SIP server asks for the phone's own password besides.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

import aiohttp
from aiohttp import web

from contact_center.core.permissions import Permission, Role, is_allowed, needs

SUBPROTOCOL: Final = "sip"
MAX_FRAME: Final = 64 * 1024
"""A call that is offered to a browser has some four thousand characters."""
MAX_LINES: Final = 4
"""Of one agent: a page that was closed may not be gone yet when the next one comes."""
ALIVE_EVERY_S: Final = 20.0
LOOK_EVERY_S: Final = 15.0
CONNECT_WITHIN_S: Final = 10.0
LOG_IN_AGAIN: Final = 4401
AWAY: Final = 1013
RESTART: Final = 1012
_TYPES: Final = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)
_LOG = logging.getLogger(__name__)


class Somebody(Protocol):
    """Whoever is logged in."""

    @property
    def id(self) -> str:
        """The agent."""

    @property
    def roles(self) -> frozenset[Role]:
        """What they are."""


class SipRelay:
    """Hands on SIP between pages and ``target``, a websocket URL."""

    def __init__(
        self,
        target: str,
        who: Callable[[web.Request], Somebody | None],
        is_ours: Callable[[str], bool],
    ) -> None:
        self._target = target
        self._who = who
        self._is_ours = is_ours
        self._open: set[web.WebSocketResponse] = set()
        self._by_agent: Counter[str] = Counter()

    @property
    def lines(self) -> int:
        """How many browsers are connected."""
        return len(self._open)

    @needs(Permission.TAKE_CALLS)
    async def serve(self, request: web.Request) -> web.StreamResponse:
        """``GET /phone/api/sip``: one browser's line, as long as it is logged in."""
        if not self._is_ours(request.headers.get("Origin", "")):
            raise web.HTTPForbidden(text="This page may not ask that.")
        page = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            compress=False,
            heartbeat=ALIVE_EVERY_S,
            max_msg_size=MAX_FRAME,
        )
        await page.prepare(request)
        owner = self._who(request)
        if owner is None or not is_allowed(owner.roles, Permission.TAKE_CALLS):
            # A browser cannot see the status of a refused handshake.
            await page.close(code=LOG_IN_AGAIN, message=b"log in again")
        elif self._by_agent[owner.id] >= MAX_LINES:
            await page.close(code=AWAY, message=b"too many phones")
        else:
            self._open.add(page)
            self._by_agent[owner.id] += 1
            try:
                await self._carry(request, page, owner.id)
            finally:
                self._open.discard(page)
                self._by_agent[owner.id] -= 1
                if not self._by_agent[owner.id]:
                    del self._by_agent[owner.id]
        return page

    async def shut(self, _app: web.Application) -> None:
        """Close every line; calls go on, pages come back."""
        closing = (page.close(code=RESTART, message=b"restart") for page in list(self._open))
        await asyncio.gather(*closing, return_exceptions=True)

    async def _carry(self, request: web.Request, page: web.WebSocketResponse, agent: str) -> None:
        within = aiohttp.ClientTimeout(total=None, connect=CONNECT_WITHIN_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=within) as session,
                session.ws_connect(
                    self._target,
                    protocols=(SUBPROTOCOL,),
                    heartbeat=ALIVE_EVERY_S,
                    max_msg_size=MAX_FRAME,
                ) as server,
            ):
                await self._both_ways(request, page, server, agent)
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            _LOG.warning("the SIP server cannot be reached for a browser: %s", problem)
        if not page.closed:
            await page.close(code=AWAY, message=b"the SIP server is away")

    async def _both_ways(
        self,
        request: web.Request,
        page: web.WebSocketResponse,
        server: aiohttp.ClientWebSocketResponse,
        agent: str,
    ) -> None:
        works = [
            asyncio.ensure_future(_hand_on(page, server)),
            asyncio.ensure_future(_hand_on(server, page)),
            asyncio.ensure_future(self._while_logged_in(request, agent)),
        ]
        try:
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            if works[2].done():
                await page.close(code=LOG_IN_AGAIN, message=b"log in again")
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def _while_logged_in(self, request: web.Request, agent: str) -> None:
        owner = self._who(request)
        while owner is not None and owner.id == agent:
            await asyncio.sleep(LOOK_EVERY_S)
            owner = self._who(request)


_Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _hand_on(source: _Socket, target: _Socket) -> None:
    """Send every frame of one on to the other, until either is closed."""
    async for frame in source:
        if frame.type in _TYPES:
            await target.send_str(_text(frame.data))


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")
