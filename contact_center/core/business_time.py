"""Time that counts only while a calendar is open. Pure: instants and the calendar come in.

All instants are microseconds since 1970 UTC, all lengths microseconds of open time. Without a
calendar every moment counts. What is asked for is looked for within `FARTHEST_DAYS` days: a
calendar that is never open gives no time at all, and a deadline that is that far away is none.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from contact_center.core.hours import MINUTES_A_DAY, Calendar

FARTHEST_DAYS = 800
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def open_between(calendar: Calendar | None, begin: int, end: int) -> int:
    """Add up the open time in ``[begin, end)``; 0 when `end` is not after `begin`."""
    if end <= begin:
        return 0
    if calendar is None:
        return end - begin
    total = 0
    for opens, shuts in _spans(calendar, begin):
        if opens >= end:
            break
        total += max(0, min(shuts, end) - max(opens, begin))
    return total


def after_open(calendar: Calendar | None, begin: int, length: int) -> int | None:
    """Say when `length` of open time has passed since `begin`; None when that is never."""
    if calendar is None:
        return begin + length
    left = length
    for opens, shuts in _spans(calendar, begin):
        here = max(opens, begin)
        if shuts > here:
            if shuts - here >= left:
                return here + left
            left -= shuts - here
    return None


def _spans(calendar: Calendar, begin: int) -> Iterator[tuple[int, int]]:
    """Give the open spans from the day before `begin` on, in order, none over another."""
    first = (_EPOCH + timedelta(microseconds=begin)).astimezone(calendar.zone).date()
    last = 0
    for day in range(-1, FARTHEST_DAYS):
        for opens, shuts in _of_day(calendar, first + timedelta(days=day)):
            # What a night shift of the day before has already counted is not counted again.
            start = max(opens, last)
            if shuts > start:
                yield start, shuts
                last = shuts


def _of_day(calendar: Calendar, day: date) -> Iterator[tuple[int, int]]:
    tomorrow = day + timedelta(days=1)
    for interval in sorted(calendar.row(day), key=lambda one: one.start):
        opens = _at(calendar, day, interval.start)
        if interval.end > interval.start:
            yield opens, _at(calendar, day, interval.end)
        elif day in calendar.holidays or tomorrow not in calendar.holidays:
            yield opens, _at(calendar, tomorrow, interval.end)
        else:  # a holiday begins: what is written for it beats last night's shift
            yield opens, _at(calendar, tomorrow, 0)


def _at(calendar: Calendar, day: date, minute: int) -> int:
    if minute >= MINUTES_A_DAY:
        day, minute = day + timedelta(days=1), minute - MINUTES_A_DAY
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=calendar.zone)
    return (wall.astimezone(UTC) - _EPOCH) // _US
