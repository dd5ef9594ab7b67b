"""When callers call: at a steady rate, by the profile of a week, or exactly as they once did.

Day 0 is the workload's first day; times are seconds from its midnight, in the center's own clock
(simulated days all have 24 hours). Each day has streams of its own, so another first day's worth of
calls leaves the next day as it was.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from simulations.durations import STRICT, NotNegative, Positive
from simulations.streams import Streams

DAY_S = 86_400.0
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekday(first: date, day: int) -> Weekday:
    """Give the weekday of day number `day`."""
    return WEEKDAYS[(first + timedelta(days=day)).weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """Poisson at one rate, day and night."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    per_hour: Positive
    kind: Literal["steady"] = "steady"

    def expected(self, day: Weekday, start_s: float, end_s: float) -> float:
        """Calls to be expected from `start_s` to `end_s` of such a day."""
        return self.per_hour * (end_s - start_s) / 3600

    def on_day(self, streams: Streams, queue: str, first: date, day: int) -> Iterator[float]:
        """Give the seconds from midnight of day 0 at which this day's callers call."""
        yield from _poisson(
            streams.of("arrivals", queue, day), self.per_hour / 3600, day * DAY_S, DAY_S
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Poisson with a rate that changes each `interval_s`, for each weekday.

    `calls` are those to be expected in each interval from midnight on; a weekday that is not there
    has none, and missing intervals at the end have none. `busyness_cv` is how much whole days
    differ beyond what chance alone explains: each day's rates are multiplied with a factor from a
    gamma distribution of mean 1 and this deviation.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    calls: dict[Weekday, tuple[NotNegative, ...]]
    interval_s: Positive = 1800.0
    busyness_cv: NotNegative = 0.0
    kind: Literal["profile"] = "profile"

    def __post_init__(self) -> None:
        if any(len(counts) * self.interval_s > DAY_S for counts in self.calls.values()):
            raise ValueError("more intervals than fit into a day")

    def expected(self, day: Weekday, start_s: float, end_s: float) -> float:
        """Calls to be expected from `start_s` to `end_s` of such a day."""
        return math.fsum(
            count
            * max(0.0, min(end_s, (i + 1) * self.interval_s) - max(start_s, i * self.interval_s))
            / self.interval_s
            for i, count in enumerate(self.calls.get(day, ()))
        )

    def on_day(self, streams: Streams, queue: str, first: date, day: int) -> Iterator[float]:
        """Give the seconds from midnight of day 0 at which this day's callers call."""
        chance = streams.of("arrivals", queue, day)
        factor = busyness(streams.of("busyness", queue, day), self.busyness_cv)
        for index, count in enumerate(self.calls.get(weekday(first, day), ())):
            start = day * DAY_S + index * self.interval_s
            yield from _poisson(chance, factor * count / self.interval_s, start, self.interval_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Exactly as recorded: seconds from midnight of day 0, in rising order."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    times_s: tuple[NotNegative, ...]
    kind: Literal["trace"] = "trace"

    def __post_init__(self) -> None:
        if any(later < earlier for earlier, later in pairwise(self.times_s)):
            raise ValueError("the times of a trace are in rising order")

    def expected(self, day: Weekday, start_s: float, end_s: float) -> float:
        """Calls from `start_s` to `end_s` of day 0; a trace is of certain days, not weekdays."""
        return float(sum(start_s <= at < end_s for at in self.times_s))

    def on_day(self, streams: Streams, queue: str, first: date, day: int) -> Iterator[float]:
        """Give those times that are on this day."""
        yield from (at for at in self.times_s if day * DAY_S <= at < (day + 1) * DAY_S)


Arrivals = Annotated[Steady | Profile | Trace, Field(discriminator="kind")]


def busyness(chance: Random, cv: float) -> float:
    """Draw the factor of a day: gamma, with mean 1 and deviation `cv`; 1 when `cv` is 0."""
    return chance.gammavariate(1 / cv**2, cv**2) if cv > 0 else 1.0


def _poisson(chance: Random, per_s: float, start_s: float, length_s: float) -> Iterator[float]:
    if per_s <= 0:
        return
    at = chance.expovariate(per_s)
    while at < length_s:
        yield start_s + at
        at += chance.expovariate(per_s)
