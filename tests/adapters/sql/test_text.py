from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.sql.text import clean_line, clean_text, clean_tree


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Ann\x00 O'Hara", "Ann O'Hara"),
        ("Ann\x1b[31m", "Ann[31m"),
        ("  Ann \r\n Example\t", "Ann Example"),
        ('"; DROP TABLE customers; --', '"; DROP TABLE customers; --'),
        ("Zoë 👩‍👩‍👧 \U0001f600", "Zoë 👩‍👩‍👧 \U0001f600"),
        ("محمد علي", "محمد علي"),
        ("\u202eevil\u2066", "evil"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("\x85\x9f", ""),
    ],
)
def test_a_name_is_one_clean_line(dirty: str, clean: str) -> None:
    assert clean_line(dirty) == clean


def test_notes_keep_their_lines_and_tabs() -> None:
    assert clean_text("one\r\ntwo\u2028\tthree\x07") == "one\ntwo\n\tthree"


def test_a_line_has_a_limit() -> None:
    assert len(clean_line("x" * 10_000)) == 200


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    once.encode()  # no half pairs are left


def test_every_string_of_a_tree_is_cleaned() -> None:
    tree = {"a": ["x\x00", {"b": ("y\x01", 3)}], "c": None}
    assert clean_tree(tree) == {"a": ["x", {"b": ["y", 3]}], "c": None}
