"""Recording of conversations: one recording an agent's part, with gaps for hold and on request.

Beside them stands what a flow records of the whole call, which is no agent's.

Statements that several floors of the call reducer make. The recording listens to the talk, so what
the caller is on hold for (a consultation, too) is left out by pausing it.
"""

from contact_center.core.call import Call
from contact_center.core.commands import (
    PauseRecording,
    RecordingScope,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from contact_center.core.events import RecordingFinished, RecordingStarted
from contact_center.core.ids import AgentId, RecordingId, talk_of
from contact_center.core.output import Outbox
from contact_center.core.parties import Part, Recorded, Stretch
from contact_center.core.talk_facts import RecordingChanged, RecordingSaved

MAX_PAUSES = 200
"""Bound on the gaps of one recording that are noted."""


def begin(call: Call, part: Part, now: int, out: Outbox) -> None:
    """Record the part from now on."""
    recording = call.ids.recording()
    part.recording = recording
    call.recordings[recording] = Recorded(
        recording=recording, agent=part.agent, queue=part.queue, started_at=now
    )
    _ask(call, recording, out)
    _tell(call, call.recordings[recording], now, out)


def asked_by_flow(call: Call, command: object, now: int) -> None:
    """Take note of what the flow does with a recording of the whole call, if that is what it is."""
    if isinstance(command, StartRecording) and command.scope is RecordingScope.CALL:
        call.recordings.setdefault(
            command.recording, Recorded(recording=command.recording, started_at=now)
        )
        return
    if not isinstance(command, PauseRecording | ResumeRecording | StopRecording):
        return
    recorded = call.recordings.get(command.recording)
    if recorded is None:
        return
    if isinstance(command, PauseRecording) and recorded.gap_at is None:
        recorded.gap_at = now
    elif not isinstance(command, PauseRecording):
        _close_gap(recorded, now)
        recorded.over = isinstance(command, StopRecording)


def end_all(call: Call, out: Outbox) -> None:
    """The call is over, and so is what the flow had recorded of it."""
    for recorded in call.recordings.values():
        if recorded.agent is None:
            recorded.over = True
            cmd = call.ids.command()
            out.emit(
                StopRecording(
                    cmd=cmd, call=call.call, leg=call.caller, recording=recorded.recording
                )
            )


def again(call: Call, out: Outbox, *, whole: bool = False) -> None:
    """After a gap in what we heard: ask for what should run. What ended meanwhile is told then.

    `whole`: what the flow had recorded of the whole call; else agents' conversations.
    """
    for recorded in call.recordings.values():
        if whole is not (recorded.agent is None):
            continue
        if recorded.over or call.is_over:
            stop = StopRecording(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.caller,
                recording=recorded.recording,
            )
            out.emit(stop)
            continue
        _ask(call, recorded.recording, out, whole=whole)
        if recorded.gap_at is not None:
            _pause(call, recorded, out)


def hold(call: Call, on: bool, now: int, out: Outbox) -> None:
    """Leave a gap while the caller is on hold."""
    recorded = _of(call, call.part)
    if recorded is not None and not recorded.wished:
        _gap(call, recorded, on, now, out)


def wish(
    call: Call, part: Part, on: bool, now: int, out: Outbox, *, by_script: bool = False
) -> None:
    """Go on recording, or leave a gap, because the agent or their call script says so."""
    recorded = _of(call, part)
    if recorded is not None:
        if on or not recorded.wished:
            recorded.wished_at = None if on else now
            recorded.by_script = by_script and not on
        recorded.wished = not on
        caller = call.legs.get(call.caller)
        _gap(call, recorded, not on or (caller is not None and caller.held), now, out)
        _tell(call, recorded, now, out)


def is_on(call: Call, part: Part) -> bool:
    """Say whether the part is being recorded, paused or not."""
    return _of(call, part) is not None


def stretch(call: Call, agent: AgentId, begun: int, now: int) -> Stretch | None:
    """Find what was recorded of the agent's conversation from `begun` to `now`; None for nothing.

    Without a recording of their own, it is looked for in that of the whole call. After more gaps
    than are noted nobody can tell where it is, and that is None as well.
    """
    part = call.part if call.part is not None and call.part.agent == agent else None
    whole = (one for one in call.recordings.values() if one.agent is None and not one.over)
    recorded = _of(call, part) or next(whole, None)
    if recorded is None or len(recorded.pauses) >= MAX_PAUSES:
        return None
    end_us = recorded.sounded(now)
    long_us = end_us - recorded.sounded(begun)
    if long_us <= 0:
        return None
    return Stretch(recording=recorded.recording, end_us=end_us, long_us=long_us)


def end(call: Call, part: Part, now: int, out: Outbox) -> None:
    """The part is over, and so is its recording."""
    recorded = _of(call, part)
    if recorded is None:
        return
    recorded.over = True
    _close_gap(recorded, now)
    out.emit(
        StopRecording(
            cmd=call.ids.command(), call=call.call, leg=call.caller, recording=recorded.recording
        )
    )


def started(call: Call, event: RecordingStarted, now: int) -> None:
    """Count from now on: the sound begins here, until here the network has only been asked.

    Told again, as after a gap in what we heard, it changes nothing.
    """
    recorded = call.recordings.get(event.recording)
    if recorded is not None and not recorded.runs:
        recorded.runs = True
        if not recorded.pauses:
            recorded.started_at = now


def finished(call: Call, event: RecordingFinished, now: int, out: Outbox) -> bool:
    """Take note of a recording that was kept; False when it is no conversation's."""
    recorded = call.recordings.pop(event.recording, None)
    if recorded is None:
        return False
    _close_gap(recorded, now)
    out.emit(
        RecordingSaved(
            at=now,
            call=call.call,
            seq=call.ids.fact(),
            recording=event.recording,
            agent=recorded.agent,
            queue=recorded.queue,
            url=event.url,
            ms=event.ms,
            pauses=tuple(recorded.pauses),
        )
    )
    return True


def _of(call: Call, part: Part | None) -> Recorded | None:
    if part is None or part.recording is None:
        return None
    recorded = call.recordings.get(part.recording)
    return None if recorded is None or recorded.over else recorded


def _gap(call: Call, recorded: Recorded, on: bool, now: int, out: Outbox) -> None:
    if on and recorded.gap_at is None:
        recorded.gap_at = now
        _pause(call, recorded, out)
    elif not on and recorded.gap_at is not None:
        _close_gap(recorded, now)
        out.emit(
            ResumeRecording(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.caller,
                recording=recorded.recording,
            )
        )


def _close_gap(recorded: Recorded, now: int) -> None:
    if recorded.gap_at is not None and len(recorded.pauses) < MAX_PAUSES:
        begun = recorded.started_at
        gap = max(0, recorded.gap_at - begun) // 1000, (now - begun) // 1000
        recorded.pauses.append(gap)
    recorded.gap_at = None


def _ask(call: Call, recording: RecordingId, out: Outbox, *, whole: bool = False) -> None:
    out.emit(
        StartRecording(
            cmd=call.ids.command(),
            call=call.call,
            leg=call.caller,
            recording=recording,
            scope=RecordingScope.CALL if whole else RecordingScope.TALK,
            talk=None if whole else talk_of(call.call),
        )
    )


def _pause(call: Call, recorded: Recorded, out: Outbox) -> None:
    out.emit(
        PauseRecording(
            cmd=call.ids.command(), call=call.call, leg=call.caller, recording=recorded.recording
        )
    )


def _tell(call: Call, recorded: Recorded, now: int, out: Outbox) -> None:
    assert recorded.agent is not None
    out.emit(
        RecordingChanged(
            at=now,
            call=call.call,
            seq=call.ids.fact(),
            agent=recorded.agent,
            recording=recorded.recording,
            paused=recorded.wished,
            paused_at=recorded.wished_at,
            by_script=recorded.by_script,
        )
    )
