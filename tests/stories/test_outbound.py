"""Outbound calls: who answers, who is there in time, what is said otherwise, what is told of it."""

import pytest

from contact_center.core.commands import EndCause, EnterWaiting
from contact_center.core.dialing import DialStage, RingOffRequested
from contact_center.core.events import (
    CallEnded,
    CallProgress,
    DrainRequested,
    EndedBy,
    ProgressKind,
)
from contact_center.core.facts import (
    CallConnected,
    CallFinished,
    CallOutcome,
    ScreenPopCompleted,
    ScreenPopped,
)
from contact_center.core.ids import CallId, LegId
from contact_center.core.requests import DispositionRequested, TransferRequested
from tests.stories.centers import DIRECT_NUMBER
from tests.stories.dialled import (
    EVE,
    NOTICE,
    SECOND,
    Make,
    agent,
    calling_center,
    customer,
    dial,
    ended,
    numbers_rung,
    plug_in,
    ring_off,
    stages,
)
from tests.stories.world import World

S = DialStage


@pytest.fixture
def world(make_world: Make) -> World:
    return make_world(calling_center())


def outcome(world: World, call: CallId) -> CallOutcome:
    facts = [f for f in world.said(CallFinished) if isinstance(f, CallFinished)]
    return next(fact.outcome for fact in facts if fact.call == call)


def busy(world: World, name: str = "anna") -> CallId:
    """Let an agent talk with a caller."""
    call = world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up(name)
    return call


def test_how_the_carrier_signed_a_call_is_told_with_its_end(world: World) -> None:
    world.ready("anna")
    plug_in(world, "answer after 4 s")
    call = dial(world)
    rings, leg = ProgressKind.RINGING, customer(call)
    world.tell(CallProgress(call=call, leg=leg, kind=rings, attestation="B"))
    world.wait(4)  # whoever answers is not told of again
    world.pick_up("anna")
    world.hang_up(CallId(leg))
    assert ended(world, call).attestation == "B"


def test_who_answers_talks_with_an_agent_at_once_and_the_dialer_is_told_all(world: World) -> None:
    world.ready("anna")
    plug_in(world, "answer after 4 s")
    call = dial(world, name="Eve Park", fields=(("roof", "slate"),))
    assert stages(world) == [S.RINGING]
    world.wait(4)
    assert stages(world) == [S.RINGING, S.ANSWERED, S.QUEUED]
    leg = world.pick_up("anna")
    assert world.hears(leg) == world.hears(customer(call)) != "nothing"
    assert "music" not in world.heard(customer(call))
    pop = world.said(ScreenPopped)[-1]
    assert isinstance(pop, ScreenPopped)
    more = world.said(ScreenPopCompleted)[-1]
    assert isinstance(more, ScreenPopCompleted)
    assert (pop.ani, more.fields) == (EVE, (("roof", "slate"),))
    answered = world.now
    world.wait(30)
    world.hang_up(CallId(customer(call)))
    assert world.ask(DispositionRequested, "anna", call=call, code="sold") == ""
    end = ended(world)
    assert stages(world)[-2:] == [S.CONNECTED, S.DONE]
    assert (end.end, end.agent, end.talk_us) == (S.DONE, "anna", 30 * SECOND)
    assert (end.answered_at, end.connected_at) == (answered, answered)
    assert outcome(world, call) is CallOutcome.ANSWERED


def test_nobody_in_time_is_told_so_two_seconds_after_the_answer(world: World) -> None:
    world.ready("anna")
    busy(world)
    plug_in(world, "answer after 3 s")
    call = dial(world)
    world.wait(3)
    assert world.hears(customer(call)).startswith("silence")
    world.wait(1.9)
    assert "Larkfield" not in world.heard(customer(call))
    world.wait(0.1)
    assert "This was Larkfield" in world.hears(customer(call))
    assert stages(world)[-1] is S.ABANDONED
    world.network.press(customer(call), "9", world.now)
    world.wait(20)
    end = ended(world)
    assert end.answered_at is not None
    assert (end.end, end.opted_out) == (S.ABANDONED, True)
    assert end.message_at == end.answered_at + 2 * SECOND
    assert outcome(world, call) is CallOutcome.ABANDONED
    assert not any(
        isinstance(c, EnterWaiting) and c.call == call and c.music != "none" for c in world.outputs
    )


