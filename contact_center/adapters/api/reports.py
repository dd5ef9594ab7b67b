"""Doors to what storage counted: surveys, what became of callers in flows, what came of scripts."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.bodies import BadBodyError
from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.ids import is_safe_id
from contact_center.core.permissions import Permission
from contact_center.reporting.flow_book import DAY_US
from contact_center.reporting.script_book import BY as SCRIPTS_BY
from contact_center.reporting.script_book import ScriptQuestion
from contact_center.reporting.surveys import BY

LONGEST_US: Final = 400 * DAY_US

FindSurveys = Callable[[int, int, str, str, str], Awaitable[list[dict[str, Any]]]]
"""Counts surveys from one instant to another, by what, of which queue, of which agent. Raises
HistoryAwayError."""

FindFlow = Callable[[str, int, int, frozenset[str]], Awaitable[dict[str, Any] | None]]
"""Counts what became of callers in a flow, from one instant to another, with milestones that are a
success. Gives None for a flow that nobody knows. Raises HistoryAwayError."""

FindScript = Callable[[ScriptQuestion], Awaitable[dict[str, Any] | None]]
"""Counts what came of a call script. Gives None for a script that nobody knows. Raises
HistoryAwayError."""

FindPauses = Callable[[int, int, str, str], Awaitable[list[dict[str, Any]]]]
"""Adds up breaks from one queue alone, from one instant to another, of which queue, of which agent.
Raises HistoryAwayError."""


class Reports:
    """Reports over HTTP."""

    def __init__(
        self,
        doors: Doors,
        find_surveys: FindSurveys,
        find_flow: FindFlow,
        find_script: FindScript,
        find_pauses: FindPauses,
    ) -> None:
        self._doors = doors
        self._find_surveys = find_surveys
        self._find_flow = find_flow
        self._find_script = find_script
        self._find_pauses = find_pauses

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        door, read = self._doors.door, Permission.SEE_REPORTS
        return [
            web.get("/api/surveys", door(read, self._surveys, 5)),
            web.get("/api/flows/{flow}/report", door(read, self._flow, 10)),
            web.get("/api/queue-pauses", door(read, self._pauses, 5)),
            web.get(
                "/api/scripts/{script}/report",
                door(read, self._script, 10),
            ),
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

    async def _script(self, ask: Ask) -> web.Response:
        begin, end = _stretch(ask)
        by = next((by for by in SCRIPTS_BY if by == ask.request.query.get("by", "version")), None)
        if by is None:
            raise BadBodyError({"by": "version, queue or agent"})
        goals = frozenset(ask.request.query.get("goal", "").split(",")) - {""}
        if not all(map(is_safe_id, goals)):
            raise BadBodyError({"goal": "names of dispositions, with commas between"})
        script, found = ask.name("script"), None
        if is_safe_id(script):
            asked = ScriptQuestion(
                script=script,
                begin=begin,
                end=end,
                by=by,
                queue=_name(ask, "queue"),
                agent=_name(ask, "agent"),
                goals=goals,
            )
            found = await self._find_script(asked)
        if found is None:
            return refusal(404, "no_such_script", "There is no such call script.")
        return web.json_response(found)

    async def _surveys(self, ask: Ask) -> web.Response:
        begin, end = _stretch(ask)
        by = ask.request.query.get("by", "queue")
        if by not in BY:
            raise BadBodyError({"by": "center, queue or agent"})
        queue, agent = _name(ask, "queue"), _name(ask, "agent")
        rows = await self._find_surveys(begin, end, by, queue, agent)
        return web.json_response({"from_at": begin, "to_at": end, "by": by, "surveys": rows})

    async def _pauses(self, ask: Ask) -> web.Response:
        begin, end = _stretch(ask)
        rows = await self._find_pauses(begin, end, _name(ask, "queue"), _name(ask, "agent"))
        return web.json_response({"from_at": begin, "to_at": end, "pauses": rows})


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
