"""When a campaign runs by itself, on ordinary days and on those when clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger, Mode, Schedule
from dialer.ids import CampaignId
from dialer.scheduling import is_open, next_change, wants

LONDON = "Europe/London"
ALL_DAYS = tuple((weekday, 9 * 60, 17 * 60) for weekday in range(7))
MINUTE = 60_000_000


def instant(*local: int, zone: str = LONDON, fold: int = 0) -> int:
    at = datetime(*local, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[arg-type,misc]
    return int(at.timestamp() * 1_000_000)


def settings(schedule: Schedule) -> CampaignSettings:
    return CampaignSettings(
        campaign=CampaignId("c"),
        label="c",
        seller="s",
        queue="q",
        mode=Mode.PROGRESSIVE,
        flow="f",
        lists=(),
        caller_ids=(),
        schedule=schedule,
    )


def test_it_is_open_within_its_windows_and_not_on_holidays() -> None:
    plan = Schedule(zone=LONDON, windows=((0, 9 * 60, 17 * 60),), holidays=("2026-12-28",))
    assert is_open(plan, instant(2026, 11, 23, 9))
    assert not is_open(plan, instant(2026, 11, 23, 8, 59))
    assert not is_open(plan, instant(2026, 11, 23, 17))
    assert not is_open(plan, instant(2026, 11, 24, 12))
    assert not is_open(plan, instant(2026, 12, 28, 12))


def test_without_windows_it_is_always_open_between_start_and_stop() -> None:
    plan = Schedule(start_at=instant(2026, 11, 23, 9), stop_at=instant(2026, 11, 23, 10))
    assert [is_open(plan, instant(2026, 11, 23, 8 + n, 30)) for n in range(3)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("day", [(2026, 3, 28), (2026, 3, 29), (2026, 10, 24), (2026, 10, 25)])
def test_nine_is_nine_by_the_clock_on_the_wall_when_clocks_change(
    day: tuple[int, int, int],
) -> None:
    plan = Schedule(zone=LONDON, windows=ALL_DAYS)
    assert next_change(plan, instant(*day, 0, 30)) == instant(*day, 9)
    assert next_change(plan, instant(*day, 12)) == instant(*day, 17)


def test_a_time_that_does_not_exist_is_where_the_clock_jumps_to() -> None:
    zone = "America/New_York"
    plan = Schedule(zone=zone, windows=((6, 150, 300),))
    opens = next_change(plan, instant(2026, 3, 8, 0, 0, zone=zone))
    assert opens == instant(2026, 3, 8, 3, zone=zone)


def test_a_time_that_comes_twice_is_open_both_times() -> None:
    zone = "America/New_York"
    plan = Schedule(zone=zone, windows=((6, 75, 105),))
    assert is_open(plan, instant(2026, 11, 1, 1, 30, zone=zone))
    assert is_open(plan, instant(2026, 11, 1, 1, 30, zone=zone, fold=1))
    closes = next_change(plan, instant(2026, 11, 1, 1, 30, zone=zone))
    assert closes == instant(2026, 11, 1, 1, 45, zone=zone)
    assert next_change(plan, closes) == instant(2026, 11, 1, 1, 15, zone=zone, fold=1)


@given(
    st.integers(0, 366 * 24 * 12),
    st.sampled_from([LONDON, "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_nothing_changes_before_the_next_change(five_minutes: int, zone: str) -> None:
    plan = Schedule(zone=zone, windows=((1, 9 * 60, 12 * 60), (1, 13 * 60, 17 * 60), (6, 90, 180)))
    now = instant(2026, 1, 1) + five_minutes * 5 * MINUTE
    change = next_change(plan, now)
    assert change is not None
    assert change > now
    assert is_open(plan, change) is not is_open(plan, now)
    for step in range(1, 40):
        assert is_open(plan, now + (change - 1 - now) * step // 40) is is_open(plan, now)


def test_a_schedule_that_never_opens_again_has_no_next_change() -> None:
    assert next_change(Schedule(), 0) is None
    assert next_change(Schedule(stop_at=10), 20) is None


def test_start_and_stop_rules_move_a_campaign() -> None:
    nine = instant(2026, 11, 23, 9)
    here = settings(Schedule(start_at=nine, stop_at=nine + 60 * MINUTE, stop_after=5))

    def wanted(state: CampaignState, at: int, **counts: int) -> CampaignTrigger | None:
        known = {"successes": 0, "live": 0, "abandoned": 0, **counts}
        move = wants(here, state, at, **known)
        return move.trigger if move else None

    assert wanted(CampaignState.SCHEDULED, nine - 1) is None
    assert wanted(CampaignState.SCHEDULED, nine) is CampaignTrigger.START
    assert wanted(CampaignState.DRAFT, nine) is None
    assert wanted(CampaignState.RUNNING, nine) is None
    assert wanted(CampaignState.RUNNING, nine, successes=5) is CampaignTrigger.DRAIN
    assert wanted(CampaignState.RUNNING, nine + 60 * MINUTE) is CampaignTrigger.DRAIN
    assert wanted(CampaignState.PAUSED, nine + 60 * MINUTE) is None


def test_too_many_abandoned_calls_pause_it_once_there_are_enough_to_tell() -> None:
    here = settings(replace(Schedule(), stop_over=0.03))

    def wanted(live: int, abandoned: int) -> bool:
        state = CampaignState.RUNNING
        move = wants(here, state, 0, successes=0, live=live, abandoned=abandoned)
        return move is not None and move.trigger is CampaignTrigger.PAUSE

    assert not wanted(10, 9)
    assert not wanted(100, 3)
    assert wanted(100, 4)
