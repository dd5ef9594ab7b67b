"""Matching means."""

from __future__ import annotations

from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId
from dialer.mean_matching import LEAST, MeanMatching
from dialer.pacing import Ask

S = 1_000_000


def told(pacer: MeanMatching, floor: Floor, *seen: Seen) -> None:
    for each in seen:
        floor.see(each)
        pacer.observe(each, floor)


def agents(count: int) -> list[Seen]:
    return [
        AgentSeen(at=0, agent=AgentId(f"a{number}"), work=AgentWork.IDLE) for number in range(count)
    ]


def ask(now: int) -> Ask:
    return Ask(now=now, room=10_000, target=0.027)


def test_it_dials_as_many_as_will_be_answered_by_those_who_are_free() -> None:
    pacer, floor = MeanMatching(), Floor()
    told(pacer, floor, *agents(40))
    decision = pacer.decide(floor, ask(S))
    rate = decision.numbers["answer_rate"]
    # Half of those who will answer have done so at the lag that it looks at.
    assert 40 / rate <= decision.dial <= 3 * 40 / rate
    assert decision.why == "mean"


def test_calls_that_ring_are_counted_against_it() -> None:
    dials = []
    for ringing in (0, 60, 400):
        pacer, floor = MeanMatching(), Floor()
        calls: list[Seen] = [
            CallSeen(at=0, attempt=AttemptId(f"d-{n}-1"), stage=CallStage.DIALLED)
            for n in range(ringing)
        ]
        told(pacer, floor, *agents(40), *calls)
        dials.append(pacer.decide(floor, ask(S)).dial)
    assert dials[0] > dials[1] > dials[2] == 0


def test_people_in_vain_make_it_careful_down_to_a_limit() -> None:
    pacer, floor = MeanMatching(), Floor()
    told(pacer, floor, *agents(10))
    pacer.decide(floor, ask(S))
    before = pacer.factor
    for number in range(60):
        for stage in (CallStage.DIALLED, CallStage.WAITING, CallStage.ABANDONED):
            told(pacer, floor, CallSeen(at=2 * S, attempt=AttemptId(f"d-{number}-1"), stage=stage))
    assert before == 1.0
    assert pacer.factor == LEAST
