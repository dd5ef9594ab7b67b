"""Reading YAML: what scalars are, where things stand, and what is refused before it can grow."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.content.yaml_source import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    Place,
    UnusableTextError,
    decode,
    read,
)

SCALARS = {
    "17:30": "17:30",
    "no": "no",
    "on": "on",
    "Yes": "Yes",
    "010": "010",
    "0x1F": "0x1F",
    "1_000": "1_000",
    "1e3": "1e3",
    ".5": ".5",
    "+14155550100": "+14155550100",
    "2026-12-25": "2026-12-25",
    "0": 0,
    "-7": -7,
    "42": 42,
    "1.50": 1.5,
    "'42'": "42",
    '"true"': "true",
    "true": True,
    "false": False,
    "True": "True",
    "null": None,
    "~": None,
    "": None,
    ".inf": ".inf",
    "123456789012345678901234567890": "123456789012345678901234567890",
}


@pytest.mark.parametrize("written", SCALARS)
def test_a_scalar_is_what_it_looks_like(written: str) -> None:
    document = read("f.yaml", f"k: {written}\n")
    expected = SCALARS[written]
    assert document.data == {"k": expected}
    assert isinstance(document.data, dict)
    assert type(document.data["k"]) is type(expected)


def test_keys_are_text_whatever_they_look_like() -> None:
    document = read("f.yaml", "1: a\n010: b\ntrue: c\n2026-12-25: d\nnull: e\n")
    assert document.data == {"1": "a", "010": "b", "true": "c", "2026-12-25": "d", "null": "e"}


def test_every_key_and_value_has_its_place() -> None:
    document = read("f.yaml", 'a: 1\nlist:\n  - x\n  - {b: "two", é: 3}\n')
    assert document.keys[("a",)] == Place(1, 1)
    assert document.values[("a",)] == Place(1, 4)
    assert document.values[("list", 0)] == Place(3, 5)
    assert document.keys[("list", 1, "b")] == Place(4, 6)
    assert document.values[("list", 1, "b")] == Place(4, 9)
    assert document.keys[("list", 1, "é")] == Place(4, 16)


def test_the_place_of_what_was_not_written_is_that_of_what_holds_it() -> None:
    document = read("f.yaml", "say:\n  text: hello\n")
    assert document.place(("say", 0, "text", "en")) == Place(2, 9)
    assert document.place(("say", "nothing"), key=True) == Place(1, 1)


REFUSED = {
    "empty": ("", "E001", 1, 1, "empty"),
    "only_comments": ("# nothing\n", "E001", 1, 1, "empty"),
    "two_documents": ("a: 1\n---\nb: 2\n", "E001", 2, 1, "second document"),
    "list_as_key": ("? [a]\n: b\n", "E001", 1, 3, "a key that is itself"),
    "open_quote": ('a: "x\n', "E001", 2, 1, "quoted scalar"),
    "alias": ("a: *b\n", "E004", 1, 4, "alias *b"),
    "control_character": ("a: x\x07y\n", "E002", 1, 5, "does not allow"),
    "surrogate": ("a: \ud800\n", "E002", 1, 4, "surrogate"),
    "hash_key_in_braces": ('k: {"1": a, #: b}\nx: 1\n', "E001", 3, 1, "did not find"),
    "star_key_in_braces": ("k: {*: a}\n", "E001", 1, 5, "alias"),
    "text_after_quotes": ('a: "b" c\n', "E001", 1, 8, "did not find"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_cannot_be_read_is_refused_with_its_place(name: str) -> None:
    text, code, line, column, message = REFUSED[name]
    document = read("f.yaml", text)
    assert document.data is None
    (problem,) = document.problems
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert message in problem.message
    assert problem.hint


def test_the_hint_for_a_hash_key_in_braces_names_the_line_with_the_hash() -> None:
    (problem,) = read("f.yaml", 'k: {"1": a, #: b}\nx: 1\n').problems
    assert problem.hint.startswith("line 1: an unquoted # begins a comment")


def test_a_hash_key_inside_a_block_of_text_is_text() -> None:
    document = read("f.yaml", "a: |\n  #: x\n  y\nb: 1\n")
    assert document.data == {"a": "#: x\ny\n", "b": 1}
    assert document.problems == []


def test_several_small_sins_are_reported_together() -> None:
    document = read("f.yaml", "a: &x 1\nb: !!int 2\na: 3\n#: 4\n")
    assert [(p.code, p.line, p.column) for p in document.problems] == [
        ("E004", 1, 4),
        ("E004", 2, 4),
        ("E003", 3, 1),
        ("E006", 4, 1),
    ]
    assert document.data == {"a": 1, "b": 2}


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    (problem,) = read("f.yaml", "a: " + "x" * MAX_BYTES).problems
    assert (problem.code, problem.line) == ("E005", 1)


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 30)
    )
    document = read("f.yaml", bomb)
    assert document.data is None
    assert (document.problems[0].code, document.problems[0].line) == ("E004", 1)
    assert len(document.problems) < 5


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_nesting_is_refused_at_its_bound_and_not_by_running_out_of_stack(opening: str) -> None:
    (problem,) = read("f.yaml", opening * 5000).problems
    assert problem.code == "E005"
    assert problem.column == len(opening) * MAX_DEPTH + 1
    assert str(MAX_DEPTH) in problem.message


def test_too_many_values_are_refused() -> None:
    (problem,) = read("f.yaml", "[" + "1," * (MAX_NODES + 5) + "]").problems
    assert (problem.code, problem.line) == ("E005", 1)
    assert str(MAX_NODES) in problem.message


def test_bytes_that_are_not_utf8_have_a_place() -> None:
    with pytest.raises(UnusableTextError) as caught:
        decode("f.yaml", "é: 1\nb: ".encode() + b"\xff\n")
    problem = caught.value.problem
    assert (problem.code, problem.line, problem.column) == ("E002", 2, 4)
    assert "0xff" in problem.message


@given(st.text(max_size=300))
def test_any_text_gives_data_or_a_problem_and_never_an_exception(text: str) -> None:
    document = read("f.yaml", text)
    assert document.data is not None or document.problems or text.strip() != ""
    for problem in document.problems:
        assert problem.line >= 1
        assert problem.column >= 1


@given(st.integers(0, 2**32 - 1))
def test_yaml_punctuation_in_any_order_is_survived(seed: int) -> None:
    dice = random.Random(seed)
    pieces = [
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "\n",
        "  ",
        "a",
        "#",
        "&x ",
        "*x",
        "!t ",
        "'",
        '"',
        "|",
        ">",
        ", ",
        "? ",
        "---\n",
        "\t",
        "%",
        "@",
        "1",
    ]
    document = read("f.yaml", "".join(dice.choice(pieces) for _ in range(dice.randrange(60))))
    assert isinstance(document.problems, list)
