"""The numbers of now: for wall boards, supervisors and whoever asks over the network.

Counts are by flow (what happened in the stretch of time, whenever it began) and exact. Percentiles
come from a sketch, 1 % off at most; ``recent_*`` are means that forget with a half-life.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contact_center.core.facts import Fact, QueueOutcome
from contact_center.core.ids import AgentId, QueueId
from contact_center.reporting.books import CENTER, Attribution, Books, Grid, Key, Of
from contact_center.reporting.decay import DecayedMean
from contact_center.reporting.fold import Fold
from contact_center.reporting.measures import jain, measured
from contact_center.reporting.records import Talk, Wait
from contact_center.reporting.service_level import Share
from contact_center.reporting.tally import Tally, Thresholds
from contact_center.reporting.waits import WaitSketch

HALF_HOUR_US = 1_800_000_000
DAY_US = 86_400_000_000


@dataclass(slots=True)
class _LiveBooks(Books):
    """Books that also keep a forgetting mean of waits and handle times of each queue."""

    half_life_us: int = 600_000_000
    waits: dict[QueueId, DecayedMean] = field(default_factory=dict)
    handles: dict[QueueId, DecayedMean] = field(default_factory=dict)

    def ended(self, wait: Wait) -> None:
        """A wait is over."""
        Books.ended(self, wait)
        if wait.outcome is QueueOutcome.ANSWERED and wait.ended_at is not None:
            mean = self.waits.setdefault(wait.queue, DecayedMean(self.half_life_us))
            mean.add(wait.waited_us, wait.ended_at)

    def talked(self, talk: Talk) -> None:
        """A conversation is over."""
        Books.talked(self, talk)
        mean = self.handles.setdefault(talk.queue, DecayedMean(self.half_life_us))
        mean.add(talk.talk_us + talk.hold_us, talk.ended_at)


class LiveNumbers:
    """A reader of facts that can be asked at any time. ``day_origin``: any instant at which a day
    begins where the center is, so that "today" is theirs."""

    def __init__(self, thresholds: Mapping[QueueId, Thresholds], day_origin: int = 0) -> None:
        flow, sketch = Attribution.FLOW, WaitSketch
        day = Grid(length_us=DAY_US, origin=day_origin, kept=2)
        half_hour = Grid(length_us=HALF_HOUR_US, origin=day_origin, kept=2)
        self._today = _LiveBooks(day, flow, thresholds, new_waits=sketch)
        self._interval = Books(half_hour, flow, thresholds, new_waits=sketch)
        self._fold = Fold(self._today, self._interval)

    def use(self, thresholds: Mapping[QueueId, Thresholds]) -> None:
        """Count by these thresholds from now on."""
        self._today.thresholds = self._interval.thresholds = thresholds

    def take(self, facts: Iterable[Fact]) -> None:
        """Take facts, in order."""
        self._fold.take(facts)

    def now(
        self, at: int, agents: Collection[str] | None = None, most_agents: int = 500
    ) -> dict[str, Any]:
        """Everything, as plain values for JSON. Times are microseconds, shares from 0 to 1.

        ``agents``: whose numbers are wanted; None for the first `most_agents` by name.
        """
        told: dict[str, Any] = {}
        for group, name, value in self.parts(at, agents, most_agents):
            if group:
                told.setdefault(group, {})[name] = value
            else:
                told[name] = value
        return told

    def parts(
        self, at: int, agents: Collection[str] | None = None, most_agents: int = 500
    ) -> Iterator[tuple[str, str, Any]]:
        """The same bit by bit: group (or ""), name, value. Facts may be taken in between."""
        since, half_hour = self._today.grid.start_of(at), self._interval.grid.start_of(at)
        assert since is not None
        assert half_hour is not None
        known = sorted(self._fold.agents.states)
        wanted = known[:most_agents] if agents is None else [a for a in known if a in agents]
        center = self._tally(CENTER, since)
        for agent in known:
            self._add_unspent(center, agent, at, since)
        yield "", "at", at
        yield "", "today_since", since
        yield "", "interval_since", half_hour
        yield "", "attribution", Attribution.FLOW.value
        yield "", "agents_left_out", len(known) - len(wanted)
        yield "", "queues", {}
        yield "", "skills", {}
        yield "", "agents", {}
        yield "center", "today", measured(center)
        yield "center", "fairness", _float(self._fairness(since))
        for queue in sorted(self._queues()):
            yield "queues", queue, self._queue(QueueId(queue), at, since, half_hour)
        for skill in self._today.keys(Of.SKILL):
            tally = self._tally((Of.SKILL, skill), since)
            yield "skills", skill, {"today": measured(tally)}
        for name in wanted:
            yield "agents", name, self._agent(name, at, since)

    def _queues(self) -> set[str]:
        return {*self._today.keys(Of.QUEUE), *self._fold.queues, *self._fold.orders}

    def _queue(self, queue: QueueId, at: int, since: int, half_hour: int) -> dict[str, Any]:
        key: Key = (Of.QUEUE, queue)
        order, told = self._fold.orders.get(queue), self._fold.queues.get(queue)
        oldest = order.oldest_at if order is not None else None
        waits, handles = self._today.waits.get(queue), self._today.handles.get(queue)
        return {
            "waiting": len(order) if order is not None else 0,
            "longest_waiting_us": None if oldest is None else max(0, at - oldest),
            "offering": told.offering if told else 0,
            "agents_idle": told.idle if told else 0,
            "agents_logged_in": told.logged_in if told else 0,
            "recent_wait_us": _whole(waits.mean if waits else None),
            "recent_talk_us": _whole(handles.mean if handles else None),
            "interval": measured(_of(self._interval, key, half_hour)),
            "today": measured(_of(self._today, key, since)),
        }

    def _agent(self, agent: AgentId, at: int, since: int) -> dict[str, Any]:
        state, tally = self._fold.agents.states[agent], self._tally((Of.AGENT, agent), since)
        self._add_unspent(tally, agent, at, since)
        return {
            "presence": state.presence.value,
            "reason": state.reason,
            "work": state.work.value,
            "since": state.since,
            "outside": state.outside,
            "today": measured(tally),
        }

    def of_agent(self, agent: AgentId, at: int) -> tuple[int, Tally] | None:
        """Since when it is today, and what one agent did since; None for who was never there."""
        since = self._today.grid.start_of(at)
        if since is None or agent not in self._fold.agents.states:
            return None
        tally = self._tally((Of.AGENT, agent), since)
        self._add_unspent(tally, agent, at, since)
        return since, tally

    def _tally(self, key: Key, since: int) -> Tally:
        """A copy of today's tally, to add to."""
        made = Tally(WaitSketch)
        made.add(_of(self._today, key, since))
        return made

    def _add_unspent(self, tally: Tally, agent: AgentId, at: int, since: int) -> None:
        """Count what the agent does just now, since it began or since midnight."""
        unspent = self._fold.agents.unspent(agent, at)
        if unspent is not None:
            kind, begin = unspent
            tally.time_us[kind] += at - max(begin, since)

    def _fairness(self, since: int) -> Share:
        """Of all whom something is known of today; those who are there count as there."""
        mine = (_of(self._today, (Of.AGENT, agent), since) for agent in self._fold.agents.states)
        return jain(tally for tally in mine if tally.time_us or tally.handled)


def _of(books: Books, key: Key, start: int) -> Tally:
    return books.tallies.get(key, {}).get(start) or _NOTHING


_NOTHING = Tally(WaitSketch)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _float(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)
