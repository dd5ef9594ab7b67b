"""Asking somebody while the caller is on hold, and every way in which that goes on or ends."""

from __future__ import annotations

import pytest

from contact_center.core.facts import CallQueued, HoldChanged, QueueOutcome, WaitEnded
from contact_center.core.outcomes import TransferKind
from contact_center.core.requests import (
    ConsultRequested,
    ConsultStep,
    HangupRequested,
    HoldRequested,
    NotesRequested,
    ParkRequested,
    RequeueRequested,
    TransferRequested,
)
from contact_center.core.talk_facts import AgentJoined, CallTransferred, ConsultChanged
from tests.stories.centers import OUTSIDE, SUPPORT
from tests.stories.talking import Floor, MakeWorld, floor

COMPLETE, SWAP = ConsultStep.COMPLETE, ConsultStep.SWAP
CONFERENCE, RETURN = ConsultStep.CONFERENCE, ConsultStep.RETURN
WHO = pytest.mark.parametrize("who", ["bob", "outside"])
STATES = ["talking", "aside", "conference"]


def consulting(make_world: MakeWorld, who: str, state: str = "talking") -> Floor:
    """Anna consults somebody, and has gone on to some state."""
    f = floor(make_world, "bob")
    f.consulting(who)
    if state == "aside":
        assert f.step(SWAP) == ""
    elif state == "conference":
        assert f.step(CONFERENCE) == ""
    return f


def states(f: Floor) -> list[str]:
    """How consultations went."""
    return [fact.state.value for fact in f.told(ConsultChanged)]


@WHO
def test_agent_and_consulted_talk_while_the_caller_hears_music(
    make_world: MakeWorld, who: str
) -> None:
    f = floor(make_world, "bob")
    to = f"number:{OUTSIDE}" if who == "outside" else "agent:bob"
    assert f.ask(ConsultRequested, "anna", to=to) == ""
    f.all_hear(**{"caller": "music", "anna": "tone", who: "ringing"})
    f.pick_up(who)
    f.all_hear(**{"caller": "music", "anna": who, who: "anna"})
    assert states(f) == ["calling", "talking"]
    f.hang_up("caller")
    f.all_hear(**{"anna": "gone", who: "gone"})
    f.settled()


@WHO
def test_swapping_lets_the_agent_talk_with_one_at_a_time(make_world: MakeWorld, who: str) -> None:
    f = consulting(make_world, who)
    assert f.step(SWAP) == ""
    f.all_hear(**{"caller": "anna", "anna": "caller", who: "music"})
    assert f.step(SWAP) == ""
    f.all_hear(**{"caller": "music", "anna": who, who: "anna"})
    f.hang_up("caller")
    f.settled()


@WHO
@pytest.mark.parametrize("state", STATES)
def test_completing_leaves_caller_and_consulted_to_each_other(
    make_world: MakeWorld, who: str, state: str
) -> None:
    f = consulting(make_world, who, state)
    f.world.wait(5)
    assert f.step(COMPLETE) == ""
    f.all_hear(**{"caller": who, "anna": "gone", who: "caller"})
    assert f.world.state("anna") == "ready wrap_up"
    sent = f.told(CallTransferred)
    assert [(t.how, t.to_agent) for t in sent] == [
        (TransferKind.ATTENDED, "bob" if who == "bob" else None)
    ]
    f.world.wait(10)
    f.hang_up(who)
    f.all_hear(caller="gone")
    f.settled()


@WHO
@pytest.mark.parametrize("state", ["talking", "aside"])
def test_a_conference_lets_all_three_hear_each_other(
    make_world: MakeWorld, who: str, state: str
) -> None:
    f = consulting(make_world, who, state)
    assert f.step(CONFERENCE) == ""
    f.all_hear(
        **{
            "caller": " ".join(sorted(["anna", who])),
            "anna": " ".join(sorted(["caller", who])),
            who: "anna caller",
        }
    )
    assert f.step(SWAP) == "not_now"
    assert f.step(CONFERENCE) == "not_now"
    f.hang_up("caller")
    f.settled()


@WHO
@pytest.mark.parametrize("state", ["calling", *STATES])
def test_returning_brings_agent_and_caller_together_without_the_consulted(
    make_world: MakeWorld, who: str, state: str
) -> None:
    if state == "calling":
        f = floor(make_world, "bob")
        to = f"number:{OUTSIDE}" if who == "outside" else "agent:bob"
        f.ask(ConsultRequested, "anna", to=to)
    else:
        f = consulting(make_world, who, state)
    f.world.wait(5)
    assert f.step(RETURN) == ""
    f.all_hear(**{"caller": "anna", "anna": "caller", who: "gone"})
    if who == "bob":
        wrote = "ready wrap_up" if state == "conference" else "ready idle"
        assert f.world.state("bob") == wrote
    assert f.step(RETURN) == "not_consulting"
    f.hang_up("caller")
    f.settled()


