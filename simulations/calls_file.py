"""A call-by-call file: what a telephone system can be asked for, as CSV with a line of headings.

| column | holds |
| --- | --- |
| ``arrived`` | when the caller came into the queue, local time: ``2026-11-02T09:13:05`` |
| ``queue`` | its name |
| ``type`` | the kind of call; may be empty |
| ``waited`` | seconds from coming into the queue to the outcome |
| ``outcome`` | ``answered``, ``abandoned``, ``other`` (a rule's end), or ``no_answer`` |
| ``talk`` | seconds of conversation, holds included; for ``answered`` alone |
| ``wrap_up`` | seconds of work after it; for ``answered`` alone |
| ``agent`` | who answered, or did not |

A row with ``no_answer`` is no caller: it tells that an agent let an offer ring out. Columns may
stand in any order and there may be others.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

COLUMNS = ("arrived", "queue", "type", "waited", "outcome", "talk", "wrap_up", "agent")
UNTYPED = "call"
"""The name of the kind of call where the file names none."""


class Outcome(Enum):
    """What became of a row's call."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OTHER = "other"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One good row. Seconds are 0 where they mean nothing."""

    arrived: datetime
    queue: str
    kind: str
    waited_s: float
    outcome: Outcome
    talk_s: float
    wrap_up_s: float
    agent: str


class BadRowsError(Exception):
    """Some rows cannot be used. `problems` has a line of text for each thing that is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_calls(lines: Iterable[str], name: str = "calls") -> tuple[list[Row], list[str]]:
    """Read the good rows, and a problem for each thing that is wrong, by line of the file.

    Raises BadRowsError when the headings lack a column, or when the text is no CSV.
    """
    taken = _Counted(lines)
    reader = csv.DictReader(taken, strict=True)
    rows: list[Row] = []
    problems: list[str] = []
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise BadRowsError([f"{name}:1: no column {', '.join(missing)}"])
        for cells in reader:
            wrong = [f"{name}:{taken.line}: {text}" for text in _wrong(cells)]
            problems += wrong
            if not wrong:
                rows.append(_row(cells))
    except csv.Error as error:
        raise BadRowsError([f"{name}:{taken.line}: {error}"]) from None
    return rows, problems


class _Counted:
    """Lines, and how many were taken: the reader's own count is one behind when it fails."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.line += 1
        return line


def _wrong(cells: dict[str, str | None]) -> Iterator[str]:
    if any(cells[column] is None for column in COLUMNS):
        yield "fewer cells than headings"
        return
    text = {column: (cells[column] or "").strip() for column in COLUMNS}
    if _time(text["arrived"]) is None:
        yield f'arrived: "{text["arrived"]}" is not a local time; write 2026-11-02T09:13:05'
    outcomes = [outcome.value for outcome in Outcome]
    if text["outcome"] not in outcomes:
        yield f'outcome: "{text["outcome"]}" is not one of {", ".join(outcomes)}'
    if not text["queue"]:
        yield "queue: there is none"
    for column in _counted(text["outcome"]):
        seconds = _seconds(text[column])
        if seconds is None:
            yield f'{column}: "{text[column]}" is not a number of seconds'
        elif column == "talk" and seconds == 0:
            yield "talk: an answered call has some"
    if text["outcome"] == Outcome.NO_ANSWER.value and not text["agent"]:
        yield "agent: somebody did not answer; who?"


def _counted(outcome: str) -> tuple[str, ...]:
    """The columns of seconds that mean something."""
    if outcome == Outcome.NO_ANSWER.value:
        return ()
    return ("waited", "talk", "wrap_up") if outcome == Outcome.ANSWERED.value else ("waited",)


def _row(cells: dict[str, str | None]) -> Row:
    text = {column: (cells[column] or "").strip() for column in COLUMNS}
    counted = _counted(text["outcome"])
    seconds = {
        column: (_seconds(text[column]) or 0.0) if column in counted else 0.0
        for column in ("waited", "talk", "wrap_up")
    }
    return Row(
        arrived=_time(text["arrived"]) or datetime.min,  # noqa: DTZ901 - checked before
        queue=text["queue"],
        kind=text["type"] or UNTYPED,
        waited_s=seconds["waited"],
        outcome=Outcome(text["outcome"]),
        talk_s=seconds["talk"],
        wrap_up_s=seconds["wrap_up"],
        agent=text["agent"],
    )


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is None else None


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
