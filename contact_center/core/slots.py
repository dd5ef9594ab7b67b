"""Times at which somebody may be called back, and the next opening: out of calendars. Pure.

A slot begins at a whole step of the local day and lies within hours from its first minute to its
last. A local time that a clock change skips is no slot; of a repeated hour the first one is.
Instants are microseconds since 1970 UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from contact_center.core.bookings import Span
from contact_center.core.hours import MINUTES_A_DAY, Calendar, Opening

MINUTE_US = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time from `begin` to `end`, in which `left` more people can be called."""

    begin: int
    end: int
    left: int


def slots(
    calendars: Sequence[Calendar],
    zone: ZoneInfo,
    window: Span,
    *,
    minutes: int,
    room: int,
    others: Iterable[Span],
) -> list[Slot]:
    """List the slots with room that lie in `window`, first to last.

    ``calendars``: all have to be open. ``minutes``: how long a slot is. ``room``: how many can be
    called in a slot when nobody has been promised anything; ``others``: what is promised, each of
    which takes its part of every slot that it overlaps.
    """
    promised = list(others)
    found = []
    for begin in _starts(zone, window, minutes):
        end = begin + minutes * MINUTE_US
        if begin < window[0] or end > window[1] or not _open_all(calendars, begin, end):
            continue
        left = room - sum(1 for span in promised if span[0] < end and begin < span[1])
        if left > 0:
            found.append(Slot(begin=begin, end=end, left=left))
    return found


def next_opening(calendars: Sequence[Calendar], now: int, days: int) -> int | None:
    """Say when all calendars are open next, `now` included; None: not within so many days."""
    if is_open(calendars, now):
        return now
    begins = set()
    for calendar in calendars:
        for day in _days(calendar.zone, (now, now + days * MINUTES_A_DAY * MINUTE_US)):
            for minute in (0, *(interval.start for interval in calendar.row(day))):
                begins.add(instant(day, minute, calendar.zone))
    return next((at for at in sorted(begins) if at > now and is_open(calendars, at)), None)


def is_open(calendars: Iterable[Calendar], at: int) -> bool:
    """Say whether all calendars are open."""
    return all(calendar.at(at) is Opening.OPEN for calendar in calendars)


def local(at: int, zone: ZoneInfo) -> datetime:
    """Give the wall time of an instant."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def instant(day: date, minute: int, zone: ZoneInfo) -> int:
    """Give the instant of a local time; of one that is skipped, when the clock jumps."""
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    late = _us(wall)
    if _wall(late, zone) == wall.replace(tzinfo=None):
        return late
    early = _us(wall.replace(fold=1))
    first = local(early, zone).utcoffset()
    jumps = range(early, late + 1, MINUTE_US)
    return next((at for at in jumps if local(at, zone).utcoffset() != first), late)


def _starts(zone: ZoneInfo, window: Span, minutes: int) -> Iterable[int]:
    for day in _days(zone, window):
        for minute in range(0, MINUTES_A_DAY, minutes):
            at = instant(day, minute, zone)
            wall = local(at, zone)
            if (wall.hour, wall.minute) == divmod(minute, 60):
                yield at


def _days(zone: ZoneInfo, window: Span) -> Iterable[date]:
    day, last = local(window[0], zone).date(), local(window[1], zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _open_all(calendars: Sequence[Calendar], begin: int, end: int) -> bool:
    """Say whether all are open at every quarter of an hour from `begin`, and in the last minute."""
    looks = [*range(begin, end, 15 * MINUTE_US), end - MINUTE_US]
    return all(is_open(calendars, at) for at in looks)


def _us(wall: datetime) -> int:
    return (wall - _EPOCH) // timedelta(microseconds=1)


def _wall(at: int, zone: ZoneInfo) -> datetime:
    return local(at, zone).replace(tzinfo=None)
