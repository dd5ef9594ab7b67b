"""Tests in a flow's file are run, and say what came instead."""

from __future__ import annotations

import pytest

from contact_center.app.ivr.trial import Outcome, run_tests
from tests.app.ivr.shop import FLOW, SHOP, shop

ONE = "tests:\n  - name: one\n    steps: "


def one(steps: str, given: str = "") -> Outcome:
    before = f"tests:\n  - name: one\n    given: {given}\n    steps: " if given else ONE
    (outcome,) = run_tests(shop(f"{before}{steps}\n"), SHOP).outcomes
    return outcome


@pytest.mark.parametrize(
    "steps",
    [
        "[{expect: {heard: for an ORDER, not_heard: message, node: main, ended: false}}]",
        "[{keys: 14711}, {expect: {heard: Order 4711, vars: {order: '4711'}}}]",
        "[{keys: 2}, {expect: {queue: sales, tag: buys, edges: [gate/open, main/choice:sales]}}]",
        "[{keys: 9}, {expect: {language: es-US, heard: Marque 1 o 2}}]",
        "[{silence: 2x}, {expect: {node: sales, edges: main/no_input#2}}]",
        "[{keys: 7}, {expect: {edges: [main/no_match#1]}}]",
        "[{keys: 2}, {agent: answers}, {expect: {talking: true}}, {wait: 30s}, {agent: leaves},"
        " {expect: {talking: false, ended: true}}]",
        "[hangup, {expect: {ended: true, edges: [main/hangup]}}]",
    ],
)
def test_what_comes_true_passes(steps: str) -> None:
    assert one(steps).failures == ()


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("[{expect: {heard: Welcome}}]", 'did not hear "Welcome"; heard: For an order press 1'),
        ("[{expect: {not_heard: press 1}}]", 'heard "press 1"'),
        ("[{keys: 2}, {expect: {node: main}}]", 'in the node "sales", not "main"'),
        ("[{expect: {queue: sales}}]", 'in the queue "", not "sales"'),
        ("[{expect: {edges: [main/choice:ask]}}]", "did not take main/choice:ask; took: gate/open"),
        ("[{keys: 14711}, {expect: {vars: {order: '1'}}}]", "vars.order is '4711', not '1'"),
        ("[{expect: {tag: buys}}]", "no tag buys; tags: none"),
        ("[{expect: {language: es-US}}]", 'spoken to in "en-US", not "es-US"'),
        ("[{expect: {ended: true}}]", "the call is not over"),
        ("[{expect: {talking: true}}]", "the caller does not talk with somebody"),
        ("[{expect: {reason: told}}]", 'ended for "", not "told"'),
        ("[{agent: answers}, {expect: {talking: true}}]", "no agent who may take this call"),
        ("[{keys: 2}, {silence: 1x}, {expect: {node: sales}}]", "waited for keys 0 times"),
    ],
)
def test_what_does_not_is_told_with_what_came_instead(steps: str, words: str) -> None:
    outcome = one(steps)
    assert not outcome.passed
    assert words in " ".join(outcome.failures)
    assert outcome.line == len(FLOW.splitlines()) + 3


def test_edges_are_looked_for_in_their_order_since_the_last_time() -> None:
    both = "edges: [gate/open, main/choice:ask]"
    assert one(f"[{{keys: 1}}, {{expect: {{{both}}}}}]").passed
    turned = "edges: [main/choice:ask, gate/open]"
    assert not one(f"[{{keys: 1}}, {{expect: {{{turned}}}}}]").passed
    later = "[{expect: {edges: gate/open}}, {keys: 1}, {expect: {edges: gate/open}}]"
    assert not one(later).passed


def test_a_test_gets_the_time_that_it_is_given() -> None:
    night = 'time: "2026-11-23T22:00"'
    assert one("[{expect: {edges: gate/closed}}]", f"{{{night}}}").passed
    nobody = "[{keys: 2}, {expect: {edges: sales/no_agents}}]"
    assert one(nobody, "{agents: none}").passed


def test_coverage_says_where_no_test_has_been() -> None:
    report = run_tests(shop(f"{ONE}[{{keys: 2}}, {{expect: {{node: sales}}}}]\n"), SHOP)
    assert report.coverage.nodes == ("gate", "main", "sales")
    assert report.coverage.edges == ("gate/open", "main/choice:sales")
    assert "bye" in report.coverage.missed_nodes
    assert "gate/closed" in report.coverage.missed_edges
    assert report.passed


def test_each_test_begins_anew() -> None:
    two = "  - name: two\n    steps: [{expect: {heard: To buy, tag: []}}]\n"
    report = run_tests(shop(f"{ONE}[{{keys: 2}}, {{expect: {{tag: buys}}}}]\n{two}"), SHOP)
    assert [outcome.passed for outcome in report.outcomes] == [True, True]
    assert [
        o.name
        for o in run_tests(shop(f"{ONE}[{{expect: {{node: main}}}}]\n{two}"), SHOP, "tw").outcomes
    ] == ["two"]
