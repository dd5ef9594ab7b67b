"""How well words are understood on the telephone, measured on a set that anybody can make again.

The set is spoken by espeak-ng: voices that the figures of the engine were not chosen by,
words of two menus, the same in sentences, and words nobody listens for. It is brought to 8 kHz,
mixed with a little noise and sent through G.711 mu-law, as a call would be. Machines speak more
evenly than people, and less like them: this says which of two engines is better, and not how many
callers will be understood.
"""

from __future__ import annotations

import io
import math
import subprocess
import wave
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from random import Random
from typing import Any

from contact_center.adapters.recognition.sphinx import Sphinx
from contact_center.adapters.recognition.utterances import Utterances
from contact_center.core.ivr.flow_parts import Confidence
from simulations.streams import Streams

PROGRAM = "espeak-ng"
VOICES = ("en-us+m7", "en-us+f3", "en-gb", "en-gb-scotland+f5", "en-us+f1", "en-gb-x-rp+m1")
"""Those that are measured. TUNED: those that the figures of the engine were chosen by."""
TUNED = ("en-us", "en-gb+f2", "en-us+m3", "en-us+f4")
MENUS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "bank": {
        "card": ("lost card", "stolen card"),
        "account": ("balance", "account"),
        "loan": ("mortgage", "loan"),
    },
    "yes or no": {"yes": ("yes", "yeah", "correct"), "no": ("no", "nope", "wrong")},
}
SENTENCES = (
    ("bank", "my balance please", "account"),
    ("bank", "I have a stolen card", "card"),
    ("bank", "a mortgage", "loan"),
)
STRANGERS = (
    *("weather", "pizza", "good morning", "hello", "umbrella", "what time is it", "seventeen"),
    *("never mind", "speak to someone", "I do not know", "television", "the red house"),
    *("cardboard", "loaned", "ballot", "counting"),
)
"""What nobody listens for; the last four sound like words that are."""
NOTHING = "nothing"
_RATE = 8_000
_BEFORE_S, _AFTER_S = 0.5, 0.8
_PEAK = 8_000
_NOISE = 30.0
_HALF = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing said once. ``option``: what it means in its menu, "" for nothing."""

    menu: str
    voice: str
    text: str
    option: str
    sound: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the engine made of an utterance: an option of its menu, or "", and how sure it is."""

    said: Utterance
    option: str
    confidence: float
    pieces: int


def measure(voices: Sequence[str] = VOICES, sure: Confidence | None = None) -> dict[str, Any]:
    """Have all of it said and understood. Needs espeak-ng; takes a minute."""
    engine, limits = Sphinx(), sure or Confidence()
    results = [understood(engine, one) for one in utterances(voices)]
    return document(results, limits)


def utterances(voices: Sequence[str]) -> Iterator[Utterance]:
    """Say everything in each voice; the same noise every time."""
    noise = Streams(1).of("noise")
    for voice in voices:
        for menu, text, option in _texts():
            sound = on_the_telephone(speech(text, voice), noise)
            yield Utterance(menu=menu, voice=voice, text=text, option=option, sound=sound)


def _texts() -> Iterator[tuple[str, str, str]]:
    for menu, options in MENUS.items():
        yield from ((menu, word, option) for option, said in options.items() for word in said)
    yield from SENTENCES
    yield from ((menu, text, "") for text in STRANGERS for menu in MENUS)


def understood(engine: Sphinx, said: Utterance) -> Result:
    """Cut an utterance out of its line as a caller's would be, and understand it."""
    cutter = Utterances()
    pieces: list[bytes] = []
    frame = _RATE // 50 * 2
    for at in range(0, len(said.sound), frame):
        pieces += cutter.feed(said.sound[at : at + frame])
    if cutter.speaking:
        pieces.append(cutter.end())
    options = MENUS[said.menu]
    phrases = [word for words in options.values() for word in words]
    best = max(
        (engine.understand(one, phrases) for one in pieces), key=lambda r: r[1], default=None
    )
    text, confidence = best or ("", 0.0)
    option = next((name for name, words in options.items() if text in words), "")
    return Result(said=said, option=option, confidence=confidence, pieces=len(pieces))


