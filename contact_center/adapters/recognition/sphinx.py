"""The engine: PocketSphinx with the US English model that its wheel brings along.

A grammar of the words that are listened for always finds one of them, whatever was said. So the
same sound is given to a second decoder that may hear any sequence of phones: the more of what was
said that one explains better, the less it was one of the words. The difference of the two scores,
with how good the first is by itself, makes the confidence; docs/speech.md has what came of it.
"""

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pocketsphinx

from contact_center.adapters.recognition.sound import doubled

LANGUAGE = "en"
"""The one language there is a model for, whatever the land."""
_WORD = re.compile(r"[a-z']+\Z")
_MIDDLE, _WIDTH = -0.196, 0.077
"""The score that half a confidence is, and how quickly it changes around it: so that, of four
voices, a fifth of what is no option came to 0.3 and more, and a twentieth to 0.6."""
_OWN = 20.0
"""What the score of a frame counts beside the difference of the whole."""
_FEWEST_FRAMES = 10
_GRAMMAR = "words"


def spoken(phrase: str) -> str:
    """Write a phrase as the dictionary does: ``Don’t know`` is ``don't know``."""
    return " ".join(phrase.casefold().replace("’", "'").replace("-", " ").split())


def dictionary_file() -> Path:
    """Say where the dictionary of the model is: a word and its phones a line."""
    return Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"


class Sphinx:
    """Understands one utterance at a time. Making one takes a fifth of a second and 70 MB."""

    def __init__(self) -> None:
        folder = Path(pocketsphinx.get_model_path()) / "en-us"
        model = str(folder / "en-us")
        common = {"hmm": model, "dict": str(dictionary_file()), "loglevel": "FATAL", "lm": None}
        self._words = pocketsphinx.Decoder(pocketsphinx.Config(**common))
        self._phones = pocketsphinx.Decoder(
            pocketsphinx.Config(
                **common,
                allphone=str(folder / "en-us-phone.lm.bin"),
                lw=2.0,
                beam=1e-10,
                pbeam=1e-10,
            )
        )
        self._grammar: tuple[str, ...] = ()

    def can_say(self, phrase: str) -> bool:
        """Say whether every word of a phrase is in the dictionary."""
        words = spoken(phrase).split()
        return bool(words) and all(
            _WORD.match(word) and self._words.lookup_word(word) is not None for word in words
        )

    def understand(self, sound: bytes, phrases: Iterable[str]) -> tuple[str, float]:
        """Give the phrase that was said in one utterance, and how sure that is, from 0 to 1.

        `sound` is 16 bit linear at 8 kHz. No phrase: "", which comes with 0.
        """
        known = {spoken(phrase): phrase for phrase in phrases if self.can_say(phrase)}
        if not known or len(sound) < 2:
            return "", 0.0
        wide = doubled(sound)
        heard, with_words, frames = self._heard(wide, known)
        if heard not in known:
            return "", 0.0
        with_phones = _score(self._phones, wide)
        if with_phones <= 0 or with_words <= 0:
            return "", 0.0
        own = math.log(with_words)
        difference = own - math.log(with_phones)
        return known[heard], sureness(difference + _OWN * own / max(_FEWEST_FRAMES, frames))

    def _heard(self, wide: bytes, known: Mapping[str, str]) -> tuple[str, float, int]:
        """Give the words, their score, and in how many frames something was said."""
        grammar = tuple(sorted(known))
        if grammar != self._grammar:
            options = " | ".join(grammar)
            self._words.add_jsgf_string(
                _GRAMMAR, f"#JSGF V1.0; grammar {_GRAMMAR}; public <said> = {options};"
            )
            self._words.activate_search(_GRAMMAR)
            self._grammar = grammar
        score = _score(self._words, wide)
        found = self._words.hyp()
        if found is None:
            return "", score, 0
        said = [part for part in self._words.seg() if not part.word.startswith("<")]
        frames = sum(part.end_frame - part.start_frame + 1 for part in said)
        return found.hypstr.strip(), score, frames


def sureness(score: float) -> float:
    """From how much better the words explain what was said to a confidence."""
    return 1 / (1 + math.exp(max(-50.0, min(50.0, -(score - _MIDDLE) / _WIDTH))))


def _score(decoder: "pocketsphinx.Decoder", wide: bytes) -> float:
    decoder.start_utt()
    decoder.process_raw(wide, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return float(found.score) if found is not None else 0.0
