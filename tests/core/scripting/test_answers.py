"""What is taken as an answer, and in which form it is kept."""

from __future__ import annotations

import pytest

from contact_center.core.scripting.answers import AnswerRefusedError, blank, checked
from contact_center.core.scripting.script import Kind, Question

OPTIONS = {"red": {}, "blue": {}, "green": {}}


def question(kind: Kind, **more: object) -> Question:
    options = OPTIONS if kind in (Kind.CHOICE, Kind.SEVERAL) else {}
    return Question(name="q", kind=kind, ask={}, options=options, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (Kind.TEXT, "  a rose ", "a rose"),
        (Kind.WHOLE, "1,200", 1200),
        (Kind.WHOLE, 7, 7),
        (Kind.NUMBER, "2.5", 2.5),
        (Kind.MONEY, "1,234.5", "1234.50"),
        (Kind.MONEY, 12, "12.00"),
        (Kind.DATE, "2026-02-28", "2026-02-28"),
        (Kind.YES_NO, "Yes", True),
        (Kind.YES_NO, False, False),
        (Kind.CHOICE, "blue", "blue"),
        (Kind.SEVERAL, ["blue", "red", "blue"], ("red", "blue")),
        (Kind.SEVERAL, "red", ("red",)),
        (Kind.EMAIL, "a@b.example", "a@b.example"),
        (Kind.PHONE, "+1 (415) 555-0123", "+14155550123"),
        (Kind.TEXT, "", None),
        (Kind.SEVERAL, [], None),
        (Kind.CHOICE, None, None),
    ],
)
def test_an_answer_is_kept_in_one_form(kind: Kind, given: object, kept: object) -> None:
    assert checked(question(kind), given) == kept


@pytest.mark.parametrize(
    ("kind", "given", "more", "says"),
    [
        (Kind.TEXT, True, {}, "no text"),
        (Kind.TEXT, "x" * 201, {}, "at most 200"),
        (Kind.LONG, "x" * 4_001, {}, "at most 4000"),
        (Kind.TEXT, "a\x00b", {}, "cannot be read"),
        (Kind.TEXT, "ab", {"least": 3}, "at least 3"),
        (Kind.TEXT, "abc", {"pattern": "[0-9]+"}, "look as it should"),
        (Kind.WHOLE, "2.5", {}, "whole number"),
        (Kind.WHOLE, "many", {}, "no number"),
        (Kind.WHOLE, "NaN", {}, "too large"),
        (Kind.WHOLE, 11, {"most": 10}, "at most 10"),
        (Kind.NUMBER, "1e400", {}, "too large"),
        (Kind.MONEY, "1.005", {}, "two digits"),
        (Kind.MONEY, "0.50", {"least": 1}, "at least 1.00"),
        (Kind.DATE, "28/02/2026", {}, "as 2026-11-23"),
        (Kind.DATE, "2026-02-30", {}, "as 2026-11-23"),
        (Kind.DATE, "2025-12-31", {"least": 20454}, "at least 2026-01-01"),
        (Kind.YES_NO, "perhaps", {}, "yes or no"),
        (Kind.CHOICE, "pink", {}, "one of red, blue"),
        (Kind.CHOICE, ["red"], {}, "one of"),
        (Kind.SEVERAL, ["red", "pink"], {}, "some of"),
        (Kind.SEVERAL, ["red", "blue"], {"most": 1}, "at most 1"),
        (Kind.EMAIL, "a@b", {}, "e-mail"),
        (Kind.PHONE, "call me", {}, "telephone"),
    ],
)
def test_what_is_no_answer_is_refused_in_words_for_the_agent(
    kind: Kind, given: object, more: dict[str, object], says: str
) -> None:
    with pytest.raises(AnswerRefusedError, match=says):
        checked(question(kind, **more), given)


def test_what_was_not_answered_reads_as_nothing_of_its_kind() -> None:
    assert [blank(question(kind)) for kind in (Kind.TEXT, Kind.WHOLE, Kind.YES_NO)] == [
        "",
        0,
        False,
    ]
