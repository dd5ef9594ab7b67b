"""Scenarios name a real center; mistakes are named by line, with what to write instead."""

from pathlib import Path
from textwrap import dedent

import pytest

from contact_center.content.problems import ContentError
from contact_center.core.ids import AgentId
from simulations.center.scenario import load_scenario
from tests.simulations.center.busy_hour import FOLDER

CENTER = FOLDER.parents[1] / "config" / "bank" / "center.yaml"
GOOD = f"""\
scenario:
  name: Small
  center: {CENTER}
workload:
  first_day: 2026-11-02
  queues:
    banking:
      arrivals: {{kind: steady, per_hour: 30}}
      types:
        all: {{talk: {{kind: exponential, mean_s: 100}}}}
  agents:
    hannah: {{}}
    team: {{count: 2, queues: [banking]}}
"""


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "scenario.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_scenario(path)
    return [str(problem) for problem in caught.value.problems]


def test_agents_are_the_centers_own_or_added_to_it(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(GOOD, encoding="utf-8")
    scenario = load_scenario(path)
    assert list(scenario.configuration.agents) == ["hannah", "team-1", "team-2"]
    assert scenario.configuration.agents[AgentId("hannah")].device == "2005"
    assert scenario.configuration.agents[AgentId("team-2")].queues == ("banking",)
    # Midnight of 2 November 2026 in Los Angeles.
    assert scenario.start_us == 1_793_606_400_000_000


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.yaml")))
def test_every_scenario_of_the_project_can_be_read(name: str) -> None:
    scenario = load_scenario(FOLDER / name)
    assert scenario.habits
    assert scenario.plan.replications > 1


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    banking:\n", "    bankin:\n", 7, 'did you mean "banking"'),
        ("hannah", "hanna", 12, "hanna"),
        ("queues: [banking]", "queues: [bank]", 13, '"bank"'),
        ("name: Small", "name: Small\n  dayz: 3", 3, "dayz"),
        ("name: Small", "name: Small\n  days: 0", 3, "0"),
        ("name: Small", "name: Small\n  level: center", 2, "routes"),
        ("name: Small", "name: Small\n  routes: {banking: {did: '12'}}", 3, '"12"'),
        (
            "name: Small",
            "name: Small\n  routes: {banking: {did: '12', script: [dance]}}",
            3,
            "dance",
        ),
    ],
)
def test_mistakes_are_named_by_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    found = problems(tmp_path, GOOD.replace(old, new))
    assert any(said in problem for problem in found), found
    assert any(f"scenario.yaml:{line}" in problem for problem in found), found


def test_a_file_without_scenario_says_so(tmp_path: Path) -> None:
    assert any("scenario" in found for found in problems(tmp_path, "workload: {}\n"))
