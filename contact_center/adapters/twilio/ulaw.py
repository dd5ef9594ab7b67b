"""Sound as telephones carry it: 8000 samples a second, a byte each, G.711 mu-law. Pure.

Everything that media streams carry is this. Prompts come as 8 kHz wav files, in 16 bits or in
mu-law already.
"""

import struct
from array import array
from functools import cache
from sys import byteorder

BYTES_PER_S = 8000
BYTES_PER_MS = 8
SILENT = b"\xff"
_BIAS, _CLIP = 0x84, 32_635
_PCM, _ULAW, _EXTENSIBLE = 1, 7, 0xFFFE


class SoundError(ValueError):
    """A sound that is not in a form we can send."""


def silence(ms: int) -> bytes:
    """Give so much silence."""
    return SILENT * (BYTES_PER_MS * max(0, ms))


def _compress(sample: int) -> int:
    sign, level = (0x80, -sample) if sample < 0 else (0, sample)
    level = min(level, _CLIP) + _BIAS
    exponent = level.bit_length() - 8
    return ~(sign | exponent << 4 | level >> (exponent + 3) & 0x0F) & 0xFF


def _expand(code: int) -> int:
    code = ~code & 0xFF
    level = (((code & 0x0F) << 3) + _BIAS << (code >> 4 & 0x07)) - _BIAS
    return -level if code & 0x80 else level


@cache
def _codes() -> bytes:
    """The byte of every sample, by its 16 bits as an unsigned number; made when first needed."""
    return bytes(_compress(value - 65_536 if value > 32_767 else value) for value in range(65_536))


@cache
def _levels() -> "array[int]":
    return array("h", (_expand(code) for code in range(256)))


def encode(pcm: bytes) -> bytes:
    """Make mu-law of 16-bit little-endian samples; an odd byte at the end is left out."""
    samples = array("H", pcm[: len(pcm) // 2 * 2])
    if byteorder == "big":
        samples.byteswap()
    return bytes(map(_codes().__getitem__, samples))


def decode(ulaw: bytes) -> bytes:
    """Make 16-bit little-endian samples of mu-law, for whoever listens to callers."""
    samples = array("h", map(_levels().__getitem__, ulaw))
    if byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def from_wav(content: bytes) -> bytes:
    """Read a wav file of one channel at 8 kHz. Raises SoundError for anything else."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise SoundError("not a wav file")
    form: tuple[int, ...] | None = None
    at = 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        body = content[at + 8 : at + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            form = struct.unpack_from("<HHIIHH", body)
        elif name == b"data":
            return _samples(form, body)
        at += 8 + size + size % 2
    raise SoundError("a wav file without sound")


def _samples(form: tuple[int, ...] | None, body: bytes) -> bytes:
    if form is None:
        raise SoundError("a wav file that does not say what it holds")
    kind, channels, rate, _, _, bits = form
    if (channels, rate) != (1, BYTES_PER_S):
        raise SoundError(f"{channels} channels at {rate} Hz, not one at {BYTES_PER_S}")
    if kind == _ULAW and bits == 8:
        return body
    if kind in (_PCM, _EXTENSIBLE) and bits == 16:
        return encode(body)
    raise SoundError(f"{bits} bits of kind {kind}, not 16 bits or mu-law")