@WHO
def test_a_consulted_who_hangs_up_leaves_the_caller_on_hold(
    make_world: MakeWorld, who: str
) -> None:
    f = consulting(make_world, who)
    f.hang_up(who)
    f.all_hear(caller="music", anna="silence")
    assert f.told(ConsultChanged)[-1].reason == "gone"
    assert f.ask(HoldRequested, "anna", on=False) == ""
    f.all_hear(caller="anna", anna="caller")
    f.world.wait(1)
    f.hang_up("anna")
    f.all_hear(caller="gone")
    f.settled()


@WHO
@pytest.mark.parametrize("state", ["aside", "conference"])
def test_a_consulted_who_hangs_up_leaves_agent_and_caller_talking(
    make_world: MakeWorld, who: str, state: str
) -> None:
    f = consulting(make_world, who, state)
    f.hang_up(who)
    f.all_hear(caller="anna", anna="caller")
    f.hang_up("caller")
    f.settled()


@WHO
@pytest.mark.parametrize("state", STATES)
def test_an_agent_who_hangs_up_the_phone_leaves_caller_and_consulted_talking(
    make_world: MakeWorld, who: str, state: str
) -> None:
    f = consulting(make_world, who, state)
    f.hang_up("anna")
    f.all_hear(**{"caller": who, who: "caller"})
    f.hang_up("caller")
    f.all_hear(**{who: "gone"})
    f.settled()


@WHO
@pytest.mark.parametrize("state", STATES)
def test_a_caller_who_hangs_up_ends_the_call_for_all(
    make_world: MakeWorld, who: str, state: str
) -> None:
    f = consulting(make_world, who, state)
    f.hang_up("caller")
    f.all_hear(**{"anna": "gone", who: "gone"})
    f.settled()


@WHO
def test_an_agent_who_hangs_up_while_it_rings_passes_the_caller_on(
    make_world: MakeWorld, who: str
) -> None:
    f = floor(make_world, "bob")
    to = f"number:{OUTSIDE}" if who == "outside" else "agent:bob"
    f.ask(ConsultRequested, "anna", to=to)
    f.hang_up("anna")
    f.all_hear(**{"caller": "music", who: "ringing"})
    f.pick_up(who)
    f.all_hear(**{"caller": who, who: "caller"})
    assert f.told(CallTransferred)[0].how is TransferKind.BLIND
    f.hang_up("caller")
    f.settled()


@WHO
def test_completing_while_it_rings_and_nobody_answers_leads_back_to_the_queue(
    make_world: MakeWorld, who: str
) -> None:
    f = floor(make_world, "bob")
    to = f"number:{OUTSIDE}" if who == "outside" else "agent:bob"
    f.ask(ConsultRequested, "anna", to=to)
    assert f.step(COMPLETE) == ""
    f.world.wait(21 if who == "bob" else 31)
    assert len(f.told(CallQueued)) == 2
    f.hang_up("caller")
    f.settled()


@WHO
def test_one_who_does_not_answer_leaves_the_caller_on_hold(make_world: MakeWorld, who: str) -> None:
    f = floor(make_world, "bob")
    to = f"number:{OUTSIDE}" if who == "outside" else "agent:bob"
    f.ask(ConsultRequested, "anna", to=to)
    f.world.wait(31)
    f.all_hear(**{"caller": "music", "anna": "silence", who: "gone"})
    assert f.told(ConsultChanged)[-1].reason == "no_answer"
    assert f.ask(HoldRequested, "anna", on=False) == ""
    f.all_hear(caller="anna")
    f.hang_up("caller")
    f.settled()


def test_hanging_up_at_the_desk_ends_the_talk_one_is_in(make_world: MakeWorld) -> None:
    f = consulting(make_world, "bob")
    assert f.ask(HangupRequested, "anna") == ""
    f.all_hear(caller="music", anna="silence", bob="gone")
    f.ask(HoldRequested, "anna", on=False)
    f.world.wait(1)
    assert f.ask(HangupRequested, "anna") == ""
    f.all_hear(caller="gone", anna="gone")
    f.settled()


def test_a_consulted_agent_may_hang_up_at_the_desk_and_write_notes(
    make_world: MakeWorld,
) -> None:
    f = consulting(make_world, "bob")
    assert f.ask(NotesRequested, "bob", text="asked about the price") == ""
    assert f.ask(HoldRequested, "bob", on=True) == "not_talking"
    assert f.ask(HangupRequested, "bob") == ""
    f.all_hear(caller="music", bob="gone")
    f.hang_up("caller")
    f.settled()


