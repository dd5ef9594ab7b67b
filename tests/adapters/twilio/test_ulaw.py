"""Sound in a byte a sample, and back, as the standard has it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.adapters.twilio.tones import tone
from contact_center.adapters.twilio.ulaw import SoundError, decode, encode, from_wav, silence


def wav(body: bytes, kind: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16) -> bytes:
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * 2, 2, bits)
    chunks = b"fmt " + struct.pack("<I", 16) + form + b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        (0, 0xFF),
        (-1, 0x7F),
        (8, 0xFE),
        (32_767, 0x80),
        (-32_768, 0x00),
        (1000, 0xCE),
        (-1000, 0x4E),
    ],
)
def test_known_samples_have_their_codes(sample: int, code: int) -> None:
    assert encode(struct.pack("<h", sample)) == bytes([code])


@given(st.lists(st.integers(-32_768, 32_767), max_size=50))
def test_a_sample_comes_back_nearly_as_it_was(samples: list[int]) -> None:
    pcm = struct.pack(f"<{len(samples)}h", *samples)
    back = struct.unpack(f"<{len(samples)}h", decode(encode(pcm)))
    for before, after in zip(samples, back, strict=True):
        assert abs(before - after) <= max(8, abs(before) // 16)


def test_every_code_comes_back_as_itself_but_one_of_the_two_zeroes() -> None:
    codes = bytes(range(256))
    assert encode(decode(codes)).replace(b"\xff\x80", b"\x7f\x80") == codes


def test_wav_files_of_both_kinds_are_read() -> None:
    pcm = struct.pack("<4h", 0, 1000, -1000, 32_767)
    assert from_wav(wav(pcm)) == b"\xff\xce\x4e\x80"
    assert from_wav(wav(b"\x12\x34", kind=7, bits=8)) == b"\x12\x34"
    assert len(from_wav(tone("beep.wav") or b"")) == 3200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3 an mp3",
        wav(b"")[:20],
        wav(b"", rate=16_000),
        wav(b"", channels=2),
        wav(b"", bits=8),
        wav(b"", kind=2),
        b"RIFF\0\0\0\0WAVEdata\0\0\0\0",
    ],
)
def test_what_cannot_be_sent_is_refused(content: bytes) -> None:
    with pytest.raises(SoundError):
        from_wav(content)


def test_silence_is_as_long_as_asked() -> None:
    assert silence(20) == b"\xff" * 160
    assert silence(-1) == b""
    assert decode(silence(1)) == bytes(16)
