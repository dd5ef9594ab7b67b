"""Numbers outside that have to say yes before they get a caller."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.adapters.simulated.phones import phone
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import CallConnected, CallFinished, CallOutcome, NodeLeft
from contact_center.core.ids import CallId, LegId
from contact_center.core.ivr.flow import AnyNode, Edge, Play, Speech, SpeechKind, Transfer
from tests.stories.centers import DIRECT_NUMBER, LANGUAGE, OUTSIDE, direct_flow, say
from tests.stories.talking import MakeWorld, center
from tests.stories.world import World

QUESTION = "A caller about a water leak. Press 1 to take the call."
MUSIC = "music"


def with_nodes(*nodes: AnyNode) -> CenterConfiguration:
    plain, flow = center(), direct_flow()
    flow = replace(flow, nodes={**flow.nodes, **{node.name: node for node in nodes}})
    return replace(plain, flows={**plain.flows, flow.flow: flow})


def duty(**fields: object) -> Transfer:
    out = Edge(goto="bye")
    return Transfer(
        name="sales",
        to=OUTSIDE,
        timeout_us=15_000_000,
        busy=out,
        no_answer=out,
        failed=out,
        ask=say(QUESTION),
        accept="1",
        **fields,  # type: ignore[arg-type]
    )


def rung(make_world: MakeWorld, behaviour: str, **fields: object) -> tuple[World, CallId]:
    """A caller whom the flow sends outside, where it rings."""
    more = Play(name="more", say=say("Somebody else, then."), next=Edge(goto="bye"))
    world = make_world(with_nodes(duty(**fields), more))
    world.network.plug_in(phone(OUTSIDE, behaviour))
    return world, world.call(did=DIRECT_NUMBER)


def far(world: World) -> LegId:
    return world.network.at_phone(OUTSIDE)[0].leg


def asked(make_world: MakeWorld, **fields: object) -> tuple[World, CallId, LegId]:
    """Whoever answered is being asked."""
    world, call = rung(make_world, "manual", **fields)
    leg = far(world)
    world.network.answer(leg, world.now)
    world.pump()
    assert world.hears(leg) == f"prompt:{QUESTION}"
    assert world.hears(call).startswith(MUSIC)
    return world, call, leg


def press(world: World, leg: LegId, keys: str) -> None:
    world.network.press(leg, keys, world.now)
    world.pump()


def hears_whom(world: World, leg: LegId) -> tuple[LegId, ...]:
    heard = world.network.hears(leg)
    return tuple(heard.whom) if heard is not None else ()


def left(world: World) -> list[str]:
    return [f"{n.node}/{n.edge}" for n in world.said(NodeLeft) if isinstance(n, NodeLeft)]


@pytest.mark.parametrize("after_s", [0, 20])
def test_whoever_presses_the_key_has_the_caller(make_world: MakeWorld, after_s: int) -> None:
    world, call, leg = asked(make_world)
    world.wait(after_s)
    press(world, leg, "1")
    assert hears_whom(world, leg) == (LegId(call),)
    assert hears_whom(world, LegId(call)) == (leg,)
    world.wait(30)
    assert world.hears(leg) != f"prompt:{QUESTION}"
    press(world, leg, "2")  # to the caller now, not to us
    world.network.hang_up(leg, world.now)
    world.pump()
    (end,) = world.said(CallFinished)
    assert end.outcome is CallOutcome.TRANSFERRED
    assert left(world)[0] == "sales/answered"


@pytest.mark.parametrize(("edge", "goes"), [(None, "bye"), (Edge(goto="more"), "more")])
def test_another_key_gives_the_caller_back(
    make_world: MakeWorld, edge: Edge | None, goes: str
) -> None:
    world, call, leg = asked(make_world, declined=edge)
    press(world, leg, "2")
    assert world.network.at_phone(OUTSIDE) == ()
    world.wait(20)
    assert left(world)[:2] == ["sales/declined", f"{goes}/{'ended' if goes == 'bye' else 'next'}"]
    assert (goes == "more") == ("Somebody else, then." in world.heard(call))
    assert world.said(CallConnected) == []


def test_silence_is_asked_three_times_and_is_a_no(make_world: MakeWorld) -> None:
    world, call = rung(make_world, "machine after 2 s", declined=Edge(goto="more"))
    world.wait(3)
    leg = far(world)
    world.wait(60)
    assert world.heard(leg).count(QUESTION) == 3
    assert left(world)[:1] == ["sales/declined"]
    assert "Somebody else, then." in world.heard(call)


def test_who_hangs_up_on_the_question_has_declined(make_world: MakeWorld) -> None:
    world, _, leg = asked(make_world, declined=Edge(goto="more"))
    world.network.hang_up(leg, world.now)
    world.pump()
    assert left(world)[:1] == ["sales/declined"]


def test_a_caller_who_leaves_meanwhile_ends_it_all(make_world: MakeWorld) -> None:
    world, call, leg = asked(make_world)
    world.hang_up(call)
    assert world.network.at_phone(OUTSIDE) == ()
    world.wait(100)
    assert world.heard(leg).count(QUESTION) == 1
    (end,) = world.said(CallFinished)
    assert end.outcome is not CallOutcome.TRANSFERRED


@pytest.mark.parametrize(("does", "edge"), [("busy", "busy"), ("ignore", "no_answer")])
def test_a_number_that_is_not_reached_is_not_asked(
    make_world: MakeWorld, does: str, edge: str
) -> None:
    world, _ = rung(make_world, does, declined=Edge(goto="more"))
    world.wait(40)
    assert left(world)[:1] == [f"sales/{edge}"]


def test_events_lost_on_the_way_put_the_question_once_more(make_world: MakeWorld) -> None:
    world, call, leg = asked(make_world)
    world.network.cut(world.now)
    world.network.connect(world.now)
    world.pump()
    assert world.hears(leg) == f"prompt:{QUESTION}"
    press(world, leg, "1")
    assert hears_whom(world, LegId(call)) == (leg,)


def test_the_far_end_is_asked_in_the_flows_language_whatever_the_caller_speaks(
    make_world: MakeWorld,
) -> None:
    both = (Speech(kind=SpeechKind.TEXT, texts={LANGUAGE: QUESTION, "es": "Oprima 1."}),)
    plain, flow = center(), direct_flow()
    nodes = {**flow.nodes, "sales": replace(duty(), ask=both)}
    flow = replace(flow, nodes=nodes)
    world = make_world(replace(plain, flows={**plain.flows, flow.flow: flow}))
    world.network.plug_in(phone(OUTSIDE, "manual"))
    call = world.call(did=DIRECT_NUMBER)
    session = world.center.calls.calls[call].session
    assert session is not None
    session.language = "es"
    world.network.answer(far(world), world.now)
    world.pump()
    assert world.hears(far(world)) == f"prompt:{QUESTION}"
