"""People at the other end of calls, and what they do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import EmulatedCall, Sound

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

KeyListener = Callable[[str], object]


@dataclass(slots=True, kw_only=True)
class Heard:
    """Something this end heard: `ended` is None while it goes on."""

    kind: str
    what: str
    began: float
    ended: float | None = None
    complete: bool = False
    """Whether it was heard to its end, not cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, so many seconds after the beginning (answer, or dialling)."""

    at_s: float
    do: str
    """``press``, ``say``, ``hang up``, ``talk`` or ``fall silent``."""
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How somebody behaves when called.

    Written as clauses between semicolons. The first is one of ``answer``, ``manual``, ``busy``,
    ``decline``, ``ignore``, ``invalid``, ``unregistered``, ``machine`` (answers, greets, and may
    ``beep at t s``) or ``silent`` (answers and says nothing), each with ``after t s``. More are
    ``press KEYS at t s``, ``say WORDS at t s``, ``talk at t s``, ``fall silent at t s``,
    ``hang up at t s``, counted from the answer.
    """

    kind: str = "answer"
    after_s: float = 0.0
    beep_at_s: float | None = None
    steps: tuple[Step, ...] = ()


KINDS = frozenset(
    [
        "answer",
        "manual",
        "busy",
        "decline",
        "ignore",
        "invalid",
        "unregistered",
        "machine",
        "silent",
    ]
)
_FIRST = re.compile(r"(\w+)(?: after ([\d.]+) ?s)?(?: beep at ([\d.]+) ?s)?")
_STEP = re.compile(r"(press|say|hang up|talk|fall silent)(?: (.+?))? at ([\d.]+) ?s")


def behaviour(text: str) -> Behaviour:
    """Read a behaviour. Raises ValueError with the clause that is not understood."""
    first, *rest = [clause.strip() for clause in text.split(";")]
    match = _FIRST.fullmatch(first)
    if match is None or match[1] not in KINDS:
        raise ValueError(f"nobody behaves like {first!r}")
    return Behaviour(
        kind=match[1],
        after_s=float(match[2] or 0),
        beep_at_s=float(match[3]) if match[3] else None,
        steps=steps(";".join(rest)),
    )


def steps(text: str) -> tuple[Step, ...]:
    """Read the steps of a script. Raises ValueError with the clause that is not understood."""
    found = []
    for clause in filter(None, (clause.strip() for clause in text.split(";"))):
        match = _STEP.fullmatch(clause)
        if match is None:
            raise ValueError(f"nobody does {clause!r}")
        found.append(Step(at_s=float(match[3]), do=match[1], what=match[2] or ""))
    return tuple(found)


