"""Mistakes in what a queue does, and in how agents serve it."""

from __future__ import annotations

import pytest

from contact_center.content.problems import Severity
from tests.content.samples import CENTER, at, broken, problems_of

AFTER_RING = "    ring: 20s\n"
BOB = "extension: 1002, queues: [sales]"

IN_QUEUE = {
    "strategy": ("strategy: longest-idle", "E012", 15, "longest-idle", "longest_idle"),
    "order": ("order: newest", "E012", 12, "newest", "'fifo'"),
    "channel": ("channel: fax", "E012", 14, "fax", "'voice'"),
    "no_field": ("stratgey: linear", "E010", 5, "stratgey", "strategy"),
    "too_short": ("ring: 500ms", "E012", 11, "shorter than a second", "1s"),
    "many_pick_up": (
        "auto_answer: true\n    strategy: ring_all",
        "E202",
        18,
        "many phones",
        "rings one phone",
    ),
    "absent": ("when_empty: {evict: [pausd]}", "E012", 26, "pausd", "'paused'"),
    "both": (
        "when_no_agents: wait\n    when_empty: true",
        "E012",
        5,
        "when_empty says",
        "remove when_no_agents",
    ),
    "wrap_up": ("wrap_up: {for: 20m, most: 10m}", "E012", 14, "longer than its bound", "raise"),
    "wrap_up_mode": ("wrap_up: {mode: free}", "E012", 21, "free", "'none'"),
    "slope": ('aging: {slope: "1.5"}', "E012", 20, "1.5", "without quotes"),
    "step_empty": ("steps: [{after: 30s}]", "E012", 13, "changes nothing", "boost"),
    "steps_unsorted": (
        "steps: [{after: 60s, boost: 1m}, {after: 30s, boost: 1m}]",
        "E012",
        46,
        "before the one above",
        "sort",
    ),
    "require_word": (
        'require: "es >= 3 and fr"',
        "E029",
        27,
        'no skill "fr"',
        "declare it",
    ),
    "require_syntax": ("require: es >= 30 or or es", "E090", 26, "'or'", "write it as in"),
    "require_level": ('require: "es >= 300"', "E090", 21, "0 to 100", "write it as in"),
    "step_require": (
        "steps: [{after: 30s, require: es > 20 and not cards}]",
        "E029",
        51,
        "cards",
        "declare",
    ),
    "keep_back": ("keep_back: [{skill: esp}]", "E029", 25, "esp", '"es"'),
    "overflow_when": ("overflow: [{when: full}]", "E012", 23, "full", "'length'"),
    "overflow_needs": ("overflow: [{when: waited}]", "E202", 16, "waited without after", "after"),
    "overflow_extra": (
        "overflow: [{when: no_agents, after: 5s}]",
        "E012",
        16,
        '"after" does not belong',
        "remove",
    ),
    "overflow_to": (
        "overflow: [{when: no_agents, to: slaes}]",
        "E024",
        38,
        "slaes",
        '"sales"',
    ),
    "overflow_self": ("overflow: [{when: no_agents, to: sales}]", "E012", 38, "itself", "another"),
    "closed": ("overflow: [{when: closed}]", "E202", 23, "closed without", "calendar"),
    "calendar": ("calendar: shp", "E025", 15, "shp", '"shop"'),
    "callback_hours": ("callbacks: {within: shp}", "E025", 25, "shp", '"shop"'),
    "prefer": ("prefer: last_agnet", "E036", 13, "last_agnet", "last_agent, owner"),
    "callback_key": (
        "announcements: {keys: {1: callback}, offer: {text: {en-US: One., es-US: Uno.}}}",
        "E202",
        31,
        "without callbacks",
        "callbacks: true",
    ),
    "offer_alone": (
        "announcements: {offer: {text: {en-US: One., es-US: Uno.}}}",
        "E202",
        21,
        "without keys",
        "add keys",
    ),
    "one_language": ("announcements: {greeting: Hello.}", "E050", 31, "es-US", "fallback"),
    "prompt_file": ("announcements: {whisper: {prompt: hi}}", "E027", 39, "hi", "define it"),
    "key": ('announcements: {keys: {"12": leave}}', "E012", 28, "12", "[0-9*#]"),
}


@pytest.mark.parametrize("name", IN_QUEUE)
def test_a_mistake_in_a_queue_is_reported_where_it_stands_with_advice(name: str) -> None:
    line, code, column, message, hint = IN_QUEUE[name]
    found = problems_of(center=broken(CENTER, AFTER_RING, f"    {line}\n"))
    found = tuple(p for p in found if p.is_error)
    assert [at(p) for p in found] == [("center.yaml", code, 15, column)]
    assert message in found[0].message
    assert hint in found[0].hint


