"""What the engine can hear: the dictionary's words, and which of them sound alike."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from contact_center.adapters.recognition.sphinx import LANGUAGE, dictionary_file, spoken

Phones = tuple[str, ...]
ALIKE = 0.34
"""Phrases of which so small a part is different are mistaken for each other."""


class Lexicon:
    """Pronunciations of the words that were asked for; the file is read once, when one is."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or dictionary_file()
        self._known: Mapping[str, Sequence[Phones]] | None = None

    def hears(self, language: str) -> bool:
        """Say whether there is a model of a language."""
        return language.partition("-")[0].lower() == LANGUAGE

    def unknown(self, phrase: str) -> tuple[str, ...]:
        """List the words of a phrase that are not in the dictionary: it is not listened for."""
        return tuple(word for word in spoken(phrase).split() if word not in self._words())

    def difference(self, one: str, other: str) -> float:
        """Say how different two phrases sound: 0 not at all, 1 entirely."""
        return min(
            (
                _edits(a, b) / max(len(a), len(b))
                for a in self._ways(one)
                for b in self._ways(other)
            ),
            default=1.0,
        )

    def alike(self, phrases: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """List the pairs that sound alike."""
        known = [phrase for phrase in dict.fromkeys(phrases) if not self.unknown(phrase)]
        return tuple(pair for pair in combinations(known, 2) if self.difference(*pair) <= ALIKE)

    def _ways(self, phrase: str) -> list[Phones]:
        ways: list[Phones] = [()]
        for word in spoken(phrase).split():
            ways = [way + said for way in ways for said in self._words().get(word, ())][:16]
        return ways

    def _words(self) -> Mapping[str, Sequence[Phones]]:
        if self._known is None:
            known: dict[str, list[Phones]] = {}
            with self._file.open(encoding="utf-8") as lines:
                for line in lines:
                    word, _, phones = line.partition(" ")
                    known.setdefault(word.partition("(")[0], []).append(tuple(phones.split()))
            self._known = known
        return self._known


def _edits(one: Phones, other: Phones) -> int:
    """Count the phones that have to be changed, added or left out."""
    row = list(range(len(other) + 1))
    for number, phone in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, another in enumerate(other, 1):
            before, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, before + (phone != another)),
            )
    return row[-1]
