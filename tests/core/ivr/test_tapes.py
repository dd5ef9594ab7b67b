"""The record node: it goes on when the switch says so, and takes the way of errors when not."""

from dataclasses import replace

import pytest

from contact_center.core.commands import (
    PauseRecording,
    RecordingScope,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from contact_center.core.events import (
    RecordingFailed,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
)
from contact_center.core.ids import RecordingId
from contact_center.core.ivr.flow import Collect, HangUp, Play, Record, Taping
from contact_center.core.ivr.session import Phase, StreamRecovered
from tests.core.ivr.caller import CALL, LEG, SECOND, Caller, away, bundle, say, to

OOPS = HangUp(name="oops", reason="oops")
END = Play(name="end", say=say("Hello."), next=to("oops"))


def record(name: str, action: Taping, then: str) -> Record:
    return Record(name=name, action=action, next=to(then), error=to("oops"))


def flow(*actions: Taping) -> Caller:
    names = [f"n{number}" for number in range(len(actions))]
    nodes = [
        record(name, action, then)
        for name, action, then in zip(names, actions, [*names[1:], "end"], strict=True)
    ]
    return Caller(bundle(*nodes, END, OOPS))


def tape(caller: Caller) -> RecordingId:
    return caller.of(StartRecording)[0].recording


def told(caller: Caller, kind: type) -> Caller:
    return caller.step(kind(call=CALL, leg=LEG, recording=tape(caller)))


def test_the_caller_goes_on_when_the_recording_runs() -> None:
    caller = flow(Taping.START)
    (start,) = caller.of(StartRecording)
    assert (start.scope, start.max_us, start.beep) == (RecordingScope.CALL, 0, False)
    assert caller.phase is Phase.TAPING
    assert caller.waits_s == 5
    told(caller, RecordingStarted)
    assert caller.edges == ["n0/next"]
    assert caller.said == ["Hello."]
    assert caller.session.tape == start.recording


def test_it_is_paused_goes_on_and_ends() -> None:
    caller = flow(Taping.START, Taping.PAUSE, Taping.RESUME, Taping.STOP)
    told(caller, RecordingStarted)
    assert [c.recording for c in caller.of(PauseRecording)] == [tape(caller)]
    told(caller, RecordingPaused)
    assert caller.session.tape_paused
    told(caller, RecordingResumed)
    assert not caller.session.tape_paused
    assert [c.recording for c in caller.of(ResumeRecording)] == [tape(caller)]
    assert [c.recording for c in caller.of(StopRecording)] == [tape(caller)]
    caller.step(RecordingFinished(call=CALL, leg=LEG, recording=tape(caller), url="u", ms=900))
    assert caller.session.tape is None
    assert caller.edges == ["n0/next", "n1/next", "n2/next", "n3/next"]


@pytest.mark.parametrize("action", [Taping.PAUSE, Taping.RESUME, Taping.STOP])
def test_where_nothing_is_recorded_there_is_nothing_to_change(action: Taping) -> None:
    caller = flow(action)
    assert caller.edges == ["n0/next"]
    assert caller.did == ["PlaySequence"]


def test_what_is_so_already_is_not_asked_for_again() -> None:
    caller = flow(Taping.START, Taping.START, Taping.RESUME, Taping.PAUSE, Taping.PAUSE)
    told(told(caller, RecordingStarted), RecordingPaused)
    assert caller.edges == [f"n{n}/next" for n in range(5)]
    assert len(caller.of(StartRecording)) == len(caller.of(PauseRecording)) == 1


@pytest.mark.parametrize("how", ["refused", "failed", "silent"])
def test_a_recording_that_cannot_be_made_takes_the_way_of_errors(how: str) -> None:
    caller = flow(Taping.START)
    if how == "refused":
        caller.command_fails()
    elif how == "failed":
        told(caller, RecordingFailed)
    else:
        caller.time_passes()
    assert caller.edges[0] == "n0/error"
    assert caller.session.tape is None
    # Should it begin after all, it is not to run on unnoticed.
    assert [c.recording for c in caller.of(StopRecording)] == [tape(caller)]


def test_a_pause_that_cannot_be_had_is_an_error_and_the_recording_runs_on() -> None:
    caller = told(flow(Taping.START, Taping.PAUSE), RecordingStarted).command_fails()
    assert caller.edges == ["n0/next", "n1/error", "oops/ended"]
    assert (caller.session.tape, caller.session.tape_paused) == (tape(caller), False)
    assert [c.recording for c in caller.of(ResumeRecording)] == [tape(caller)]


def test_a_pause_that_comes_when_it_was_given_up_changes_nothing_any_more() -> None:
    nodes = (record("n0", Taping.START, "n1"), record("n1", Taping.PAUSE, "oops"), END, OOPS)
    caller = Caller(bundle(nodes[0], replace(nodes[1], error=to("end")), *nodes[2:]))
    told(caller, RecordingStarted).time_passes()
    assert (caller.did[0], caller.said) == ("ResumeRecording", ["Hello."])
    assert told(caller, RecordingPaused).last.outputs == ()
    assert not caller.session.tape_paused


def test_the_way_of_a_limit_takes_the_pause_back() -> None:
    nodes = (record("n0", Taping.START, "n1"), record("n1", Taping.PAUSE, "oops"), END, OOPS)
    caller = Caller(bundle(*nodes, ivr_time_us=2 * SECOND, on_limit=to("end")))
    told(caller, RecordingStarted).time_passes()
    assert caller.edges == ["n0/next", "n1/limit"]
    assert [c.recording for c in caller.of(ResumeRecording)] == [tape(caller)]


def test_another_recording_is_none_of_its_business() -> None:
    caller = flow(Taping.START)
    caller.step(RecordingStarted(call=CALL, leg=LEG, recording=RecordingId("r-other-1")))
    assert caller.phase is Phase.TAPING


def test_what_ends_by_itself_is_not_there_any_more() -> None:
    caller = told(flow(Taping.START), RecordingStarted)
    caller.step(RecordingFinished(call=CALL, leg=LEG, recording=tape(caller), url="u", ms=1))
    assert caller.session.tape is None
    assert caller.phase is Phase.PROMPT


def test_keys_typed_meanwhile_are_kept_for_what_follows() -> None:
    ask = Collect(
        name="ask",
        say=say("Digits."),
        into="d",
        min=2,
        max=2,
        next=to("oops"),
        on_no_input=(away("oops"),),
        on_no_match=(away("oops"),),
        first_timeout_us=5 * SECOND,
        inter_digit_us=2 * SECOND,
    )
    caller = Caller(bundle(record("n0", Taping.START, "ask"), ask, OOPS)).press("42")
    told(caller, RecordingStarted)
    assert caller.session.variables["d"] == "42"


def test_after_a_gap_it_is_asked_for_once_more() -> None:
    caller = flow(Taping.START).command_fails(code="unreachable").step(StreamRecovered())
    assert [c.recording for c in caller.of(StartRecording)] == [tape(caller)] * 2
    assert told(caller, RecordingStarted).edges == ["n0/next"]
