"""The recording of a whole call, and the gap in it while a secret is typed.

The gap is there before the caller is asked, and its beginning is confirmed: a switch that cannot
pause makes the node take its error edge, for a code must not be on a tape. It ends at the next node
that asks for no secret and does not send one off. A gap that was asked for and never confirmed may
come all the same, late: whoever gives it up asks for its end.
"""

from contact_center.core.commands import PauseRecording, ResumeRecording
from contact_center.core.ivr.flow import Lookup
from contact_center.core.ivr.secrecy import is_sensitive
from contact_center.core.ivr.session import AT_PAUSE, IvrSession, Phase
from contact_center.core.ivr.sound import Sound

PAUSING_US = 3_000_000


def runs(session: IvrSession) -> bool:
    """Say whether what the caller types now could be heard on a recording."""
    return session.tape is not None and not (session.tape_paused or session.tape_held)


def hold(walk: Sound) -> None:
    """Ask for the gap, and wait for it."""
    s = walk.session
    assert s.tape is not None
    walk.silence()
    s.phase = Phase.PAUSING
    s.command = walk.ids.command()
    walk.outputs.append(
        PauseRecording(cmd=s.command, call=walk.ids.call, leg=s.leg, recording=s.tape)
    )
    walk.arm(PAUSING_US)


def release(walk: Sound) -> None:
    """End the gap, if it is over or was waited for in vain."""
    s = walk.session
    if not s.tape_held and s.phase is not AT_PAUSE:
        return
    node = walk.bundle.nodes.get(s.node)
    if s.phase is Phase.PAUSING and not s.hung_up_at and not is_sensitive(node):
        go_on(walk)
        return
    if not s.tape_held or is_sensitive(node) or isinstance(node, Lookup):
        return
    s.tape_held = False
    if not s.tape_paused:
        go_on(walk)


def go_on(walk: Sound) -> None:
    """Ask for the end of the gap, if there is a recording."""
    s = walk.session
    if s.tape is not None:
        cmd = walk.ids.command()
        walk.outputs.append(
            ResumeRecording(cmd=cmd, call=walk.ids.call, leg=s.leg, recording=s.tape)
        )
