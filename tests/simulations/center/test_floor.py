"""Callers and agents around the production router: offers, ringing, wrap-up, breaks, overflow."""

from dataclasses import replace

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.outcomes import QueueOutcome
from contact_center.core.queue_settings import (
    AfterNoAnswer,
    AgentSettings,
    Overflow,
    OverflowWhen,
    QueueSettings,
    WrapUp,
)
from contact_center.core.requests import PresenceWish
from simulations.center.clock import SECOND, Clock
from simulations.center.floor import Floor, Guest

SALES, OTHER = QueueId("sales"), QueueId("other")
ANNA, BOB = AgentId("anna"), AgentId("bob")


def center(**sales: object) -> CenterConfiguration:
    queue = QueueSettings(queue=SALES, label="Sales", wrap_up=WrapUp(us=30 * SECOND))
    agents = {
        agent: AgentSettings(
            agent=agent,
            name=agent,
            device=agent,
            queues=queues,
            after_no_answer=AfterNoAnswer.BACK_OFF,
        )
        for agent, queues in ((ANNA, (SALES,)), (BOB, (OTHER,)))
    }
    return CenterConfiguration(
        name="two",
        region="US",
        language="en",
        queues={
            SALES: replace(queue, **sales),  # type: ignore[arg-type]
            OTHER: QueueSettings(queue=OTHER, label="Other"),
        },
        agents=agents,
        numbers={},
        flows={},
        calendars={},
        dispositions={},
    )


def guest(name: str, talk_s: int = 60, patience_s: int | None = None, wrap_s: int = 0) -> Guest:
    return Guest(
        call=CallId(name),
        queue=SALES,
        patience_us=None if patience_s is None else patience_s * SECOND,
        talk_us=talk_s * SECOND,
        wrap_up_us=wrap_s * SECOND,
    )


def test_the_next_caller_waits_for_talk_and_wrap_up() -> None:
    floor = Floor(center(), Clock())
    floor.sign_in(ANNA)
    first, second = guest("c1", wrap_s=10), guest("c2")
    floor.enter(first)
    floor.enter(second)
    floor.clock.run(until=200 * SECOND)
    assert (first.wait_us, first.agent) == (0, ANNA)
    assert second.wait_us == 70 * SECOND


def test_wrap_up_ends_at_the_queues_bound_when_the_agent_is_not_done() -> None:
    floor = Floor(center(), Clock())
    floor.sign_in(ANNA)
    second = guest("c2")
    floor.enter(guest("c1", wrap_s=500))
    floor.enter(second)
    floor.clock.run(until=200 * SECOND)
    assert second.wait_us == 90 * SECOND


def test_a_fast_agent_takes_less_time_for_talk_and_wrap_up() -> None:
    floor = Floor(center(), Clock())
    floor.speeds[ANNA] = 2.0
    floor.sign_in(ANNA)
    second = guest("c2")
    floor.enter(guest("c1", wrap_s=10))
    floor.enter(second)
    floor.clock.run(until=200 * SECOND)
    assert second.wait_us == 35 * SECOND


def test_whoever_loses_patience_leaves_and_is_not_served() -> None:
    floor = Floor(center(), Clock())
    floor.sign_in(ANNA)
    left = guest("c2", patience_s=20)
    floor.enter(guest("c1"))
    floor.enter(left)
    floor.clock.run(until=300 * SECOND)
    assert (left.outcome, left.wait_us) == (QueueOutcome.ABANDONED, 20 * SECOND)
    assert floor.guests == {}


def test_an_agent_who_does_not_answer_is_rested_and_rung_again() -> None:
    answers: list[int | None] = [None, 4 * SECOND]
    floor = Floor(center(ring_us=15 * SECOND), Clock(), lambda agent: answers.pop(0))
    floor.sign_in(ANNA)
    caller = guest("c1")
    floor.enter(caller)
    floor.clock.run(until=120 * SECOND)
    assert (floor.offers, floor.unanswered) == (2, 1)
    assert caller.outcome is QueueOutcome.ANSWERED
    assert caller.wait_us == (15 + 5 + 4) * SECOND


def test_a_caller_who_leaves_while_it_rings_is_not_answered() -> None:
    floor = Floor(center(), Clock(), lambda agent: 9 * SECOND)
    floor.sign_in(ANNA)
    caller = guest("c1", patience_s=5)
    floor.enter(caller)
    floor.clock.run(until=60 * SECOND)
    assert caller.outcome is QueueOutcome.ABANDONED
    assert floor.router.bench.seated(ANNA)


def test_the_longest_wait_and_refusals_end_waits_too() -> None:
    floor = Floor(center(max_waiting=1, max_wait_us=25 * SECOND), Clock())
    floor.sign_in(ANNA)
    floor.enter(guest("c1"))
    waits, full = guest("c2"), guest("c3")
    waits.max_wait_us = 25 * SECOND
    floor.enter(waits)
    floor.enter(full)
    floor.clock.run(until=60 * SECOND)
    assert (waits.outcome, waits.wait_us) == (QueueOutcome.TIMED_OUT, 25 * SECOND)
    assert full.outcome is QueueOutcome.FULL


def test_a_caller_who_is_sent_on_is_served_where_they_are_sent() -> None:
    rule = Overflow(when=OverflowWhen.WAITED, to=OTHER, us=10 * SECOND)
    floor = Floor(center(overflow=(rule,)), Clock())
    for agent in (ANNA, BOB):
        floor.sign_in(agent)
    floor.enter(guest("c1"))
    moved = guest("c2")
    floor.enter(moved)
    floor.clock.run(until=60 * SECOND)
    assert (moved.agent, moved.queue, moved.wait_us) == (BOB, OTHER, 10 * SECOND)


def test_an_agent_who_goes_home_finishes_the_call_first() -> None:
    floor = Floor(center(absent_waiting=None), Clock())
    floor.sign_in(ANNA)
    floor.enter(guest("c1"))
    floor.clock.run(until=10 * SECOND)
    floor.sign_out(ANNA)
    waits = guest("c2")
    floor.enter(waits)
    floor.clock.run(until=100 * SECOND)
    assert waits.outcome is None
    floor.sign_in(ANNA)
    assert waits.outcome is QueueOutcome.ANSWERED


def test_an_agent_on_a_break_gets_nobody() -> None:
    floor = Floor(center(), Clock())
    floor.sign_in(ANNA)
    floor.wish(ANNA, PresenceWish.PAUSED, "lunch")
    caller = guest("c1")
    floor.enter(caller)
    assert caller.outcome is None
    floor.clock.run(until=40 * SECOND)
    floor.wish(ANNA, PresenceWish.READY)
    assert (caller.outcome, caller.wait_us) == (QueueOutcome.ANSWERED, 40 * SECOND)


def test_where_nobody_is_there_nobody_is_let_in() -> None:
    floor = Floor(center(), Clock())
    caller = guest("c1")
    floor.enter(caller)
    assert caller.outcome is QueueOutcome.NO_AGENTS
