"""What cannot be a filter is refused with its place and with what to write instead."""

from __future__ import annotations

import pytest

from dialer.filter_parser import DEEPEST, LONGEST, MOST_TERMS, parse
from dialer.lead_filter import Compare, FilterError, IsTrue, Name, Not, OneOf
from dialer.list_definition import FieldKind

KINDS = {"age": FieldKind.INTEGER, "job": FieldKind.CHOICE, "loan": FieldKind.YES_NO}


@pytest.mark.parametrize(
    ("source", "at", "words", "mend"),
    [
        ("fields.agee > 3", 8, 'no field "agee"', 'did you mean "age"?'),
        ("lead.trid > 3", 6, 'no "lead.trid"', 'did you mean "tried"?'),
        ("field.age > 3", 1, 'no "field"', "write fields.age"),
        ("fields.age > 'x'", 14, "is a number", "fields.age >= 1"),
        ("fields.job == 3", 15, "is a text", 'fields.job == "choice"'),
        ("fields.age", 1, "no yes-or-no field", "compare it: fields.age >= 1"),
        ("fields.age = 3", 12, "= cannot stand here", "write =="),
        ("fields.age > 3 and fields.loan", 16, "and cannot stand here", "write &&"),
        ("fields.age > 3 &", 16, "& cannot stand here", "write &&"),
        ("fields.age >", 13, "ends too early", "finish"),
        ("fields.age + 1 > 3", 12, "+ cannot stand here", "do not compute"),
        ("(fields.age > 3", 16, ") expected", "write )"),
        ("fields.job == 'a", 15, "' cannot stand here", "close the quote"),
        ("fields.loan > true", 1, "no order", "== or !="),
        ("fields.loan > fields.loan", 1, "no order", "== or !="),
        ("!fields.age == 3", 2, "! before a comparison", "brackets"),
        ("3 == 3", 6, "two constants", "compare a field"),
        ("3", 1, "a constant by itself", "compare a field"),
        ("fields.job == null", 15, "no constant", "has(fields.NAME)"),
        ("has(age)", 5, "has() of what?", "has(fields.age)"),
        ("size(fields.job) > 3", 1, "no size()", "known:"),
        ("fields.job.startsWith(3)", 23, "no text", 'startsWith("...")'),
        ('"a" in fields.job', 8, "in what?", "lead.segments"),
        ("fields.age > 3u", 14, "unsigned", "write 3"),
        ("fields.age > 99999999999999999999", 14, "too large", "smaller"),
        (r'fields.job == "\q"', 15, "means nothing", "\\\\"),
        ("fields.age in [1 2]", 18, ", expected", "write ,"),
        ("fields.age ? 1 : 2", 12, "? cannot stand here", "do not compute"),
        ("fields.age > 3 $", 16, "$ cannot stand here", "take it out"),
        ("lead.tried > 'a'", 14, "tried is a number", "lead.tried"),
    ],
)
def test_a_mistake_has_its_place_and_its_mend(source: str, at: int, words: str, mend: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(source, KINDS)
    error = caught.value
    assert (error.at, words in error.args[0], mend in error.mend) == (at, True, True), str(error)
    assert str(error).startswith(f"character {at}: ")


def test_what_is_too_long_or_too_deep_is_refused() -> None:
    for source in (
        "x" * (LONGEST + 1),
        "(" * (DEEPEST + 1) + "true" + ")" * (DEEPEST + 1),
        "||".join(["true"] * (MOST_TERMS - 200)) + "&&" + "&&".join(["loan"] * 201),
    ):
        with pytest.raises(FilterError):
            parse(source, KINDS)


def test_without_the_lists_fields_every_name_passes_and_its_kind_is_guessed() -> None:
    assert parse("fields.x > 2.5") == Compare(
        left=Name(root="fields", name="x", kind=FieldKind.DECIMAL), sign=">", right=2.5
    )
    assert parse("x in ['a']") == OneOf(
        left=Name(root="fields", name="x", kind=FieldKind.TEXT), values=("a",)
    )
    term = parse("!x")
    assert isinstance(term, Not)
    assert isinstance(term.term, IsTrue)
    with pytest.raises(FilterError):
        parse("lead.x > 3")


def test_a_constant_on_the_left_is_the_same_comparison() -> None:
    assert parse("3 < age", KINDS) == parse("age > 3", KINDS)
    assert parse("true == loan", KINDS) == parse("loan == true", KINDS)