def document(results: Sequence[Result], sure: Confidence) -> dict[str, Any]:
    """Count what came of it, with the thresholds that a flow has if it says nothing."""
    words = [one for one in results if one.said.option]
    strangers = [one for one in results if not one.said.option]
    right = [one for one in words if one.option == one.said.option]
    return {
        "utterances": len(results),
        "words": len(words),
        "words_right": len(right),
        "accuracy": len(right) / len(words),
        "strangers": len(strangers),
        "reject": sure.reject,
        "accept": sure.accept,
        "words_at_once": _share(right, words, sure.accept),
        "words_asked_back": _share(right, words, sure.reject) - _share(right, words, sure.accept),
        "words_taken_for_another": _share(
            [one for one in words if one.option and one.option != one.said.option],
            words,
            sure.accept,
        ),
        "strangers_taken": _share(strangers, strangers, sure.accept),
        "strangers_asked_back": _share(strangers, strangers, sure.reject)
        - _share(strangers, strangers, sure.accept),
        "strangers_rejected": 1 - _share(strangers, strangers, sure.reject),
        "not_cut_into_one": sum(one.pieces != 1 for one in results),
        "by_threshold": [_at(right, words, strangers, step / 10) for step in range(1, 10)],
        "confusion": _confusion(results, sure),
        "by_voice": _by_voice(words),
    }


def _share(of: Sequence[Result], among: Sequence[Result], least: float) -> float:
    return sum(one.confidence >= least and bool(one.option) for one in of) / max(1, len(among))


def _at(
    right: Sequence[Result], words: Sequence[Result], strangers: Sequence[Result], least: float
) -> dict[str, float]:
    return {
        "threshold": least,
        "words_right": _share(right, words, least),
        "strangers": _share(strangers, strangers, least),
    }


def _confusion(results: Sequence[Result], sure: Confidence) -> list[dict[str, Any]]:
    """Of what was said, how often each option was understood; below ``reject`` it is nothing."""
    rows: list[dict[str, Any]] = []
    for menu, options in MENUS.items():
        for meant in (*options, ""):
            those = [r for r in results if r.said.menu == menu and r.said.option == meant]
            found = Counter(
                (r.option if r.confidence >= sure.reject else "") or NOTHING for r in those
            )
            row = {name: found[name] for name in (*options, NOTHING)}
            rows.append({"menu": menu, "said": meant or "strangers", **row})
    return rows


def _by_voice(words: Sequence[Result]) -> dict[str, str]:
    voices = dict.fromkeys(one.said.voice for one in words)
    return {
        voice: f"{sum(r.option == r.said.option for r in words if r.said.voice == voice)} of "
        f"{sum(r.said.voice == voice for r in words)}"
        for voice in voices
    }


# --- saying it ----------------------------------------------------------------------------------


def speech(text: str, voice: str) -> tuple[array[int], int]:
    """Have espeak-ng say a text: samples, and how many a second."""
    argv = [PROGRAM, "--stdin", "--stdout", "-b", "1", "-v", voice, "-s", "150"]
    made = subprocess.run(argv, input=text.encode(), capture_output=True, check=True, timeout=30)  # noqa: S603
    with wave.open(io.BytesIO(made.stdout)) as opened:
        samples = array("h")
        samples.frombytes(opened.readframes(30 * opened.getframerate()))
        return samples, opened.getframerate()


def on_the_telephone(said: tuple[array[int], int], noise: Random) -> bytes:
    """Bring sound to 8 kHz and through G.711, with a quiet line before and after it."""
    samples = _slower(*said)
    loudest = max(1.0, *map(abs, samples))
    line = [0.0] * int(_BEFORE_S * _RATE)
    line += [one * _PEAK / loudest for one in samples]
    line += [0.0] * int(_AFTER_S * _RATE)
    return array("h", (_mu_law(round(one + noise.gauss(0, _NOISE))) for one in line)).tobytes()


def _slower(samples: array[int], rate: int) -> list[float]:
    """Take 8,000 samples a second of `rate`, without what lies above 3,400 Hz."""
    cutoff = 2 * 3_400 / rate
    padded = [0.0] * _HALF + [float(one) for one in samples] + [0.0] * (_HALF + 1)
    made = []
    for number in range(len(samples) * _RATE // rate):
        place = number * rate / _RATE
        first = int(place) - _HALF + 1
        taps = [_tap(cutoff, place - (first + n)) for n in range(2 * _HALF)]
        made.append(sum(map(mul, taps, padded[first + _HALF : first + 3 * _HALF])))
    return made


def _tap(cutoff: float, off: float) -> float:
    x = math.pi * cutoff * off
    sinc = math.sin(x) / x if x else 1.0
    return cutoff * sinc * (0.5 + 0.5 * math.cos(math.pi * off / _HALF))


def _mu_law(sample: int) -> int:
    """Send one sample through G.711 mu-law and back."""
    size = min(abs(sample), 32_635) + 132
    power = size.bit_length() - 8
    kept = (size >> (power + 3)) & 15
    back = (((kept << 3) + 132) << power) - 132
    return -back if sample < 0 else back