IN_AGENT = {
    "queue": ("queues: [{queue: slaes, tier: 2}]", "E024", 70, "slaes", "sales"),
    "queue_twice": ("queues: [sales, {queue: sales, tier: 2}]", "E012", 69, "twice", "remove"),
    "tier": ("queues: [{queue: sales, tier: first}]", "E012", 83, "first", "without quotes"),
    "back_off": ("queues: [sales], back_off: {declined: 100ms}", "E012", 91, "second", "1s"),
    "never_fits": (
        "queues: [sales], channels: {chat: 120}",
        "E012",
        8,
        "costs 120 of 100",
        "capacity",
    ),
    "channel": ("queues: [sales], channels: {fax: 20}", "E012", 81, "fax", "'voice'"),
}


@pytest.mark.parametrize("name", IN_AGENT)
def test_a_mistake_in_an_agent_is_reported_where_it_stands_with_advice(name: str) -> None:
    written, code, column, message, hint = IN_AGENT[name]
    center = broken(CENTER, BOB, f"extension: 1002, {written}")
    found = tuple(p for p in problems_of(center=center) if p.is_error)
    assert [at(p) for p in found] == [("center.yaml", code, 21, column)]
    assert message in found[0].message
    assert hint in found[0].hint


def test_an_expression_that_no_agent_meets_is_a_warning_at_the_expression() -> None:
    center = broken(CENTER, AFTER_RING, "    require: es > 80\n")
    (problem,) = problems_of(center=center)
    assert at(problem) == ("center.yaml", "E111", 15, 14)
    assert problem.severity is Severity.WARNING
    assert "es > 80" in problem.message


def test_a_step_that_asks_for_what_nobody_has_is_a_warning_at_the_step() -> None:
    center = broken(CENTER, AFTER_RING, '    steps: [{after: 5s, require: "es < 2 and es"}]\n')
    (problem,) = problems_of(center=center)
    assert at(problem) == ("center.yaml", "E111", 15, 34)


def test_a_chat_queue_without_an_agent_who_chats_is_a_warning() -> None:
    center = broken(CENTER, AFTER_RING, "    channel: chat\n")
    (problem,) = problems_of(center=center)
    assert (problem.code, problem.line) == ("E110", 13)
    assert "takes chat" in problem.message


def test_queues_that_send_callers_round_are_warned_of() -> None:
    center = broken(CENTER, AFTER_RING, "    overflow: [{when: no_agents, to: more}]\n")
    more = "  more: {label: More, overflow: [{when: length, waiting: 5, to: sales}]}\nagents:\n"
    center = broken(center, "agents:\n", more)
    center = broken(center, BOB, "extension: 1002, queues: [sales, more]")
    found = problems_of(center=center)
    assert [(p.code, p.line, p.severity) for p in found] == [
        ("E112", 15, Severity.WARNING),
        ("E112", 19, Severity.WARNING),
    ]


def test_keys_that_nobody_tells_callers_of_are_warned_of() -> None:
    center = broken(CENTER, AFTER_RING, "    announcements: {keys: {0: leave}}\n")
    (problem,) = problems_of(center=center)
    assert at(problem) == ("center.yaml", "W101", 15, 21)


IN_CONTEXT = {
    "queue": ("{when: {tier: Gold}, boost: 1m, queues: [slaes]}", "E024", 44, "slaes", "sales"),
    "nothing": ("{when: {tier: Gold}}", "E012", 3, "gives nothing", "boost"),
    "no_condition": ("{when: {}, boost: 1m}", "E012", 10, "nothing", "add one"),
    "compare": ("{when: {tier: {over: 5}}, boost: 1m}", "E010", 18, "over", "at_least"),
    "number": ("{when: {debt: {at_least: much}}, boost: 1m}", "E012", 17, "much", "at_least: 5"),
    "both": ("{when: {tier: {is: a, not: b}}, boost: 1m}", "E012", 17, "is and not", "enough"),
    "require": ('{when: {tier: a}, require: "es >= fr"}', "E090", 37, "0 to 100", "es >= 30"),
    "skill": ("{when: {tier: a}, require: fr}", "E029", 30, "fr", "declare it"),
    "band": ("{when: {tier: a}, priority: 101}", "E012", 31, "101", "at most 100"),
}


@pytest.mark.parametrize("name", IN_CONTEXT)
def test_a_mistake_in_a_rule_about_callers_is_reported_where_it_stands(name: str) -> None:
    rule, code, column, message, hint = IN_CONTEXT[name]
    center = broken(CENTER, "agents:\n", f"context:\n- {rule}\nagents:\n")
    found = tuple(p for p in problems_of(center=center) if p.is_error)
    assert [at(p) for p in found] == [("center.yaml", code, 20, column)]
    assert message in found[0].message
    assert hint in found[0].hint
