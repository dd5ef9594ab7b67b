"""Answering machines: unsure is a person, and what a machine gets is the campaign's choice."""

import pytest

from contact_center.core.dialing import CountsFrom, DialStage, MachineAction
from contact_center.core.events import AmdResult, AmdVerdict
from contact_center.core.ids import FlowId
from tests.stories.dialled import (
    EVE,
    MACHINE,
    Make,
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
