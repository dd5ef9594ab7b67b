"""Oracles know what they should, and the laws are the world's."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pytest

from dialer.floor import AgentOn, AgentWork, CallStage
from dialer.ids import AgentId
from dialer.rehearsal_parts import Lead
from simulations.dialing.callees import SECOND_US, Callees, Manners, steady
from simulations.dialing.oracles import ORACLES, Foreseen, Laws
from simulations.dialing.scenarios import SCENARIOS
from simulations.dialing.testbed import START_AT, Testbed

MANNERS = Manners(answer=steady(0.25), handle_s=60.0)


def test_laws_of_ringing_are_those_of_the_world() -> None:
    laws, people = Laws(MANNERS, 0), Callees(MANNERS, 1, 0)
    outcomes = [people.outcome(0, Lead(1)) for _ in range(20_000)]
    for age in (3.0, 8.0, 12.0, 20.0, 26.6):
        answers = [o.after_us / SECOND_US <= age for o in outcomes if o.stage is CallStage.WAITING]
        others = [
            o.after_us / SECOND_US <= age for o in outcomes if o.stage is not CallStage.WAITING
        ]
        assert laws.answered_by(age) == pytest.approx(fmean(answers), abs=0.02)
        assert laws.over_by(age) == pytest.approx(fmean(others), abs=0.02)
    assert laws.lags == sorted(laws.lags)
    assert laws.answered_by(laws.lags[2]) == pytest.approx(2.5 / 6, abs=0.01)


@pytest.mark.parametrize("elapsed_s", [5, 40, 120])
def test_the_law_of_being_free_is_that_of_the_world(elapsed_s: int) -> None:
    laws, people = Laws(MANNERS, 0), Callees(MANNERS, 1, 0)
    agent = AgentOn(agent=AgentId("a"), work=AgentWork.TALKING, since=0)
    ahead = 15 * SECOND_US
    found: list[bool] = []
    for _ in range(40_000):
        talk, wrap = people.talk_us(0), people.wrap_us(0)
        if talk > (elapsed_s + 0.5) * SECOND_US:
            found.append(talk + wrap <= (elapsed_s + 0.5) * SECOND_US + ahead)
    expected = fmean(found)
    assert laws.free_within(agent, elapsed_s * SECOND_US, ahead) == pytest.approx(
        expected, abs=0.03
    )


def test_what_is_foreseen_comes_to_pass() -> None:
    ahead = Foreseen(Callees(MANNERS, 1, 0))
    seen = [ahead.peek(0, place) for place in (2, 0, 1)]
    came = [ahead.outcome(0, Lead(n)) for n in range(3)]
    assert [came[2], came[0], came[1]] == seen
    assert ahead.inbound_per_s(0) == 0.0


@pytest.mark.parametrize("name", ORACLES)
def test_who_knows_more_talks_more_within_the_cap(name: str) -> None:
    scenario = replace(SCENARIOS["N5_p25_aht60"], hours=1.5)
    oracle = ORACLES[name]()
    bed = Testbed(scenario, oracle, seed=3)
    oracle.look_into(bed.rehearsal, scenario.manners, START_AT)
    measures = bed.run()
    assert oracle.name == name
    assert measures.utilisation > 0.6
    assert measures.abandonment < 0.035
