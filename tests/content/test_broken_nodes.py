"""Mistakes in nodes that decide, note, confirm and call: where each is reported, and as what."""

from __future__ import annotations

import pytest

from contact_center.content.problems import Problem, Severity
from tests.content.samples import FLOW, broken, problems_of

BASE = broken(FLOW, '      "2": sales\n', '      "2": sales\n      "3": extra\n')
BASE = broken(BASE, "vars:\n", "vars:\n  tier: {type: enum, of: [none, gold]}\n")
LISTS = "on_no_input: [{goto: bye}], on_no_match: [{goto: bye}]"
SAY = "say: {prompt: sorry}"
HERE = 49

# The node as written, then the expected code, line, column, and words of the message.
NODES = {
    "switch_without_else": (
        "{do: switch, on: vars.tier, values: {gold: sales}}",
        *("E080", HERE, 10, '"else" has no edge'),
    ),
    "switch_on_what_never_is": (
        "{do: switch, on: vars.tier, values: {glod: sales}, else: bye}",
        *("E041", HERE, 47, 'never "glod"'),
    ),
    "switch_on_half_a_number": (
        "{do: switch, on: vars.tries, values: {one: sales}, else: bye}",
        *("E041", HERE, 48, "of type int"),
    ),
    "switch_on_nothing_known": (
        "{do: switch, on: vars.tear, values: {gold: sales}, else: bye}",
        *("E040", HERE, 27, "vars.tear"),
    ),
    "switch_to_nowhere": (
        "{do: switch, on: vars.tier, values: {gold: slaes}, else: bye}",
        *("E020", HERE, 53, "slaes"),
    ),
    "split_of_one_arm": (
        "{do: split, arms: {a: {goto: sales}}}",
        *("E012", HERE, 28, "expected"),
    ),
    "split_without_weight": (
        "{do: split, arms: {a: {weight: 0, goto: sales}, b: {goto: bye}}}",
        *("E012", HERE, 41, "out of range"),
    ),
    "tag_that_notes_nothing": ("{do: tag, next: sales}", *("E011", HERE, 10, "nothing to note")),
    "tag_without_edge": ("{do: tag, milestone: m}", *("E080", HERE, 10, '"next" has no edge')),
    "route_that_wishes_nothing": (
        "{do: route, next: sales}",
        *("E011", HERE, 10, "nothing to note"),
    ),
    "route_to_no_queue": (
        "{do: route, queue: sale, next: sales}",
        *("E024", HERE, 29, "sale"),
    ),
    "route_of_no_number": (
        "{do: route, priority: \"'high'\", next: sales}",
        *("E041", HERE, 32, "whole number"),
    ),
    "route_of_no_skill": (
        "{do: route, require: spanisch, next: sales}",
        *("E029", HERE, 31, "spanisch"),
    ),
    "confirm_without_no": (
        f"{{do: confirm, {SAY}, yes: sales, {LISTS}}}",
        *("E080", HERE, 10, '"no" has no edge'),
    ),
    "confirm_with_one_key": (
        f"{{do: confirm, {SAY}, keys: {{yes: 2}}, yes: sales, no: bye, {LISTS}}}",
        *("E012", HERE, 52, "both yes and no"),
    ),
    "confirm_that_does_not_leave": (
        f"{{do: confirm, {SAY}, yes: sales, no: bye, on_no_input: [{{prompt: sorry}}], "
        "on_no_match: [{goto: bye}]}",
        *("E030", HERE, 81, "has to leave"),
    ),
    "language_not_offered": (
        f'{{do: language, {SAY}, keys: {{"1": fr-FR}}, next: main, {LISTS}}}',
        *("E105", HERE, 59, '"fr-FR" is not offered'),
    ),
    "when_without_else": (
        f'{{do: menu, when: vars.tries > 1, {SAY}, keys: {{"1": sales}}, {LISTS}}}',
        *("E080", HERE, 27, '"else" has no edge'),
    ),
    "else_without_when": (
        "{do: play, say: {prompt: sorry}, next: sales, else: bye}",
        *("E202", HERE, 56, "skips the node"),
    ),
    "when_no_truth": (
        "{do: play, say: {prompt: sorry}, when: vars.tries, next: sales}",
        *("E041", HERE, 49, "truth value"),
    ),
    "set_on_an_edge_of_nothing": (
        "{do: play, say: {prompt: sorry}, next: {goto: sales, set: {trys: '1'}}}",
        *("E040", HERE, 69, 'no variable "trys"'),
    ),
    "set_on_an_edge_of_another_type": (
        "{do: play, say: {prompt: sorry}, next: {goto: sales, set: {tries: \"'1'\"}}}",
        *("E041", HERE, 76, "whole number is needed"),
    ),
    "set_on_an_edge_of_no_choice": (
        "{do: play, say: {prompt: sorry}, next: {goto: sales, set: {tier: \"'tin'\"}}}",
        *("E041", HERE, 75, "not one of its values"),
    ),
    "set_on_an_edge_to_no_language": (
        "{do: play, say: {prompt: sorry}, next: {goto: sales, set: {call.language: \"'fr'\"}}}",
        *("E105", HERE, 84, '"fr" is not offered'),
    ),
    "tag_on_no_edge": (
        f'{{do: menu, {SAY}, keys: {{"1": sales}}, on_no_input: [{{say: {{prompt: sorry}}, '
        "tag: t}, {goto: bye}], on_no_match: [{goto: bye}]}",
        *("E012", HERE, 77, "belong to an edge"),
    ),
    "call_of_no_flow": (
        "{do: call, flow: ident, on: {done: sales}}",
        *("E026", HERE, 27, 'no flow "ident"'),
    ),
    "call_of_one_that_never_returns": (
        "{do: call, flow: shop, on: {done: sales}}",
        *("E045", HERE, 27, "in a circle"),
    ),
    "return_of_nothing_declared": (
        "{do: return, as: done}",
        *("E044", HERE, 27, 'no return "done"'),
    ),
    "cycle_through_silent_nodes": (
        "{do: tag, milestone: m, next: extra}",
        *("E023", HERE, 40, "extra > extra"),
    ),
    "cycle_through_a_split": (
        "{do: split, arms: {a: {goto: extra}, b: {goto: bye}}}",
        *("E023", HERE, 32, "extra > extra"),
    ),
    "pound_is_an_option_and_an_end": (
        f'{{do: menu, {SAY}, keys: {{"#": sales, "12": bye}}, {LISTS}}}',
        *("W102", HERE, 50, "also ends"),
    ),
}
# What is changed in the sample itself: old text, new text, then as above.
FIELDS = {
    "nothing_to_check": ("    max: 6", "    max: 6\n    check: {}", "E012", 28, 12, "nothing to"),
    "range_upside_down": (
        "    max: 6",
        "    max: 6\n    check: {range: [9, 1]}",
        *("E012", 28, 12, "begins after its end"),
    ),
    "date_of_another_length": (
        "    max: 6",
        "    max: 6\n    check: {date: MMDDYYYY}",
        *("E012", 28, 19, "has 8 digits"),
    ),
    "date_of_no_form": (
        "    max: 6",
        "    max: 6\n    check: {date: YYMMDD}",
        *("E012", 28, 19, "not one of the choices"),
    ),
    "condition_on_digits_of_a_stranger": (
        "    max: 6",
        '    max: 6\n    check: {cel: vars.odrer != ""}',
        *("E040", 28, 18, "vars.odrer"),
    ),
    "decimal_that_is_not_exact": (
        "  tries: {type: int, default: 0}",
        "  tries: {type: int, default: 0}\n  sum: {type: decimal, default: 1.5}",
        *("E041", 9, 33, "no decimal"),
    ),
    "decimal_that_is_none": (
        "  tries: {type: int, default: 0}",
        '  tries: {type: int, default: 0}\n  sum: {type: decimal, default: "a"}',
        *("E041", 9, 33, "no decimal"),
    ),
    "param_that_is_no_variable": ("vars:\n", "params: [x]\nvars:\n", *("E040", 5, 10, '"x"')),
    "hang_up_to_nowhere": (
        "nodes:\n",
        "on: {hangup: nowhere}\nnodes:\n",
        *("E020", 12, 14, "nowhere"),
    ),
    "hang_up_to_a_question": (
        "nodes:\n",
        "on: {hangup: ask}\nnodes:\n",
        *("E046", 25, 9, "after the caller has hung up"),
    ),
    "emergency_to_nowhere": (
        "nodes:\n",
        "on: {emergency: nowhere}\nnodes:\n",
        *("E020", 12, 17, "nowhere"),
    ),
    "time_without_a_unit": (
        "nodes:\n",
        "limits: {ivr_time: 20}\nnodes:\n",
        *("E015", 12, 20, "not a duration"),
    ),
    "read_before_it_is_set": (
        '      "2": sales\n      "3": extra\n',
        '      "2": check\n      "3": sales\n',
        *("E043", 31, 3, "nothing has set it yet"),
    ),
}
WARNINGS = {"pound_is_an_option_and_an_end", "read_before_it_is_set"}


