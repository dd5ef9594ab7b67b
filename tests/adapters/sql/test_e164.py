from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.sql.e164 import e164


@pytest.mark.parametrize(
    ("number", "region", "expected"),
    [
        ("+14155550101", "US", "+14155550101"),
        ("4155550101", "US", "+14155550101"),
        ("(415) 555-0101", "us", "+14155550101"),
        ("1-415-555-0101", "US", "+14155550101"),
        ("011442079460958", "US", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("00 1 415 555 0101", "DE", "+14155550101"),
        (" +49 30 901820 ", "US", "+4930901820"),
    ],
)
def test_numbers_are_read_in_the_region_of_the_center(
    number: str, region: str, expected: str
) -> None:
    assert e164(number, region) == expected


@pytest.mark.parametrize(
    "number",
    ["", " ", "anonymous", "Anonymous", "restricted", "unknown", "100", "s", "+", "+0", "0",
     "sip:ann@example.com", "1-800-FLOWERS", "+1415555010199999999", "9" * 500, "-", "\x00",
     "'; DROP TABLE customers; --", "\ud83d"],
)  # fmt: skip
def test_hidden_and_odd_numbers_are_nobody(number: str) -> None:
    assert e164(number, "US") is None


@pytest.mark.parametrize(
    "number", ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"]
)
def test_numbers_that_spell_hidden_are_nobody(number: str) -> None:
    assert e164(number, "US") is None


def test_an_unknown_region_reads_international_numbers_only() -> None:
    assert e164("+14155550101", "??") == "+14155550101"
    assert e164("4155550101", "??") is None


@given(st.text(max_size=60), st.sampled_from(["US", "DE", "", "ZZ"]))
def test_no_text_raises(number: str, region: str) -> None:
    result = e164(number, region)
    assert result is None or (result[0] == "+" and result[1:].isascii() and result[1:].isdigit())
