"""What became of each line of a file that is imported: nothing is passed over in silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """What became of a line, worst last: a line with several fates counts as the worst.

    COMMENT: it says nothing. KEPT: it is in the center. NOT_NEEDED: we behave so anyway, or what it
    tunes does not exist here. TO_DO: it is in the center, and a person has to complete it.
    LEFT_OUT: it is not in the center.
    """

    COMMENT = "comment"
    KEPT = "kept"
    NOT_NEEDED = "not needed"
    TO_DO = "to do"
    LEFT_OUT = "left out"


_WORST = list(Verdict)


@dataclass(slots=True)
class Entry:
    """One line of a file, and its fate."""

    file: str
    line: int
    text: str
    verdict: Verdict | None = None
    words: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = (self.verdict or Verdict.LEFT_OUT).value
        words = "; ".join(self.words)
        return f"{self.file}:{self.line}: {self.text}\n    {verdict}{': ' if words else ''}{words}"


class Report:
    """The fates of all lines of all files, in their order."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, int], Entry] = {}

    def expect(self, file: str, line: int, text: str) -> None:
        """Note that there is something on a line, whatever becomes of it."""
        known = self._entries.get((file, line))
        if known is None:
            self._entries[file, line] = Entry(file, line, text.strip())

    def say(self, file: str, line: int, verdict: Verdict, words: str = "") -> None:
        """Note a fate of a line that is expected; a line of a template may have several."""
        entry = self._entries[file, line]
        now = _WORST.index(verdict)
        if entry.verdict is None or now > _WORST.index(entry.verdict):
            entry.verdict = verdict
        if words and words not in entry.words:
            entry.words.append(words)

    def finish(self, words: str) -> None:
        """Give every line without a fate the worst one, with these words."""
        for entry in self._entries.values():
            if entry.verdict is None:
                self.say(entry.file, entry.line, Verdict.LEFT_OUT, words)

    @property
    def entries(self) -> Iterable[Entry]:
        """Every line, file by file."""
        return self._entries.values()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out and nothing is left to do."""
        bad = (Verdict.LEFT_OUT, Verdict.TO_DO, None)
        return not any(entry.verdict in bad for entry in self._entries.values())

    def counts(self) -> Mapping[str, int]:
        """How many lines had which fate."""
        found = dict.fromkeys((verdict.value for verdict in Verdict), 0)
        for entry in self._entries.values():
            found[(entry.verdict or Verdict.LEFT_OUT).value] += 1
        return found
