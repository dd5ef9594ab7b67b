"""Doors to what storage counted: what callers answered."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.api.access import Role
from contact_center.adapters.api.bodies import BadBodyError
from contact_center.adapters.api.doors import Ask, Doors

BY: Final = ("center", "queue", "agent")
DAY_US: Final = 86_400_000_000
LONGEST_US: Final = 400 * DAY_US

FindSurveys = Callable[[int, int, str, str, str], Awaitable[list[dict[str, Any]]]]
"""Counts surveys from one instant to another, by what, of which queue, of which agent. Raises
HistoryAwayError."""


class Reports:
    """Reports over HTTP."""

    def __init__(self, doors: Doors, find_surveys: FindSurveys) -> None:
        self._doors = doors
        self._find_surveys = find_surveys

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        return [web.get("/api/surveys", self._doors.door(Role.READER, self._surveys, 5))]

    async def _surveys(self, ask: Ask) -> web.Response:
        query = ask.request.query
        begin, end = _instant(ask, "from", ask.now - DAY_US), _instant(ask, "to", ask.now)
        if not 0 < end - begin <= LONGEST_US:
            raise BadBodyError({"to": "later than from, by 400 days at most"})
        by = query.get("by", "queue")
        if by not in BY:
            raise BadBodyError({"by": "center, queue or agent"})
        rows = await self._find_surveys(
            begin, end, by, query.get("queue", ""), query.get("agent", "")
        )
        return web.json_response({"from_at": begin, "to_at": end, "by": by, "surveys": rows})


def _instant(ask: Ask, name: str, default: int) -> int:
    text = ask.request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 17):
        raise BadBodyError({name: "microseconds since 1970 UTC"})
    return int(text)
