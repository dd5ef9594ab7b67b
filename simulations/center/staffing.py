"""How many agents a queue needs, interval by interval: theory guesses, simulation answers.

Each interval is taken by itself, as if it lasted long: its rate of calls, the workload's own talks,
wrap-ups and patience, the queue's own settings, agents who are alike and answer at once. From the
number that Erlang A (or C, where nobody loses patience) gives, agents are added or taken away until
the fewest are found with which the production router keeps the target.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from contact_center.core.ids import QueueId
from simulations.arrivals import DAY_S, Steady, Weekday
from simulations.center.day import simulate_days
from simulations.center.scenario import Plan, Scenario, scenario_of
from simulations.people import Habits
from simulations.streams import seeds
from simulations.theory import Target, agents_by_interval
from simulations.workload import QueueLoad, Workload, mean_handle_s

MOST_STEPS = 200
WARM_UP_S = 7_200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The target, and how long each number of agents is tried."""

    share: float = 0.8
    within_s: float = 20.0
    calls: int = 2_000
    seed: int = 1
    tries: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One interval: calls to be expected, theory's guess, the answer, and the level it gives."""

    from_s: float
    calls: float
    guess: int
    agents: int
    service_level: float


def needs(scenario: Scenario, queue: str, day: Weekday, wanted: Wanted) -> list[Need]:
    """Give what a queue needs in each interval of such a day; nothing where nobody calls."""
    load = scenario.workload.queues[queue]
    interval = scenario.plan.interval_s
    starts = [number * interval for number in range(math.ceil(DAY_S / interval))]
    calls = [load.arrivals.expected(day, at, min(DAY_S, at + interval)) for at in starts]
    patience = load.patience.mean_s
    target = Target(service_level=wanted.share, within_s=wanted.within_s)
    handle = mean_handle_s(load)
    guesses = agents_by_interval(
        calls, interval, handle, target, None if math.isinf(patience) else patience
    )
    return [
        _need(at, count, guess, _Trial(scenario, queue, load, count / interval, wanted), wanted)
        for at, count, guess in zip(starts, calls, guesses, strict=True)
        if count > 0
    ]


def _need(
    from_s: float, calls: float, guess: int, level: Callable[[int], float], wanted: Wanted
) -> Need:
    """Step from the guess to the fewest agents that keep the target."""
    agents, found = guess, level(guess)
    for _ in range(MOST_STEPS):
        if found < wanted.share:
            agents += 1
            found = level(agents)
            if found >= wanted.share:
                break
        elif agents > 1:
            fewer = level(agents - 1)
            if fewer < wanted.share:
                break
            agents, found = agents - 1, fewer
        else:
            break
    return Need(from_s=from_s, calls=calls, guess=guess, agents=agents, service_level=found)


class _Trial:
    """The queue at one rate, tried with any number of agents; the same callers each time."""

    def __init__(
        self, scenario: Scenario, queue: str, load: QueueLoad, per_s: float, wanted: Wanted
    ) -> None:
        self._scenario, self._queue, self._wanted = scenario, queue, wanted
        length = WARM_UP_S + wanted.calls / per_s
        self._plan = Plan(
            name=queue,
            center=scenario.plan.center,
            days=max(1, math.ceil(length / DAY_S)),
            warm_up_s=WARM_UP_S,
            interval_s=DAY_S * 366,
            within_s=wanted.within_s,
        )
        self._load = replace(load, arrivals=Steady(per_hour=per_s * 3600))
        self._known: dict[int, float] = {}

    def __call__(self, agents: int) -> float:
        if agents not in self._known:
            self._known[agents] = self._level(agents)
        return self._known[agents]

    def _level(self, agents: int) -> float:
        """Give the share of callers who are answered in time."""
        kinds = [kind for kind in self._load.types.values() if kind.skills]
        skills = {skill: 100 for kind in kinds for skill in kind.skills}
        queue = self._scenario.configuration.queues[QueueId(self._queue)]
        workload = Workload(
            first_day=self._scenario.workload.first_day,
            queues={self._queue: self._load},
            agents={
                "team": Habits(count=agents, queues=(self._queue,), skills=skills),
            },
        )
        center = replace(
            self._scenario.configuration,
            calendars={},
            queues={queue.queue: replace(queue, calendar="", requirement="", overflow=())},
        )
        one = scenario_of(self._plan, center, workload)
        done = [simulate_days(one, seed) for seed in seeds(self._wanted.seed, self._wanted.tries)]
        totals = [outcome.total() for outcome in done]
        return sum(total.in_time for total in totals) / sum(total.offered for total in totals)
