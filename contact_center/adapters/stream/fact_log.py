"""The newest facts in memory, numbered, for readers who each go at their own pace.

One ring for all of them: a reader is a place in it. Nobody's slowness costs memory, and whoever
falls behind by the whole ring has lost their place and is told so.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from contact_center.adapters.stream.plain import is_told, plain
from contact_center.core.facts import Fact

BOUND = 50_000

_encoder = msgspec.json.Encoder()


class LostPlaceError(Exception):
    """What was to be read next is not there any more, or never was here."""


@dataclass(slots=True)
class _Entry:
    number: int
    fact: Fact
    line: bytes = b""


class FactLog:
    """A reader of facts. ``epoch`` tells cursors of this process from those of others."""

    def __init__(self, epoch: int, bound: int = BOUND) -> None:
        self._epoch = epoch
        self._ring: deque[_Entry] = deque(maxlen=bound)
        self._next = 1
        self._readers: set[asyncio.Event] = set()

    def publish(self, facts: Sequence[Fact]) -> None:
        """Take facts, in order; the oldest go when the ring is full."""
        for fact in facts:
            if is_told(fact):
                self._ring.append(_Entry(self._next, fact))
                self._next += 1
        for reader in self._readers:
            reader.set()

    @property
    def newest(self) -> int:
        """The number of the newest fact; 0 before the first."""
        return self._next - 1

    @property
    def oldest(self) -> int:
        """The number of the oldest fact that can be read; one more than `newest` for none."""
        return self._ring[0].number if self._ring else self._next

    def cursor(self, number: int) -> str:
        """Name a place: behind the fact of this number."""
        return f"{self._epoch}-{number}"

    def place(self, cursor: str) -> int:
        """Read a cursor. Raises LostPlaceError when what follows it cannot be read here."""
        epoch, _, number = cursor.partition("-")
        if epoch != str(self._epoch) or not (number.isascii() and number.isdigit()):
            raise LostPlaceError
        self._check(int(number))
        return int(number)

    def read(
        self, place: int, types: frozenset[str] | None, most: int = 200
    ) -> tuple[list[bytes], int]:
        """Give up to `most` lines behind a place, and the place behind them.

        Raises LostPlaceError when facts were missed. ``types``: names of facts; None for all.
        """
        self._check(place)
        lines: list[bytes] = []
        for entry in _behind(self._ring, place - self.oldest + 1):
            if types is None or type(entry.fact).__name__ in types:
                lines.append(self._line(entry))
            place = entry.number
            if len(lines) >= most:
                break
        return lines, place

    def watch(self) -> asyncio.Event:
        """Give an event that is set whenever there may be more. End with `unwatch`."""
        event = asyncio.Event()
        self._readers.add(event)
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        """Stop setting the event."""
        self._readers.discard(event)

    @property
    def readers(self) -> int:
        """How many read along."""
        return len(self._readers)

    def _check(self, place: int) -> None:
        if not self.oldest - 1 <= place <= self.newest:
            raise LostPlaceError

    def _line(self, entry: _Entry) -> bytes:
        if not entry.line:
            told = {"cursor": self.cursor(entry.number), **plain(entry.fact)}
            entry.line = _encoder.encode(told)
        return entry.line


def _behind(ring: deque[_Entry], skipped: int) -> Iterable[_Entry]:
    # A deque is quick at its ends only, and readers are nearly always at the new one.
    for index in range(max(0, skipped), len(ring)):
        yield ring[index]
