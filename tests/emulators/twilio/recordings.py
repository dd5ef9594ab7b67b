"""Recordings: begun, paused, ended, and the sound in them.

The sound is a tone while a voice could be heard and silence otherwise, so that a recording that is
played again can be told from silence. `Recording.stretches` says whose voice it was.
"""

from __future__ import annotations

import io
import math
import struct
import wave
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulators.twilio.dates import rfc2822
from tests.emulators.twilio.model import Callback, EmulatedCall, TwilioError

if TYPE_CHECKING:
    from tests.emulators.twilio.conferences import Conference
    from tests.emulators.twilio.emulator import TwilioEmulator

RATE = 8000
TONE = 20
"""Frames of one swing of the tone: 400 Hz."""
PROCESSING_S = 0.1
"""From the end of a recording until its media can be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From when to when, in seconds of the recording, who could be heard: sids of calls."""

    begin_s: float
    end_s: float
    own: bool
    others: frozenset[str]


@dataclass(slots=True, kw_only=True, eq=False)
class Recording:
    """One recording, of a call or of a conference."""

    book: RecordingBook
    sid: str
    source: str
    channels: int
    started: float
    call: EmulatedCall | None = None
    conference: Conference | None = None
    callback: Callback | None = None
    updated: float
    status: str = "in-progress"
    stretches: list[Stretch] = field(default_factory=list)
    length_s: float = 0.0
    trimmed_s: float = 0.0
    pause_behavior: str = "silence"
    hearing: ExitStack = field(default_factory=ExitStack)
    _since: float = 0.0
    _now: tuple[bool, frozenset[str]] = (False, frozenset())

    @property
    def url(self) -> str:
        """Of the media, without an ending."""
        return self.book.media_url(self.sid)

    @property
    def duration_s(self) -> int:
        """Whole seconds, as Twilio tells them."""
        return max(0, round(self.length_s - self.trimmed_s))

    @property
    def voices(self) -> frozenset[str]:
        """Sids of all calls whose voice is in it."""
        heard = {s for stretch in self.stretches for s in stretch.others}
        if self.call is not None and any(stretch.own for stretch in self.stretches):
            heard.add(self.call.sid)
        return frozenset(heard)

    @property
    def live(self) -> bool:
        """Whether it goes on, if only after a pause."""
        return self.status in {"in-progress", "paused"}

    def sample(self) -> None:
        """Who can be heard may have changed now."""
        now = self.book.now()
        if self.status == "in-progress" or self.pause_behavior == "silence":
            own, others = self._now if self.status == "in-progress" else (False, frozenset[str]())
            length = now - self._since
            if length > 0 and (own or others):
                self.stretches.append(
                    Stretch(
                        begin_s=self.length_s,
                        end_s=self.length_s + length,
                        own=own,
                        others=others,
                    )
                )
            self.length_s += length
        self._since = now
        self._now = self._heard()

    def begin(self) -> None:
        """From now on."""
        self._since = self.book.now()
        self._now = self._heard()

    def stop(self, trim_silence_s: float = 0.0) -> int:
        """End it, less so much silence at the end; gives its length in whole seconds."""
        if self.live:
            self.sample()
            self.trimmed_s = min(trim_silence_s, self.length_s)
            self.book.ended(self)
        return self.duration_s

    def _heard(self) -> tuple[bool, frozenset[str]]:
        if self.conference is not None:
            return False, self.conference.voices()
        if self.call is None:
            return False, frozenset()
        own = self.call.party.talking
        if self.source == "RecordVerb":
            return own, frozenset()
        bridge = self.call.bridge
        others = bridge.sounds_for(self.call) if bridge is not None else frozenset()
        heard = frozenset(sound[1] for sound in others if sound[0] == "voice")
        return own, heard - self.book.coaches()

    def wav(self) -> bytes:
        """The media: 16 bits at 8 kHz; with two channels the call's own voice is the left one."""
        frames = round((self.length_s - self.trimmed_s) * RATE)
        content = bytearray(frames * 2 * self.channels)
        width = 2 * self.channels
        for stretch in self.stretches:
            begin = round(stretch.begin_s * RATE)
            end = min(frames, round(stretch.end_s * RATE))
            swing = _swing(self.channels, stretch.own, bool(stretch.others))
            pieces = -(-max(0, end - begin) // TONE)
            content[begin * width : end * width] = (swing * pieces)[: max(0, end - begin) * width]
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(self.channels)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(bytes(content))
        return file.getvalue()


class RecordingBook:
    """All recordings of the account."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self.all: dict[str, Recording] = {}
        """By sid, deleted ones not."""

    def now(self) -> float:
        """The emulator's time."""
        return self._twilio.clock.now()

    def media_url(self, sid: str) -> str:
        """Of a recording's media, without an ending."""
        twilio = self._twilio
        return f"{twilio.base_url}/2010-04-01/Accounts/{twilio.account_sid}/Recordings/{sid}"

    def coaches(self) -> frozenset[str]:
        """Sids of calls that only whisper: they are in no recording."""
        return self._twilio.conferences.coaches()

    def start(
        self,
        call: EmulatedCall,
        *,
        source: str,
        channels: int = 1,
        callback: Callback | None = None,
    ) -> Recording:
        """Begin to record this call; it ends with the call at the latest."""
        recording = self._new(source, channels, callback)
        recording.call = call
        recording.hearing.enter_context(call.party.talk_to(lambda _on: recording.sample()))
        call.on_end.append(lambda _call: recording.stop())
        return self._begun(recording)

    def start_when_answered(
        self, call: EmulatedCall, *, channels: int, callback: Callback | None
    ) -> None:
        """Record a call that was created with ``Record``, from its answer."""

        async def record() -> None:
            await call.answered.wait()
            self.start(call, source="OutboundAPI", channels=channels, callback=callback)

        self._twilio.spawn(record())

    def start_conference(
        self, conference: Conference, *, callback: Callback | None = None
    ) -> Recording:
        """Begin to record a conference; it ends with the conference at the latest."""
        recording = self._new("Conference", 1, callback)
        recording.conference = conference
        return self._begun(recording)

    def audio_changed(self) -> None:
        """Who hears whom has changed somewhere."""
        for recording in self.all.values():
            if recording.live:
                recording.sample()

    def of_call(self, call: EmulatedCall) -> list[Recording]:
        """Recordings of one call, the oldest first."""
        return [r for r in self.all.values() if r.call is call]

    def of_conference(self, conference: Conference) -> list[Recording]:
        """Recordings of one conference, the oldest first."""
        return [r for r in self.all.values() if r.conference is conference]

    def update(self, recording: Recording, status: str, pause_behavior: str = "silence") -> None:
        """Pause, resume or stop. Raises TwilioError when it is over, or cannot do this."""
        if not recording.live or status not in {"in-progress", "paused", "stopped"}:
            raise TwilioError(
                400, 21220, f"Recording {recording.sid} is {recording.status}, not to be {status}"
            )
        if status == "stopped":
            recording.stop()
            return
        recording.sample()
        if status == "paused":
            recording.pause_behavior = pause_behavior
        recording.status = status
        recording.updated = self.now()
        self._twilio.log.note("recording", recording.call, sid=recording.sid, status=status)

    def ended(self, recording: Recording) -> None:
        """The sound has ended; the media follows."""
        recording.hearing.close()
        recording.status = "processing"
        recording.updated = self.now()
        self._twilio.log.note("recording", recording.call, sid=recording.sid, status="stopped")
        self._twilio.clock.call_later(PROCESSING_S, lambda: self._ready(recording))

    def _new(self, source: str, channels: int, callback: Callback | None) -> Recording:
        now = self.now()
        sid = self._twilio.sids.new("RE")
        return Recording(
            book=self,
            sid=sid,
            source=source,
            channels=channels,
            started=now,
            updated=now,
            callback=callback,
        )

    def _begun(self, recording: Recording) -> Recording:
        self.all[recording.sid] = recording
        recording.begin()
        self._twilio.log.note("recording", recording.call, sid=recording.sid, status="in-progress")
        self._tell(recording)
        return recording

    def _ready(self, recording: Recording) -> None:
        recording.status = "completed" if recording.length_s > 0 else "absent"
        recording.updated = self.now()
        self._tell(recording)

    def _tell(self, recording: Recording) -> None:
        wanted = recording.callback
        if wanted is not None and recording.status in wanted.events:
            told = self._twilio.webhooks.tell(
                wanted.url, wanted.method, _params(recording), recording.call
            )
            self._twilio.spawn(told)


def _params(recording: Recording) -> dict[str, str]:
    """What a recording's status callback tells."""
    owner = {"CallSid": recording.call.sid} if recording.call is not None else {}
    if recording.conference is not None:
        owner["ConferenceSid"] = recording.conference.sid
    done = recording.status == "completed"
    return {
        "AccountSid": recording.book.media_url("").split("/")[-3],
        **owner,
        "RecordingSid": recording.sid,
        "RecordingUrl": recording.url,
        "RecordingStatus": recording.status,
        "RecordingChannels": str(recording.channels),
        "RecordingSource": recording.source,
        "RecordingTrack": "inbound" if recording.source == "RecordVerb" else "both",
        "RecordingStartTime": rfc2822(recording.started),
        "ErrorCode": "0",
        **({"RecordingDuration": str(recording.duration_s)} if done else {}),
    }


def _swing(channels: int, own: bool, others: bool) -> bytes:
    """One swing of the tone, in the channels whose voice it is."""
    loud = [round(8000 * math.sin(2 * math.pi * n / TONE)) for n in range(TONE)]
    if channels == 1:
        return struct.pack(f"<{TONE}h", *loud)
    pairs = [part for level in loud for part in (level if own else 0, level if others else 0)]
    return struct.pack(f"<{2 * TONE}h", *pairs)
