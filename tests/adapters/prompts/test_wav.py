"""Telephone sound is made right: rates, levels, silence, and files that are no wav at all."""

import io
import math
import struct
import wave
from array import array

import pytest

from contact_center.adapters.prompts import wav


def tone(hz: float, rate: int, ms: int = 500, level: float = 0.3) -> array:
    count = rate * ms // 1000
    return array(
        "h", (round(32767 * level * math.sin(2 * math.pi * hz * at / rate)) for at in range(count))
    )


def power(samples: array, hz: float, rate: int = wav.RATE) -> float:
    """Root mean square of the part of the sound that is at `hz`, 1 for a full square wave."""
    turns = [2 * math.pi * hz * at / rate for at in range(len(samples))]
    real = sum(s * math.cos(turn) for s, turn in zip(samples, turns, strict=True))
    imaginary = sum(s * math.sin(turn) for s, turn in zip(samples, turns, strict=True))
    return math.hypot(real, imaginary) * math.sqrt(2) / len(samples) / 32767


def rms(samples: array) -> float:
    return math.sqrt(sum(s * s for s in samples) / len(samples)) / 32767


def wav_bytes(samples: bytes, *, rate: int = 8000, width: int = 2, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 24000, 44100, 48000])
def test_a_tone_in_the_telephone_band_keeps_its_pitch_level_and_length(rate):
    sound = wav.Sound(tone(1000, rate), rate)
    made = wav.resample(sound)
    assert abs(len(made) - 4000) <= 1
    middle = made[400:-400]
    assert power(middle, 1000) == pytest.approx(0.3 / math.sqrt(2), rel=0.01)
    assert rms(middle) == pytest.approx(0.3 / math.sqrt(2), rel=0.01)


@pytest.mark.parametrize(("rate", "hz"), [(22050, 5000), (22050, 9000), (48000, 7000)])
def test_what_the_telephone_cannot_carry_does_not_come_back_as_another_tone(rate, hz):
    made = wav.resample(wav.Sound(tone(hz, rate), rate))
    assert rms(made[400:-400]) < 0.3 / 500  # 54 dB down, to the last bit of 16


def test_sound_at_the_telephones_rate_is_left_alone():
    samples = tone(440, 8000)
    assert wav.resample(wav.Sound(samples, 8000)) is samples


def test_what_is_written_is_read_back_the_same():
    samples = tone(440, 8000)
    data = wav.write(samples)
    assert wav.read(data) == wav.Sound(samples, 8000)
    assert wav.is_telephone_wav(data)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)


@pytest.mark.parametrize("width", [1, 3, 4])
def test_other_sample_widths_become_16_bit(width):
    wanted = array("h", [0, 256, -256, 32512, -32768])
    if width == 1:
        raw = bytes((value >> 8) + 128 for value in wanted)
    else:
        raw = b"".join(b"\0" * (width - 2) + struct.pack("<h", value) for value in wanted)
    assert wav.read(wav_bytes(raw, width=width)).samples == wanted


def test_stereo_becomes_the_middle_of_both_sides():
    raw = array("h", [100, 300, -100, -300]).tobytes()
    assert wav.read(wav_bytes(raw, channels=2)).samples == array("h", [200, -200])


def test_a_header_written_to_a_pipe_is_accepted_only_from_a_pipe():
    whole = bytearray(wav.write(tone(440, 8000)))
    struct.pack_into("<I", whole, 4, 0x7FFFF024)
    struct.pack_into("<I", whole, 40, 0x7FFFF000)
    assert len(wav.read(bytes(whole), streamed=True).samples) == 4000
    with pytest.raises(wav.WavError, match="cut short"):
        wav.read(bytes(whole))


def bad(offset: int, form: str, value: int) -> bytes:
    data = bytearray(wav.write(tone(440, 8000, 20)))
    struct.pack_into(form, data, offset, value)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a wav"),
        (b"ID3\x04 this is an mp3", "not a wav"),
        (b"RIFF\0\0\0\0WAVE", "cannot be read"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "cannot be read"),
        (wav.write(tone(440, 8000))[:-100], "cut short|cannot be read"),
        (bad(20, "<H", 7), "cannot be read"),
        (bad(22, "<H", 9), "9 channels"),
        (bad(24, "<I", 12345), "rate is 12345"),
        (bad(24, "<I", 0), "rate is 0|cannot be read"),
        (bad(34, "<H", 64), "64 bit|cannot be read"),
    ],
)
def test_a_file_that_is_no_wav_is_refused_in_words(data, says):
    with pytest.raises(wav.WavError, match=says):
        wav.read(data)
    assert not wav.is_telephone_wav(data)


def test_a_wav_of_another_rate_or_without_sound_is_not_to_be_played_as_it_is():
    assert not wav.is_telephone_wav(wav_bytes(tone(440, 16000).tobytes(), rate=16000))
    assert not wav.is_telephone_wav(wav.write(array("h")))


def test_silence_before_and_after_is_cut_but_for_a_breath():
    quiet = array("h", bytes(2 * 8000))
    cut = wav.trim(quiet + tone(440, 8000, 500) + quiet)
    assert wav.duration_ms(cut) == pytest.approx(500 + 40 + 120, abs=20)
    assert wav.trim(quiet) == array("h")
    assert wav.trim(array("h")) == array("h")


def test_quiet_and_loud_speech_come_out_equally_loud():
    spoken = wav.silence(300)
    levels = (0.01, 0.2, 0.9)
    made = [wav.normalise(spoken + tone(440, 8000, 500, level) + spoken) for level in levels]
    assert [rms(samples[2400:6400]) for samples in made] == pytest.approx([0.1] * 3, rel=0.02)


def test_a_single_peak_keeps_the_rest_from_being_clipped():
    samples = tone(440, 8000, 500, 0.02)
    samples[2000] = 30000
    made = wav.normalise(samples)
    assert max(made) <= round(32767 * 10 ** (-1.5 / 20))
    assert max(made) == made[2000]


def test_silence_and_nothing_at_all_stay_what_they_are():
    assert wav.normalise(wav.silence(100)) == wav.silence(100)
    assert wav.normalise(array("h")) == array("h")
    assert wav.duration_ms(wav.silence(200)) == 200
