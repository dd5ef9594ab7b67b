"""Times that callers choose for being called: from what they typed to an instant."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from contact_center.core.hours import Opening
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.flow import Appointment
from contact_center.core.ivr.walk import Walk

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DAYS = 366
_TIME = re.compile(r"([0-9]{1,2}):?([0-9]{2})\Z")
_MONTH_AND_DAY = re.compile(r"([0-9]{2})([0-9]{2})\Z")


def span_of(walk: Walk, wanted: Appointment) -> tuple[int, int] | None:
    """Give from when to when the caller is to be called (microseconds UTC); None when they cannot.

    What has begun already goes on from now. Raises ExpressionFailedError.
    """
    names = walk.names()
    day, time = wanted.day.evaluate(names), wanted.time.evaluate(names)
    begin = instant(day, time, walk.now, wanted.calendar.zone)
    if begin is None or begin + wanted.window_us <= walk.now:
        return None
    end, begin = begin + wanted.window_us, max(begin, walk.now)
    if wanted.calendar.at(begin) is not Opening.OPEN:
        return None
    return begin, end


def instant(day: Scalar, time: Scalar, now: int, zone: ZoneInfo) -> int | None:
    """Read a day and a time of it as `Appointment` has them; None for what is no time."""
    today = local(now, zone).date()
    the_day, minutes = _day(day, today), _minutes(time)
    if the_day is None or minutes is None:
        return None
    begin = datetime(the_day.year, the_day.month, the_day.day, *divmod(minutes, 60), tzinfo=zone)
    since = begin.astimezone(UTC) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000


def written(at: int, zone: ZoneInfo) -> str:
    """Write an instant as it is on the clocks of a zone, with its offset."""
    return local(at, zone).isoformat(timespec="seconds")


def local(at: int, zone: ZoneInfo) -> datetime:
    """Give an instant on the clocks of a zone."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def _day(day: Scalar, today: date) -> date | None:
    if isinstance(day, int) and not isinstance(day, bool):
        return today + timedelta(days=day) if 0 <= day <= _MOST_DAYS else None
    if not isinstance(day, str):
        return None
    match = _MONTH_AND_DAY.match(day)
    try:
        if match is None:
            found = date.fromisoformat(day)
            # Of yesterday a window may still go on. Far years have no instant in every zone.
            return found if -1 <= (found - today).days <= _MOST_DAYS else None
        month, number = int(match[1]), int(match[2])
        found = date(today.year, month, number)
        return found if found >= today else date(today.year + 1, month, number)
    except ValueError:
        return None


def _minutes(time: Scalar) -> int | None:
    if isinstance(time, int) and not isinstance(time, bool) and 0 <= time <= 9999:
        time = f"{time:04d}"
    match = _TIME.match(time) if isinstance(time, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return int(match[1]) * 60 + int(match[2])
