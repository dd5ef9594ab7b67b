"""Mistakes that people make in flow files: where each is reported, as what, with which advice."""

from __future__ import annotations

import pytest

from contact_center.content.problems import Severity
from tests.content.samples import FLOW, at, broken, problems_of

# Old text, new text, then the expected code, line, column, and words of the message and hint.
MISTAKES = {
    "unclosed_bracket": (
        "[en-US, es-US]}",
        "[en-US, es-US}",
        "E001",
        4,
        51,
        "',' or ']'",
        "closed",
    ),
    "tab": ("    do: menu", "\tdo: menu", "E001", 14, 1, "cannot start", "spaces, not tabs"),
    "colon_in_text": (
        "say: {text: {en-US: Press 1 or 2., es-US: Oprima 1 o 2.}}",
        "say: Choose: press 1 or 2.",
        "E001",
        15,
        16,
        "mapping values",
        "quotes",
    ),
    "unquoted_star_key": ('      "1": ask', "      *: ask", "E001", 17, 7, "alias", 'write "*":'),
    "unquoted_hash_key": ('      "2": sales', "      #: sales", "E006", 18, 7, "comment", '"#":'),
    "key_twice": (
        '      "2": sales',
        '      "1": sales',
        "E003",
        18,
        7,
        "line 17, column 7",
        "rename",
    ),
    "anchor": (
        "en-US: Sorry.,",
        "en-US: &s Sorry.,",
        "E004",
        9,
        18,
        "anchor &s",
        "write the value",
    ),
    "tag": ("entry: gate", "entry: !!str gate", "E004", 3, 8, "tag", "remove the tag"),
    "field_misspelt": ("    into: order", "    inot: order", "E010", 24, 5, "inot", '"into"'),
    "field_missing": ("    into: order\n", "", "E011", 22, 5, '"into" is missing', "add into:"),
    "number_in_quotes": ("    max: 6", '    max: "6"', "E012", 25, 10, "number", "without quotes"),
    "unknown_node": ("do: collect", "do: colect", "E013", 22, 9, "colect", '"collect"'),
    "later_field": (
        "    max: 6",
        "    max: 6\n    wait: 1s",
        "E010",
        26,
        5,
        "yet",
        "announcements of the queue",
    ),
    "no_unit": ("    max: 6", "    max: 6\n    first_timeout: 5", "E015", 26, 20, "5", '"5s"'),
    "edge_to_nowhere": ('"1": ask', '"1": aks', "E020", 17, 12, "aks", '"ask"'),
    "edge_with_tag": ('"1": ask', '"1": {goto: aks, tag: t}', "E020", 17, 19, "aks", '"ask"'),
    "entry_nowhere": ("entry: gate", "entry: gat", "E020", 3, 8, "gat", '"gate"'),
    "reserved_name": ("  bye: {do", "  back: {do", "E014", 46, 3, "edge of its own", "rename"),
    "never_ends": (
        '      "2": sales\n',
        '      "2": loop\n      "3": sales\n',
        "E022",
        49,
        3,
        "never end",
        "hangup",
    ),
    "no_wait": ("next: sales}", "next: check}", "E023", 33, 57, "check > count > check", "menu"),
    "unknown_queue": (
        "queue: sales, timeout",
        "queue: sale, timeout",
        "E024",
        38,
        29,
        "sale",
        '"sales"',
    ),
    "unknown_calendar": ("calendar: shop", "calendar: shops", "E025", 12, 31, "shops", '"shop"'),
    "unknown_prompt": (
        "say: {prompt: sorry}",
        "say: {prompt: sory}",
        "E027",
        43,
        19,
        "sory",
        '"sorry"',
    ),
    "unknown_skill": (
        "queue: sales, timeout",
        "queue: sales, skills: {esp: 3}, timeout",
        "E029",
        38,
        45,
        "esp",
        '"es"',
    ),
    "does_not_leave": (
        "on_no_input: [{prompt: sorry}, {goto: sales}]",
        "on_no_input: [{prompt: sorry}]",
        "E030",
        19,
        19,
        "has to leave",
        "{goto: node}",
    ),
    "comes_back": (
        "on_no_input: [{prompt: sorry}, {goto: sales}]",
        "on_no_input: [{goto: repeat}]",
        "E030",
        19,
        19,
        "never leave",
        "call_failures",
    ),
    "hidden_global": (
        'global_keys: {"*": back}',
        'global_keys: {"1": sales}',
        "E031",
        17,
        7,
        "hides",
        "another key",
    ),
    "unreachable_key": (
        '      "2": sales',
        '      "12": sales\n    inter_digit: 0s',
        "E032",
        18,
        7,
        "taken at once",
        "3s",
    ),
    "unknown_variable": ("vars.tries < 2", "vars.trys < 2", "E040", 31, 18, "vars.trys", '"tries"'),
    "bare_variable": ("vars.tries < 2", "tries < 2", "E040", 31, 18, '"tries"', '"vars.tries"'),
    "into_undeclared": ("into: order", "into: odrer", "E040", 24, 11, "odrer", '"order"'),
    "set_undeclared": ("vars: {tries: ", "vars: {tires: ", "E040", 33, 27, "tires", '"tries"'),
    "into_a_number": ("into: order", "into: tries", "E041", 24, 11, "string", "int(vars.tries)"),
    "text_in_a_number": ("tries: vars.tries + 1", "tries: \"'x'\"", "E041", 33, 34, "text", "int("),
    "compares_types": ("vars.tries < 2", "vars.order < 2", "E041", 31, 18, "types", "int(x)"),
    "no_condition": (
        "\"vars.order != '' && vars.tries < 2\"",
        "vars.order",
        "E041",
        31,
        18,
        "truth value",
        "compare",
    ),
    "default_of_wrong_type": (
        "{type: string}",
        "{type: string, default: 5}",
        "E041",
        6,
        34,
        "string",
        "quotes",
    ),
    "one_language_missing": (
        "sorry: {en-US: Sorry., es-US: Lo siento.}",
        "sorry: {en-US: Sorry.}",
        "E050",
        9,
        10,
        "es-US",
        "fallback",
    ),
    "other_values": (
        '"Pedido ${vars.order}."',
        '"Pedido ${vars.tries}."',
        "E052",
        36,
        17,
        "different",
        "same",
    ),
    "not_offered": ("es-US: Adiós.", "es-MX: Adiós.", "E105", 46, 51, "es-MX", '"es-US"'),
    "outcome_without_edge": (", full: outside}", "}", "E080", 38, 10, '"full"', "add full:"),
    "outcome_closed": (
        "open: main, closed: bye",
        "open: main",
        "E080",
        12,
        9,
        '"closed"',
        "add closed:",
    ),
    "not_an_expression": (
        "vars.tries < 2",
        "vars.tries = 2",
        "E090",
        31,
        18,
        "not an expression",
        "==",
    ),
    "function": ("vars.tries < 2", "sise(vars.order) < 2", "E090", 31, 18, "sise", '"size"'),
    "unclosed_value": (
        '"Order ${vars.order}."',
        '"Order ${vars.order."',
        "E090",
        36,
        25,
        "}",
        "${vars.name}",
    ),
    "transfer_nowhere": (
        'to: "+14155550190"',
        "to: reception",
        "E101",
        39,
        31,
        "reception",
        "+1415",
    ),
    "slow_regex": (
        "    max: 6",
        '    max: 6\n    check: {regex: "(\\\\d+)+x"}',
        "E012",
        26,
        20,
        "too long",
        "groups",
    ),
    "broken_regex": (
        "    max: 6",
        '    max: 6\n    check: {regex: "[0-9"}',
        "E012",
        26,
        20,
        "regular",
        "brackets",
    ),
    "number_of_others": (
        'to: "+14155550190"',
        'to: "+14155550190", caller_id: "+14155550191"',
        "E037",
        39,
        58,
        "may not be shown",
        '"+14155550120"',
    ),
    "no_length": ("    max: 6\n", "", "E012", 22, 5, "length", "length: 8"),
    "key_not_on_a_phone": ('"1": ask', '"A1": ask', "E012", 17, 7, "A1", "0-9*#"),
    "speaks_after_hangup": (
        "nodes:",
        "on: {hangup: bye}\nnodes:",
        "E046",
        47,
        13,
        "after the caller has hung up",
        "here can be set",
    ),
    "item_of_two_kinds": (
        "say: {prompt: sorry}",
        "say: {prompt: sorry, file: x}",
        "E012",
        43,
        10,
        "one of",
        "list",
    ),
    "comma_in_a_value": (
        "order: {type: string}",
        "order: {type: string, note: As typed, or empty}",
        "E010",
        6,
        41,
        "or empty",
        "quotes",
    ),
    "whole_node_missing": (
        "  check:\n",
        "  check: x\n  check2:\n",
        "E012",
        29,
        10,
        "no fields",
        "{do: play",
    ),
}
WARNINGS = {"hidden_global", "unreachable_key"}
LOOP = (
    '  loop:\n    do: menu\n    say: {prompt: sorry}\n    keys: {"1": repeat}\n'
    "    on_no_input: [{goto: loop}]\n    on_no_match: [{goto: loop}]\n"
)


