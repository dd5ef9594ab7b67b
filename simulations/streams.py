"""Chance, seeded: one stream of random numbers for each purpose.

With a stream of its own, each purpose draws the same numbers whatever the others do. So two
scenarios that differ in one thing meet the same callers, with the same patience and the same
business (common random numbers), and their difference is seen with far fewer days.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one seed. Names are as many words or numbers as it takes."""

    seed: int

    def of(self, *purpose: str | int) -> Random:
        """Give a stream at its beginning: the same numbers for the same seed and purpose."""
        return Random("\x1f".join(map(str, (self.seed, *purpose))))


def seeds(first: int, count: int) -> range:
    """Give the seeds of `count` replications."""
    return range(first, first + count)
