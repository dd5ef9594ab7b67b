"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.tidy.project import files, python, read

LONGEST_FILE = 400
LONGEST_TEST_FILE = 700
LONGEST_FUNCTION = 60
LONGEST_TEST_FUNCTION = 90
MIGRATIONS = "contact_center/adapters/sql/migrations/versions/"
"""A migration is a list of tables, and is never changed again."""
VAGUE = frozenset({"util", "utils", "helper", "helpers", "manager", "base", "common", "misc"})


def too_long(path: Path, limit: int) -> list[str]:
    return [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > limit
    ]


def test_no_source_file_is_longer_than_the_limit() -> None:
    kept = [p for p in files() if p.suffix in {".py", ".js", ".css", ".html"}]
    limits = {p: LONGEST_TEST_FILE if p.parts[0] == "tests" else LONGEST_FILE for p in kept}
    long = [f"{p}: {n}" for p in kept if (n := len(read(p).splitlines())) > limits[p]]
    assert len(kept) > 100
    assert long == []


def test_no_function_is_longer_than_the_limit() -> None:
    folders = ("contact_center", "dialer", "docs", "simulations")
    sources = [p for folder in folders for p in python(folder)]
    kept = [p for p in sources if not str(p).startswith(MIGRATIONS)]
    assert [line for p in kept for line in too_long(p, LONGEST_FUNCTION)] == []


def test_no_function_of_the_tests_is_longer_than_their_limit() -> None:
    assert [line for p in python("tests") for line in too_long(p, LONGEST_TEST_FUNCTION)] == []


def test_a_long_function_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "def long():\n" + "    pass\n" * LONGEST_FUNCTION
    monkeypatch.setattr("tests.tidy.test_sizes.read", lambda _path: text)
    assert too_long(Path("a.py"), LONGEST_FUNCTION) == ["a.py:1 long: 61 lines"]


def test_no_module_has_a_name_that_says_nothing() -> None:
    folders = ("contact_center", "tests", "docs", "simulations")
    names = [p for folder in folders for p in python(folder)]
    assert [str(p) for p in names if VAGUE & {p.stem, *p.parent.parts}] == []
