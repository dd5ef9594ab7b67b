"""Listening to whoever answers: people, machines and those who say nothing."""

import pytest

from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.phones import phone
from contact_center.core.commands import AmdProfile, Originate
from contact_center.core.events import AmdResult, AmdVerdict, CallAnswered
from contact_center.core.ids import CallId, CommandId, transfer_leg

NUMBER = "+14155550123"
SECOND = 1_000_000
V = AmdVerdict


def verdicts(behaviour: str, amd: AmdProfile = AmdProfile.ASYNC) -> list[AmdResult]:
    """What is said of whoever answers at a number, within half a minute."""
    network = Network()
    network.plug_in(phone(NUMBER, behaviour))
    network.connect(0)
    call = CallId("d-1")
    leg = transfer_leg(call, 1)
    order = Originate(cmd=CommandId("1"), call=call, leg=leg, to=f"number:{NUMBER}", amd=amd)
    network.handle(order, 0)
    network.advance(30 * SECOND)
    events = list(network.events())
    assert any(isinstance(event, CallAnswered) for event in events)
    return [event for event in events if isinstance(event, AmdResult)]


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("answer after 2 s", [(V.HUMAN, False)]),
        ("machine after 2 s", [(V.MACHINE, False), (V.MACHINE, True)]),
        ("silent after 2 s", [(V.UNKNOWN, False)]),
    ],
)
def test_it_is_told_who_answered(behaviour: str, said: list[tuple[AmdVerdict, bool]]) -> None:
    assert [(result.verdict, result.beep) for result in verdicts(behaviour)] == said


def test_a_greeting_lies_between_the_answer_and_the_verdict() -> None:
    (result,) = verdicts("answer after 2 s")
    assert result.speech_ms is not None
    assert result.greeting_ms is not None
    assert 0 < result.speech_ms < result.greeting_ms < result.after_ms


def test_nothing_is_said_unless_it_was_asked_for() -> None:
    assert verdicts("machine after 2 s", AmdProfile.OFF) == []
