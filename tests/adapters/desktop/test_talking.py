"""What a desk shows and asks of talking: transfers, consultations, recording, listening."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import ValidationError, json

from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import talk_messages as tm
from contact_center.adapters.desktop.projection import AgentView, Draft
from contact_center.adapters.desktop.roster import DeskAgent, DeskRoster
from contact_center.adapters.desktop.wish import Problem, request_of
from contact_center.core import facts as f
from contact_center.core import requests as r
from contact_center.core import supervisor_requests as s
from contact_center.core import talk_facts as t
from contact_center.core.ids import AgentId, CallId, QueueId, RecordingId, ReservationId
from contact_center.core.outcomes import ConsultState, Listening, TransferKind
from contact_center.core.permissions import Role

CALL, ANNA, BOB = CallId("c-1"), AgentId("anna"), AgentId("bob")
SUPERVISOR = frozenset({Role.SUPERVISOR})
ROSTER = DeskRoster.of(
    agents=[
        DeskAgent(id="anna", name="Anna", login="anna"),
        DeskAgent(id="eva", name="Eva", login="eva", roles=SUPERVISOR, device="1009"),
    ],
    queues=[],
    dispositions=[],
    pause_reasons=[],
)
_COMMANDS = json.Decoder(m.ClientUnion)


def asked(agent: str, t: str, d: Any = None, call: str = "c-1") -> Any:
    """What a frame of this agent asks the core for. Anna is at a call, nobody else is."""
    frame = {"t": t, "id": "q1", **({"call": call} if call else {}), **({"d": d} if d else {})}
    command = _COMMANDS.decode(json.encode(frame))
    assert isinstance(command, m.Command)
    return request_of(agent, command, ROSTER, {"anna": "c-1"}.get)


@pytest.mark.parametrize(
    ("t", "d", "request_"),
    [
        ("cmd.mute", {"on": True}, r.MuteRequested),
        ("cmd.record", {"on": False}, r.RecordingRequested),
        ("cmd.digits", {"digits": "0123456789*#"}, r.DigitsRequested),
        ("cmd.transfer", {"to": "agent:bob"}, r.TransferRequested),
        ("cmd.requeue", None, r.RequeueRequested),
        ("cmd.consult", {"to": "number:+14155550123"}, r.ConsultRequested),
        ("cmd.consult.step", {"step": "swap"}, r.ConsultStepRequested),
        ("cmd.park", None, r.ParkRequested),
        ("cmd.wrapup", None, r.WrapUpRequested),
        ("cmd.wrapup", {"extend": True}, r.WrapUpRequested),
        ("cmd.done", None, r.WorkDoneRequested),
    ],
)
def test_what_an_agent_does_with_a_caller_is_asked_of_the_core(
    t: str, d: dict[str, object] | None, request_: type
) -> None:
    request = asked("anna", t, d)
    assert type(request) is request_
    assert (request.agent, request.call, request.cmd) == ("anna", "c-1", "q1")
    for name, value in (d or {}).items():
        held = getattr(request, name)
        assert getattr(held, "value", held) == value


@pytest.mark.parametrize("d", [None, {"once": True}, {"once": False}])
def test_ready_may_be_for_one_call_only(d: dict[str, bool] | None) -> None:
    request = asked("anna", "cmd.ready", d, call="")
    assert isinstance(request, r.PresenceRequested)
    assert request.presence is r.PresenceWish.READY
    assert request.once is bool(d and d["once"])


def test_wrap_up_is_extended_only_when_that_is_said() -> None:
    assert not asked("anna", "cmd.wrapup").extend


def test_help_is_asked_for_with_a_note_in_one_line() -> None:
    request = asked("anna", "cmd.help", {"on": True, "note": "a\nrefund"}, call="")
    assert (request.agent, request.on, request.note) == ("anna", True, "a refund")


@pytest.mark.parametrize("digits", ["", "12a", "1 2", "1" * 33])
def test_what_is_no_key_is_no_message(digits: str) -> None:
    with pytest.raises(ValidationError):
        asked("anna", "cmd.digits", {"digits": digits})


def test_keys_are_in_no_picture_of_the_message() -> None:
    assert "4711" not in repr(tm.Digits(digits="4711"))


def test_a_slot_is_asked_for_by_its_number() -> None:
    assert asked("anna", "cmd.retrieve", {"slot": 3}, call="").slot == 3


def test_a_supervisor_listens_to_the_call_an_agent_is_at_with_their_own_phone() -> None:
    request = asked("eva", "cmd.supervise", {"agent": "anna", "mode": "whisper"}, call="")
    assert isinstance(request, s.SuperviseRequested)
    assert (request.by, request.call, request.device) == ("eva", "c-1", "1009")
    assert request.mode is Listening.WHISPER
    end = asked("eva", "cmd.supervise.end", {"agent": "anna"}, call="")
    assert isinstance(end, s.SuperviseEndRequested)


def test_nobody_listens_to_who_does_not_talk() -> None:
    refused = asked("eva", "cmd.supervise", {"agent": "bob", "mode": "listen"}, call="")
    assert isinstance(refused, Problem)
    assert refused.code == "no_agent"
    assert refused.message


def drafts(view: AgentView, fact: f.Fact) -> list[str]:
    """The types of the messages that a fact makes."""
    made = [c for c in view.apply(fact) if isinstance(c, Draft)]
    return [json.decode(json.encode(c.message("agent:anna", "e", 1)))["t"] for c in made]


def connected(view: AgentView) -> None:
    """Let the view be at a call."""
    view.apply(
        f.CallConnected(
            at=5, call=CALL, seq=1, reservation=ReservationId("r"), agent=ANNA,
            queue=QueueId("q"), waited_us=0,
        )
    )  # fmt: skip


def test_a_screen_shows_mute_consultation_and_recording_until_the_call_is_passed_on() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    connected(view)
    fact: dict[str, Any] = {"at": 7_000, "call": CALL, "agent": ANNA}
    assert drafts(view, t.MuteChanged(seq=2, on=True, **fact)) == ["call.mute"]
    recording = t.RecordingChanged(seq=3, recording=RecordingId("x"), paused=True, **fact)
    assert drafts(view, recording) == ["call.recording"]
    talking = t.ConsultChanged(
        seq=4, state=ConsultState.TALKING, to="agent:bob", consulted=BOB, **fact
    )
    assert drafts(view, talking) == ["call.consult"]
    call = view.call
    assert call is not None
    assert call.muted
    assert call.recording is not None
    assert call.recording.paused
    assert call.consult is not None
    assert call.consult.consulted == "bob"
    sent = t.CallTransferred(seq=5, how=TransferKind.ATTENDED, to="agent:bob", to_agent=BOB, **fact)
    assert drafts(view, sent) == ["call.transferred"]
    assert view.call is not None
    assert view.call.consult is None
    parked = t.CallParked(seq=6, slot=4, until=9_000, **fact)
    assert drafts(view, parked) == ["call.parked"]


def test_a_consultation_that_is_over_is_shown_no_more() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    connected(view)
    ended = t.ConsultChanged(
        at=6, call=CALL, seq=2, agent=ANNA, state=ConsultState.ENDED, to="agent:bob",
        reason="busy",
    )  # fmt: skip
    assert drafts(view, ended) == ["call.consult"]
    assert view.call is not None
    assert view.call.consult is None


def test_who_is_consulted_is_in_the_call() -> None:
    view = AgentView(ROSTER.agents["anna"], ROSTER)
    joined = t.AgentJoined(
        at=6_000, call=CALL, seq=2, reservation=ReservationId("r"), agent=ANNA,
        queue=QueueId("q"), by=BOB,
    )  # fmt: skip
    assert drafts(view, joined) == ["call.connected"]
    assert view.call is not None
    assert view.call.connected_at == 6
