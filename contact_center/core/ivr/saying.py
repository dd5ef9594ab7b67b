"""What a word does where a caller is: answer a menu, or end what is said. Keys win over words.

Words count only while the listening runs that they were heard in, and only until a key is pressed
in it. What was hardly understood is asked back.
"""

from contact_center.core.events import SpeechFinal, SpeechStarted
from contact_center.core.ivr import asking
from contact_center.core.ivr.flow import Collect, Menu
from contact_center.core.ivr.session import NO_DOUBT, Phase
from contact_center.core.ivr.utterances import (
    asks_back_in,
    is_yes_or_no,
    phrases_of,
    understand,
)
from contact_center.core.ivr.walk import Walk

SPEAKING_US = 10_000_000
"""How long a caller may speak, and a recogniser think about it, before it counts as silence."""


def listening_menu(walk: Walk, event: SpeechStarted | SpeechFinal) -> Menu | None:
    """Give the menu that a word answers, if words count just now."""
    s, node = walk.session, walk.node
    if s.listen is None or event.listen != s.listen or event.leg != s.leg or s.digits:
        return None
    if not isinstance(node, Menu | Collect) or s.phase not in (Phase.PROMPT, Phase.KEYS):
        return None
    asked = asking.asked_now(walk, node)
    if not isinstance(asked, Menu) or not phrases_of(asked, walk.language):
        return None
    return asked if asked.barge_in or s.phase is Phase.KEYS else None


def speech_started(walk: Walk, event: SpeechStarted) -> str | None:
    """Be silent, and wait for what the caller has to say; once, or noise would hold them up."""
    s = walk.session
    if listening_menu(walk, event) is None or s.speaking:
        return None
    _hush(walk)
    s.speaking, s.phase = True, Phase.KEYS
    walk.arm(SPEAKING_US)
    return None


def speech_final(walk: Walk, event: SpeechFinal) -> str | None:
    """Take the option that was said, ask whether it was, or say that nothing was understood."""
    s, node = walk.session, walk.node
    asked = listening_menu(walk, event)
    if asked is None or not isinstance(node, Menu | Collect):
        return None
    _hush(walk)
    meant = understand(asked, walk.language, event.text)
    sure = asked.confidence
    if meant is None or not event.confidence >= sure.reject:
        return asking.fail(walk, node, asking.NO_MATCH)
    key, phrase = meant
    if event.confidence >= sure.accept or s.doubted != NO_DOUBT:
        return asking.said(walk, node, key)
    if is_yes_or_no(asked) or not isinstance(node, Menu) or not asks_back_in(walk.language):
        return asking.fail(walk, node, asking.NO_MATCH)
    asking.doubt(walk, node, key, phrase)
    return None


def _hush(walk: Walk) -> None:
    s = walk.session
    if s.phase is Phase.PROMPT:
        s.barged = True
        walk.stop_playback()
