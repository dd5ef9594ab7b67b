"""When a party may be called: inside the hours of every policy in every zone they may be in.

Wall time is compared with wall time, in the zone by its name, at the instant itself. So a clock
change needs no rule of its own: an hour that comes twice counts both times, one that is skipped
counts from the moment the clock jumps to. Nothing is stored as an offset.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialer.policy import Policy

HORIZON_DAYS = 32
"""How far ahead a legal window is looked for; what has none by then has none."""

DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """Give the zone of an IANA name; None when there is none."""
    if not name or name.startswith("/") or ".." in name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def known(zones: Sequence[str]) -> bool:
    """Say whether there are zones, and each of them exists."""
    return bool(zones) and all(zone_of(name) is not None for name in zones)


def local_time(at: int, zone: str) -> datetime:
    """Give the wall time of an instant. Raises ValueError for a zone that does not exist."""
    found = zone_of(zone)
    if found is None:
        raise ValueError(f"there is no time zone {zone!r}")
    return (_EPOCH + timedelta(microseconds=at)).astimezone(found)


def dated(policy: Policy, day: str) -> bool:
    """Say whether a policy is in force on a day (ISO) of the called party's."""
    return policy.effective_from <= day and (not policy.effective_to or day < policy.effective_to)


def open_at(at: int, zones: Sequence[str], policies: Iterable[Policy]) -> bool:
    """Say whether a call at `at` is inside the hours, in every zone, of all that is in force then.

    Without a zone, with one that does not exist, or with nobody who says any hours: no.
    """
    return open_through(at, 0, zones, tuple(policies))


def open_through(at: int, span_us: int, zones: Sequence[str], policies: Sequence[Policy]) -> bool:
    """Say whether both `at` and `at` + `span_us` (shorter than any window) are open."""
    if not known(zones):
        return False
    for zone in zones:
        local = local_time(at, zone)
        if not _open_in(local, policies):
            return False
        in_minute = local.second * 1_000_000 + local.microsecond
        if in_minute + span_us >= _MINUTE_US and not _open_in(
            local_time(at + span_us, zone), policies
        ):
            return False
    return True


def _open_in(local: datetime, policies: Sequence[Policy]) -> bool:
    weekday, day = local.weekday(), local.date().isoformat()
    minute = local.hour * 60 + local.minute
    said = False
    for policy in policies:
        if not dated(policy, day):
            continue
        if policy.holidays and _holiday(policy, day):
            return False
        if not policy.hours:
            continue
        said = True
        row = policy.hours[weekday]
        if row is None or not row[0] <= minute < row[1]:
            return False
    return said


def _holiday(policy: Policy, day: str) -> bool:
    return day in policy.holidays or (policy.holidays_until != "" and day >= policy.holidays_until)


def next_open(at: int, zones: Sequence[str], policies: Iterable[Policy]) -> int | None:
    """Give the first instant from `at` on that is open; None without one in `HORIZON_DAYS`."""
    policies, names = tuple(policies), tuple(dict.fromkeys(zones))
    if not known(names):
        return None
    if open_at(at, names, policies):
        return at
    key = (names, id(policies))
    before = _SEARCHED.get(key)
    if before is not None and before.policies is policies and before.answers(at):
        return before.opens
    if len(_SEARCHED) >= _MOST_SEARCHED:
        _SEARCHED.clear()
    found = _Searched(policies, at, _search(at, names, policies))
    _SEARCHED[key] = found
    return found.opens


@dataclass(frozen=True, slots=True)
class _Searched:
    """What a search found: closed from `since` until it opens; None: not for long."""

    policies: tuple[Policy, ...]
    since: int
    opens: int | None

    def answers(self, at: int) -> bool:
        return self.since <= at < (self.since + DAY_US if self.opens is None else self.opens)


_MOST_SEARCHED = 4096
_SEARCHED: dict[tuple[tuple[str, ...], int], _Searched] = {}
"""The last search of each set of zones and policies: everybody of a place opens at one moment."""


def _search(at: int, zones: tuple[str, ...], policies: tuple[Policy, ...]) -> int | None:
    minutes = {0} | {row[0] for policy in policies for row in policy.hours if row is not None}
    first = at // DAY_US
    for day in range(first, first + HORIZON_DAYS + 1):
        begins = {
            instant
            for zone in zones
            for near in (day - 1, day, day + 1)
            for minute in minutes
            for instant in instants(zone, near, minute)
            if max(at, day * DAY_US) <= instant < (day + 1) * DAY_US
        }
        # An hour that comes twice begins again inside a window that has ended.
        changes = {change for zone in zones for change in clock_changes(zone, day)}
        for instant in sorted(begins | {change for change in changes if change >= at}):
            if open_at(instant, zones, policies):
                return instant
    return None


def day_start(at: int, zone: str) -> int:
    """Give the instant at which the local day that `at` lies in began."""
    day = (local_time(at, zone).date() - _EPOCH_DAY).days
    return min(instants(zone, day, 0))


def next_day(at: int, zone: str) -> int:
    """Give the instant at which the local day after the one that `at` lies in begins."""
    day = (local_time(at, zone).date() - _EPOCH_DAY).days + 1
    start = min(instants(zone, day, 0))
    while start <= at:  # a day that a zone left out when it crossed the date line
        day += 1
        start = min(instants(zone, day, 0))
    return start


@lru_cache(maxsize=65536)
def instants(zone: str, day: int, minute: int) -> tuple[int, ...]:
    """Give the instants at which a wall clock shows `minute` of a day, or jumps over it.

    One as a rule, two where an hour comes twice; of a skipped hour the moment of the jump.
    """
    found = zone_of(zone)
    if found is None:
        raise ValueError(f"there is no time zone {zone!r}")
    wall = datetime.combine(_EPOCH_DAY + timedelta(days=day), datetime.min.time())
    wall += timedelta(minutes=minute)
    both = [_us(wall.replace(tzinfo=found, fold=fold)) for fold in (0, 1)]
    if both[1] < both[0]:
        return (_jump(found, both[1], both[0]),)
    return tuple(dict.fromkeys(both))


@lru_cache(maxsize=65536)
def clock_changes(zone: str, day: int) -> tuple[int, ...]:
    """Give the instant in a UTC day at which the zone's clocks are set, if there is one."""
    found = zone_of(zone)
    if found is None:
        raise ValueError(f"there is no time zone {zone!r}")
    start, end = day * DAY_US - 1_000_000, (day + 1) * DAY_US - 1_000_000
    if _offset(found, start) == _offset(found, end):
        return ()
    return (_jump(found, start, end),)


def _offset(zone: ZoneInfo, at: int) -> timedelta | None:
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()


def _us(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def _jump(zone: ZoneInfo, before: int, after: int) -> int:
    """Find the instant in (before, after] at which the zone's offset changes, to the second."""
    old = _offset(zone, before)
    low, high = before // 1_000_000, after // 1_000_000
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * 1_000_000) == old:
            low = middle
        else:
            high = middle
    return high * 1_000_000
