"""State machines: every move of every table is possible, and every other is refused."""

from itertools import product

import pytest

from contact_center.core.agent import WORK, Job, WorkTrigger
from contact_center.core.call import CALL, CallPhase, CallTrigger
from contact_center.core.errors import ContactCenterError, IllegalTransitionError, OurError
from contact_center.core.facts import Work
from contact_center.core.ids import CallId, QueueId, ReservationId
from contact_center.core.machine import Machine
from contact_center.core.pool import RESERVATION, ReservationState, ReservationTrigger
from contact_center.core.queue_settings import Channel

MACHINES = (
    (CALL, CallPhase, CallTrigger),
    (WORK, Work, WorkTrigger),
    (RESERVATION, ReservationState, ReservationTrigger),
)
ALL = [
    pytest.param(machine, state, trigger, id=f"{machine.name}-{state.value}-{trigger.value}")
    for machine, states, triggers in MACHINES
    for state, trigger in product(states, triggers)
]


@pytest.mark.parametrize(("machine", "state", "trigger"), ALL)
def test_a_move_is_in_the_table_or_refused(
    machine: Machine, state: object, trigger: object
) -> None:
    if (state, trigger) in machine.moves:
        assert machine.allows(state, trigger)
        assert machine.after(state, trigger) is machine.moves[state, trigger]
    else:
        assert not machine.allows(state, trigger)
        with pytest.raises(IllegalTransitionError, match=f"{machine.name}: .* is not possible in"):
            machine.after(state, trigger)


@pytest.mark.parametrize(("machine", "states", "triggers"), MACHINES, ids=lambda m: "")
def test_every_state_can_be_reached_and_every_trigger_is_used(
    machine: Machine, states: type, triggers: type
) -> None:
    reached = {machine.initial}
    while more := {to for (s, _), to in machine.moves.items() if s in reached} - reached:
        reached |= more
    assert reached == set(states)
    assert {trigger for _, trigger in machine.moves} == set(triggers)


def test_from_everywhere_a_call_can_end() -> None:
    over = {CallPhase.ENDING, CallPhase.ENDED}
    for phase in set(CallPhase) - over:
        assert CALL.after(phase, CallTrigger.END) is CallPhase.ENDING
    assert CALL.after(CallPhase.ENDING, CallTrigger.GONE) is CallPhase.ENDED
    assert not any(CALL.allows(CallPhase.ENDED, trigger) for trigger in CallTrigger)


def test_a_refused_move_changes_nothing() -> None:
    job = Job(
        reservation=ReservationId("c1-e1-n1"),
        call=CallId("c1"),
        queue=QueueId("sales"),
        channel=Channel.VOICE,
        cost=100,
        since=3,
    )
    with pytest.raises(OurError):
        job.move(WorkTrigger.CONNECT, 99)
    assert (job.work, job.since) == (Work.IDLE, 3)
    assert issubclass(IllegalTransitionError, ContactCenterError)


def test_the_diagram_is_drawn_from_the_table() -> None:
    for machine, _, _ in MACHINES:
        lines = machine.mermaid().splitlines()
        assert lines[0] == "stateDiagram-v2"
        assert lines[1] == f"    [*] --> {machine.initial.value}"
        for (state, trigger), to in machine.moves.items():
            assert f"    {state.value} --> {to.value}: {trigger.value}" in lines
    assert "    ended --> [*]" in CALL.mermaid()
    assert WORK.mermaid().count("[*]") == 1