def test_the_sample_itself_has_no_problem() -> None:
    assert problems_of() == ()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_where_it_stands_with_advice(name: str) -> None:
    old, new, code, line, column, message, hint = MISTAKES[name]
    flow = broken(FLOW, old, new)
    if name == "never_ends":
        flow = broken(flow, "schema: 1", "schema: 1\nlimits: {call_failures: 3}") + LOOP
    found = [p for p in problems_of(flow=flow) if p.code == code]
    assert [at(p) for p in found][:1] == [("shop.yaml", code, line, column)]
    assert message in found[0].message
    assert hint in found[0].hint
    assert (found[0].severity is Severity.WARNING) == (name in WARNINGS)


@pytest.mark.parametrize(
    "name", sorted(MISTAKES.keys() - WARNINGS - {"never_ends", "reserved_name"})
)
def test_a_mistake_does_not_drag_unrelated_ones_along(name: str) -> None:
    old, new, *_ = MISTAKES[name]
    found = problems_of(flow=broken(FLOW, old, new))
    assert len([p for p in found if p.severity is Severity.ERROR]) <= 3, "\n".join(map(str, found))


def test_a_node_that_nothing_leads_to_is_a_warning() -> None:
    flow = FLOW + "  lost: {do: hangup}\n"
    (problem,) = problems_of(flow=flow)
    assert at(problem) == ("shop.yaml", "E021", 47, 3)
    assert problem.severity is Severity.WARNING


