"""Supervisors who listen, whisper, barge in and take over: who hears whom."""

from __future__ import annotations

import pytest

from contact_center.adapters.simulated.phones import phone
from contact_center.core.outcomes import Listening, TransferKind
from contact_center.core.requests import (
    ConsultStep,
    HoldRequested,
    ParkRequested,
    RequeueRequested,
    TransferRequested,
)
from contact_center.core.supervisor_requests import SuperviseEndRequested, SuperviseRequested
from contact_center.core.talk_facts import CallTransferred, SupervisionChanged
from tests.stories.centers import OUTSIDE
from tests.stories.talking import SUPERVISOR, Floor, MakeWorld, floor

LISTEN, WHISPER = Listening.LISTEN, Listening.WHISPER
BARGE, TAKE_OVER = Listening.BARGE, Listening.TAKE_OVER
HEARD = {
    LISTEN: {"caller": "anna", "anna": "caller", "boss": "anna caller"},
    WHISPER: {"caller": "anna", "anna": "boss caller", "boss": "anna caller"},
    BARGE: {"caller": "anna boss", "anna": "boss caller", "boss": "anna caller"},
    TAKE_OVER: {"caller": "boss", "anna": "gone", "boss": "caller"},
}
MODES = [LISTEN, WHISPER, BARGE]


def supervised(make_world: MakeWorld, mode: Listening, *others: str) -> Floor:
    """The boss is in the call."""
    f = floor(make_world, *others)
    assert f.supervise(SuperviseRequested, mode=mode, device=SUPERVISOR) == ""
    f.pick_up("boss")
    f.all_hear(**HEARD[mode])
    return f


def last(f: Floor) -> SupervisionChanged:
    """What was told of supervision last."""
    fact = f.told(SupervisionChanged)[-1]
    assert isinstance(fact, SupervisionChanged)
    return fact


@pytest.mark.parametrize("mode", list(Listening))
def test_the_supervisors_phone_rings_and_then_they_are_in(
    make_world: MakeWorld, mode: Listening
) -> None:
    f = floor(make_world)
    assert f.supervise(SuperviseRequested, mode=mode, device=SUPERVISOR) == ""
    f.all_hear(caller="anna", anna="caller", boss="ringing")
    assert (last(f).by, last(f).on, last(f).mode) == ("eva", False, mode)
    f.pick_up("boss")
    f.all_hear(**HEARD[mode])
    assert last(f).on
    f.hang_up("caller")
    f.all_hear(boss="gone")
    assert last(f).over
    f.settled()


@pytest.mark.parametrize("first", MODES)
@pytest.mark.parametrize("second", list(Listening))
def test_a_supervisor_may_go_from_any_mode_to_any_other(
    make_world: MakeWorld, first: Listening, second: Listening
) -> None:
    f = supervised(make_world, first)
    assert f.supervise(SuperviseRequested, mode=second) == ""
    f.all_hear(**HEARD[second])
    f.hang_up("caller")
    f.settled()


def test_taking_over_lets_the_agent_write_notes_and_counts_as_a_transfer(
    make_world: MakeWorld,
) -> None:
    f = supervised(make_world, LISTEN)
    f.supervise(SuperviseRequested, mode=TAKE_OVER)
    assert f.world.state("anna") == "ready wrap_up"
    sent = f.told(CallTransferred)[0]
    assert (sent.how, sent.to) == (TransferKind.SUPERVISOR, "supervisor:eva")
    f.dispose("anna")
    f.hang_up("boss")
    f.all_hear(caller="gone")
    f.settled()


def test_taking_over_a_caller_on_hold_brings_them_back(make_world: MakeWorld) -> None:
    f = supervised(make_world, LISTEN)
    f.ask(HoldRequested, "anna", on=True)
    f.supervise(SuperviseRequested, mode=TAKE_OVER)
    f.all_hear(**HEARD[TAKE_OVER])
    f.hang_up("caller")
    f.settled()


def test_taking_over_lets_go_of_who_is_consulted_and_of_other_supervisors(
    make_world: MakeWorld,
) -> None:
    f = supervised(make_world, LISTEN, "bob")
    f.world.network.plug_in(phone("9002", "answer"))
    f.supervise(SuperviseRequested, by="max", mode=LISTEN, device="9002")
    f.consulting("bob")
    f.supervise(SuperviseRequested, mode=TAKE_OVER)
    f.all_hear(**HEARD[TAKE_OVER], bob="gone")
    assert f.world.network.at_phone("9002") == ()
    f.hang_up("boss")
    f.settled()


