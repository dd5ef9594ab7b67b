"""What people write in a flow, and what the interpreter gets of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from contact_center.content.center import load_content
from contact_center.content.problems import Problem
from contact_center.content.signatures import signature_of
from contact_center.core.ids import FlowId
from contact_center.core.ivr.flow import (
    Call,
    Collect,
    FlowBundle,
    HangUp,
    Hours,
    Menu,
    Queue,
    Return,
    Route,
    Split,
    Switch,
    Tag,
)
from tests.content.samples import CENTER, FLOW, at, broken
from tests.content.test_flows import loaded as flow_of

HEAD = broken(
    FLOW,
    "languages: {default: en-US, offered: [en-US, es-US]}",
    "languages:\n  default: en-US\n  offered: [en-US, es-US, ca-ES]\n  fallback: {ca-ES: es-US}",
)


def shop(node: str, name: str = "extra", *, head: str = "") -> FlowBundle:
    """The sample with one node more, reached by the key 3."""
    text = broken(FLOW, '      "2": sales\n', f'      "2": sales\n      "3": {name}\n')
    text = broken(text, "vars:\n", f"{head}vars:\n  tier: {{type: enum, of: [none, gold]}}\n")
    return flow_of(f"{text}  {name}: {node}\n")


def test_confirm_is_a_menu_of_two_outcomes() -> None:
    lists = "on_no_input: [{goto: bye}], on_no_match: [{goto: bye}]"
    say = "say: {text: {en-US: Sure?, es-US: Seguro?}}"
    node = shop(f"{{do: confirm, {say}, yes: sales, no: bye, {lists}}}").nodes["extra"]
    assert isinstance(node, Menu)
    assert {key: edge.goto for key, edge in node.keys.items()} == {"1": "sales", "2": "bye"}
    assert node.outcomes == {"1": "yes", "2": "no"}
    node = shop(f"{{do: confirm, {say}, yes: sales, no: bye, keys: {{yes: 9}}, {lists}}}").nodes[
        "extra"
    ]
    assert isinstance(node, Menu)
    assert node.outcomes == {"9": "yes", "2": "no"}


def test_language_is_a_menu_that_sets_it() -> None:
    lists = "on_no_input: [{goto: bye}], on_no_match: [{goto: bye}]"
    say = "say: {text: {en-US: 1 or 2?, es-US: 1 o 2?}}"
    keys = 'keys: {"1": en-US, "2": es-US}'
    node = shop(f"{{do: language, {say}, {keys}, next: {{goto: main, tag: t}}, {lists}}}").nodes[
        "extra"
    ]
    assert isinstance(node, Menu)
    assert node.outcomes == {"1": "en-US", "2": "es-US"}
    edge = node.keys["2"]
    assert (edge.goto, edge.tag) == ("main", "t")
    assert [(name, value.source) for name, value in edge.set] == [("call.language", "'es-US'")]
    assert not node.remembers
    more = "remember: true, next: main"
    node = shop(f"{{do: language, {say}, {keys}, {more}, {lists}}}").nodes["extra"]
    assert isinstance(node, Menu)
    assert node.remembers


def test_switch_tag_split_and_route_are_what_is_written() -> None:
    switch = shop("{do: switch, on: vars.tier, values: {gold: sales}, else: bye}").nodes["extra"]
    assert isinstance(switch, Switch)
    assert [(value, edge.goto) for value, edge in switch.values] == [("gold", "sales")]
    tag = shop("{do: tag, milestone: done, outcome: sale, tags: [x], next: bye}").nodes["extra"]
    assert isinstance(tag, Tag)
    assert (tag.milestone, tag.outcome, tag.tags) == ("done", "sale", ("x",))
    arms = "arms: {a: {weight: 3, goto: sales, tag: t}, b: {goto: bye}}"
    split = shop(f"{{do: split, by: call, salt: s, {arms}}}").nodes["extra"]
    assert isinstance(split, Split)
    assert [(arm.name, arm.weight, arm.edge.goto) for arm in split.arms] == [
        ("a", 3, "sales"),
        ("b", 1, "bye"),
    ]
    assert (split.by_caller, split.salt) == (False, "s")
    wishes = "queue: sales, priority: 40, boost: 30s, skills: {es: 3}, require: es, reason: Why"
    route = shop(f"{{do: route, {wishes}, attributes: {{card: vars.order}}, next: sales}}").nodes[
        "extra"
    ]
    assert isinstance(route, Route)
    assert (route.queue, route.boost_us, route.skills) == ("sales", 30_000_000, {"es": 3})
    assert route.priority is not None
    assert route.priority.evaluate({}) == 40


def test_what_every_node_may_have_is_built() -> None:
    more = "when: vars.tries > 0, else: bye, tags: [x], milestone: m, say_first: {prompt: sorry}"
    node = shop(f"{{do: set, vars: {{tries: 1}}, next: main, {more}}}").nodes["extra"]
    assert (node.tags, node.milestone) == (("x",), "m")
    assert node.when is not None
    assert node.skip is not None
    assert node.skip.goto == "bye"
    assert [speech.texts["en-US"] for speech in node.say_first] == ["Sorry."]
    node = shop("{do: set, vars: {tries: 1}, next: main, when: vars.tries > 0}").nodes["extra"]
    assert node.skip is not None
    assert node.skip.goto == "main"


def test_a_collection_may_be_checked_and_read_back() -> None:
    checks = "check: {luhn: true, range: [1, 99], cel: vars.order != '7', date: MMDD}"
    back = "confirm: {say: {prompt: sorry}, yes: 9}"
    text = broken(
        FLOW, "    max: 6\n", f"    max: 6\n    {checks}\n    {back}\n    globals: true\n"
    )
    node = flow_of(text).nodes["ask"]
    assert isinstance(node, Collect)
    assert (node.check.luhn, node.check.least, node.check.most) == (True, 1, 99)
    assert (node.check.date, node.globals) == ("MMDD", True)
    assert node.check.cel is not None
    assert node.confirm is not None
    assert node.confirm.outcomes == {"9": "yes", "2": "no"}


def test_edges_and_escalations_may_assign_and_give_time() -> None:
    text = broken(
        FLOW,
        "on_no_input: [{prompt: sorry}, {goto: sales}]",
        "on_no_input: [{say: {prompt: sorry}, first_timeout: 9s}, "
        "{goto: sales, tag: t, set: {tries: vars.tries + 1, route.priority: 40}}]\n"
        "    short: {prompt: sorry}",
    )
    node = flow_of(text).nodes["main"]
    assert isinstance(node, Menu)
    first, last = node.on_no_input
    assert first.first_timeout_us == 9_000_000
    assert last.edge is not None
    assert [name for name, _ in last.edge.set] == ["tries", "route.priority"]
    assert len(node.short) == 1


def test_the_head_says_what_happens_on_hang_up_and_in_an_emergency() -> None:
    text = broken(
        FLOW, "nodes:\n", "on: {hangup: note, emergency: bye}\nlimits: {ivr_time: 20m}\nnodes:\n"
    )
    flow = flow_of(f"{text}  note: {{do: tag, milestone: left, next: hangup}}\n")
    assert flow.on_hangup == "note"
    assert flow.on_emergency is not None
    assert flow.on_emergency.goto == "bye"
    assert flow.ivr_time_us == 1_200_000_000
    hours = flow_of(broken(FLOW, "closed: bye}", "closed: bye, emergency: sales}")).nodes["gate"]
    assert isinstance(hours, Hours)
    assert hours.emergency is not None
    ended = flow_of(broken(FLOW, "bye: {do: hangup,", "bye: {do: hangup, contained: true,")).nodes[
        "bye"
    ]
    assert isinstance(ended, HangUp)
    assert ended.contained is True


def test_languages_that_stand_in_and_decimals_are_kept() -> None:
    text = broken(
        HEAD,
        "  tries: {type: int, default: 0}\n",
        "  tries: {type: int, default: 0}\n  sum: {type: decimal, default: 007.50}\n".replace(
            "007.50", '"007.50"'
        ),
    )
    flow = flow_of(text)
    assert flow.fallback == {"ca-ES": "es-US"}
    assert flow.variables["sum"] == "7.50"
    assert str(flow.types["sum"]) == "decimal"


# --- flows that flows call ----------------------------------------------------------------------

SUB = """\
flow: ident
schema: 1
entry: ask
languages: {default: en-US, offered: [en-US, es-US]}
params: [least]
returns:
  found: {number: string}
  none: {}
