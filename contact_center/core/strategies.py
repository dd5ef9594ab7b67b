"""Strategies: which of several free agents a caller gets.

A strategy is a function and a row in the table. It sees the idle agents who may serve the caller,
those of the best tier only, on benches that are ordered by the metric its row names, and picks one.
Ring-all and its like pick again and again until they have enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from contact_center.core.bench import BenchKey, Seats
from contact_center.core.graph import AgentType, Metric
from contact_center.core.ids import AgentId
from contact_center.core.lines import Waiting
from contact_center.core.queue_settings import QueueSettings
from contact_center.core.skills import Requirement


@dataclass(slots=True)
class Choice:
    """What a strategy chooses from. ``draw(n)`` gives a number in ``[0, n)``.

    ``last``: the place of the agent whom the queue asked last, -1 for none.
    """

    waiting: Waiting
    queue: QueueSettings
    asked: Requirement
    benches: Sequence[tuple[AgentType, Seats]]
    last: int
    draw: Callable[[int], int]


Pick = tuple[AgentId, int]
"""Whom, and what decided (lower is better)."""


class Rings(Enum):
    """How many phones ring for one caller."""

    ONE = "one"
    ALL = "all"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Strategy:
    """One row. ``metric`` orders the benches; ``choose`` picks from them."""

    metric: Callable[[QueueSettings], Metric]
    choose: Callable[[Choice], Pick]
    rings: Rings = Rings.ONE
    scored: bool = False


def _first(choice: Choice) -> Pick:
    """Take whoever comes first by the metric."""
    best: BenchKey = min(seats[0] for _, seats in choice.benches)
    return best[3], best[0] or best[1]


def _after(choice: Choice, place: int) -> Pick:
    """Take whoever comes next in the configuration after a place, going round."""
    best: tuple[bool, BenchKey] | None = None
    for _, seats in choice.benches:
        index = seats.bisect_right((0, 0, place, AgentId("\U0010ffff")))
        wraps = index == len(seats)
        found = (wraps, seats[0 if wraps else index])
        if best is None or found < best:
            best = found
    assert best is not None
    return best[1][3], best[1][2]


def _round_robin(choice: Choice) -> Pick:
    return _after(choice, choice.last)


def _top_down(choice: Choice) -> Pick:
    return _after(choice, choice.waiting.tried)


def _random(choice: Choice) -> Pick:
    drawn = choice.draw(sum(len(seats) for _, seats in choice.benches))
    for _, seats in choice.benches:
        if drawn < len(seats):
            return seats[drawn][3], drawn
        drawn -= len(seats)
    raise AssertionError("a draw beyond the benches")


def _weighted_random(choice: Choice) -> Pick:
    drawn = choice.draw(sum(len(seats) * max(1, kind.weight) for kind, seats in choice.benches))
    for kind, seats in choice.benches:
        weight = max(1, kind.weight)
        if drawn < len(seats) * weight:
            return seats[drawn // weight][3], drawn
        drawn -= len(seats) * weight
    raise AssertionError("a draw beyond the benches")


def _by_type(choice: Choice, cost: Callable[[AgentType], int]) -> Pick:
    """Take the type of the lowest cost; within it, and of equal ones, the first by the metric."""
    rank, best = min((cost(kind), seats[0]) for kind, seats in choice.benches)
    return best[3], rank


def _best_skilled(choice: Choice) -> Pick:
    return _by_type(choice, lambda kind: -choice.asked.score(kind.skills))


def _least_skilled(choice: Choice) -> Pick:
    wanted = choice.asked.wants
    return _by_type(choice, lambda kind: sum(1 for skill in kind.skills if skill not in wanted))


def _external(choice: Choice) -> Pick:
    """Take the best scored; whoever has no score comes last, by the metric."""
    scores = choice.waiting.scores
    if scores:
        seated = [key for _, seats in choice.benches for key in seats if key[3] in scores]
        if seated:
            best = min(seated, key=lambda key: (-scores[key[3]], key))
            return best[3], -scores[best[3]]
    return _first(choice)


def _by(name: str) -> Callable[[QueueSettings], Metric]:
    return lambda queue: (name, queue.window_us if name in {"calls", "talk"} else 0)


def _idle(queue: QueueSettings) -> Metric:
    return (queue.idle_clock.value, 0)


STRATEGIES: dict[str, Strategy] = {
    "longest_idle": Strategy(_idle, _first),
    "ring_all": Strategy(_idle, _first, Rings.ALL),
    "progressive": Strategy(_idle, _first, Rings.MORE),
    "fewest_calls": Strategy(_by("calls"), _first),
    "least_talk_time": Strategy(_by("talk"), _first),
    "round_robin": Strategy(_by("order"), _round_robin),
    "linear": Strategy(_by("order"), _first),
    "top_down": Strategy(_by("order"), _top_down),
    "random": Strategy(_by("order"), _random),
    "weighted_random": Strategy(_by("order"), _weighted_random),
    "best_skilled": Strategy(_idle, _best_skilled),
    "least_skilled": Strategy(_idle, _least_skilled),
    "external": Strategy(_idle, _external, scored=True),
}


def draw(seed: int, count: int, below: int) -> int:
    """Draw the `count`-th number of a seed, in ``[0, below)``: splitmix64, which is all state."""
    mask = (1 << 64) - 1
    z = (seed * 0x9E3779B97F4A7C15 + count * 0xD1B54A32D192ED03 + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return (z ^ (z >> 31)) % below
