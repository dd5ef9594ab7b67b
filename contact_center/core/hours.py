"""Opening hours: is a calendar open at an instant? Pure: the time and the zone come in.

Intervals are half-open in local wall time, ``[start, end)``. An end at or before its start crosses
midnight and belongs to the day it starts on. A local time that a clock change skips counts from the
moment the clock jumps to; both hours of a repeated one count. What is written for a date beats the
week: on a date in ``holidays`` a weekly night shift of the day before does not go on past midnight,
while one that is itself written for a holiday does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Opening(Enum):
    """What a calendar says of an instant."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Minutes after local midnight, ``start`` in [0, 1440), ``end`` in (0, 1440]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A week and its exceptions. ``weekly`` has seven rows, Monday first.

    A date in ``holidays`` replaces its weekly row; with no intervals it is closed all day.
    """

    name: str
    zone: ZoneInfo
    weekly: tuple[tuple[Interval, ...], ...]
    holidays: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def at(self, now: int) -> Opening:
        """Say whether the calendar is open at `now` (microseconds since 1970 UTC).

        HOLIDAY means: not open, and today's row comes from ``holidays``.
        """
        local = (_EPOCH + timedelta(microseconds=now)).astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today = local.date()
        if _within(self.row(today), minute):
            return Opening.OPEN
        yesterday = today - timedelta(days=1)
        goes_on = yesterday in self.holidays or today not in self.holidays
        if goes_on and _spills_over(self.row(yesterday), minute):
            return Opening.OPEN
        return Opening.HOLIDAY if today in self.holidays else Opening.CLOSED

    def row(self, day: date) -> tuple[Interval, ...]:
        """Give the intervals that are written for a date."""
        return self.holidays[day] if day in self.holidays else self.weekly[day.weekday()]


def _within(row: tuple[Interval, ...], minute: int) -> bool:
    return any(i.start <= minute < (i.end if i.end > i.start else MINUTES_A_DAY) for i in row)


def _spills_over(row: tuple[Interval, ...], minute: int) -> bool:
    return any(i.end <= i.start and minute < i.end for i in row)
