"""Telephone sound: reading, checking and making 8 kHz 16 bit mono wav, in plain Python.

Sound is an ``array('h')`` of signed 16 bit samples. Everything here is pure and deterministic: the
same input gives the same bytes, which is what lets prompts be kept by a hash of what they say. It
is meant for prompts (seconds to a few minutes), at publish time, in a thread.
"""

from __future__ import annotations

import io
import math
import struct
import sys
import wave
from array import array
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

RATE = 8000
"""Samples a second on the telephone."""

_FULL = 32767
_MAX_SECONDS = 600
_MAX_CHANNELS = 8
_RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000})

# The anti-alias filter: flat to 3 kHz, 6 dB down at 3.8 kHz, 54 dB down from 4.6 kHz, so that
# aliases can only fall above the telephone band. Half its width is counted in periods of 8 kHz; a
# wider one would be sharper, and slower by as much.
_HALF_WIDTH = 8
_KAISER_BETA = 5.0
_CUTOFF = 0.475

_FRAME = RATE // 50
_QUIET = 10 ** (-50 / 20) * _FULL
_SPEECH_LEVEL = 10 ** (-20 / 20) * _FULL
_PEAK = 10 ** (-1.5 / 20) * _FULL
_LEAD_IN_MS = 40
_LEAD_OUT_MS = 120


class WavError(ValueError):
    """Not a wav file that can be made into telephone sound; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples at `rate` a second."""

    samples: array[int]
    rate: int


def read(data: bytes, *, streamed: bool = False) -> Sound:
    """Read a PCM wav of any usual rate, width (8, 16, 24 or 32 bit) and up to 8 channels.

    ``streamed``: the header's lengths are not to be trusted, as when a program wrote to a pipe.
    Raises WavError.
    """
    if not data.startswith(b"RIFF") or data[8:12] != b"WAVE":
        raise WavError("it is not a wav file")
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            said = file.getnframes()
            limit = _MAX_SECONDS * max(rate, 1)
            raw = file.readframes(limit + 1)
    except (wave.Error, EOFError, struct.error, ValueError, OverflowError) as error:
        raise WavError(f"it cannot be read as PCM wav ({error})") from error
    if not 1 <= channels <= _MAX_CHANNELS or width not in (1, 2, 3, 4):
        raise WavError(f"it has {channels} channels of {8 * width} bit")
    if rate not in _RATES:
        usual = ", ".join(map(str, sorted(_RATES)))
        raise WavError(f"its rate is {rate} Hz; what can be converted is {usual}")
    frames = len(raw) // (width * channels)
    if frames > limit:
        raise WavError(f"it is longer than {_MAX_SECONDS} s")
    if not streamed and frames != said:
        raise WavError(f"it is cut short: {frames} of {said} frames are there")
    return Sound(_mono(_to_16_bit(raw[: frames * width * channels], width), channels), rate)


def is_telephone_wav(data: bytes) -> bool:
    """Say whether it is an intact 8 kHz 16 bit mono wav, to be played as it is."""
    try:
        sound = read(data)
    except WavError:
        return False
    header = struct.unpack_from("<HHIIHH", data, 20)
    return sound.rate == RATE and header[1] == 1 and header[5] == 16 and len(sound.samples) > 0


def write(samples: array[int]) -> bytes:
    """The bytes of an 8 kHz 16 bit mono wav."""
    raw = _little_endian(samples)
    size = len(raw)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE")
        + struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
        + struct.pack("<4sI", b"data", size)
        + raw
    )


