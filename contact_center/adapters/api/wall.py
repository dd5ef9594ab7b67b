"""The door of wall boards: numbers of queues, and nobody's name.

A screen on a wall has no keyboard and no login: it shows a token of a reader (``#wall?key=...``),
which opens this door and those that are for programs, and changes nothing. A supervisor who is
logged in may look, too.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web

from contact_center.adapters.api.access import Access, Holder
from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.permissions import Needs, Permission

Look = Callable[[], Awaitable[msgspec.Struct]]
_COST: Final = 1


class Either(Access):
    """Lets in who shows a token, and who is logged in on a page of ours."""

    def __init__(self, tokens: Access, pages: Access) -> None:
        super().__init__([], lambda: 0.0)
        self._tokens = tokens
        self._pages = pages

    def let_in(self, request: web.Request, what: Needs, cost: int = 1) -> Holder | web.Response:
        """Say who asks, or why they may not."""
        shown = "Authorization" in request.headers
        return (self._tokens if shown else self._pages).let_in(request, what, cost)


class WallDoor:
    """The door of one process."""

    def __init__(self, tokens: Access, pages: Access, clock: Callable[[], int], look: Look) -> None:
        self._doors = Doors(Either(tokens, pages), clock)
        self._look = look

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        door = self._doors.door(Permission.SEE_FLOOR, self._tell, _COST)
        return [web.get("/console/api/wall", door)]

    async def _tell(self, ask: Ask) -> web.Response:
        return web.Response(
            body=msgspec.json.encode(await self._look()),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )
