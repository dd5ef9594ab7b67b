"""Who waits and who is free, in the order in which they are to meet.

Waiting callers stand in one line per class (queue and requirement), ordered by ``(-priority, since,
seq)``: a caller who comes back after a failed offer is put in with the same key, and so in the same
place. Idle agents sit on one bench per type, ordered by the longest-idle clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sortedcontainers import SortedList

from contact_center.core.agent import Agent
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.skills import requirement

CallClass = tuple[QueueId, str]
AgentType = tuple[tuple[QueueId, ...], tuple[tuple[str, int], ...]]

LineKey = tuple[int, int, int, CallId]
BenchKey = tuple[int, int, AgentId]


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One caller's wait. ``overdue``: the longest wait passed while a phone was ringing."""

    call: CallId
    queue: QueueId
    priority: int
    requirement: str
    since: int
    seq: int
    reservation: ReservationId | None = None
    overdue: bool = False

    @property
    def key(self) -> LineKey:
        """Place in line."""
        return (-self.priority, self.since, self.seq, self.call)

    @property
    def call_class(self) -> CallClass:
        """Which line."""
        return (self.queue, self.requirement)


class Eligibility:
    """Which agent types may serve which call classes, remembered."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[CallClass, AgentType], bool] = {}

    def __call__(self, call_class: CallClass, agent_type: AgentType) -> bool:
        """Say whether agents of the type may serve callers of the class."""
        key = (call_class, agent_type)
        known = self._known.get(key)
        if known is None:
            queue, needed = call_class
            queues, skills = agent_type
            known = queue in queues and requirement(needed).test(dict(skills))
            self._known[key] = known
        return known


class Lines:
    """Callers who wait and are not being offered to anybody right now."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[CallClass, SortedList[LineKey]] = {}

    def add(self, waiting: Waiting) -> None:
        """Put a caller in their place."""
        line = self._lines.get(waiting.call_class)
        if line is None:
            line = self._lines[waiting.call_class] = SortedList()
        line.add(waiting.key)

    def remove(self, waiting: Waiting) -> None:
        """Take a caller out."""
        line = self._lines[waiting.call_class]
        line.remove(waiting.key)
        if not line:
            del self._lines[waiting.call_class]

    def head_for(self, agent_type: AgentType, eligible: Eligibility) -> CallId | None:
        """Name the caller whom a free agent of this type should get."""
        best: LineKey | None = None
        for call_class, line in self._lines.items():
            if eligible(call_class, agent_type) and (best is None or line[0] < best):
                best = line[0]
        return best[3] if best else None

    def head_of(self, queue: QueueId) -> LineKey | None:
        """Give the key of the first caller in a queue, over all its classes."""
        heads = [line[0] for (q, _), line in self._lines.items() if q == queue]
        return min(heads) if heads else None

    def classes(self) -> list[CallClass]:
        """List the classes somebody waits in."""
        return list(self._lines)

    def in_class(self, call_class: CallClass) -> list[CallId]:
        """List who waits in a class, first to last."""
        return [key[3] for key in self._lines.get(call_class, ())]

    def __iter__(self) -> Iterator[CallId]:
        """Go through everybody, best key first."""
        keys = sorted(key for line in self._lines.values() for key in line)
        return iter([key[3] for key in keys])


class Bench:
    """Agents who are available, longest idle first."""

    __slots__ = ("_benches", "_seats")

    def __init__(self) -> None:
        self._benches: dict[AgentType, SortedList[BenchKey]] = {}
        self._seats: dict[AgentId, tuple[AgentType, BenchKey]] = {}

    def update(self, agent: Agent, agent_type: AgentType) -> bool:
        """Seat the agent where they belong now, or nowhere; say whether they came or went."""
        seat = self._seats.pop(agent.agent, None)
        if seat is not None:
            self._benches[seat[0]].remove(seat[1])
        if agent.is_available:
            key = (agent.available_since, agent.order, agent.agent)
            bench = self._benches.get(agent_type)
            if bench is None:
                bench = self._benches[agent_type] = SortedList()
            bench.add(key)
            self._seats[agent.agent] = (agent_type, key)
        return agent.is_available != (seat is not None)

    def best_for(self, call_class: CallClass, eligible: Eligibility) -> AgentId | None:
        """Name the agent who should get a caller of this class."""
        best: BenchKey | None = None
        for agent_type, bench in self._benches.items():
            if bench and eligible(call_class, agent_type) and (best is None or bench[0] < best):
                best = bench[0]
        return best[2] if best else None

    def idle_in(self, queue: QueueId) -> int:
        """Count available agents who serve a queue (whatever their skills)."""
        return sum(len(bench) for (qs, _), bench in self._benches.items() if queue in qs)
