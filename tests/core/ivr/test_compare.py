"""Two versions of a flow: what is told of the difference."""

from __future__ import annotations

import re

from contact_center.content.center import load_center
from contact_center.core.ids import FlowId
from contact_center.core.ivr.compare import compare
from contact_center.core.ivr.flow import FlowBundle
from tests.content.samples import CENTER, FLOW


def flow(*changes: tuple[str, str]) -> FlowBundle:
    text = FLOW
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_center({"center.yaml": CENTER, "shop.yaml": text}).flows[FlowId("shop")]


def told(*changes: tuple[str, str]) -> list[str]:
    return [str(change) for change in compare(flow(), flow(*changes))]


def test_a_flow_is_no_different_from_itself() -> None:
    assert told() == []
    assert compare(flow(), flow(("flow: shop", "# nothing\nflow: shop"))) == ()


def test_a_prompt_that_says_something_else() -> None:
    (line,) = told(("Press 1 or 2.", "Press 1 and 2."))
    assert line == (
        'main: say: en-US "Press 1 and 2." es-US "Oprima 1 o 2.";'
        ' before: en-US "Press 1 or 2." es-US "Oprima 1 o 2."'
    )


def test_a_way_that_leads_elsewhere_and_one_that_is_new() -> None:
    lines = told(('"2": sales', '"2": {goto: bye, tag: gone}\n      "3": sales'))
    assert lines == [
        "main: way 2: to bye, tag gone; before: to sales",
        "main: new way 3: to sales",
    ]


def test_a_way_that_is_gone() -> None:
    (line,) = told(('      "2": sales\n', ""))
    assert line == "main: way 2: no more; before: to sales"


def test_a_node_that_is_new_and_one_that_is_gone() -> None:
    new = "  extra: {do: play, say: {text: {en-US: A, es-US: B}}, next: bye}\n"
    with_it = flow(("nodes:\n", f"nodes:\n{new}"))
    assert [str(c) for c in compare(flow(), with_it)] == ["extra: new node, a play"]
    assert [str(c) for c in compare(with_it, flow())] == ["extra: removed"]


def test_a_node_that_was_renamed_is_not_told_as_another() -> None:
    renamed = re.sub(r"\bbye\b", "ende", FLOW)
    new = load_center({"center.yaml": CENTER, "shop.yaml": renamed}).flows[FlowId("shop")]
    assert [str(change) for change in compare(flow(), new)] == ["ende: renamed, was bye"]


def test_times_variables_and_languages() -> None:
    lines = told(
        ("    do: menu\n", "    do: menu\n    first_timeout: 7s\n"),
        ("  tries: {type: int, default: 0}", "  tries: {type: int, default: 1}\n  x: {type: bool}"),
    )
    assert "main: first_timeout: 7s; before: 5s" in lines
    assert "variable tries: 1; before: 0" in lines
    assert "new variable x: no" in lines


def test_what_is_said_to_silence() -> None:
    (line,) = told(
        (
            "on_no_input: [{prompt: sorry}, {goto: sales}]\n    on_no_match",
            "on_no_input: [{silence: 1s}, {goto: sales}]\n    on_no_match",
        )
    )
    assert line.startswith('main: on_no_input#1: [1000 ms]; before: en-US "Sorry."')


def test_tests_and_global_keys() -> None:
    tests = "tests:\n  - name: one\n    steps: [{expect: {node: main}}]\nnodes:"
    lines = told(("nodes:", tests), ('"*": back', '"*": repeat'))
    assert lines == ["way global:*: to repeat; before: to back", 'new test "one"']
