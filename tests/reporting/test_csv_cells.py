"""What a spreadsheet would work out is text."""

import pytest

from contact_center.reporting.csv_cells import cell


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "  =1"]
)
def test_a_formula_is_made_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\r=1", "\r\n=1"])
def test_a_lone_carriage_return_ends_no_row(text: str) -> None:
    assert cell(text) == "'\n=1"
    assert cell(f"well{text}") == "well\n=1"


@pytest.mark.parametrize("text", ["", "sales", "Ana Ruiz", "a=b", "1-2", "(none)"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text
