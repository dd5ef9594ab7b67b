"""What a scenario says of callers in flows is held against the center's flows."""

from pathlib import Path

import pytest

from contact_center.content.problems import ContentError
from simulations.center.scenario import load_scenario
from tests.simulations.center.test_scenario import GOOD

FLOWS = """\
  level: center
  routes: {banking: {did: "+14155550110"}}
  flows:
    tidewater:
      nodes:
        main: {"2": 3, nothing: 1, hang up: 1}
      lookups:
        identify: {found: 0.5, values: {customer: ["2001"]}}
"""
WITH_FLOWS = GOOD.replace("workload:\n", f"{FLOWS}workload:\n", 1)


def written(folder: Path, old: str, new: str) -> Path:
    assert WITH_FLOWS.count(old) == 1
    path = folder / "scenario.yaml"
    path.write_text(WITH_FLOWS.replace(old, new), encoding="utf-8")
    return path


def test_a_scenario_says_what_callers_do_in_flows(tmp_path: Path) -> None:
    plan = load_scenario(written(tmp_path, "name: Small", "name: Small")).plan
    manners = plan.flows["tidewater"]
    assert manners.nodes == {"main": {"2": 3, "nothing": 1, "hang up": 1}}
    assert manners.lookups["identify"].found == 0.5


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    tidewater:\n", "    tidewatr:\n", 7, 'did you mean "tidewater"'),
        ("        main:", "        mian:", 9, 'did you mean "main"'),
        ('"2": 3', '"22x": 3', 8, "are no keys; write keys, nothing or hang up"),
        ('"2": 3', '"2": 0', 9, "greater than 0"),
        ("identify: {", "identfy: {", 11, 'did you mean "identify"'),
        ("{customer:", "{custmer:", 11, 'did you mean "customer"'),
        ("found: 0.5", "found: 1.5", 11, "at most 1"),
        ("  level: center\n", "", 5, "not walked on the level of the router"),
        ("      lookups:\n", "      silence: 1\n      lookups:\n", 10, "silence"),
    ],
)
def test_mistakes_are_named_by_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(ContentError) as caught:
        load_scenario(written(tmp_path, old, new))
    problems = [str(problem) for problem in caught.value.problems]
    assert any(f":{line}:" in problem and said in problem for problem in problems), problems
