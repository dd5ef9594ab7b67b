"""The numbers of the comparison, on runs short enough to be counted by hand."""

from __future__ import annotations

import pytest

from tests.benchmarks.peers import measures
from tests.benchmarks.peers.fifo import Arrival, waits
from tests.benchmarks.peers.measures import Pool
from tests.benchmarks.peers.people import Call, Offer

ALL = (0.0, 100.0)


def call(number: int, at: float, *, ended: float = 0.0) -> Call:
    return Call(number=number, kind="q", hold_s=1.0, placed_at=at, ended_at=ended)


def offer(agent: str, to: Call, at: float, *, free: float = 0.0, talked: bool = True) -> Offer:
    made = Offer(agent=agent, call=to, invited_at=at, headers={}, target=b"", free_at=free)
    if free and talked:
        made.answered_at, made.hung_up_at = at + 0.1, free
    elif free:
        made.cancelled_at = free
    to.offers.append(made)
    return made


def test_a_gap_counts_only_for_a_caller_who_waited_when_the_agent_became_free() -> None:
    first, second, third = call(0, 0.0), call(1, 1.0), call(2, 5.5)
    offers = [
        offer("a", first, 0.5, free=2.0),
        offer("a", second, 2.25, free=5.0),
        offer("a", third, 6.0, free=7.0),
    ]
    assert measures.free_to_invite(offers, ALL) == [0.25]


def test_the_next_phone_after_no_answer_is_found_and_whether_it_is_the_same() -> None:
    caller = call(0, 0.0)
    offer("a", caller, 1.0, free=2.0, talked=False)
    offer("b", caller, 2.5, free=3.5, talked=False)
    offer("b", caller, 4.0)
    assert measures.cancel_to_invite([caller], ALL) == ([0.5, 0.5], 0.5)


def test_a_later_caller_offered_first_is_an_overtake_and_noticed_when_it_lasts() -> None:
    early, late = call(0, 1.0), call(1, 2.0)
    offer("a", late, 3.0)
    offer("b", early, 3.01)
    assert measures.order([early, late], ALL) == measures.Order(2, 1, 0)
    early.offers[0].invited_at = 3.2
    assert measures.order([early, late], ALL) == measures.Order(2, 1, 1)


def test_a_caller_who_gave_up_is_not_overtaken() -> None:
    gone, late = call(0, 1.0, ended=2.5), call(1, 2.0)
    offer("a", late, 3.0)
    assert measures.order([gone, late], ALL) == measures.Order(1, 0, 0)


def test_idle_time_is_that_of_somebody_idle_beside_somebody_waiting() -> None:
    first, second = call(0, 10.0, ended=20.0), call(1, 15.0, ended=30.0)
    offers = [offer("a", first, 11.0, free=20.0), offer("a", second, 22.0, free=30.0)]
    pool = Pool(frozenset({"a"}), frozenset({"q"}))
    found = measures.idle_while_waiting([pool], [first, second], offers, (0.0, 3600.0))
    assert (found.s_per_hour, found.longest_s) == (3.0, 2.0)


def test_a_caller_whose_phone_is_not_answered_waits_again() -> None:
    caller = call(0, 10.0)
    offers = [offer("a", caller, 10.0, free=12.0, talked=False)]
    pool = Pool(frozenset({"a"}), frozenset({"q"}))
    found = measures.idle_while_waiting([pool], [caller], offers, (0.0, 20.0))
    assert found.longest_s == 8.0


def test_an_offer_that_came_to_nothing_is_no_call_served() -> None:
    caller = call(0, 0.0, ended=9.0)
    offer("a", caller, 1.0, free=2.0)
    offer("b", caller, 3.0, free=8.0)
    assert measures.served([caller], ALL) == [caller]
    assert measures.offered_again([caller], ALL) == 1


def test_a_work_conserving_router_serves_an_open_caller_past_restricted_ones() -> None:
    blocked = [Arrival(float(n), restricted=True, hold_s=100.0) for n in range(3)]
    free = Arrival(5.0, restricted=False, hold_s=1.0)
    found = dict(waits([*blocked, free], generalists=1, specialists=2))
    assert found[free] == 0.0
    assert found[blocked[2]] == pytest.approx(98.0)
