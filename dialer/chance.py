"""Chance that can be repeated: a seeded generator whose whole state is a number (splitmix64)."""

import math
from collections.abc import Sequence
from typing import TypeVar

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
T = TypeVar("T")


class Chance:
    """Draws. The same seed gives the same draws, on every machine and version of Python."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def share(self) -> float:
        """Draw from [0, 1)."""
        self._state = (self._state + _STEP) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    def below(self, count: int) -> int:
        """Draw a whole number from [0, count)."""
        return int(self.share() * count)

    def one(self, of: Sequence[T]) -> T:
        """Draw one of several."""
        return of[self.below(len(of))]

    def normal(self) -> float:
        """Draw from the standard normal law (Box and Muller's way)."""
        return math.sqrt(-2.0 * math.log(1.0 - self.share())) * math.cos(
            2.0 * math.pi * self.share()
        )

    def lognormal(self, mean: float, cv: float) -> float:
        """Draw from the lognormal law of a mean and a coefficient of variation."""
        variance = math.log(1.0 + cv * cv)
        return mean * math.exp(math.sqrt(variance) * self.normal() - variance / 2.0)
