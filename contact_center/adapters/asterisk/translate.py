"""ARI events to core events. Pure: given the book and an event, says what the core is told.

Traps this keeps from the core: causes spread over several events; a hang-up request whose cause is
a set of flags; a channel that goes back to the dial plan instead of ending; channels Asterisk makes
for its own purposes; events of legs that are over; caller ids of any shape.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.book import Book, LegNote, Sound
from contact_center.adapters.asterisk.causes import end_cause, ended_by, is_informative
from contact_center.adapters.asterisk.examining import EXAMINED, result
from contact_center.adapters.asterisk.tapes import is_tape
from contact_center.core.commands import EndCause
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallProgress,
    EndedBy,
    Event,
    KeyPressed,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    ProgressKind,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    TalkEnded,
    TalkJoined,
    TalkLeft,
    TransferResult,
    WaitingLeft,
)
from contact_center.core.ids import (
    CallId,
    LegId,
    PlaybackId,
    RecordingId,
    TalkId,
    call_of_talk,
    is_our_leg,
    is_safe_id,
)

EAR = "ear-"
"""How the ids of channels and bridges begin that listen for words."""
SNOOP = "snoop"
"""First argument of channels that listen for a coach."""
KEYS = frozenset("0123456789*#ABCD")
_NUMBER_BOUND = 80
_NAME_BOUND = 120
_ANONYMOUS = frozenset({"anonymous", "restricted", "unavailable", "unknown", "private"})
_SIP_URI = re.compile(r"(?i)\s*<?\s*(?:sips?|tel):([^@;>\s]*)")
_PLAYBACK = re.compile(r"p-(?P<call>.+)-\d+\Z")
_RECORDING = re.compile(r"r-(?P<call>.+)-\d+\Z")
# Made by Asterisk itself to play to, record or listen in on others.
_SERVANTS = ("Announcer/", "Recorder/", "Snoop/", "WebSocket/", "CBAnn/", "CBRec/")

Events = list[Event]


def clean_text(text: str, bound: int = _NAME_BOUND) -> str:
    """Take control and format characters out of `text`, shorten it to `bound` characters."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in text[: 4 * bound])
    return " ".join("".join(kept).split())[:bound].rstrip()


def clean_number(text: str) -> str:
    """Make a caller's number fit to be looked up and shown; empty for an anonymous caller."""
    uri = _SIP_URI.match(text)
    number = clean_text(uri[1] if uri else text, _NUMBER_BOUND)
    return "" if number.casefold() in _ANONYMOUS else number


def is_servant(channel: wire.Channel) -> bool:
    """Say whether Asterisk made this channel for its own purposes."""
    return channel.name.startswith(_SERVANTS)


def did_of(channel: wire.Channel, args: tuple[str, ...]) -> str:
    """Read the number dialled: the dial plan's second argument, else the extension."""
    did = args[1] if len(args) > 1 else channel.dialplan.exten
    return clean_text(did, _NUMBER_BOUND)


def stored(recording: RecordingId) -> str:
    """Say where ARI has the sound of a recording that is over."""
    return f"recordings/stored/{recording}/file"


