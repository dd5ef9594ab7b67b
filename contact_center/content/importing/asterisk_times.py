"""Times of Asterisk's GotoIfTime as calendars of ours. Pure."""

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contact_center.content.calendars import DAYS, days_of

_TIME = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})\Z", re.ASCII)
_LAST = 24 * 60


class TimesError(ValueError):
    """Times that no calendar can say; the message says which."""


def calendar_of(written: str) -> tuple[dict[str, Any], list[str]]:
    """Read ``times,weekdays,mdays,months[,timezone]``; gives a calendar and what is not exact.

    Raises TimesError.
    """
    parts = [part.strip().lower() for part in re.split(r"[,|]", written)] + ["*"] * 4
    times, weekdays, days, months = parts[:4]
    if days != "*" or months != "*":
        raise TimesError(f"days of months ({days},{months}): write holidays: of a calendar")
    notes: list[str] = []
    rows = ["00:00-24:00"] if times == "*" else _row(times.split("&"), notes)
    week = "mon-sun" if weekdays == "*" else _week(weekdays.split("&"), notes)
    made: dict[str, Any] = {"weekly": {week: rows}}
    zone = next((part.strip() for part in re.split(r"[,|]", written)[4:5]), "")
    if zone not in ("", "*"):
        if _is_zone(zone):
            made = {"timezone": zone, **made}
        else:
            notes.append(f"there is no time zone {zone[:40]!r}: these are times of the center's")
    return made, notes


def _row(written: list[str], notes: list[str]) -> list[str]:
    """Make the hours of one day, which overlap nowhere: what overlaps is joined, as it is there."""
    found = sorted(span for one in written for span in _spans(one.strip(), notes))
    joined: list[tuple[int, int]] = []
    for begin, end in found:
        if joined and begin <= joined[-1][1]:
            if begin < joined[-1][1]:
                notes.append(f"{'&'.join(written)[:80]}: times that overlap are one here")
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return [f"{_clock(begin)}-{_clock(end)}" for begin, end in joined]


def _spans(written: str, notes: list[str]) -> list[tuple[int, int]]:
    """Read a range as minutes of the day. One over midnight is the begin and the end of each day:
    there the days hold for the clock, whenever a night began."""
    found = _TIME.match(written)
    if found is None:
        raise TimesError(f"the times {written[:40]!r}")
    begin, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if begin >= _LAST or end >= _LAST or int(found[2]) > 59 or int(found[4]) > 59:
        raise TimesError(f"the times {written[:40]!r}")
    over_midnight = end < begin
    if end % 60 == 59 or end % 15 == 14:
        end += 1  # the last minute counts there, and here an end is an end
    elif end == begin:
        raise TimesError(f"the times {written[:40]!r}, which are a minute")
    else:
        notes.append(f"{written}: the minute {found[3]}:{found[4]} itself does not count here")
    if not over_midnight:
        return [(begin, end)]
    return [(begin, _LAST), *([(0, end)] if end else [])]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _week(written: list[str], notes: list[str]) -> str:
    """Make the days of a week, each once."""
    named = [_days(one.strip()) for one in written]
    days = days_of(",".join(named))
    if len(set(days)) == len(days):
        return ",".join(named)
    notes.append(f"{'&'.join(written)[:80]}: days that are there twice count once here")
    return ",".join(day for day in DAYS if day in days)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        return False
    return True


def _days(written: str) -> str:
    first, dash, last = (part.strip()[:3] for part in written.partition("-"))
    if first not in DAYS or (dash and last not in DAYS):
        raise TimesError(f"the days {written[:40]!r}")
    return f"{first}-{last}" if dash else first
