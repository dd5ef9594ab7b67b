"""How long callers would wait, from callers of whom most were answered first.

Who was answered after a wait shows only that their patience was longer: it is *censored* there.
Leaving them out would make everybody seem far less patient than they are.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from statistics import NormalDist

from simulations.durations import FOREVER, Duration, Exponential, Lognormal

_NORMAL = NormalDist()
_STEPS = 4_000
_BINS = 400


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody waited, and whether they gave up then."""

    seconds: float
    gave_up: bool


@dataclass(frozen=True, slots=True)
class Survival:
    """After `seconds` of waiting, `share` of all callers would still be there."""

    seconds: float
    share: float


def kaplan_meier(waits: Iterable[Wait]) -> list[Survival]:
    """Estimate, without assuming any shape, who is still there after each time somebody gave up.

    Who was answered at the very moment at which another gave up counts as still there.
    """
    ordered = sorted(waits, key=lambda wait: wait.seconds)
    there, share = len(ordered), 1.0
    steps: list[Survival] = []
    for seconds, group in groupby(ordered, key=lambda wait: wait.seconds):
        together = list(group)
        gone = sum(wait.gave_up for wait in together)
        if gone:
            share *= 1 - gone / there
            steps.append(Survival(seconds, share))
        there -= len(together)
    return steps


def exponential_patience(waits: Iterable[Wait]) -> Duration:
    """Fit a memoryless patience: all waiting over all who gave up. Never, if nobody did."""
    kept = list(waits)
    left = sum(wait.gave_up for wait in kept)
    total = math.fsum(wait.seconds for wait in kept)
    return Exponential(mean_s=total / left) if left and total > 0 else FOREVER


def lognormal_patience(waits: Iterable[Wait]) -> Duration:
    """Fit a lognormal patience by maximum likelihood; Never when nobody gave up.

    By expectation and maximisation: each censored wait is replaced by what is to be expected of
    those who wait longer, until nothing changes.
    """
    gone, stayed = _in_bins(waits)
    if not gone:
        return FOREVER
    mean, deviation = _moments(gone)
    mean, deviation = mean + 1.0, max(deviation, 0.5)
    everybody = sum(gone.values()) + sum(stayed.values())
    for _ in range(_STEPS):
        first = math.fsum(x * n for x, n in gone.items())
        second = math.fsum(x * x * n for x, n in gone.items())
        for x, n in stayed.items():
            hazard = _hazard((x - mean) / deviation)
            longer = mean + deviation * hazard
            first += n * longer
            second += n * (mean**2 + deviation**2 + deviation * (x + mean) * hazard)
        new = first / everybody
        spread = math.sqrt(max(second / everybody - new**2, 1e-12))
        moved = abs(new - mean) + abs(spread - deviation)
        mean, deviation = new, spread
        if moved < 1e-9:
            break
    return Lognormal.of_logarithms(mean, deviation)


def likelier_patience(waits: Iterable[Wait]) -> Duration:
    """Fit both shapes and give the one under which the waits are likelier (both by Akaike)."""
    kept = [wait for wait in waits if wait.seconds > 0]
    simple, shaped = exponential_patience(kept), lognormal_patience(kept)
    if not (isinstance(simple, Exponential) and isinstance(shaped, Lognormal)):
        return simple
    # The lognormal has one parameter more, which has to pay for itself.
    return shaped if _lognormal_fit(kept, shaped) - 1 > _exponential_fit(kept, simple) else simple


def _in_bins(waits: Iterable[Wait]) -> tuple[Counter[float], Counter[float]]:
    """Count logarithms of waits, in bins so narrow (one per cent or so) that nothing is lost."""
    gone, stayed = Counter[float](), Counter[float]()
    kept = [wait for wait in waits if wait.seconds > 0]
    if not kept:
        return gone, stayed
    logs = [math.log(wait.seconds) for wait in kept]
    low = min(logs)
    width = max((max(logs) - low) / _BINS, 1e-9)
    for wait, x in zip(kept, logs, strict=True):
        (gone if wait.gave_up else stayed)[low + (int((x - low) / width) + 0.5) * width] += 1
    return gone, stayed


def _moments(counts: Counter[float]) -> tuple[float, float]:
    total = sum(counts.values())
    mean = math.fsum(x * n for x, n in counts.items()) / total
    return mean, math.sqrt(math.fsum((x - mean) ** 2 * n for x, n in counts.items()) / total)


def _hazard(z: float) -> float:
    """Give the normal density over the share above `z`."""
    if z > 30:
        return z + 1 / z
    return _NORMAL.pdf(z) / (math.erfc(z / math.sqrt(2)) / 2)


def _exponential_fit(waits: list[Wait], patience: Exponential) -> float:
    left = sum(wait.gave_up for wait in waits)
    total = math.fsum(wait.seconds for wait in waits)
    return -left * math.log(patience.mean_s) - total / patience.mean_s


def _lognormal_fit(waits: list[Wait], patience: Lognormal) -> float:
    mean, deviation = patience.log_mean, patience.log_deviation

    def one(wait: Wait) -> float:
        z = (math.log(wait.seconds) - mean) / deviation
        if wait.gave_up:
            density = -z * z / 2 - math.log(deviation * math.sqrt(2 * math.pi))
            return density - math.log(wait.seconds)
        above = math.erfc(z / math.sqrt(2)) / 2
        return math.log(above) if above > 0 else -z * z / 2 - math.log(z * math.sqrt(2 * math.pi))

    return math.fsum(map(one, waits))
