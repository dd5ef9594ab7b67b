"""Ways of pacing side by side: which runs there are, and what is summed up of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulations.bench import dialing
from simulations.bench.dialing import Task, bounds, frontier, measure, rows, run, series, tasks
from simulations.dialing.scenarios import SCENARIOS
from simulations.dialing.testbed import Measures


def measures(utilisation: float, abandonment: float) -> Measures:
    return Measures(
        utilisation=utilisation,
        abandonment=abandonment,
        worst_quarter=2 * abandonment,
        talk_minutes_per_hour=30.0,
        dials_per_connect=4.0,
        live=100,
        decision_p99_us=7.0,
    )


def test_every_policy_meets_the_same_seeds_and_the_best_ratio_is_nine_runs() -> None:
    found = tasks(["N1_p25_aht120"], ["progressive", "best_ratio", "ratio_2"], 2)
    assert len(found) == 2 * (1 + 9)
    assert {task.seed for task in found} == {1000, 1001}
    assert found[0] == Task("N1_p25_aht120", "progressive", 1000)


@pytest.mark.parametrize("names", [(["N7"], ["progressive"]), (["N1_p25_aht120"], ["magic"])])
def test_a_name_that_does_not_exist_is_said(names: tuple[list[str], list[str]]) -> None:
    with pytest.raises(ValueError, match=r"no (scenario|pacer)"):
        tasks(*names, 1)


def test_a_row_tells_the_mean_and_the_worst_seed() -> None:
    name = "N20_p25_aht60"
    found = {
        Task(name, "progressive", 1): measures(0.4, 0.01),
        Task(name, "progressive", 2): measures(0.5, 0.04),
    }
    (row,) = rows(found, [name], ["progressive", "look_ahead"])
    assert (row.seeds, row.utilisation, row.utilisation_worst) == (2, pytest.approx(0.45), 0.4)
    assert (row.abandonment, row.abandonment_worst) == (pytest.approx(0.025), 0.04)
    assert (row.bound, row.share_of_bound) == (1.0, pytest.approx(0.45))


def test_the_best_ratio_is_the_busiest_of_those_within_the_cap() -> None:
    name = "N20_p25_aht60"
    of = {1.0: (0.4, 0.0), 2.0: (0.6, 0.01), 3.0: (0.7, 0.03), 4.0: (0.9, 0.031)}
    found = {Task(name, f"ratio_{r:g}", 1): measures(*what) for r, what in of.items()}
    (row,) = rows(found, [name], ["best_ratio"])
    assert (row.policy, row.setting, row.utilisation) == ("best_ratio", "ratio_3", 0.7)
    assert [each.policy for each in frontier(found, name)] == [f"ratio_{r:g}" for r in of]
    spoilt = {task: replace(each, abandonment=0.5) for task, each in found.items()}
    assert rows(spoilt, [name], ["best_ratio"]) == []


def test_bounds_are_told_with_our_share_of_them() -> None:
    name = "N20_p25_aht60"
    found = {
        Task(name, "look_ahead", 1): measures(0.85, 0.02),
        Task(name, "oracle_talks", 1): measures(0.9, 0.02),
    }
    (bound,) = bounds([name], rows(found, [name], ["look_ahead", "oracle_talks"]))
    assert bound["share_of_clairvoyant"] == pytest.approx(0.85)
    assert bound["share_of_oracle_talks"] == pytest.approx(0.85 / 0.9)
    assert "oracle_answers" not in bound


def test_runs_are_measured_in_order_and_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = replace(SCENARIOS["N5_p25_aht60"], hours=0.4)
    monkeypatch.setitem(dialing.SCENARIOS, "N5_p25_aht60", short)
    todo = tasks(["N5_p25_aht60"], ["progressive", "oracle_answers", "oracle_talks"], 1)
    found = dict(measure(todo, jobs=1))
    assert list(found) == todo
    again = run(todo[0])
    assert replace(again, decision_p99_us=0) == replace(found[todo[0]], decision_p99_us=0)
    answers, talks = (found[task].utilisation for task in todo[1:])
    assert answers > talks > found[todo[0]].utilisation


def test_a_series_has_a_value_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    short = replace(SCENARIOS["N5_p25_aht60"], hours=0.4)
    monkeypatch.setitem(dialing.SCENARIOS, "N5_p25_aht60", short)
    lines = series("N5_p25_aht60", "progressive")
    assert {len(line) for line in lines.values()} == {24}
    assert lines["answered"][-1] == pytest.approx(0.25, abs=0.2)
    assert max(lines["abandonment"]) == 0.0
