"""Where an agent's phone is: in their browser, on their desk, or a number outside.

What agents chose is kept in a file, so that it holds after a restart.
"""

import json
import logging
import os
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_LOG = logging.getLogger(__name__)
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}\Z")


class Way(Enum):
    """Kinds of phones."""

    BROWSER = "browser"
    DESK = "desk"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One phone. ``number``: of one outside, with country code; else "". Raises ValueError."""

    way: Way
    number: str = ""

    def __post_init__(self) -> None:
        if (self.way is Way.OUTSIDE) != bool(self.number):
            raise ValueError("a phone outside has a number, and no other has one")
        if self.number and _NUMBER.match(self.number) is None:
            raise ValueError("write a number with its country code, as in +14155550100")

    @property
    def at(self) -> str:
        """What telephone networks are told: "" for a desk phone, "browser", or the number."""
        return {Way.DESK: "", Way.BROWSER: "browser", Way.OUTSIDE: self.number}[self.way]

    @staticmethod
    def read(text: str) -> "Choice":
        """Make one of what is written: ``desk``, ``browser``, or a number. Raises ValueError."""
        if text in (Way.DESK.value, Way.BROWSER.value):
            return Choice(way=Way(text))
        return Choice(way=Way.OUTSIDE, number=text)

    def written(self) -> str:
        """Write what `read` reads."""
        return self.number or self.way.value


class Choices:
    """What agents chose, by agent. Whoever never chose is not in it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._chosen: dict[str, Choice] = {}
        if file.exists():
            self._load()

    def of(self, agent: str) -> Choice | None:
        """Say what an agent chose."""
        return self._chosen.get(agent)

    def choose(self, agent: str, choice: Choice) -> None:
        """Keep a choice. Raises OSError when it could not be written; it holds all the same."""
        if self._chosen.get(agent) == choice:
            return
        self._chosen[agent] = choice
        text = json.dumps({name: one.written() for name, one in sorted(self._chosen.items())})
        new = self._file.with_suffix(".new")
        new.unlink(missing_ok=True)
        # A number outside is somebody's own telephone.
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{text}\n")
        new.replace(self._file)

    def _load(self) -> None:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            self._chosen = {str(name): Choice.read(str(text)) for name, text in kept.items()}
        except (OSError, ValueError, AttributeError):
            _LOG.error("%s cannot be read: agents' phones are as the center says", self._file)
