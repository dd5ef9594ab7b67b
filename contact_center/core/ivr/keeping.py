"""Asking for a secret: what was typed goes to the vault, which says whether it will do."""

from contact_center.core.events import RecordingPaused
from contact_center.core.ivr import asking, looking
from contact_center.core.ivr.flow import Collect, Lookup
from contact_center.core.ivr.secrecy import is_stand_in
from contact_center.core.ivr.session import Phase, ProcessRestarted
from contact_center.core.ivr.walk import Walk
from contact_center.core.lookups import SecretKept


def kept(walk: Walk, event: SecretKept) -> str | None:
    """Go on with a secret that is kept, or ask again."""
    s, node = walk.session, walk.node
    if s.phase is not Phase.CHECKING or event.secret != s.checking or not isinstance(node, Collect):
        return None
    s.checking = ""
    s.timer = s.timer_due = None
    if not event.passed:
        return asking.fail(walk, node, asking.NO_MATCH)
    if node.into not in s.secrets:
        s.secrets.append(node.into)
    return walk.leave("next", node.next)


def paused(walk: Walk, event: RecordingPaused) -> str | None:
    """The recording of the call has a gap from now on: ask."""
    s, node = walk.session, walk.node
    if s.phase is not Phase.PAUSING or event.recording != s.tape or not isinstance(node, Collect):
        return None
    s.command = s.timer = s.timer_due = None
    s.tape_held = True
    return asking.enter_waiting(walk, node)


def restarted(walk: Walk, _: ProcessRestarted) -> str | None:
    """The process that had what was typed, or had asked a service, is gone."""
    s, node = walk.session, walk.node
    # Stand-ins stand for nothing any more, and new keys may get the same ones.
    s.buffer[:] = [stroke for stroke in s.buffer if not is_stand_in(stroke.key)]
    if s.phase is Phase.LOOKING and isinstance(node, Lookup):
        return looking.lost_answer(walk, node)
    if s.phase is Phase.CHECKING and isinstance(node, Collect):
        s.checking = ""
        asking.ask_again(walk, node)
    elif any(is_stand_in(key) for key in s.digits):
        s.digits = ""
        if s.phase is Phase.KEYS and isinstance(node, asking.ASKING):
            asking.ask_again(walk, node)
    return None
