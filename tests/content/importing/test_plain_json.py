"""JSON with its lines: what is read, and that nothing hostile gets through."""

from __future__ import annotations

import json

import pytest

from contact_center.content.importing.plain_json import MOST_DEPTH, Fields, JsonError, read_json


def test_values_are_those_of_json_and_keys_know_their_lines() -> None:
    text = '{"a": [1, -2.5, 1e3, true, false, null],\n "b": {\n  "c\\u00e9\\n": "x"}}\n'
    made = read_json("f", text)
    assert made == json.loads(text)
    assert made.lines == {"a": 1, "b": 2}
    assert made.within("b").line == 2
    assert made.within("b").lines == {"cé\n": 3}


def test_texts_rows_and_objects_are_asked_for_without_care() -> None:
    made = read_json("f", '{"n": 5, "t": "x", "l": [{"a": 1}, 2], "y": true}')
    assert (made.text("n"), made.text("t"), made.text("l"), made.text("y")) == ("5", "x", "", "")
    assert made.rows("l") == [{"a": 1}]
    assert (made.rows("t"), made.within("t"), made.text("none")) == ([], Fields(1), "")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "f:1:1: the text ends too early"),
        ("not json", "f:1:1: this is not JSON"),
        ("[1]", "f:1: this is JSON, but no object"),
        ('{"a": 1,\n "a": 2}', 'f:2:5: the key "a" twice in one object'),
        ('{"a": 1', 'f:1:8: "," or "}" is missing here'),
        ('{"a": [1,\n2', 'f:2:2: "," or "]" is missing here'),
        ('{"a" 1}', "f:1:6: a colon is missing here"),
        ("{a: 1}", "f:1:2: a key in quotes is missing here"),
        ('{"a": "x\ny"}', "f:1:7: a text that does not end"),
        ('{"a": 1} {}', "f:1:10: there is more after the end"),
        ('{"a": 01}', 'f:1:8: "," or "}" is missing here'),
        ('{"a": NaN}', "f:1:7: this is not JSON"),
    ],
)
def test_what_is_no_json_is_refused_where_it_stands(text: str, where: str) -> None:
    with pytest.raises(JsonError) as refused:
        read_json("f", text)
    assert str(refused.value).startswith(where)


def test_deep_nesting_is_refused_and_not_followed() -> None:
    with pytest.raises(JsonError, match=f"nested deeper than {MOST_DEPTH}"):
        read_json("f", '{"a": ' + "[" * 100_000)


def test_half_a_surrogate_pair_becomes_a_character_that_can_be_written() -> None:
    made = read_json("f", '{"a": "\\ud83d", "b": "\\ud83d\\ude00"}')
    assert made["a"].encode()
    assert made["b"] == "\U0001f600"