vars:
  least: {type: int}
  typed: {type: string, default: ""}
nodes:
  ask:
    do: collect
    say: {text: {en-US: Number?, es-US: Numero?}}
    into: typed
    max: 6
    on_no_input: [{goto: without}]
    on_no_match: [{goto: without}]
    next: with
  with: {do: return, as: found, values: {number: vars.typed}}
  without: {do: return, as: none}
"""
CALL = (
    "{do: call, flow: ident, args: {least: 3}, into: {order: number}, "
    "on: {found: sales, none: bye}}"
)


def center(*files: str, sub: str = SUB, call: str = CALL) -> dict[str, str]:
    text = broken(FLOW, '      "2": sales\n', '      "2": sales\n      "3": who\n')
    flows = {"shop.yaml": f"{text}  who: {call}\n", "ident.yaml": sub}
    listed = ", ".join(["shop.yaml", "ident.yaml", *files])
    return {"center.yaml": broken(CENTER, "flows: [shop.yaml]", f"flows: [{listed}]"), **flows}


def errors(sources: Mapping[str, str]) -> tuple[Problem, ...]:
    try:
        return load_content(sources).warnings
    except Exception as error:  # noqa: BLE001 - what it is, is looked at
        return error.problems  # type: ignore[attr-defined,no-any-return]


def test_a_flow_brings_along_those_it_calls_and_its_version_covers_them() -> None:
    loaded = load_content(center()).configuration
    shop_flow, ident = loaded.flows[FlowId("shop")], loaded.flows[FlowId("ident")]
    assert list(shop_flow.subflows) == ["ident"]
    node = shop_flow.nodes["who"]
    assert isinstance(node, Call)
    assert (node.flow, node.into) == ("ident", (("order", "number"),))
    assert isinstance(ident.nodes["with"], Return)
    assert {name: str(kind) for name, kind in ident.returns["found"].items()} == {
        "number": "string"
    }
    other = load_content(center(sub=broken(SUB, "Number?", "Your number?"))).configuration
    assert other.flows[FlowId("shop")].version != shop_flow.version
    assert other.flows[FlowId("shop")].nodes == shop_flow.nodes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("flow: ident,", "flow: idnet,", ("shop.yaml", "E026", 48, 25)),
        ("args: {least: 3}, ", "", ("shop.yaml", "E044", 48, 25)),
        ("least: 3}", "least: \"'a'\"}", ("shop.yaml", "E041", 48, 46)),
        ("{least: 3}", "{least: 3, most: 3}", ("shop.yaml", "E044", 48, 49)),
        ("order: number", "order: numbre", ("shop.yaml", "E044", 48, 64)),
        ("order: number", "tries: number", ("shop.yaml", "E041", 48, 64)),
        ("order: number", "odrer: number", ("shop.yaml", "E040", 48, 57)),
        ("found: sales, ", "", ("shop.yaml", "E080", 48, 77)),
        ("found: sales", "fuond: sales", ("shop.yaml", "E044", 48, 78)),
    ],
)
def test_a_call_has_to_fit_what_the_flow_declares(
    old: str, new: str, expected: tuple[str, str, int, int]
) -> None:
    found = errors(center(call=broken(CALL, old, new)))
    assert expected in [at(problem) for problem in found], found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("as: none}", "as: nnoe}", ("ident.yaml", "E044", 22, 29)),
        ("values: {number: vars.typed}", "values: {}", ("ident.yaml", "E044", 21, 26)),
        ("number: vars.typed", "number: 7", ("ident.yaml", "E041", 21, 50)),
        ("number: vars.typed", "number: vars.typed, n: 1", ("ident.yaml", "E044", 21, 62)),
        ("params: [least]", "params: [last]", ("ident.yaml", "E040", 5, 10)),
    ],
)
def test_a_return_has_to_fit_what_the_flow_declares(
    old: str, new: str, expected: tuple[str, str, int, int]
) -> None:
    found = errors(center(sub=broken(SUB, old, new)))
    assert expected in [at(problem) for problem in found], found


def test_flows_that_call_each_other_in_a_circle_are_refused() -> None:
    again = "{do: call, flow: shop, on: {x: without}}"
    sub = broken(SUB, "    next: with\n", "    next: again\n") + f"  again: {again}\n"
    codes = [(problem.code, problem.line, problem.file) for problem in errors(center(sub=sub))]
    assert ("E045", 23, "ident.yaml") in codes or ("E045", 48, "shop.yaml") in codes


def test_flows_that_call_each_other_too_deep_are_refused() -> None:
    def link(number: int) -> str:
        called = f"s{number + 1}" if number < 9 else ""
        node = (
            f"{{do: call, flow: {called}, on: {{done: out}}}}"
            if called
            else "{do: return, as: done}"
        )
        head = f"flow: s{number}\nschema: 1\nentry: go\nreturns: {{done: {{}}}}\nnodes:\n"
        return f"{head}  go: {node}\n  out: {{do: return, as: done}}\n"

    files = {f"s{n}.yaml": link(n) for n in range(10)}
    sources = center(*files, call="{do: call, flow: s1, on: {done: bye}}") | files
    found = [problem for problem in errors(sources) if problem.code == "E045"]
    assert [(problem.file, "9 deep" in problem.message) for problem in found] == [
        ("s0.yaml", True),
        ("shop.yaml", True),
    ]


def test_a_circle_through_a_flow_that_does_not_wait_is_a_circle() -> None:
    silent = broken(SUB, "entry: ask", "entry: without")
    call = "{do: call, flow: ident, args: {least: 3}, on: {found: sales, none: who}}"
    codes = [problem.code for problem in errors(center(sub=silent, call=call))]
    assert "E023" in codes
    assert "E023" not in [problem.code for problem in errors(center(call=call))]


@pytest.mark.parametrize(
    ("way", "is_circle"),
    [
        ("{do: callback, queue: sales, registered: without, refused: bye}", True),
        ("{do: callback, queue: sales, registered: bye, refused: without}", True),
        ("{do: transfer, to: 1001, busy: without, no_answer: bye, failed: bye}", True),
        ("{do: transfer, to: 1001, busy: bye, no_answer: without, failed: bye}", False),
        ("{do: queue, queue: sales, timeout: bye, no_agents: bye, full: without}", True),
        ("{do: queue, queue: sales, timeout: without, no_agents: bye, full: bye}", False),
        ("{do: lookup, service: s, ok: without, not_found: bye, timeout: bye, error: bye}", False),
        ("{do: play, say: {silence: 1s}, next: without}", True),
    ],
)
def test_a_flow_takes_time_where_its_nodes_would_inside_one_flow(
    way: str, *, is_circle: bool
) -> None:
    head = "services: {s: {url: https://crm.example.com/, returns: {typed: body.a}}}\nnodes:\n"
    sub = broken(broken(SUB, "entry: ask", "entry: way"), "nodes:\n", head)
    sub += f"  way: {way}\n  bye: {{do: hangup}}\n"
    call = "{do: call, flow: ident, args: {least: 3}, on: {found: sales, none: who}}"
    files = center(sub=sub, call=call)
    files["center.yaml"] = broken(
        files["center.yaml"], "ring: 20s", "ring: 20s\n    callbacks: true"
    )
    codes = [problem.code for problem in errors(files) if problem.is_error]
    assert codes == (["E023"] if is_circle else [])
    inside = broken(FLOW, '      "2": sales\n', '      "2": sales\n      "3": way\n')
    inside = broken(inside, "nodes:\n", head.replace("typed", "order"))
    inside += f"  way: {way.replace('without', 'way')}\n"
    files = {"center.yaml": broken(files["center.yaml"], ", ident.yaml", ""), "shop.yaml": inside}
    assert [problem.code for problem in errors(files) if problem.code == "E023"] == codes


def test_signatures_are_read_of_anything() -> None:
    for data in (None, [], {"vars": 3, "params": {}, "returns": [1], "nodes": {"a": 1}}):
        found = signature_of("x", "x.yaml", data)
        assert (found.params, dict(found.returns), dict(found.calls)) == ((), {}, {})


def test_a_queue_node_may_leave_its_queue_to_a_route() -> None:
    text = broken(FLOW, "{do: queue, queue: sales, timeout", "{do: queue, timeout")
    node = flow_of(text).nodes["sales"]
    assert isinstance(node, Queue)
    assert node.queue == ""
