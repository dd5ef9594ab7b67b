"""Agents as people: when they are on duty, when they rest, how fast they are, whether they answer.

Times of day are written ``"08:30"``; a duty that ends at or before its start ends on the next day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from simulations.arrivals import DAY_S, WEEKDAYS, Weekday, weekday
from simulations.durations import AT_ONCE, STRICT, Duration, NotNegative, Positive

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z|24:00\Z")


def clock_s(text: str) -> float:
    """Read a time of day into seconds from midnight. Raises ValueError."""
    if not _CLOCK.match(text):
        raise ValueError(f'"{text}" is not a time of day; write "08:30"')
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break in a duty, at a time of day.

    It ends early when more than `ends_early_above` callers wait, but not before `at_least_s`. An
    agent who talks at its time takes it after the call.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    at: str
    length_s: Positive
    ends_early_above: Annotated[int, Field(ge=0)] | None = None
    at_least_s: NotNegative = 0.0

    def __post_init__(self) -> None:
        clock_s(self.at)

    def is_over(self, passed_s: float, waiting: int) -> bool:
        """Whether the agent comes back, `passed_s` into the break, with `waiting` callers."""
        crowded = self.ends_early_above is not None and waiting > self.ends_early_above
        return passed_s >= self.length_s or (crowded and passed_s >= self.at_least_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A named duty period, on some weekdays, with its breaks."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: str
    start: str
    end: str
    days: tuple[Weekday, ...] = WEEKDAYS
    breaks: tuple[Rest, ...] = ()

    def __post_init__(self) -> None:
        for text in (self.start, self.end):
            clock_s(text)

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        length = clock_s(self.end) - clock_s(self.start)
        return length if length > 0 else length + DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRest:
    """A break on a certain day: it begins at `at_s`, seconds from midnight of day 0."""

    at_s: float
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDuty:
    """A duty on a certain day, in seconds from midnight of day 0."""

    name: str
    start_s: float
    end_s: float
    breaks: tuple[PlannedRest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What an agent, or a group of like agents, is like.

    `speed` divides handle times: 1.25 is a quarter faster than usual. `no_answer` is the share of
    offers that are left ringing; an offer that is taken is taken after `answer_delay`. With `count`
    above 1 there are that many, named with a number each.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    duties: tuple[Duty, ...] = ()
    queues: tuple[str, ...] = ()
    skills: dict[str, int] = field(default_factory=dict)
    speed: Positive = 1.0
    no_answer: Annotated[float, Field(ge=0, le=1)] = 0.0
    answer_delay: Duration = AT_ONCE
    count: Annotated[int, Field(ge=1, le=100_000)] = 1

    def plan(self, first: date, day: int) -> Iterator[PlannedDuty]:
        """Give the duties that begin on day number `day`, as they are written."""
        today = weekday(first, day)
        for duty in self.duties:
            if today in duty.days:
                start = day * DAY_S + clock_s(duty.start)
                yield PlannedDuty(
                    name=duty.name,
                    start_s=start,
                    end_s=start + duty.length_s,
                    breaks=tuple(
                        PlannedRest(at_s=_after(start, clock_s(rest.at)), rest=rest)
                        for rest in sorted(
                            duty.breaks, key=lambda rest: _after(start, clock_s(rest.at))
                        )
                    ),
                )

    def handle_s(self, usual_s: float) -> float:
        """How long this agent takes for what usually takes `usual_s`."""
        return usual_s / self.speed

    def answer(self, chance: Random) -> float | None:
        """Draw how an offer fares: seconds until it is taken, or None when nobody answers.

        Two numbers are drawn either way, so that one habit does not shift what comes after.
        """
        rings_out = chance.random() < self.no_answer
        delay = self.answer_delay.draw(chance)
        return None if rings_out else delay


def _after(start_s: float, clock: float) -> float:
    """Give the first time at or after `start_s` when clocks show `clock`."""
    return start_s + (clock - start_s) % DAY_S
