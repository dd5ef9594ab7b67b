"""Templates of Twilio Studio: what they become, and what is refused by name."""

from __future__ import annotations

import pytest

from contact_center.content.cel_engine import compile_expression
from contact_center.content.importing.liquid import (
    Hole,
    UntranslatableError,
    expression_of,
    parts_of,
    quoted,
)


def resolve(path: str) -> str:
    if path == "flow.variables.x":
        return "vars.x"
    raise UntranslatableError(f"{path} has no counterpart")


@pytest.mark.parametrize(
    ("template", "x", "value"),
    [
        ("plain", "", "plain"),
        ("", "", ""),
        ("it's {{flow.variables.x}}!", "5", "it's 5!"),
        ("{{ flow.variables.x | plus: 1 }}", "4", "5"),
        ("{{flow.variables.x | plus: 1}}", "", "1"),
        ("{{flow.variables.x | minus: 2 | times: 3}}", "4", "6"),
        ("{{flow.variables.x | default: 'no | ne'}}", "", "no | ne"),
        ("{{flow.variables.x | append: '-b' | prepend: \"a-\"}}", "c", "a-c-b"),
        ("{{'text'}}{{7}}", "", "text7"),
        ("back\\slash 'and' quotes", "", "back\\slash 'and' quotes"),
    ],
)
def test_a_template_gives_what_liquid_gives(template: str, x: str, value: str) -> None:
    source = expression_of(template, resolve)
    made = compile_expression(source, {"vars": {"x": x}})
    assert made.evaluate({"vars": {"x": x}}) == value


def test_a_template_is_taken_apart_for_prompts() -> None:
    assert parts_of("Order {{flow.variables.x}}.", resolve) == ["Order ", Hole("vars.x"), "."]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% if a %}b{% endif %}", "a tag"),
        ("{{flow.variables.x | date: '%H'}}", "the filter date"),
        ("{{flow.variables.x == 1}}", "has no counterpart"),
        ("{{unknown.path}}", "unknown.path has no counterpart"),
        ("x" * 500, "longer than 400"),
    ],
)
def test_what_has_no_counterpart_is_named(template: str, words: str) -> None:
    with pytest.raises(UntranslatableError, match=words):
        expression_of(template, resolve)


def test_no_text_breaks_out_of_its_quotes() -> None:
    for text in ("' + vars.secret + '", "\\' + x + \\'", "a\nb", "\\"):
        value = compile_expression(quoted(text), {}).evaluate({})
        assert value == text.replace("\n", " ")
