"""Recording a whole call because its flow says so, beside the recordings of conversations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.adapters.simulated.network import Network
from contact_center.core.commands import RecordingScope, StartRecording
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Event, RecordingPaused
from contact_center.core.ids import CallId
from contact_center.core.ivr.flow import AnyNode, Edge, HangUp, Menu, Record, Taping
from contact_center.core.ivr.flow_parts import Failure
from contact_center.core.queue_settings import Recording
from contact_center.core.requests import RecordingRequested
from contact_center.core.talk_facts import RecordingChanged, RecordingSaved
from tests.stories.centers import DIRECT_NUMBER, SALES, direct_flow, say, to_queue
from tests.stories.talking import MakeWorld, center
from tests.stories.world import World


def taped(error: Edge | None = None, **queue_fields: object) -> CenterConfiguration:
    """Recorded from the first moment; in the menu 1 pauses, 2 goes on, 3 ends it, 4 waits."""
    there = Edge(goto="menu")
    plain, flow = center(**queue_fields), direct_flow()
    leave = (Failure(edge=Edge(goto="bye")),)
    menu = Menu(
        name="menu",
        say=say("This call is recorded."),
        keys={
            "1": Edge(goto="pause"),
            "2": Edge(goto="resume"),
            "3": Edge(goto="stop"),
            "4": Edge(goto="sales"),
        },
        on_no_input=leave,
        on_no_match=leave,
        first_timeout_us=60_000_000,
        inter_digit_us=0,
    )
    nodes: list[AnyNode] = [
        *(Record(name=a.value, action=a, next=there, error=error) for a in Taping),
        menu,
        to_queue("sales", SALES, connected=Edge(goto="after")),
        HangUp(name="after", say=say("That was all.")),
    ]
    flow = replace(flow, entry="start", nodes={**flow.nodes, **{n.name: n for n in nodes}})
    return replace(plain, flows={**plain.flows, flow.flow: flow})


def saved(world: World) -> list[tuple[str | None, int, tuple[tuple[int, int], ...]]]:
    """Whose, how many seconds long, with which gaps."""
    facts = [f for f in world.said(RecordingSaved) if isinstance(f, RecordingSaved)]
    return [(f.agent, round(f.ms / 1000), f.pauses) for f in facts]


def caller(world: World) -> CallId:
    return world.call(did=DIRECT_NUMBER)


def test_a_call_is_recorded_from_the_flow_to_its_end(make_world: MakeWorld) -> None:
    world = make_world(taped(recording=Recording(on=True)))
    world.ready("anna")
    call = caller(world)
    assert world.hears(call) == "prompt:This call is recorded."
    world.wait(10)
    world.press(call, "4")
    world.pick_up("anna")
    world.wait(20)
    assert world.ask(RecordingRequested, "anna", call=call, on=False) == ""
    world.wait(5)
    world.hang_up(call)
    world.wait(10)
    whole = [length for agent, length, _ in saved(world) if agent is None]
    conversation = [length for agent, length, _ in saved(world) if agent == "anna"]
    assert (whole, conversation) == ([35], [20]), "the agent's pause is the conversation's alone"
    scopes = [c.scope for c in world.outputs if isinstance(c, StartRecording)]
    assert scopes == [RecordingScope.CALL, RecordingScope.TALK]
    assert all(isinstance(f, RecordingChanged) and f.agent for f in world.said(RecordingChanged))
    assert world.center.calls.calls[call].recordings == {}


def test_the_flow_leaves_a_gap_and_ends_it(make_world: MakeWorld) -> None:
    world = make_world(taped())
    call = caller(world)
    world.wait(10)
    world.press(call, "1")
    world.wait(5)
    world.press(call, "2")
    world.wait(5)
    world.press(call, "3")
    world.wait(5)
    assert saved(world) == [(None, 15, ((10_000, 15_000),))]
    assert world.hears(call) == "silence:" or world.hears(call).startswith("prompt")
    world.hang_up(call)
    world.wait(10)
    assert len(saved(world)) == 1


def test_a_pause_that_nobody_confirms_is_a_gap_of_a_moment_and_not_the_rest_of_the_call(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(taped(Edge(goto="menu")))
    heard = type(world.network).events

    def unconfirmed(network: Network) -> list[Event]:
        return [event for event in heard(network) if not isinstance(event, RecordingPaused)]

    monkeypatch.setattr(type(world.network), "events", unconfirmed)
    call = caller(world)
    world.wait(10)
    world.press(call, "1")
    world.wait(10)
    world.network.cut(world.now)
    world.reconnect()
    world.wait(10)
    world.hang_up(call)
    world.wait(10)
    assert saved(world) == [(None, 25, ((10_000, 15_000),))]


def test_it_goes_on_when_the_agent_has_left(make_world: MakeWorld) -> None:
    world = make_world(taped())
    world.ready("anna")
    call = caller(world)
    world.press(call, "4")
    leg = world.pick_up("anna")
    world.wait(20)
    world.network.hang_up(leg, world.now)
    world.pump()
    assert world.hears(call) == "prompt:That was all."
    assert saved(world) == []
    world.wait(30)
    ((agent, length, _),) = saved(world)
    assert agent is None
    assert length >= 20


def test_it_runs_on_over_a_new_start_of_the_process(make_world: MakeWorld) -> None:
    world = make_world(taped())
    call = caller(world)
    world.wait(5)
    world.restart()
    world.reconnect()
    world.wait(5)
    starts = [c for c in world.outputs if isinstance(c, StartRecording)]
    assert len({c.recording for c in starts}) == 1
    world.press(call, "1")
    world.restart()
    world.reconnect()
    world.hang_up(call)
    world.wait(10)
    assert [(agent, length) for agent, length, _ in saved(world)] == [(None, 10)]


def test_what_was_kept_while_nobody_looked_is_told(make_world: MakeWorld) -> None:
    world = make_world(taped(), queue_events=True)
    call = caller(world)
    world.wait(5)
    world.network.cut(world.now)
    world.network.hang_up(world.network.legs()[0].leg, world.now)
    world.reconnect()
    world.wait(15)
    assert [length for _, length, _ in saved(world)] == [5]
    assert world.center.calls.calls.get(call) is None
