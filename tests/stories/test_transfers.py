"""Passing a caller on without a word, and back to the queue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.content.numbers import DialPlan
from contact_center.core.dialing import AskToDial, ClickToDialRequested
from contact_center.core.facts import CallConnected, CallQueued, OfferEnded, OfferResult, WaitEnded
from contact_center.core.outcomes import TransferKind
from contact_center.core.requests import (
    ConsultRequested,
    ConsultStep,
    ConsultStepRequested,
    DispositionRequested,
    HoldRequested,
    PresenceRequested,
    PresenceWish,
    RequeueRequested,
    TransferRequested,
)
from contact_center.core.talk_facts import CallTransferred
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE, SALES, SUPPORT
from tests.stories.talking import Floor, MakeWorld, center, floor

NUMBER = f"number:{OUTSIDE}"


def test_agents_have_numbers_called_where_the_center_dials_and_nowhere_else(
    make_world: MakeWorld,
) -> None:
    dials = DialPlan(region="US", countries=("US", "CA"))
    f = Floor(make_world(replace(center(), dials=dials)), "bob")
    for number in ("+442079460000", "+19005550100", "00442079460000"):
        for wish in (ConsultRequested, TransferRequested):
            assert f.ask(wish, "anna", to=f"number:{number}") == "not_dialled"
        click = f.world.ask(ClickToDialRequested, "bob", number=number)
        assert click in {"not_dialled", "not_a_number"}
    assert not any(isinstance(output, AskToDial) for output in f.world.outputs)
    for number in (OUTSIDE, "2001"):
        assert f.ask(ConsultRequested, "anna", to=f"number:{number}") == ""
        f.ask(ConsultStepRequested, "anna", step=ConsultStep.RETURN)
    assert f.world.ask(ClickToDialRequested, "bob", number="+14155550123") == "pending"


@pytest.mark.parametrize("held", [False, True])
def test_a_caller_sent_to_another_queue_keeps_the_age_of_the_wait(
    make_world: MakeWorld, held: bool
) -> None:
    f = floor(make_world)
    began = f.told(CallQueued)[0].at
    f.world.wait(20)
    if held:
        f.ask(HoldRequested, "anna", on=True)
    assert f.ask(TransferRequested, "anna", to="queue:support") == ""
    assert f.world.state("anna") == "ready wrap_up"
    f.all_hear(caller="music", anna="gone")
    again = f.told(CallQueued)[1]
    assert (again.queue, again.since) == (SUPPORT, began)
    f.world.wait(10)
    f.world.ready("bob")
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    assert f.told(WaitEnded)[1].waited_us == 10_000_000
    sent = f.told(CallTransferred)
    assert [(t.how, t.to, t.agent) for t in sent] == [(TransferKind.BLIND, "queue:support", "anna")]
    f.dispose("anna")
    f.hang_up("caller")
    f.settled()


def test_a_caller_sent_to_an_agent_talks_with_them(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    assert f.ask(TransferRequested, "anna", to="agent:bob") == ""
    assert f.world.state("anna") == "ready wrap_up"
    f.all_hear(caller="music", anna="gone", bob="ringing")
    f.world.wait(4)
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    assert [c.agent for c in f.told(CallConnected)] == ["anna", "bob"]
    assert f.told(CallConnected)[1].waited_us == 4_000_000
    assert len(f.told(WaitEnded)) == 1, "a transfer by name is no wait in line"
    f.world.wait(1)
    f.hang_up("bob")
    f.all_hear(caller="gone")
    f.settled()


def test_an_agent_who_does_not_answer_a_transfer_leaves_the_caller_to_the_queue(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    began = f.told(CallQueued)[0].at
    f.ask(TransferRequested, "anna", to="agent:bob")
    f.world.wait(25)
    f.all_hear(caller="music", bob="gone")
    again = f.told(CallQueued)[1]
    assert (again.queue, again.since) == (SALES, began)
    f.world.ready("carl")
    f.pick_up("carl")
    f.all_hear(caller="carl", carl="caller")
    f.hang_up("caller")
    f.settled()


def test_a_caller_who_hangs_up_while_the_other_agent_rings_frees_them(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    f.ask(TransferRequested, "anna", to="agent:bob")
    f.hang_up("caller")
    f.all_hear(bob="gone")
    assert f.world.state("bob") == "ready idle"
    assert f.told(OfferEnded)[-1].result is OfferResult.REVOKED
    f.settled()


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("agent:bob", "logged_out"),
        ("agent:anna", "unknown_target"),
        ("agent:nobody", "unknown_target"),
        ("queue:nothing", "unknown_target"),
        ("number:call me", "bad_number"),
        ("fax:1", "unknown_target"),
        ("", "unknown_target"),
    ],
)
def test_who_cannot_be_had_is_refused_and_the_talk_goes_on(
    make_world: MakeWorld, to: str, code: str
) -> None:
    f = floor(make_world)
    assert f.ask(TransferRequested, "anna", to=to) == code
    f.all_hear(caller="anna", anna="caller")
    assert f.ask(TransferRequested, "bob", to="agent:carl") == "not_talking"
    f.hang_up("caller")
    f.settled()


def test_a_caller_sent_to_a_number_talks_with_it(make_world: MakeWorld) -> None:
    f = floor(make_world)
    assert f.ask(TransferRequested, "anna", to=NUMBER) == ""
    f.all_hear(caller="music", anna="gone", outside="ringing")
    f.pick_up("outside")
    f.all_hear(caller="outside", outside="caller")
    assert f.world.state("anna") == "ready wrap_up"
    f.dispose("anna")
    f.hang_up("outside")
    f.all_hear(caller="gone")
    f.settled()


def test_a_number_that_does_not_answer_leads_back_to_the_queue(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.ask(TransferRequested, "anna", to=NUMBER)
    f.world.wait(25)
    f.world.ready("bob")
    f.world.wait(6)
    f.all_hear(caller="music", outside="gone")
    f.pick_up("bob")
    f.all_hear(caller="bob")
    f.hang_up("caller")
    f.settled()


def test_a_number_that_is_busy_leads_back_to_the_queue(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.ask(TransferRequested, "anna", to="number:+14155550777")
    f.all_hear(caller="music")
    assert f.told(CallQueued)[1].queue == SALES
    f.hang_up("caller")
    f.settled()


def test_a_caller_given_back_is_offered_to_another_agent_first(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    assert f.ask(RequeueRequested, "anna") == ""
    f.all_hear(caller="music", anna="gone", bob="ringing")
    f.pick_up("bob")
    assert f.told(CallTransferred)[0].how is TransferKind.BACK
    f.hang_up("caller")
    f.settled()


def test_a_caller_given_back_waits_as_before_with_the_same_skills(make_world: MakeWorld) -> None:
    f = floor(make_world)
    before = f.world.center.calls.calls[f.call].entry
    f.world.wait(30)
    f.ask(RequeueRequested, "anna")
    entry = f.world.center.calls.calls[f.call].entry
    assert before is not None
    assert entry is not None
    assert entry.returns
    assert entry.since == f.told(CallQueued)[0].at
    assert (entry.queue, entry.requirement, entry.priority) == (
        before.queue,
        before.requirement,
        before.priority,
    )
    f.hang_up("caller")
    f.settled()


def test_a_caller_given_back_comes_to_the_same_agent_only_after_a_while(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.world.ready("bob", "carl")
    for name in ("bob", "carl"):
        f.world.call(did=DIRECT_NUMBER)
        f.pick_up(name)
    f.ask(RequeueRequested, "anna")
    f.dispose("anna")
    assert f.world.state("anna") == "ready idle", (
        "bob and carl are at work, and may have the caller"
    )
    later = f.world.call(did=DIRECT_NUMBER)
    assert f.world.center.calls.calls[later].agent == "anna", "others she may have"
    f.world.hang_up(later)
    f.world.wait(29)
    assert f.world.state("anna") == "ready idle"
    f.world.wait(2)
    assert f.world.state("anna") == "ready offered"
    f.pick_up("anna")
    f.all_hear(caller="anna", anna="caller")


@pytest.mark.parametrize("wish", [PresenceWish.PAUSED, PresenceWish.LOGGED_OUT])
def test_a_caller_given_back_comes_to_the_same_agent_once_nobody_else_is_there(
    make_world: MakeWorld, wish: PresenceWish
) -> None:
    f = floor(make_world, "bob")
    other = f.world.call(did=DIRECT_NUMBER)
    f.pick_up("bob")
    f.ask(TransferRequested, "anna", to="queue:support")
    f.dispose("anna")
    assert f.world.state("anna") == "ready idle"
    f.world.ask(PresenceRequested, "bob", presence=wish)
    f.world.hang_up(other)
    assert f.world.state("anna") == "ready idle", "bob is in wrap-up"
    f.world.ask(DispositionRequested, "bob", call=other, code="sold")
    assert f.world.state("anna") == "ready offered"


def test_an_agent_who_is_alone_gets_the_caller_back_at_once(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.ask(RequeueRequested, "anna")
    f.dispose("anna")
    assert f.world.state("anna") == "ready offered"


def test_a_caller_given_back_in_vain_goes_on_in_the_flow(make_world: MakeWorld) -> None:
    f = floor(make_world, max_wait_us=20_000_000)
    f.ask(RequeueRequested, "anna")
    f.world.wait(21)
    assert "Leave a message." in f.world.heard(f.call)
    f.hang_up("caller")
    f.settled()


def test_a_call_lives_through_a_restart_at_every_turn_of_a_transfer(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    f.ask(TransferRequested, "anna", to=NUMBER)
    f.world.restart()
    f.world.reconnect()
    f.all_hear(caller="music", outside="ringing")
    f.pick_up("outside")
    f.world.restart()
    f.world.reconnect()
    f.all_hear(caller="outside", outside="caller")
    f.hang_up("caller")
    f.settled()
