"""Another configuration under live calls: nobody is lost, nobody loses their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallQueued,
    FaultFound,
    NodeLeft,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.flows import MOST_EARLIER
from contact_center.core.ids import AgentId, CallId, FlowId, QueueId
from contact_center.core.queue_settings import Overflow, OverflowWhen, QueueSettings
from contact_center.core.snapshot import release_flows
from tests.stories.centers import DIRECT_NUMBER, SALES, SUPPORT, agent, small_center
from tests.stories.world import World

FRESH = QueueId("fresh")
Change = Callable[[CenterConfiguration], CenterConfiguration]


def patient() -> CenterConfiguration:
    """Waiting callers wait, whoever is there."""
    return small_center(absent_at_entry=None, absent_waiting=None)


def without_sales(center: CenterConfiguration) -> CenterConfiguration:
    """The queue is gone, and with it its agents' part in it; flows still name it."""
    agents = {n: replace(a, queues=(SUPPORT,), members=()) for n, a in center.agents.items()}
    queues = {name: queue for name, queue in center.queues.items() if name != SALES}
    return replace(center, queues=queues, agents=agents)


def with_agent(center: CenterConfiguration, name: str, *queues: QueueId) -> CenterConfiguration:
    made = agent(name, 1900, *queues)
    return replace(center, agents={**center.agents, made.agent: made})


def outcomes(world: World) -> list[tuple[str, QueueOutcome]]:
    return [(f.call, f.outcome) for f in world.said(WaitEnded) if isinstance(f, WaitEnded)]


def end(world: World) -> None:
    assert world.said(FaultFound) == []
    world.close()


def test_waiting_callers_keep_their_places_and_go_to_a_new_agent() -> None:
    world = World(patient())
    calls = []
    for second in range(3):
        calls.append(world.call(ani=f"+1415555010{second}", did=DIRECT_NUMBER))
        world.wait(2)
    world.reload(with_agent(patient(), "carl", SALES))
    assert all(world.hears(call).startswith("music") for call in calls)
    world.ready("carl")
    offered = [f.call for f in world.said(AgentOffered) if isinstance(f, AgentOffered)]
    assert offered == calls[:1]
    world.pick_up("carl")
    world.wait(5)
    assert world.hears(calls[0]).startswith("talk")
    end(world)


def test_callers_of_a_queue_that_is_gone_overflow_to_the_queue_its_rule_names() -> None:
    rule = Overflow(when=OverflowWhen.NO_AGENTS, to=SUPPORT)
    before = patient()
    sales = replace(before.queues[SALES], overflow=(rule,), absent_waiting=frozenset())
    before = replace(before, queues={**before.queues, SALES: sales})
    world = World(before)
    world.ready("anna", "bob")
    talks = [world.call(ani=f"+1415555020{n}", did=DIRECT_NUMBER) for n in range(2)]
    for name in ("anna", "bob"):
        world.pick_up(name)
    waits = [world.call(ani=f"+1415555030{n}", did=DIRECT_NUMBER) for n in range(2)]
    world.wait(7)
    since = [f.since or f.at for f in world.said(CallQueued) if isinstance(f, CallQueued)][-2:]
    world.reload(without_sales(before))
    assert outcomes(world)[-2:] == [(call, QueueOutcome.OVERFLOWED) for call in waits]
    moved = [f for f in world.said(CallQueued) if isinstance(f, CallQueued)][-2:]
    assert [(f.queue, f.since) for f in moved] == [(SUPPORT, at) for at in since]
    assert all(world.hears(call).startswith("talk") for call in talks)
    world.hang_up(talks[0])
    world.wait(31)
    assert world.state("anna") == "ready offered"
    end(world)


@pytest.mark.parametrize("patience", [None, frozenset()])
def test_callers_of_a_queue_that_is_gone_without_a_rule_leave_by_their_flow(
    patience: frozenset[str] | None,
) -> None:
    before = small_center(absent_at_entry=None, absent_waiting=patience)
    world = World(before)
    world.ready("anna", "bob")
    for number in range(2):
        world.call(ani=f"+1415555020{number}", did=DIRECT_NUMBER)
    for name in ("anna", "bob"):
        world.pick_up(name)
    call = world.call(did=DIRECT_NUMBER)
    world.wait(5)
    assert world.hears(call).startswith("music")
    world.reload(without_sales(before))
    world.wait(1)
    assert outcomes(world)[-1] == (call, QueueOutcome.EVICTED)
    assert "Leave a message" in world.heard(call)
    end(world)


