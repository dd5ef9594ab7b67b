"""Answering machines: unsure is a person, and what a machine gets is the campaign's choice."""

import pytest

from contact_center.core.dialing import CountsFrom, DialStage, MachineAction
from contact_center.core.events import AmdResult, AmdVerdict
from contact_center.core.facts import ScreenPopped
from contact_center.core.ids import CallId, FlowId
from contact_center.core.requests import DispositionRequested
from tests.stories.centers import DIRECT_NUMBER
from tests.stories.dialled import (
    EVE,
    MACHINE,
    Make,
    agent,
    calling_center,
    customer,
    dial,
    ended,
    plug_in,
    ring_off,
    stages,
)
from tests.stories.world import World

S = DialStage


@pytest.fixture
def world(make_world: Make) -> World:
    world = make_world(calling_center())
    world.ready("anna")
    return world


def test_a_person_is_let_through_once_the_switch_says_so(world: World) -> None:
    plug_in(world, "answer after 2 s")
    dial(world, amd=True, counts_from=CountsFrom.GREETING)
    world.wait(3)
    assert stages(world) == [S.RINGING, S.ANSWERED], "it is listened"
    world.wait(1)
    assert stages(world)[-1] is S.CONNECTED


@pytest.mark.parametrize(
    ("counts_from", "waited_ms"),
    [(CountsFrom.ANSWER, 2_000), (CountsFrom.SPEECH, 2_300), (CountsFrom.GREETING, 2_800)],
)
def test_the_two_seconds_count_from_where_the_law_says(
    make_world: Make, counts_from: CountsFrom, waited_ms: int
) -> None:
    world = make_world(calling_center(absent_at_entry=None))  # nobody is there, and yet they wait
    plug_in(world, "answer")
    dial(world, amd=True, counts_from=counts_from)
    world.wait(20)
    end = ended(world)
    assert end.answered_at is not None
    assert end.speech_at == end.answered_at + 300_000
    assert end.greeting_at == end.answered_at + 800_000
    assert end.message_at == end.answered_at + waited_ms * 1_000


def test_a_machine_is_hung_up_on_at_once(world: World) -> None:
    plug_in(world, "machine after 2 s")
    call = dial(world, amd=True)
    world.wait(5)
    end = ended(world)
    assert (end.end, end.machine, end.certain) == (S.MACHINE, True, True)
    assert end.answered_at is not None
    assert "Larkfield" not in world.heard(customer(call))
    assert world.state("anna") == "ready idle"


def test_a_message_is_left_after_the_beep_and_not_before(world: World) -> None:
    plug_in(world, "machine")
    call = dial(world, amd=True, on_machine=MachineAction.DROP, machine_flow=MACHINE)
    world.wait(7.9)
    assert "call us back" not in world.heard(customer(call))
    assert stages(world)[-1] is S.MACHINE
    world.wait(0.2)
    assert "call us back" in world.heard(customer(call))
    world.wait(10)
    assert ended(world).end is S.MACHINE


def test_a_message_is_left_though_no_beep_was_heard(world: World) -> None:
    plug_in(world, "manual")
    call = dial(world, amd=True, on_machine=MachineAction.DROP, machine_flow=MACHINE)
    leg = customer(call)
    world.network.answer(leg, world.now)
    world.pump()
    world.tell(AmdResult(call=call, leg=leg, verdict=AmdVerdict.MACHINE))
    world.wait(29)
    assert "call us back" not in world.heard(leg)
    world.wait(2)
    assert "call us back" in world.heard(leg)


def test_a_machine_may_be_given_to_an_agent(world: World) -> None:
    plug_in(world, "machine")
    call = dial(world, amd=True, on_machine=MachineAction.AGENT)
    world.wait(3)
    assert stages(world)[-1] is S.CONNECTED
    world.network.hang_up(customer(call), world.now)
    world.wait(1)
    assert (ended(world).end, ended(world).machine) == (S.DONE, True)


def test_who_says_nothing_is_a_person(world: World) -> None:
    plug_in(world, "silent")
    dial(world, amd=True)
    world.wait(8)
    assert S.MACHINE not in stages(world)
    world.wait(20)
    assert (ended(world).end, ended(world).certain) == (S.ABANDONED, False)


def test_a_switch_that_never_says_who_answered_does_not_keep_anybody(world: World) -> None:
    plug_in(world, "manual")
    call = dial(world, amd=True)
    leg = customer(call)
    world.network.leg(leg).amd = False  # type: ignore[union-attr]
    world.network.answer(leg, world.now)
    world.pump()
    world.wait(5.9)
    assert stages(world)[-1] is S.ANSWERED
    world.wait(0.2)
    assert S.QUEUED in stages(world)


def test_a_fax_gets_nothing_whatever_is_done_for_machines(world: World) -> None:
    plug_in(world, "manual")
    call = dial(world, amd=True, on_machine=MachineAction.DROP, machine_flow=MACHINE)
    leg = customer(call)
    world.network.leg(leg).amd = False  # type: ignore[union-attr]
    world.network.answer(leg, world.now)
    world.pump()
    world.tell(AmdResult(call=call, leg=leg, verdict=AmdVerdict.FAX))
    world.pump()
    assert ended(world).end is S.MACHINE


def test_who_hangs_up_while_it_is_listened_left_and_was_not_a_machine(world: World) -> None:
    plug_in(world, "answer", EVE, "hang up after 1 s")
    dial(world, amd=True)
    world.wait(3)
    assert (ended(world).end, ended(world).certain) == (S.LEFT, False)


