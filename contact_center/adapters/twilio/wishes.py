"""Commands about one leg: what each changes in what is wanted of it. Pure.

Nothing is asked of Twilio here. What a command means at once (a playback that was stopped is over)
is told at once; everything else is told when Twilio has done it.
"""

import re
from collections.abc import Callable
from typing import Any

from contact_center.adapters.twilio.asks import Dial
from contact_center.adapters.twilio.book import Book
from contact_center.adapters.twilio.leg import ENTER, Leg
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.sounds import Sounds
from contact_center.adapters.twilio.urls import INSISTENT, PATIENT, Place, Route, Urls
from contact_center.adapters.twilio.wanted import Playback
from contact_center.core import commands as c
from contact_center.core.events import (
    CallAnswered,
    CallEnded,
    CommandFailed,
    EndedBy,
    Event,
    PlaybackFailed,
    PlaybackFinished,
    WaitingLeft,
)
from contact_center.core.ids import is_safe_id

MOST_PLAYBACKS = 50
"""Prompts that wait for their turn at one leg; more are refused with ``overload``."""
_NUMBER = re.compile(r"\+[1-9]\d{4,14}\Z")
_KEYS = frozenset("0123456789*#ABCD")
_MOST_KEYS = 200
_LONGEST_RING_S = 600

Events = list[Event]


def failed(
    command: c.TelephonyCommand, code: str, detail: str = "", *, retryable: bool = False
) -> CommandFailed:
    """Say that a command could not be carried out."""
    return CommandFailed(
        call=command.call,
        leg=command.leg,
        cmd=command.cmd,
        code=code,
        detail=detail,
        retryable=retryable,
    )


