"""The router: which agent gets which caller. The top floor: messages, deadlines, people's requests.

Below lie the reservations (``reserving``), the waits (``waits``), the staff (``staff``) and the
state they share (``pool``). Three rules hold after every event: nobody waits while an agent who may
serve them is available and not held back by a declared rule; an agent has no more work than they
have room for; and every state but idle has a deadline or a person that ends it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from contact_center.core.acd import (
    AskWait,
    EnterQueue,
    LeaveQueue,
    Rekey,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReportFinished,
    ReportHold,
    ReportWrappedUp,
    ReserveAgent,
    ToRouter,
)
from contact_center.core.acd_events import ScoresGiven
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import (
    OfferResult,
    Presence,
    QueueOutcome,
    RequestAnswered,
    SupervisorAnswered,
)
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.outcomes import Decided
from contact_center.core.output import Outbox
from contact_center.core.pool import ReservationState
from contact_center.core.requests import (
    AgentRequest,
    DeclineRequested,
    HelpRequested,
    PresenceRequested,
    QueuePauseRequested,
    WrapUpRequested,
)
from contact_center.core.reserving import Reserving
from contact_center.core.supervisor_requests import (
    HelpSeenToRequested,
    MoveRequested,
    ReprioritiseRequested,
    SetPresenceRequested,
    SetQueuePauseRequested,
    SupervisorRequest,
    WithdrawRequested,
)

ROUTER_KINDS = frozenset(
    {
        *("offer", "setup", "wait", "step", "named", "overflow", "score", "more", "hours"),
        "avoid",
        *("rest", "wrapup", "desk", "device", "phone", "outside", "window", "count", "redial"),
    }
)
"""Kinds of deadlines that are the router's."""

Handler = Callable[[Any, int, Outbox], None]