def test_somebody_who_is_listened_to_is_not_rung_off(world: World) -> None:
    plug_in(world, "answer")
    call = dial(world, amd=True)
    world.wait(1)
    ring_off(world, call)
    world.wait(2)
    assert S.CANCELLED not in stages(world)


def test_a_machines_flow_that_is_not_there_is_told_at_once(world: World) -> None:
    dial(world, amd=True, on_machine=MachineAction.DROP, machine_flow=FlowId("nowhere"))
    assert ended(world).cause == "unknown_flow"


def test_a_new_process_takes_whoever_is_listened_to_for_a_person(world: World) -> None:
    plug_in(world, "answer")
    dial(world, amd=True, counts_from=CountsFrom.GREETING)
    world.wait(1)
    world.restart()
    world.wait(3)
    world.reconnect()
    world.wait(6.5)
    assert S.QUEUED in stages(world)


def popped(world: World) -> ScreenPopped:
    pop = world.said(ScreenPopped)[-1]
    assert isinstance(pop, ScreenPopped)
    return pop


def test_a_person_taken_for_a_machine_talks_with_an_agent_when_drawn_as_a_sample(
    world: World,
) -> None:
    plug_in(world, "wordy after 2 s")
    call = dial(world, amd=True, machine_sample=True)
    world.wait(5)
    assert stages(world) == [S.RINGING, S.ANSWERED, S.QUEUED, S.CONNECTED]
    assert popped(world).maybe_machine
    world.wait(20)
    world.hang_up(CallId(customer(call)))
    assert world.ask(DispositionRequested, "anna", call=call, code="sold") == ""
    end = ended(world)
    assert (end.end, end.machine, end.sampled, end.agent) == (S.DONE, True, True, "anna")


def test_who_is_not_drawn_is_hung_up_on(world: World) -> None:
    plug_in(world, "wordy")
    dial(world, amd=True)
    world.wait(5)
    assert (ended(world).end, ended(world).machine, ended(world).sampled) == (
        S.MACHINE,
        True,
        False,
    )
    assert world.state("anna") == "ready idle"


def test_a_person_who_is_known_to_be_one_is_no_sample(world: World) -> None:
    plug_in(world, "answer")
    dial(world, amd=True, machine_sample=True)
    world.wait(5)
    assert stages(world)[-1] is S.CONNECTED
    assert not popped(world).maybe_machine
    world.network.hang_up(customer(CallId("d-1")), world.now)
    world.wait(1)
    assert (ended(world).machine, ended(world).sampled) == (False, False)


def test_a_sample_for_whom_no_agent_is_free_stays_a_machine_and_abandons_nobody(
    world: World,
) -> None:
    world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    plug_in(world, "wordy")
    call = dial(world, amd=True, machine_sample=True)
    world.wait(3)
    assert S.ABANDONED not in stages(world)
    assert (ended(world).end, ended(world).sampled) == (S.MACHINE, True)
    assert "Larkfield" not in world.heard(customer(call)), "no recorded words on a machine"


def test_a_sample_whose_agent_does_not_pick_up_is_no_abandoned_call(make_world: Make) -> None:
    world = make_world(calling_center(auto_answer=False))
    world.ready("anna")
    plug_in(world, "wordy")
    dial(world, amd=True, machine_sample=True)
    world.wait(10)
    assert stages(world) == [S.RINGING, S.ANSWERED, S.QUEUED, S.MACHINE]
    assert (ended(world).end, ended(world).connected_at) == (S.MACHINE, None)


def test_a_sample_that_nobody_takes_does_not_keep_the_agent_from_a_person(make_world: Make) -> None:
    world = make_world(calling_center(auto_answer=False))
    world.ready("anna")
    plug_in(world, "wordy")
    plug_in(world, "answer after 2 s", "+14155550124")
    sample = dial(world, amd=True, machine_sample=True)
    person = dial(world, "d-2", "+14155550124")
    world.wait(3.9)
    assert stages(world, sample)[-1] is S.MACHINE
    assert popped(world).call == person
    world.pick_up("anna")
    assert stages(world, person)[-1] is S.CONNECTED


def test_the_wait_of_a_sample_counts_from_the_verdict_however_long_it_took(world: World) -> None:
    plug_in(world, "manual")
    call = dial(world, amd=True, machine_sample=True, counts_from=CountsFrom.ANSWER)
    leg = customer(call)
    world.network.leg(leg).amd = False  # type: ignore[union-attr]
    world.network.answer(leg, world.now)
    world.pump()
    world.wait(4)
    world.tell(AmdResult(call=call, leg=leg, verdict=AmdVerdict.MACHINE, speech_ms=300))
    world.wait(1)
    assert stages(world)[-1] is S.CONNECTED


def test_a_fax_is_never_a_sample(world: World) -> None:
    plug_in(world, "manual")
    call = dial(world, amd=True, machine_sample=True)
    leg = customer(call)
    world.network.leg(leg).amd = False  # type: ignore[union-attr]
    world.network.answer(leg, world.now)
    world.pump()
    world.tell(AmdResult(call=call, leg=leg, verdict=AmdVerdict.FAX))
    world.pump()
    assert (ended(world).end, ended(world).sampled) == (S.MACHINE, False)


def test_an_agent_who_is_kept_for_the_call_hears_the_sample(world: World) -> None:
    plug_in(world, "machine")
    call = dial(world, amd=True, machine_sample=True, agent=agent("anna"))
    world.wait(4)
    assert stages(world, call)[-1] is S.CONNECTED
    assert popped(world).maybe_machine