def test_the_message_begins_on_time_also_while_a_phone_rings_and_nobody_is_blamed(
    make_world: Make,
) -> None:
    world = make_world(calling_center(auto_answer=False))
    world.ready("anna")
    plug_in(world, "answer after 3 s")
    call = dial(world)
    world.wait(4.5)
    assert world.agent_leg("anna") is not None
    world.wait(0.5)
    assert "This was Larkfield" in world.hears(customer(call))
    assert world.agent_leg("anna") is None
    assert world.state("anna") == "ready idle"


def test_who_presses_a_key_after_the_message_may_still_talk_and_counts_as_abandoned(
    world: World,
) -> None:
    world.ready("anna")
    caller = busy(world)
    plug_in(world, "answer after 1 s")
    call = dial(world)
    world.wait(4)
    world.network.press(customer(call), "1", world.now)
    world.pump()
    world.hang_up(caller)
    world.ask(DispositionRequested, "anna", call=caller, code="lost")
    world.pick_up("anna")
    assert world.hears(customer(call)).startswith("talk")
    world.hang_up(CallId(customer(call)))
    world.wait(1)
    assert stages(world).count(S.ABANDONED) == 1
    assert (ended(world).end, ended(world).agent) == (S.ABANDONED, "anna")


def test_who_hangs_up_within_the_two_seconds_left(world: World) -> None:
    plug_in(world, "answer after 1 s", EVE, "hang up after 1 s")
    world.ready("anna")
    busy(world)
    call = dial(world)
    world.wait(5)
    assert (stages(world)[-1], ended(world).end) == (S.LEFT, S.LEFT)
    assert ended(world).message_at is None
    assert outcome(world, call) is CallOutcome.ABANDONED


@pytest.mark.parametrize(
    ("behaviour", "end", "cause"),
    [
        ("busy", S.BUSY, "busy q850=17 sip=486"),
        ("ignore", S.NO_ANSWER, "no_answer q850=19 sip=480"),
        ("decline after 2 s", S.BUSY, "rejected q850=21 sip=603"),
        ("unregistered", S.NO_ANSWER, "unregistered q850=20 sip=480"),
    ],
)
def test_what_did_not_answer_is_told_apart(
    world: World, behaviour: str, end: DialStage, cause: str
) -> None:
    plug_in(world, behaviour)
    call = dial(world, ring_us=20 * SECOND)
    world.wait(21)
    assert (ended(world).end, ended(world).cause) == (end, cause)
    assert stages(world)[-1] is end
    assert outcome(world, call) is CallOutcome.NOT_REACHED


def test_a_number_that_is_none_is_invalid(world: World) -> None:
    dial(world, number="+14155550177")
    assert ended(world).end is S.INVALID


def test_a_phone_rings_as_long_as_it_was_asked_to_and_no_longer(world: World) -> None:
    plug_in(world, "ignore")
    dial(world, ring_us=18 * SECOND)
    world.wait(17.9)
    assert stages(world) == [S.RINGING]
    world.wait(0.2)
    assert ended(world).end is S.NO_ANSWER


def test_a_call_is_taken_back_while_it_rings_and_goes_on_once_it_is_answered(world: World) -> None:
    world.ready("anna")
    plug_in(world, "answer after 5 s")
    first = dial(world)
    world.wait(3)
    ring_off(world, first)
    assert (ended(world).end, ended(world).cause) == (S.CANCELLED, "shed")
    second = dial(world, "d-2")
    world.wait(5)
    ring_off(world, second)
    world.pick_up("anna")
    assert stages(world, second)[-1] is S.CONNECTED


def test_who_answers_in_the_moment_of_being_rung_off_was_abandoned(world: World) -> None:
    plug_in(world, "manual")
    call = dial(world)
    world.network.answer(customer(call), world.now)
    # The answer is on its way when the dialer takes the call back.
    world.tell(RingOffRequested(call=call))
    world.pump()
    assert ended(world).end is S.ABANDONED


def test_a_call_that_is_known_is_not_dialled_again(world: World) -> None:
    plug_in(world, "ignore")
    dial(world)
    dial(world)
    assert numbers_rung(world) == [EVE]


def test_whom_we_dialled_comes_before_a_caller_who_waits_longer(world: World) -> None:
    world.ready("anna")
    talk = busy(world)
    waiting = world.call(ani="+14155550191", did=DIRECT_NUMBER)
    plug_in(world, "answer")
    call = dial(world)
    world.wait(1)
    world.hang_up(talk)
    world.ask(DispositionRequested, "anna", call=talk, code="lost")
    world.pick_up("anna")
    connected = world.said(CallConnected)[-1]
    assert isinstance(connected, CallConnected)
    assert connected.call == call
    assert world.hears(waiting).startswith("music")


