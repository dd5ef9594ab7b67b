"""What the checker knows of clocks and regions: hours, holidays, parts of the day.

Like the checker itself, written apart from the gate and in another way.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialer.attempt import Verdict
from dialer.campaign import CampaignSettings
from dialer.check_log import Opened
from dialer.policy import Policy

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_SAYS_NOTHING = (Verdict.CANCELLED, Verdict.FAILED, Verdict.INVALID)
Found = Iterator[tuple[str, str]]


def concerns(law: Policy, region: str) -> bool:
    """Say whether somebody of whom `region` is known may be under a law, by parts of the names."""
    if region == "":
        return True
    parts, area = region.split("-"), law.region.split("-")
    if any(parts[: len(out)] == out for out in (name.split("-") for name in law.except_in)):
        return False
    shorter = min(len(parts), len(area))
    return law.region == "*" or parts[:shorter] == area[:shorter]


def window(at: int, opened: Opened, laws: Sequence[Policy]) -> Found:
    """Hold to the hours and holidays of every zone that somebody may be in."""
    if not opened.zones or not laws:
        yield "no_law", "no zone, or no law that is known"
    for zone in opened.zones:
        there = wall(at, zone)
        day, minutes = there.date(), there.hour * 60 + there.minute
        here = [law for law in laws if in_force(law, day)]
        if not any(law.hours for law in here):
            yield "no_law", f"nobody says any hours for {zone}"
        for law in here:
            if law.holidays and (
                str(day) in law.holidays or (law.holidays_until and str(day) >= law.holidays_until)
            ):
                yield "window", f"{law.policy}: {day} is a holiday in {zone}"
            if law.hours:
                row = law.hours[there.weekday()]
                if row is None or minutes < row[0] or minutes >= row[1]:
                    yield "window", f"{law.policy}: it was {there:%a %H:%M} in {zone}"


def quota(
    at: int,
    opened: Opened,
    campaign: CampaignSettings,
    tried: Iterable[tuple[int, Verdict | None]],
) -> Found:
    """Hold to attempts per part of the party's day; `tried`: when, and what came of it."""
    if campaign.day_parts is None or not opened.zones:
        return
    zone = opened.zones[0]
    now = wall(at, zone)
    mine = [p for p in campaign.day_parts.parts if p.begins <= _minute(now) < p.ends]
    if not mine:
        yield "day_part", f"no part of the day has {now:%H:%M}"
        return
    (part,) = mine
    first = now.date() - timedelta(days=campaign.day_parts.days - 1)
    whens = [wall(when, zone) for when, verdict in tried if verdict not in _SAYS_NOTHING]
    n = sum(w.date() >= first and part.begins <= _minute(w) < part.ends for w in whens)
    if n >= part.most:
        yield "day_part", f"{part.name}: {n} before it, {part.most} are allowed"


def _minute(there: datetime) -> int:
    return there.hour * 60 + there.minute


def in_force(law: Policy, day: date) -> bool:
    """Say whether a law holds on a day."""
    begins = date.fromisoformat(law.effective_from)
    return begins <= day and not (law.effective_to and day >= date.fromisoformat(law.effective_to))


@lru_cache(maxsize=200_000)
def wall(at: int, zone: str) -> datetime:
    """Give the wall time in a zone."""
    return (_1970 + timedelta(microseconds=at)).astimezone(_zone(zone))


@lru_cache(maxsize=1000)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
