"""How fast, how long after a failure, and when not at all."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio.pacing import (
    LONGEST_PAUSE_S,
    Breaker,
    BreakerSettings,
    BreakerState,
    Pace,
    pause_s,
)


@given(st.integers(1, 10_000), st.floats(0, 1), st.floats(0, 100_000))
def test_a_pause_is_never_shorter_than_told_nor_longer_than_the_bound(
    tries: int, chance: float, told_s: float
) -> None:
    pause = pause_s(tries, chance, told_s=told_s)
    assert min(told_s, LONGEST_PAUSE_S) <= pause <= LONGEST_PAUSE_S


def test_pauses_are_anywhere_up_to_a_bound_that_doubles() -> None:
    assert [pause_s(tries, 1.0) for tries in (1, 2, 3, 8, 9)] == [0.25, 0.5, 1.0, 30.0, 30.0]
    assert pause_s(5, 0.0) == 0.0
    assert pause_s(1, 0.5, told_s=2.0) == 2.125


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.sampled_from([0.5, 1.0, 4.0]))
def test_never_more_calls_a_second_than_the_account_may(gaps: list[float], rate: float) -> None:
    pace, now, begun = Pace(rate), 1000.0, []
    for gap in gaps:
        now += gap
        wait = pace.reserve(now, patience_s=1e9)
        assert wait is not None
        begun.append(now + wait)
    assert begun == sorted(begun)
    assert all(b - a >= 1 / rate - 1e-6 for a, b in pairwise(begun))


def test_whoever_would_wait_too_long_takes_no_place() -> None:
    pace = Pace(1.0)
    assert [pace.reserve(0.0, 2.0) for _ in range(5)] == [0.0, 1.0, 2.0, None, None]
    assert pace.reserve(1.0, 2.0) == 2.0


def test_too_many_requests_halve_the_pace_and_good_calls_bring_it_back() -> None:
    pace = Pace(4.0)
    pace.too_fast()
    assert pace.calls_per_s == 2.0
    for _ in range(20):
        pace.too_fast()
    assert pace.calls_per_s == 0.4
    for _ in range(40):
        pace.went_well()
    assert pace.calls_per_s == 4.0


def test_a_breaker_opens_probes_one_at_a_time_and_closes() -> None:
    told: list[bool] = []
    breaker = Breaker(BreakerSettings(failures=2, open_s=1.0, max_open_s=3.0), told.append)
    for now in (0.0, 0.1):
        assert breaker.enter(now)
        breaker.leave(now, well=False)
    assert told == [True]
    assert not breaker.enter(1.0)
    assert breaker.state(1.0) is BreakerState.OPEN
    assert breaker.state(1.1) is BreakerState.HALF_OPEN
    assert breaker.enter(1.2)
    assert not breaker.enter(1.2)
    breaker.leave(1.2, well=False)
    assert not breaker.enter(3.1)
    assert breaker.enter(3.2)
    breaker.leave(3.2, well=None)
    assert breaker.enter(3.3)
    breaker.leave(3.3, well=False)
    assert not breaker.enter(6.2)
    assert breaker.enter(6.3)
    breaker.leave(6.3, well=True)
    assert breaker.state(6.3) is BreakerState.CLOSED
    assert told == [True, False]


def test_failures_far_apart_do_not_open_it() -> None:
    breaker = Breaker(BreakerSettings(failures=2))
    for now in range(6):
        assert breaker.enter(now)
        breaker.leave(now, well=now % 2 == 0)
    assert breaker.state(9) is BreakerState.CLOSED
