"""The vault: what callers and agents key in that nobody may read, in memory only.

Keys that are secret are exchanged for stand-ins before the core, the journal or anything else sees
them. What they stand for is here until it has been used, or the call is over, and no longer: it is
never written anywhere, and a process that dies takes it along (the caller is asked again). Keys
that agents press for somebody are on their way to the switch at once, and here no longer than that.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from contact_center.core.center import Center
from contact_center.core.commands import SendDigits, TelephonyCommand
from contact_center.core.events import Event, KeyPressed, KeysCollected, SpeechFinal, SpeechPartial
from contact_center.core.facts import CallFinished, Fact, RequestAnswered
from contact_center.core.ids import CallId
from contact_center.core.ivr.checks import luhn
from contact_center.core.ivr.secrecy import STAND_INS, is_stand_in, stand_in
from contact_center.core.lookups import KeepSecret, SecretKept
from contact_center.core.requests import DigitsRequested

MAX_KEYS = 64
"""Keys kept of one call; beyond that the oldest are forgotten."""
MAX_SECRETS = 8
MAX_PRESSED = 1_000
"""Keys of agents that are on their way; beyond that the oldest are forgotten, and not sent."""
MAX_CALLS = 20_000
"""Calls with something in the vault; beyond that the one longest idle loses what it has."""
DIGITS = frozenset("0123456789")
NOTHING = stand_in(0)
"""Stands for keys that nobody reads, and for no other."""


@dataclass(slots=True)
class _Box:
    """What one call has. Its text is never shown."""

    keys: "OrderedDict[str, str]" = field(default_factory=OrderedDict, repr=False)
    secrets: "OrderedDict[str, str]" = field(default_factory=OrderedDict, repr=False)


class Vault:
    """Secrets of live calls."""

    def __init__(self) -> None:
        self._boxes: OrderedDict[CallId, _Box] = OrderedDict()
        self._pressed: OrderedDict[str, DigitsRequested] = OrderedDict()
        self._typed = 0

    def __len__(self) -> int:
        """Count the calls that have something in it."""
        return len(self._boxes)

    def masked(self, center: Center, event: Event) -> Event:
        """Give the event with stand-ins for digits that are secret now, or that nobody reads.

        The latter, such as those of people who talk, are not even kept. Nor is what a caller says
        beyond the words that are listened for.
        """
        if isinstance(event, KeyPressed | KeysCollected) and center.ignores_keys(event):
            return _unread(event)
        if isinstance(event, SpeechFinal):
            return center.overheard(event)
        if isinstance(event, SpeechPartial):
            return replace(event, text="")
        if isinstance(event, DigitsRequested):
            return replace(event, digits=self._stand_for(event))
        if isinstance(event, KeyPressed):
            if event.key in DIGITS and center.masks_keys(event, event.key):
                return replace(event, key=self._put(event.call, event.key))
        elif isinstance(event, KeysCollected) and center.masks_keys(event, event.keys[:1]):
            keys = "".join(
                self._put(event.call, key) if key in DIGITS else key for key in event.keys
            )
            return replace(event, keys=keys)
        return event

    def keep(self, command: KeepSecret) -> SecretKept:
        """Make a secret of what was typed, if it is what it has to be; the keys are forgotten.

        A stand-in that is there twice stood for a key that was forgotten before it was given away
        again: nobody knows what was typed then.
        """
        box = self._box(command.call)
        typed = [box.keys.get(key) if is_stand_in(key) else key for key in command.keys]
        box.keys.clear()
        text = "".join(key for key in typed if key is not None)
        stand_ins = [key for key in command.keys if is_stand_in(key)]
        once = len(set(stand_ins)) == len(stand_ins)
        whole = once and len(text) == len(command.keys) and bool(text)
        passed = whole and _holds(command, text)
        if passed:
            box.secrets[command.secret] = text
            while len(box.secrets) > MAX_SECRETS:
                box.secrets.popitem(last=False)
        return SecretKept(call=command.call, secret=command.secret, passed=passed)

    def unmasked(self, command: TelephonyCommand) -> TelephonyCommand | None:
        """Give a command as the switch has to have it; None when what it needs is not here.

        What an agent pressed is forgotten with that.
        """
        if not isinstance(command, SendDigits) or not is_stand_in(command.digits[:1]):
            return command
        pressed = self._pressed.pop(command.digits, None)
        return None if pressed is None else replace(command, digits=pressed.digits)

    def reveal(self, call: CallId, secret: str) -> str | None:
        """Give a secret to whoever sends it to a service; None when there is none (any more)."""
        box = self._boxes.get(call)
        return box.secrets.get(secret) if box is not None else None

    def wipe(self, call: CallId, secret: str) -> None:
        """Forget a secret."""
        box = self._boxes.get(call)
        if box is not None:
            box.secrets.pop(secret, None)

    def told(self, fact: Fact) -> None:
        """Forget everything of a call that is over, and keys that are not to be sent after all."""
        if isinstance(fact, CallFinished):
            self._boxes.pop(fact.call, None)
        elif isinstance(fact, RequestAnswered) and fact.code:
            refused = [name for name, of in self._pressed.items() if of.cmd == fact.cmd]
            for name in refused:
                del self._pressed[name]

    def _stand_for(self, pressed: DigitsRequested) -> str:
        """Give one stand-in for all of what an agent pressed."""
        self._typed = self._typed % (STAND_INS - 1) + 1
        name = stand_in(self._typed)
        self._pressed[name] = pressed
        while len(self._pressed) > MAX_PRESSED:
            self._pressed.popitem(last=False)
        return name

    def _put(self, call: CallId, key: str) -> str:
        box = self._box(call)
        name = self._unused(box)
        box.keys[name] = key
        while len(box.keys) > MAX_KEYS:
            box.keys.popitem(last=False)
        return name

    def _unused(self, box: _Box) -> str:
        """Give the next stand-in: of one count for all calls, so that who lost what they had
        does not begin again at the first."""
        while True:
            self._typed = self._typed % (STAND_INS - 1) + 1
            name = stand_in(self._typed)
            if name not in box.keys:  # at most MAX_KEYS of them are
                return name

    def _box(self, call: CallId) -> _Box:
        box = self._boxes.get(call)
        if box is None:
            box = self._boxes[call] = _Box()
            while len(self._boxes) > MAX_CALLS:
                self._boxes.popitem(last=False)
        else:
            self._boxes.move_to_end(call)
        return box


def _unread(event: KeyPressed | KeysCollected) -> Event:
    if isinstance(event, KeyPressed):
        return replace(event, key=NOTHING) if event.key in DIGITS else event
    return replace(event, keys="".join(NOTHING if key in DIGITS else key for key in event.keys))


def _holds(command: KeepSecret, text: str) -> bool:
    try:
        if command.regex and re.fullmatch(command.regex, text) is None:
            return False
    except re.error:
        return False
    return not command.luhn or luhn(text)