@pytest.mark.parametrize(
    "request_", [TransferRequested, ConsultRequested, RequeueRequested, ParkRequested]
)
def test_while_consulting_the_caller_is_not_passed_on_otherwise(
    make_world: MakeWorld, request_: type
) -> None:
    f = consulting(make_world, "bob")
    target = {"to": "agent:carl"} if request_ in (TransferRequested, ConsultRequested) else {}
    assert f.ask(request_, "anna", **target) == "consulting"
    assert f.ask(HoldRequested, "anna", on=False) == "consulting"
    f.all_hear(caller="music", anna="bob")
    f.hang_up("caller")
    f.settled()


def test_an_agent_who_is_not_there_is_not_rung_and_the_caller_is_not_put_on_hold(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    assert f.ask(ConsultRequested, "anna", to="agent:bob") == "logged_out"
    f.all_hear(caller="anna", anna="caller")
    assert f.told(HoldChanged) == []
    f.hang_up("caller")
    f.settled()


def test_a_queue_may_be_asked_and_whoever_answers_gets_the_caller(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    assert f.ask(ConsultRequested, "anna", to="queue:support") == ""
    f.all_hear(caller="music", bob="ringing")
    f.world.wait(3)
    f.pick_up("bob")
    f.all_hear(caller="music", anna="bob", bob="anna")
    waits = f.told(WaitEnded)
    assert [(w.queue, w.outcome, w.waited_us) for w in waits][1:] == [
        (SUPPORT, QueueOutcome.ANSWERED, 3_000_000)
    ]
    assert f.step(COMPLETE) == ""
    f.all_hear(caller="bob", bob="caller")
    assert f.told(AgentJoined)[0].queue == SUPPORT
    f.hang_up("caller")
    f.settled()


def test_a_queue_that_was_asked_keeps_the_caller_when_the_agent_leaves(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.ask(ConsultRequested, "anna", to="queue:support")
    f.world.wait(5)
    f.hang_up("anna")
    f.all_hear(caller="music")
    f.world.ready("bob")
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    assert len(f.told(CallQueued)) == len(f.told(WaitEnded)) == 2
    f.hang_up("caller")
    f.settled()


def test_a_question_to_a_queue_can_be_taken_back(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.ask(ConsultRequested, "anna", to="queue:support")
    assert f.step(RETURN) == ""
    f.all_hear(caller="anna", anna="caller")
    f.world.ready("bob")
    f.all_hear(bob="gone")
    assert f.told(WaitEnded)[-1].outcome is QueueOutcome.ABANDONED
    f.hang_up("caller")
    f.settled()


def test_an_agent_who_was_given_the_caller_may_pass_them_on_again(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob", "carl")
    f.consulting("bob")
    f.step(COMPLETE)
    assert f.ask(ConsultRequested, "bob", to="agent:carl") == ""
    f.pick_up("carl")
    f.all_hear(caller="music", bob="carl", carl="bob")
    assert f.step(CONFERENCE, "bob") == ""
    assert f.step(COMPLETE, "bob") == ""
    f.all_hear(caller="carl", carl="caller")
    f.world.wait(1)
    f.hang_up("carl")
    f.all_hear(caller="gone")
    f.settled()


def test_time_on_hold_is_the_time_the_caller_or_the_consulted_is_on_hold(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    f.world.wait(10)
    f.ask(ConsultRequested, "anna", to="agent:bob")
    f.world.wait(5)
    f.pick_up("bob")
    f.world.wait(20)
    f.step(SWAP)
    f.world.wait(7)
    f.step(COMPLETE)
    f.world.wait(30)
    f.hang_up("caller")
    f.settled()
    ended = {e.agent: (e.talk_us, e.hold_us) for e in f.ended()}
    assert ended == {
        "anna": (17_000_000, 25_000_000),
        "bob": (50_000_000, 7_000_000),
    }


@WHO
@pytest.mark.parametrize("state", ["calling", *STATES])
def test_a_consultation_lives_through_a_restart(
    make_world: MakeWorld, who: str, state: str
) -> None:
    if state == "calling":
        f = floor(make_world, "bob")
        to = f"number:{OUTSIDE}" if who == "outside" else "agent:bob"
        f.ask(ConsultRequested, "anna", to=to)
    else:
        f = consulting(make_world, who, state)
    parties = ("caller", "anna", who)
    before = {party: f.hears(party) for party in parties}
    f.world.restart()
    f.world.reconnect()
    assert {party: f.hears(party) for party in parties} == before
    if state == "calling":
        f.pick_up(who)
    assert f.step(COMPLETE) == ""
    f.all_hear(**{"caller": who, who: "caller"})
    f.hang_up("caller")
    f.settled()


def test_whoever_is_lost_while_the_switch_is_out_of_sight_is_missed_afterwards(
    make_world: MakeWorld,
) -> None:
    f = consulting(make_world, "bob", "aside")
    f.world.network.cut(f.world.now)
    f.world.pump()
    f.hang_up("anna")
    f.world.reconnect()
    f.all_hear(caller="bob", bob="caller")
    f.hang_up("caller")
    f.settled()
