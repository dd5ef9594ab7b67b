"""Declared differences of a provider are rules that exist, each with its reason, and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contracts.telephony.differences import TWILIO, table

FOLDER = Path(__file__).parent / "telephony"
PAGE = Path(__file__).parents[2] / "docs" / "twilio.md"
RULES = {
    name
    for file in FOLDER.glob("test_*.py")
    for name in re.findall(r"^async def test_(\w+)\(", file.read_text(encoding="utf-8"), re.M)
}


@pytest.mark.parametrize("rule", TWILIO)
def test_a_declared_difference_is_about_a_rule_and_says_why(rule: str) -> None:
    assert rule in RULES
    assert len(TWILIO[rule].split()) > 3


def test_most_rules_are_the_same() -> None:
    assert len(TWILIO) < len(RULES) / 5


def test_the_page_names_tests_of_what_goes_wrong_that_exist_and_leaves_none_out() -> None:
    files = (Path(__file__).parent / "twilio").glob("test_*.py")
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    there = set(re.findall(r"^async def (test_\w+)\(", text, re.M))
    page = PAGE.read_text(encoding="utf-8")
    part = page.partition("## When something goes wrong")[2].partition("\n## ")[0]
    again = {"test_so_do_those_who_call_in_real_time"}
    assert set(re.findall(r"`(test_\w+)`", part)) == there - again


def test_the_page_has_this_table_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    begin = "<!-- made by python -m tests.contracts.telephony.differences -->\n"
    assert page.partition(begin)[2].partition("<!-- end -->")[0] == table(TWILIO)