def duration_ms(samples: array[int]) -> int:
    """How long samples at the telephone's rate last, rounded up."""
    return -(-len(samples) * 1000 // RATE)


def silence(ms: int) -> array[int]:
    """Nothing, for `ms` milliseconds."""
    return array("h", bytes(2 * RATE * ms // 1000))


def resample(sound: Sound) -> array[int]:
    """The same sound at 8 kHz, by a polyphase windowed-sinc filter (about 54 dB of rejection)."""
    if sound.rate == RATE or not sound.samples:
        return sound.samples
    common = math.gcd(sound.rate, RATE)
    up, down = RATE // common, sound.rate // common
    taps_before, phases = _filter(up, down)
    width = len(phases[0])
    # Lists, not arrays: their floats are boxed once, not at each of the many times they are read.
    padded = [0.0] * taps_before + [float(sample) for sample in sound.samples] + [0.0] * width
    places = (divmod(at, up) for at in range(0, len(sound.samples) * up, down))
    made = (sum(map(mul, padded[at : at + width], phases[phase])) for at, phase in places)
    return array("h", map(_clamp, made))


def trim(samples: array[int]) -> array[int]:
    """Cut silence before and after, but for a breath; empty when all of it is silence."""
    loud = [at for at, level in enumerate(_levels(samples)) if level > _QUIET]
    if not loud:
        return array("h")
    first = max(0, loud[0] * _FRAME - RATE * _LEAD_IN_MS // 1000)
    last = min(len(samples), (loud[-1] + 1) * _FRAME + RATE * _LEAD_OUT_MS // 1000)
    return samples[first:last]


def normalise(samples: array[int]) -> array[int]:
    """Bring speech to -20 dBFS (mean of the frames with sound in them), peaks below -1.5 dBFS."""
    active = [level for level in _levels(samples) if level > _QUIET]
    if not active:
        return samples
    loudness = math.sqrt(sum(level * level for level in active) / len(active))
    peak = max(max(samples), -min(samples))
    gain = min(_SPEECH_LEVEL / loudness, _PEAK / peak)
    return array("h", (_clamp(sample * gain) for sample in samples))


def _levels(samples: array[int]) -> list[float]:
    """Root mean square of each 20 ms."""
    frames = (samples[at : at + _FRAME] for at in range(0, len(samples), _FRAME))
    return [math.sqrt(sum(map(mul, frame, frame)) / len(frame)) for frame in frames]


@lru_cache(maxsize=8)
def _filter(up: int, down: int) -> tuple[int, list[tuple[float, ...]]]:
    """How many input samples the filter looks back, and its taps for each of `up` phases."""
    scale = up / down  # at most 1: every rate that is read is 8 kHz or more
    reach = math.ceil(_HALF_WIDTH / scale)
    cutoff = _CUTOFF * scale
    phases = []
    for phase in range(up):
        taps = []
        for tap in range(-reach, reach + 1):
            x = tap - phase / up
            inside = max(0.0, 1 - (x / (reach + 1)) ** 2)
            window = _bessel(_KAISER_BETA * math.sqrt(inside)) / _bessel(_KAISER_BETA)
            angle = 2 * math.pi * cutoff * x
            taps.append(2 * cutoff * (math.sin(angle) / angle if x else 1.0) * window)
        whole = sum(taps)
        phases.append(tuple(tap / whole for tap in taps))
    return reach, phases


def _bessel(x: float) -> float:
    """The modified Bessel function of order zero, by its series."""
    total = term = 1.0
    for k in range(1, 30):
        term *= (x / (2 * k)) ** 2
        total += term
    return total


def _clamp(value: float) -> int:
    if -_FULL < value < _FULL:
        return round(value)
    return _FULL if value > 0 else -_FULL


def _to_16_bit(raw: bytes, width: int) -> array[int]:
    samples = array("h")
    if width == 1:
        samples.extend((byte - 128) << 8 for byte in raw)
        return samples
    # Little endian: the upper two bytes of each sample are its 16 bits.
    upper = bytearray(2 * (len(raw) // width))
    upper[0::2] = raw[width - 2 :: width]
    upper[1::2] = raw[width - 1 :: width]
    samples.frombytes(bytes(upper))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _mono(samples: array[int], channels: int) -> array[int]:
    if channels == 1:
        return samples
    parts = [samples[channel::channels] for channel in range(channels)]
    return array("h", (sum(frame) // channels for frame in zip(*parts, strict=True)))


def _little_endian(samples: array[int]) -> bytes:
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()
