"""People who are dialled, and agents who talk to them: the world of the benchmark.

A dial is set up for 1.5 s. A person answers with the probability of the moment, after ringing for a
lognormal time. Of the other dials 15 % are busy or no number, 45 % answered by a machine, which the
switch recognises, and 40 % ring in vain. Every kind of chance has its own stream, so policies meet
the same kind of people.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from dialer.floor import CallStage
from dialer.rehearsal_parts import Lead, Outcome
from simulations.streams import Streams

SECOND_US = 1_000_000
DAY_S = 86_400.0

Course = Callable[[float], float]
"""A value by seconds from the start."""


def steady(value: float) -> Course:
    """Make a course that is always the same."""
    return lambda _: value


ALWAYS, NEVER = steady(1.0), steady(0.0)


def steps(first: float, *later: tuple[float, float]) -> Course:
    """Make a course that changes at once: (from second, value) in order of time."""

    def at(second: float) -> float:
        value = first
        for since, then in later:
            if second >= since:
                value = then
        return value

    return at


def swing(middle: float, reach: float, period_s: float) -> Course:
    """Make a course that swings, from the middle upwards first."""
    return lambda second: middle + reach * math.sin(2 * math.pi * second / period_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How callees and agents behave. Times in seconds.

    ``answer``: how probably a person answers, at a time. ``handle_s``: mean of talk and wrap-up.
    ``stretch``: times as long as that, at a time. ``false_machine``: people taken for machines.
    ``inbound_per_hour``: calls from outside for the pool's agents, at a time.
    ``failing``: from and to when every dial fails. ``odds_deviation``: how much leads differ (the
    deviation of the logarithm of their odds, which the pacer is told).
    """

    answer: Course
    handle_s: float
    stretch: Course = ALWAYS
    setup_s: float = 1.5
    ring_s: float = 10.0
    ring_cv: float = 0.55
    longest_ring_s: float = 25.0
    talk_cv: float = 0.9
    wrap_cv: float = 0.5
    busy: float = 0.15
    machine: float = 0.45
    machine_ring_s: float = 18.0
    false_machine: float = 0.0
    inbound_per_hour: Course = NEVER
    most_inbound_per_hour: float = 0.0
    failing: tuple[float, float] | None = None
    odds_deviation: float = 0.0

    @property
    def wrap_s(self) -> float:
        """Mean of the wrap-up: a fifth of the handling, and at most 15 s."""
        return min(15.0, 0.2 * self.handle_s)


def lognormal(mean: float, cv: float) -> tuple[float, float]:
    """Give mean and deviation of the logarithm."""
    deviation = math.sqrt(math.log1p(cv * cv))
    return math.log(mean) - deviation * deviation / 2, deviation


class Callees:
    """A world by manners and a seed; see `dialer.rehearsal_parts.World`."""

    def __init__(self, manners: Manners, seed: int, start_at: int) -> None:
        streams = Streams(seed)
        self._manners, self._start = manners, start_at
        self._dials, self._talks, self._outside = (
            streams.of("dialing", what) for what in ("dials", "talks", "outside")
        )
        self._ring = lognormal(manners.ring_s, manners.ring_cv)
        self._talk = lognormal(manners.handle_s - manners.wrap_s, manners.talk_cv)
        self._wrap = lognormal(manners.wrap_s, manners.wrap_cv)

    def _second(self, at: int) -> float:
        return (at - self._start) / SECOND_US

    def outcome(self, at: int, lead: Lead) -> Outcome:
        """Say what comes of dialling this lead now."""
        manners, chance = self._manners, self._dials
        second = self._second(at)
        if manners.failing and manners.failing[0] <= second < manners.failing[1]:
            return Outcome(CallStage.FAILED, SECOND_US)
        person = chance.random() < min(0.97, manners.answer(second) * lead.odds)
        what = chance.random()
        if person:
            mean, deviation = self._ring
            rings = min(manners.longest_ring_s, math.exp(chance.gauss(mean, deviation)))
            missed = what < manners.false_machine
            stage = CallStage.MACHINE if missed else CallStage.WAITING
        elif what < manners.busy:
            rings = chance.uniform(0.5, 3.0)
            stage = CallStage.BUSY
            missed = False
        else:
            machine = what < manners.busy + manners.machine
            rings = manners.longest_ring_s
            if machine:
                rings = min(rings, max(10.0, chance.gauss(manners.machine_ring_s, 2.0)))
            stage = CallStage.MACHINE if machine else CallStage.NO_ANSWER
            missed = False
        return Outcome(stage, round((manners.setup_s + rings) * SECOND_US), missed)

    def talk_us(self, at: int) -> int:
        """Draw a talk that begins now."""
        mean, deviation = self._talk
        stretch = self._manners.stretch(self._second(at))
        return round(stretch * math.exp(self._talks.gauss(mean, deviation)) * SECOND_US) + 1

    def wrap_us(self, at: int) -> int:
        """Draw a wrap-up."""
        mean, deviation = self._wrap
        stretch = self._manners.stretch(self._second(at))
        return round(stretch * math.exp(self._talks.gauss(mean, deviation)) * SECOND_US) + 1

    def next_inbound(self, at: int) -> int | None:
        """Say when the next call from outside comes (Poisson, thinned to the rate of the time)."""
        most = self._manners.most_inbound_per_hour / 3600.0
        if not most:
            return None
        first = second = self._second(at)
        while second < first + DAY_S:
            second += self._outside.expovariate(most)
            rate = self._manners.inbound_per_hour(second) / 3600.0
            if self._outside.random() * most < rate:
                return self._start + round(second * SECOND_US)
        return None

    def inbound_us(self, at: int) -> int:
        """Draw how long such a call takes an agent."""
        mean, deviation = self._talk
        return round(math.exp(self._outside.gauss(mean, deviation)) * SECOND_US) + 1

    def inbound_per_s(self, at: int) -> float:
        """Give the rate as forecast: as it is."""
        return self._manners.inbound_per_hour(self._second(at)) / 3600.0