def gone_flow(center: CenterConfiguration) -> CenterConfiguration:
    """The direct number's flow is another one, whose nodes have other names."""
    flow = center.flows[FlowId("direct")]
    node = replace(flow.nodes["sales"], name="fresh", queue=FRESH)
    nodes = {"fresh": node, **{n: made for n, made in flow.nodes.items() if n != "sales"}}
    flow = replace(flow, entry="fresh", nodes=nodes, version="2")
    return replace(center, flows={**center.flows, FlowId("direct"): flow})


def test_callers_whose_queue_and_node_are_gone_begin_their_flow_again_and_are_served() -> None:
    before = small_center(absent_at_entry=None, absent_waiting=frozenset())
    world = World(before)
    world.ready("anna", "bob")
    for number in range(2):
        world.call(ani=f"+1415555020{number}", did=DIRECT_NUMBER)
    for name in ("anna", "bob"):
        world.pick_up(name)
    call = world.call(did=DIRECT_NUMBER)
    world.wait(5)
    after = gone_flow(without_sales(before))
    fresh = QueueSettings(queue=FRESH, label="Fresh", absent_at_entry=None, absent_waiting=None)
    after = replace(after, queues={**after.queues, FRESH: fresh})
    world.reload(with_agent(after, "carl", FRESH), keep=False)
    world.ready("carl")
    world.wait(2)
    world.pick_up("carl")
    world.wait(2)
    connected = [f for f in world.said(CallConnected) if isinstance(f, CallConnected)]
    assert (connected[-1].call, connected[-1].agent) == (call, AgentId("carl"))
    end(world)


def test_a_caller_in_a_menu_that_is_gone_hears_the_flow_from_its_beginning() -> None:
    world = World(patient())
    call = world.call()
    world.wait(1)
    assert "For sales press 1" in world.hears(call)
    center = patient()
    flow = center.flows[FlowId("main")]
    menu = replace(flow.nodes["menu"], name="choose")
    nodes = {**{n: m for n, m in flow.nodes.items() if n != "menu"}, "choose": menu}
    gate = replace(flow.nodes["gate"], open=replace(flow.nodes["gate"].open, goto="choose"))
    flow = replace(flow, nodes={**nodes, "gate": gate}, version="2")
    changed = replace(center, flows={**center.flows, FlowId("main"): flow})
    world.reload(changed, keep=False)
    assert world.heard(call).count("For sales press 1") == 2
    world.press(call, "1")
    world.wait(1)
    assert world.hears(call).startswith("music")
    end(world)


def turned_around(center: CenterConfiguration) -> CenterConfiguration:
    """In the menu the key 1 leads where 2 led."""
    flow = center.flows[FlowId("main")]
    menu = flow.nodes["menu"]
    changed = replace(menu, keys={**menu.keys, "1": menu.keys["2"]})
    flow = replace(flow, nodes={**flow.nodes, "menu": changed}, version="2")
    return replace(center, flows={**center.flows, FlowId("main"): flow})


def queued(world: World) -> list[tuple[str, QueueId]]:
    return [(f.call, f.queue) for f in world.said(CallQueued) if isinstance(f, CallQueued)]


def versions(world: World) -> list[tuple[str, str]]:
    return [(f.call, f.version) for f in world.said(NodeLeft) if isinstance(f, NodeLeft)]


def test_calls_finish_on_the_version_they_began_with_and_new_ones_get_the_new_one() -> None:
    world = World(patient())
    first = world.call()
    world.wait(1)
    world.reload(turned_around(patient()))
    second = world.call(ani="+14155550177")
    world.wait(1)
    assert world.heard(first).count("For sales press 1") == 1
    world.press(first, "1")
    world.press(second, "1")
    world.wait(1)
    assert queued(world) == [(first, SALES), (second, SUPPORT)]
    assert {*versions(world)} == {(first, patient().flows[FlowId("main")].version), (second, "2")}
    end(world)


