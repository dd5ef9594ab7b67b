"""The router: which agent gets which caller.

It owns the queues, the agents' states and the reservations of one pool. A reservation is the only
thing that may make a phone ring: it has an id, an expiry and the epoch of the router that made it,
and both sides' states follow from it. Two rules hold after every event: nobody waits while an
eligible agent is available, and no agent has more than one reservation.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.acd import (
    AgentReserved,
    EnterQueue,
    LeaveQueue,
    QueueLeft,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReportFinished,
    ReportHold,
    ReportWrappedUp,
    ReservationEnded,
    ToRouter,
)
from contact_center.core.agent import WorkTrigger
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.ids import (
    AgentId,
    CallId,
    CommandId,
    QueueId,
    ReservationId,
    reservation_id,
)
from contact_center.core.machine import Machine
from contact_center.core.output import Outbox
from contact_center.core.queue import Waiting
from contact_center.core.staff import Staff

SHORTEST_RING_US = 5_000_000
"""A phone rings at least this long, even when the caller's longest wait ends sooner."""


class ReservationState(Enum):
    """How far a reservation has come."""

    OFFERED = "offered"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ENDED = "ended"


class ReservationTrigger(Enum):
    """What moves a reservation."""

    ANSWER = "answer"
    CONNECT = "connect"
    END = "end"


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
    """An agent held for a caller. ``expires_at`` bounds the ringing."""

    reservation: ReservationId
    call: CallId
    agent: AgentId
    queue: QueueId
    epoch: int
    made_at: int
    expires_at: int
    state: ReservationState = ReservationState.OFFERED


