import math
from array import array

from contact_center.adapters.recognition.sound import doubled


def tone(hertz: float, rate: int, samples: int) -> array:
    return array(
        "h", (round(9_000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(samples))
    )


def test_a_tone_is_the_same_tone_with_twice_the_samples():
    slow, fast = tone(1_000, 8_000, 400), tone(1_000, 16_000, 800)
    made = array("h")
    made.frombytes(doubled(slow.tobytes()))
    assert len(made) == 800
    assert made[::2] == slow
    assert max(abs(a - b) for a, b in zip(made[40:760], fast[40:760], strict=True)) < 150


def test_half_a_sample_is_lost_and_nothing_stays_nothing():
    assert doubled(b"") == b""
    assert len(doubled(b"\x01\x00\x02")) == 4


def test_the_loudest_sound_stays_within_its_bounds():
    square = array("h", [32_767, 32_767, -32_768, -32_768] * 50).tobytes()
    made = array("h")
    made.frombytes(doubled(square))
    assert max(made) == 32_767
    assert min(made) == -32_768
