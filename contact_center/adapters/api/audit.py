"""The doors to the audit log: read it, and ask whether it still holds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final, Protocol

import msgspec
from aiohttp import web
from msgspec import Meta

from contact_center.adapters.api import bodies
from contact_center.adapters.api.access import Access
from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.permissions import Permission, Role

_Word = Annotated[str, Meta(max_length=200)]
_Time = Annotated[int, Meta(ge=0, le=253_402_300_799)]


class Which(bodies.Body, frozen=True, kw_only=True):
    """Which entries: newest first, with numbers under `below`; times are seconds since 1970."""

    who: _Word = ""
    action: _Word = ""
    object: _Word = ""
    since: _Time = 0
    until: _Time = 0
    below: Annotated[int, Meta(ge=0, lt=1 << 62)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class Log(Protocol):
    """Whoever has the log. May raise HistoryAwayError."""

    async def entries(self, which: Which) -> list[dict[str, Any]]:
        """Give entries, newest first."""

    async def verify(self) -> dict[str, Any]:
        """Read it whole, and say whether it holds, and up to where."""


COST: Final = 10
MayUndo = Callable[[Mapping[str, Any], Iterable[Role]], bool]
"""Says whether somebody with these roles may take an entry back."""


class AuditApi:
    """The doors. ``may_undo``: where entries can be taken back, who may; it is told with each."""

    def __init__(
        self,
        access: Access,
        clock: Callable[[], int],
        log: Log,
        may_undo: MayUndo | None = None,
    ) -> None:
        self._doors = Doors(access, clock)
        self._log = log
        self._may_undo = may_undo

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door = self._doors.door
        return [
            web.get(f"{at}/audit", door(Permission.SEE_AUDIT, self._entries, 2)),
            web.get(f"{at}/audit/verify", door(Permission.SEE_AUDIT, self._verify, COST)),
        ]

    async def _entries(self, ask: Ask) -> web.Response:
        try:
            which = msgspec.convert(dict(ask.request.query), Which, strict=False)
        except msgspec.ValidationError as wrong:
            raise bodies.BadBodyError({"": str(wrong)}) from None
        entries = await self._log.entries(which)
        if self._may_undo is not None:
            roles = ask.who.roles
            entries = [{**one, "undo": self._may_undo(one, roles)} for one in entries]
        return web.json_response({"entries": entries})

    async def _verify(self, ask: Ask) -> web.Response:
        return web.json_response(await self._log.verify())
