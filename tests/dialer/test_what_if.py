"""What would happen in the next minutes, by the pacer and the floor as they are."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from dialer.campaign import Mode
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor
from dialer.ids import AgentId, AttemptId
from dialer.modes import pacer_for
from dialer.pacers import pacer_of
from dialer.pacing import Window
from dialer.rehearsal_parts import Lead
from dialer.what_if import FEW, Forecast, SampledWorld, Sampler, forecast
from tests.runtime.dialing.parts import SPRING

S = 1_000_000


def floor(agents: int) -> Floor:
    made = Floor()
    for number in range(agents):
        made.see(AgentSeen(at=0, agent=AgentId(f"a{number}"), work=AgentWork.IDLE))
    return made


def sampler(answers: int, machines: int) -> Sampler:
    made = Sampler()
    for number in range(answers + machines):
        attempt = AttemptId(f"d-l{number}-1")
        made.observe(CallSeen(at=0, attempt=attempt, stage=CallStage.DIALLED))
        stage = CallStage.WAITING if number < answers else CallStage.MACHINE
        made.observe(CallSeen(at=9 * S, attempt=attempt, stage=stage))
    for number in range(FEW):
        agent = AgentId(f"a{number}")
        for at, work in ((0, AgentWork.TALKING), (60, AgentWork.WRAP_UP), (70, AgentWork.IDLE)):
            made.observe(AgentSeen(at=at * S, agent=agent, work=work))
    return made


def ask(settings: object, agents: int = 10, sampled: Sampler | None = None) -> Forecast:
    here = floor(agents)
    return forecast(
        settings=settings,  # type: ignore[arg-type]
        before=SPRING,
        pacer=pacer_for(SPRING, pacer_of),
        make=pacer_of,
        floor=here,
        windows=(Window(policy="us-tsr", cap=0.03, live=2_000, abandoned=20),),
        sampler=sampled or sampler(25, 75),
        now=100 * S,
        runs=4,
    )


def test_samples_are_what_came_of_calls_and_how_long_agents_took() -> None:
    made = sampler(10, 30)
    assert len(made.outcomes) == 40
    assert sum(o.stage is CallStage.WAITING for o in made.outcomes) == 10
    assert {o.after_us for o in made.outcomes} == {9 * S}
    assert set(made.talks) == {60 * S}
    assert set(made.wraps) == {10 * S}


def test_a_world_goes_on_as_it_was_and_likelier_leads_answer_more_often() -> None:
    world = SampledWorld(sampler(25, 75), seed=1)
    plain = sum(world.outcome(0, Lead(1)).stage is CallStage.WAITING for _ in range(4_000))
    likely = sum(world.outcome(0, Lead(1, 2.0)).stage is CallStage.WAITING for _ in range(4_000))
    assert abs(plain / 4_000 - 0.25) < 0.03
    assert abs(likely / 4_000 - 0.50) < 0.04
    assert {world.talk_us(0) for _ in range(20)} == {60 * S}


def test_knowing_little_the_general_is_mixed_in() -> None:
    world = SampledWorld(Sampler(), seed=1)
    stages = {world.outcome(0, Lead(1)).stage for _ in range(500)}
    assert {CallStage.WAITING, CallStage.MACHINE, CallStage.NO_ANSWER, CallStage.BUSY} <= stages
    assert world.next_inbound(0) is None
    assert SampledWorld(Sampler(), 1, inbound_per_s=0.1).next_inbound(5) > 5  # type: ignore[operator]


def test_predictive_keeps_agents_busier_than_one_line_each() -> None:
    predictive, progressive = ask(SPRING), ask(replace(SPRING, mode=Mode.PROGRESSIVE))
    assert predictive.utilisation[1] > progressive.utilisation[1] + 0.1
    assert progressive.abandonment == (0.0, 0.0, 0.0)
    assert predictive.idle_s[1] < progressive.idle_s[1]
    low, middle, high = predictive.utilisation
    assert low <= middle <= high <= 1.0
    assert predictive.samples == 100


def test_asking_changes_nothing_and_asked_again_says_the_same() -> None:
    here, pacer = floor(6), pacer_for(SPRING, pacer_of)
    before = deepcopy(here.agents)
    asked = {
        "settings": SPRING,
        "before": SPRING,
        "pacer": pacer,
        "make": pacer_of,
        "floor": here,
        "windows": (),
        "sampler": sampler(25, 75),
        "now": 100 * S,
        "runs": 2,
    }
    assert forecast(**asked) == forecast(**asked)  # type: ignore[arg-type]
    assert here.agents == before
    assert not here.calls
