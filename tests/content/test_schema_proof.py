"""The schema that editors use, held against right and wrong flows by another validator."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from contact_center.content.schemas import schemas
from contact_center.content.yaml_source import read
from tests.content.samples import FLOW, broken
from tests.content.test_broken_flows import MISTAKES

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schemas()["ivr_flows/flow.schema.json"]))
OF_SHAPE = {"E010", "E011", "E013", "E015", "E080"}
"""A field that is not there, or missing, a node type, a duration: an editor can underline them."""
OF_MEANING = {"E02", "E03", "E04", "E05", "E06", "E07", "E09", "E105"}
"""What has to be looked up elsewhere in the file: no schema can say it."""
TESTS = "tests:\n  - name: one\n    steps: "


def wrong(text: str) -> list[Any]:
    """What the validator has against a flow."""
    return list(VALIDATOR.iter_errors(read("flow.yaml", text).data))


def mistake(name: str) -> str:
    old, new = MISTAKES[name][:2]
    return broken(FLOW, old, new)


def readable(name: str) -> bool:
    return not read("flow.yaml", mistake(name)).problems


SHAPE = [n for n, m in MISTAKES.items() if m[2] in OF_SHAPE and readable(n)]
MEANING = [
    n for n, m in MISTAKES.items() if (m[2] in OF_MEANING or m[2][:3] in OF_MEANING) and readable(n)
]


def test_the_schema_is_one_and_takes_the_sample() -> None:
    VALIDATOR.check_schema(VALIDATOR.schema)
    assert wrong(FLOW) == []
    assert len(SHAPE) >= 8
    assert len(MEANING) >= 15


@pytest.mark.parametrize("name", SHAPE)
def test_a_mistake_of_shape_is_refused_by_both(name: str) -> None:
    assert wrong(mistake(name))


@pytest.mark.parametrize("name", MEANING)
def test_a_mistake_of_meaning_is_left_to_the_loader(name: str) -> None:
    assert wrong(mistake(name)) == []


@pytest.mark.parametrize(
    "steps",
    [
        "[{keys: 12}, {wait: 3s}, {silence: 3x}, hangup, {expect: {node: main}}]",
        "[{expect: {heard: Hello, edges: [main/no_input#1], vars: {order: '1', tries: 2}}}]",
        "[{agent: answers}, {speech: hello}, {emergency: on}, {expect: {ended: true, tag: [a]}}]",
    ],
)
def test_tests_as_they_may_be_written_are_taken(steps: str) -> None:
    assert wrong(f"{FLOW}{TESTS}{steps}\n") == []


@pytest.mark.parametrize(
    "steps",
    [
        "[]",
        "[{press: 1}]",
        "[{wait: 3}]",
        "[{silence: often}]",
        "[{agent: sings}]",
        "[{keys: 12x}]",
        "[{expect: {nod: main}}]",
        "[{expect: {ended: perhaps}}]",
        "[ring]",
    ],
)
def test_tests_as_they_may_not_be_written_are_refused(steps: str) -> None:
    assert wrong(f"{FLOW}{TESTS}{steps}\n")
