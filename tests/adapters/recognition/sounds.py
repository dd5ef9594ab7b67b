"""Sound that is speech to a detector: a buzz with the formants of a vowel, and quiet lines."""

import math
from array import array
from random import Random

RATE = 8_000


def vowel(seconds: float) -> bytes:
    """Something like "aah"."""
    made = array("h")
    for at in range(int(seconds * RATE)):
        t = at / RATE
        swell = 0.6 + 0.4 * math.sin(2 * math.pi * 4 * t)
        sound = sum(
            weight * math.sin(2 * math.pi * 120 * number * t)
            for number, weight in ((1, 1.0), (2, 0.8), (5, 0.9), (6, 1.0), (9, 0.7), (10, 0.6))
        )
        made.append(int(2_500 * swell * sound))
    return made.tobytes()


def quiet(seconds: float) -> bytes:
    """A line on which nobody speaks."""
    noise = Random(7)
    return array("h", (int(noise.gauss(0, 20)) for _ in range(int(seconds * RATE)))).tobytes()


def frames(sound: bytes, ms: int = 20) -> list[bytes]:
    """The sound as it comes from a switch."""
    size = RATE * ms // 1_000 * 2
    return [sound[at : at + size] for at in range(0, len(sound), size)]
