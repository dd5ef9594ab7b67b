"""Files of leads as people export them: what is read, and what each bad row is told."""

from __future__ import annotations

import io

import pytest

from contact_center.content.list_reading import (
    Dialect,
    ListFileError,
    ListReader,
    as_number,
    clean,
    find_dialect,
)
from contact_center.content.list_shape import load_list
from dialer.lead import NumberKind
from dialer.list_definition import ListDefinition
from dialer.list_row import REMARKS, BadRow, LeadRow, Row

SHAPE = """
list: spring
party: id
name: [first, last]
zone: zone
state: state
priority: rank
numbers:
  - {column: mobile, label: mobile, kind: mobile}
  - home
fields:
  age: integer
  tier: {type: choice, choices: [gold, silver], required: true}
"""
HEAD = "id,first,last,zone,state,rank,mobile,home,age,tier"
GOOD = "7,Ana,Lima,,,,+1 212 555 0101,(212) 555-0102,41,gold"


def definition(text: str = SHAPE) -> ListDefinition:
    return load_list("spring.yaml", text)


def read(*lines: str, head: str = HEAD) -> list[Row]:
    text = "\n".join([head, *lines]) + "\n"
    dialect = Dialect(encoding="utf-8", delimiter=",", quote='"')
    return list(ListReader(io.StringIO(text), dialect, definition()).rows())


def test_a_row_becomes_a_lead() -> None:
    (row,) = read(GOOD)
    assert isinstance(row, LeadRow)
    assert (row.row, row.line, row.key, row.name) == (2, 2, "7", "Ana Lima")
    assert row.fields == {"age": 41, "tier": "gold"}
    first, second = row.numbers
    assert (first.number, first.rank, first.label) == ("+12125550101", 1, "mobile")
    assert first.kind is NumberKind.MOBILE
    assert (second.number, second.rank) == ("+12125550102", 2)
    assert second.region == "US-NY"
    assert second.zones == ("America/New_York",)
    assert row.remarks == ()


@pytest.mark.parametrize(
    ("line", "codes", "mend"),
    [
        ("7,Ana,Lima,,,,12345,,41,gold", "number", "5 digits are too few"),
        ("7,Ana,Lima,,,,1.21255E+10,,41,gold", "number", "format the column as text"),
        ("7,Ana,Lima,,,,212 555 0101 ext 5,,41,gold", "number", "extension"),
        ("7,Ana,Lima,,,,+1 555 555 0101,,41,gold", "number", "with + and the country"),
        ("7,Ana,Lima,,,,,,41,gold", "no_number", "write a number"),
        ("7,Ana,Lima,,,,2125550101,,old,gold", "value", "digits alone"),
        ("7,Ana,Lima,,,,2125550101,,41,", "missing", "write a value"),
        ("7,Ana,Lima,,,,2125550101,,41,tin", "value", "one of gold, silver"),
        ("7,Ana,Lima,Mars/Olympus,,,2125550101,,41,gold", "zone", "America/New_York"),
        ("7,Ana,Lima,,Florida,,2125550101,,41,gold", "value", "two letters"),
        ("7,Ana,Lima,,,high,2125550101,,41,gold", "value", "whole number"),
        ("7,Ana,Lima,,,,2125550101,,41", "columns", "9 values, and the head has 10"),
        ('7,"Ana,Lima,,,,2125550101,,41,gold\n8,B,', "columns", "close the quote"),
        ("7,Ana,Lima,,,,2125550101,,old,tin", "value value", "digits alone"),
        ("7,Ana\udc80,Lima,,,,2125550101,,41,gold", "characters", "UTF-8"),
    ],
)
def test_a_row_that_cannot_be_a_lead_is_told_why(line: str, codes: str, mend: str) -> None:
    row = read(line)[0]
    assert isinstance(row, BadRow)
    assert " ".join(remark.code for remark in row.remarks) == codes
    assert mend in row.remarks[0].mend
    assert {remark.code for remark in row.remarks} <= set(REMARKS)


def test_one_good_number_is_enough_and_the_others_are_remarked() -> None:
    (row,) = read("7,Ana,Lima,,,,none,212-555-0102,41,gold")
    assert isinstance(row, LeadRow)
    assert [(n.number, n.rank) for n in row.numbers] == [("+12125550102", 1)]
    assert [(r.code, r.column) for r in row.remarks] == [("number", "mobile")]


def test_a_number_that_is_there_twice_counts_once() -> None:
    (row,) = read("7,Ana,Lima,,,,+12125550101,212.555.0101,41,gold")
    assert isinstance(row, LeadRow)
    assert len(row.numbers) == 1
    assert [(r.code, r.column) for r in row.remarks] == [("number_twice", "home")]