def test_a_text_that_names_a_node_is_a_warning() -> None:
    flow = broken(
        FLOW,
        "on_no_input: [{prompt: sorry}, {goto: sales}]",
        "on_no_input: [{text: {en-US: sales}}, sales, {goto: sales}]",
    )
    flow = broken(flow, "[en-US, es-US]}", "[en-US, es-US], fallback: {es-US: en-US}}")
    (problem,) = problems_of(flow=flow)
    assert at(problem) == ("shop.yaml", "E035", 19, 43)
    assert "{goto: sales}" in problem.hint


def test_more_options_than_callers_remember_is_a_warning() -> None:
    more = "".join(f'      "{key}": sales\n' for key in "3456")
    (problem,) = problems_of(flow=broken(FLOW, '      "2": sales\n', f'      "2": sales\n{more}'))
    assert (problem.code, problem.line) == ("E034", 16)


def test_a_queue_that_sends_callers_straight_back_to_itself_is_a_cycle() -> None:
    flow = broken(FLOW, "no_agents: message, full", "no_agents: sales, full")
    (problem,) = problems_of(flow=flow)
    assert at(problem)[1:3] == ("E023", 38)


def test_problems_of_every_node_are_reported_at_once() -> None:
    flow = broken(FLOW, '"1": ask', '"1": aks')
    flow = broken(flow, "into: order", "into: odrer")
    flow = broken(flow, "vars.tries < 2", "vars.trys < 2")
    flow = broken(flow, "queue: sales, timeout", "queue: sale, timeout")
    flow = broken(flow, "box: shop", "bax: shop")
    found = [(p.code, p.line) for p in problems_of(flow=flow) if p.severity is Severity.ERROR]
    assert found == [
        ("E020", 17),
        ("E040", 24),
        ("E040", 31),
        ("E024", 38),
        ("E011", 41),
        ("E010", 42),
    ]


def test_a_flow_that_leads_to_no_person_is_a_warning() -> None:
    flow = "flow: shop\nschema: 1\nentry: bye\nnodes:\n  bye: {do: hangup}\n"
    (problem,) = problems_of(flow=flow)
    assert at(problem) == ("shop.yaml", "W100", 3, 8)


def test_the_name_of_the_built_in_flow_is_taken() -> None:
    found = problems_of(flow=broken(FLOW, "flow: shop", "flow: apology"))
    assert ("shop.yaml", "E014", 1, 7) in [at(problem) for problem in found]