class Translation:
    """Tells what each event means, keeping the book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.ignored = 0
        self._by_type: dict[type[Any], Callable[[Any], Events]] = {
            wire.StasisStart: self._started,
            wire.StasisEnd: self._left_application,
            wire.ChannelDestroyed: self._destroyed,
            wire.ChannelHangupRequest: self._hangup_requested,
            wire.ChannelStateChange: self._changed_state,
            wire.ChannelDtmfReceived: self._key,
            wire.ChannelTalkingFinished: self._quiet,
            wire.Dial: self._dialling,
            wire.PlaybackStarted: self._playback_started,
            wire.PlaybackFinished: self._playback_finished,
            wire.RecordingStarted: self._recording_started,
            wire.RecordingFinished: self._recording_finished,
            wire.RecordingFailed: self._recording_failed,
            wire.ChannelEnteredBridge: self._entered,
            wire.ChannelLeftBridge: self._left,
            wire.BridgeDestroyed: self._bridge_gone,
        }

    def __call__(self, event: wire.Event) -> Events:
        """Say what the core is told; nothing for what does not concern it."""
        events = self._by_type[type(event)](event)
        if not events:
            self.ignored += 1
        return events

    # --- legs ----------------------------------------------------------------------------------

    def _started(self, event: wire.StasisStart) -> Events:
        channel = event.channel
        leg = LegId(channel.id)
        if (
            not is_safe_id(leg)
            or self._book.has_ended(leg)
            or is_servant(channel)
            or event.args[:1] == (SNOOP,)
            or event.replace_channel is not None
        ):
            return []
        note = self._book.legs.get(leg)
        if is_our_leg(leg):
            return self._dialled_started(note or self._book.begin(leg), event)
        if note is not None:
            return []
        up = channel.state == "Up"
        note = self._book.begin(leg, up=up)
        return [
            CallOffered(
                call=note.call,
                leg=leg,
                ani=clean_number(channel.caller.number),
                did=did_of(channel, event.args),
                ani_name=clean_text(channel.caller.name),
                answered=up,
            )
        ]

    def _dialled_started(self, note: LegNote, event: wire.StasisStart) -> Events:
        """A leg that we dialled was answered, or is back from where it was listened to."""
        events: Events = []
        if not note.up:
            note.up, note.answered_at = True, event.timestamp
            events.append(CallAnswered(call=note.call, leg=note.leg))
        if event.args[:1] == (EXAMINED,):
            note.amd = note.examining = False
            found = result(note, event.args, event.timestamp)
            note.awaits_quiet = found.verdict is AmdVerdict.MACHINE
            events.append(found)
        return events

    def _quiet(self, event: wire.ChannelTalkingFinished) -> Events:
        note = self._note(event.channel)
        if note is None or not note.awaits_quiet:
            return []
        note.awaits_quiet = False
        return [AmdResult(call=note.call, leg=note.leg, verdict=AmdVerdict.MACHINE, beep=True)]

    def _left_application(self, event: wire.StasisEnd) -> Events:
        # Hung up, or back in the dial plan: out of our hands either way. Of a channel that we did
        # not dial Asterisk tells no more than this, unless it is asked to for each one.
        note = self._note(event.channel)
        if note is None or note.examining:
            return []  # it comes back, or is destroyed
        if note.transferring and not note.hanging_up:
            note.wanted = EndCause.NORMAL
        return self._ended(note, ended_by(note))

    def _hangup_requested(self, event: wire.ChannelHangupRequest) -> Events:
        note = self._note(event.channel)
        if note is None:
            return []
        note.hanging_up = True
        if not event.soft:
            # The cause of a soft request is a set of flags: 32 is "explicit", not a cause.
            note.far_end = note.far_end or note.wanted is None
            self._learn(note, event.cause, event.tech_cause)
        return []

    def _destroyed(self, event: wire.ChannelDestroyed) -> Events:
        note = self._note(event.channel)
        if note is None:
            return []
        self._learn(note, event.cause, event.tech_cause)
        # Only legs that were never answered come here; the others left the application before.
        return self._ended(note, ended_by(note))

    def _learn(self, note: LegNote, q850: int | None, sip: int | None) -> None:
        """Keep the first informative cause."""
        if note.q850 is None and is_informative(q850):
            note.q850 = q850
        if note.sip is None and sip:
            note.sip = sip

    def _ended(self, note: LegNote, by: EndedBy) -> Events:
        self._book.end(note.leg)
        ended = CallEnded(
            call=note.call,
            leg=note.leg,
            cause=end_cause(note),
            by=by,
            q850=note.q850,
            sip_code=note.sip,
        )
        if not note.transferring:
            return [ended]
        # It went to the dial plan to be dialled away, or its phone called there and hung up here.
        return [TransferResult(call=note.call, leg=note.leg, result="accepted"), ended]

    def _changed_state(self, event: wire.ChannelStateChange) -> Events:
        leg = LegId(event.channel.id)
        note = self._note(event.channel)
        if note is None and is_our_leg(leg) and not self._book.has_ended(leg):
            # Dialled in our name, but not by us: let the core say what becomes of it.
            note = self._book.begin(leg)
        if note is None or note.up:
            return []
        if note.dialled:
            # Up is not enough: commands are taken once it is in the application.
            if event.channel.state != "Ringing" or note.ringing:
                return []
            note.ringing = True
            return [CallProgress(call=note.call, leg=note.leg, kind=ProgressKind.RINGING)]
        if event.channel.state != "Up":
            return []
        note.up = True
        return [CallAnswered(call=note.call, leg=note.leg)]

    def _dialling(self, event: wire.Dial) -> Events:
        note = self._note(event.peer)
        if note is None or note.up or event.dialstatus != "PROGRESS":
            return []
        return [CallProgress(call=note.call, leg=note.leg, kind=ProgressKind.EARLY_MEDIA)]

    def _key(self, event: wire.ChannelDtmfReceived) -> Events:
        note = self._note(event.channel)
        key = event.digit.upper()
        if note is None or key not in KEYS:
            return []
        return [KeyPressed(call=note.call, leg=note.leg, key=key, duration_ms=event.duration_ms)]

    def _note(self, channel: wire.Channel) -> LegNote | None:
        return self._book.legs.get(LegId(channel.id))

    # --- sounds --------------------------------------------------------------------------------

    def _playback_started(self, event: wire.PlaybackStarted) -> Events:
        sound = self._playback(event.playback)
        if sound is None:
            return []
        sound.began = True
        playback = PlaybackId(event.playback.id)
        return [PlaybackStarted(call=sound.call, leg=sound.leg, playback=playback)]

    def _playback_finished(self, event: wire.PlaybackFinished) -> Events:
        sound = self._playback(event.playback)
        if sound is None:
            return []
        playback = PlaybackId(event.playback.id)
        self._book.played(playback)
        if event.playback.state != "failed":
            return [PlaybackFinished(call=sound.call, leg=sound.leg, playback=playback)]
        cause = clean_text(f"could not play {event.playback.media_uri}", 300)
        return [PlaybackFailed(call=sound.call, leg=sound.leg, playback=playback, cause=cause)]

    def _playback(self, playback: wire.Playback) -> Sound | None:
        sound = self._book.playbacks.get(PlaybackId(playback.id)) or self._read_sound(
            _PLAYBACK, playback.id, playback.target_uri
        )
        return sound if sound is not None and sound.leg in self._book.legs else None

    def _read_sound(self, pattern: re.Pattern[str], name: str, target: str) -> Sound | None:
        """Read whose a sound is out of its id: it was begun before this process was."""
        match = pattern.match(name)
        kind, _, of = target.partition(":")
        if match is None or kind not in ("channel", "bridge"):
            return None
        call = CallId(match["call"])
        leg = LegId(of) if kind == "channel" and not is_tape(of) else LegId(call)
        return Sound(call, leg)

    def _recording_started(self, event: wire.RecordingStarted) -> Events:
        recording, sound = self._recording(event.recording)
        if sound is None:
            return []
        return [RecordingStarted(call=sound.call, leg=sound.leg, recording=recording)]

    def _recording_finished(self, event: wire.RecordingFinished) -> Events:
        recording, sound = self._recording(event.recording)
        if not self._book.recorded(recording) or sound is None:
            return []
        return [
            RecordingFinished(
                call=sound.call,
                leg=sound.leg,
                recording=recording,
                url=stored(recording),
                ms=1000 * (event.recording.duration or 0),
            )
        ]

    def _recording_failed(self, event: wire.RecordingFailed) -> Events:
        recording, sound = self._recording(event.recording)
        if not self._book.recorded(recording) or sound is None:
            return []
        cause = clean_text(event.recording.cause, 300)
        return [RecordingFailed(call=sound.call, leg=sound.leg, recording=recording, cause=cause)]

    def _recording(self, live: wire.LiveRecording) -> tuple[RecordingId, Sound | None]:
        recording = RecordingId(live.name)
        return recording, self._book.recordings.get(recording) or self._read_sound(
            _RECORDING, live.name, live.target_uri
        )

    # --- talks ---------------------------------------------------------------------------------

    def _entered(self, event: wire.ChannelEnteredBridge) -> Events:
        if event.channel is None or call_of_talk(TalkId(event.bridge.id)) is None:
            return []
        note = self._note(event.channel)
        if note is None:
            return []
        talk = TalkId(event.bridge.id)
        events: Events = []
        if note.music:
            note.music = ""
            events.append(WaitingLeft(call=note.call, leg=note.leg, reason="joined"))
        self._book.move(note, talk)
        if note.held:
            note.held = False
        else:
            events.append(TalkJoined(call=note.call, leg=note.leg, talk=talk))
        return events

    def _left(self, event: wire.ChannelLeftBridge) -> Events:
        note = self._note(event.channel)
        talk = TalkId(event.bridge.id)
        if note is None or note.talk != talk:
            return []
        self._book.move(note, None)
        if note.held:
            return []
        reason = "ended" if note.hanging_up else ""
        return [TalkLeft(call=note.call, leg=note.leg, talk=talk, reason=reason)]

    def _bridge_gone(self, event: wire.BridgeDestroyed) -> Events:
        return self.talk_ended(TalkId(event.bridge.id))

    def talk_ended(self, talk: TalkId) -> Events:
        """Say that a talk is gone, once.

        Asterisk tells of it only if one of our channels was still in the bridge, so what we asked
        for ourselves is told when Asterisk has said yes.
        """
        call = call_of_talk(talk)
        if call is None or talk not in self._book.talks:
            return []
        events: Events = []
        for member in sorted(self._book.talks.pop(talk)):
            note = self._book.legs[member]
            note.talk = None
            if not note.held:
                events.append(TalkLeft(call=note.call, leg=note.leg, talk=talk, reason="ended"))
        leg = self._book.leg_of_call(call)
        if leg is not None:  # else nobody is left to be told: a leg's end is its last event
            events.append(TalkEnded(call=call, leg=leg, talk=talk))
        return events
