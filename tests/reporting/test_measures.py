"""Means, shares and sums, on figures worked out by hand."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from contact_center.core.events import Direction
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.reporting.measures import MEASURES, jain, measured
from contact_center.reporting.records import Activity
from contact_center.reporting.tally import Tally

Q, S = QueueOutcome, 1_000_000


def test_waits_of_the_answered_and_of_those_who_gave_up_are_kept_apart() -> None:
    tally = Tally(entered=6)
    tally.ended = Counter({Q.ANSWERED: 3, Q.ABANDONED: 2, Q.TIMED_OUT: 1})
    tally.waited_us = Counter({Q.ANSWERED: 30 * S, Q.ABANDONED: 50 * S, Q.TIMED_OUT: 90 * S})
    tally.short_abandons = 1
    tally.longest_us = 90 * S
    found = measured(tally)
    assert found["asa_us"] == 10 * S
    assert found["average_abandon_us"] == 25 * S
    assert found["longest_wait_us"] == 90 * S
    assert found["abandonment"] == round(2 / 6, 6)
    assert found["abandonment_noshort"] == round(1 / 5, 6)


def test_abandoned_as_app_queue_counts_takes_in_five_outcomes() -> None:
    tally = Tally(ended=Counter(dict.fromkeys(Q, 1)))
    assert measured(tally)["aq_abandoned"] == 5
    theirs = Tally(ended=Counter({Q.ABANDONED: 2, Q.TIMED_OUT: 3, Q.EVICTED: 5, Q.EXITED_KEY: 9}))
    assert measured(theirs)["aq_abandoned"] == 10


def test_handle_time_of_inbound_and_outbound_is_kept_apart() -> None:
    tally = Tally()
    tally.handled = Counter({Direction.INBOUND: 2, Direction.OUTBOUND: 1})
    tally.talk_us = Counter({Direction.INBOUND: 200, Direction.OUTBOUND: 10})
    tally.hold_us = Counter({Direction.INBOUND: 20, Direction.OUTBOUND: 5})
    tally.wrap_up_us = Counter({Direction.INBOUND: 80, Direction.OUTBOUND: 7})
    found = measured(tally)
    assert (found["aht_inbound_us"], found["aht_outbound_us"]) == (150, 22)
    assert (found["average_talk_us"], found["average_wrap_up_us"]) == (70, 29)


def test_occupancy_leaves_ringing_out_and_utilisation_takes_all_time_logged_in() -> None:
    tally = Tally()
    tally.time_us = Counter(
        {
            Activity.HANDLING: 50,
            Activity.WRAP_UP: 10,
            Activity.IDLE: 20,
            Activity.RINGING: 5,
            Activity.PAUSED: 10,
            Activity.OUTSIDE: 5,
            Activity.AWAY: 1000,
        }
    )
    found = measured(tally)
    assert found["occupancy"] == 0.75
    assert found["utilisation"] == 0.6
    assert found["logged_in_us"] == 100


def test_an_agents_silence_counts_with_and_without_callers_who_left() -> None:
    tally = Tally(unanswered=5, unanswered_caller_left=2)
    tally.offers = Counter({OfferResult.NO_ANSWER: 3, OfferResult.REVOKED: 2})
    found = measured(tally)
    assert (found["non_response"], found["non_response_caller_stayed"]) == (5, 3)
    assert (found["offers"], found["offers_revoked"]) == (5, 2)


def agent(handled: int, logged_in: int = 1) -> Tally:
    tally = Tally(handled=Counter({Direction.INBOUND: handled}))
    tally.time_us[Activity.IDLE] = logged_in
    return tally


def test_fairness_is_one_when_all_do_the_same_and_one_nth_when_one_does_all() -> None:
    assert jain([agent(4), agent(4), agent(4)]) == 1
    assert jain([agent(9), agent(0), agent(0)]) == Fraction(1, 3)
    assert jain([agent(1), agent(2), agent(3)]) == Fraction(36, 42)
    assert jain([agent(4), agent(4), agent(0, logged_in=0)]) == 1
    assert jain([agent(0)]) is None
    assert jain([]) is None


def test_nothing_is_measured_where_nothing_happened() -> None:
    found = measured(Tally())
    assert found.keys() == MEASURES.keys()
    undefined = {name for name, value in found.items() if value is None}
    assert {"asa_us", "abandonment", "occupancy", "wait_p90_us", "longest_wait_us"} <= undefined
    assert all(found[name] in (0, None) for name in found)
