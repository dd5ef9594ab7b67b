"""Whatever is done to a shipped center, loading gives a center or problems, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.content.center import load_content
from contact_center.content.center_files import read_sources
from contact_center.content.problems import CODES, ContentError
from contact_center.content.yaml_source import read

ROOT = Path(__file__).parents[2]
SOURCES = {name: dict(read_sources(ROOT / "config" / name)) for name in ("retailer", "bank")}
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML 1.1, and so libyaml, begins a new line at."""
FILES = [(name, file) for name, texts in SOURCES.items() for file in texts]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(
        [
            "",
            " ",
            "main",
            "back",
            "repeat",
            "hangup",
            "5s",
            "0s",
            "-1s",
            "${",
            "${vars.order}",
            "1 +",
            "vars.order",
            "caller",
            "{customer.__class__}",
            "menu",
            "queue",
            "secret",
            "en-US",
            "\x7f",
            "é" * 200,
            "a b",
            "../../etc/passwd",
            "99:99-00:00",
            "2026-02-30",
            "+",
            "closed",
        ]
    ),
    st.lists(st.sampled_from(["main", 1, None, {"goto": "main"}, {"text": {}}, []]), max_size=3),
    st.dictionaries(
        st.sampled_from(
            ["goto", "text", "do", "tag", "say", "", "if", "1", "*", "default", "type"]
        ),
        st.sampled_from(["main", "", 1, None, [], {}, "string", "menu"]),
        max_size=3,
    ),
)


def load(texts: dict[str, str]) -> None:
    """Load; every problem has to say where it is and to have a known code."""
    try:
        found = load_content(texts).warnings
    except ContentError as error:
        found = error.problems
        refused = [problem for problem in found if problem.is_error]
    else:
        refused = ["nothing was refused"]
    assert refused
    for problem in found:
        assert problem.code in CODES
        assert problem.message
        assert 1 <= problem.line <= len(LINE_BREAK.findall(texts[problem.file])) + 2
        assert problem.column >= 1


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value."""
    found = [path] if path else []
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        here = (*path, key)
        found += paths_of(inner, here) if isinstance(inner, dict | list) else [here]
    return found


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """The value with `junk` at `path`; a copy."""
    if not path:
        return junk
    again = dict(value) if isinstance(value, dict) else list(value)
    again[path[0]] = replaced(value[path[0]], path[1:], junk)
    return again


PLAIN = {(name, file): read(file, SOURCES[name][file]).data for name, file in FILES}
PLACES = {key: paths_of(data) for key, data in PLAIN.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_any_place_is_loaded_or_refused_with_problems(data: st.DataObject) -> None:
    name, file = data.draw(st.sampled_from(FILES))
    changed = PLAIN[name, file]
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(PLACES[name, file]))
        try:
            changed = replaced(changed, path, data.draw(JUNK))
        except (KeyError, IndexError, TypeError, ValueError):
            continue  # an earlier change took the place away
    load({**SOURCES[name], file: json.dumps(changed, ensure_ascii=False) + "\n"})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_damage_to_the_text_is_loaded_or_refused_with_problems(data: st.DataObject) -> None:
    name, file = data.draw(st.sampled_from(FILES))
    text = SOURCES[name][file]
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(text)))
        end = min(len(text), begin + data.draw(st.integers(0, 12)))
        piece = data.draw(
            st.one_of(
                st.text(max_size=4),
                st.sampled_from(
                    [
                        "\n",
                        ": ",
                        "- ",
                        "{",
                        "}",
                        "[",
                        "]",
                        "\t",
                        "'",
                        '"',
                        "#",
                        "*",
                        "&",
                        "!",
                        "|",
                        ">",
                        "  ",
                    ]
                ),
            )
        )
        text = text[:begin] + piece + text[end:]
    load({**SOURCES[name], file: text})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_missing_line_is_loaded_or_refused_with_problems(data: st.DataObject) -> None:
    name, file = data.draw(st.sampled_from(FILES))
    lines = SOURCES[name][file].split("\n")
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    load({**SOURCES[name], file: "\n".join(lines)})


@pytest.mark.parametrize("text", ["null\n", "[]\n", "{}\n", "1\n", "text\n", "- {}\n"])
@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_file_of_the_wrong_kind_is_refused(name: str, file: str, text: str) -> None:
    with pytest.raises(ContentError):
        load_content({**SOURCES[name], file: text})
    load({**SOURCES[name], file: text})
