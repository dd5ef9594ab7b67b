"""The door of reports: measures of the past by queue, agent, skill, as JSON or CSV."""

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from contact_center.adapters.api.bodies import BadBodyError
from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.permissions import Permission
from contact_center.reporting.books import Attribution, Of
from contact_center.reporting.csv_cells import cell
from contact_center.reporting.measures import MEASURES

DAY_US: Final = 86_400_000_000
LONGEST_US: Final = 400 * DAY_US
MOST_INTERVALS: Final = 1_000
COST: Final = 10
LENGTHS: Final = {"": 0, "30m": 1_800_000_000, "1h": 3_600_000_000, "1d": DAY_US}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked for: from one instant to another, cut into lengths, of whom."""

    begin: int
    end: int
    length_us: int
    of: Of
    attribution: Attribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Measures of one in one interval that begins at `at`, in microseconds UTC."""

    at: int
    name: str
    values: Mapping[str, float | int | None]


Find = Callable[[Question], Awaitable[Sequence[Line]]]
"""Counts. Raises HistoryAwayError."""


class PastNumbers:
    """The door of one process."""

    def __init__(self, doors: Doors, find: Find) -> None:
        self._doors = doors
        self._find = find

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door = self._doors.door(Permission.SEE_REPORTS, self._report, COST)
        return [web.get(f"{at}/report", door)]

    async def _report(self, ask: Ask) -> web.Response:
        asked, zone = _question(ask), _zone(ask)
        form = _one_of(ask, "format", ("json", "csv"))
        lines = [line for line in await self._find(asked) if _is_theirs(ask, asked.of, line)]
        if form == "csv":
            headers = {
                "Content-Disposition": f'attachment; filename="report-by-{asked.of.value}.csv"',
                "Cache-Control": "no-store",
            }
            text = written(lines, asked.of, zone)
            return web.Response(text=text, content_type="text/csv", headers=headers)
        units = {name: unit.value for name, (unit, _) in MEASURES.items()}
        rows = [{"at": line.at // 1_000, "name": line.name, **line.values} for line in lines]
        return web.json_response({"by": asked.of.value, "units": units, "rows": rows})


def _is_theirs(ask: Ask, of: Of, line: Line) -> bool:
    """Whether a line is of their team; of skills and the whole center nobody's but all's."""
    reach = ask.who.reach
    if reach is None or (of is Of.AGENT and reach.has_agents([line.name])):
        return True
    return of is Of.QUEUE and reach.has_queues([line.name])


def written(lines: Sequence[Line], of: Of, zone: tzinfo) -> str:
    """Write lines as CSV: when in a zone, who, and every measure; nothing for the undefined."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("from", "of", "name", *MEASURES))
    for line in lines:
        values = ("" if line.values[name] is None else line.values[name] for name in MEASURES)
        at = datetime.fromtimestamp(line.at // 1_000_000, zone).isoformat(timespec="minutes")
        writer.writerow((at, of.value, cell(line.name), *values))
    return out.getvalue()


def _question(ask: Ask) -> Question:
    begin, end = _instant(ask, "from", ask.now - DAY_US), _instant(ask, "to", ask.now)
    if not 0 < end - begin <= LONGEST_US:
        raise BadBodyError({"to": "later than from, by 400 days at most"})
    length = LENGTHS[_one_of(ask, "interval", tuple(LENGTHS))] or end - begin
    if (end - begin) // length > MOST_INTERVALS:
        raise BadBodyError({"interval": f"no more than {MOST_INTERVALS} of them"})
    return Question(
        begin=begin,
        end=end,
        length_us=length,
        of=Of(_one_of(ask, "by", tuple(of.value for of in (Of.QUEUE, *Of)))),
        attribution=Attribution(_one_of(ask, "attribution", ("cohort", "flow"))),
    )


def _one_of(ask: Ask, name: str, known: Sequence[str]) -> str:
    text = ask.request.query.get(name, known[0])
    if text not in known:
        said = ", ".join(sorted({one for one in known if one}))
        raise BadBodyError({name: f"one of {said}"})
    return text


def _zone(ask: Ask) -> tzinfo:
    name = ask.request.query.get("zone", "")
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, LookupError):
        raise BadBodyError({"zone": "a time zone such as Europe/Madrid"}) from None


def _instant(ask: Ask, name: str, default: int) -> int:
    text = ask.request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 14):
        raise BadBodyError({name: "milliseconds since 1970 UTC"})
    return int(text) * 1_000
