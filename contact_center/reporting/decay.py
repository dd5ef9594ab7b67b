"""A mean that forgets: what happened a half-life ago counts half. For displays, not for books."""

from dataclasses import dataclass


@dataclass(slots=True)
class DecayedMean:
    """Mean of values at instants. ``half_life_us``: after which a value has half its weight."""

    half_life_us: int
    _weighted: float = 0.0
    _weight: float = 0.0
    _at: int = 0

    def add(self, value: float, at: int) -> None:
        """Take a value at an instant; one that comes late counts for less, as it should."""
        if at >= self._at:
            self._fade(at)
            fresh = 1.0
        else:
            fresh = 0.5 ** ((self._at - at) / self.half_life_us)
        self._weighted += value * fresh
        self._weight += fresh

    @property
    def mean(self) -> float | None:
        """The mean; None before the first value. It does not change while nothing happens."""
        return self._weighted / self._weight if self._weight > 0 else None

    def _fade(self, at: int) -> None:
        factor = 0.5 ** ((at - self._at) / self.half_life_us) if self._at else 0.0
        self._weighted *= factor
        self._weight *= factor
        self._at = at
