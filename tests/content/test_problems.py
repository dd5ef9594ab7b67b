"""How a problem reads, and that a list of them is in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contact_center.content.problems import (
    CODES,
    ContentError,
    Problem,
    Severity,
    did_you_mean,
    in_order,
    raise_errors,
)

SOURCES = Path(__file__).parents[2] / "contact_center"


def problem(file: str = "a.yaml", line: int = 1, **more: object) -> Problem:
    fields = {"code": "E010", "message": "wrong", "column": 1, "hint": ""}
    return Problem(file=file, line=line, **{**fields, **more})  # type: ignore[arg-type]


def test_a_problem_is_one_line_with_place_code_message_and_hint() -> None:
    shown = str(problem("flows/shop.yaml", 7, column=5, message="no", hint="write yes"))
    assert shown == "flows/shop.yaml:7:5: E010 no (write yes)"


def test_a_warning_says_so_and_a_problem_without_a_place_has_none() -> None:
    warning = problem(severity=Severity.WARNING)
    assert str(warning) == "a.yaml:1:1: E010 warning: wrong"
    assert not warning.is_error
    assert str(problem("CC_HTTP_PORT", 0)) == "CC_HTTP_PORT: E010 wrong"


def test_problems_are_sorted_by_file_and_line_and_said_once() -> None:
    late, early, other = problem(line=9), problem(line=2), problem("b.yaml", 1)
    assert in_order([other, late, early, late]) == (early, late, other)


def test_warnings_alone_do_not_stop_anything() -> None:
    warning = problem(severity=Severity.WARNING)
    raise_errors([warning])
    with pytest.raises(ContentError) as caught:
        raise_errors([problem(line=3), warning])
    assert caught.value.problems == (warning, problem(line=3))
    assert str(caught.value) == "a.yaml:1:1: E010 warning: wrong\na.yaml:3:1: E010 wrong"


def test_a_code_that_nobody_knows_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="unknown problem code E999"):
        problem(code="E999")


def test_every_code_is_used_somewhere_and_every_used_code_is_known() -> None:
    used: set[str] = set()
    for folder in ("app", "content", "settings"):
        for path in (SOURCES / folder).glob("*.py"):
            if path.name != "problems.py":
                used |= set(re.findall(r'"([EW]\d{3})"', path.read_text(encoding="utf-8")))
    assert used == set(CODES)


@pytest.mark.parametrize(
    ("written", "known", "hint"),
    [
        ("inot", ("into", "note"), 'did you mean "into"?'),
        ("sale", ("sales", "support"), 'did you mean "sales"?'),
        ("xyz", ("b", "a"), "known: a, b"),
        ("xyz", (), ""),
    ],
)
def test_a_hint_names_what_was_probably_meant(
    written: str, known: tuple[str, ...], hint: str
) -> None:
    assert did_you_mean(written, known) == hint
