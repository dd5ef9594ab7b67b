"""The page of features is whole, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.tidy.project import ROOT, read

PAGES = {
    Path("docs/features.md"): 78,
    Path("docs/features-dialer.md"): 60,
    Path("docs/features-flows.md"): 53,
    Path("docs/features-desktop.md"): 80,
    Path("docs/features-console.md"): 38,
    Path("docs/features-customer.md"): 30,
}
_ON = r"(?: (?:all|none|[ATS](?: [ATS])*) \|)?"
ROW = re.compile(rf"^\| (\d+) \| ([^|]+) \| (\w+) \|{_ON} ([^|]+) \| ([^|]*) \|$", re.M)
PROVIDERS = re.compile(r"^\| \d+ \| [^|]+ \| (\w+) \| ([^|]+) \| [^|]+ \| [^|]* \|$", re.M)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def rows(page: Path) -> list[tuple[str, ...]]:
    return ROW.findall(read(page))


def cells() -> list[tuple[str, ...]]:
    return [row for page in PAGES for row in rows(page)]


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


@pytest.mark.parametrize(("page", "count"), PAGES.items(), ids=str)
def test_every_row_is_there_once_in_order(page: Path, count: int) -> None:
    assert [int(row[0]) for row in rows(page)] == list(range(1, count + 1))
    tables = [line for line in read(page).splitlines() if re.match(r"\| \d", line)]
    assert len(tables) == count, "a row that cannot be read"


@pytest.mark.parametrize("row", cells(), ids=lambda row: row[1])
def test_a_row_says_what_there_is_and_names_tests_that_are_there(row: tuple[str, ...]) -> None:
    _, _, there, how, shown = row
    assert there in {"yes", "partly", "no"}
    named = NAMED.findall(shown)
    assert len(named) == shown.count("`") // 2, f"not the name of a test: {shown}"
    assert [f"{path}::{name}" for path, name in named if name not in named_in(path)] == []
    assert bool(named) is (there != "no")
    assert ("Missing:" in how) is (there == "partly")


def test_what_is_there_says_on_which_providers() -> None:
    told = PROVIDERS.findall(read(Path("docs/features.md")))
    assert len(told) == PAGES[Path("docs/features.md")]
    for there, on in told:
        assert on in {"all", "A S", "A T", "T S", "A", "T", "S", "none"}
        assert (on == "none") is (there == "no")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_page_counts_its_rows_right(page: Path) -> None:
    found = [row[2] for row in rows(page)]
    counted = {there: found.count(there) for there in ("yes", "partly", "no")}
    text = " ".join(read(page).split())
    assert f"{counted['yes']} yes, {counted['partly']} partly, {counted['no']} no" in text


def test_a_test_that_is_not_there_would_be_found() -> None:
    assert "test_a_test_that_is_not_there_would_be_found" in named_in("tests/tidy/test_features.py")
    assert "rows" not in named_in("tests/tidy/test_features.py")
    assert "TestAnyDay" in named_in("tests/stories/test_random_days.py")
    assert named_in("tests/stories/test_nowhere.py") == frozenset()
