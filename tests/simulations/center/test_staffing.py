"""From theory's guess to the fewest agents with which the router keeps the target."""

from dataclasses import replace

from simulations.arrivals import Steady
from simulations.center.scenario import Scenario, load_scenario
from simulations.center.staffing import Wanted, needs
from simulations.durations import Exponential
from simulations.workload import CallType, QueueLoad
from tests.simulations.center.busy_hour import FOLDER


def one_queue(per_hour: float) -> Scenario:
    """Where theory is exact: exponential talks and patience, no wrap-up."""
    scenario = load_scenario(FOLDER / "bank_monday.yaml")
    load = QueueLoad(
        arrivals=Steady(per_hour=per_hour),
        types={"all": CallType(talk=Exponential(mean_s=180))},
        patience=Exponential(mean_s=120),
    )
    return replace(
        scenario,
        plan=replace(scenario.plan, interval_s=86_400.0),
        workload=replace(scenario.workload, queues={"banking": load}),
    )


def test_where_theory_is_exact_the_answer_is_its_guess_or_next_to_it() -> None:
    (need,) = needs(one_queue(100), "banking", "mon", Wanted(calls=1_500))
    assert need.calls == 2_400
    assert abs(need.agents - need.guess) <= 1
    assert need.service_level >= 0.8


def test_a_stricter_target_needs_more() -> None:
    (loose,) = needs(one_queue(60), "banking", "mon", Wanted(share=0.7, calls=300))
    (strict,) = needs(one_queue(60), "banking", "mon", Wanted(share=0.97, calls=300))
    assert strict.agents > loose.agents
