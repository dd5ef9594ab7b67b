"""Who is free, in the orders that the strategies of their queues ask for.

Idle agents of one type sit on one bench for each channel they have room for and each *metric* that
some queue of theirs orders by. Metrics are tuples of integers, lower first; ties end in the
agent's place in the configuration.
"""

from collections.abc import Callable

from sortedcontainers import SortedList

from contact_center.core.agent import Agent
from contact_center.core.graph import AgentType, Metric
from contact_center.core.ids import AgentId
from contact_center.core.queue_settings import Channel, ChannelLimit

BenchKey = tuple[int, int, int, AgentId]
Seats = SortedList[BenchKey]
NEVER = 1 << 62
"""Later than any instant."""


def _window(agent: Agent, span_us: int, now: int) -> list[tuple[int, int]]:
    return [entry for entry in agent.handled if entry[0] > now - span_us]


Measure = Callable[[Agent, int, int], tuple[int, int]]

METRICS: dict[str, Measure] = {
    "order": lambda agent, span, now: (0, 0),
    "available": lambda agent, span, now: (agent.cost, agent.available_since),
    "last_call": lambda agent, span, now: (agent.cost, agent.last_call_end or 0),
    "last_call_new_last": lambda agent, span, now: (agent.cost, agent.last_call_end or NEVER),
    "last_inbound": lambda agent, span, now: (agent.cost, agent.last_inbound_end or agent.login_at),
    "last_handled": lambda agent, span, now: (agent.cost, agent.last_call_end or agent.login_at),
    "calls": lambda agent, span, now: (len(_window(agent, span, now)), agent.available_since),
    "talk": lambda agent, span, now: (
        sum(length for _, length in _window(agent, span, now)),
        agent.available_since,
    ),
}
"""What agents can be ordered by: a function of the agent, the span to look back over, and now."""

WINDOWED = frozenset({"calls", "talk"})
"""Metrics that change by themselves when a call grows older than the span."""


_Plan = tuple[Channel, ChannelLimit, list[tuple[Measure, int, Seats]]]


class Bench:
    """Agents who are available."""

    __slots__ = ("_plans", "_seats", "benches", "idle")

    def __init__(self) -> None:
        self.benches: dict[tuple[int, Channel, Metric], Seats] = {}
        self.idle: dict[Channel, int] = dict.fromkeys(Channel, 0)
        self._seats: dict[AgentId, list[tuple[Channel, Seats, BenchKey]]] = {}
        self._plans: dict[int, list[_Plan]] = {}

    def update(self, agent: Agent, kind: AgentType, now: int) -> None:
        """Seat the agent where they belong now, or nowhere."""
        seats = self._seats.pop(agent.agent, None)
        if seats is not None:
            for channel, bench, key in seats:
                bench.remove(key)
                if not bench:
                    self.idle[channel] &= ~kind.bit
        if not agent.is_available:
            return
        taken: list[tuple[Channel, Seats, BenchKey]] = []
        plan = self._plans.get(kind.index)
        if plan is None:
            plan = self._plans[kind.index] = self._plan(kind)
        for channel, limit, orders in plan:
            if not agent.has_room(channel, limit, kind.capacity):
                continue
            for measure, span, bench in orders:
                first, second = measure(agent, span, now)
                key = (first, second, agent.order, agent.agent)
                bench.add(key)
                taken.append((channel, bench, key))
                self.idle[channel] |= kind.bit
        if taken:
            self._seats[agent.agent] = taken

    def leave(self, agent: AgentId, kind: AgentType) -> None:
        """Let an agent's seats go, who is about to be of another type."""
        for channel, bench, key in self._seats.pop(agent, ()):
            bench.remove(key)
            if not bench:
                self.idle[channel] &= ~kind.bit

    def retire(self, kind: AgentType) -> None:
        """Forget where agents of a type sat that nobody is of any more."""
        self._plans.pop(kind.index, None)
        for channel, metrics in kind.metrics.items():
            for metric in metrics:
                self.benches.pop((kind.index, channel, metric), None)

    def _plan(self, kind: AgentType) -> list["_Plan"]:
        """Work out once where agents of a type sit."""
        plan: list[_Plan] = []
        for channel, limit in kind.channels.items():
            orders = []
            for metric in kind.metrics.get(channel, ()):
                bench = self.benches[kind.index, channel, metric] = SortedList()
                orders.append((METRICS[metric[0]], metric[1], bench))
            plan.append((channel, limit, orders))
        return plan

    def is_seated(self, agent: AgentId, channel: Channel) -> bool:
        """Say whether an agent is available for a channel."""
        seats = self._seats.get(agent)
        return seats is not None and any(seat[0] is channel for seat in seats)

    def seated(self, agent: AgentId) -> bool:
        """Say whether an agent is available for anything."""
        return agent in self._seats

    def of(self, kind: AgentType, channel: Channel, metric: Metric) -> Seats:
        """Give the idle agents of a type, in a metric's order. Not to be changed."""
        return self.benches[(kind.index, channel, metric)]

    def count(self, kind: AgentType, channel: Channel) -> int:
        """Count the idle agents of a type."""
        for metric in kind.metrics.get(channel, ()):
            bench = self.benches.get((kind.index, channel, metric))
            return len(bench) if bench is not None else 0
        return 0