class Router(Staff):
    """Queues and reservations, on top of the staff's states."""

    def handle(self, message: ToRouter, now: int, out: Outbox) -> None:
        """Act on what a call says. Messages about reservations that are over are ignored."""
        match message:
            case EnterQueue():
                self._enter(message, now, out)
            case LeaveQueue():
                self._leave(message.call, now, out)
            case ReportWrappedUp():
                self.end_wrap_up(message.agent, now, out)
            case (
                ReportAnswered()
                | ReportConnected()
                | ReportFailed()
                | ReportHold()
                | ReportFinished()
            ):
                reservation = self.reservations.get(message.reservation)
                if reservation is None:
                    out.ignore()
                else:
                    self._report(message, reservation, now, out)

    def set_provider(self, up: bool, now: int, out: Outbox) -> None:
        """Stop offering while the phone system is out of reach; catch up when it is back."""
        self.up = up
        if up:
            for call in self.lines:
                self._offer_call(self.waiting[call], now, out)
            # After a restart, the agents of a queue may have been taken out of the configuration.
            self.evict_hopeless(now, out)

    def deadline(self, kind: str, owner: str, now: int, out: Outbox) -> None:
        """Act on a deadline of the router's own."""
        match kind:
            case "offer":
                self.end_offer(ReservationId(owner), OfferResult.NO_ANSWER, now, out)
            case "setup":
                self.end_offer(ReservationId(owner), OfferResult.FAILED, now, out)
            case "wait":
                self._waited_too_long(CallId(owner), now, out)
            case _:
                self.staff_deadline(kind, AgentId(owner), now, out)

    def end_offer(
        self,
        reservation_id: ReservationId,
        result: OfferResult,
        now: int,
        out: Outbox,
        cmd: CommandId | None = None,
    ) -> bool:
        """End an offer that the call does not yet know is over; False when it is over already."""
        reservation = self.reservations.get(reservation_id)
        if reservation is None or reservation.state is ReservationState.CONNECTED:
            out.ignore()
            return False
        out.tell(
            ReservationEnded(
                call=reservation.call, reservation=reservation_id, result=result, cmd=cmd
            )
        )
        self._fail(reservation, result, now, out)
        return True

    def drop(self, call: CallId, now: int, out: Outbox) -> None:
        """Forget a call that was struck off the books: its wait, and whoever was held for it."""
        waiting = self._forget(call)
        if waiting is not None and waiting.reservation is None:
            self.lines.remove(waiting)
        for reservation in [r for r in self.reservations.values() if r.call == call]:
            connected = reservation.state is ReservationState.CONNECTED
            self._end(reservation)
            if connected:
                self.begin_wrap_up(reservation.agent, 0, now, out)
            else:
                self.release(reservation.agent, OfferResult.REVOKED, now, out)
                self.offer_agent(reservation.agent, now, out)

    # --- waiting ------------------------------------------------------------------------------

    def _enter(self, message: EnterQueue, now: int, out: Outbox) -> None:
        settings = self.configuration.queues[message.queue]
        self.dirty_queues[message.queue] = None
        if self.waiting_in.get(message.queue, 0) >= settings.max_waiting:
            self._refuse(message, QueueOutcome.FULL, out)
            return
        call_class = (message.queue, message.requirement)
        if settings.absent_at_entry is not None and not self.anyone_for(call_class):
            self._refuse(message, QueueOutcome.NO_AGENTS, out)
            return
        self.sequence += 1
        waiting = Waiting(
            call=message.call,
            queue=message.queue,
            priority=message.priority,
            requirement=message.requirement,
            since=now,
            seq=self.sequence,
        )
        self.waiting[message.call] = waiting
        self.waiting_in[message.queue] = self.waiting_in.get(message.queue, 0) + 1
        self.lines.add(waiting)
        self.media_deadlines.set("wait", message.call, now + message.max_wait_us)
        self._offer_call(waiting, now, out)

    def _refuse(self, message: EnterQueue, outcome: QueueOutcome, out: Outbox) -> None:
        out.tell(QueueLeft(call=message.call, queue=message.queue, outcome=outcome))

    def _leave(self, call: CallId, now: int, out: Outbox) -> None:
        waiting = self._forget(call)
        if waiting is None:
            out.ignore()
            return
        reservation = self.reservations.get(waiting.reservation) if waiting.reservation else None
        if reservation is None:
            self.lines.remove(waiting)
        else:
            self._end(reservation)
            self.release(reservation.agent, OfferResult.REVOKED, now, out)
            self.offer_agent(reservation.agent, now, out)

    def _forget(self, call: CallId) -> Waiting | None:
        waiting = self.waiting.pop(call, None)
        if waiting is not None:
            self.waiting_in[waiting.queue] -= 1
            self.media_deadlines.cancel("wait", call)
            self.dirty_queues[waiting.queue] = None
        return waiting

    def _waited_too_long(self, call: CallId, now: int, out: Outbox) -> None:
        waiting = self.waiting.get(call)
        if waiting is None:
            return
        if waiting.reservation is not None:
            # A phone is ringing for this caller: let it ring, and give up only if that fails.
            waiting.overdue = True
            return
        self._evict(waiting, QueueOutcome.TIMED_OUT, out)

    def _evict(self, waiting: Waiting, outcome: QueueOutcome, out: Outbox) -> None:
        """End the wait of a caller who stands in line."""
        self._forget(waiting.call)
        self.lines.remove(waiting)
        out.tell(QueueLeft(call=waiting.call, queue=waiting.queue, outcome=outcome))

    def evict_hopeless(self, now: int, out: Outbox) -> None:
        """Let go of callers for whom nobody is logged in any more."""
        hopeless = [
            self.waiting[call]
            for call_class in self.lines.classes()
            if self.configuration.queues[call_class[0]].absent_waiting is not None
            and not self.anyone_for(call_class)
            for call in self.lines.in_class(call_class)
        ]
        # Sorted, so that the order does not depend on how the lines came about.
        for waiting in sorted(hopeless, key=lambda w: w.key):
            self._evict(waiting, QueueOutcome.NO_AGENTS, out)

    # --- reservations -------------------------------------------------------------------------

    def _offer_call(self, waiting: Waiting, now: int, out: Outbox) -> None:
        if not self.up:
            return
        agent = self.bench.best_for(waiting.call_class, self.eligible)
        if agent is not None:
            self._reserve(waiting, agent, now, out)

    def offer_agent(self, agent_id: AgentId, now: int, out: Outbox) -> None:
        """Give an agent who became available the caller who should have them."""
        agent = self.agents[agent_id]
        if not self.up or not agent.is_available:
            return
        call = self.lines.head_for(self.types[agent_id], self.eligible)
        if call is not None:
            self._reserve(self.waiting[call], agent_id, now, out)

    def _reserve(self, waiting: Waiting, agent_id: AgentId, now: int, out: Outbox) -> None:
        settings = self.configuration.queues[waiting.queue]
        wait_ends = self.media_deadlines.due("wait", waiting.call) or now
        ring = min(settings.ring_us, max(wait_ends - now, SHORTEST_RING_US))
        self.offers += 1
        reservation = Reservation(
            reservation=reservation_id(waiting.call, self.epoch, self.offers),
            call=waiting.call,
            agent=agent_id,
            queue=waiting.queue,
            epoch=self.epoch,
            made_at=now,
            expires_at=now + ring,
        )
        self.reservations[reservation.reservation] = reservation
        self.offering_in[waiting.queue] = self.offering_in.get(waiting.queue, 0) + 1
        self.lines.remove(waiting)
        waiting.reservation = reservation.reservation
        agent = self.agents[agent_id]
        agent.move(WorkTrigger.RESERVE, now)
        agent.call = waiting.call
        agent.reservation = reservation.reservation
        self.seat(agent_id)
        self.dirty_queues[waiting.queue] = None
        self.media_deadlines.set("offer", reservation.reservation, reservation.expires_at)
        out.tell(
            AgentReserved(
                call=waiting.call,
                reservation=reservation.reservation,
                agent=agent_id,
                queue=waiting.queue,
                expires_at=reservation.expires_at,
            )
        )

    def _report(
        self,
        message: ReportAnswered | ReportConnected | ReportFailed | ReportHold | ReportFinished,
        reservation: Reservation,
        now: int,
        out: Outbox,
    ) -> None:
        agent = self.agents[reservation.agent]
        self.dirty_agents[reservation.agent] = None
        match message:
            case ReportAnswered():
                reservation.state = RESERVATION.after(reservation.state, ReservationTrigger.ANSWER)
                agent.move(WorkTrigger.ANSWER, now)
                self.media_deadlines.cancel("offer", reservation.reservation)
                due = now + self.configuration.timing.setup_us
                self.media_deadlines.set("setup", reservation.reservation, due)
            case ReportConnected():
                reservation.state = RESERVATION.after(reservation.state, ReservationTrigger.CONNECT)
                agent.move(WorkTrigger.CONNECT, now)
                self.media_deadlines.cancel("setup", reservation.reservation)
                self.offering_in[reservation.queue] -= 1
                self._forget(reservation.call)
            case ReportFailed():
                self._fail(reservation, message.result, now, out)
            case ReportHold():
                agent.held = message.on
            case ReportFinished():
                self._end(reservation)
                wrap_up_us = self.configuration.queues[reservation.queue].wrap_up.us
                self.begin_wrap_up(reservation.agent, wrap_up_us, now, out)

    def _fail(self, reservation: Reservation, result: OfferResult, now: int, out: Outbox) -> None:
        """Put the caller back in place, and the agent where the failure puts them."""
        self._end(reservation)
        waiting = self.waiting.get(reservation.call)
        self.release(reservation.agent, result, now, out)
        if waiting is not None:
            waiting.reservation = None
            self.lines.add(waiting)
            if waiting.overdue:
                self._evict(waiting, QueueOutcome.TIMED_OUT, out)
            else:
                self._offer_call(waiting, now, out)
        self.offer_agent(reservation.agent, now, out)
        self.evict_hopeless(now, out)

    def _end(self, reservation: Reservation) -> None:
        if reservation.state is not ReservationState.CONNECTED:
            self.offering_in[reservation.queue] -= 1
        reservation.state = RESERVATION.after(reservation.state, ReservationTrigger.END)
        del self.reservations[reservation.reservation]
        self.media_deadlines.cancel("offer", reservation.reservation)
        self.media_deadlines.cancel("setup", reservation.reservation)
        self.dirty_queues[reservation.queue] = None

    def current(self, reservation: ReservationId, agent: AgentId) -> Reservation | None:
        """Give an agent's reservation if it is still theirs."""
        found = self.reservations.get(reservation)
        return found if found is not None and found.agent == agent else None
