"""The record node: the recording of the caller's whole call, begun, paused and ended by the flow.

It goes on when the switch has said that it is so. ``session.tape`` names the recording as long as
there is one; who types a secret meanwhile is not on it (see ``taping``).
"""

from collections.abc import Callable

from contact_center.core.commands import (
    PauseRecording,
    RecordingScope,
    ResumeRecording,
    StartRecording,
    StopRecording,
    TelephonyCommand,
)
from contact_center.core.events import RecordingPaused, RecordingResumed, RecordingStarted
from contact_center.core.ids import CommandId, RecordingId
from contact_center.core.ivr import keeping, taping
from contact_center.core.ivr.flow import Record, Taping
from contact_center.core.ivr.session import Phase
from contact_center.core.ivr.walk import Walk

TAPING_US = 5_000_000
"""How long the switch has to say that it is so."""


def enter_record(walk: Walk, node: Record) -> str | None:
    """Ask for what the node says, unless it is so already."""
    s = walk.session
    match node.action:
        case Taping.START if s.tape is None:
            s.tape, s.tape_paused = walk.ids.recording(), False
        case Taping.PAUSE if s.tape is not None and not s.tape_paused:
            pass
        case Taping.RESUME if s.tape is not None and s.tape_paused:
            pass
        case Taping.STOP if s.tape is not None:
            pass
        case _:
            return walk.leave("next", node.next)
    s.phase = Phase.TAPING
    _ask(walk, node)
    walk.arm(TAPING_US, whole=True)
    return None


def ask_again(walk: Walk) -> str | None:
    """After a gap in what was heard: ask for the same once more."""
    node = walk.node
    if isinstance(node, Record) and walk.session.tape is not None:
        _ask(walk, node)
    return None


def _ask(walk: Walk, node: Record) -> None:
    s = walk.session
    assert s.tape is not None
    s.command = walk.ids.command()
    walk.outputs.append(_COMMAND[node.action](walk, s.command, s.tape))


def begun(walk: Walk, event: RecordingStarted) -> str | None:
    """It runs."""
    return _so(walk, event.recording, Taping.START)


def paused(walk: Walk, event: RecordingPaused) -> str | None:
    """It has a gap from now on, because the flow said so or for the sake of a secret."""
    if walk.session.phase is not Phase.TAPING:
        return keeping.paused(walk, event)
    return _so(walk, event.recording, Taping.PAUSE)


def resumed(walk: Walk, event: RecordingResumed) -> str | None:
    """It goes on."""
    return _so(walk, event.recording, Taping.RESUME)


def over(walk: Walk) -> str | None:
    """It is over and kept, because the flow said so or by itself."""
    s, node = walk.session, walk.node
    s.tape, s.tape_paused, s.tape_held = None, False, False
    if s.phase is Phase.TAPING and isinstance(node, Record):
        return _go_on(walk, node) if node.action is Taping.STOP else failed(walk)
    if s.phase is Phase.PAUSING:
        return walk.error()
    return None


def failed(walk: Walk) -> str | None:
    """It could not be made, or not be changed; one that never ran is none."""
    s, node = walk.session, walk.node
    if s.phase is not Phase.TAPING or not isinstance(node, Record):
        s.tape = None
        return walk.error() if s.phase is Phase.PAUSING else None
    take_back(walk)
    return walk.error()


def take_back(walk: Walk) -> None:
    """Give up what is waited for, if anything is: it may begin, or pause, all the same, late."""
    s, node = walk.session, walk.node
    if s.phase is not Phase.TAPING or not isinstance(node, Record) or s.tape is None:
        return
    if node.action is Taping.START:
        walk.outputs.append(_stop(walk, walk.ids.command(), s.tape))
        s.tape = None
    elif node.action is Taping.PAUSE:
        taping.go_on(walk)


def _so(walk: Walk, recording: RecordingId, action: Taping) -> str | None:
    s, node = walk.session, walk.node
    if s.phase is not Phase.TAPING or recording != s.tape or not isinstance(node, Record):
        return None
    if node.action is not action:
        return None
    if action in (Taping.PAUSE, Taping.RESUME):
        s.tape_paused = action is Taping.PAUSE
    return _go_on(walk, node)


def _go_on(walk: Walk, node: Record) -> str | None:
    s = walk.session
    s.command = s.timer = s.timer_due = None
    return walk.leave("next", node.next)


def _start(walk: Walk, cmd: CommandId, tape: RecordingId) -> TelephonyCommand:
    return StartRecording(
        cmd=cmd,
        call=walk.ids.call,
        leg=walk.session.leg,
        recording=tape,
        scope=RecordingScope.CALL,
    )


def _pause(walk: Walk, cmd: CommandId, tape: RecordingId) -> TelephonyCommand:
    return PauseRecording(cmd=cmd, call=walk.ids.call, leg=walk.session.leg, recording=tape)


def _resume(walk: Walk, cmd: CommandId, tape: RecordingId) -> TelephonyCommand:
    return ResumeRecording(cmd=cmd, call=walk.ids.call, leg=walk.session.leg, recording=tape)


def _stop(walk: Walk, cmd: CommandId, tape: RecordingId) -> TelephonyCommand:
    return StopRecording(cmd=cmd, call=walk.ids.call, leg=walk.session.leg, recording=tape)


_COMMAND: dict[Taping, Callable[[Walk, CommandId, RecordingId], TelephonyCommand]] = {
    Taping.START: _start,
    Taping.PAUSE: _pause,
    Taping.RESUME: _resume,
    Taping.STOP: _stop,
}
