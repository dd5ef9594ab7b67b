"""What a caller hears over a media stream: prompts one after the other, music in between. Pure.

Sound is sent a little ahead of what is heard, never more: what is on its way can only be taken back
all at once, and a caller who presses a key shall not hear the rest. A mark behind each prompt says
when it was heard. Times are microseconds of any clock that never goes back.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from contact_center.adapters.twilio import stream_messages as messages
from contact_center.adapters.twilio.ulaw import BYTES_PER_MS, SILENT
from contact_center.core.ids import PlaybackId

AHEAD_US = 300_000
"""How much more than what is heard may be on its way."""
PIECE_US = 100_000
MOST_WAITING = 8
MARK_WITHIN_US = 5_000_000
"""How long after its end a prompt's mark may come."""
_PIECE = BYTES_PER_MS * PIECE_US // 1000


class What(Enum):
    """What became of a prompt."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Happening:
    """A prompt started, was heard (or stopped), or could not be."""

    what: What
    playback: PlaybackId
    cause: str = ""


@dataclass(slots=True)
class _Prompt:
    playback: PlaybackId
    sound: bytes = field(repr=False)
    sent: int = 0
    started: bool = False
    due_at: int = 0


class StreamPlayer:
    """Says what is to be sent over one stream, and when. Every prompt ends in one happening."""

    def __init__(self, stream_sid: str) -> None:
        self._sid = stream_sid
        self._prompts: deque[_Prompt] = deque()
        self._marked: deque[_Prompt] = deque()
        """Sent whole; their marks have not come back."""
        self._music = b""
        self._music_at = 0
        self._heard_at = 0
        """When everything that was sent will have been heard."""
        self._out: list[bytes] = []
        self._new: list[Happening] = []

    # --- what is asked -------------------------------------------------------------------------

    def play(self, playback: PlaybackId, sound: bytes, now: int) -> None:
        """Let the caller hear a prompt, behind those that wait already."""
        if any(one.playback == playback for one in (*self._prompts, *self._marked)):
            return
        if len(self._prompts) >= MOST_WAITING:
            self._new.append(Happening(What.FAILED, playback, "overload"))
            return
        if self._music and not self._prompts:
            self._take_back(now)
        self._prompts.append(_Prompt(playback, sound or SILENT))

    def stop(self, playback: PlaybackId, now: int) -> None:
        """Stop a prompt, at once; one that is over already counts as stopped."""
        waiting = [one for one in self._prompts if one.playback == playback]
        sent = [one for one in self._marked if one.playback == playback]
        for one in waiting:
            if one.sent:
                self._take_back(now)
            self._prompts.remove(one)
        for one in sent:
            if self._heard_at > now:
                self._take_back(now)
            self._marked.remove(one)
        if waiting or sent:
            self._new.append(Happening(What.FINISHED, playback))

    def music(self, sound: bytes, now: int) -> None:
        """Play this over and over while there is no prompt; nothing when it is empty."""
        if sound == self._music:
            return
        if self._music and not self._prompts:
            self._take_back(now)
        self._music, self._music_at = sound, 0

    def end(self) -> None:
        """The stream is over: what was not heard never will be."""
        for one in (*self._marked, *self._prompts):
            self._new.append(Happening(What.FAILED, one.playback, "the stream ended"))
        self._marked.clear()
        self._prompts.clear()
        self._music = b""

    def marked(self, name: str) -> None:
        """Twilio says that everything up to this mark was heard."""
        if not any(one.playback == name for one in self._marked):
            return
        while self._marked:
            one = self._marked.popleft()
            self._new.append(Happening(What.FINISHED, one.playback))
            if one.playback == name:
                return

    def _take_back(self, now: int) -> None:
        """Clear what is on its way; prompts behind it that were to stay are sent again."""
        self._out.append(messages.clear(self._sid))
        unheard = max(0, self._heard_at - now) * BYTES_PER_MS // 1000
        self._heard_at = now
        if self._prompts and self._prompts[0].sent:
            self._prompts[0].sent = max(0, self._prompts[0].sent - unheard)

    # --- what is to be done --------------------------------------------------------------------

    def due(self, now: int) -> list[bytes]:
        """Give the messages that are to be sent now."""
        self._heard_at = max(self._heard_at, now)
        while self._heard_at - now < AHEAD_US and (self._prompts or self._music):
            if self._prompts:
                self._send_prompt(self._prompts[0])
            else:
                self._send_music()
        for one in [one for one in self._marked if one.due_at <= now]:
            self._marked.remove(one)
            self._new.append(Happening(What.FAILED, one.playback, "no mark came back"))
        sent, self._out = self._out, []
        return sent

    def _send_prompt(self, prompt: _Prompt) -> None:
        if not prompt.started:
            prompt.started = True
            self._new.append(Happening(What.STARTED, prompt.playback))
        piece = prompt.sound[prompt.sent : prompt.sent + _PIECE]
        self._send(piece)
        prompt.sent += len(piece)
        if prompt.sent >= len(prompt.sound):
            self._prompts.popleft()
            self._out.append(messages.mark(self._sid, prompt.playback))
            prompt.due_at = self._heard_at + MARK_WITHIN_US
            self._marked.append(prompt)

    def _send_music(self) -> None:
        piece = self._music[self._music_at : self._music_at + _PIECE]
        self._send(piece)
        self._music_at = (self._music_at + len(piece)) % len(self._music)

    def _send(self, piece: bytes) -> None:
        self._out.append(messages.media(self._sid, piece))
        self._heard_at += len(piece) * 1000 // BYTES_PER_MS

    def next_at(self) -> int | None:
        """Say when there is something to do again, if nothing happens before."""
        at = [one.due_at for one in self._marked]
        if self._prompts or self._music:
            at.append(self._heard_at - AHEAD_US + PIECE_US)
        return min(at, default=None)

    def happened(self) -> list[Happening]:
        """Give what is new since this was asked last, in order."""
        new, self._new = self._new, []
        return new
