"""How long many callers waited: every length exactly, or a sketch that never grows.

Percentiles are by nearest rank: the 90th is the least length that at least 90 % did not exceed.
"""

import math
from collections import Counter
from typing import Protocol, Self


class Waits(Protocol):
    """A collection of lengths of time, in microseconds."""

    def add(self, us: int) -> None:
        """Count one."""

    def merge(self, other: Self) -> None:
        """Count all of the other's."""

    def percentile(self, percent: int) -> int | None:
        """The least length that `percent` of all do not exceed; None when there is none."""


class ExactWaits:
    """Every length, kept; for history."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()

    def add(self, us: int, times: int = 1) -> None:
        """Count one, or several that are equal."""
        self.counts[us] += times

    def merge(self, other: Self) -> None:
        """Count all of the other's."""
        self.counts.update(other.counts)

    def percentile(self, percent: int) -> int | None:
        """The exact one."""
        return _nearest_rank(self.counts, percent)


class WaitSketch:
    """Counts in buckets whose bounds grow by 2 %: off by 1 % at most, however many are counted.

    Below a millisecond everything is one bucket; from there to a day there are some 930.
    """

    GROWTH = 1.02

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()

    def add(self, us: int) -> None:
        """Count one."""
        self.counts[0 if us < 1000 else math.ceil(math.log(us / 1000, self.GROWTH)) + 1] += 1

    def merge(self, other: Self) -> None:
        """Count all of the other's."""
        self.counts.update(other.counts)

    def percentile(self, percent: int) -> int | None:
        """The middle of the bucket where it lies."""
        bucket = _nearest_rank(self.counts, percent)
        if bucket is None:
            return None
        if bucket == 0:
            return 0
        return round(2000 * self.GROWTH ** (bucket - 1) / (1 + self.GROWTH))


def _nearest_rank(counts: Counter[int], percent: int) -> int | None:
    if not 0 < percent <= 100:
        raise ValueError(f"a percentile is from 1 to 100, not {percent}")
    rank = -(-percent * counts.total() // 100)
    below = 0
    for value in sorted(counts):
        below += counts[value]
        if below >= rank:
            return value
    return None
