"""While waiting: what callers hear over the music, what keys do, and moves between queues."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import QueueOutcome, WaitEnded
from contact_center.core.ids import CallId, FlowId
from contact_center.core.ivr.flow import Edge
from contact_center.core.waiting_room import WaitingRoom
from tests.stories.centers import DIRECT_NUMBER, SALES, direct_flow, say, small_center
from tests.stories.world import World

SECOND = 1_000_000
MINUTE = 60 * SECOND
ROOM = WaitingRoom(
    greeting=say("All of us are busy."),
    comfort=(say("Thank you for waiting."), say("We are still here.")),
    comfort_first_us=20 * SECOND,
    comfort_every_us=30 * SECOND,
    keys={"1": "callback", "2": "leave", "3": "shop", "4": "nowhere"},
    offer=say("Press 1 to be called back."),
    offer_every_us=0,
)


def room_center(room: WaitingRoom = ROOM, **node: object) -> CenterConfiguration:
    """The small center, with a room for sales and edges for what is pressed there."""
    plain = small_center()
    flow = direct_flow()
    nodes = dict(flow.nodes)
    nodes["sales"] = replace(nodes["sales"], **node)
    flows = {**plain.flows, flow.flow: replace(flow, nodes=nodes)}
    return replace(plain, flows=flows, rooms={SALES: room})


def world_of(configuration: CenterConfiguration) -> World:
    world = World(configuration)
    world.ready("anna")
    world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    return world


@pytest.fixture
def busy() -> Iterator[World]:
    """A center whose only agent is talking."""
    world = world_of(room_center())
    yield world
    world.close()


def spoken(world: World, call: CallId) -> str:
    """What was said to a caller, without the music."""
    lines = world.heard(call).splitlines()
    words = [line.partition(":")[2] for line in lines if line.startswith("prompt")]
    return " ".join(words)


def waits_of(world: World, call: CallId) -> list[QueueOutcome]:
    ended = [f for f in world.said(WaitEnded) if isinstance(f, WaitEnded) and f.call == call]
    return [f.outcome for f in ended]


def test_greeting_and_offer_are_said_over_the_music_which_then_goes_on(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(8)
    assert spoken(busy, call) == "All of us are busy. Press 1 to be called back."
    assert busy.hears(call) == "music:default"


def test_place_and_wait_are_told_again_and_again_as_the_router_knows_them() -> None:
    room = replace(ROOM, announce_first_us=10 * SECOND, announce_every_us=40 * SECOND, comfort=())
    world = world_of(room_center(room))
    first = world.call(did=DIRECT_NUMBER)
    second = world.call(ani="+14155550191", did=DIRECT_NUMBER)
    world.wait(18)
    assert "You are next in line. You will wait for " in spoken(world, first)
    assert "You are number two in line. You will wait for " in spoken(world, second)
    world.hang_up(first)
    world.wait(40)
    assert "You are next in line." in spoken(world, second)
    world.close()


def test_a_caller_in_spanish_is_told_in_spanish() -> None:
    room = replace(ROOM, announce_first_us=10 * SECOND, announce_every_us=40 * SECOND, comfort=())
    configuration = room_center(room)
    flow = configuration.flows[FlowId("direct")]
    flows = {**configuration.flows, flow.flow: replace(flow, language="es-US")}
    world = world_of(replace(configuration, flows=flows, language="es-US"))
    world.call(did=DIRECT_NUMBER)
    call = world.call(ani="+14155550191", did=DIRECT_NUMBER)
    world.wait(20)
    assert "Usted es el número dos en la fila. Esperará " in spoken(world, call)
    world.close()


def test_comfort_comes_in_turn_at_its_times(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(21)
    assert busy.hears(call) == "prompt:Thank you for waiting."
    busy.wait(30)
    assert busy.hears(call) == "prompt:We are still here."
    busy.wait(30)
    assert busy.hears(call) == "prompt:Thank you for waiting."


def test_comfort_drawn_at_random_is_the_same_for_the_same_call_and_never_twice_in_a_row() -> None:
    comfort = tuple(say(f"Comfort {n}.") for n in range(4))
    room = replace(ROOM, greeting=(), offer=(), comfort=comfort, comfort_random=True, keys={})
    heard = []
    for _ in range(2):
        world = world_of(room_center(replace(room, announce_every_us=0)))
        call = world.call(did=DIRECT_NUMBER)
        world.wait(600)
        heard.append(spoken(world, call))
        world.close()
    assert heard[0] == heard[1]
    said = heard[0].split(".")[:-1]
    assert len(set(said)) > 2
    assert all(one != other for one, other in pairwise(said))


def test_an_announcement_goes_on_while_a_phone_rings_and_is_cut_by_the_answer(
    busy: World,
) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(20.5)
    assert busy.hears(call) == "prompt:Thank you for waiting."
    busy.ready("bob")
    assert busy.agent_leg("bob") is not None
    assert busy.hears(call) == "prompt:Thank you for waiting."
    busy.pick_up("bob")
    assert busy.hears(call).startswith("talk"), "not one syllable more"
    busy.wait(120)
    assert busy.hears(call).startswith("talk")
    assert "We are still here." not in spoken(busy, call)


def test_after_an_agent_who_did_not_come_the_caller_is_told_on(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.wait(15)
    busy.ready("bob")
    leg = busy.agent_leg("bob")
    assert leg is not None
    busy.network.cut(busy.now)  # the answer and the hang-up come in one go
    list(busy.network.events())
    busy.reconnect()
    busy.wait(6)
    assert busy.hears(call) == "prompt:Thank you for waiting."


def test_a_key_leaves_by_the_edge_of_its_name() -> None:
    world = world_of(room_center(keys={"leave": Edge(goto="bye"), "shop": Edge(goto="voicemail")}))
    call = world.call(did=DIRECT_NUMBER)
    world.wait(1)
    world.press(call, "3")
    world.wait(0.5)
    assert world.hears(call) == "prompt:Leave a message."
    assert waits_of(world, call) == [QueueOutcome.EXITED_KEY]
    assert not world.center.router.waiting
    world.close()


def test_a_key_to_leave_without_an_edge_of_its_own_goes_as_a_wait_that_was_too_long(
    busy: World,
) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.press(call, "2")
    busy.wait(0.5)
    assert busy.hears(call) == "prompt:Leave a message."


def test_keys_that_mean_nothing_change_nothing(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    for key in ("9", "4", "#"):
        busy.press(call, key)
    busy.wait(30)
    assert waits_of(busy, call) == []
    assert list(busy.center.router.waiting) == [call]


def test_a_key_while_a_phone_rings_lets_the_agent_go_at_no_cost(busy: World) -> None:
    call = busy.call(did=DIRECT_NUMBER)
    busy.ready("bob")
    assert busy.state("bob") == "ready offered"
    busy.press(call, "2")
    assert busy.agent_leg("bob") is None
    assert busy.state("bob") == "ready idle"
    assert waits_of(busy, call) == [QueueOutcome.EXITED_KEY]
