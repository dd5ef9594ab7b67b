"""What others are told of facts, and what they are not."""

from __future__ import annotations

import dataclasses
import inspect
import json
from typing import Any

import pytest

from contact_center.adapters.stream.plain import is_told, plain
from contact_center.core import facts
from contact_center.core.events import Direction
from contact_center.core.facts import (
    AgentChanged,
    AgentOffered,
    CallStarted,
    DispositionRecorded,
    Fact,
    NotesSaved,
    Presence,
    QueueOutcome,
    ScreenPopped,
    VoicemailLeft,
    WaitEnded,
    Work,
)
from contact_center.core.ids import (
    AgentId,
    CallId,
    FlowId,
    QueueId,
    RecordingId,
    ReservationId,
)

SECRET = "4155550101"


def started(direction: Direction) -> CallStarted:
    return CallStarted(
        at=1,
        call=CallId("k1"),
        seq=1,
        ani=f"+1{SECRET}",
        did=f"+1{SECRET}" if direction is Direction.OUTBOUND else "+18005550100",
        ani_name=f"Ann {SECRET}",
        direction=direction,
        flow=FlowId("main"),
    )


def test_a_fact_of_a_call_is_told_with_its_identity() -> None:
    fact = WaitEnded(
        at=9,
        call=CallId("k1"),
        seq=4,
        queue=QueueId("cards"),
        outcome=QueueOutcome.ANSWERED,
        waited_us=5,
    )
    assert plain(fact) == {
        "type": "WaitEnded",
        "id": "k1/4",
        "fact": {
            "at": 9,
            "call": "k1",
            "seq": 4,
            "queue": "cards",
            "outcome": "answered",
            "waited_us": 5,
        },
    }


@pytest.mark.parametrize("direction", Direction)
def test_nobody_outside_is_told_who_called_or_was_called(direction: Direction) -> None:
    told = plain(started(direction))
    assert SECRET not in json.dumps(told)
    assert ("did" in told["fact"]) == (direction is Direction.INBOUND)


def test_what_agents_write_and_where_recordings_are_is_not_told() -> None:
    noted = DispositionRecorded(
        at=1, call=CallId("k1"), seq=2, agent=AgentId("ann"), code="sold", notes=f"card {SECRET}"
    )
    left = VoicemailLeft(
        at=1,
        call=CallId("k1"),
        seq=3,
        recording=RecordingId("r1"),
        box="sales",
        url=f"http://127.0.0.1/{SECRET}",
        ms=5,
    )
    assert plain(noted)["fact"]["code"] == "sold"
    assert plain(left)["fact"]["box"] == "sales"
    assert SECRET not in json.dumps([plain(noted), plain(left)])


def test_values_inside_of_facts_are_told_by_the_same_rule() -> None:
    offered = AgentOffered(
        at=1,
        call=CallId("k1"),
        seq=2,
        reservation=ReservationId("k1-e1-n1"),
        agent=AgentId("ann"),
        queue=QueueId("cards"),
        expires_at=9,
    )
    assert plain(offered)["fact"]["why"]["decided"] == "call_came"
    state = AgentChanged(
        at=1, agent=AgentId("ann"), presence=Presence.READY, reason="", work=Work.IDLE, since=0
    )
    told = plain(state)
    assert "id" not in told
    assert told["fact"]["jobs"] == []


def test_facts_for_one_screen_are_not_told() -> None:
    assert not is_told(NotesSaved(at=1, call=CallId("k1"), seq=1, agent=AgentId("a"), text="x"))
    assert "ScreenPopped" in {ScreenPopped.__name__}
    kinds = [k for _, k in inspect.getmembers(facts, inspect.isclass) if issubclass(k, Fact)]
    assert len(kinds) > 25


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Tomorrow(Fact):
    """A fact nobody has thought of yet."""

    number: str = SECRET
    names: tuple[str, ...] = (SECRET,)
    inner: dict[str, Any] = dataclasses.field(default_factory=lambda: {"x": SECRET})
    queue: str = "cards"


def test_a_field_nobody_thought_of_is_left_out() -> None:
    assert plain(_Tomorrow(at=1)) == {"type": "_Tomorrow", "fact": {"at": 1, "queue": "cards"}}
