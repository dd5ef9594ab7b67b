"""The definition of a list: what may be written, and every mistake with its place and advice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contact_center.content.list_shape import load_list, load_list_file, missing_columns
from contact_center.content.problems import ContentError
from dialer.filter_parser import parse
from dialer.list_definition import DuplicateScope, FieldKind, NumberColumn
from dialer.list_row import REMARKS, RowVerdict

SHIPPED = Path(__file__).parents[2] / "config/lists"


def test_the_shipped_definition_says_what_its_columns_mean() -> None:
    assert [load_list_file(file).list for file in sorted(SHIPPED.glob("*.yaml"))] == [
        "customers",
        "spring_offer",
    ]
    made = load_list_file(SHIPPED / "spring_offer.yaml")
    assert made.list == "spring_offer"
    assert made.scope is DuplicateScope.CAMPAIGN
    assert made.numbers[1] == NumberColumn(column="home", label="home", kind="landline")
    assert made.kinds["customer_since"] is FieldKind.DATE
    assert made.fields[1].column == "account_balance"
    assert made.fields[2].required
    assert made.columns[:2] == ("mobile", "home")


def test_short_forms_are_the_long_ones() -> None:
    short = "list: l\nnumbers: [phone]\nname: who\nfields: {age: integer}\ndelimiter: semicolon\n"
    long = (
        "list: l\nnumbers: [{column: phone}]\nname: [who]\n"
        "fields: {age: {type: integer, column: age}}\ndelimiter: semicolon\n"
    )
    assert load_list("a", short) == load_list("a", long)
    assert load_list("a", short).delimiter == ";"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("numbers: [p]\n", "1:1", 'E011 the field "list" is missing'),
        ("list: a b\nnumbers: [p]\n", "1:7", "E014"),
        ("list: l\nnumbers: []\n", "2:10", "E012 nothing where at least one"),
        ("list: l\nnumbers: [p, p]\n", "2:14", 'E012 the column "p" is there twice'),
        ("list: l\nnumbers: [p]\nregion: XX\n", "3:9", "E105"),
        ("list: l\nnumbers: [p]\nfields: {the age: integer}\n", "3:10", "E014"),
        ("list: l\nnumbers: [p]\nfields: {lead: integer}\n", "3:10", "E014"),
        ("list: l\nnumbers: [p]\nfields: {age: whole}\n", "3:15", "E012"),
        ("list: l\nnumbers: [p]\nfields: {a: choice}\n", "3:13", "add choices:"),
        ("list: l\nnumbers: [p]\nfields: {a: {choices: [x]}}\n", "3:13", "write type: choice"),
        (
            "list: l\nnumbers: [p]\nfields: {a: {type: choice, choices: [x, x]}}\n",
            "3:37",
            "a choice is there twice",
        ),
        (
            "list: l\nnumbers: [p]\nfields: {a: {type: date, decimal_comma: true}}\n",
            "3:41",
            "a date has no comma",
        ),
        ("list: l\nnumber: [p]\nnumbers: [p]\n", "2:1", 'did you mean "numbers"?'),
        ("- l\n", "1:1", "E012"),
        ("list: [\n", "", "E001"),
    ],
)
def test_a_mistake_is_reported_with_its_place(text: str, place: str, words: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_list("lists/l.yaml", text)
    told = str(caught.value)
    assert f"lists/l.yaml:{place}" in told
    assert words in told


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="E100"):
        load_list_file(tmp_path / "none.yaml")
    (tmp_path / "odd.yaml").write_bytes(b"list: \xff\n")
    with pytest.raises(ContentError, match="E002"):
        load_list_file(tmp_path / "odd.yaml")


def test_columns_that_a_file_does_not_have_are_named_with_the_nearest() -> None:
    made = load_list("a", "list: l\nnumbers: [phone]\nfields: {age: integer}\n")
    assert missing_columns(made, ["phone", "age"]) == []
    (one,) = missing_columns(made, ["phone", "Age"])
    assert one.startswith('the file has no column "age"')
    assert "Age" in one


def test_the_page_about_lists_holds() -> None:
    page = (Path(__file__).parents[2] / "docs/lists.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    kinds = [load_list("lists.md", block) for block in blocks][-1].kinds
    assert len(blocks) == 2
    rows = page.split("| written | matches |")[1].split("\n\n")[0]
    written = re.findall(r"`([^`]+)`", "\n".join(r.split(" | ")[0] for r in rows.splitlines()))
    assert len(written) > 9
    for source in written:
        parse(source.replace("\\|", "|"), kinds)
    codes = set(re.findall(r"`(\w+)`", page))
    assert set(REMARKS) <= codes
    assert {verdict.value for verdict in RowVerdict} <= codes
