"""Telephone sound for an engine that wants twice as many samples: 8 kHz to 16 kHz, plain Python."""

import math
import sys
from array import array
from itertools import chain
from operator import mul

RATE = 8_000
ENGINE_RATE = 16_000
BYTES_A_SECOND = 2 * RATE
_HALF = 8
"""Taps to each side of a sample that is put between two others."""


def _taps() -> tuple[float, ...]:
    """Weigh the neighbours of a sample in between: a sinc under a Hamming window, sum 1."""
    raw = []
    for place in range(-_HALF + 1, _HALF + 1):
        off = place - 0.5
        window = 0.54 + 0.46 * math.cos(math.pi * off / _HALF)
        raw.append(window * math.sin(math.pi * off) / (math.pi * off))
    return tuple(one / sum(raw) for one in raw)


_TAPS = _taps()


def doubled(sound: bytes) -> bytes:
    """Put a sample between every two; 16 bit little-endian in and out. A last odd byte is lost."""
    samples = array("h")
    samples.frombytes(sound[: len(sound) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    padded = (0,) * (_HALF - 1) + tuple(samples) + (0,) * _HALF
    between = (
        max(-32_768, min(32_767, round(sum(map(mul, _TAPS, padded[at : at + 2 * _HALF])))))
        for at in range(len(samples))
    )
    made = array("h", chain.from_iterable(zip(samples, between, strict=True)))
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()
