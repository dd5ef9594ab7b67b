"""Parts of the called party's day: how often somebody is tried in each, within so many days.

Days and hours are those of the party's own clock, by the zone's name, so a clock change needs no
rule of its own. The span moves by whole days: what was tried on a day counts on that day and the
`days` - 1 that follow, and leaves the count at midnight. Hours that no part has are not dialled.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dialer import calling_window
from dialer.attempt import Verdict

MOST_DAYS = 28
"""The longest span: storage knows of attempts for a little longer than this."""
NOT_TRIED = frozenset({Verdict.CANCELLED, Verdict.FAILED, Verdict.INVALID})
"""Ends that say nothing of when somebody can be reached: taken back by us, or never went out."""
_SLACK_DAYS = 3
"""Looked further ahead than the span, as a day or a part may be left out by a clock."""
_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """A part of the day: from the minute it begins to the one it ends before.

    ``most``: so many attempts at most in it, of all its days within the span.
    """

    name: str
    begins: int
    ends: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayParts:
    """Parts that do not overlap, in the order of the day, and the span of days they count over."""

    days: int
    parts: tuple[DayPart, ...]


USUAL: tuple[tuple[str, int, int], ...] = (
    ("morning", 8 * 60, 12 * 60),
    ("afternoon", 12 * 60, 17 * 60),
    ("evening", 17 * 60, 21 * 60),
)
"""Names and minutes of the parts where nobody says others."""


def usual(most: int) -> tuple[DayPart, ...]:
    """Give the usual parts, each with the same count."""
    return tuple(
        DayPart(name=name, begins=begins, ends=ends, most=most) for name, begins, ends in USUAL
    )


def part_at(parts: Sequence[DayPart], at: int, zone: str) -> DayPart | None:
    """Say in which part of the day it is in a zone; None between them."""
    local = calling_window.local_time(at, zone)
    minute = local.hour * 60 + local.minute
    return next((each for each in parts if each.begins <= minute < each.ends), None)


def next_free(quota: DayParts, tried: Iterable[int], at: int, zone: str) -> int | None:
    """Give the first instant from `at` on, in a part of the day in which one more may be tried.

    ``tried``: instants of all attempts that count. None when there is none within the span and some
    days, which only clocks that skip every part can cause. Raises ValueError for an unknown zone.
    """
    counts: Counter[tuple[int, str]] = Counter()
    for instant in tried:
        part = part_at(quota.parts, instant, zone)
        if part is not None:
            counts[_day_of(instant, zone), part.name] += 1
    today = _day_of(at, zone)
    for day in range(today, today + quota.days + _SLACK_DAYS):
        for part in quota.parts:
            span = range(day - quota.days + 1, day + 1)
            if sum(counts[each, part.name] for each in span) >= part.most:
                continue
            found = _first_in(part, day, at, zone)
            if found is not None:
                return found
    return None


def _first_in(part: DayPart, day: int, at: int, zone: str) -> int | None:
    """Give the first instant from `at` on in a part of a local day; None when it is over."""
    begins = calling_window.instants(zone, day, part.begins)
    for instant in sorted({at, *(each for each in begins if each > at)}):
        if _day_of(instant, zone) == day and part_at((part,), instant, zone) is not None:
            return instant
    return None


def least_tried(parts: Sequence[DayPart], tried: Iterable[int], zone: str) -> tuple[DayPart, ...]:
    """Give the parts that were tried least often, whatever the day."""
    counts: Counter[str] = Counter()
    for instant in tried:
        part = part_at(parts, instant, zone)
        if part is not None:
            counts[part.name] += 1
    least = min(counts[each.name] for each in parts)
    return tuple(each for each in parts if counts[each.name] == least)


def _day_of(at: int, zone: str) -> int:
    return (calling_window.local_time(at, zone).date() - _EPOCH_DAY).days
