"""The staff: presence, work, rests and wrap-up of the agents of one pool.

This is the lower half of the router: it knows agents and their deadlines, and asks the upper half
for callers whenever somebody becomes available.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from contact_center.core.acd import WrapUpEnded
from contact_center.core.agent import Agent, WorkTrigger
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.deadlines import Deadlines
from contact_center.core.facts import (
    OfferResult,
    Presence,
    QueueChanged,
    RequestAnswered,
    Work,
)
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId
from contact_center.core.output import Outbox
from contact_center.core.queue import AgentType, Bench, CallClass, Eligibility, Lines, Waiting
from contact_center.core.queue_settings import AfterNoAnswer
from contact_center.core.requests import (
    DeclineRequested,
    DeskConnected,
    DeskLost,
    PresenceRequested,
    PresenceWish,
)

if TYPE_CHECKING:
    from contact_center.core.routing import Reservation

LOGGED_OUT_AFTER_GRACES = 20
"""An agent without a screen is paused after one grace period and logged out after this many."""


class Staff(ABC):
    """State of a pool's agents, and the shared state that routing works on."""

    def __init__(self, configuration: CenterConfiguration) -> None:
        self.configuration = configuration
        self.epoch = 0
        self.up = False
        self.sequence = 0
        self.offers = 0
        self.agents: dict[AgentId, Agent] = {}
        self.types: dict[AgentId, AgentType] = {}
        self.waiting: dict[CallId, Waiting] = {}
        self.waiting_in: dict[QueueId, int] = {}
        self.offering_in: dict[QueueId, int] = {}
        self.reservations: dict[ReservationId, Reservation] = {}
        self.lines = Lines()
        self.bench = Bench()
        self.eligible = Eligibility()
        self.media_deadlines = Deadlines()
        self.people_deadlines = Deadlines()
        self.dirty_agents: dict[AgentId, None] = {}
        self.dirty_queues: dict[QueueId, None] = {}
        self._logged_in: dict[AgentType, int] = {}
        self._counted: set[AgentId] = set()
        for order, settings in enumerate(configuration.agents.values()):
            self.agents[settings.agent] = Agent(agent=settings.agent, order=order)
            self.types[settings.agent] = (settings.queues, tuple(sorted(settings.skills.items())))

    @abstractmethod
    def offer_agent(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Give an agent who became available the caller who should have them."""

    @abstractmethod
    def evict_hopeless(self, now: int, out: Outbox) -> None:
        """Let go of callers for whom nobody is logged in any more."""

    @abstractmethod
    def end_offer(
        self,
        reservation_id: ReservationId,
        result: OfferResult,
        now: int,
        out: Outbox,
        cmd: CommandId | None = None,
    ) -> bool:
        """End an offer that the call does not yet know is over."""

    # --- what people ask for ------------------------------------------------------------------

    def request_presence(self, request: PresenceRequested, now: int, out: Outbox) -> None:
        """Be ready, pause or log out: at once when possible, else after the call."""
        agent = self.agents[request.agent]
        if request.presence is PresenceWish.READY:
            agent.resting_until = 0
            self.people_deadlines.cancel("rest", agent.agent)
            agent.choose(Presence.READY, "", now)
            if agent.work is Work.WRAP_UP:
                self.end_wrap_up(agent.agent, now, out)
        else:
            self._step_back(agent, Presence(request.presence.value), request.reason, now, out)
        logged_in = agent.presence is not Presence.LOGGED_OUT
        patient = self.people_deadlines.due("desk", agent.agent) is not None
        if logged_in and not agent.at_desk and not patient:
            # Whoever asks has a screen; if it went meanwhile, patience with that begins now.
            due = now + self.configuration.timing.desk_grace_us
            self.people_deadlines.set("desk", agent.agent, due)
        self.seat(agent.agent)
        out.emit(RequestAnswered(at=now, agent=agent.agent, cmd=request.cmd))
        self.offer_agent(agent.agent, now, out)
        self.evict_hopeless(now, out)

    def _step_back(
        self, agent: Agent, presence: Presence, reason: str, now: int, out: Outbox
    ) -> None:
        """Pause or log out; while a call is with the agent, only after it."""
        if agent.work is Work.OFFERED and agent.reservation is not None:
            agent.next_presence, agent.next_reason = presence, reason
            self.end_offer(agent.reservation, OfferResult.DECLINED, now, out)
        elif agent.work is Work.IDLE:
            agent.choose(presence, reason, now)
        else:
            agent.next_presence, agent.next_reason = presence, reason

    def request_decline(self, request: DeclineRequested, now: int, out: Outbox) -> None:
        """Do not take an offer."""
        agent = self.agents[request.agent]
        code = ""
        if agent.reservation != request.reservation or not self.end_offer(
            request.reservation, OfferResult.DECLINED, now, out
        ):
            code = "offer_is_over"
        out.emit(RequestAnswered(at=now, agent=agent.agent, cmd=request.cmd, code=code))

    def desk(self, event: DeskConnected | DeskLost, now: int, out: Outbox) -> None:
        """An agent's screen came or went."""
        agent = self.agents.get(event.agent)
        if agent is None:
            out.ignore()
            return
        agent.at_desk = isinstance(event, DeskConnected)
        if not agent.at_desk:
            due = now + self.configuration.timing.desk_grace_us
            self.people_deadlines.set("desk", agent.agent, due)
            return
        self.people_deadlines.cancel("desk", agent.agent)
        if agent.presence is Presence.LOGGED_OUT:
            agent.choose(Presence.PAUSED, "signed_in", now)
        elif agent.next_reason == "screen_lost":
            agent.next_presence, agent.next_reason = None, ""
        self.seat(agent.agent)

    def staff_deadline(self, kind: str, agent_id: AgentId, now: int, out: Outbox) -> None:
        """A rest, a wrap-up or the patience with a lost screen is over."""
        agent = self.agents.get(agent_id)
        if agent is None:
            return
        match kind:
            case "rest":
                agent.resting_until = 0
                self.seat(agent_id)
                self.offer_agent(agent_id, now, out)
            case "wrapup":
                self.end_wrap_up(agent_id, now, out)
            case "desk":
                self._screen_lost(agent, now, out)

    def _screen_lost(self, agent: Agent, now: int, out: Outbox) -> None:
        if agent.at_desk or agent.presence is Presence.LOGGED_OUT:
            return
        gone = agent.presence is Presence.PAUSED and agent.work is Work.IDLE
        presence = Presence.LOGGED_OUT if gone else Presence.PAUSED
        self._step_back(agent, presence, "screen_lost", now, out)
        if presence is Presence.PAUSED:
            grace = self.configuration.timing.desk_grace_us
            self.people_deadlines.set("desk", agent.agent, now + LOGGED_OUT_AFTER_GRACES * grace)
        self.seat(agent.agent)
        self.evict_hopeless(now, out)

    # --- what calls do to agents --------------------------------------------------------------

    def release(self, agent_id: AgentId, result: OfferResult, now: int, out: Outbox) -> None:
        """An offer came to nothing: free the agent, with the consequences of the result.

        A revoked offer is nobody's fault and costs the agent nothing, not even their place among
        the idle. After the other results the longest-idle clock starts anew, so that one deaf
        phone does not attract every call.
        """
        agent = self.agents[agent_id]
        idle_since = agent.available_since
        agent.move(WorkTrigger.RELEASE, now)
        settings = self.configuration.agents[agent_id]
        back_off = settings.back_off or self.configuration.timing.back_off
        match result:
            case OfferResult.REVOKED:
                agent.available_since = idle_since
            case OfferResult.NO_ANSWER if settings.after_no_answer is AfterNoAnswer.PAUSE:
                if agent.next_presence is None:
                    agent.next_presence, agent.next_reason = Presence.PAUSED, "no_answer"
            case OfferResult.UNREGISTERED:
                self._rest(agent, now + back_off.unregistered_us)
            case _:
                self._rest(agent, now + back_off.declined_us)
        self._take_up_next(agent, now)
        self.seat(agent_id)

    def begin_wrap_up(self, agent_id: AgentId, wrap_up_us: int, now: int, out: Outbox) -> None:
        """A conversation is over."""
        agent = self.agents[agent_id]
        agent.move(WorkTrigger.FINISH, now)
        agent.held = False
        agent.wrap_up_until = now + wrap_up_us
        self.seat(agent_id)
        if wrap_up_us <= 0:
            self.end_wrap_up(agent_id, now, out)
        else:
            self.people_deadlines.set("wrapup", agent_id, agent.wrap_up_until)

    def end_wrap_up(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Wrap-up is over: the agent becomes what they asked to be next, or available."""
        agent = self.agents[agent_id]
        if agent.work is not Work.WRAP_UP:
            out.ignore()
            return
        if agent.call is not None:
            out.tell(WrapUpEnded(call=agent.call, agent=agent_id))
        self.people_deadlines.cancel("wrapup", agent_id)
        agent.move(WorkTrigger.WRAPPED_UP, now)
        self._take_up_next(agent, now)
        self.seat(agent_id)
        self.offer_agent(agent_id, now, out)
        self.evict_hopeless(now, out)

    def _take_up_next(self, agent: Agent, now: int) -> None:
        if agent.next_presence is not None:
            agent.choose(agent.next_presence, agent.next_reason, now)

    def _rest(self, agent: Agent, until: int) -> None:
        agent.resting_until = until
        self.people_deadlines.set("rest", agent.agent, until)

    # --- indexes and facts --------------------------------------------------------------------

    def seat(self, agent_id: AgentId) -> None:
        """Bring every index in line with the agent's state, and let it be told."""
        agent = self.agents[agent_id]
        agent_type = self.types[agent_id]
        queues_changed = self.bench.update(agent, agent_type)
        counted = agent.presence is not Presence.LOGGED_OUT
        if counted != (agent_id in self._counted):
            queues_changed = True
            (self._counted.add if counted else self._counted.discard)(agent_id)
            self._logged_in[agent_type] = self._logged_in.get(agent_type, 0) + (
                1 if counted else -1
            )
        self.dirty_agents[agent_id] = None
        if queues_changed:
            self.dirty_queues.update(dict.fromkeys(agent_type[0]))

    def anyone_for(self, call_class: CallClass) -> bool:
        """Say whether anyone who could serve the class is logged in, busy and paused included."""
        return any(n > 0 and self.eligible(call_class, t) for t, n in self._logged_in.items())

    def tell_changes(self, now: int, out: Outbox) -> None:
        """State what changed since the last time, each agent and queue once."""
        for agent_id in self.dirty_agents:
            out.emit(self.agents[agent_id].changed(now))
        for queue in self.dirty_queues:
            out.emit(self.queue_state(queue, now))
        self.dirty_agents.clear()
        self.dirty_queues.clear()

    def queue_state(self, queue: QueueId, now: int) -> QueueChanged:
        """Describe a queue."""
        head = self.lines.head_of(queue)
        return QueueChanged(
            at=now,
            queue=queue,
            waiting=self.waiting_in.get(queue, 0),
            offering=self.offering_in.get(queue, 0),
            idle=self.bench.idle_in(queue),
            logged_in=sum(n for (queues, _), n in self._logged_in.items() if queue in queues),
            oldest_since=head[1] if head else None,
        )
