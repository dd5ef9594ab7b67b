"""What would happen in the next minutes, by the pacer and the floor as they are."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from dialer.campaign import CampaignSettings, Mode
from dialer.floor import AgentSeen, AgentWork, CallSeen, CallStage, Floor
from dialer.ids import AgentId, AttemptId
from dialer.modes import pacer_for
from dialer.pacers import pacer_of
from dialer.pacing import Window
from dialer.rehearsal_parts import Lead
from dialer.rehearsal_tally import Minute
from dialer.what_if import FEW, Forecast, Present, SampledWorld, Sampler, forecast, summed, whole
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


def present(agents: int = 10, sampled: Sampler | None = None, **fields: object) -> Present:
    asked = {
        "settings": SPRING,
        "pacer": pacer_for(SPRING, pacer_of),
        "floor": floor(agents),
        "windows": (Window(policy="us-tsr", cap=0.03, live=2_000, abandoned=20),),
        "sampler": sampled or sampler(25, 75),
        "now": 100 * S,
        **fields,
    }
    return Present(**asked)  # type: ignore[arg-type]


def ask(settings: CampaignSettings, agents: int = 10) -> Forecast:
    return forecast(present(agents), settings, pacer_of, runs=4)


def test_while_little_is_known_what_days_before_say_is_taken_and_it_is_said_so() -> None:
    def answers(prior: float | None, sampled: Sampler | None = None) -> float:
        world = SampledWorld(sampled or Sampler(), seed=4, prior=prior)
        drawn = [world.outcome(0, Lead(n)).stage for n in range(2_000)]
        return drawn.count(CallStage.WAITING) / len(drawn)

    assert abs(answers(None) - 0.3) < 0.04
    assert abs(answers(0.08) - 0.08) < 0.02
    half = sampler(FEW // 2, 0)  # all of these answered
    assert abs(answers(0.08, half) - 0.54) < 0.04
    cold = forecast(present(sampled=sampler(2, 6), prior=0.08), SPRING, pacer_of, runs=2)
    assert (cold.cold, cold.prior, cold.samples) == (True, 0.08, 8)
    assert not ask(SPRING).cold


def test_one_run_in_three_that_loses_somebody_is_told_in_the_average() -> None:
    totals = [Minute(live=30, abandoned=lost) for lost in (0, 0, 3)]
    low, average, high = summed(present(), totals).abandonment
    assert (low, high) == (0.0, 0.1)
    assert abs(average - 1 / 30) < 1e-9


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
    asked = present(6, windows=())
    before = deepcopy(asked.floor.agents)
    assert forecast(asked, SPRING, pacer_of, 2) == forecast(asked, SPRING, pacer_of, 2)
    assert asked.floor.agents == before
    assert not asked.floor.calls


def test_people_wait_and_the_window_goes_on_from_where_it_stands() -> None:
    eager, calm = ask(SPRING), ask(replace(SPRING, mode=Mode.PROGRESSIVE))
    assert 0.0 < eager.wait_s[1] < 2.0
    assert calm.wait_s == (0.0, 0.0, 0.0)
    assert 20 / 2_200 < calm.ledger[1] < 20 / 2_000  # diluted by people who were all served
    assert eager.ledger[1] > calm.ledger[1]


def test_what_the_trunk_leaves_bounds_a_forecast() -> None:
    free = forecast(present(10), SPRING, pacer_of, 2)
    tight = forecast(present(10, lines=4, calls_per_s=0.1), SPRING, pacer_of, 2)
    assert tight.dials_per_min[2] <= 7.0 < free.dials_per_min[0]


def test_calls_that_are_too_young_to_have_rung_out_do_not_count() -> None:
    made = Sampler()
    for number in range(40):
        at = number * S
        attempt = AttemptId(f"d-l{number}-1")
        made.observe(CallSeen(at=at, attempt=attempt, stage=CallStage.DIALLED))
        if at + 25 * S <= 40 * S:  # it rings in vain
            made.observe(CallSeen(at=at + 25 * S, attempt=attempt, stage=CallStage.NO_ANSWER))
        if number % 2:  # busy, at once
            busy = AttemptId(f"d-b{number}-1")
            made.observe(CallSeen(at=at, attempt=busy, stage=CallStage.DIALLED))
            made.observe(CallSeen(at=at + S, attempt=busy, stage=CallStage.BUSY))
    ended = made.outcomes
    over = made.over_by(40 * S)
    assert sum(o.stage is CallStage.BUSY for o in ended) > len(ended) / 2
    assert sum(o.stage is CallStage.BUSY for o in over) == 8  # of those 24 that are old enough


def test_calls_that_we_rang_off_count_as_what_came_of_others_that_rang_longer() -> None:
    made = Sampler()
    for number in range(200):
        attempt = AttemptId(f"d-l{number}-1")
        made.observe(CallSeen(at=0, attempt=attempt, stage=CallStage.DIALLED))
        if number < 50:
            made.observe(CallSeen(at=9 * S, attempt=attempt, stage=CallStage.WAITING))
        elif number < 125:
            made.observe(CallSeen(at=15 * S, attempt=attempt, stage=CallStage.CANCELLED))
        else:
            made.observe(CallSeen(at=25 * S, attempt=attempt, stage=CallStage.NO_ANSWER))
    assert len(made.outcomes) == 125
    world = SampledWorld(made, seed=1, now=100 * S)
    answered = sum(world.outcome(0, Lead(1)).stage is CallStage.WAITING for _ in range(4_000))
    assert abs(answered / 4_000 - 0.25) < 0.03


def test_talks_that_go_on_count_as_longer_than_they_are() -> None:
    made = sampler(10, 30)
    for number in range(FEW):
        agent = AgentId(f"long-{number}")
        made.observe(AgentSeen(at=0, agent=agent, work=AgentWork.TALKING))
        made.observe(AgentSeen(at=300 * S, agent=agent, work=AgentWork.IDLE))
        made.observe(AgentSeen(at=300 * S, agent=agent, work=AgentWork.TALKING))
    done = SampledWorld(made, seed=1)
    whole = SampledWorld(made, seed=1, now=400 * S)
    mean = lambda world: sum(world.talk_us(0) for _ in range(2_000)) / 2_000 / S  # noqa: E731
    assert mean(whole) > mean(done) + 20


def test_a_sample_without_gaps_gives_what_was_cut_short_to_what_lasted_longer() -> None:
    assert whole([(1, "a"), (2, "b"), (3, "c"), (4, "d")], "z") == ("a", "b", "c", "d")
    assert whole([(1, "a"), (2, None), (3, "c"), (4, "d")], "z") == ("a", "c", "c", "d")
    assert whole([(1, "a"), (2, "b"), (3, None), (4, None)], "z") == ("a", "b", "z", "z")
    assert whole([(1, None), (2, None)], "z") == ()
    assert whole([], "z") == ()
