"""Sound at 8 kHz: mu-law, tones, loudness, and whether a recording holds a known prompt."""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Sequence
from operator import mul
from pathlib import Path

RATE = 8000
FRAME = 160  # 20 ms
SILENCE = b"\xff" * FRAME

_HOP = 80  # envelope steps of 10 ms
_PIECE = 800  # pieces of 100 ms are compared sample by sample
_ENVELOPE_MATCH = 0.75
_SAMPLE_MATCH = 0.8


def _decode_one(byte: int) -> int:
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 0x84) << ((byte >> 4) & 7)
    return 0x84 - magnitude if byte & 0x80 else magnitude - 0x84


def _encode_one(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 0x84
    exponent = max(0, magnitude.bit_length() - 8)
    return ~(sign | exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F) & 0xFF


_DECODED = [_decode_one(byte) for byte in range(256)]
_SQUARED = [value * value for value in _DECODED]


def decode(ulaw: bytes) -> array[int]:
    return array("h", map(_DECODED.__getitem__, ulaw))


def encode(samples: Sequence[int]) -> bytes:
    return bytes(map(_encode_one, samples))


def rms(ulaw: bytes) -> float:
    """Loudness of mu-law sound, 0 to 32124; speech is some thousands, silence below 10."""
    return math.sqrt(sum(map(_SQUARED.__getitem__, ulaw)) / len(ulaw)) if ulaw else 0.0


def tone(hz: float, seconds: float, loudness: int = 8000) -> array[int]:
    step = 2 * math.pi * hz / RATE
    return array("h", (int(loudness * math.sin(step * i)) for i in range(int(RATE * seconds))))


def wav(samples: Sequence[int]) -> bytes:
    """The samples as a WAV file: 8 kHz, 16 bit, mono."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", samples).tobytes())
    return held.getvalue()


def samples_of(source: bytes | Path | Sequence[int]) -> array[int]:
    """Samples of a WAV file (path or content, 8 kHz 16 bit mono) or of plain samples."""
    if isinstance(source, Path):
        source = source.read_bytes()
    if not isinstance(source, bytes):
        return array("h", source)
    with wave.open(io.BytesIO(source)) as file:
        shape = (file.getframerate(), file.getsampwidth(), file.getnchannels())
        if shape != (RATE, 2, 1):
            raise ValueError(f"8 kHz, 16 bit, mono is wanted; this is {shape}")
        return array("h", file.readframes(file.getnframes()))


def tone_share(samples: Sequence[int], hz: float) -> float:
    """The share (0 to 1) of the sound's energy that is at this frequency (Goertzel)."""
    energy = sum(map(mul, samples, samples))
    if energy == 0:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * hz / RATE)
    last, before = 0.0, 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    power = last * last + before * before - turn * last * before
    return float(min(1.0, 2 * power / (len(samples) * energy)))


def has_tone(ulaw: bytes, hz: float, *, seconds: float = 0.1) -> bool:
    """Whether this tone is to be heard for that long without a break."""
    wanted = math.ceil(seconds * RATE / FRAME)
    run = 0
    for start in range(0, len(ulaw) - FRAME + 1, FRAME):
        frame = ulaw[start : start + FRAME]
        run = run + 1 if rms(frame) > 200 and tone_share(decode(frame), hz) > 0.7 else 0
        if run >= wanted:
            return True
    return False


def holds(recording: Sequence[int], prompt: Sequence[int]) -> bool:
    """Whether the prompt is in the recording, whole and in one piece.

    First where its loudness over time fits, then, there, whether the samples themselves do:
    another prompt of the same voice fails the second step, mu-law and other levels pass it.
    """
    prompt = _trimmed(prompt)
    if len(prompt) < _PIECE:
        raise ValueError("a prompt of at least 0.1 s of sound is needed")
    pieces = _loudest_pieces(prompt)
    return any(
        _fits(recording, prompt, pieces, place)
        for place in _places(_envelope(recording), _envelope(prompt))
    )


def _envelope(samples: Sequence[int]) -> list[float]:
    view = array("h", samples)
    return [
        math.sqrt(sum(map(mul, part, part)) / _HOP)
        for part in (view[i : i + _HOP] for i in range(0, len(view) - _HOP + 1, _HOP))
    ]


def _trimmed(samples: Sequence[int]) -> array[int]:
    view = array("h", samples)
    loud = [i for i, level in enumerate(_envelope(view)) if level > 150]
    return view[loud[0] * _HOP : (loud[-1] + 1) * _HOP] if loud else array("h")


def _places(recording: list[float], prompt: list[float]) -> list[int]:
    """The sample offsets where the loudness over time fits best, at most eight."""
    size = len(prompt)
    mean = sum(prompt) / size
    shape = [level - mean for level in prompt]
    strength = math.sqrt(sum(map(mul, shape, shape)))
    flat = strength < 0.1 * mean * math.sqrt(size)  # a tone has no shape: try where it is loud
    scores = []
    for start in range(len(recording) - size + 1):
        part = recording[start : start + size]
        average = sum(part) / size
        if average < 50:
            continue
        energy = sum(map(mul, part, part)) - size * average * average
        if flat:
            score = 1.0 - min(1.0, math.sqrt(max(energy, 0.0) / size) / average)
        else:
            score = sum(map(mul, part, shape)) / (math.sqrt(energy) * strength) if energy > 1 else 0
        if score > _ENVELOPE_MATCH:
            scores.append((score, start * _HOP))
    return [place for _, place in sorted(scores, reverse=True)[:8]]


def _loudest_pieces(prompt: array[int]) -> list[int]:
    """Where the loudest piece of each third of the prompt starts."""
    third = len(prompt) // 3
    starts = []
    for n in range(3):
        options = range(n * third, max(n * third + 1, (n + 1) * third - _PIECE), _HOP)
        fitting = [at for at in options if at + _PIECE <= len(prompt)] or [len(prompt) - _PIECE]
        starts.append(max(fitting, key=lambda at: sum(map(abs, prompt[at : at + _PIECE]))))
    return starts


def _fits(recording: Sequence[int], prompt: array[int], pieces: list[int], place: int) -> bool:
    wanted = [sample for at in pieces for sample in prompt[at : at + _PIECE]]
    strength = math.sqrt(sum(map(mul, wanted, wanted)))
    for shift in range(place - 2 * _HOP, place + 2 * _HOP):
        if shift < 0:
            continue
        heard = [s for at in pieces for s in recording[shift + at : shift + at + _PIECE]]
        if len(heard) < len(wanted):
            return False
        energy = sum(map(mul, heard, heard))
        if energy and sum(map(mul, heard, wanted)) / (math.sqrt(energy) * strength) > _SAMPLE_MATCH:
            return True
    return False
