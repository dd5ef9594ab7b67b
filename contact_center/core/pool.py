"""What the router knows: agents, waits, reservations, and every index over them.

The state that the floors of the router share, and how it is told. Nothing here decides anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from contact_center.core.absences import absences_of, mask_of
from contact_center.core.agent import HISTORY, Agent
from contact_center.core.bench import WINDOWED, Bench
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.deadlines import Deadlines
from contact_center.core.disciplines import DISCIPLINES
from contact_center.core.estimate import QueueHistory
from contact_center.core.facts import Presence, QueueChanged
from contact_center.core.graph import ALL_SPARE, AgentType, CallClass, Graph, Metric, bits
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.lines import Lines, Waiting
from contact_center.core.machine import Machine
from contact_center.core.outcomes import Why
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import Absence, Channel
from contact_center.core.strategies import STRATEGIES, Rings

TELL_US = 1_000_000
TELL_MOST = 100
"""Counts of agents are told this long after they changed, for so many queues at a time."""
NOT_AT_WORK = frozenset({Absence.PAUSED, Absence.UNAVAILABLE, Absence.INVALID})
ON_A_BREAK = mask_of(frozenset({Absence.PAUSED}))
AT_CALLS = frozenset({Absence.TALKING, Absence.RINGING})


class ReservationState(Enum):
    """How far a reservation has come."""

    OFFERED = "offered"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ENDED = "ended"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


class ReservationTrigger(Enum):
    """What moves a reservation."""

    ANSWER = "answer"
    CONNECT = "connect"
    END = "end"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


RESERVATION = Machine(
    name="reservation",
    initial=ReservationState.OFFERED,
    moves={
        (ReservationState.OFFERED, ReservationTrigger.ANSWER): ReservationState.ANSWERED,
        (ReservationState.OFFERED, ReservationTrigger.END): ReservationState.ENDED,
        (ReservationState.ANSWERED, ReservationTrigger.CONNECT): ReservationState.CONNECTED,
        (ReservationState.ANSWERED, ReservationTrigger.END): ReservationState.ENDED,
        (ReservationState.CONNECTED, ReservationTrigger.END): ReservationState.ENDED,
    },
)


@dataclass(slots=True, kw_only=True)
class Reservation:
    """An agent held for a caller. ``expires_at`` bounds the ringing.

    ``consult``: made for a talk beside the caller's, not for the caller's wait.
    """

    reservation: ReservationId
    call: CallId
    agent: AgentId
    queue: QueueId
    epoch: int
    made_at: int
    expires_at: int
    state: ReservationState = ReservationState.OFFERED
    why: Why = Why()
    consult: bool = False


class Pool:
    """State of one pool of agents and queues."""

    def __init__(self, configuration: CenterConfiguration) -> None:
        self.configuration = configuration
        self.epoch = 0
        self.up = False
        self.sequence = 0
        self.offers = 0
        self.draws = 0
        self.agents: dict[AgentId, Agent] = {}
        self.types: dict[AgentId, AgentType] = {}
        self.by_device: dict[str, AgentId] = {}
        self.waiting: dict[CallId, Waiting] = {}
        self.waiting_in: dict[QueueId, int] = {}
        self.total_waiting = 0
        self.uncounted_in: dict[QueueId, int] = {}
        self.offering_in: dict[QueueId, int] = {}
        self.reservations: dict[ReservationId, Reservation] = {}
        self.wrapping: dict[ReservationId, AgentId] = {}
        self.ringing: dict[CallId, None] = {}
        self.last_asked: dict[QueueId, int] = {}
        self.history: dict[QueueId, QueueHistory] = {}
        self.resumable: dict[str, tuple[int, int]] = {}
        self.gone: list[AgentId] = []
        self.media_deadlines = Deadlines()
        self.people_deadlines = Deadlines()
        self.dirty_agents: dict[AgentId, None] = {}
        self.dirty_queues: dict[QueueId, None] = {}
        self._index(configuration)
        self._take_in_agents(configuration)

    def _index(self, configuration: CenterConfiguration) -> None:
        metrics: dict[QueueId, Metric] = {
            name: STRATEGIES[queue.strategy].metric(queue)
            for name, queue in configuration.queues.items()
        }
        self.metrics: Mapping[QueueId, Metric] = metrics
        self.discipline = DISCIPLINES[configuration.discipline]
        self.graph = Graph(configuration.queues, metrics)
        self.lines = Lines(
            self.graph,
            configuration.queues,
            configuration.weight_us,
            by_queue=self.discipline.by_queue,
        )
        self.bench = Bench()
        self.experts: dict[tuple[Channel, str], int] = {
            (queue.channel, rule.skill): 0
            for queue in configuration.queues.values()
            for rule in queue.keep_back
        }
        self.more_experts = False
        self.emptied: dict[int, None] = {}
        self.watched = mask_of(
            frozenset(
                absence
                for queue in configuration.queues.values()
                for asked in (queue.absent_at_entry, queue.absent_waiting)
                for absence in asked or ()
            )
            | NOT_AT_WORK
        )
        self.counts_work = bool(self.watched & mask_of(AT_CALLS))
        self.rings_many = {
            name: STRATEGIES[queue.strategy].rings is not Rings.ONE
            for name, queue in configuration.queues.items()
        }
        self._shares = sum(queue.share for queue in configuration.queues.values())
        self._present: dict[int, dict[int, int]] = {}
        self._counted: dict[AgentId, int] = {}
        self._expert: set[tuple[Channel, AgentId]] = set()
        self._dirty_types = 0
        self._untold: list[QueueId] = []
        self.staffing: dict[QueueId, tuple[int, int, int]] = {}
        self._spans: dict[int, tuple[int, ...]] = {}

    def _take_in_agents(self, configuration: CenterConfiguration) -> None:
        for order, settings in enumerate(configuration.agents.values()):
            self.agents[settings.agent] = Agent(agent=settings.agent, order=order)
            self.types[settings.agent] = self.graph.type_of(settings)
            self.by_device[settings.device] = settings.agent
        for kind in self.graph.types:
            spans = {
                metric[1]
                for metrics_ in kind.metrics.values()
                for metric in metrics_
                if metric[0] in WINDOWED
            }
            if spans:
                self._spans[kind.index] = tuple(sorted(spans))

    # --- indexes ------------------------------------------------------------------------------

    def seat(self, agent_id: AgentId, now: int) -> None:
        """Bring every index in line with an agent's state, and let it be told."""
        agent = self.agents[agent_id]
        kind = self.types[agent_id]
        agent.seated_at = now
        self.bench.update(agent, kind, now)
        if self.experts:
            self._count_expert(agent, kind)
        before = self._counted.get(agent_id)
        out = agent.presence is Presence.LOGGED_OUT
        after = None if out else absences_of(agent) & self.watched
        if before != after:
            counts = self._present.setdefault(kind.index, {})
            if before is not None:
                counts[before] -= 1
                if counts[before] == 0:
                    del counts[before]
                    self.emptied[kind.base] = None
            if after is None:
                del self._counted[agent_id]
            else:
                counts[after] = counts.get(after, 0) + 1
                self._counted[agent_id] = after
        self.dirty_agents[agent_id] = None
        if self.people_deadlines.due("count", "") is None:
            self.people_deadlines.set("count", "", now + TELL_US)
        self._dirty_types |= kind.bit

    def _count_expert(self, agent: Agent, kind: AgentType) -> None:
        for channel in dict.fromkeys(channel for channel, _ in self.experts):
            me = (channel, agent.agent)
            seated = self.bench.is_seated(agent.agent, channel)
            if seated == (me in self._expert):
                continue
            (self._expert.add if seated else self._expert.discard)(me)
            for which in self.experts:
                if which[0] is channel and kind.skills.get(which[1], 0) > 0:
                    self.experts[which] += 1 if seated else -1
                    self.more_experts = self.more_experts or seated

    def remember_call(self, agent: Agent, now: int, talked_us: int) -> None:
        """Keep a call for strategies that look back, as long as any does."""
        spans = self._spans.get(self.types[agent.agent].base)
        if spans is None:
            return
        agent.handled.append((now, talked_us))
        agent.handled = [e for e in agent.handled if e[0] > now - spans[-1]][-HISTORY:]
        self.age_window(agent, now)

    def age_window(self, agent: Agent, now: int) -> None:
        """Wake up when a remembered call leaves a span that somebody looks back over."""
        spans = self._spans.get(self.types[agent.agent].base, ())
        dues = [end + span for span in spans for end, _ in agent.handled if end + span > now]
        if dues:
            self.people_deadlines.set("window", agent.agent, min(dues))

    def class_of(self, waiting: Waiting) -> CallClass:
        """Give the class that a caller belongs to now."""
        return self.graph.class_of(
            waiting.queue, self.asked_by(waiting), waiting.reach_us, spare=waiting.spare
        )

    def asked_by(self, waiting: Waiting) -> str:
        """Write what a caller asks for now, the queue's part included."""
        return waiting.requirement if waiting.relaxed is None else waiting.relaxed

    def hopes_of(self, waiting: Waiting) -> Iterable[CallClass]:
        """Go through the classes a caller belongs to now, and may yet belong to."""
        yield self.class_of(waiting)
        delays = self.graph.delays.get(waiting.queue, ())
        reach = max(waiting.reach_us, delays[-1] if delays else 0)
        texts = [self.asked_by(waiting)]
        texts += [s.requirement for s in waiting.steps[waiting.step :] if s.requirement is not None]
        for text in texts:
            yield self.graph.class_of(waiting.queue, text, reach, spare=ALL_SPARE)

    def anyone_for(self, kind: CallClass, absent: int) -> bool:
        """Say whether anyone who may serve a class is there; agents in a state of `absent` don't
        count."""
        present = self._present
        for index in bits(kind.types):
            for mask in present.get(index, ()):
                if not mask & absent:
                    return True
        for index in bits(kind.paused):
            for mask in present.get(index, ()):
                if not (mask | ON_A_BREAK) & absent:
                    return True
        return False

    def anyone_in(self, queue: QueueId, absent: int) -> bool:
        """Say whether anyone who serves a queue is there, as `anyone_for` does."""
        for base in self.graph.types_of_queue.get(queue, ()):
            for kind in (base, *base.variants):
                paused = queue in kind.paused and absent & ON_A_BREAK
                if not paused and self.count_present(kind.index, absent):
                    return True
        return False

    def agents_for(self, kind: CallClass) -> float:
        """Count the agents at work for a class: each as the share of their queues' callers."""
        line = self.lines.line_of(kind)
        mine = max(1, len(line.keys))
        total = 0.0
        paused = mask_of(NOT_AT_WORK)
        for index in bits(kind.types):
            there = self.count_present(index, paused)
            if there:
                lines = self.lines.ready_for(self.graph.types[index])
                others = sum(len(other.keys) for other in lines if other is not line)
                total += there * mine / (mine + others)
        return total

    def count_present(self, index: int, absent: int) -> int:
        """Count a type's agents who are logged in and not in a state of `absent`."""
        return sum(n for mask, n in self._present.get(index, {}).items() if not mask & absent)

    def history_of(self, queue: QueueId, now: int) -> QueueHistory:
        """Give what a queue did of late."""
        history = self.history.get(queue)
        if history is None:
            history = self.history[queue] = QueueHistory(updated=now)
        history.age(now)
        return history

    # --- what disciplines look at -------------------------------------------------------------

    def share_of(self, queue: QueueId) -> tuple[int, int]:
        """Give a queue's share and the sum of all queues' shares."""
        return self.configuration.queues[queue].share, self._shares

    def cost_of(self, queue: QueueId) -> tuple[int, int]:
        """Give what a second of waiting in a queue costs, and the mean handle time there."""
        settings = self.configuration.queues[queue]
        history = self.history.get(queue)
        prior = settings.expected_handle_us
        mean = history.handle_us(prior) if history is not None else prior
        return max(1, settings.weight), round(mean)

    # --- telling ------------------------------------------------------------------------------

    def tell_staffing(self, now: int, most: int = TELL_MOST) -> None:
        """Count the agents of queues that changed, those told longest ago first, and tell it."""
        never = (0, 0, 0)
        queues = sorted(self.untold(), key=lambda q: (self.staffing.get(q, never)[2], q))
        self._dirty_types, self._untold = 0, queues[most:]
        for queue in queues[:most]:
            idle, logged_in = self.count_staff(queue)
            if self.staffing.get(queue, never)[:2] != (idle, logged_in):
                self.dirty_queues[queue] = None
            self.staffing[queue] = (idle, logged_in, now)
        if self._untold:
            self.people_deadlines.set("count", "", now + TELL_US)

    def count_again(self, now: int) -> None:
        """Count the agents of every queue, those that nobody serves any more too."""
        self._untold = list(self.configuration.queues)
        self.tell_staffing(now, len(self._untold))

    def untold(self) -> list[QueueId]:
        """List the queues whose agents changed since they were told."""
        types = self.graph.types
        found = dict.fromkeys(self._untold)
        found.update(
            dict.fromkeys(q for index in bits(self._dirty_types) for q in types[index].members)
        )
        return sorted(found)

    def told_so_far(
        self, staffing: dict[QueueId, tuple[int, int, int]], untold: list[QueueId]
    ) -> None:
        """Take up what was told, and what was not, before this router was made anew."""
        self.staffing = staffing
        self._dirty_types = 0
        self._untold = [queue for queue in untold if queue in self.configuration.queues]

    def count_staff(self, queue: QueueId) -> tuple[int, int]:
        """Count a queue's available and logged in agents."""
        types = self.graph.types_of_queue.get(queue, ())
        channel = self.configuration.queues[queue].channel
        idle = logged_in = 0
        for base in types:
            for kind in (base, *base.variants):
                idle += 0 if queue in kind.paused else self.bench.count(kind, channel)
                logged_in += sum(self._present.get(kind.index, {}).values())
        return idle, logged_in

    def tell_changes(self, now: int, out: Outbox) -> None:
        """State what changed since the last time, each agent and queue once."""
        for agent_id in self.dirty_agents:
            capacity = self.configuration.agents[agent_id].capacity
            out.emit(self.agents[agent_id].changed(now, capacity))
        for queue in self.dirty_queues:
            out.emit(self.queue_state(queue, now))
        self.dirty_agents.clear()
        self.dirty_queues.clear()

    def queue_state(self, queue: QueueId, now: int) -> QueueChanged:
        """Describe a queue."""
        first = self.lines.first_of(queue)
        idle, logged_in, _ = self.staffing.get(queue, (0, 0, 0))
        return QueueChanged(
            at=now,
            queue=queue,
            waiting=self.waiting_in.get(queue, 0),
            offering=self.offering_in.get(queue, 0),
            idle=idle,
            logged_in=logged_in,
            oldest_since=self.waiting[first].since if first is not None else None,
        )