class Wishes:
    """Takes down what is wanted of legs."""

    def __init__(self, book: Book, sounds: Sounds, settings: TwilioSettings, urls: Urls) -> None:
        self._book = book
        self._sounds = sounds
        self._settings = settings
        self._urls = urls
        self._now = 0
        self._any_leg: dict[type[Any], Callable[[Any], Events]] = {
            c.Originate: self._originate,
            c.Reject: self._reject,
            c.Hangup: self._hangup,
            c.StopPlayback: self._stop_playback,
            c.StopListen: self._stop_listen,
            c.StartTimer: lambda _: [],
            c.CancelTimer: lambda _: [],
            c.Silence: self._silence,
            c.LeaveWaiting: self._leave_waiting,
        }
        self._live_leg: dict[type[Any], Callable[[Any, Leg], Events]] = {
            c.Answer: self._answer,
            c.PlaySequence: self._play,
            c.Listen: self._listen,
            c.HoldMusic: self._music,
            c.EnterWaiting: self._enter_waiting,
            c.BlindTransfer: self._transfer,
            c.SendDigits: self._send_digits,
            c.SetVariable: lambda _command, _leg: [],
        }

    def takes(self, command: c.TelephonyCommand) -> bool:
        """Say whether a command is dealt with here."""
        return type(command) in self._any_leg or type(command) in self._live_leg

    def __call__(self, command: c.TelephonyCommand, now: int) -> Events:
        """Take a command down; gives what is to be told at once."""
        self._now = now
        if (take := self._any_leg.get(type(command))) is not None:
            return take(command)
        leg = self._book.legs.get(command.leg)
        if leg is None or leg.ended is not None:
            return [failed(command, "no_such_leg")]
        return self._live_leg[type(command)](command, leg)

    # --- legs ----------------------------------------------------------------------------------

    def _answer(self, command: c.Answer, leg: Leg) -> Events:
        if leg.dialled:
            return [failed(command, "refused", "a dialled leg is answered at its device")]
        if leg.wanted.answered:
            return []
        leg.wanted.answered = leg.up = True
        return [leg.event(CallAnswered)]

    def _reject(self, command: c.Reject) -> Events:
        leg = self._book.legs.get(command.leg)
        if leg is None or leg.ended is not None:
            return []
        if leg.up:
            return [failed(command, "refused", "the leg is answered already")]
        return self._hangup(command)

    def _hangup(self, command: c.Hangup | c.Reject) -> Events:
        leg = self._book.legs.get(command.leg)
        if leg is not None and leg.wanted.ending is None:
            leg.wanted.ending, leg.wanted.ending_cmd = command.cause, command.cmd
        return []

    def _originate(self, command: c.Originate) -> Events:
        if command.leg in self._book.legs or self._book.has_ended(command.leg):
            return []
        to = self._address(command.to)
        if to is None or not is_safe_id(command.leg):
            is_device = command.to.startswith("device:")
            cause = c.EndCause.UNREGISTERED if is_device else c.EndCause.FAILED
            ended = CallEnded(call=command.call, leg=command.leg, cause=cause, by=EndedBy.SWITCH)
            note = self._book.begin(command.leg, self._now, call=command.call, dialled=True)
            self._book.end(note)
            return [failed(command, "refused", "no such address"), ended]
        leg = self._book.begin(command.leg, self._now, call=command.call, dialled=True)
        leg.wanted.answered = True
        leg.doing = None
        leg.amd = command.amd is not c.AmdProfile.OFF
        leg.did, leg.is_phone = to, command.to.startswith("device:")
        place = Place(leg=leg.leg)
        first = self._urls.to(Route.STEP, leg.place(ENTER), PATIENT)
        leg.dial = Dial(
            leg=leg.leg,
            to=_called(to, command),
            from_=self._shown(command, to),
            url=first,
            status_url=self._urls.to(Route.STATUS, place, INSISTENT),
            fallback_url=self._urls.to(Route.FALLBACK, place),
            timeout_s=min(_LONGEST_RING_S, max(1, -(-command.timeout_us // 1_000_000))),
            amd_url=self._urls.to(Route.AMD, place, INSISTENT) if leg.amd else "",
            command=command,
        )
        return []

    def _address(self, to: str) -> str | None:
        """Give Twilio's address for one of ours; None when there is none."""
        kind, _, name = to.partition(":")
        if kind == "device":
            return self._settings.address_of(name)
        return name if kind == "number" and _NUMBER.match(name) else None

    def _shown(self, command: c.Originate, to: str) -> str:
        """Choose the number that is shown. Twilio shows our own only, to softphones, too."""
        ours = self._settings.caller_id
        theirs = command.to.startswith("device:")
        if theirs or _NUMBER.match(command.caller_id) is None:
            return ours or command.caller_id
        return command.caller_id

    def _transfer(self, command: c.BlindTransfer, leg: Leg) -> Events:
        to = self._address(command.to)
        if to is None:
            return [failed(command, "refused", "no such address")]
        leg.wanted.away, leg.wanted.away_to = command, to
        return []

    def _send_digits(self, command: c.SendDigits, leg: Leg) -> Events:
        if not 0 < len(command.digits) <= _MOST_KEYS or not set(command.digits.upper()) <= _KEYS:
            return [failed(command, "refused", "these are no keys")]
        if leg.wanted.talk is not None:
            return [failed(command, "not_supported", "nobody can send keys into a talk")]
        leg.wanted.digits.append(command)
        return []

    # --- what a leg hears, and listening -------------------------------------------------------

    def playback(self, command: c.PlaySequence | c.Announce) -> Playback | None:
        """Find what a command wants played; None when something is missing."""
        sounds = self._sounds.find(command.items)
        if sounds is None or any(self._is_gone(item) for item in command.items):
            return None
        return Playback(
            playback=command.playback,
            sounds=sounds,
            interruptible=command.interruptible if isinstance(command, c.PlaySequence) else False,
            us=self._sounds.us(command.items),
            cmd=command.cmd,
            talk=command.talk if isinstance(command, c.Announce) else None,
        )

    def _is_gone(self, item: c.PromptItem) -> bool:
        return item.kind is c.PromptKind.RECORDING and item.text not in self._book.kept

    def _play(self, command: c.PlaySequence, leg: Leg) -> Events:
        return self.play(command, leg)

    def play(self, command: c.PlaySequence | c.Announce, leg: Leg) -> Events:
        """Let one leg hear something, after what it hears already."""
        if not leg.wanted.answered:
            detail = "Twilio answers a call to play something"
            return [failed(command, "not_supported", detail), *_never_played(command)]
        if any(playback.playback == command.playback for playback in self._all_of(leg)):
            return []
        if len(leg.wanted.playbacks) + len(leg.tells) >= MOST_PLAYBACKS:
            return [failed(command, "overload"), *_never_played(command)]
        playback = self.playback(command)
        if playback is None:
            return [failed(command, "media_missing"), *_never_played(command, "media_missing")]
        queue = leg.tells if leg.wanted.talk is not None else leg.wanted.playbacks
        queue.append(playback)
        return []

    @staticmethod
    def _all_of(leg: Leg) -> list[Playback]:
        telling = [leg.telling] if leg.telling is not None else []
        return [*leg.wanted.playbacks, *leg.tells, *telling]

    def _stop_playback(self, command: c.StopPlayback) -> Events:
        leg = self._book.legs.get(command.leg)
        if leg is None:
            return []
        for playback in self._all_of(leg):
            if playback.playback == command.playback:
                for queue in (leg.wanted.playbacks, leg.tells):
                    if playback in queue:
                        queue.remove(playback)
                if leg.telling is playback:
                    # Twilio goes on with the piece it is at: that cannot be stopped.
                    leg.telling = None
                return [leg.event(PlaybackFinished, playback=command.playback)]
        return []

    def _listen(self, command: c.Listen, leg: Leg) -> Events:
        leg.wanted.listen = command
        return []

    def _stop_listen(self, command: c.StopListen) -> Events:
        leg = self._book.legs.get(command.leg)
        listen = leg.wanted.listen if leg is not None else None
        if leg is not None and listen is not None and listen.listen == command.listen:
            leg.wanted.listen = None
        return []

    def _music(self, command: c.HoldMusic, leg: Leg) -> Events:
        leg.wanted.music = command.music
        return []

    def _silence(self, command: c.Silence) -> Events:
        leg = self._book.legs.get(command.leg)
        if leg is not None:
            leg.wanted.music = ""
        return []

    def _enter_waiting(self, command: c.EnterWaiting, leg: Leg) -> Events:
        wanted = leg.wanted
        if wanted.waiting is None:
            leg.entered = False
        wanted.waiting, wanted.waiting_cmd = (command.queue, command.music), command.cmd
        wanted.talk, wanted.held = None, False
        return []

    def _leave_waiting(self, command: c.LeaveWaiting) -> Events:
        leg = self._book.legs.get(command.leg)
        return leave_waiting(leg, "asked") if leg is not None else []


def leave_waiting(leg: Leg, reason: str) -> Events:
    """Take a leg out of waiting, if it waits."""
    if leg.wanted.waiting is None:
        return []
    leg.wanted.waiting = None
    return [leg.event(WaitingLeft, reason=reason)]


def _called(to: str, command: c.Originate) -> str:
    """Give the address to call, with the wish that it picks up by itself."""
    if command.auto_answer and to.startswith("client:"):
        return f"{to}?auto_answer=true"
    if command.auto_answer and to.startswith(("sip:", "sips:")):
        return f"{to}{'&' if '?' in to else '?'}X-Auto-Answer=true"
    return to


def _never_played(command: c.TelephonyCommand, cause: str = "") -> Events:
    if not isinstance(command, c.PlaySequence | c.Announce):
        return []
    return [
        PlaybackFailed(call=command.call, leg=command.leg, playback=command.playback, cause=cause)
    ]
