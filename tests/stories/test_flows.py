"""Callers in flows as people write them: flows that call flows, emergencies, who hangs up."""

from collections.abc import Callable

from contact_center.content.center import load_content
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import NodeLeft, ScreenPopCompleted, SupervisorAnswered
from contact_center.core.ids import CallId, CommandId, FlowId
from contact_center.core.lookups import LookupOutcome
from contact_center.core.supervisor_requests import EmergencySwitched
from tests.stories.world import World

Make = Callable[..., World]

CENTER = """\
center: Harbor
schema: 1
region: US
language: en-US
timezone: UTC
flows: [main.yaml, ident.yaml]
numbers: {"+14155550100": main}
queues:
  sales: {label: Sales}
agents:
  ann: {name: Ann, login: ann, extension: 1001, queues: [sales]}
context:
  - {when: {size: {is: large}}, boost: 60s}
"""
MAIN = """\
flow: main
schema: 1
entry: top
global_keys: {"0": sales}
on: {hangup: gone, emergency: storm}
vars:
  member: {type: string, default: ""}
  saved: {type: bool, default: false}
services:
  note:
    method: PUT
    url: "http://127.0.0.1:8080/gone/{number}"
    timeout: 2s
    returns: {saved: body.ok}
nodes:
  top:
    do: menu
    say: Welcome. Press 1.
    keys: {"1": who, "2": {goto: sales, set: {route.reason: "'Wants to buy'"}}}
    on_no_input: [{goto: sales}]
    on_no_match: [{goto: sales}]
  who:
    do: call
    flow: ident
    into: {member: number}
    on: {found: large, none: sales}
  large: {do: route, attributes: {size: "'large'"}, next: sales}
  sales: {do: queue, queue: sales, timeout: bye, no_agents: bye, full: bye}
  storm: {do: play, say: There is a storm., next: top}
  bye: {do: hangup, say: Goodbye.}
  gone: {do: tag, milestone: left, next: tell}
  tell:
    do: lookup
    service: note
    args: {number: caller.number}
    ok: checked
    not_found: hangup
    timeout: hangup
    error: hangup
  checked: {do: branch, cases: [{if: vars.saved, goto: noted}], else: hangup}
  noted: {do: tag, milestone: noted, next: hangup}
"""
IDENT = """\
flow: ident
schema: 1
entry: ask
returns: {found: {number: string}, none: {}}
vars:
  typed: {type: string}
nodes:
  ask:
    do: collect
    say: Your number.
    into: typed
    length: 4
    on_no_input: [{goto: without}]
    on_no_match: [{goto: without}]
    next: with
  with: {do: return, as: found, values: {number: vars.typed}}
  without: {do: return, as: none}
"""


def harbor(main: str = MAIN, ident: str = IDENT) -> CenterConfiguration:
    files = {"center.yaml": CENTER, "main.yaml": main, "ident.yaml": ident}
    return load_content(files).configuration


def way(world: World, call: CallId) -> list[str]:
    left = [fact for fact in world.said(NodeLeft) if isinstance(fact, NodeLeft)]
    return [f"{fact.flow}.{fact.node}/{fact.edge}" for fact in left if fact.call == call]


def switch(world: World, flow: str | None, *, on: bool) -> str:
    chosen = FlowId(flow) if flow is not None else None
    world.tell(EmergencySwitched(cmd=CommandId("s-1"), by="op", flow=chosen, on=on))
    (*_, last) = world.said(SupervisorAnswered)
    assert isinstance(last, SupervisorAnswered)
    return last.code


def test_a_caller_goes_through_a_flow_that_another_calls_and_its_notes_are_shown(
    make_world: Make,
) -> None:
    world = make_world(harbor())
    world.ready("ann")
    call = world.call()
    world.press(call, "1")
    assert world.hears(call) == "prompt:Your number."
    world.press(call, "1234")
    assert way(world, call) == [
        "main.top/choice:who",
        "ident.ask/next",
        "ident.with/found",
        "main.who/found",
        "main.large/next",
    ]
    world.pick_up("ann")
    (*_, shown) = world.said(ScreenPopCompleted)
    assert isinstance(shown, ScreenPopCompleted)
    assert shown.fields == (("size", "large"),)
    place = world.center.calls.calls[call].place
    assert place is not None
    assert place.boost_us == 60_000_000


def test_a_caller_inside_a_called_flow_outlives_a_restart_and_a_reload(make_world: Make) -> None:
    world = make_world(harbor())
    world.ready("ann")
    call = world.call()
    world.press(call, "1")
    world.press(call, "12")
    world.reload(harbor(ident=IDENT.replace("Your number.", "Your number, please.")))
    world.press(call, "34")
    assert "main.who/found" in way(world, call)
    other = world.call()
    world.press(other, "1")
    world.restart()
    world.reconnect()
    world.wait(1)
    assert world.hears(other) == "prompt:Your number, please."
    world.press(other, "1234")
    assert "main.who/found" in way(world, other)


def test_who_was_in_a_called_flow_that_is_gone_and_not_kept_begins_again(make_world: Make) -> None:
    world = make_world(harbor())
    call = world.call()
    world.press(call, "1")
    world.reload(
        harbor(ident=IDENT.replace("  ask:", "  query:").replace("entry: ask", "entry: query")),
        keep=False,
    )
    world.wait(1)
    assert world.hears(call) == "prompt:Welcome. Press 1."


def test_operators_switch_flows_to_emergency_and_calls_see_it_at_their_next_node(
    make_world: Make,
) -> None:
    world = make_world(harbor())
    world.ready("ann")
    before = world.call()
    assert switch(world, "main", on=True) == ""
    assert world.hears(before) == "prompt:Welcome. Press 1."
    world.press(before, "2")
    assert world.hears(before) == "prompt:There is a storm."
    world.restart()
    world.reconnect()
    after = world.call()
    assert world.hears(after) == "prompt:There is a storm."
    world.reload(harbor(MAIN.replace("Press 1.", "Press one.")))
    assert world.center.calls.flows.emergencies == {"main"}
    assert switch(world, None, on=False) == ""
    assert world.hears(world.call()) == "prompt:Welcome. Press one."
    assert switch(world, "nowhere", on=True) == "no_such_flow"


def test_who_hangs_up_in_the_flow_is_noted_with_a_service_and_nothing_is_said(
    make_world: Make,
) -> None:
    world = make_world(harbor())
    world.services["note"] = (LookupOutcome.OK, {"saved": True})
    call = world.call()
    world.press(call, "1")
    world.hang_up(call)
    assert way(world, call)[-6:] == [
        "ident.ask/hangup",
        "main.who/hangup",
        "main.gone/next",
        "main.tell/ok",
        "main.checked/case#1",
        "main.noted/next",
    ]


def test_a_service_that_does_not_answer_after_the_hang_up_keeps_nothing_alive(
    make_world: Make,
) -> None:
    world = make_world(harbor())
    call = world.call()
    world.hang_up(call)
    assert way(world, call)[-1] == "main.gone/next"
    world.wait(30)
    assert call not in world.center.calls.calls
