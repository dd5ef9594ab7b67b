"""A breaker opens after failures in a row, tries one at a time, and closes when one goes well."""

from __future__ import annotations

from contact_center.adapters.lookups.breaker import Breaker, BreakerSettings, BreakerState, Ticket

SETTINGS = BreakerSettings(failures=3, open_s=10, max_open_s=25)


def let_in(breaker: Breaker, now: float) -> Ticket:
    ticket = breaker.enter(now)
    assert ticket is not None
    return ticket


def failing(breaker: Breaker, times: int, now: float) -> None:
    for _ in range(times):
        breaker.leave(let_in(breaker, now), now, well=False)


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    breaker = Breaker(SETTINGS)
    failing(breaker, 2, 0)
    breaker.leave(let_in(breaker, 0), 0, well=True)
    failing(breaker, 3, 0)
    assert breaker.state(0) is BreakerState.OPEN
    assert breaker.enter(9.9) is None


def test_one_at_a_time_is_let_through_to_see() -> None:
    breaker = Breaker(SETTINGS)
    failing(breaker, 3, 0)
    assert breaker.state(10) is BreakerState.HALF_OPEN
    probe = let_in(breaker, 10)
    assert breaker.enter(10) is None
    breaker.leave(probe, 10, well=True)
    assert breaker.state(10) is BreakerState.CLOSED


def test_it_stays_away_longer_each_time_up_to_a_bound() -> None:
    breaker, now = Breaker(SETTINGS), 0.0
    failing(breaker, 3, now)
    for rest in (10, 20, 25, 25):
        assert breaker.enter(now + rest - 0.1) is None
        now += rest
        failing(breaker, 1, now)
    assert breaker.state(now) is BreakerState.OPEN


def test_a_try_that_teaches_nothing_changes_nothing() -> None:
    breaker = Breaker(SETTINGS)
    failing(breaker, 3, 0)
    breaker.leave(let_in(breaker, 10), 10, well=None)
    assert breaker.state(10) is BreakerState.HALF_OPEN
    assert breaker.enter(10) is Ticket.PROBE


def test_lookups_that_were_on_their_way_when_it_opened_do_not_open_it_twice() -> None:
    breaker = Breaker(SETTINGS)
    early = [let_in(breaker, 0) for _ in range(6)]
    for ticket in early[:5]:
        breaker.leave(ticket, 0, well=False)
    assert breaker.enter(9.9) is None
    probe = let_in(breaker, 10)
    breaker.leave(early[5], 10, well=False)  # it is no probe: the one that is has not answered yet
    assert breaker.enter(10) is None
    assert breaker.state(10) is BreakerState.HALF_OPEN
    breaker.leave(probe, 10, well=True)
    assert breaker.enter(10) is Ticket.FREE