@dataclass(slots=True, eq=False)
class Party:
    """One person's end of one call."""

    twilio: TwilioEmulator
    call: EmulatedCall
    address: str
    behaviour: Behaviour
    talking: bool = False
    voice: bytearray = field(default_factory=bytearray)
    """Sound of their own, mu-law, that media streams are still to hear."""
    digits_sent: str = ""
    """Keys that were played to this end."""
    heard: list[Heard] = field(default_factory=list)
    dropped_keys: str = ""
    """Keys that nobody listened to."""
    _key_listeners: list[KeyListener] = field(default_factory=list)
    _speech_listeners: list[Callable[[str, float], object]] = field(default_factory=list)
    _talk_listeners: list[Callable[[bool], object]] = field(default_factory=list)

    # What a person does

    def press(self, keys: str, apart_s: float = 0.0) -> None:
        """Press these keys, so long apart; what nobody listens to is dropped and counted."""
        if apart_s and len(keys) > 1:
            rest = partial(self.press, keys[1:], apart_s)
            self.twilio.clock.call_later(apart_s, rest)
            keys = keys[0]
        for key in keys:
            self.twilio.log.note("key", self.call, key=key)
            if self._key_listeners and not self.over:
                self._key_listeners[-1](key)
            else:
                self.drop(key)

    def say(self, words: str, confidence: float = 0.9) -> None:
        """Say these words; who does not listen for speech does not notice."""
        for listener in self._speech_listeners[-1:]:
            listener(words, confidence)

    def hang_up(self) -> None:
        """Put the receiver down, answered or not."""
        self.twilio.calls.hung_up(self.call)

    def answer(self) -> None:
        """Pick up, at a phone that rings."""
        self.twilio.calls.picked_up(self.call)

    def decline(self) -> None:
        """Refuse a call that rings."""
        self.twilio.calls.declined(self.call)

    def start_talking(self) -> None:
        """Make one's own sound, from now on."""
        self._talk(True)

    def stop_talking(self) -> None:
        """Be silent, from now on."""
        self._talk(False)

    def _talk(self, on: bool) -> None:
        self.talking = on
        for listener in list(self._talk_listeners):
            listener(on)

    # What a person notices

    @property
    def over(self) -> bool:
        """Whether the call has ended at this end."""
        return self.call.ended

    @property
    def hears_now(self) -> frozenset[Sound]:
        """Everything that arrives at this moment."""
        if self.over:
            return frozenset()
        own = frozenset(
            (each.kind, each.what) if each.what else (each.kind,)
            for each in self.heard
            if each.ended is None
        )
        bridge = self.call.bridge
        return own | bridge.sounds_for(self.call) if bridge is not None else own

    def has_heard(self, kind: str, what: str) -> bool:
        """Whether this was heard to its end at some time."""
        return any(each.complete and (each.kind, each.what) == (kind, what) for each in self.heard)

    # What the emulator does to a person

    def drop(self, key: str) -> None:
        """Nobody listened to this key."""
        self.dropped_keys += key
        self.twilio.dropped_keys.append((self.call.sid, key))
        self.twilio.log.note("dropped key", self.call, key=key)

    def begin(self, sound: Sound) -> Heard:
        """Something can be heard from now on, until `end`."""
        kind, *what = sound
        heard = Heard(kind=kind, what="".join(what), began=self.twilio.clock.now())
        self.heard.append(heard)
        return heard

    def end(self, heard: Heard, *, complete: bool = True) -> None:
        """It can be heard no more; fine when it ended already."""
        if heard.ended is None:
            heard.ended = self.twilio.clock.now()
            heard.complete = complete

    @contextmanager
    def hearing(self, sound: Sound) -> Iterator[Heard]:
        """``with party.hearing(sound):`` it is heard; complete when the block runs to its end."""
        heard = self.begin(sound)
        try:
            yield heard
        except BaseException:
            self.end(heard, complete=False)
            raise
        self.end(heard)

    @contextmanager
    def keys_to(self, listener: KeyListener) -> Iterator[None]:
        """``with party.keys_to(f):`` keys go to f, and to nobody else."""
        self._key_listeners.append(listener)
        try:
            yield
        finally:
            self._key_listeners.remove(listener)

    @contextmanager
    def speech_to(self, listener: Callable[[str, float], object]) -> Iterator[None]:
        """``with party.speech_to(f):`` words and their confidence go to f."""
        self._speech_listeners.append(listener)
        try:
            yield
        finally:
            self._speech_listeners.remove(listener)

    @contextmanager
    def talk_to(self, listener: Callable[[bool], object]) -> Iterator[None]:
        """``with party.talk_to(f):`` f is told when this end starts or stops making sounds."""
        self._talk_listeners.append(listener)
        try:
            yield
        finally:
            self._talk_listeners.remove(listener)

    def follow(self, plan: tuple[Step, ...]) -> None:
        """Do these steps, counted from now."""
        for step in plan:
            self.twilio.clock.call_later(step.at_s, partial(self._do, step))

    def _do(self, step: Step) -> None:
        if self.over:
            return
        match step.do:
            case "press":
                self.press(step.what)
            case "say":
                self.say(step.what)
            case "hang up":
                self.hang_up()
            case "talk":
                self.start_talking()
            case "fall silent":
                self.stop_talking()