def test_a_version_outlives_restarts_and_more_reloads_while_a_call_is_in_it() -> None:
    world = World(patient())
    call = world.call()
    world.wait(1)
    world.reload(turned_around(patient()))
    world.restart()
    world.reconnect()
    world.reload(with_agent(turned_around(patient()), "carl", SUPPORT))
    world.restart()
    world.reconnect()
    world.press(call, "1")
    world.wait(1)
    assert queued(world) == [(call, SALES)]
    assert len(world.center.calls.flows.earlier) == 1
    end(world)


def test_a_version_is_let_go_with_its_last_call() -> None:
    world = World(patient())
    calls = [world.call(ani=f"+1415555030{n}") for n in range(2)]
    world.wait(1)
    world.reload(turned_around(patient()))
    for call, seconds, left in zip(calls, (1, 120), (1, 0), strict=True):
        world.hang_up(call)
        world.wait(seconds)
        release_flows(world.center)
        assert len(world.center.calls.flows.earlier) == left
    end(world)


def test_of_many_versions_the_newest_are_kept_and_callers_of_others_go_on_in_todays() -> None:
    world = World(patient())
    flow = patient().flows[FlowId("main")]
    calls = []
    for number in range(MOST_EARLIER + 2):
        calls.append(world.call(ani=f"+141555501{number:02}"))
        world.wait(0.1)
        newer = replace(flow, version=f"v{number}")
        world.reload(replace(patient(), flows={**patient().flows, FlowId("main"): newer}))
    assert len(world.center.calls.flows.earlier) == MOST_EARLIER
    sessions = [world.center.calls.calls[CallId(call)].session for call in calls]
    today = [s.version == f"v{MOST_EARLIER + 1}" for s in sessions if s is not None]
    assert today[2:] == [False] * MOST_EARLIER
    assert not any(world.heard(call).count("For sales press 1") > 1 for call in calls)
    end(world)


def test_a_caller_of_an_earlier_version_whose_queue_is_gone_leaves_its_node_as_closed() -> None:
    world = World(patient())
    call = world.call()
    world.wait(1)
    after = without_sales(turned_around(patient()))
    world.reload(after)
    world.press(call, "1")
    world.wait(1)
    left = [(f.node, f.edge) for f in world.said(NodeLeft) if isinstance(f, NodeLeft)]
    assert left[-1][1] == "closed"
    assert "Leave a message" in world.heard(call)
    end(world)


def test_an_agent_who_was_taken_out_finishes_the_call_and_gets_no_other() -> None:
    world = World(patient())
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    waits = world.call(ani="+14155550177", did=DIRECT_NUMBER)
    center = patient()
    left = {n: a for n, a in center.agents.items() if n != "anna"}
    world.reload(replace(center, agents=left))
    world.wait(10)
    assert world.hears(call).startswith("talk")
    world.hang_up(call)
    world.wait(120)
    assert world.hears(waits).startswith("music")
    world.ready("bob")
    assert world.state("bob") == "ready offered"
    end(world)


def test_an_agent_who_came_to_a_queue_by_a_reload_gets_its_caller_at_once() -> None:
    before = patient()
    only = {n: replace(a, queues=(SUPPORT,)) for n, a in before.agents.items()}
    world = World(replace(before, agents=only))
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    assert world.state("anna") == "ready idle"
    world.reload(before)
    assert world.state("anna") == "ready offered"
    world.pick_up("anna")
    world.wait(1)
    assert world.hears(call).startswith("talk")
    end(world)


def test_a_reload_while_a_phone_rings_and_a_restart_after_it_change_nothing() -> None:
    world = World(patient())
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    assert world.state("anna") == "ready offered"
    world.reload(with_agent(patient(), "carl", SUPPORT))
    assert world.state("anna") == "ready offered"
    world.restart()
    world.reconnect()
    world.pick_up("anna")
    world.wait(1)
    assert world.hears(call).startswith("talk")
    end(world)
