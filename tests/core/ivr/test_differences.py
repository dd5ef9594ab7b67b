"""Whatever is different in a flow is told: every field of a flow, and of all that it is made of."""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import FlowId
from contact_center.core.ivr.compare import UNTOLD, compare
from contact_center.core.ivr.expressions import Expression, Scalar
from contact_center.core.ivr.flow import AnyNode, FlowBundle, HangUp, Speech, SpeechKind
from contact_center.core.ivr.scenario import Act, Expect, FlowTest

NODES: tuple[type, ...] = typing.get_args(AnyNode)
WHERE = {"line": "a test is the same some lines further down"}
NAMES = {"name": "a node of another name is another node"}
MEANT = {
    SpeechKind.TEXT: ("texts", "when"),
    SpeechKind.FILE: ("file", "texts", "when"),
    SpeechKind.SILENCE: ("ms", "when"),
    SpeechKind.VALUE: ("value", "form", "currency", "when"),
}
"""What of a prompt's item has a meaning, by its kind."""
REPRS = re.compile(r"object at|<[A-Z]\w+\.|\w\(\w+=|\{'|\('|\bNone\b|\bTrue\b|\bFalse\b|Path\(")


@dataclass(frozen=True, slots=True)
class Said:
    """An expression that nobody evaluates."""

    source: str

    def evaluate(self, names: Mapping[str, object]) -> Scalar:
        raise AssertionError


@functools.cache
def values(kind: Any) -> list[Any]:
    """Make values of a type: one, and others that are different from it in one thing each."""
    kind = getattr(kind, "__supertype__", kind)
    plain: dict[Any, list[Any]] = {
        str: ["one", "two"],
        int: [1_000_000, 2_000_000],
        float: [0.5, 0.75],
        bool: [True, False],
        Expression: [Said("vars.a"), Said("vars.b")],
        Calendar: calendars(),
        Scalar: ["one", "two", 5, True],
    }
    if kind in plain:
        return plain[kind]
    if kind is Speech:
        return speeches()
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        found = [value for arg in args if arg is not type(None) for value in values(arg)]
        return [*found, *([None] if type(None) in args else [])]
    if origin is tuple and args[-1] is Ellipsis:
        first, *others = values(args[0])
        return [(first,), (), (first, first), *((other,) for other in others)]
    if origin is tuple:
        first = tuple(values(arg)[0] for arg in args)
        rest = [values(arg)[1:] for arg in args]
        return [first] + [
            (*first[:at], other, *first[at + 1 :])
            for at, others in enumerate(rest)
            for other in others
        ]
    if origin is not None and issubclass(origin, Mapping):
        (key, another, *_), (first, *others) = values(args[0]), values(args[1])
        return [{key: first}, {}, {another: first}, *({key: other} for other in others)]
    if issubclass(kind, Enum):
        return list(kind)
    assert dataclasses.is_dataclass(kind), kind
    return [sample(kind), *(changed for _, changed in variants(kind))]


@functools.cache
def hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def given(kind: Any) -> list[dataclasses.Field[Any]]:
    """The fields that somebody says; others follow from them."""
    return [field for field in dataclasses.fields(kind) if field.init]


def sample(kind: type, **fields: Any) -> Any:
    """Make one with something in every field."""
    made = {
        field.name: values(hints(kind)[field.name])[0]
        for field in given(kind)
        if field.name not in fields
    }
    return kind(**made, **fields)


def variants(kind: Any, **fields: Any) -> Iterator[tuple[str, Any]]:
    """Change each field in each way, with its name."""
    one = sample(kind, **fields)
    for field in given(kind):
        if field.name in fields or (kind in (FlowTest, Act, Expect) and field.name in WHERE):
            continue
        if field.name in NAMES and kind in NODES:
            continue
        for value in values(hints(kind)[field.name])[1:]:
            yield field.name, dataclasses.replace(one, **{field.name: value})


def speeches() -> list[Speech]:
    texts = {"en-US": "One.", "es-US": "Uno."}
    found = []
    for kind, meant in MEANT.items():
        one = Speech(kind=kind, file="one", ms=100, value=Said("vars.a"), texts=texts)
        found.append(one)
        for name in meant:
            others = values(hints(Speech)[name])[1:]
            if name == "value":
                others = [value for value in others if value is not None]
            found += [dataclasses.replace(one, **{name: value}) for value in others]
    return found


def calendars() -> list[Calendar]:
    day = (Interval(start=540, end=1020),)
    one = Calendar(name="one", zone=ZoneInfo("UTC"), weekly=(day,) * 7)
    return [
        one,
        dataclasses.replace(one, name="two"),
        dataclasses.replace(one, zone=ZoneInfo("Europe/London")),
        dataclasses.replace(one, weekly=(day,) * 6 + ((),)),
        dataclasses.replace(one, holidays={date(2026, 12, 25): ()}),
    ]


def flow(**fields: Any) -> FlowBundle:
    """A flow with something in every field, but for those flows it calls."""
    plain = {"nodes": {"end": HangUp(name="end")}, "subflows": {}}
    return sample(FlowBundle, **{**plain, **fields})  # type: ignore[no-any-return]


def told(old: FlowBundle, new: FlowBundle) -> list[str]:
    lines = [str(change) for change in compare(old, new)]
    for line in lines:
        assert not REPRS.search(line), line
        after, _, before = line.partition("; before: ")
        assert not before or not after.endswith(f": {before}"), line
    return lines


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(FlowBundle)])
def test_each_field_of_a_flow_is_told(name: str) -> None:
    if name in ("nodes", "subflows"):
        others: list[Any] = [{}, {"other": HangUp(name="other", reason="other")}]
        if name == "subflows":
            others = [{FlowId("other"): flow()}]
    else:
        others = values(hints(FlowBundle)[name])[1:]
    assert others
    for other in others:
        old, new = flow(), flow(**{name: other})
        if old == new or (name == "tests" and len(other) == 2):
            continue  # the second of two tests of one name is the one that is looked at
        lines = told(old, new) + told(new, old)
        assert (len(lines) >= 2) != (name in UNTOLD), (other, lines)


@pytest.mark.parametrize("kind", NODES, ids=lambda kind: kind.__name__)
def test_each_field_of_a_node_and_of_what_is_in_it_is_told(kind: type) -> None:
    old = flow(nodes={"here": sample(kind, name="here")})
    count = 0
    for name, node in variants(kind, name="here"):
        new = flow(nodes={"here": node})
        if old == new:
            continue
        count += 1
        for lines in (told(old, new), told(new, old)):
            assert lines, (name, node)
            assert all(line.startswith(("here: ", "the calendar")) for line in lines), lines
    assert count >= len(given(kind)) - 1


def test_what_is_different_in_a_flow_that_is_called_is_told_with_its_name() -> None:
    called = flow()
    other = dataclasses.replace(called, max_steps=7, nodes={"end": HangUp(name="end", reason="x")})
    with_it = [flow(subflows={FlowId("cards"): one}) for one in (called, other)]
    assert told(*with_it) == [
        "cards: limits.steps: 7; before: 1000000",
        "cards/end: reason: x; before: nothing",
    ]
    assert told(flow(), with_it[0]) == ["calls the flow cards now"]
    assert told(with_it[0], flow()) == ["calls the flow cards no more"]


def test_a_test_that_only_moved_down_is_no_other() -> None:
    (test,) = flow().tests
    steps = tuple(dataclasses.replace(step, line=99) for step in test.steps)
    moved = dataclasses.replace(test, line=98, steps=steps)
    assert told(flow(), flow(tests=(moved,))) == []
