"""A second engine, of another make: one heap of events and plain lists, to check the first by.

It shares no code with the product or with the engine that drives it. Callers need one skill each,
agents have several. A free agent takes the caller, of those they can serve, who has waited longest;
a caller takes the agent, of those who can serve them, who has been idle longest. Handle times and
patience may be anything. With callers in order of arrival the result is the same every time.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import fsum, inf
from typing import NamedTuple

from simulations.model import Measures, Model
from simulations.streams import Streams

_WAITING, ANSWERED, LEFT, NO_ROOM = range(4)
_NOBODY = -1


class Arrival(NamedTuple):
    """A caller: when they come, what they take, how long they would wait, whom they need."""

    at_s: float
    handle_s: float
    patience_s: float = inf
    skill: str = ""


class Worker(NamedTuple):
    """An agent: what they can do, and by how much they divide handle times."""

    skills: frozenset[str] = frozenset({""})
    speed: float = 1.0


@dataclass(slots=True)
class Result:
    """What came of each caller, by their number: an outcome, a wait, and the agent or -1."""

    outcomes: list[int] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    agents: list[int] = field(default_factory=list)
    busy_s: list[float] = field(default_factory=list)

    @property
    def served(self) -> int:
        """How many callers were answered."""
        return self.outcomes.count(ANSWERED)


def simulate(
    arrivals: Iterable[Arrival], workers: Sequence[Worker], waiting_room: int | None = None
) -> Result:
    """Run until every caller is done. `waiting_room`: how many may wait, over all skills.

    Raises ValueError for a caller whom nobody could ever serve, and for callers out of order.
    """
    run = _Run(workers, inf if waiting_room is None else waiting_room)
    last = 0.0
    for arrival in arrivals:
        if arrival.at_s < last:
            raise ValueError("callers come in order of their arrival")
        last = arrival.at_s
        run.until(last)
        run.arrive(arrival)
    run.until(inf)
    return run.result


class _Run:
    """The state: who waits by skill, who is idle by kind of agent, what happens when."""

    def __init__(self, workers: Sequence[Worker], room: float) -> None:
        self.result = Result(busy_s=[0.0] * len(workers))
        self._room = room
        self._waiting = 0
        self._order = 0
        self._events: list[tuple[float, int, int, int]] = []  # at, order, caller, agent or nobody
        self._callers: list[Arrival] = []
        self._speeds = [worker.speed for worker in workers]
        kinds = list(dict.fromkeys(worker.skills for worker in workers))
        self._kind_of = [kinds.index(worker.skills) for worker in workers]
        # Agents of one kind come back to the end of its line, so its head is idle longest.
        self._idle: list[deque[tuple[float, int, int]]] = [deque() for _ in kinds]
        for number, kind in enumerate(self._kind_of):
            self._idle[kind].append((0.0, number - len(workers), number))
        self._lines: dict[str, deque[int]] = {skill: deque() for kind in kinds for skill in kind}
        self._lines_of = [[self._lines[skill] for skill in sorted(kind)] for kind in kinds]
        self._idle_for = {
            skill: [self._idle[i] for i, kind in enumerate(kinds) if skill in kind]
            for skill in self._lines
        }

    def until(self, now: float) -> None:
        """Let everything happen that is due before `now`, or at it."""
        events = self._events
        while events and events[0][0] <= now:
            at, _, caller, agent = heappop(events)
            if agent != _NOBODY:
                self._free(at, agent)
            elif self.result.outcomes[caller] == _WAITING:
                self.result.outcomes[caller] = LEFT
                self.result.waits_s[caller] = self._callers[caller].patience_s
                self._waiting -= 1

    def arrive(self, arrival: Arrival) -> None:
        """Let a caller come: to an agent, into line, or away."""
        caller = len(self._callers)
        self._callers.append(arrival)
        result = self.result
        result.waits_s.append(0.0)
        result.agents.append(_NOBODY)
        if arrival.skill not in self._idle_for:
            raise ValueError(f'nobody has the skill "{arrival.skill}"')
        idle = min(
            (line for line in self._idle_for[arrival.skill] if line),
            key=lambda line: line[0],
            default=None,
        )
        if idle is not None:
            result.outcomes.append(ANSWERED)
            self._serve(arrival.at_s, caller, idle.popleft()[2])
        elif self._waiting < self._room:
            result.outcomes.append(_WAITING)
            self._lines[arrival.skill].append(caller)
            self._waiting += 1
            if arrival.patience_s < inf:
                self._order += 1
                due = arrival.at_s + arrival.patience_s
                heappush(self._events, (due, self._order, caller, _NOBODY))
        else:
            result.outcomes.append(NO_ROOM)

    def _free(self, now: float, agent: int) -> None:
        oldest: deque[int] | None = None
        outcomes = self.result.outcomes
        for line in self._lines_of[self._kind_of[agent]]:
            while line and outcomes[line[0]] != _WAITING:
                line.popleft()
            if line and (oldest is None or line[0] < oldest[0]):
                oldest = line
        if oldest is None:
            self._order += 1
            self._idle[self._kind_of[agent]].append((now, self._order, agent))
            return
        caller = oldest.popleft()
        self._waiting -= 1
        outcomes[caller] = ANSWERED
        self.result.waits_s[caller] = now - self._callers[caller].at_s
        self._serve(now, caller, agent)

    def _serve(self, now: float, caller: int, agent: int) -> None:
        self.result.agents[caller] = agent
        takes = self._callers[caller].handle_s / self._speeds[agent]
        self.result.busy_s[agent] += takes
        self._order += 1
        heappush(self._events, (now + takes, self._order, caller, agent))


def heap_engine(model: Model) -> Measures:
    """Answer a model: the engine as `validate` wants it."""
    workers = [Worker()] * model.servers
    result = simulate(_poisson(model), workers, model.waiting_room)
    return _measures(result, model)


def _poisson(model: Model) -> Iterator[Arrival]:
    streams = Streams(model.seed)
    gaps, handles, patiences = (streams.of(name) for name in ("gaps", "handles", "patience"))
    at = 0.0
    serving, leaving = 1.0 / model.mean_handle_s, 1.0 / (model.mean_patience_s or inf)
    for _ in range(model.warm_up_calls + model.calls):
        at += gaps.expovariate(model.arrivals_per_s)
        patience = patiences.expovariate(leaving) if leaving else inf
        yield Arrival(at, handles.expovariate(serving), patience)


def _measures(result: Result, model: Model) -> Measures:
    outcomes = result.outcomes[model.warm_up_calls :]
    waits = result.waits_s[model.warm_up_calls :]
    served = [w for w, outcome in zip(waits, outcomes, strict=True) if outcome == ANSWERED]
    had_room = len(outcomes) - outcomes.count(NO_ROOM)
    calls = len(outcomes)
    return Measures(
        calls=calls,
        waited=sum(w > 0 for w in waits) / calls,
        served_within=sum(w <= model.within_s for w in served) / calls,
        lost=(calls - len(served)) / calls,
        mean_wait_s=fsum(waits) / had_room if had_room else 0.0,
        mean_wait_of_served_s=fsum(served) / len(served) if served else 0.0,
    )
