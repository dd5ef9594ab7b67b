"""Plans: what a list comes to, how many agents it takes, and when it is done."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.analysis import analyse
from dialer.attempt import Verdict
from dialer.campaign import Schedule
from dialer.planning import HOUR_US, agents_needed, curve, plan, volume
from tests.dialer.dialing_world import campaign
from tests.dialer.test_analysis import NINE, tried

MINUTE = 60_000_000


def at(*local: int) -> int:
    when = datetime(*local, tzinfo=ZoneInfo("Europe/London"))  # type: ignore[arg-type,misc]
    return int(when.timestamp() * 1e6)


def test_each_pass_tries_those_who_were_not_reached_before() -> None:
    whole = volume(1000, (0.3, 0.2), attempts=3)
    assert [round(each.leads) for each in whole.passes] == [1000, 700, 560]
    assert [round(each.reached) for each in whole.passes] == [300, 140, 112]
    assert round(whole.dials) == 2260
    assert round(whole.talks) == 552
    assert round(whole.left) == 448


def test_agents_needed_are_those_whose_time_holds_the_talks() -> None:
    whole = volume(1000, (0.5,), attempts=1)
    assert agents_needed(whole, 6 * MINUTE, 0.8, 8 * HOUR_US) == 8
    with pytest.raises(ValueError, match="needs time"):
        agents_needed(whole, MINUTE, 0.8, 0)


def test_a_plan_goes_through_open_hours_only() -> None:
    schedule = Schedule(
        zone="Europe/London",
        windows=tuple((day, 9 * 60, 12 * 60) for day in range(5)),
        holidays=("2026-11-24",),
    )
    whole = volume(600, (0.5,), attempts=1)
    found = plan(
        whole,
        schedule,
        at(2026, 11, 23, 11),
        agents=lambda _: 10,
        handle_us=6 * MINUTE,
        utilisation=0.8,
        cost_per_hour=20.0,
    )
    begins = [hour.at for hour in found.hours]
    assert begins[:2] == [at(2026, 11, 23, 11), at(2026, 11, 25, 9)], "no holiday, no night"
    assert sum(hour.talks for hour in found.hours) == pytest.approx(300)
    assert found.hours[0].talks == pytest.approx(80)
    assert found.hours[0].dials == pytest.approx(160)
    assert found.done_at == pytest.approx(at(2026, 11, 25, 11, 45), abs=5_000_000)
    assert found.cost == pytest.approx(3.75 * 10 * 20, rel=1e-3)


def test_a_trunk_can_be_what_a_plan_waits_for() -> None:
    whole = volume(7200, (0.01,), attempts=1)
    found = plan(
        whole,
        Schedule(),
        0,
        agents=lambda _: 100,
        handle_us=MINUTE,
        utilisation=0.9,
        dials_per_s=1.0,
    )
    assert found.done_at == pytest.approx(2 * HOUR_US, rel=1e-3)


def test_without_agents_or_hours_a_plan_has_no_end() -> None:
    whole = volume(10, (0.5,), attempts=1)
    rest = {"handle_us": MINUTE, "utilisation": 0.8}
    alone = plan(whole, Schedule(), 0, agents=lambda _: 0, horizon_us=5 * HOUR_US, **rest)  # type: ignore[arg-type]
    assert alone.done_at is None
    assert len(alone.hours) == 5
    closed = plan(whole, Schedule(stop_at=1), 2, agents=lambda _: 9, **rest)  # type: ignore[arg-type]
    assert closed.hours == ()
    assert closed.done_at is None


@given(
    leads=st.integers(1, 5000),
    rates=st.lists(st.floats(0.01, 0.9), min_size=1, max_size=4),
    attempts=st.integers(1, 6),
    agents=st.integers(1, 60),
)
def test_a_plan_dials_what_its_volume_says(
    leads: int, rates: list[float], attempts: int, agents: int
) -> None:
    whole = volume(leads, rates, attempts)
    found = plan(
        whole,
        Schedule(),
        0,
        agents=lambda _: agents,
        handle_us=2 * MINUTE,
        utilisation=0.85,
        horizon_us=9000 * HOUR_US,
    )
    assert found.done_at is not None
    assert sum(hour.dials for hour in found.hours) == pytest.approx(whole.dials, rel=1e-6, abs=1e-5)
    needed = whole.talks * 2 * MINUTE / 0.85
    assert found.staffed_us == pytest.approx(needed, rel=1e-3, abs=agents * 1e5)


def test_the_curve_is_learned_pass_by_pass_and_careful_with_little() -> None:
    yes, no = Verdict.CONNECTED, Verdict.NO_ANSWER
    rows = [tried(f"l{lead}", yes if lead < 80 else no) for lead in range(200)]
    later = NINE + MINUTE
    rows += [tried(f"l{lead}", yes if lead < 92 else no, later) for lead in range(80, 200)]
    rows.append(tried("l199", Verdict.CONNECTED, NINE + 2 * MINUTE))
    first, second, third = curve(analyse(campaign(), rows))
    assert first == pytest.approx(0.386, abs=0.01)
    assert second == pytest.approx(0.141, abs=0.01)
    assert 0.1 < third < 0.25, "one call proves little"
    assert curve(analyse(campaign(), [])) == (0.25,)
