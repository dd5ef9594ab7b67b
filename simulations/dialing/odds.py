"""The chance that as many want an agent as there are: exactly, and by the normal law."""

import math
from collections.abc import Sequence
from typing import Protocol


class Odds(Protocol):
    """Supply against demand, at one moment."""

    def risk(self) -> float:
        """Give the chance that demand is at least supply."""

    def add(self, chance: float) -> None:
        """Let one more want an agent, with this chance."""


class Exact:
    """By folding: `free` and `waiting` are sure, the others come with their chances."""

    def __init__(
        self, free: int, freed: Sequence[float], waiting: int, answers: Sequence[float]
    ) -> None:
        most = max(free, 0) + len(freed) + 1
        supply = [0.0] * (most + 1)
        supply[max(free, 0)] = 1.0
        for chance in freed:
            _fold(supply, chance)
        total = 0.0
        self._at_most: list[float] = []
        for part in supply:
            total += part
            self._at_most.append(total)
        self._demand = [0.0] * (most + 1)
        self._demand[min(waiting, most)] = 1.0
        for chance in answers:
            _fold(self._demand, chance)

    def risk(self) -> float:
        """Give the chance that demand is at least supply."""
        return sum(d * s for d, s in zip(self._demand, self._at_most, strict=True))

    def add(self, chance: float) -> None:
        """Let one more want an agent, with this chance."""
        _fold(self._demand, chance)


class Rough:
    """By means and variances: for many agents."""

    def __init__(
        self, free: int, freed: Sequence[float], waiting: int, answers: Sequence[float]
    ) -> None:
        self._over = waiting + sum(answers) - free - sum(freed)
        self._variance = sum(c * (1 - c) for c in freed) + sum(c * (1 - c) for c in answers)

    def risk(self) -> float:
        """Give the chance that demand is at least supply."""
        return 0.5 * math.erfc(-(self._over + 0.5) / math.sqrt(2 * (self._variance + 0.05)))

    def add(self, chance: float) -> None:
        """Let one more want an agent, with this chance."""
        self._over += chance
        self._variance += chance * (1 - chance)


def below(value: float, mean: float, deviation: float) -> float:
    """Give the share of a lognormal law (mean and deviation of the logarithm) below a value."""
    if value <= 0:
        return 0.0
    return 0.5 * math.erfc(-(math.log(value) - mean) / deviation / math.sqrt(2))


def _fold(law: list[float], chance: float) -> None:
    """Add an event to a law of counts; its last place is "so many or more"."""
    law[-1] += law[-2] * chance
    for count in range(len(law) - 2, 0, -1):
        law[count] = law[count] * (1 - chance) + law[count - 1] * chance
    law[0] *= 1 - chance
