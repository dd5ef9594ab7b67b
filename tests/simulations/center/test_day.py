"""Days on the router: the same people each time, duties and breaks kept, nobody lost."""

from dataclasses import replace

import pytest

from simulations.arrivals import Steady
from simulations.center.day import simulate_days
from simulations.center.findings import findings
from simulations.center.scenario import Scenario, load_scenario
from simulations.people import Duty, Habits, Rest
from tests.simulations.center.busy_hour import FOLDER


def bank() -> Scenario:
    return load_scenario(FOLDER / "bank_monday.yaml")


def test_the_same_seed_gives_the_same_day_and_another_another() -> None:
    first, again, other = (simulate_days(bank(), seed) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_every_caller_is_counted_once() -> None:
    outcome = simulate_days(bank(), 1)
    total = outcome.total()
    assert total.offered == total.answered + total.abandoned + total.other > 300
    assert sum(t.offered for t in outcome.by_interval().values()) == total.offered
    assert sum(outcome.total(queue).offered for queue in outcome.queues) == total.offered
    assert outcome.offers >= total.answered
    assert outcome.unanswered > 0


def test_agents_are_there_in_their_duties_and_fewer_at_lunch() -> None:
    staff = simulate_days(bank(), 1).staff
    by_hour = {number / 2: one.there / one.looks for number, one in staff.items()}
    assert by_hour[7.5] == 0
    assert by_hour[9.5] == pytest.approx(9, abs=0.7)
    assert by_hour[12.0] < 8
    assert by_hour[17.5] == pytest.approx(6, abs=0.7)
    assert by_hour[20.0] == 0


def test_a_break_ends_early_when_many_wait() -> None:
    def staffed(above: int | None) -> float:
        rest = Rest(
            name="lunch", at="10:00", length_s=5_400, ends_early_above=above, at_least_s=600
        )
        duty = Duty(name="day", start="09:00", end="12:00", breaks=(rest,))
        scenario = load_scenario(FOLDER / "bank_monday.yaml")
        load = replace(scenario.workload.queues["banking"], arrivals=Steady(per_hour=400))
        one = replace(
            scenario,
            workload=replace(scenario.workload, queues={"banking": load}),
            habits={name: Habits(duties=(duty,)) for name in scenario.habits},
        )
        staff = simulate_days(one, 1).staff[21]
        return staff.there / staff.looks

    assert staffed(None) < 1
    assert staffed(3) > 8


def test_a_warm_up_is_left_out() -> None:
    scenario = bank()
    late = replace(scenario, plan=replace(scenario.plan, warm_up_s=12 * 3600.0))
    outcome = simulate_days(late, 1)
    assert min(outcome.by_interval()) == min(outcome.staff) == 24
    assert 0 < outcome.total().offered < simulate_days(scenario, 1).total().offered


def test_findings_have_intervals_around_means() -> None:
    scenario = bank()
    found = findings(scenario, [simulate_days(scenario, seed) for seed in (1, 2, 3)])
    level = found["total"]["service_level"]
    assert level["low"] < level["mean"] < level["high"]
    assert level["count"] == 3
    assert 0 < found["total"]["occupancy"]["mean"] < 1
    assert [row["from_s"] for row in found["intervals"]] == sorted(
        row["from_s"] for row in found["intervals"]
    )
    alone = findings(scenario, [simulate_days(scenario, 1)])["total"]["service_level"]
    assert (alone["low"], alone["high"], alone["count"]) == (None, None, 1)
