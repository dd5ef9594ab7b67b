"""What the ears of the tests can tell apart."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from tests.real import audio


def babble(seed: int, seconds: float = 1.5) -> array[int]:
    """Something like speech: bursts of noise-driven tones with pauses, different by seed."""
    source = random.Random(seed)
    sound: list[int] = []
    while len(sound) < seconds * audio.RATE:
        hz, loud = source.uniform(120, 900), source.uniform(1500, 12000)
        size = source.randrange(400, 1600)
        sound += [
            int(loud * math.sin(math.pi * i / size) * math.sin(2 * math.pi * hz * i / audio.RATE))
            for i in range(size)
        ]
        sound += [0] * source.randrange(80, 500)
    return array("h", sound)


def heard(*parts: array[int]) -> array[int]:
    """The parts one after the other, as they come out of mu-law with some noise."""
    noise = random.Random(0)
    pause = array("h", [noise.randrange(-6, 6) for _ in range(4321)])
    whole = array("h", pause)
    for part in parts:
        whole += array("h", [int(0.6 * sample) for sample in part]) + pause
    return audio.decode(audio.encode(whole))


def test_mu_law_keeps_a_sound_almost_as_it_was() -> None:
    samples = array("h", range(-32000, 32000, 7))
    for before, after in zip(samples, audio.decode(audio.encode(samples)), strict=True):
        assert abs(before - after) <= max(8, abs(before) * 0.05)


def test_mu_law_codes_survive_a_round_trip() -> None:
    codes = bytes(range(256))
    again = audio.encode(audio.decode(codes))
    assert audio.decode(again) == audio.decode(codes)


@pytest.mark.parametrize("seed", range(8))
def test_a_prompt_is_recognised_in_a_recording(seed: int) -> None:
    prompt = babble(seed)
    assert audio.holds(heard(babble(seed + 100), prompt, babble(seed + 200)), prompt)


@pytest.mark.parametrize("seed", range(8))
def test_another_prompt_is_not_recognised(seed: int) -> None:
    others = [babble(seed * 10 + n + 1000) for n in range(4)]
    assert not audio.holds(heard(*others), babble(seed))


def test_half_a_prompt_is_not_the_prompt() -> None:
    prompt = babble(5)
    assert not audio.holds(heard(prompt[: len(prompt) // 2]), prompt)
    assert not audio.holds(heard(prompt[len(prompt) // 3 :]), prompt)


def test_silence_holds_no_prompt() -> None:
    assert not audio.holds(heard(array("h", [0] * 16000)), babble(1))


def test_a_tone_is_told_from_its_neighbours_and_from_noise() -> None:
    ulaw = audio.encode(audio.tone(440, 0.5))
    assert audio.has_tone(ulaw, 440)
    assert not audio.has_tone(ulaw, 620)
    noise = random.Random(1)
    hiss = audio.encode([noise.randrange(-8000, 8000) for _ in range(8000)])
    assert not audio.has_tone(hiss, 440)
    assert not audio.has_tone(audio.SILENCE * 50, 440)


def test_a_tone_played_as_a_prompt_is_recognised_and_another_is_not() -> None:
    recording = heard(audio.tone(440, 1.0))
    assert audio.holds(recording, audio.tone(440, 0.6))
    assert not audio.holds(recording, audio.tone(523, 0.6))


def test_loudness_tells_sound_from_silence() -> None:
    assert audio.rms(audio.SILENCE * 10) < 1
    assert audio.rms(audio.encode(audio.tone(440, 0.2))) > 4000


def test_a_wav_file_is_read_back() -> None:
    prompt = babble(3)
    assert audio.samples_of(audio.wav(prompt)) == prompt
