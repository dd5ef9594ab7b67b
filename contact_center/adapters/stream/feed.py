"""``GET /api/facts``: facts as JSON lines over a websocket, as they are decided.

``?after=CURSOR`` goes on behind a fact seen before; ``?types=WaitEnded,CallQueued`` leaves the
others out. The first message is ``{"hello": {"cursor": ..., "gap": ...}}``; ``gap`` says that facts
since the given cursor are lost (the process was started again, or it is too long ago), and that the
stream goes on from now. Every other message holds one or more lines, each a fact with its cursor.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import WSMsgType, web

from contact_center.adapters.stream.fact_log import FactLog, LostPlaceError
from contact_center.core.permissions import Permission, needs

TOO_SLOW: Final = 4413
TOO_MANY: Final = 1013
GOING_AWAY: Final = 1001
MAX_INBOUND: Final = 4096
PATH: Final = "/api/facts"

Guard = Callable[[web.Request], web.Response | None]
"""Says who may not come in: the refusal, or None."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """``max_readers`` at a time. ``send_within_s``: a reader who does not take what is sent for so
    long is too slow. ``close_within_s``: then they have so long to notice. ``heartbeat_s``: pings,
    so that a reader who is gone without a word is found out."""

    max_readers: int = 50
    send_within_s: float = 10.0
    close_within_s: float = 5.0
    heartbeat_s: float = 30.0


class FactFeed:
    """The door for readers. ``slow``: how many were sent away because they were too slow."""

    def __init__(self, log: FactLog, guard: Guard, settings: FeedSettings | None = None) -> None:
        self._facts = log
        self._guard = guard
        self._settings = settings or FeedSettings()
        self._sockets: set[web.WebSocketResponse] = set()
        self.slow = 0

    def attach(self, app: web.Application) -> None:
        """Add the route, and what has to stop with the application."""
        app.router.add_get(PATH, self.serve)
        app.on_shutdown.append(self._shut_down)

    @property
    def readers(self) -> int:
        """How many read now."""
        return len(self._sockets)

    @needs(Permission.SEE_FACTS)
    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one reader until one of us leaves."""
        refusal = self._guard(request)
        if refusal is not None:
            return refusal
        ws = web.WebSocketResponse(
            compress=False,
            max_msg_size=MAX_INBOUND,
            heartbeat=self._settings.heartbeat_s,
            timeout=self._settings.close_within_s,
        )
        await ws.prepare(request)
        if len(self._sockets) >= self._settings.max_readers:
            await ws.close(code=TOO_MANY, message=b"too many readers")
            return ws
        self._sockets.add(ws)
        try:
            await self._tell(ws, request)
        finally:
            self._sockets.discard(ws)
        return ws

    async def _tell(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        names = [name for name in request.query.get("types", "").split(",") if name]
        place, gap = self._begin(request.query.get("after", ""))
        hello = {"hello": {"cursor": self._facts.cursor(place), "gap": gap}}
        news = self._facts.watch()
        try:
            await ws.send_str(msgspec.json.encode(hello).decode())
            await self._both(ws, place, frozenset(names) or None, news)
        except (LostPlaceError, TimeoutError):
            await self._send_away(ws, request)
        except ConnectionError:
            pass  # gone while we told them
        finally:
            self._facts.unwatch(news)

    def _begin(self, after: str) -> tuple[int, bool]:
        if not after:
            return self._facts.newest, False
        try:
            return self._facts.place(after), False
        except LostPlaceError:
            return self._facts.newest, True

    async def _both(
        self,
        ws: web.WebSocketResponse,
        place: int,
        types: frozenset[str] | None,
        news: asyncio.Event,
    ) -> None:
        """Tell, and listen at the same time: only who listens hears that the other has left."""
        loop = asyncio.get_running_loop()
        listening = loop.create_task(_until_closed(ws), name="facts: listening")
        telling = loop.create_task(self._lines(ws, place, types, news), name="facts: telling")
        try:
            done, _ = await asyncio.wait({listening, telling}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (listening, telling):
                task.cancel()
            await asyncio.gather(listening, telling, return_exceptions=True)

    async def _lines(
        self,
        ws: web.WebSocketResponse,
        place: int,
        types: frozenset[str] | None,
        news: asyncio.Event,
    ) -> None:
        while True:
            news.clear()
            lines, place = self._facts.read(place, types)
            if lines:
                async with asyncio.timeout(self._settings.send_within_s):
                    await ws.send_str(b"\n".join(lines).decode())
            if place == self._facts.newest:
                await news.wait()
            else:
                await asyncio.sleep(0)

    async def _send_away(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.slow += 1
        _log.warning("a reader of facts was too slow and is sent away")
        try:
            async with asyncio.timeout(self._settings.close_within_s):
                await ws.close(code=TOO_SLOW, message=b"too slow: come back with your cursor")
        except (TimeoutError, ConnectionError):
            if isinstance(request.transport, asyncio.Transport):
                request.transport.abort()

    async def _shut_down(self, app: web.Application) -> None:
        closing = [ws.close(code=GOING_AWAY, message=b"stopping") for ws in self._sockets]
        await asyncio.gather(*closing, return_exceptions=True)


async def _until_closed(ws: web.WebSocketResponse) -> None:
    """Hear, and pay no attention to, whatever readers send."""
    while (await ws.receive()).type not in _OVER:
        pass


_OVER = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})
