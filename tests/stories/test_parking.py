"""Callers put aside in numbered slots."""

from __future__ import annotations

import pytest

from contact_center.core.facts import CallConnected, CallFinished, CallQueued
from contact_center.core.requests import HoldRequested, ParkRequested, RetrieveRequested
from contact_center.core.talk_facts import CallParked, ParkEnded
from tests.stories.centers import DIRECT_NUMBER, SALES
from tests.stories.talking import MakeWorld, floor


@pytest.mark.parametrize("held", [False, True])
def test_a_parked_caller_hears_music_and_anybody_may_take_them(
    make_world: MakeWorld, held: bool
) -> None:
    f = floor(make_world, "bob")
    if held:
        f.ask(HoldRequested, "anna", on=True)
    assert f.ask(ParkRequested, "anna") == ""
    assert [p.slot for p in f.told(CallParked)] == [1]
    f.all_hear(caller="music", anna="gone", bob="gone")
    assert f.world.state("anna") == "ready wrap_up"
    f.world.wait(40)
    assert f.world.ask(RetrieveRequested, "bob", slot=1) == ""
    f.all_hear(caller="music", bob="ringing")
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    assert [(p.slot, p.agent, p.parked_us) for p in f.told(ParkEnded)] == [(1, "bob", 40_000_000)]
    assert [c.agent for c in f.told(CallConnected)] == ["anna", "bob"]
    f.hang_up("caller")
    f.settled()


def test_slots_are_numbered_from_one_and_used_again(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.ask(ParkRequested, "anna")
    second = f.world.call(did=DIRECT_NUMBER)
    f.pick_up("bob")
    assert f.world.ask(ParkRequested, "bob", call=second) == ""
    assert [p.slot for p in f.told(CallParked)] == [1, 2]
    f.hang_up("caller")
    assert [(p.slot, p.agent) for p in f.told(ParkEnded)] == [(1, None)]
    f.world.ready("carl")
    third = f.world.call(did=DIRECT_NUMBER)
    f.pick_up("carl")
    f.world.ask(ParkRequested, "carl", call=third)
    assert [p.slot for p in f.told(CallParked)] == [1, 2, 1]
    f.world.hang_up(second)
    f.world.hang_up(third)
    assert len(f.told(CallFinished)) == 3


def test_an_empty_slot_and_one_that_is_being_emptied_give_nobody(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob", "carl")
    assert f.world.ask(RetrieveRequested, "bob", slot=1) == "nobody_parked"
    f.ask(ParkRequested, "anna")
    assert f.world.ask(RetrieveRequested, "anna", slot=1) == "busy"
    assert f.world.ask(RetrieveRequested, "bob", slot=1) == ""
    assert f.world.ask(RetrieveRequested, "carl", slot=1) == "taken"
    assert f.world.ask(RetrieveRequested, "carl", slot=2) == "nobody_parked"
    assert f.ask(ParkRequested, "anna") == "not_talking"
    f.hang_up("caller")
    f.all_hear(bob="gone")
    f.settled()


def test_whoever_does_not_pick_up_leaves_the_caller_parked(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.ask(ParkRequested, "anna")
    f.world.ask(RetrieveRequested, "bob", slot=1)
    f.world.wait(21)
    f.all_hear(caller="music", bob="gone")
    f.world.ready("carl")
    assert f.world.ask(RetrieveRequested, "carl", slot=1) == ""
    f.pick_up("carl")
    f.all_hear(caller="carl")
    f.world.wait(1)
    f.hang_up("carl")
    f.settled()


def test_a_caller_nobody_takes_comes_back_to_the_agent(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.ask(ParkRequested, "anna")
    f.dispose("anna")
    f.world.wait(121)
    f.all_hear(caller="music", anna="ringing")
    f.pick_up("anna")
    f.all_hear(caller="anna", anna="caller")
    f.hang_up("caller")
    f.settled()


def test_a_caller_nobody_takes_comes_back_to_the_queue_when_the_agent_is_busy(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    began = f.told(CallQueued)[0].at
    f.ask(ParkRequested, "anna")
    f.dispose("anna")
    other = f.world.call(did=DIRECT_NUMBER)
    f.pick_up("anna")
    f.world.wait(121)
    again = [q for q in f.told(CallQueued) if q.call == f.call][1]
    assert (again.queue, again.since) == (SALES, began)
    f.world.ready("bob")
    f.pick_up("bob")
    assert [p.agent for p in f.told(ParkEnded)] == [None]
    f.all_hear(caller="bob")
    f.hang_up("caller")
    f.world.hang_up(other)
    assert len(f.told(CallFinished)) == 2


def test_an_agent_who_lets_a_returned_caller_ring_loses_them_to_the_queue(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.ask(ParkRequested, "anna")
    f.dispose("anna")
    f.world.wait(145)
    assert len(f.told(CallQueued)) == 2
    f.all_hear(caller="music", anna="gone")
    f.world.ready("bob")
    f.pick_up("bob")
    f.all_hear(caller="bob")
    f.hang_up("caller")
    f.settled()


def test_a_parked_caller_lives_through_a_restart(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.ask(ParkRequested, "anna")
    f.world.restart()
    f.world.reconnect()
    f.all_hear(caller="music")
    assert f.world.ask(RetrieveRequested, "bob", slot=1) == ""
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    f.hang_up("caller")
    f.settled()
