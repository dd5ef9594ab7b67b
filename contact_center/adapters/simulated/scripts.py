"""Scripts of people on the phone, as data: lines of plain words, read into steps.

    wait 3 s                      wait until hearing press two
    press 2 after 3 s             wait until hearing sorry for at most 20 s
    say hello after 1..4 s        wait for music
    hang up after 40 s            wait for somebody

Times are seconds; ``1..4 s`` is drawn evenly from the person's seeded generator.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random

_SPAN = re.compile(r"\s*(?P<low>\d+(?:\.\d+)?)(?:\.\.(?P<high>\d+(?:\.\d+)?))?\s*s\Z")
_ACT = re.compile(
    r"(?P<does>press|say|hang up)(?: (?!after \d)(?P<what>.+?))?(?: after (?P<span>\S+ ?s))?\Z"
)
_HEAR = re.compile(r"wait until hearing (?P<what>.+?)(?:\s+for at most\s+(?P<span>\S+ ?s))?\Z")
_FOR = re.compile(r"wait for (?P<what>music|somebody)(?:\s+for at most\s+(?P<span>\S+ ?s))?\Z")
_WAIT = re.compile(r"wait (?P<span>\d\S* ?s)\Z")
_KEYS = re.compile(r"[0-9*#A-D]+\Z")
MOST_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in seconds, drawn evenly from `low` to `high`."""

    low: float
    high: float

    def draw_us(self, rng: Random) -> int:
        """Draw a length in microseconds."""
        return round(rng.uniform(self.low, self.high) * 1_000_000)


AT_ONCE = Span(0.0, 0.0)


class Does(Enum):
    """What a person does in one step."""

    WAIT = "wait"
    PRESS = "press"
    SAY = "say"
    HANG_UP = "hang up"
    HEAR = "wait until hearing"
    MUSIC = "wait for music"
    SOMEBODY = "wait for somebody"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `span`: the delay before acting, or the longest wait (then the script goes on)."""

    does: Does
    what: str = ""
    span: Span | None = None


def read_span(text: str) -> Span:
    """Read ``3 s`` or ``1..4 s``. Raises ValueError for anything else."""
    match = _SPAN.match(text)
    if match is None:
        raise ValueError(f"{text.strip()!r} is not a time such as '3 s' or '1..4 s'")
    low = float(match["low"])
    high = float(match["high"] or low)
    if not low <= high <= MOST_S:
        raise ValueError(f"{text.strip()!r}: times go up, and to {MOST_S:.0f} s at most")
    return Span(low, high)


def read_script(lines: Sequence[str]) -> tuple[Step, ...]:
    """Read a script. Raises ValueError naming every line that cannot be read."""
    steps, problems = [], []
    for number, line in enumerate(lines, 1):
        try:
            steps.append(_read_line(" ".join(line.split())))
        except ValueError as problem:
            problems.append(f"line {number}: {problem}")
    if problems:
        raise ValueError("; ".join(problems))
    return tuple(steps)


def _read_line(line: str) -> Step:
    if match := _WAIT.match(line):
        return Step(Does.WAIT, span=read_span(match["span"]))
    if match := _HEAR.match(line):
        return Step(Does.HEAR, match["what"], _limit(match["span"]))
    if match := _FOR.match(line):
        return Step(Does(f"wait for {match['what']}"), "", _limit(match["span"]))
    if match := _ACT.match(line):
        does, what = Does(match["does"]), match["what"] or ""
        if does is Does.PRESS and not _KEYS.match(what):
            raise ValueError(f"{what!r} are not keys of a phone")
        if (does is Does.HANG_UP) == bool(what):
            raise ValueError(f"{line!r} says too much or too little")
        return Step(does, what, read_span(match["span"]) if match["span"] else AT_ONCE)
    raise ValueError(f"{line!r} is not something a person on the phone does")


def _limit(text: str | None) -> Span | None:
    return read_span(text) if text else None
