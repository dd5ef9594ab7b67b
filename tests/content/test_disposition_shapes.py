"""Dispositions in a center file: labels alone, a tree, keys and fields, and what is wrong there."""

from __future__ import annotations

import pytest

from contact_center.content.center import load_center
from contact_center.core.disposition import Disposition, DispositionField
from contact_center.core.scripting.script import Kind
from tests.content.samples import CENTER, FLOW, problems_of, sources

PLAIN = "dispositions: {sold: Sold, other: Other}\n"
TREE = """\
dispositions:
  other: Something else
  sold:
    label: Sold
    under: [Sales, New]
    key: 7
    fields:
      order: {label: Order number, required: true, pattern: "[0-9]{5}"}
      how: {label: Paid by, kind: choice, options: {card: Card, bill: Bill}}
      amount: {label: Amount, kind: money, least: 1, most: 99.5}
"""


def with_(written: str) -> str:
    """The sample center with other dispositions."""
    assert PLAIN in CENTER
    return CENTER.replace(PLAIN, written)


def mistakes(written: str) -> list[tuple[int, str, str]]:
    """Line within the section, code and words of every problem in it.

    Queues that name a disposition that is not right are told of besides.
    """
    before = CENTER[: CENTER.index(PLAIN)].count("\n")
    found = [(p.line - before, p.code, p.message) for p in problems_of(with_(written), FLOW)]
    return [one for one in found if one[0] <= written.count("\n")]


def test_a_label_alone_is_a_disposition_without_anything_else() -> None:
    made = load_center(sources(CENTER, FLOW)).dispositions
    assert made["sold"] == Disposition(code="sold", label="Sold")


def test_groups_a_key_and_fields_are_read() -> None:
    made = load_center(sources(with_(TREE), FLOW)).dispositions
    assert list(made) == ["other", "sold"]
    assert made["sold"] == Disposition(
        code="sold",
        label="Sold",
        under=("Sales", "New"),
        key="7",
        fields=(
            DispositionField(name="order", label="Order number", required=True, pattern="[0-9]{5}"),
            DispositionField(
                name="how",
                label="Paid by",
                kind=Kind.CHOICE,
                options={"card": "Card", "bill": "Bill"},
            ),
            DispositionField(name="amount", label="Amount", kind=Kind.MONEY, least=1, most=99.5),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "words"),
    [
        ("key: 7", "key: 12", 6, "E012", "12 is out of range"),
        ("other: Something else", "other: {label: Other, key: 7}", 6, "E012",
         'the key 7 chooses "other" already'),
        ("kind: choice, options", "kind: text, options", 9, "E012",
         "options are what a choice has"),
        ('"[0-9]{5}"', '"[0-9"', 8, "E012", "the pattern cannot be read"),
        ("least: 1, most: 99.5", "least: 100, most: 99.5", 10, "E012", "least is more than most"),
        ("kind: money, least: 1, most: 99.5", "kind: email, least: 1", 10, "E012",
         "a email has no bounds"),
        ("required: true", "requird: true", 8, "E010", 'there is no field "requird" here'),
        ("under: [Sales, New]", "under: [A, B, C, D]", 5, "E012", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(
    old: str, new: str, line: int, code: str, words: str
) -> None:
    assert old in TREE
    (found,) = mistakes(TREE.replace(old, new))
    assert found[:2] == (line, code)
    assert words in found[2]
