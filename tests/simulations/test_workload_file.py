"""Workloads written and read again; mistakes named by line."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from contact_center.content.problems import ContentError
from simulations.arrivals import Steady, Trace
from simulations.durations import Exponential
from simulations.people import Duty, Habits, Rest
from simulations.workload import QueueLoad, Workload
from simulations.workload_file import load_workload, workload_text
from tests.simulations.test_fitting import KNOWN

DUTY = Duty(
    name="early",
    start="08:00",
    end="16:00",
    days=("mon", "sun"),
    breaks=(Rest(name="tea", at="10:00", length_s=900, ends_early_above=0),),
)
ALL_KINDS = Workload(
    first_day=KNOWN.first_day,
    queues={
        **KNOWN.queues,
        "steady": QueueLoad(arrivals=Steady(per_hour=12.5), types=KNOWN.queues["support"].types),
        "trace": QueueLoad(arrivals=Trace(times_s=(1.5, 2.0)), types=KNOWN.queues["support"].types),
    },
    agents={
        **KNOWN.agents,
        "team": Habits(
            count=4, duties=(DUTY,), skills={"returns": 5}, answer_delay=Exponential(mean_s=3)
        ),
    },
)


def saved(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    text = workload_text(ALL_KINDS, {"fitted to": "nothing"})
    assert text.startswith("# fitted to: nothing\n")
    assert load_workload(saved(tmp_path, text)) == ALL_KINDS


WRITTEN = """\
workload:
  first_day: 2026-11-02
  queues:
    sales:
      arrivals: {kind: steady, per_hour: 60}
      patience: {kind: exponential, mean_s: 90}
      types:
        order:
          talk: {kind: lognormal, mean_s: 200, cv: 0.8}
  agents:
    ana:
      duties: [{name: early, start: "08:00", end: "16:00"}]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("mean_s: 90", "mean_s: -1", 6, "greater than 0"),
        ("kind: exponential", "kind: gamma", 6, "gamma"),
        ("per_hour: 60", "per_hour: 60, an_hour: 3", 5, "an_hour"),
        ("cv: 0.8", "cv: wide", 9, "number"),
        ("16:00", "16.00", 12, "time of day"),
        (
            "      types:\n        order:\n",
            "      types:\n        order:\n          share: 0\n",
            9,
            "0",
        ),
        ("2026-11-02", "tomorrow", 2, "date"),
    ],
)
def test_a_mistake_is_named_by_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert WRITTEN.count(old) == 1
    with pytest.raises(ContentError) as caught:
        load_workload(saved(tmp_path, WRITTEN.replace(old, new)))
    (problem,) = caught.value.problems
    assert (problem.line, said in str(problem)) == (line, True), str(problem)


def test_what_people_write_is_read(tmp_path: Path) -> None:
    found = load_workload(saved(tmp_path, WRITTEN))
    assert found.queues["sales"].patience == Exponential(mean_s=90)
    assert found.agents["ana"].duties[0].name == "early"


@pytest.mark.parametrize("text", ["a: 1\n", "workload: 3\n", "- x\n"])
def test_a_file_without_a_workload_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentError, match="workload"):
        load_workload(saved(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="E100"):
        load_workload(tmp_path / "none.yaml")
    path = tmp_path / "bytes.yaml"
    path.write_bytes(b"a: \xff\n")
    with pytest.raises(ContentError, match="UTF-8"):
        load_workload(path)


def test_the_example_in_the_documents_is_read(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "simulations.md"
    indented = re.search(r"^    workload:\n(?:    .*\n)+", page.read_text(encoding="utf-8"), re.M)
    assert indented
    found = load_workload(saved(tmp_path, dedent(indented[0])))
    assert found.agents["team"].count == 12
    assert found.agents["team"].duties[0].breaks[0].ends_early_above == 10
