"""What a key does where a caller is: answer what is asked, end what is said, or be kept."""

from contact_center.core.events import KeyPressed, KeysCollected
from contact_center.core.ivr import asking, choosing
from contact_center.core.ivr.flow import Collect, Menu, Play, Voicemail
from contact_center.core.ivr.keys import KEYS
from contact_center.core.ivr.nodes import after_prompt
from contact_center.core.ivr.secrecy import is_stand_in
from contact_center.core.ivr.session import AT_KEYS, AT_PROMPT, Phase
from contact_center.core.ivr.walk import Walk

_INTERRUPTIBLE = (Play, Menu, Collect)


def key_pressed(walk: Walk, event: KeyPressed) -> str | None:
    """A key of the caller: it answers, ends what is said, or is kept; else it means nothing."""
    s, node, key = walk.session, walk.node, event.key
    if event.leg != s.leg or not (key in KEYS or is_stand_in(key)):
        return None
    if s.phase is AT_KEYS and isinstance(node, asking.ASKING):
        return asking.read_pressed(walk, node, key)
    if s.phase is AT_KEYS and (menu := choosing.menu_of(walk)) is not None:
        asking.type_ahead(walk, key)
        return choosing.read(walk, menu)
    if s.phase is AT_PROMPT:
        return _barge_in(walk, key)
    if s.phase in (Phase.LOOKING, Phase.TAPING):
        asking.type_ahead(walk, key)
    return None


def _barge_in(walk: Walk, key: str) -> str | None:
    node, opening = walk.node, walk.session.opening
    menu = None if isinstance(node, asking.ASKING) else choosing.menu_of(walk)
    if menu is not None:
        return _choose_at_once(walk, menu, key)
    if isinstance(node, Voicemail):
        walk.session.barged = True
        walk.stop_playback()
        return after_prompt(walk)
    if not (opening or (isinstance(node, _INTERRUPTIBLE) and node.barge_in)):
        return None
    walk.session.barged = True
    walk.stop_playback()
    if opening or walk.session.leaving or not isinstance(node, asking.ASKING):
        asking.type_ahead(walk, key)
        return after_prompt(walk)
    return asking.read_pressed(walk, node, key)


def _choose_at_once(walk: Walk, menu: Menu, key: str) -> str | None:
    if not menu.barge_in:
        return None
    walk.session.barged = True
    walk.stop_playback()
    asking.type_ahead(walk, key)
    return choosing.read(walk, menu)


def keys_collected(walk: Walk, event: KeysCollected) -> str | None:
    """A provider listened by itself, and waited as long as it was asked to."""
    s, node, menu = walk.session, walk.node, choosing.menu_of(walk)
    if s.listen is None or event.listen != s.listen:
        return None
    s.listen = None
    walk.silence()
    for key in event.keys:
        asking.type_ahead(walk, key)
    if menu is not None:
        return choosing.read(walk, menu, last=True)
    if not isinstance(node, Menu | Collect):
        return None
    return asking.read(walk, node, last=True) if s.buffer else asking.read_nothing_more(walk, node)
