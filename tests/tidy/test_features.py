"""The page of features is whole, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.tidy.project import ROOT, read

PAGE = Path("docs/features.md")
ROWS = 78
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| (\w+) \| ([^|]+) \| ([^|]*) \|$", re.M)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def rows() -> list[tuple[str, ...]]:
    return ROW.findall(read(PAGE))


@cache
def named_in(path: str) -> frozenset[str]:
    """The tests that are collected from a file: functions, and classes of tests by any way."""
    if not (ROOT / path).is_file() or not Path(path).name.startswith("test_"):
        return frozenset()
    names: set[str] = set()
    for node in ast.parse(read(Path(path))).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                # How a state machine of Hypothesis is made into a test.
                if isinstance(node.value, ast.Attribute) and node.value.attr == "TestCase":
                    names.add(name)
    return frozenset(name for name in names if name.startswith(("test_", "Test")))


def test_every_row_is_there_once_in_order() -> None:
    assert [int(row[0]) for row in rows()] == list(range(1, ROWS + 1))
    tables = [line for line in read(PAGE).splitlines() if re.match(r"\| \d", line)]
    assert len(tables) == ROWS, "a row that cannot be read"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_says_what_there_is_and_names_tests_that_are_there(row: tuple[str, ...]) -> None:
    _, _, there, how, shown = row
    assert there in {"yes", "partly", "no"}
    named = NAMED.findall(shown)
    assert len(named) == shown.count("`") // 2, f"not the name of a test: {shown}"
    assert [f"{path}::{name}" for path, name in named if name not in named_in(path)] == []
    assert bool(named) is (there != "no")
    assert ("Missing:" in how) is (there == "partly")


def test_the_page_counts_its_rows_right() -> None:
    counted = {there: sum(row[2] == there for row in rows()) for there in ("yes", "partly", "no")}
    text = " ".join(read(PAGE).split())
    assert f"{counted['yes']} yes, {counted['partly']} partly, {counted['no']} no" in text


def test_a_test_that_is_not_there_would_be_found() -> None:
    assert "test_a_test_that_is_not_there_would_be_found" in named_in("tests/tidy/test_features.py")
    assert "rows" not in named_in("tests/tidy/test_features.py")
    assert "TestAnyDay" in named_in("tests/stories/test_random_days.py")
    assert named_in("tests/stories/test_nowhere.py") == frozenset()
