"""When a campaign runs by itself: windows and holidays in a named zone, start and stop rules.

Wall times are looked up in the zone for each day anew, so a window from 9 to 17 is that also on the
days on which clocks change. What a clock shows twice is inside both times; a time that does not
exist is where the clock jumps to.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger, Schedule

LOOK_AHEAD_DAYS = 370
_ENOUGH_LIVE = 30
"""So many people have to have answered before the share of abandoned calls pauses a campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a schedule wants of its campaign."""

    trigger: CampaignTrigger
    why: str


def is_open(schedule: Schedule, now: int) -> bool:
    """Say whether the schedule allows dialling now."""
    if schedule.start_at is not None and now < schedule.start_at:
        return False
    if schedule.stop_at is not None and now >= schedule.stop_at:
        return False
    return _in_windows(schedule, now)


def target_at(settings: CampaignSettings, now: int) -> float:
    """Tell which share of abandoned calls to aim at now.

    With a `target_early` it comes down evenly over each window of the schedule, by its wall clock.
    """
    early, target, schedule = settings.target_early, settings.target, settings.schedule
    if early <= target:
        return target
    local = datetime.fromtimestamp(now / 1e6, ZoneInfo(schedule.zone))
    minute = local.hour * 60 + local.minute + local.second / 60
    left = [
        (ends - minute) / (ends - begins)
        for weekday, begins, ends in schedule.windows
        if weekday == local.weekday() and begins <= minute < ends
    ]
    return target + (early - target) * min(left, default=0.0)


def next_change(schedule: Schedule, now: int) -> int | None:
    """Tell when `is_open` may change next; None when it never will."""
    edges = [at for at in (schedule.start_at, schedule.stop_at) if at is not None and at > now]
    if schedule.windows or schedule.holidays:
        edges += _edges(schedule, now)
    return min(edges, default=None)


def wants(
    settings: CampaignSettings,
    state: CampaignState,
    now: int,
    *,
    successes: int,
    live: int,
    abandoned: int,
) -> Move | None:
    """Tell what the start and stop rules want now. ``live``, ``abandoned``: since the start."""
    schedule = settings.schedule
    if state is CampaignState.SCHEDULED and is_open(schedule, now):
        return Move(trigger=CampaignTrigger.START, why="schedule")
    if state is not CampaignState.RUNNING:
        return None
    if schedule.stop_at is not None and now >= schedule.stop_at:
        return Move(trigger=CampaignTrigger.DRAIN, why="stop_at")
    if schedule.stop_after and successes >= schedule.stop_after:
        return Move(trigger=CampaignTrigger.DRAIN, why="stop_after")
    over = schedule.stop_over and live >= _ENOUGH_LIVE
    if over and abandoned > schedule.stop_over * live:
        return Move(trigger=CampaignTrigger.PAUSE, why="stop_over")
    return None


def _in_windows(schedule: Schedule, now: int) -> bool:
    local = datetime.fromtimestamp(now / 1e6, ZoneInfo(schedule.zone))
    if local.date().isoformat() in schedule.holidays:
        return False
    if not schedule.windows:
        return True
    minute = local.hour * 60 + local.minute
    return any(
        weekday == local.weekday() and begins <= minute < ends
        for weekday, begins, ends in schedule.windows
    )


def _edges(schedule: Schedule, now: int) -> list[int]:
    """The next edge of a window or holiday at which the answer differs from now's."""
    zone = ZoneInfo(schedule.zone)
    today = datetime.fromtimestamp(now / 1e6, zone).date()
    here = _in_windows(schedule, now)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        for at in sorted(_edges_of(schedule, day, zone)):
            if at > now and _in_windows(schedule, at) is not here:
                return [at]
    return []


def _edges_of(schedule: Schedule, day: date, zone: ZoneInfo) -> set[int]:
    minutes = {0}
    for weekday, begins, ends in schedule.windows:
        if weekday == day.weekday():
            minutes |= {begins, ends}
    found = set()
    for minute in minutes:
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001
        for fold in (0, 1):
            at = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            found.add(int(at.timestamp() * 1_000_000))
    return found | _jumps(day, zone)


def _jumps(day: date, zone: ZoneInfo) -> set[int]:
    """The quarter hours of a day on which the clock changes: one of them is the change."""
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    if begins.utcoffset() == (begins + timedelta(days=1)).utcoffset():
        return set()
    first = int(begins.timestamp())
    return {(first + quarter * 900) * 1_000_000 for quarter in range(4 * 26)}
