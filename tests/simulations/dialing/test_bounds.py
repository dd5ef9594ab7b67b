"""Bounds that are known without running anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulations.dialing.bounds import blind, clairvoyant
from simulations.dialing.callees import Manners, steady, steps
from simulations.dialing.scenarios import SCENARIOS
from simulations.theory import erlang_b


def test_who_knows_everything_keeps_agents_at_work_all_the_time() -> None:
    assert clairvoyant(SCENARIOS["N20_p25_aht60"]) == 1.0


def test_few_calls_a_second_bound_everybody() -> None:
    scenario = SCENARIOS["N20_one_call_per_s"]
    # A call a second, a quarter answered, 60 s each: 15 agents' work.
    assert clairvoyant(scenario) == pytest.approx(0.75)
    half = Manners(answer=steps(0.25, (5400.0, 0.05)), handle_s=60.0)
    assert clairvoyant(replace(scenario, manners=half)) == pytest.approx((0.75 + 0.15) / 2)
    assert clairvoyant(replace(scenario, manners=Manners(answer=steady(0.9), handle_s=60.0))) == 1


def test_nobody_works_in_an_outage() -> None:
    assert clairvoyant(SCENARIOS["N20_outage"]) == pytest.approx(2.5 / 3, abs=0.01)


@pytest.mark.parametrize(("agents", "utilisation"), [(1, 0.03), (5, 0.36), (20, 0.68), (100, 0.88)])
def test_a_constant_rate_loses_as_much_as_erlang_says(agents: int, utilisation: float) -> None:
    found = blind(agents, 0.03)
    assert found == pytest.approx(utilisation, abs=0.01)
    assert erlang_b(agents, found * agents / 0.97) == pytest.approx(0.03, abs=1e-6)
