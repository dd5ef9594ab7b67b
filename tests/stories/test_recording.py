"""Recording of conversations: what is in it, what is left out, and what is told."""

from __future__ import annotations

import pytest

from contact_center.core import recording
from contact_center.core.ids import AgentId, CallId, RecordingId
from contact_center.core.parties import Recorded, Stretch
from contact_center.core.queue_settings import Recording
from contact_center.core.recording import stretch
from contact_center.core.requests import (
    ConsultStep,
    HoldRequested,
    ParkRequested,
    RecordingRequested,
)
from contact_center.core.talk_facts import RecordingChanged, RecordingSaved
from tests.stories.talking import Floor, MakeWorld, floor

ON = Recording(on=True)
S = 1_000_000


def saved(f: Floor) -> list[tuple[str, int, tuple[tuple[int, int], ...]]]:
    """Whose parts were kept, how long they are in seconds, and the gaps."""
    return [(r.agent, round(r.ms / 1000), r.pauses) for r in f.told(RecordingSaved)]


def test_a_conversation_is_recorded_from_beginning_to_end(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(25)
    f.hang_up("caller")
    f.settled()
    assert saved(f) == [("anna", 25, ())]
    kept = f.told(RecordingSaved)[0]
    assert kept.url.endswith(kept.recording)
    assert kept.queue == "sales"


def test_nothing_is_recorded_where_the_queue_does_not_say_so(make_world: MakeWorld) -> None:
    f = floor(make_world)
    assert f.ask(RecordingRequested, "anna", on=False) == "not_recorded"
    f.hang_up("caller")
    f.settled()
    assert f.told(RecordingChanged) == []
    assert saved(f) == []


def test_a_pause_leaves_a_gap(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(10)
    assert f.ask(RecordingRequested, "anna", on=False) == ""
    assert f.ask(RecordingRequested, "anna", on=False) == ""
    f.world.wait(5)
    assert f.ask(RecordingRequested, "anna", on=True) == ""
    f.world.wait(10)
    f.hang_up("caller")
    f.settled()
    assert saved(f) == [("anna", 20, ((10_000, 15_000),))]
    assert [c.paused for c in f.told(RecordingChanged)] == [False, True, True, False]


def test_hold_is_not_recorded(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(10)
    f.ask(HoldRequested, "anna", on=True)
    f.world.wait(30)
    f.ask(HoldRequested, "anna", on=False)
    f.world.wait(10)
    f.hang_up("caller")
    f.settled()
    assert saved(f) == [("anna", 20, ((10_000, 40_000),))]


def test_a_pause_outlasts_a_hold_and_a_hold_a_pause(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(10)
    f.ask(RecordingRequested, "anna", on=False)
    f.ask(HoldRequested, "anna", on=True)
    f.world.wait(5)
    f.ask(HoldRequested, "anna", on=False)
    f.world.wait(5)
    f.ask(HoldRequested, "anna", on=True)
    f.ask(RecordingRequested, "anna", on=True)
    f.world.wait(5)
    f.ask(HoldRequested, "anna", on=False)
    f.world.wait(10)
    f.hang_up("caller")
    f.settled()
    assert saved(f) == [("anna", 20, ((10_000, 25_000),))]


def test_where_pausing_is_not_allowed_it_is_refused(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=Recording(on=True, pausable=False))
    assert f.ask(RecordingRequested, "anna", on=False) == "not_allowed"
    f.world.wait(10)
    f.hang_up("anna")
    f.settled()
    assert saved(f) == [("anna", 10, ())]


def test_each_agents_part_is_a_recording_and_the_consultation_is_in_none(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob", recording=ON)
    f.world.wait(10)
    f.consulting("bob")
    f.world.wait(60)
    f.step(ConsultStep.COMPLETE)
    f.world.wait(15)
    f.hang_up("caller")
    f.settled()
    assert saved(f) == [("anna", 10, ((10_000, 70_000),)), ("bob", 15, ())]


def test_a_recording_ends_when_the_caller_is_put_aside(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(10)
    f.ask(ParkRequested, "anna")
    assert saved(f) == [("anna", 10, ())]
    f.hang_up("caller")
    f.settled()


def test_a_recording_goes_on_over_a_restart(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(10)
    f.ask(RecordingRequested, "anna", on=False)
    f.world.restart()
    f.world.reconnect()
    f.world.wait(10)
    f.ask(RecordingRequested, "anna", on=True)
    f.world.wait(10)
    f.hang_up("caller")
    f.settled()
    assert saved(f) == [("anna", 20, ((10_000, 20_000),))]


def test_it_is_told_who_paused_it_and_since_when(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=ON)
    f.world.wait(10)
    paused = f.world.now
    f.ask(RecordingRequested, "anna", on=False)
    f.world.wait(5)
    f.ask(RecordingRequested, "anna", on=False, by_script=True)
    f.ask(RecordingRequested, "anna", on=True)
    asked = f.world.now
    f.ask(RecordingRequested, "anna", on=False, by_script=True)
    told = [(c.paused, c.paused_at, c.by_script) for c in f.told(RecordingChanged)]
    assert told == [
        (False, None, False),
        (True, paused, False),
        (True, paused, False),
        (False, None, False),
        (True, asked, True),
    ]
    f.hang_up("caller")
    f.settled()


def test_where_in_the_sound_something_was_said_leaves_out_gaps_and_hold(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, recording=ON)
    begun = f.world.now
    found: list[Stretch | None] = []

    def look(said_for_s: int = 5) -> None:
        call = f.world.center.calls.calls[CallId(f.call)]
        now = f.world.now
        found.append(stretch(call, AgentId("anna"), now - said_for_s * S, now))
        assert stretch(call, AgentId("bob"), begun, now) is None, "it is anna who talks"

    f.world.wait(10)
    look()
    f.ask(RecordingRequested, "anna", on=False)
    f.world.wait(7)
    look()  # said while nothing was recorded
    f.ask(RecordingRequested, "anna", on=True)
    f.world.wait(4)
    look()  # begun in the gap
    f.ask(HoldRequested, "anna", on=True)
    f.world.wait(30)
    f.ask(HoldRequested, "anna", on=False)
    f.world.wait(6)
    look(60)
    f.hang_up("caller")
    f.settled()
    kept = f.told(RecordingSaved)[0]
    assert [None if one is None else (one.end_us // S, one.long_us // S) for one in found] == [
        (10, 5),
        None,
        (14, 4),
        (20, 20),
    ]
    last = found[-1]
    assert last is not None
    assert (last.recording, last.end_us // 1000) == (kept.recording, kept.ms)


def test_after_more_gaps_than_are_noted_nobody_says_where_something_is(
    monkeypatch: pytest.MonkeyPatch, make_world: MakeWorld
) -> None:
    monkeypatch.setattr(recording, "MAX_PAUSES", 3)
    f = floor(make_world, recording=ON)
    call = f.world.center.calls.calls[CallId(f.call)]
    known: list[bool] = []
    for _ in range(4):
        f.world.wait(2)
        known.append(stretch(call, AgentId("anna"), f.world.now - S, f.world.now) is not None)
        f.ask(RecordingRequested, "anna", on=False)
        f.ask(RecordingRequested, "anna", on=True)
    assert known == [True, True, True, False]
    f.hang_up("caller")
    f.settled()


def test_without_one_of_their_own_what_the_flow_records_of_the_call_is_looked_in(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    call = f.world.center.calls.calls[CallId(f.call)]
    assert stretch(call, AgentId("anna"), 0, f.world.now) is None
    tape = RecordingId("r-tape")
    call.recordings[tape] = Recorded(recording=tape, started_at=f.world.now)
    f.world.wait(9)
    found = stretch(call, AgentId("anna"), f.world.now - 2 * S, f.world.now)
    assert found == Stretch(recording=tape, end_us=9 * S, long_us=2 * S)
    del call.recordings[tape]
    f.hang_up("caller")
    f.settled()
