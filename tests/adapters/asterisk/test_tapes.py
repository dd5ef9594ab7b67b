"""What Asterisk is asked to record all that a leg says and hears: pure."""

import json
from typing import Any

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk import tapes
from contact_center.adapters.asterisk.book import Book
from contact_center.adapters.asterisk.translate import Translation
from contact_center.core.events import RecordingFinished
from contact_center.core.ids import CallId, LegId, RecordingId

CALLER = LegId("1732240000.7")
TAPE = RecordingId(f"r-{CALLER}-4")
CHANNEL = f"tape-{TAPE}"


def event(kind: str, **more: Any) -> Any:
    body = {"type": kind, "timestamp": "2026-11-22T10:00:00.000+0000", **more}
    return wire.decode(json.dumps(body).encode())


def finished(target: str = f"channel:{CHANNEL}") -> Any:
    recording = {"name": TAPE, "target_uri": target, "state": "done", "duration": 7}
    return event("RecordingFinished", recording=recording)


def test_a_channel_listens_to_both_ways_and_its_name_is_made_of_the_recordings() -> None:
    plan = tapes.listen(TAPE, Book().begin(CALLER), "acd")
    (step,) = plan.steps
    assert step.ask.uri == f"channels/{CALLER}/snoop/{CHANNEL}"
    assert dict(step.ask.query) == {"spy": "both", "app": "acd", "appArgs": f"tape,{TAPE}"}
    assert 409 in step.fine
    assert tapes.is_tape(CHANNEL)
    assert not tapes.is_tape(f"s-1n2-{CALLER}")


def test_it_is_recorded_when_it_is_there_and_nothing_else_is() -> None:
    channel = {"id": CHANNEL, "name": f"Snoop/{CHANNEL}", "state": "Up"}
    begun = event("StasisStart", args=["tape", TAPE], channel=channel)
    ask = tapes.heard(begun)
    assert ask is not None
    assert ask.uri == f"channels/{CHANNEL}/record"
    assert dict(ask.query)["name"] == TAPE
    assert Translation(Book())(begun) == [], "it is nobody who calls us"
    coach = event("StasisStart", args=["snoop", CALLER], channel=channel)
    assert tapes.heard(coach) is None
    unsafe = event("StasisStart", args=["tape", "../x"], channel=channel)
    assert tapes.heard(unsafe) is None


def test_the_channel_ends_with_the_recording() -> None:
    (ask,) = tapes.over(finished())
    assert (ask.method, ask.uri) == ("DELETE", f"channels/{CHANNEL}")
    assert tapes.over(finished(f"channel:{CALLER}")) == ()
    assert tapes.let_go(TAPE) == ask


def test_a_recording_that_another_process_began_is_told_of_the_callers_leg() -> None:
    (told,) = Translation(Book())(finished())
    assert isinstance(told, RecordingFinished)
    assert (told.call, told.leg, told.ms) == (CallId(CALLER), CALLER, 7000)
