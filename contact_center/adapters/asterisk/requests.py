"""Commands to ARI requests. Pure: given the book and a command, says what Asterisk is asked.

Ids of legs, talks, playbacks and recordings are the core's own, so asking twice names the same
thing twice. A `Step` lists the refusals that mean "it is so already". Commands that Asterisk need
not be asked for (keys always stream, timers are ours) make an empty plan.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from contact_center.adapters.asterisk.addresses import (
    caller_id,
    endpoint,
    is_device,
    is_outside,
    refer_target,
)
from contact_center.adapters.asterisk.ari_link import Ask
from contact_center.adapters.asterisk.book import Book, LegNote
from contact_center.adapters.asterisk.causes import REASON_CODE
from contact_center.adapters.asterisk.coaching import Coaching, mute_steps
from contact_center.adapters.asterisk.plans import (
    CONFLICT,
    NOT_FOUND,
    NOTHING,
    Plan,
    Refusal,
    Step,
)
from contact_center.adapters.asterisk.recordings import Recordings
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.adapters.asterisk.translate import KEYS, clean_text
from contact_center.core import commands as c
from contact_center.core.events import (
    CallEnded,
    EndedBy,
    PlaybackFailed,
    WaitingEntered,
    WaitingLeft,
)
from contact_center.core.ids import LegId, TalkId, is_safe_id
from contact_center.ports import PromptSource

_NOT_IN_BRIDGE = frozenset({400, 404, 409, 422})
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}\Z")
_PICK_UP = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:contact-center>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://contact-center>;info=alert-autoanswer;delay=0",
}
"""What phones take for being asked to pick up by themselves, in the two ways that are common."""
_MOST_RINGS = 20
_LONGEST_SILENCE_S = 10
_SECOND_US = 1_000_000


class Requests:
    """Says what Asterisk is asked for each command, keeping the book."""

    def __init__(
        self, book: Book, prompts: PromptSource, settings: AsteriskSettings, nonce: str = ""
    ) -> None:
        self._book = book
        self._prompts = prompts
        self._settings = settings
        self.coaching = Coaching(book, settings.app, nonce)
        recordings = Recordings(book, settings.app)
        self._recordings = recordings
        self._any_leg: dict[type[Any], Callable[[Any], Plan | Refusal]] = {
            c.Originate: self._originate,
            c.Hangup: self._hangup,
            c.Reject: self._reject,
            c.StopPlayback: self._stop_playback,
            c.StopRecording: recordings.stop,
            c.PauseRecording: recordings.pause,
            c.ResumeRecording: recordings.resume,
            c.DiscardRecording: recordings.discard,
            c.CreateTalk: self._create_talk,
            c.EndTalk: self._end_talk,
        }
        self._live_leg: dict[type[Any], Callable[[Any, LegNote], Plan | Refusal]] = {
            c.Answer: self._answer,
            c.Progress: lambda _, note: Plan.of(_on(note, "POST", "progress")),
            c.PlaySequence: self._play,
            c.Announce: self._announce,
            c.HoldMusic: lambda command, note: Plan.of(_music(note, command.music)),
            c.EnterWaiting: self._enter_waiting,
            c.Join: self._join,
            c.Hold: self._hold,
            c.Unhold: self._unhold,
            c.Mute: self._mute,
            c.StartRecording: recordings.start,
            c.BlindTransfer: self._transfer,
            c.SendDigits: self._send_digits,
            c.SetVariable: self._set_variable,
        }
        # Undoing what a leg is in or hears: nothing is left to undo once it is gone.
        self._leaving: dict[type[Any], Callable[[Any, LegNote], Plan]] = {
            c.Silence: lambda _, note: Plan.of(_no_music(note)),
            c.LeaveWaiting: self._leave_waiting,
            c.LeaveTalk: self._leave_talk,
        }

    def plan(self, command: c.TelephonyCommand) -> Plan | Refusal:
        """Say what to ask, or why not to."""
        kind = type(command)
        if (make := self._any_leg.get(kind)) is not None:
            return make(command)
        note = self._book.legs.get(command.leg)
        if (leave := self._leaving.get(kind)) is not None:
            return leave(command, note) if note is not None else NOTHING
        if (change := self._live_leg.get(kind)) is not None:
            return change(command, note) if note is not None else Refusal(code="no_such_leg")
        if isinstance(command, c.Listen | c.StopListen | c.StartTimer | c.CancelTimer):
            return NOTHING
        return Refusal(code="not_supported")

    def plan_while_away(self, command: c.TelephonyCommand) -> Refusal:
        """Refuse a command because Asterisk cannot be reached; a leg never dialled has ended."""
        detail = "Asterisk cannot be reached"
        if not isinstance(command, c.Originate) or command.leg in self._book.legs:
            return Refusal(code="unreachable", detail=detail)
        if self._book.has_ended(command.leg):
            return Refusal(code="unreachable", detail=detail)
        self._book.end(command.leg)
        ended = CallEnded(
            call=command.call, leg=command.leg, cause=c.EndCause.FAILED, by=EndedBy.SWITCH
        )
        return Refusal(code="unreachable", detail=detail, failed=(ended,))

    def take_back(self, command: c.TelephonyCommand) -> None:
        """Forget what was noted for a command that failed, so that it can be tried again."""
        if isinstance(command, c.PlaySequence | c.Announce):
            self._book.played(command.playback)
        elif isinstance(command, c.StartRecording | c.PauseRecording | c.ResumeRecording):
            self._recordings.take_back(command)
        elif isinstance(command, c.Join):
            self._book.coaches.pop(command.leg, None)
        elif isinstance(command, c.EnterWaiting | c.Hold):
            note = self._book.legs.get(command.leg)
            if note is not None:
                note.music, note.held = "", False

    # --- legs ----------------------------------------------------------------------------------

    def _answer(self, _: c.Answer, note: LegNote) -> Plan | Refusal:
        if note.dialled:
            return Refusal(code="refused", detail="a dialled leg is answered at its device")
        return NOTHING if note.up else Plan.of(_on(note, "POST", "answer"))

    def _reject(self, command: c.Reject) -> Plan | Refusal:
        note = self._book.legs.get(command.leg)
        if note is None:
            return NOTHING
        if note.up:
            return Refusal(code="refused", detail="the leg is answered already")
        return self._hangup(command)

    def _hangup(self, command: c.Hangup | c.Reject) -> Plan:
        note = self._book.legs.get(command.leg)
        if note is None and (self._book.has_ended(command.leg) or not is_safe_id(command.leg)):
            return NOTHING
        if note is not None and note.wanted is None:
            note.wanted = command.cause
        query = (("reason_code", str(REASON_CODE[command.cause])),)
        return Plan.of(Step(Ask("DELETE", f"channels/{command.leg}", query), NOT_FOUND))

    def _originate(self, command: c.Originate) -> Plan | Refusal:
        if command.leg in self._book.legs or self._book.has_ended(command.leg):
            return NOTHING
        dialled = endpoint(command.to, self._settings)
        ended = CallEnded(
            call=command.call,
            leg=command.leg,
            # A device that cannot even be tried is one that is not registered.
            cause=c.EndCause.UNREGISTERED if is_device(command.to) else c.EndCause.FAILED,
            by=EndedBy.SWITCH,
        )
        if dialled is None or not is_safe_id(command.leg):
            self._book.end(command.leg)
            return Refusal(code="refused", detail="no such address", failed=(ended,))
        note = self._book.begin(command.leg, command.call)
        note.amd = command.amd is not c.AmdProfile.OFF
        query = [
            ("endpoint", dialled),
            ("app", self._settings.app),
            ("appArgs", "dialled"),
            ("channelId", command.leg),
            ("timeout", str(max(1, -(-command.timeout_us // _SECOND_US)))),
        ]
        if shown := caller_id(command.caller_name, command.caller_id):
            query.append(("callerId", shown))
        headers = {}
        if command.correlation and is_safe_id(command.correlation):
            headers["PJSIP_HEADER(add,X-Call-Ref)"] = command.correlation
        if command.auto_answer and is_device(command.to) and not is_outside(dialled):
            headers |= _PICK_UP
        body = json.dumps({"variables": headers}) if headers else ""
        ask = Ask("POST", "channels", tuple(query), body)
        return Plan(
            steps=(Step(ask),), failed=(ended,), verify=Ask("GET", f"channels/{command.leg}")
        )

    def _transfer(self, command: c.BlindTransfer, note: LegNote) -> Plan | Refusal:
        dialled = endpoint(command.to, self._settings)
        if dialled is None:
            return Refusal(code="refused", detail="no such address")
        note.transferring = True
        if (target := refer_target(command.to, self._settings)) is not None:
            return Plan.of(_on(note, "POST", "redirect", ("endpoint", target)))
        where = (("context", self._settings.transfer_context), ("extension", "away"))
        return Plan.of(
            _on(note, "POST", "variable", ("variable", "ACD_TRANSFER_TO"), ("value", dialled)),
            _on(note, "POST", "continue", *where, ("priority", "1")),
        )

    def _send_digits(self, command: c.SendDigits, note: LegNote) -> Plan | Refusal:
        if not command.digits or not set(command.digits.upper()) <= KEYS:
            return Refusal(code="refused", detail="these are no keys")
        return Plan.of(_on(note, "POST", "dtmf", ("dtmf", command.digits)))

    def _set_variable(self, command: c.SetVariable, note: LegNote) -> Plan | Refusal:
        # A name with parentheses would be a dial plan function: SHELL(), for one.
        if _VARIABLE.match(command.name) is None:
            return Refusal(code="refused", detail="not a variable's name")
        value = clean_text(command.value, 1024)
        return Plan.of(_on(note, "POST", "variable", ("variable", command.name), ("value", value)))

    # --- what a leg hears ----------------------------------------------------------------------

    def _play(self, command: c.PlaySequence, note: LegNote) -> Plan | Refusal:
        return self._start_playing(command, note, f"channels/{note.leg}")

    def _announce(self, command: c.Announce, note: LegNote) -> Plan | Refusal:
        if command.talk is None:
            return self._start_playing(command, note, f"channels/{note.leg}")
        return self._start_playing(command, note, f"bridges/{command.talk}")

    def _start_playing(
        self, command: c.PlaySequence | c.Announce, note: LegNote, to: str
    ) -> Plan | Refusal:
        if command.playback in self._book.playbacks:
            return NOTHING
        failed = PlaybackFailed(
            call=command.call, leg=command.leg, playback=command.playback, cause="media_missing"
        )
        media = [self._media(item) for item in command.items]
        if not media or None in media:
            missing = clean_text(next((i.text for i in command.items if not self._media(i)), ""))
            return Refusal(code="media_missing", detail=missing, failed=(failed,))
        self._book.play(command.playback, note)
        # As a list: an address may hold commas, which separate media in a query.
        ask = Ask("POST", f"{to}/play/{command.playback}", body=json.dumps({"media": media}))
        return Plan(steps=(Step(ask),))

    def _media(self, item: c.PromptItem) -> str | None:
        """Say how Asterisk finds the sound. A tone is its own beep, silence comes in seconds."""
        match item.kind:
            case c.PromptKind.TEXT:
                url = self._prompts.media_url(item.text, item.language)
            case c.PromptKind.FILE:
                url = self._prompts.file_url(item.text, item.language)
            case c.PromptKind.RECORDING:
                return f"recording:{item.text}" if is_safe_id(item.text) else None
            case c.PromptKind.SILENCE:
                return f"sound:silence/{min(_LONGEST_SILENCE_S, max(1, -(-item.ms // 1000)))}"
            case c.PromptKind.TONE if item.text == c.RINGING:
                # Each given once: a tone that repeats by itself would go on if nobody stops it.
                times = min(_MOST_RINGS, max(1, item.ms // 6000))
                return "tone:" + ",".join(["!440+480/2000,!0/4000"] * times)
            case c.PromptKind.TONE:
                return "sound:beep"
        return f"sound:{url}" if url is not None else None

    def _stop_playback(self, command: c.StopPlayback) -> Plan:
        sound = self._book.playbacks.get(command.playback)
        if sound is not None:
            sound.unwanted = True
        return Plan.of(Step(Ask("DELETE", f"playbacks/{command.playback}"), NOT_FOUND))

    def _enter_waiting(self, command: c.EnterWaiting, note: LegNote) -> Plan:
        steps = []
        note.joining = None
        if note.talk is not None:
            steps.append(_out_of(note.talk, note))
        done = () if note.music else (WaitingEntered(call=note.call, leg=note.leg),)
        note.music = command.music
        if command.music != c.NO_MUSIC:
            steps.append(_music(note, command.music))
        elif note.sounding:
            steps.append(_no_music(note))
        return Plan(steps=tuple(steps), done=done)

    def _leave_waiting(self, _: c.LeaveWaiting, note: LegNote) -> Plan:
        if not note.music:
            return NOTHING
        note.music = ""
        left = WaitingLeft(call=note.call, leg=note.leg, reason="asked")
        return Plan(steps=(_no_music(note),) if note.sounding else (), done=(left,))

    # --- talks ---------------------------------------------------------------------------------

    def _create_talk(self, command: c.CreateTalk) -> Plan:
        self._book.talks.setdefault(command.talk, set())
        # dtmf_events keeps the switch from carrying media past us, keys and all.
        query = (("type", "mixing,dtmf_events"),)
        return Plan.of(Step(Ask("POST", f"bridges/{command.talk}", query), CONFLICT))

    def _end_talk(self, command: c.EndTalk) -> Plan:
        return Plan.of(Step(Ask("DELETE", f"bridges/{command.talk}"), NOT_FOUND))

    def _join(self, command: c.Join, note: LegNote) -> Plan | Refusal:
        if note.dialled and not note.up:
            return Refusal(code="refused", detail="the leg is not answered")
        if command.coach_of is not None:
            return self.coaching.join(command, note)
        # Asterisk would go on with the music in the talk, instead of what the others say.
        steps = [_no_music(note)] if note.sounding and (note.music or note.held) else []
        note.held = False
        heard = mute_steps(note, command.muted)
        if note.talk == command.talk:
            return Plan(steps=heard)
        left = self.coaching.step_in(note)
        note.joining = command.talk
        join = Step(into(command.talk, note.leg))
        alone = not steps and not heard and not left
        return Plan(steps=(*steps, *heard, join, *left), joins=command.talk if alone else None)

    def _leave_talk(self, command: c.LeaveTalk, note: LegNote) -> Plan:
        if self.coaching.is_aside(note.leg):
            return self.coaching.leave_plan(note)
        if note.talk != command.talk:
            return NOTHING
        note.joining = None
        return Plan.of(_out_of(command.talk, note))

    def _hold(self, command: c.Hold, note: LegNote) -> Plan:
        music = _music(note, command.music)
        if note.held:
            return Plan.of(music)
        note.held, note.joining = True, None
        query = (("channel", str(note.leg)),)
        ask = Ask("POST", f"bridges/{command.talk}/removeChannel", query)
        return Plan(steps=(Step(ask, frozenset({422})), music))

    def _unhold(self, command: c.Unhold, note: LegNote) -> Plan:
        if note.talk == command.talk and not note.held:
            return NOTHING
        note.joining = command.talk
        return Plan.of(_no_music(note), Step(into(command.talk, note.leg)))

    def _mute(self, command: c.Mute, note: LegNote) -> Plan:
        note.muted = not command.on  # asked for again, it is said again: it may have been lost
        return Plan(steps=mute_steps(note, command.on))


def _on(note: LegNote, method: str, what: str, *query: tuple[str, str]) -> Step:
    return Step(Ask(method, f"channels/{note.leg}/{what}", query))


def _music(note: LegNote, music: str) -> Step:
    note.sounding = True
    return _on(note, "POST", "moh", ("mohClass", music))


def _no_music(note: LegNote) -> Step:
    note.sounding = False
    return Step(Ask("DELETE", f"channels/{note.leg}/moh"), NOT_FOUND)


def into(talk: TalkId, *legs: LegId) -> Ask:
    """Ask for legs to be put into a talk: all of them, or none when one is gone."""
    return Ask("POST", f"bridges/{talk}/addChannel", (("channel", ",".join(legs)),))


def _out_of(talk: str, note: LegNote) -> Step:
    query = (("channel", str(note.leg)),)
    return Step(Ask("POST", f"bridges/{talk}/removeChannel", query), _NOT_IN_BRIDGE)


def music_again(note: LegNote) -> Ask:
    """Ask for a waiting leg's music again: playing anything ends it in Asterisk."""
    return _music(note, note.music).ask
