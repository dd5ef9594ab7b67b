"""Which failures of a whole run are looked at twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.whole import EDGES, MOST, ROOT, TOGETHER, second_look, whole_run

EDGE = "tests/contracts/telephony/test_talks.py::test_two_talk[asterisk]"


def runs(path: Path, failed: Sequence[str], *statuses: int) -> tuple[int, list[Sequence[str]], str]:
    asked: list[Sequence[str]] = []
    said: list[str] = []

    def run(args: Sequence[str]) -> int:
        asked.append(args)
        if len(asked) == 1 and failed:
            path.write_text(json.dumps(dict.fromkeys(failed, True)))
        return statuses[len(asked) - 1]

    status = whole_run(run, path, said.append, trace(path))
    return status, asked, "".join(said)


def trace(last: Path) -> Path:
    return last.parent / "build" / "unsteady.txt"


@pytest.fixture
def last(tmp_path: Path) -> Path:
    path = tmp_path / "lastfailed"
    path.write_text(json.dumps({"tests/core/test_old.py::test_of_yesterday": True}))
    return path


def test_a_green_run_is_one_run(last: Path) -> None:
    trace(last).parent.mkdir()
    trace(last).write_text("UNSTEADY of yesterday\n")
    assert runs(last, (), 0) == (0, [TOGETHER], "")
    assert trace(last).read_text() == ""


def test_a_test_of_the_edges_that_passes_alone_is_green_and_named(last: Path) -> None:
    status, asked, said = runs(last, [EDGE], 1, 0)
    assert status == 0
    assert asked == [TOGETHER, ("-n", "0", EDGE)]
    assert f"UNSTEADY {EDGE}" in said
    assert trace(last).read_text() == f"UNSTEADY {EDGE}\n", "it can be read after the run"


def test_a_test_that_fails_twice_is_red(last: Path) -> None:
    status, asked, said = runs(last, [EDGE], 1, 1)
    assert status == 1
    assert len(asked) == 2
    assert "UNSTEADY" not in said
    assert trace(last).read_text() == ""


@pytest.mark.parametrize(
    "failed",
    [
        ["tests/core/test_queue.py::test_who_waits_longest_is_next"],
        [EDGE, "tests/dialer/test_pacing.py::test_nobody_is_dialled_for_nobody"],
        [f"{EDGE}{number}" for number in range(MOST + 1)],
    ],
)
def test_what_is_no_accident_is_red_at_once(last: Path, failed: list[str]) -> None:
    assert second_look(failed) == []
    assert runs(last, failed, 1) == (1, [TOGETHER], "")


@pytest.mark.parametrize("status", [2, 3, 4, 5])
def test_a_run_that_did_not_end_is_red(last: Path, status: int) -> None:
    assert runs(last, [EDGE], status)[:2] == (status, [TOGETHER])


def test_the_edges_are_folders_that_are_there() -> None:
    assert all((ROOT / "tests" / edge).is_dir() for edge in EDGES)