def found_in(flow: str, code: str) -> list[Problem]:
    found = problems_of(flow=flow)
    assert code in [problem.code for problem in found], "\n".join(map(str, found))
    return [problem for problem in found if problem.code == code]


@pytest.mark.parametrize("name", NODES)
def test_a_mistake_in_a_node_is_reported_where_it_stands(name: str) -> None:
    node, code, line, column, words = NODES[name]
    (problem, *_) = found_in(f"{BASE}  extra: {node}\n", code)
    assert (problem.line, problem.column) == (line, column), str(problem)
    assert words in problem.message
    assert (problem.severity is Severity.WARNING) == (name in WARNINGS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_mistake_in_a_field_is_reported_where_it_stands(name: str) -> None:
    old, new, code, line, column, words = FIELDS[name]
    flow = broken(BASE, old, new) + "  extra: {do: tag, milestone: m, next: sales}\n"
    (problem, *_) = found_in(flow, code)
    assert (problem.line, problem.column) == (line, column), str(problem)
    assert words in problem.message
    assert (problem.severity is Severity.WARNING) == (name in WARNINGS)


def test_what_is_meant_to_be_empty_may_be_read_before_it_is_set() -> None:
    flow = broken(FLOW, '"2": sales', '"2": check')
    assert [problem.code for problem in problems_of(flow=flow)] == ["E043"]
    meant = broken(flow, "order: {type: string}", 'order: {type: string, default: ""}')
    assert problems_of(flow=meant) == ()


@pytest.mark.parametrize(
    "head",
    [
        "on: {error: late}\n",
        "on: {limit: late}\n",
        "on: {emergency: late}\n",
        "on: {hangup: late}\n",
        'global_keys: {"*": back, "0": late}\n',
    ],
)
def test_what_handlers_and_global_keys_lead_to_reads_nothing_that_may_not_be_set(head: str) -> None:
    flow = broken(FLOW, 'global_keys: {"*": back}\n', head)
    flow += "  late: {do: branch, cases: [{if: vars.order == '1', goto: end}], else: end}\n"
    flow += "  end: {do: hangup}\n"
    found = [(p.code, p.line) for p in problems_of(flow=flow)]
    assert found == [("E043", 47)]
    if "hangup" not in head:
        aware = head.replace("late", "{goto: late, set: {order: \"'2'\"}}")
        assert problems_of(flow=broken(flow, head, aware)) == ()
