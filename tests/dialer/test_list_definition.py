"""What may stand in a field of a list, by its kind."""

from __future__ import annotations

import pytest

from dialer.ids import ListId
from dialer.lead import FieldValue
from dialer.list_definition import (
    LONGEST_TEXT,
    FieldError,
    FieldKind,
    FieldSpec,
    ListDefinition,
    NumberColumn,
)


def spec(kind: FieldKind, **rest: object) -> FieldSpec:
    return FieldSpec(name="f", column="F", kind=kind, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.TEXT, " a b ", "a b"),
        (FieldKind.INTEGER, "-42", -42),
        (FieldKind.INTEGER, "42.0", 42),
        (FieldKind.INTEGER, "1 234 567", 1_234_567),
        (FieldKind.DECIMAL, "3.5", 3.5),
        (FieldKind.DECIMAL, "1'234.5", None),
        (FieldKind.YES_NO, "Yes", True),
        (FieldKind.YES_NO, "0", False),
        (FieldKind.DATE, "2024-2-29", "2024-02-29"),
        (FieldKind.DATE, "2026-02-29", None),
        (FieldKind.DATE, "31.01.2026", None),
        (FieldKind.INTEGER, "4.5", None),
        (FieldKind.INTEGER, "1,5", None),
        (FieldKind.DECIMAL, "1e5", None),
        (FieldKind.DECIMAL, "nan", None),
        (FieldKind.INTEGER, "٣", 3),
        (FieldKind.YES_NO, "maybe", None),
        (FieldKind.TEXT, "x" * (LONGEST_TEXT + 1), None),
    ],
)
def test_a_field_is_read_by_its_kind_or_refused(
    kind: FieldKind, text: str, value: FieldValue
) -> None:
    if value is not None:
        assert spec(kind).read(text) == value
        return
    with pytest.raises(FieldError) as caught:
        spec(kind).read(text)
    assert caught.value.mend.startswith("write ")


def test_what_stands_for_nothing_is_nothing_and_refused_where_something_is_required() -> None:
    assert spec(FieldKind.INTEGER, empty=("unknown", "999")).read(" 999 ") is None
    with pytest.raises(FieldError):
        spec(FieldKind.INTEGER, required=True, empty=("-",)).read("-")


def test_a_comma_may_be_the_decimal_sign() -> None:
    assert spec(FieldKind.DECIMAL, decimal_comma=True).read("-1,8") == -1.8


def test_a_choice_is_found_whatever_its_capitals_unless_two_differ_by_them() -> None:
    choice = spec(FieldKind.CHOICE, choices=("Gold", "silver"))
    assert choice.read("GOLD") == "Gold"
    with pytest.raises(FieldError, match="not one of"):
        choice.read("bronze")
    with pytest.raises(FieldError):
        spec(FieldKind.CHOICE, choices=("a", "A ", "AA", "aa")).read("Aa")


def test_a_definition_names_each_column_once() -> None:
    definition = ListDefinition(
        list=ListId("l"),
        numbers=(NumberColumn(column="phone"), NumberColumn(column="mobile")),
        name=("first", "last"),
        party="phone",
        fields=(spec(FieldKind.INTEGER),),
    )
    assert definition.columns == ("phone", "mobile", "first", "last", "F")
    assert definition.kinds == {"f": FieldKind.INTEGER}
