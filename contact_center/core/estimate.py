"""How long a caller will wait, from what the queue did of late.

With n callers before this one, s agents at work for them, a mean handle time a and callers who give
up at rate theta, the next n+1 steps happen at rates ``s/a + j*theta``; their mean times add up to
the expected wait, their variances to its spread (Whitt's queue-length estimator with abandonment).

Floats are used: only sums, products and square roots, which every machine rounds alike; nothing
here orders callers.
"""

from dataclasses import dataclass
from math import sqrt

HALF_LIFE_US = 1_800_000_000
"""How fast the level of service loses weight: half of it every half hour.

How long calls take and how patient callers are changes more slowly, and is known the better the
more calls tell of it: half of that is gone after `SLOWER` times as long.
"""
SLOWER = 16
_EIGHTH = 0.9170040432046712
_SLOW_EIGHTH = 0.994599423483633
"""Two to the power of minus one eighth, and of that over `SLOWER`, written out: powers are not
rounded alike everywhere."""
PRIOR = 5.0
"""The configured handle time counts as much as this many calls."""
_LONG = 400
"""Callers before one that are summed one by one; beyond, in growing strides."""
_Z = 1.2816
"""Four out of five lie within so many standard deviations, one out of ten on either side."""


@dataclass(slots=True, kw_only=True)
class QueueHistory:
    """What a queue did of late, decaying. Plain data.

    ``handled``, ``handled_us``: calls and their time with agents (talk, hold, wrap-up).
    ``left``, ``waited_us``: callers who gave up, and everybody's time of waiting.
    ``in_time``, ``decided``: answered within the level, and answered or abandoned later.
    """

    updated: int = 0
    handled: float = 0.0
    handled_us: float = 0.0
    left: float = 0.0
    waited_us: float = 0.0
    in_time: float = 0.0
    decided: float = 0.0

    def age(self, now: int) -> None:
        """Let time pass over the numbers, in steps of an eighth of the half-life."""
        steps = (now - self.updated) // (HALF_LIFE_US // 8)
        if steps <= 0:
            return
        self.updated = now
        factor = slow = 1.0
        for _ in range(min(steps, 400 * SLOWER)):
            factor *= _EIGHTH
            slow *= _SLOW_EIGHTH
        self.handled *= slow
        self.handled_us *= slow
        self.left *= slow
        self.waited_us *= slow
        self.in_time *= factor
        self.decided *= factor

    def handle_us(self, prior_us: int) -> float:
        """Give the mean handle time."""
        return (self.handled_us + PRIOR * prior_us) / (self.handled + PRIOR)

    def leave_rate(self) -> float:
        """Give how many of those who wait give up, per microsecond of waiting."""
        return self.left / self.waited_us if self.waited_us > 0 else 0.0

    def level_percent(self) -> float | None:
        """Give how many of a hundred were answered in time; None when nobody was."""
        return 100 * self.in_time / self.decided if self.decided >= 1 else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A wait to expect, in microseconds: its mean, and a range for four callers out of five."""

    mean_us: int
    low_us: int
    high_us: int


def expected_wait(ahead: int, agents: float, handle_us: float, leave_rate: float) -> Estimate:
    """Estimate the wait of somebody with `ahead` callers before them.

    `agents` is how many serve them, as a share of those who serve others too; above 0.
    """
    rate = agents / max(handle_us, 1.0)
    mean = variance = 0.0
    j, stride = 0, 1
    while j <= ahead:
        span = min(stride, ahead + 1 - j)
        step = 1.0 / (rate + (j + (span - 1) / 2) * leave_rate)
        mean += span * step
        variance += span * step * step
        j += span
        if j > _LONG:
            stride += 1 + stride // 16
    low, high = _range(mean, variance)
    return Estimate(round(mean), round(low), round(high))


def _range(mean: float, variance: float) -> tuple[float, float]:
    """Give the outer tenths of a gamma distribution (Wilson and Hilferty's approximation)."""
    shape = mean * mean / variance
    scale = variance / mean
    bend = 1 / (9 * shape)
    low = max(0.0, 1 - bend - _Z * sqrt(bend)) ** 3
    high = (1 - bend + _Z * sqrt(bend)) ** 3
    return shape * scale * low, shape * scale * high
