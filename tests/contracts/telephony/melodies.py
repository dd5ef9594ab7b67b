"""What everybody sounds like on the real network: voices and prompts made of pure tones.

Each person has one tone, each prompt a melody of others, so that a few milliseconds of sound tell
who or what is heard, and a whole melody tells that a prompt was heard from beginning to end.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from contact_center.core.commands import PromptItem
from tests.contracts.telephony.world import HELLO, LONG, MENU
from tests.real import audio

VOICES = (440.0, 520.0, 600.0, 680.0, 760.0, 840.0)
NOTES = (1_100.0, 1_300.0, 1_500.0, 1_700.0)
MELODIES: dict[str, tuple[tuple[float, float], ...]] = {
    HELLO.text: ((1_100, 0.5), (1_300, 0.5), (1_500, 0.5)),
    MENU.text: ((1_500, 0.4), (1_100, 0.4), (1_300, 0.4)),
    LONG.text: ((1_700, 60.0),),
}
_LOUD = 200.0
_FRAMES_PER_S = audio.RATE // audio.FRAME
_HEARD_SHARE = 0.85


def wav(prompt: str) -> bytes:
    """The WAV file of a prompt."""
    samples: array[int] = array("h")
    for hz, seconds in MELODIES[prompt]:
        samples.extend(audio.tone(hz, seconds))
    return audio.wav(samples)


def share(ulaw: bytes, hz: float) -> float:
    """How much of the sound is this tone, from 0 to 1; 0 for silence."""
    if audio.rms(ulaw) < _LOUD:
        return 0.0
    return audio.tone_share(audio.decode(ulaw), hz)


def note_of(frame: bytes) -> float:
    """The note of a prompt that this frame of 20 ms is; 0 for anything else."""
    return next((hz for hz in NOTES if share(frame, hz) > 0.7), 0.0)


class Ear:
    """Reads the notes out of what was heard, each frame once."""

    def __init__(self) -> None:
        self._notes: list[float] = []

    def listen(self, frames: Sequence[tuple[float, bytes]]) -> None:
        """Take in all that was heard so far."""
        self._notes.extend(note_of(frame) for _, frame in frames[len(self._notes) :])

    def has_heard(self, prompt: PromptItem) -> bool:
        """Whether the melody was heard, in order and nearly whole."""
        melody, at = MELODIES[prompt.text], 0
        while at < len(self._notes):
            end = self._follow(melody, at)
            if end is not None:
                return True
            at = self._next_run(at)
        return False

    def _follow(self, melody: Sequence[tuple[float, float]], at: int) -> int | None:
        for hz, seconds in melody:
            run = 0
            while at < len(self._notes) and self._notes[at] in (hz, 0.0):
                if self._notes[at] == hz:
                    run += 1
                elif run >= seconds * _FRAMES_PER_S * _HEARD_SHARE:
                    break
                at += 1
            if run < seconds * _FRAMES_PER_S * _HEARD_SHARE:
                return None
            while at < len(self._notes) and self._notes[at] == 0.0:
                at += 1
        return at

    def _next_run(self, at: int) -> int:
        here = self._notes[at]
        while at < len(self._notes) and self._notes[at] == here:
            at += 1
        return at