def test_what_is_known_of_the_place_widens_where_the_party_may_be() -> None:
    zone, state = read(
        "7,Ana,Lima,Pacific/Honolulu,,,2125550101,,41,gold", "8,B,C,,fl,,2125550102,,41,gold"
    )
    assert isinstance(zone, LeadRow)
    assert zone.numbers[0].zones == ("America/New_York", "Pacific/Honolulu")
    assert isinstance(state, LeadRow)
    assert state.numbers[0].region == "US"  # New York by its number, Florida by its address
    assert "America/Chicago" in state.numbers[0].zones


def test_bad_rows_cost_no_other_row_and_empty_lines_are_none() -> None:
    rows = read(GOOD, "", "only,three,values", ",,,,,,,,,", GOOD.replace("7", "9", 1))
    assert [type(row).__name__ for row in rows] == ["LeadRow", "BadRow", "LeadRow"]
    assert [row.row for row in rows] == [2, 4, 6]


def test_a_quote_that_swallows_the_file_costs_the_rows_it_swallows_and_no_more_memory() -> None:
    long = "x" * 1000
    swallowed = ['7,"Ana', *[long] * 200]
    rows = read(*swallowed, GOOD)
    assert isinstance(rows[0], BadRow)
    assert rows[0].remarks[0].code == "quote"
    assert isinstance(rows[-1], LeadRow)


def test_reading_goes_on_behind_a_row() -> None:
    text = "\n".join([HEAD, *(GOOD.replace("7", str(n), 1) for n in range(5))])
    dialect = Dialect(encoding="utf-8", delimiter=",", quote='"')
    rows = ListReader(io.StringIO(text), dialect, definition()).rows(after=4)
    assert [row.row for row in rows] == [5, 6]


def test_columns_that_are_missing_or_there_twice_end_the_import_before_it_begins() -> None:
    with pytest.raises(ListFileError) as caught:
        read(head="id,first,last,zone,state,rank,mobile,phone,age,tier")
    assert 'no column "home"' in str(caught.value)
    with pytest.raises(ListFileError, match='"age" is there twice'):
        read(head=f"{HEAD},age")


@pytest.mark.parametrize(
    ("encoded", "wanted"),
    [
        (f"{HEAD}\n{GOOD}\n".encode(), ("utf-8-sig", ",", '"')),
        (f"\ufeff{HEAD}\r\n{GOOD}\r\n".encode(), ("utf-8-sig", ",", '"')),
        (f"{HEAD}\n{GOOD}\n".encode("utf-16"), ("utf-16", ",", '"')),
        (HEAD.replace(",", ";").encode() + b"\n7;Jos\xe9,x;;;;;;;;\n", ("windows-1252", ";", '"')),
        (HEAD.replace(",", "\t").encode(), ("utf-8-sig", "\t", '"')),
        (HEAD.replace(",", "|").encode() + b"\na,b,c,d|\n", ("utf-8-sig", "|", '"')),
        (f"{HEAD}\n7,'Ana, B','x',,,,,,,\n".encode(), ("utf-8-sig", ",", "'")),
    ],
)
def test_what_kind_of_text_a_file_is_is_found_out(
    encoded: bytes, wanted: tuple[str, str, str]
) -> None:
    file = io.BytesIO(encoded)
    found = find_dialect(file, definition())
    assert (found.encoding, found.delimiter, found.quote) == wanted
    assert file.tell() == 0


def test_what_the_definition_says_is_not_guessed() -> None:
    told = definition(SHAPE + "delimiter: bar\nquote: none\nencoding: latin-1\n")
    found = find_dialect(io.BytesIO(b"a,b\n"), told)
    assert (found.encoding, found.delimiter, found.quote) == ("latin-1", "|", "\0")


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(ListFileError, match="empty"):
        find_dialect(io.BytesIO(b""), definition())
    with pytest.raises(ListFileError, match="no text"):
        find_dialect(io.BytesIO(b"PK\x03\x04\x00\x00"), definition())


def test_a_character_cut_in_two_where_the_sample_ends_is_no_mistake() -> None:
    head = HEAD.encode() + b"\n"
    body = b"a" * (256 * 1024 - len(head) - 1) + "é".encode() + b"\n"
    assert find_dialect(io.BytesIO(head + body), definition()).encoding == "utf-8-sig"


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+44 20 7946 0123", "US", "+442079460123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("(020) 7946-0123", "GB", "+442079460123"),
        ("'+12125550101", "GB", "+12125550101"),
        ("1 212 555 0101", "US", "+12125550101"),
        ("212.555.0101", "CA", "+12125550101"),
        ("2125550101", "GB", None),
        ("911", "US", None),
        ("+1 212 555 010", "US", None),
        ("", "US", None),
        ("1-800-FLOWERS", "US", None),
        ("2" * 60, "US", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, region: str, number: str | None) -> None:
    assert as_number(text, region) == number


def test_characters_that_fool_a_screen_are_left_out() -> None:
    assert clean("Ana\u202eamiL\x00\n") == "Ana amiL "
    assert clean("Ana Élan") == "Ana Élan"
