"""What happens in a rehearsal, told with people and agents who do exactly what is said."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from dialer.baselines import FixedRatio
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor, Seen
from dialer.ids import AgentId, AttemptId
from dialer.pacing import Ask, Decision, Window
from dialer.rehearsal import Rehearsal
from dialer.rehearsal_parts import Endless, Lead, Leads, Listed, Outcome, Shift, Terms

S = 1_000_000
START = 1_000 * S


@dataclass
class Told:
    """A world told beforehand: outcomes in order of dialling, then nobody answers."""

    outcomes: list[Outcome] = field(default_factory=list)
    talk: int = 60 * S
    wrap: int = 10 * S
    outside: list[int] = field(default_factory=list)

    def outcome(self, at: int, lead: Lead) -> Outcome:
        return self.outcomes.pop(0) if self.outcomes else Outcome(CallStage.NO_ANSWER, 25 * S)

    def talk_us(self, at: int) -> int:
        return self.talk

    def wrap_us(self, at: int) -> int:
        return self.wrap

    def next_inbound(self, at: int) -> int | None:
        return self.outside.pop(0) if self.outside else None

    def inbound_us(self, at: int) -> int:
        return 30 * S

    def inbound_per_s(self, at: int) -> float:
        return 0.0


class Scripted:
    """Dials what is said, at each question; remembers what it saw and was asked."""

    name = "scripted"

    def __init__(self, *dials: int, shed: tuple[AttemptId, ...] = ()) -> None:
        self.dials = list(dials)
        self.shed = shed
        self.seen: list[Seen] = []
        self.asked: list[Ask] = []

    def observe(self, seen: Seen, floor: Floor) -> None:
        self.seen.append(seen)

    def decide(self, floor: Floor, ask: Ask) -> Decision:
        self.asked.append(ask)
        shed = self.shed if len(self.asked) == 3 else ()
        return Decision(dial=self.dials.pop(0) if self.dials else 0, shed=shed)

    def stages(self) -> list[tuple[int, CallStage]]:
        return [((s.at - START) // S, s.stage) for s in self.seen if isinstance(s, CallSeen)]


def answer(after_s: float) -> Outcome:
    return Outcome(CallStage.WAITING, round(after_s * S))


def come(*agents: str, at: int = START) -> tuple[Shift, ...]:
    return tuple(Shift(at=at, agent=AgentId(a), comes=True) for a in agents)


def rehearse(
    pacer: Scripted | FixedRatio,
    world: Told,
    *shifts: Shift,
    until_s: float = 600,
    leads: Leads | None = None,
    terms: Terms | None = None,
    floor: Floor | None = None,
) -> Rehearsal:
    run = Rehearsal(
        pacer=pacer,
        world=world,
        leads=leads or Endless(),
        terms=terms or Terms(),
        start_at=START,
        floor=floor,
        shifts=shifts,
    )
    run.run(START + round(until_s * S))
    return run


def test_a_person_who_answers_is_put_through_to_an_idle_agent_and_talked_to() -> None:
    pacer = Scripted(1)
    run = rehearse(pacer, Told([answer(8)]), *come("a"))
    assert pacer.stages() == [
        (0, CallStage.DIALLED),
        (8, CallStage.WAITING),
        (8, CallStage.CONNECTED),
        (68, CallStage.DONE),
    ]
    works = [((s.at - START) // S, s.work) for s in pacer.seen if isinstance(s, AgentSeen)]
    assert works == [
        (0, AgentWork.IDLE),
        (8, AgentWork.TALKING),
        (68, AgentWork.WRAP_UP),
        (78, AgentWork.IDLE),
    ]
    assert (run.totals.live, run.totals.connected, run.totals.abandoned) == (1, 1, 0)
    assert run.totals.talk_s == pytest.approx(60)
    assert run.totals.wrap_s == pytest.approx(10)
    assert run.totals.staffed_s == pytest.approx(600)


def test_who_answers_with_nobody_free_is_abandoned_after_the_hold() -> None:
    pacer = Scripted(2)
    run = rehearse(pacer, Told([answer(8), answer(9)]), *come("a"))
    assert (11, CallStage.ABANDONED) in pacer.stages()
    assert (run.totals.live, run.totals.abandoned) == (2, 1)


def test_an_agent_who_becomes_free_within_the_hold_takes_who_waits() -> None:
    pacer = Scripted(2)
    run = rehearse(pacer, Told([answer(8), answer(77)]), *come("a"))
    assert (78, CallStage.CONNECTED) in pacer.stages()
    assert (run.totals.live, run.totals.abandoned) == (2, 0)


def test_seconds_are_counted_in_the_minutes_they_fell_into() -> None:
    run = rehearse(Scripted(1), Told([answer(30)]), *come("a"), until_s=180 - 1e-6)
    assert [round(m.talk_s) for m in run.minutes] == [30, 30, 0]
    assert [round(m.wrap_s) for m in run.minutes] == [0, 10, 0]
    assert [round(m.utilisation, 2) for m in run.minutes] == [0.5, 0.67, 0.0]
    assert [m.dials for m in run.minutes] == [1, 0, 0]


def test_the_pacer_is_asked_at_every_tick_and_when_an_agent_becomes_idle() -> None:
    pacer = Scripted(0, 1)
    rehearse(pacer, Told([answer(8)], talk=60 * S + 100, wrap=0), *come("a"), until_s=80)
    at = [ask.now - START for ask in pacer.asked]
    assert at[:3] == [0, 0, S // 2]
    assert 68 * S + 100 in at


def test_an_idle_agent_leaves_at_once_and_a_talking_one_after_the_call() -> None:
    pacer = Scripted(1)
    gone = [Shift(at=START + 20 * S, agent=AgentId(a), comes=False) for a in "ab"]
    run = rehearse(pacer, Told([answer(8)]), *come("a", "b"), *gone, until_s=600)
    last = {
        s.agent: (s.at - START) // S
        for s in pacer.seen
        if isinstance(s, AgentSeen) and s.work is AgentWork.AWAY
    }
    assert last == {"a": 78, "b": 20}
    leaving = [s for s in pacer.seen if isinstance(s, AgentSeen) and s.leaving]
    assert (leaving[0].at, leaving[0].work) == (START + 20 * S, AgentWork.TALKING)
    assert run.totals.staffed_s == pytest.approx(98)


def test_calls_a_second_are_a_bucket_of_one_seconds_calls() -> None:
    pacer = FixedRatio(50.0)
    run = rehearse(pacer, Told(), *come("a"), until_s=10, terms=Terms(calls_per_s=2.0))
    assert run.totals.dials == 22


def test_no_more_lines_are_taken_than_there_are() -> None:
    pacer = FixedRatio(50.0)
    run = rehearse(pacer, Told(), *come("a"), until_s=10, terms=Terms(lines=7))
    assert run.totals.dials == 7


def test_a_finite_list_ends_the_run_when_its_last_call_is_over() -> None:
    run = rehearse(FixedRatio(1.0), Told([answer(5)]), *come("a"), leads=Listed(2))
    assert run.finished_at is not None
    # Answered after 5 s, 60 s of talk and 10 s of wrap-up; the second rings for 25 s in vain.
    assert run.finished_at == START + 100 * S
    assert run.totals.dials == 2


def test_live_answers_are_counted_on_in_every_window() -> None:
    pacer = Scripted(2)
    windows = (
        Window(policy="us", cap=0.03, live=100, abandoned=2),
        Window(policy="uk", cap=0.03, live=10, abandoned=0),
    )
    world = Told([answer(8), answer(9)])
    rehearse(pacer, world, *come("a"), terms=Terms(windows=windows), until_s=30)
    last = [(w.policy, w.live, w.abandoned) for w in pacer.asked[-1].windows]
    assert last == [("us", 102, 3), ("uk", 12, 1)]


def test_a_person_taken_for_a_machine_counts_as_abandoned() -> None:
    pacer = Scripted(1)
    run = rehearse(pacer, Told([Outcome(CallStage.MACHINE, 8 * S, person=True)]), *come("a"))
    assert (run.totals.live, run.totals.abandoned) == (1, 1)
    assert pacer.stages()[-1] == (8, CallStage.MACHINE)


def test_calls_from_outside_take_agents_of_the_pool() -> None:
    pacer = Scripted()
    run = rehearse(pacer, Told(outside=[START + 5 * S]), *come("a"), until_s=100)
    works = [((s.at - START) // S, s.work) for s in pacer.seen if isinstance(s, AgentSeen)]
    assert works == [(0, AgentWork.IDLE), (5, AgentWork.AWAY), (35, AgentWork.IDLE)]
    assert run.totals.inbound_s == pytest.approx(30)
    assert run.totals.staffed_s == pytest.approx(100)


def test_a_rehearsal_starts_from_a_floor_at_work() -> None:
    floor = Floor()
    for seen in (
        AgentSeen(at=START - 40 * S, agent=AgentId("talks"), work=AgentWork.TALKING),
        AgentSeen(at=START - 4 * S, agent=AgentId("wraps"), work=AgentWork.WRAP_UP),
        CallSeen(
            at=START - 40 * S,
            attempt=AttemptId("d-1-1"),
            stage=CallStage.CONNECTED,
            agent=AgentId("talks"),
        ),
        CallSeen(at=START - 5 * S, attempt=AttemptId("d-2-1"), stage=CallStage.DIALLED),
    ):
        floor.see(seen)
    pacer = Scripted()
    # The first draw, 4 s, is over already: it is drawn again. Who wraps up is free after 10 s.
    rehearse(pacer, Told([answer(4), answer(9)]), floor=floor, until_s=50)
    assert pacer.stages() == [
        (4, CallStage.WAITING),
        (6, CallStage.CONNECTED),
        (20, CallStage.DONE),
    ]


def test_a_ringing_call_is_rung_off_only_after_its_minimum_ring() -> None:
    early = Scripted(1, shed=(AttemptId("d-1-1"),))
    with pytest.raises(ValueError, match="minimum ring"):
        rehearse(early, Told([answer(20)]), *come("a"), until_s=5)
    late = Scripted(1, shed=(AttemptId("d-1-1"),))
    terms = Terms(min_ring_us=S // 2)
    rehearse(late, Told([answer(20)]), *come("a"), until_s=30, terms=terms)
    assert late.stages() == [(0, CallStage.DIALLED), (0, CallStage.CANCELLED)]


def test_a_pacer_that_dials_more_than_there_is_room_for_is_found_out() -> None:
    with pytest.raises(ValueError, match="with room for 1"):
        rehearse(Scripted(2), Told(), *come("a"), leads=Listed(1))