def test_a_message_without_agents_is_connected_at_the_answer_and_takes_no(world: World) -> None:
    plug_in(world, "answer after 2 s", EVE, "press 9 after 1 s")
    dial(world, queue=None, flow=NOTICE)
    world.wait(30)
    assert stages(world) == [S.RINGING, S.ANSWERED, S.CONNECTED, S.DONE]
    assert ended(world).opted_out


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"flow": "nowhere"}, "unknown_flow"),
        ({"queue": "nowhere"}, "unknown_queue"),
        ({"agent": "nobody"}, "unknown_agent"),
        ({"agent": agent("bob"), "agent_first": True}, "no_agent"),
        ({"agent": agent("bob")}, "agent_logged_out"),
    ],
)
def test_what_cannot_be_dialled_is_told_at_once(
    world: World, fields: dict[str, str], cause: str
) -> None:
    dial(world, **fields)
    assert (ended(world).end, ended(world).cause) == (S.FAILED, cause)
    assert numbers_rung(world) == []


def test_a_call_that_cannot_be_named_is_not_made(world: World) -> None:
    plug_in(world, "answer")
    dial(world, "d 1")
    assert (stages(world), numbers_rung(world)) == ([], [])


def test_nobody_new_is_dialled_while_the_process_drains(world: World) -> None:
    world.tell(DrainRequested())
    plug_in(world, "answer")
    dial(world)
    assert (ended(world).cause, numbers_rung(world)) == ("draining", [])


def test_a_process_that_starts_anew_finds_what_rings_and_what_was_answered(world: World) -> None:
    world.ready("anna")
    plug_in(world, "answer after 10 s")
    plug_in(world, "answer after 4 s", "+14155550124")
    plug_in(world, "answer after 5 s", "+14155550125", "hang up after 3 s")
    rings, answers, leaves = (
        dial(world, f"d-{n}", number=number)
        for n, number in enumerate((EVE, "+14155550124", "+14155550125"), 1)
    )
    world.wait(3)
    world.restart()
    world.wait(6)
    world.reconnect()
    world.ready("anna")
    assert stages(world, rings) == [S.RINGING]
    assert S.ANSWERED in stages(world, answers)
    world.pick_up("anna")
    assert stages(world, answers)[-1] is S.CONNECTED
    assert ended(world, leaves).end is S.FAILED, "that it was answered nobody heard"
    world.wait(20)
    assert ended(world, rings).end is S.ABANDONED
    assert numbers_rung(world) == [EVE, "+14155550124", "+14155550125"]


def test_who_waits_goes_on_waiting_under_another_configuration(make_world: Make) -> None:
    world = make_world(calling_center())
    world.ready("anna")
    busy(world)
    plug_in(world, "answer")
    call = dial(world)
    world.wait(1)
    world.reload(calling_center(label="New"))
    world.wait(1)
    assert "This was Larkfield" in world.hears(customer(call))


def test_a_leg_that_the_switch_lost_after_the_answer_counts_as_abandoned(world: World) -> None:
    plug_in(world, "answer", EVE, "hang up after 3 s")
    world.ready("anna")
    busy(world)
    dial(world)
    world.wait(0.5)
    world.network.cut(world.now)
    world.pump()
    world.wait(4)
    world.reconnect()
    assert ended(world).end is S.ABANDONED


def test_whom_the_switch_cut_off_after_the_answer_was_abandoned(world: World) -> None:
    plug_in(world, "answer")
    world.ready("anna")
    busy(world)
    call = dial(world)
    leg = customer(call)
    world.tell(CallEnded(call=call, leg=leg, cause=EndCause.FAILED, by=EndedBy.SWITCH))
    world.tell(CallEnded(call=call, leg=leg, cause=EndCause.FAILED, by=EndedBy.SWITCH))
    assert ended(world).end is S.ABANDONED
    world.network.hang_up(leg, world.now)


def test_a_transfer_after_the_talk_waits_like_any_other(world: World) -> None:
    world.ready("anna")
    plug_in(world, "answer")
    call = dial(world)
    world.pick_up("anna")
    code = world.ask(TransferRequested, "anna", call=call, to="queue:support")
    assert code == ""
    world.wait(10)
    assert world.hears(LegId(customer(call))).startswith("music")
    assert stages(world).count(S.ABANDONED) == 0
    world.hang_up(CallId(customer(call)))
    world.wait(11)
    assert ended(world).end is S.DONE
    assert EndCause.NORMAL.value in ended(world).cause
