"""What is remembered of what is over, and how much."""

from __future__ import annotations

from contact_center.adapters.api.memory import Memory
from contact_center.core.facts import (
    AgentOffered,
    CallFinished,
    CallOutcome,
    OfferEnded,
    OfferResult,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId


def offered(number: int) -> AgentOffered:
    return AgentOffered(
        at=number,
        call=CallId(f"c{number}"),
        seq=1,
        reservation=ReservationId(f"r{number}"),
        agent=AgentId("anna"),
        queue=QueueId("sales"),
        expires_at=99,
    )


def ended(number: int, result: OfferResult) -> OfferEnded:
    return OfferEnded(
        at=9,
        call=CallId(f"c{number}"),
        seq=2,
        reservation=ReservationId(f"r{number}"),
        agent=AgentId("anna"),
        result=result,
    )


def test_offers_keep_their_reasons_and_how_they_ended() -> None:
    memory = Memory()
    memory.publish([offered(1), offered(2), ended(1, OfferResult.DECLINED)])
    memory.publish([offered(1)])  # told twice
    assert memory.offers[ReservationId("r1")].result == "declined"
    assert memory.offers[ReservationId("r2")].result == ""
    memory.publish([ended(7, OfferResult.BUSY)])
    assert len(memory.offers) == 2


def test_the_oldest_are_forgotten_first() -> None:
    memory = Memory(bound=3)
    memory.publish([offered(number) for number in range(5)])
    assert list(memory.offers) == ["r2", "r3", "r4"]
    finished = [
        CallFinished(at=1, call=CallId(f"c{number}"), seq=3, outcome=CallOutcome.ANSWERED)
        for number in range(5)
    ]
    memory.publish(finished)
    assert list(memory.calls) == ["c2", "c3", "c4"]


def test_a_calls_end_and_its_last_waits_end_are_kept() -> None:
    memory = Memory()
    wait = WaitEnded(
        at=1,
        call=CallId("c1"),
        seq=1,
        queue=QueueId("sales"),
        outcome=QueueOutcome.ABANDONED,
        waited_us=7,
    )
    memory.publish([wait])
    call = memory.calls[CallId("c1")]
    assert (call.queue, call.wait, call.waited_us, call.outcome) == ("sales", "abandoned", 7, "")
    memory.publish([CallFinished(at=2, call=CallId("c1"), seq=2, outcome=CallOutcome.ABANDONED)])
    assert call.outcome == "abandoned"
