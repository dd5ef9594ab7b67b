"""Doors to what storage counted: what callers answered, what became of them in flows."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.api.access import Role, refusal
from contact_center.adapters.api.bodies import BadBodyError
from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.ids import is_safe_id
from contact_center.reporting.flow_book import DAY_US
from contact_center.reporting.surveys import BY

LONGEST_US: Final = 400 * DAY_US

FindSurveys = Callable[[int, int, str, str, str], Awaitable[list[dict[str, Any]]]]
"""Counts surveys from one instant to another, by what, of which queue, of which agent. Raises
HistoryAwayError."""

FindFlow = Callable[[str, int, int, frozenset[str]], Awaitable[dict[str, Any] | None]]
"""Counts what became of callers in a flow, from one instant to another, with milestones that are a
success. Gives None for a flow that nobody knows. Raises HistoryAwayError."""


class Reports:
    """Reports over HTTP."""

    def __init__(self, doors: Doors, find_surveys: FindSurveys, find_flow: FindFlow) -> None:
        self._doors = doors
        self._find_surveys = find_surveys
        self._find_flow = find_flow

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        return [
            web.get("/api/surveys", self._doors.door(Role.READER, self._surveys, 5)),
            web.get("/api/flows/{flow}/report", self._doors.door(Role.READER, self._flow, 10)),
        ]

    async def _flow(self, ask: Ask) -> web.Response:
        begin, end = _stretch(ask)
        successes = frozenset(ask.request.query.get("success", "").split(",")) - {""}
        if not all(map(is_safe_id, successes)):
            raise BadBodyError({"success": "names of milestones, with commas between"})
        flow, found = ask.name("flow"), None
        if is_safe_id(flow):
            found = await self._find_flow(flow, begin, end, successes)
        if found is None:
            return refusal(404, "no_such_flow", "There is no such flow.")
        return web.json_response(found)

    async def _surveys(self, ask: Ask) -> web.Response:
        begin, end = _stretch(ask)
        by = ask.request.query.get("by", "queue")
        if by not in BY:
            raise BadBodyError({"by": "center, queue or agent"})
        queue, agent = _name(ask, "queue"), _name(ask, "agent")
        rows = await self._find_surveys(begin, end, by, queue, agent)
        return web.json_response({"from_at": begin, "to_at": end, "by": by, "surveys": rows})


def _stretch(ask: Ask) -> tuple[int, int]:
    begin, end = _instant(ask, "from", ask.now - DAY_US), _instant(ask, "to", ask.now)
    if not 0 < end - begin <= LONGEST_US:
        raise BadBodyError({"to": "later than from, by 400 days at most"})
    return begin, end


def _name(ask: Ask, name: str) -> str:
    text = ask.request.query.get(name, "")
    if text and not is_safe_id(text):
        raise BadBodyError({name: "letters, digits, '.', '_' and '-', at most 120"})
    return text


def _instant(ask: Ask, name: str, default: int) -> int:
    text = ask.request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 17):
        raise BadBodyError({name: "microseconds since 1970 UTC"})
    return int(text)