@pytest.mark.parametrize("mode", MODES)
def test_a_supervisor_who_stops_leaves_the_others_talking(
    make_world: MakeWorld, mode: Listening
) -> None:
    f = supervised(make_world, mode)
    assert f.supervise(SuperviseEndRequested) == ""
    f.all_hear(caller="anna", anna="caller", boss="gone")
    assert f.supervise(SuperviseEndRequested) == "not_supervising"
    f.supervise(SuperviseRequested, mode=mode, device=SUPERVISOR)
    f.pick_up("boss")
    f.all_hear(**HEARD[mode])
    f.hang_up("boss")
    f.all_hear(caller="anna", anna="caller")
    assert last(f).reason == "gone"
    f.hang_up("caller")
    f.settled()


def test_a_supervisor_who_does_not_answer_is_not_waited_for(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.supervise(SuperviseRequested, mode=LISTEN, device=SUPERVISOR)
    f.world.wait(40)
    f.all_hear(caller="anna", anna="caller", boss="gone")
    assert (last(f).over, last(f).reason) == (True, "no_answer")
    f.hang_up("caller")
    f.settled()


def test_five_supervisors_are_enough(make_world: MakeWorld) -> None:
    f = floor(make_world)
    for n in range(5):
        f.world.network.plug_in(phone(f"91{n}", "answer"))
        device = f"91{n}"
        assert f.supervise(SuperviseRequested, by=f"s{n}", mode=LISTEN, device=device) == ""
        f.world.wait(1)
    code = f.supervise(SuperviseRequested, by="one too many", mode=LISTEN, device=SUPERVISOR)
    assert code == "too_many"
    f.all_hear(caller="anna", anna="caller")
    f.hang_up("caller")
    f.settled()


def test_only_an_agents_call_is_listened_to(make_world: MakeWorld) -> None:
    f = floor(make_world)
    assert f.supervise(SuperviseRequested, mode=LISTEN) == "no_device"
    f.ask(RequeueRequested, "anna")
    assert f.supervise(SuperviseRequested, mode=LISTEN, device=SUPERVISOR) == "no_agent"
    f.hang_up("caller")
    f.settled()
    assert f.supervise(SuperviseRequested, mode=LISTEN, device=SUPERVISOR) == "no_such_call"


@pytest.mark.parametrize("mode", MODES)
def test_a_supervisor_goes_along_to_the_agent_who_was_consulted(
    make_world: MakeWorld, mode: Listening
) -> None:
    f = supervised(make_world, mode, "bob")
    f.consulting("bob")
    f.step(ConsultStep.COMPLETE)
    heard = {who: text.replace("anna", "bob") for who, text in HEARD[mode].items()}
    f.all_hear(caller=" ".join(sorted(heard["caller"].split())), boss="bob caller")
    f.all_hear(bob="caller" if mode is LISTEN else "boss caller")
    assert last(f).agent == "bob"
    f.hang_up("caller")
    f.settled()


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (RequeueRequested, {}),
        (ParkRequested, {}),
        (TransferRequested, {"to": f"number:{OUTSIDE}"}),
        (TransferRequested, {"to": "agent:bob"}),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_a_supervisor_is_let_go_when_no_agent_has_the_caller(
    make_world: MakeWorld, mode: Listening, request_: type, fields: dict[str, str]
) -> None:
    f = supervised(make_world, mode, "bob")
    assert f.ask(request_, "anna", **fields) == ""
    f.all_hear(boss="gone", anna="gone", caller="music")
    assert (last(f).over, last(f).reason) == (True, "transferred")
    f.hang_up("caller")
    f.settled()


@pytest.mark.parametrize("mode", MODES)
def test_a_listening_supervisor_hears_the_consultation_and_not_the_music(
    make_world: MakeWorld, mode: Listening
) -> None:
    f = supervised(make_world, mode, "bob")
    f.consulting("bob")
    f.all_hear(caller="music", boss="anna bob")
    f.hang_up("caller")
    f.settled()


@pytest.mark.parametrize("mode", list(Listening))
def test_a_supervisor_lives_through_a_restart(make_world: MakeWorld, mode: Listening) -> None:
    f = supervised(make_world, mode)
    f.world.restart()
    f.world.reconnect()
    f.all_hear(**HEARD[mode])
    f.hang_up("boss")
    if mode is TAKE_OVER:
        f.all_hear(caller="gone")
    else:
        f.all_hear(caller="anna", anna="caller")
        f.world.wait(1)
        f.hang_up("anna")
    f.settled()
