"""What a filter means: the same as CEL, and nothing where something is missing."""

from __future__ import annotations

import re
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.filter_parser import parse
from dialer.lead_filter import matches, names_of, segments_of
from dialer.list_definition import FieldKind

KINDS = {
    "age": FieldKind.INTEGER,
    "rate": FieldKind.DECIMAL,
    "job": FieldKind.CHOICE,
    "note": FieldKind.TEXT,
    "since": FieldKind.DATE,
    "loan": FieldKind.YES_NO,
}
ANA = {
    "age": 41,
    "rate": 1.5,
    "job": "services",
    "note": "Élan",
    "since": "2026-01-31",
    "loan": True,
}


@pytest.mark.parametrize(
    ("source", "is_so"),
    [
        ("", True),
        ("true", True),
        ("false", False),
        ("fields.age >= 41", True),
        ("age > 41", False),
        ("41 < fields.age", False),
        ("fields.rate == 1.5", True),
        ("fields.age == 41.0", True),
        ('fields.job in ["services", "admin."]', True),
        ("fields.age in []", False),
        ('fields.note.startsWith("É")', True),
        ('fields.note.contains("elan")', False),
        ("fields.note.endsWith('an')", True),
        ('fields.since < "2026-02-01"', True),
        ("fields.loan", True),
        ("!fields.loan", False),
        ("!!fields.loan", True),
        ("fields.loan == true && !(fields.age < 18)", True),
        ("fields.age < 18 || fields.age > 40 && fields.loan", True),
        ("(fields.age < 18 || fields.age > 40) && fields.age == 0", False),
        ("lead.tried == 0 && lead.priority > -1", True),
        ('"april" in lead.segments', True),
        ('"may" in lead.segments', False),
        ("fields.age > fields.rate", True),
        ('fields.note != "\\u00c9lan"', False),
    ],
)
def test_a_filter_says_which_leads_match(source: str, is_so: bool) -> None:
    term = parse(source, KINDS)
    assert matches(term, ANA, {"tried": 0, "priority": 0}, {"april"}) is is_so


@pytest.mark.parametrize(
    "source",
    [
        "fields.age > 1",
        "!(fields.age > 1)",
        "fields.age != 1",
        "fields.age in [1, 2]",
        'fields.note.contains("")',
        "fields.loan",
        "!fields.loan",
        "fields.age > 1 && true",
        "fields.age > 1 || false",
        "fields.age > fields.rate",
    ],
)
def test_what_is_missing_matches_neither_a_condition_nor_its_contrary(source: str) -> None:
    assert matches(parse(source, KINDS), {"age": None}) is False


def test_the_other_side_decides_where_something_is_missing() -> None:
    assert matches(parse("fields.age > 1 || true", KINDS), {})
    assert matches(parse("!(fields.age > 1 && false)", KINDS), {})
    assert matches(parse("!has(fields.age)", KINDS), {})
    assert not matches(parse("has(fields.age)", KINDS), {"age": None})


def test_a_filter_names_the_fields_and_segments_it_reads() -> None:
    term = parse('!(age > 1 && has(fields.job)) || "a" in lead.segments || lead.tried > 1', KINDS)
    assert names_of(term) == {"age", "job"}
    assert segments_of(term) == {"a"}


CONSTANTS = {
    FieldKind.INTEGER: ["0", "-3", "41", "2.5"],
    FieldKind.DECIMAL: ["0", "1.5", "-0.5"],
    FieldKind.TEXT: ['""', '"a"', "'É'", '"services"', '"2026-01-31"'],
}
TEXTS = (FieldKind.TEXT, FieldKind.CHOICE, FieldKind.DATE)


@st.composite
def conditions(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(KINDS)))
    kind = KINDS[name]
    if draw(st.integers(0, 9)) == 0:
        return f"has(fields.{name})"
    if kind is FieldKind.YES_NO:
        return draw(st.sampled_from([f"fields.{name}", f"fields.{name} == false"]))
    constants = CONSTANTS[FieldKind.TEXT if kind in TEXTS else kind]
    if draw(st.booleans()):
        some = draw(st.lists(st.sampled_from(constants), min_size=1, max_size=3))
        return f"fields.{name} in [{', '.join(some)}]"
    if kind in TEXTS and draw(st.booleans()):
        method = draw(st.sampled_from(["startsWith", "endsWith", "contains"]))
        return f"fields.{name}.{method}({draw(st.sampled_from(constants))})"
    sign = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    return f"fields.{name} {sign} {draw(st.sampled_from(constants))}"


def filters() -> st.SearchStrategy[str]:
    return st.recursive(
        conditions(),
        lambda inner: st.one_of(
            inner.map(lambda a: f"!({a})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} && {p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]} || {p[1]})"),
        ),
        max_leaves=6,
    )


def people() -> st.SearchStrategy[dict[str, Any]]:
    text = st.sampled_from(["", "a", "É", "services", "Za", "2026-01-31", "2026-02-01"])
    return st.fixed_dictionaries(
        {},
        optional={
            "age": st.integers(-5, 50),
            "rate": st.sampled_from([0.0, 1.5, -0.5, 2.0]),
            "job": text,
            "note": text,
            "since": text,
            "loan": st.booleans(),
        },
    )


def by_cel(source: str, fields: dict[str, Any]) -> bool:
    """What the engine of the flows says; an error (something is missing) is no match."""
    try:
        return cel.compile(source).execute({"fields": fields}) is True
    except Exception:  # noqa: BLE001 - it raises a dozen kinds
        return False


@given(source=filters(), fields=people())
@settings(max_examples=300, deadline=None)
def test_a_filter_means_what_cel_says_where_nothing_is_missing(
    source: str, fields: dict[str, Any]
) -> None:
    whole = {"age": 1, "rate": 0.5, "job": "a", "note": "b", "since": "", "loan": False, **fields}
    # Of a condition and its contrary one holds, and CEL says which.
    assert matches(parse(source, KINDS), whole) is by_cel(source, whole)


@given(source=conditions(), fields=people())
@settings(max_examples=200, deadline=None)
def test_a_condition_means_what_cel_says_where_its_field_is_missing(
    source: str, fields: dict[str, Any]
) -> None:
    assert matches(parse(source, KINDS), fields) is by_cel(source, fields)
    if "has" not in source:
        name = re.search(r"fields\.(\w+)", source)
        assert name
        assert matches(parse(f"!({source})", KINDS), fields) is by_cel(f"!({source})", fields)
