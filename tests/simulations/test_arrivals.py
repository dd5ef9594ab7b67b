"""Callers come by rate, by profile and as recorded."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import fmean, variance

import pytest

from simulations.arrivals import DAY_S, Profile, Steady, Trace, busyness, weekday
from simulations.streams import Streams

MONDAY = date(2026, 11, 2)
OFFICE = Profile(calls={"mon": (0.0,) * 16 + (10.0, 40.0), "tue": (5.0,)}, busyness_cv=0.0)


def test_days_are_counted_from_the_first() -> None:
    assert [weekday(MONDAY, day) for day in (0, 1, 6, 7)] == ["mon", "tue", "sun", "mon"]


def test_steady_callers_come_at_their_rate_in_rising_order() -> None:
    times = list(Steady(per_hour=60).on_day(Streams(1), "sales", MONDAY, 2))
    assert times == sorted(times)
    assert 2 * DAY_S <= times[0] < times[-1] < 3 * DAY_S
    assert len(times) == pytest.approx(1440, abs=4 * 1440**0.5)


def test_a_profile_has_its_mean_in_each_interval_and_the_variance_of_chance() -> None:
    counts: list[Counter[int]] = [
        Counter(int(at % DAY_S // 1800) for at in OFFICE.on_day(Streams(s), "q", MONDAY, 7))
        for s in range(400)
    ]
    eight, half_past = [c[16] for c in counts], [c[17] for c in counts]
    assert set().union(*counts) == {16, 17}
    assert fmean(eight) == pytest.approx(10, rel=0.05)
    assert fmean(half_past) == pytest.approx(40, rel=0.05)
    assert variance(half_past) == pytest.approx(40, rel=0.25)


def test_a_weekday_that_is_not_written_has_no_callers() -> None:
    assert list(OFFICE.on_day(Streams(1), "q", MONDAY, 2)) == []


def test_a_busy_day_is_busy_as_a_whole() -> None:
    lively = Profile(calls={"mon": (50.0,) * 4}, busyness_cv=0.3)
    days = [list(lively.on_day(Streams(s), "q", MONDAY, 0)) for s in range(400)]
    totals = [len(times) for times in days]
    assert fmean(totals) == pytest.approx(200, rel=0.05)
    assert variance(totals) == pytest.approx(200 + 0.3**2 * 200**2, rel=0.25)


def test_the_factor_of_a_day_has_mean_one_and_the_deviation_asked_for() -> None:
    chance = Streams(5).of("busyness")
    factors = [busyness(chance, 0.25) for _ in range(20_000)]
    assert fmean(factors) == pytest.approx(1, abs=0.01)
    assert variance(factors) ** 0.5 == pytest.approx(0.25, rel=0.03)
    assert busyness(chance, 0.0) == 1.0


def test_busier_days_do_not_change_the_days_after_them() -> None:
    longer = Profile(calls={"mon": (50.0,) * 40, "tue": (5.0,)})
    assert list(longer.on_day(Streams(1), "q", MONDAY, 1)) == list(
        OFFICE.on_day(Streams(1), "q", MONDAY, 1)
    )


def test_queues_have_callers_of_their_own() -> None:
    steady = Steady(per_hour=60)
    first, second = (list(steady.on_day(Streams(1), q, MONDAY, 0)) for q in ("sales", "support"))
    assert set(first) & set(second) == set()


def test_a_trace_is_played_as_it_was() -> None:
    trace = Trace(times_s=(5.0, 5.0, DAY_S, DAY_S + 7))
    assert list(trace.on_day(Streams(1), "q", MONDAY, 0)) == [5.0, 5.0]
    assert list(trace.on_day(Streams(2), "q", MONDAY, 1)) == [DAY_S, DAY_S + 7]
    assert trace.expected("mon", 0, DAY_S) == 2


def test_what_is_expected_is_cut_where_an_interval_is_cut() -> None:
    assert OFFICE.expected("mon", 0, DAY_S) == pytest.approx(50)
    assert OFFICE.expected("mon", 16.5 * 1800, 17.25 * 1800) == pytest.approx(5 + 10)
    assert OFFICE.expected("sun", 0, DAY_S) == 0
    assert Steady(per_hour=60).expected("mon", 0, 1800) == 30


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="into a day"):
        Profile(calls={"mon": (1.0,) * 49})
    with pytest.raises(ValueError, match="rising"):
        Trace(times_s=(2.0, 1.0))
