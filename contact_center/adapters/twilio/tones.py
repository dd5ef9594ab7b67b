"""Sounds of our own, as 8 kHz wav: a phone that rings, a beep, silences, a little music. Pure."""

import math
import re
import struct

RATE = 8_000
MOST_SILENCE_MS = 10_000
_LOUD = 6_000
_MELODY = (262, 330, 392, 523, 392, 330, 294, 349, 440, 587, 440, 349)
_NOTE_MS = 400
_SILENCE = re.compile(r"silence-(\d{1,5})\.wav\Z")


def tone(name: str) -> bytes | None:
    """Give the wav file `name`, or None when there is none.

    ``ringing.wav``, ``beep.wav``, ``music.wav`` and ``silence-MS.wav``.
    """
    if name == "ringing.wav":
        return _wav([*_sine(2_000, 440, 480), *_sine(4_000)])
    if name == "beep.wav":
        return _wav(_sine(400, 1_000))
    if name == "music.wav":
        return _wav([sample for hertz in _MELODY for sample in _note(hertz)])
    match = _SILENCE.match(name)
    if match is None or not 20 <= int(match[1]) <= MOST_SILENCE_MS:
        return None
    return _wav(_sine(int(match[1])))


def _sine(ms: int, *hertz: int) -> list[int]:
    count = ms * RATE // 1000
    if not hertz:
        return [0] * count
    each = _LOUD / len(hertz)
    turn = 2 * math.pi / RATE
    return [round(sum(each * math.sin(turn * f * at) for f in hertz)) for at in range(count)]


def _note(hertz: int) -> list[int]:
    """One note that fades, so that it does not click."""
    samples = _sine(_NOTE_MS, hertz)
    return [sample * (len(samples) - at) // len(samples) for at, sample in enumerate(samples)]


def _wav(samples: list[int]) -> bytes:
    data = struct.pack(f"<{len(samples)}h", *samples)
    form = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body
