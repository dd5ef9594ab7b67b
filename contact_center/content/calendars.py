"""Opening hours as people write them: days, ranges of days, holidays."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field

from contact_center.content.problems import did_you_mean
from contact_center.content.shapes import Shape
from contact_center.content.yaml_source import Document, Path
from contact_center.core.hours import MINUTES_A_DAY, Calendar, Interval

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_INTERVAL = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)\Z")

RowShape = Literal["closed"] | list[Annotated[str, Field(max_length=20)]]


class CalendarShape(Shape):
    """A week and its exceptions. Days that are not written are closed.

    Days are written ``mon``, ``mon-fri`` or ``tue,thu``; hours as ``["09:00-17:30"]`` or
    ``closed``; holidays by date, ``2026-12-25: closed``.
    """

    timezone: str | None = None
    weekly: dict[str, RowShape] = Field(min_length=1)
    holidays: dict[str, RowShape] = Field(default_factory=dict)
    note: str = ""


def zone_of(document: Document, path: Path, name: str) -> ZoneInfo | None:
    """Find a time zone; reports E104 for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        pass
    document.report(
        path,
        "E104",
        f'there is no time zone "{name}"',
        did_you_mean(name, _zones(name), "write one as in America/New_York"),
    )
    return None


def build_calendar(
    document: Document, path: Path, name: str, shape: CalendarShape, default: ZoneInfo | None
) -> Calendar | None:
    """Make the core's calendar; None after reporting what is wrong with it."""
    before = len(document.problems)
    if shape.timezone is not None:
        zone = zone_of(document, (*path, "timezone"), shape.timezone)
    else:
        zone = default
    week = _week(document, (*path, "weekly"), shape.weekly)
    holidays: dict[date, tuple[Interval, ...]] = {}
    for text, row in shape.holidays.items():
        here = (*path, "holidays", text)
        day = date_of(text)
        if day is None:
            document.report(here, "E060", f'"{text}" is not a date', "write 2026-12-25", key=True)
        else:
            holidays[day] = _row(document, here, row)
    if zone is None or len(document.problems) > before:
        return None
    return Calendar(name=name, zone=zone, weekly=week, holidays=holidays)


def _week(
    document: Document, path: Path, rows: Mapping[str, RowShape]
) -> tuple[tuple[Interval, ...], ...]:
    week: dict[str, tuple[Interval, ...]] = {}
    for text, row in rows.items():
        here = (*path, text)
        days = days_of(text)
        if not days:
            document.report(
                here, "E060", f'"{text}" is not a day', "write mon, mon-fri or tue,thu", key=True
            )
        intervals = _row(document, here, row)
        for day in days:
            if day in week:
                document.report(here, "E060", f"{day} is there twice", "remove one", key=True)
            week[day] = intervals
    ordered = tuple(week.get(day, ()) for day in DAYS)
    for index, intervals in enumerate(ordered):
        following = ordered[(index + 1) % 7]
        spill = max((i.end for i in intervals if i.end <= i.start), default=0)
        if any(i.start < spill for i in following):
            document.report(
                path,
                "E060",
                f"{DAYS[index]} runs past midnight into the hours of {DAYS[(index + 1) % 7]}",
                "end the one where the other begins",
            )
    return ordered


def days_of(text: str) -> tuple[str, ...]:
    """Read ``mon``, ``mon-fri`` or ``tue,thu``; () for anything else."""
    days: list[str] = []
    for part in text.replace(" ", "").lower().split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return ()
        begin = DAYS.index(first)
        span = (DAYS.index(last) - begin) % 7 if dash else 0
        days += [DAYS[(begin + step) % 7] for step in range(span + 1)]
    return tuple(days)


def _row(document: Document, path: Path, row: RowShape) -> tuple[Interval, ...]:
    if isinstance(row, str):
        return ()
    if not row:
        document.report(path, "E060", "a day without hours", "write closed")
    intervals: list[Interval] = []
    for index, text in enumerate(row):
        interval = interval_of(text)
        if interval is None:
            document.report(
                (*path, index),
                "E060",
                f'"{text}" are no opening hours',
                'write "09:00-17:30"; a whole day is "00:00-24:00"',
            )
        else:
            intervals.append(interval)
    intervals.sort(key=lambda i: i.start)
    for earlier, later in pairwise(intervals):
        if later.start < (earlier.end if earlier.end > earlier.start else MINUTES_A_DAY):
            document.report(
                path,
                "E060",
                f"hours that overlap: {_clock(earlier)} and {_clock(later)}",
                "join them, or end the first where the second begins",
            )
    return tuple(intervals)


def interval_of(text: str) -> Interval | None:
    """Read ``09:00-17:30``; None for anything else, and for nothing between the two."""
    match = _INTERVAL.match(text.strip())
    if match is None:
        return None
    start = int(match[1]) * 60 + int(match[2])
    end = int(match[3]) * 60 + int(match[4]) or MINUTES_A_DAY
    if start >= MINUTES_A_DAY or end > MINUTES_A_DAY or start == end:
        return None
    return Interval(start=start, end=end)


def _clock(interval: Interval) -> str:
    first, last = divmod(interval.start, 60), divmod(interval.end, 60)
    return f"{first[0]:02}:{first[1]:02}-{last[0]:02}:{last[1]:02}"


def date_of(text: str) -> date | None:
    """Read ``2026-12-25``; None for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _zones(name: str) -> frozenset[str]:
    """Candidates for a hint: the zones of the same area when there is one."""
    area = name.partition("/")[0]
    near = frozenset(z for z in available_timezones() if z.startswith(f"{area}/"))
    return near or frozenset(available_timezones())
