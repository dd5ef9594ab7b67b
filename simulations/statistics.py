"""From numbers that chance made to what may be said about them.

Intervals are Student's: for a handful of replications or batch means, which are nearly normal.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and the interval that holds the true value with a given confidence."""

    estimate: float
    low: float
    high: float
    confidence: float
    count: int

    def holds(self, value: float) -> bool:
        """Whether `value` lies in the interval."""
        return self.low <= value <= self.high

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Numbers in a nutshell."""

    count: int
    mean: float
    median: float
    deviation: float
    p90: float
    largest: float


def summary(values: Sequence[float]) -> Summary:
    """Sum up. Raises ValueError without values."""
    _some(values)
    return Summary(
        count=len(values),
        mean=math.fsum(values) / len(values),
        median=statistics.median(values),
        deviation=statistics.stdev(values) if len(values) > 1 else 0.0,
        p90=quantile(values, 0.9),
        largest=max(values),
    )


def replications(run: Callable[[int], T], seeds: Iterable[int]) -> list[T]:
    """Run once for each seed, in order."""
    return [run(seed) for seed in seeds]


def after_warm_up(samples: Iterable[tuple[float, T]], from_s: float) -> list[T]:
    """Keep what happened at `from_s` or later, of pairs of a time and what happened."""
    return [what for at, what in samples if at >= from_s]


def batch_means(values: Sequence[float], batches: int) -> list[float]:
    """Cut into equally long batches, leaving out a rest at the *beginning*, and give their means.

    Raises ValueError with fewer values than batches.
    """
    size = len(values) // batches if batches > 0 else 0
    if not size:
        raise ValueError(f"{len(values)} values make no {batches} batches")
    start = len(values) - size * batches
    return [math.fsum(values[i : i + size]) / size for i in range(start, len(values), size)]


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Say where the mean is, of independent values. Raises ValueError with fewer than two."""
    if len(values) < 2:
        raise ValueError("an interval needs at least two values")
    mean = math.fsum(values) / len(values)
    spread = statistics.stdev(values) / math.sqrt(len(values))
    return _around(mean, spread, len(values), confidence)


def ratio_interval(
    above: Sequence[float], below: Sequence[float], confidence: float = 0.95
) -> Interval:
    """Say where a ratio of means is, such as waits over callers, of independent pairs.

    By linearising (the delta method). Raises ValueError without two pairs, or nothing below.
    """
    if len(above) != len(below) or len(above) < 2 or not math.fsum(below):
        raise ValueError("a ratio needs at least two pairs, and something below")
    ratio = math.fsum(above) / math.fsum(below)
    rests = [a - ratio * b for a, b in zip(above, below, strict=True)]
    mean_below = math.fsum(below) / len(below)
    spread = math.sqrt(math.fsum(r * r for r in rests) / (len(rests) - 1) / len(rests)) / mean_below
    return _around(ratio, spread, len(above), confidence)


def each_of(intervals: int, together: float = 0.95) -> float:
    """Give the confidence for each of several intervals so that all hold with `together`.

    Bonferroni's: however they depend on each other.
    """
    return 1 - (1 - together) / intervals


def rmse(estimates: Sequence[float], actual: Sequence[float]) -> float:
    """Root of the mean squared error. Raises ValueError without values or when not as many."""
    _some(actual)
    squares = ((e - a) ** 2 for e, a in zip(estimates, actual, strict=True))
    return math.sqrt(math.fsum(squares) / len(actual))


def bias(estimates: Sequence[float], actual: Sequence[float]) -> float:
    """Mean of estimate less actual."""
    _some(actual)
    return math.fsum(e - a for e, a in zip(estimates, actual, strict=True)) / len(actual)


def share_within(estimates: Sequence[float], actual: Sequence[float], within: float) -> float:
    """Share of the estimates that miss by at most `within`."""
    _some(actual)
    near = sum(abs(e - a) <= within for e, a in zip(estimates, actual, strict=True))
    return near / len(actual)


def quantile(values: Sequence[float], share: float) -> float:
    """Give the value that `share` of the values do not exceed, between neighbours in proportion."""
    _some(values)
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def student_t(share: float, freedom: int) -> float:
    """Give Student's t that `share` do not exceed, with `freedom` degrees of freedom."""
    if not 0 < share < 1 or freedom < 1:
        raise ValueError("a share between 0 and 1, and at least one degree of freedom")
    if share < 0.5:
        return -student_t(1 - share, freedom)
    low, high = 0.0, 1.0
    while _student_above(high, freedom) > 1 - share:
        high *= 2
    while high - low > 1e-12 * max(1.0, high):
        middle = (low + high) / 2
        if _student_above(middle, freedom) > 1 - share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _around(mean: float, spread: float, count: int, confidence: float) -> Interval:
    reach = student_t((1 + confidence) / 2, count - 1) * spread
    return Interval(
        estimate=mean, low=mean - reach, high=mean + reach, confidence=confidence, count=count
    )


def _student_above(t: float, freedom: int) -> float:
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Give the regularised incomplete beta function, by Lentz's continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log1p(-x)) / a
    above, below, value = 1.0, 1 / (1 - (a + b) * x / (a + 1)), 1 / (1 - (a + b) * x / (a + 1))
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below = 1 / (1 + term * below)
            above = 1 + term / above
            value *= above * below
        if abs(above * below - 1) < 1e-15:
            break
    return front * value


def _some(values: Sequence[float]) -> None:
    if not values:
        raise ValueError("there are no values")
