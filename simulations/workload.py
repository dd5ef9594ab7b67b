"""A workload: who calls, how patient they are, what their calls take, and who serves them.

What a caller is like is drawn when they call, from streams of their queue and day, and not when
somebody answers. So a caller is the same person in every scenario with the same seed.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from random import Random
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from simulations.arrivals import Arrivals
from simulations.durations import AT_ONCE, FOREVER, STRICT, Duration, Positive
from simulations.people import Habits
from simulations.streams import Streams

DAYS_A_MONTH = 30.4375
Drift = Annotated[float, Field(gt=-1, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallType:
    """A kind of call: its share of a queue's callers, and what it takes.

    `drift_per_month` is by how much talks get longer each month, from the first day on: 0.02 is two
    in a hundred, compounded.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    talk: Duration
    wrap_up: Duration = AT_ONCE
    share: Positive = 1.0
    drift_per_month: Drift = 0.0
    skills: dict[str, int] = field(default_factory=dict)
    priority: int | None = None

    def longer_on(self, day: int) -> float:
        """Give the factor of talks on day number `day`."""
        return float((1.0 + self.drift_per_month) ** (day / DAYS_A_MONTH))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLoad:
    """Who calls one queue."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    arrivals: Arrivals
    types: Annotated[dict[str, CallType], Field(min_length=1)]
    patience: Duration = FOREVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Callers of all queues, and agents by name. Day 0 is `first_day`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    first_day: date
    queues: Annotated[dict[str, QueueLoad], Field(min_length=1)]
    agents: dict[str, Habits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who calls, at `at_s` from midnight of day 0, and hangs up after `patience_s`.

    `talk_s` and `wrap_up_s` are for an agent of usual speed.
    """

    number: int
    at_s: float
    queue: str
    kind: str
    patience_s: float
    talk_s: float
    wrap_up_s: float


def callers(workload: Workload, streams: Streams, days: range) -> Iterator[Caller]:
    """Give the callers of these days in order of their calls, numbered from 0."""
    number = 0
    for day in days:
        lines = [
            _of_queue(workload, queue, streams, day, order)
            for order, queue in enumerate(workload.queues)
        ]
        for at, _, queue, kind, patience, talk, wrap_up in heapq.merge(*lines):
            yield Caller(
                number=number,
                at_s=at,
                queue=queue,
                kind=kind,
                patience_s=patience,
                talk_s=talk,
                wrap_up_s=wrap_up,
            )
            number += 1


def agents_by_name(workload: Workload) -> dict[str, Habits]:
    """Give each agent by name, groups spelled out: ``ana``, or ``team-1``, ``team-2``."""
    named: dict[str, Habits] = {}
    for name, habits in workload.agents.items():
        each = [name] if habits.count == 1 else [f"{name}-{n}" for n in range(1, habits.count + 1)]
        named.update(dict.fromkeys(each, habits))
    return named


def _of_queue(
    workload: Workload, queue: str, streams: Streams, day: int, order: int
) -> Iterator[tuple[float, int, str, str, float, float, float]]:
    load = workload.queues[queue]
    kinds = list(load.types)
    edges = list(accumulate(load.types[kind].share for kind in kinds))
    which, patience, talk, wrap_up = (
        streams.of(purpose, queue, day) for purpose in ("kind", "patience", "talk", "wrap-up")
    )
    for at in load.arrivals.on_day(streams, queue, workload.first_day, day):
        kind = kinds[_pick(which, edges)]
        call = load.types[kind]
        yield (
            at,
            order,
            queue,
            kind,
            load.patience.draw(patience),
            call.talk.draw(talk) * call.longer_on(day),
            call.wrap_up.draw(wrap_up),
        )


def _pick(chance: Random, edges: list[float]) -> int:
    point = chance.random() * edges[-1]
    return next((i for i, edge in enumerate(edges) if point < edge), len(edges) - 1)


def mean_handle_s(load: QueueLoad) -> float:
    """Mean of talk and wrap-up over a queue's types, by their shares, on the first day."""
    shares = math.fsum(call.share for call in load.types.values())
    return (
        math.fsum(
            call.share * (call.talk.mean_s + call.wrap_up.mean_s) for call in load.types.values()
        )
        / shares
    )
