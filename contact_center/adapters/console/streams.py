"""Websockets that show the floor: a frame a second at most, and only when something changed.

Nothing is queued for anybody: who reads slowly gets the next frame later, with more in it.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

import msgspec
from aiohttp import ClientConnectionError, web

from contact_center.adapters.console.floor import View
from contact_center.adapters.console.payloads import Beat
from contact_center.core.permissions import Permission, needs
from contact_center.core.teams import Reach

_log = logging.getLogger(__name__)

SUBPROTOCOL: Final = "console.v1"
EVERY_S: Final = 1.0
BEAT_EVERY: Final = 10
"""Looks without a change after which a sign of life is sent."""
SEND_WITHIN_S: Final = 20.0
MOST_STREAMS: Final = 100
MOST_OF_ONE: Final = 4
LOG_IN_AGAIN: Final = 4401
NOT_FOR_YOU: Final = 4403
TOO_SLOW: Final = 4413
TRY_LATER: Final = 1013
RESTART: Final = 1012


class Guest(Protocol):
    """Who is logged in."""

    @property
    def agent(self) -> str:
        """Their name in the center."""

    @property
    def supervises(self) -> bool:
        """Whether they may look."""

    @property
    def sees_numbers(self) -> bool:
        """Whether callers' numbers are told whole."""

    @property
    def reach(self) -> Reach | None:
        """Whom and what they see, if they lead teams; None for everything."""


class Streams:
    """All open ones. ``who`` gives who is logged in; it is asked again for every frame."""

    def __init__(
        self,
        view: View,
        who: Callable[[web.Request], Guest | None],
        is_ours: Callable[[str], bool],
        clock: Callable[[], int],
        *,
        most: int = MOST_STREAMS,
        most_of_one: int = MOST_OF_ONE,
        every_s: float = EVERY_S,
        send_within_s: float = SEND_WITHIN_S,
    ) -> None:
        self._view = view
        self._who = who
        self._is_ours = is_ours
        self._clock = clock
        self._most = most
        self._most_of_one = most_of_one
        self._every_s = every_s
        self._send_within_s = send_within_s
        self._open: dict[web.WebSocketResponse, str] = {}
        self._looked = asyncio.Event()

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._open)

    @needs(Permission.SEE_FLOOR)
    async def serve(self, request: web.Request) -> web.StreamResponse:
        """``GET /console/api/stream``, from a page of ours."""
        if not self._is_ours(request.headers.get("Origin", "")):
            raise web.HTTPForbidden(text="This page may not look at the floor.")
        ws = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), compress=False, heartbeat=20.0, max_msg_size=1024
        )
        guest = self._who(request)
        await ws.prepare(request)
        # A browser cannot see the status of a refused handshake; it sees the code of a close.
        if guest is None:
            await ws.close(code=LOG_IN_AGAIN, message=b"log in again")
        elif not guest.supervises:
            await ws.close(code=NOT_FOR_YOU, message=b"for supervisors")
        elif self._is_full(guest.agent):
            await ws.close(code=TRY_LATER, message=b"too many")
        else:
            await self._run(ws, request, guest.agent)
        return ws

    def _is_full(self, agent: str) -> bool:
        mine = Counter(self._open.values())[agent]
        return len(self._open) >= self._most or mine >= self._most_of_one

    async def _run(self, ws: web.WebSocketResponse, request: web.Request, agent: str) -> None:
        self._open[ws] = agent
        try:
            async with asyncio.TaskGroup() as group:
                telling = group.create_task(self._tell(ws, request))
                async for _ in ws:
                    pass  # it has nothing to say to us
                telling.cancel()
        finally:
            del self._open[ws]

    async def _tell(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        if len(self._open) == 1 or self._view.rev == 0:
            await self._view.look()  # nobody looked for a while
        with contextlib.suppress(ConnectionError, ClientConnectionError):
            sent, quiet = 0, 0
            while True:
                guest = self._who(request)
                if guest is None or not guest.supervises:
                    await ws.close(code=LOG_IN_AGAIN if guest is None else NOT_FOR_YOU)
                    return
                rev, quiet = self._view.rev, quiet + 1
                if rev > sent:
                    frame: bytes | None = self._view.since(
                        sent, numbers=guest.sees_numbers, reach=guest.reach
                    )
                elif quiet >= BEAT_EVERY:
                    frame = msgspec.json.encode(Beat(now=self._clock() // 1_000))
                else:
                    frame = None
                if frame is not None:
                    if not await self._send(ws, request, frame):
                        return
                    sent, quiet = rev, 0
                await self._looked.wait()

    async def _send(self, ws: web.WebSocketResponse, request: web.Request, frame: bytes) -> bool:
        try:
            async with asyncio.timeout(self._send_within_s):
                await ws.send_frame(frame, web.WSMsgType.TEXT)
        except TimeoutError:
            _log.warning("a console reads too slowly and is let go")
            if request.transport is not None:
                request.transport.abort()
            return False
        return True

    async def keep(self, app: web.Application) -> AsyncIterator[None]:
        """Look once a second while anybody is there; for ``cleanup_ctx``."""

        async def repeat() -> None:
            while True:
                await asyncio.sleep(self._every_s)
                if self._open:
                    try:
                        await self._view.look()
                    except Exception:  # noqa: BLE001 - consoles stand still, and go on afterwards
                        _log.exception("the floor could not be looked at")
                    looked, self._looked = self._looked, asyncio.Event()
                    looked.set()

        task = asyncio.get_running_loop().create_task(repeat())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def shut(self, app: web.Application) -> None:
        """Close them all; for ``on_shutdown``."""
        closing = [ws.close(code=RESTART, message=b"restart") for ws in list(self._open)]
        await asyncio.gather(*closing, return_exceptions=True)
