"""Times of Asterisk's GotoIfTime as calendars of ours. Pure."""

import re
from typing import Any

from contact_center.content.calendars import DAYS

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
    hours = [_hours(one.strip(), notes) for one in times.split("&")] if times != "*" else []
    rows = hours or ["00:00-24:00"]
    week = "mon-sun" if weekdays == "*" else ",".join(_days(w.strip()) for w in weekdays.split("&"))
    made: dict[str, Any] = {"weekly": {week: rows}}
    zone = re.split(r"[,|]", written)[4:5]
    if zone and zone[0].strip() not in ("", "*"):
        made = {"timezone": zone[0].strip(), **made}
    return made, notes


def _hours(written: str, notes: list[str]) -> str:
    found = _TIME.match(written)
    if found is None:
        raise TimesError(f"the times {written[:40]!r}")
    begin, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if begin >= _LAST or end >= _LAST or int(found[2]) > 59 or int(found[4]) > 59:
        raise TimesError(f"the times {written[:40]!r}")
    if end % 60 == 59 or end % 15 == 14:
        end += 1  # the last minute counts there, and here an end is an end
    else:
        notes.append(f"{written}: the minute {found[3]}:{found[4]} itself does not count here")
    return f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"


def _days(written: str) -> str:
    first, dash, last = (part.strip()[:3] for part in written.partition("-"))
    if first not in DAYS or (dash and last not in DAYS):
        raise TimesError(f"the days {written[:40]!r}")
    return f"{first}-{last}" if dash else first
