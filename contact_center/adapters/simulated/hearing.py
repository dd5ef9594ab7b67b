"""What a party hears, and what it heard: the transcript of one leg."""

from collections import deque
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.commands import PromptItem, PromptKind
from contact_center.core.ids import LegId, RecordingId
from contact_center.ports import PromptSource

TRANSCRIPT_BOUND = 1_000
MS = 1_000
"""Microseconds in a millisecond."""

_PER_CHARACTER_MS = 60
_SHORTEST_MS = 300
_FILE_MS = 2_000
_TONE_MS = 200


class HeardKind(Enum):
    """What sort of sound it is. RINGING is what a caller hears before we answer."""

    RINGING = "ringing"
    PROMPT = "prompt"
    MUSIC = "music"
    SILENCE = "silence"
    TONE = "tone"
    BEEP = "beep"
    TALK = "talk"
    SPEECH = "speech"
    KEYS = "keys"
    RECORDING = "recording"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """From `at` (microseconds) on the party hears this.

    ``text``: the words of a prompt or of SPEECH, the file's name, the class of the music, the keys.
    ``whom``: the legs whose voices arrive, for TALK, SPEECH and RECORDING. SPEECH and KEYS are
    moments; all other kinds last until the next entry that is not a moment.
    """

    at: int
    kind: HeardKind
    text: str = ""
    whom: tuple[LegId, ...] = ()

    def same_sound(self, other: "Heard") -> bool:
        """Say whether both are the same thing to the ear, whenever it began."""
        return (self.kind, self.text, self.whom) == (other.kind, other.text, other.whom)


@dataclass(slots=True)
class Transcript:
    """All a party heard, oldest first, bounded; `total` counts the forgotten entries too."""

    entries: deque[Heard] = field(default_factory=lambda: deque(maxlen=TRANSCRIPT_BOUND))
    total: int = 0
    now: Heard | None = None

    def hear(self, sound: Heard) -> bool:
        """Note a lasting sound; False when that is what was heard already.

        A silence of no length, between two sounds of one moment, is not kept.
        """
        if self.now is not None and self.now.same_sound(sound):
            return False
        gap = self.entries[-1] if self.entries else None
        if gap is not None and gap.kind is HeardKind.SILENCE and gap.at == sound.at:
            self.entries.pop()
            self.total -= 1
        self.now = sound
        self._add(sound)
        return True

    def moment(self, sound: Heard) -> None:
        """Note something that does not change what is heard afterwards."""
        self._add(sound)

    def since(self, mark: int) -> list[Heard]:
        """Return the entries numbered `mark` (from 0) and later, as far as they are kept."""
        first = self.total - len(self.entries)
        return list(self.entries)[max(0, mark - first) :]

    def _add(self, sound: Heard) -> None:
        self.entries.append(sound)
        self.total += 1


def speech_us(text: str) -> int:
    """Estimate how long a person takes to say `text`, in microseconds."""
    return max(_SHORTEST_MS, _PER_CHARACTER_MS * len(text)) * MS


def length_us(item: PromptItem, prompts: PromptSource | None) -> int:
    """Say how long an item sounds: as rendered when that is known, else estimated."""
    if item.kind in (PromptKind.SILENCE, PromptKind.RECORDING):
        return item.ms * MS
    if item.kind is PromptKind.TONE:
        return (item.ms or _TONE_MS) * MS
    if item.kind is PromptKind.FILE:
        return _FILE_MS * MS
    rendered = prompts.duration_ms(item.text, item.language) if prompts else None
    return rendered * MS if rendered is not None else speech_us(item.text)


def is_there(
    item: PromptItem, prompts: PromptSource | None, kept: Container[RecordingId] = ()
) -> bool:
    """Say whether the item can be played: files and recordings must exist, speech always can."""
    if item.kind is PromptKind.RECORDING:
        return RecordingId(item.text) in kept
    if item.kind is not PromptKind.FILE or prompts is None:
        return True
    return prompts.file_url(item.text, item.language) is not None


def sound_of(item: PromptItem, at: int, kept: Mapping[RecordingId, tuple[LegId, ...]]) -> Heard:
    """Say how an item of a prompt is heard; `kept` says whose voices are in a recording."""
    if item.kind is PromptKind.SILENCE:
        return Heard(at=at, kind=HeardKind.SILENCE)
    if item.kind is PromptKind.TONE:
        return Heard(at=at, kind=HeardKind.TONE, text=item.text)
    if item.kind is PromptKind.RECORDING:
        whom = kept.get(RecordingId(item.text), ())
        return Heard(at=at, kind=HeardKind.RECORDING, text=item.text, whom=whom)
    return Heard(at=at, kind=HeardKind.PROMPT, text=item.text)