class Router(Reserving):
    """Queues and reservations of one pool."""

    def __init__(self, configuration: CenterConfiguration) -> None:
        super().__init__(configuration)
        self._handlers: dict[type[ToRouter], Handler] = {
            EnterQueue: self.enter,
            LeaveQueue: self.leave,
            AskWait: lambda message, now, out: self.news(message.call, now, out),
            Rekey: self.rekey,
            ReserveAgent: self.reserve_agent,
            ReportAnswered: self.answered,
            ReportConnected: self.connected,
            ReportFailed: self.not_connected,
            ReportHold: self.held,
            ReportFinished: self.finished,
            ReportWrappedUp: lambda message, now, out: self.wrapped_up(
                message.agent, message.call, now, out
            ),
        }

    def handle(self, message: ToRouter, now: int, out: Outbox) -> None:
        """Act on what a call says. Messages about reservations that are over are ignored."""
        self._handlers[type(message)](message, now, out)

    def settle(self, now: int, out: Outbox) -> None:
        """See to what an event left behind: agents who went, experts who came."""
        self._settle(now, out)
        if not self.lines.avoiding:
            return
        for agent_id in sorted(set(self.lines.avoiding.values())):
            # Nobody else may be left who could serve the caller they gave back.
            self.offer_agent(agent_id, now, out)
        self._settle(now, out)

    def _settle(self, now: int, out: Outbox) -> None:
        # One may lead to another: whoever gets an expert leaves others with nobody.
        while self.gone or self.emptied or self.more_experts:
            while self.gone:
                self.signed_off(self.gone.pop(), now, out)
            self.let_go_of_hopeless(now, out)
            if self.more_experts:
                self.more_experts = False
                self._look_behind_experts(now, out)

    def _look_behind_experts(self, now: int, out: Outbox) -> None:
        """One more expert is idle: another than the one who came may be let go to a caller."""
        looked_at: set[tuple[object, ...]] = set()
        for call in self.in_turn(now):
            waiting = self.waiting.get(call)
            if waiting is None or waiting.reservations or waiting.named is not None:
                continue
            kind = self.class_of(waiting)
            if not kind.guarded or kind.key in looked_at:
                continue
            self.offer_call(waiting, Decided.CHANGE, now, out)
            held = self.media_deadlines.due("score", call) is not None
            if not waiting.reservations and not held and waiting.avoids is None:
                # Nobody for this one: nobody for others who ask for the same.
                looked_at.add(kind.key)

    def set_provider(self, up: bool, now: int, out: Outbox) -> None:
        """Stop offering while the phone system is out of reach; catch up when it is back."""
        self.up = up
        if up:
            # After a restart, the agents of a queue may have been taken out of the configuration.
            self._refit(now, out)
            self._offer_all(now, out)
            self.look_at_everybody(now, out)

    def _offer_all(self, now: int, out: Outbox) -> None:
        for call in self.in_turn(now):
            waiting = self.waiting.get(call)
            if waiting is not None:
                self.offer_call(waiting, Decided.CHANGE, now, out)

    def _refit(self, now: int, out: Outbox) -> None:
        """Let those who wait wait by the rules of today: they may be others than yesterday's."""
        up, self.up = self.up, False  # nobody is offered before everybody is in place
        for waiting in list(self.waiting.values()):
            if waiting.named is not None and not self.may_come(waiting.named, waiting):
                self.no_longer_named(waiting.call, now, out)
            self.take_step(waiting.call, now, out)
            if not waiting.reservations:
                self.overflow(waiting.call, now, out)
        self.up = up
        for queue in sorted(self.lines.queues):
            self.watch_hours(queue, now)

    def look_at_everybody(self, now: int, out: Outbox) -> None:
        """Let go of callers for whom nobody is there, in every queue."""
        self.emptied.update(dict.fromkeys(range(len(self.graph.types))))
        staffed = self.graph.types_of_queue
        for queue in sorted(q for q in self.lines.queues if q not in staffed):
            self.let_go_in(queue, now, out)

    def reloaded(self, now: int, out: Outbox) -> None:
        """The configuration changed: everybody may have someone else to go to, or nobody."""
        self.end_void_pauses(now, out)
        for agent_id in self.agents:
            self.seat(agent_id, now)
        self.count_again(now)
        self.dirty_queues.update(dict.fromkeys(self.configuration.queues))
        self._refit(now, out)
        if self.up:
            self._offer_all(now, out)
        self.look_at_everybody(now, out)

    def refitted(
        self, configuration: CenterConfiguration, agents: Iterable[AgentId], now: int, out: Outbox
    ) -> None:
        """Go on with other settings of the same agents and queues; `agents` are those changed."""
        staffing, untold, known = self.staffing, self.untold(), dict(self.agents)
        told = dict(self.dirty_agents)
        self.configuration = configuration
        self._index(configuration)
        self._take_in_agents(configuration)
        self.agents.update(known)
        for agent in known.values():
            agent.kind = -1
        self.restore_breaks()
        for waiting in self.waiting.values():
            self.lines.enter(waiting)
            if not waiting.reservations:
                self.stand(waiting)
        for agent in known.values():
            self.seat(agent.agent, agent.seated_at)
        self.told_so_far(staffing, untold)
        self.dirty_agents = {**told, **dict.fromkeys(agents)}
        self.end_void_pauses(now, out)
        self.count_again(now)
        self._refit(now, out)
        if self.up:
            self._offer_all(now, out)
        self.look_at_everybody(now, out)

    def scores(self, event: ScoresGiven, now: int, out: Outbox) -> None:
        """Somebody outside says how well agents suit a caller."""
        waiting = self.waiting.get(event.call)
        if waiting is None:
            out.ignore()
            return
        waiting.scores = dict(event.scores)
        self.media_deadlines.cancel("score", event.call)
        self.offer_call(waiting, Decided.CHANGE, now, out)

    def deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """Act on a deadline of the router's own."""
        match kind:
            case "offer":
                self.end_offer(ReservationId(owner), OfferResult.NO_ANSWER, now, out)
            case "setup":
                self.end_offer(ReservationId(owner), OfferResult.FAILED, now, out)
            case "wait":
                self.waited_too_long(CallId(owner), now, out)
            case "step":
                self.take_step(CallId(owner), now, out)
            case "named":
                self.no_longer_named(CallId(owner), now, out)
            case "overflow":
                self.overflow(CallId(owner), now, out)
            case "score":
                waiting = self.waiting.get(CallId(owner))
                if waiting is not None:
                    self.offer_call(waiting, Decided.STEP, now, out)
            case "more":
                self.ring_more(CallId(owner), now, out)
            case _:
                self._deadline_of_people(kind, owner, now, out)

    def _deadline_of_people(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        match kind:
            case "hours":
                self.look_at_hours(QueueId(owner), now, out)
            case "count":
                self.tell_staffing(now)
            case "avoid":
                self.no_longer_avoided(CallId(owner), now, out)
            case "redial":
                self.resumable.pop(owner, None)
            case "window":
                agent_id = AgentId(owner)
                if agent_id in self.agents:
                    self.age_window(self.agents[agent_id], now)
                    self.seat(agent_id, now)
            case _:
                self.staff_deadline(kind, owner, now, out)

    def drop(self, call: CallId, now: int, out: Outbox) -> None:
        """Forget a call that was struck off the books: its wait, and whoever was held for it."""
        self.forget(call, now)
        for reservation in [r for r in self.reservations.values() if r.call == call]:
            connected = reservation.state is ReservationState.CONNECTED
            if connected:
                self._end(reservation)
                name = reservation.reservation
                self.finish_job(reservation.agent, name, now, out, wrap_up=False)
            else:
                self.revoke(reservation, now, out, tell=False)

    # --- what agents ask for ------------------------------------------------------------------

    def request(self, request: AgentRequest, now: int, out: Outbox) -> None:
        """Act on what an agent asks for themselves, and answer it."""
        match request:
            case PresenceRequested():
                self.request_presence(request, now, out)
            case QueuePauseRequested():
                self.request_queue_pause(request, now, out)
            case WrapUpRequested():
                self.request_wrap_up(request, now, out)
            case DeclineRequested():
                self.request_decline(request, now, out)
            case HelpRequested():
                self.request_help(request, now, out)

    def request_help(self, request: HelpRequested, now: int, out: Outbox) -> None:
        """Show supervisors that an agent wants one of them, or no longer."""
        agent = self.agents[request.agent]
        code = "logged_out" if agent.presence is Presence.LOGGED_OUT and request.on else ""
        if not code:
            agent.want_help(now, on=request.on, note=request.note)
            self.dirty_agents[agent.agent] = None
        out.emit(RequestAnswered(at=now, agent=agent.agent, cmd=request.cmd, code=code))

    def _see_to(self, request: HelpSeenToRequested, now: int) -> str:
        agent = self.agents.get(request.agent)
        if agent is None:
            return "unknown_agent"
        if agent.help_since is None:
            return "no_help_wanted"
        agent.want_help(now, on=False)
        self.dirty_agents[agent.agent] = None
        return ""

    # --- what supervisors ask for -------------------------------------------------------------

    def supervise(self, request: SupervisorRequest, now: int, out: Outbox) -> None:
        """Act on a request about waiting callers or agents, and answer it."""
        match request:
            case ReprioritiseRequested():
                code = self._reprioritise(request, now, out)
            case MoveRequested():
                code = self._move(request, now, out)
            case WithdrawRequested():
                code = self._withdraw(request, now, out)
            case SetPresenceRequested() if request.agent in self.agents:
                code = self.set_presence(request.agent, request.presence, request.reason, now, out)
                self.offer_agent(request.agent, now, out)
            case SetPresenceRequested():
                code = "unknown_agent"
            case HelpSeenToRequested():
                code = self._see_to(request, now)
            case SetQueuePauseRequested():
                code = self.pause_in(request, now, out)
            case _:
                code = "unknown_request"
        out.emit(SupervisorAnswered(at=now, by=request.by, cmd=request.cmd, code=code))

    def _reprioritise(self, request: ReprioritiseRequested, now: int, out: Outbox) -> str:
        if request.call not in self.waiting:
            return "not_waiting"
        rekey = Rekey(call=request.call, priority=request.priority, boost_us=request.boost_us)
        self.rekey(rekey, now, out)
        return ""

    def _move(self, request: MoveRequested, now: int, out: Outbox) -> str:
        waiting = self.waiting.get(request.call)
        if waiting is None:
            return "not_waiting"
        settings = self.configuration.queues.get(request.queue)
        if settings is None:
            return "no_such_queue"
        if waiting.reservations:
            return "being_offered"
        if settings.channel is not self.configuration.queues[waiting.queue].channel:
            return "other_channel"
        if request.queue != waiting.queue:
            outcome, position = QueueOutcome.WITHDRAWN, request.position
            self.move(waiting, request.queue, outcome, now, out, position)
        elif request.position is not None:
            self.squeeze_in(waiting, request.position - 1)
            self.replace(waiting, now, out)
        return ""

    def _withdraw(self, request: WithdrawRequested, now: int, out: Outbox) -> str:
        waiting = self.waiting.get(request.call)
        if waiting is None:
            return "not_waiting"
        if waiting.reservations:
            return "being_offered"
        self.evict(waiting, QueueOutcome.WITHDRAWN, now, out)
        return ""
