"""Reservations: agents held for callers, and what becomes of it.

A reservation is the only thing that may make a phone ring: it has an id, an expiry and the epoch of
the router that made it, and both sides' states follow from it. A caller may have several at a time
(ring-all), an agent has one for each job; the first to be answered ends the others.
"""

from contact_center.core.acd import (
    AgentReserved,
    ReportAnswered,
    ReportConnected,
    ReportFailed,
    ReportFinished,
    ReportHold,
    ReservationEnded,
    ReserveAgent,
    ReserveRefused,
)
from contact_center.core.agent import Job, WorkTrigger
from contact_center.core.facts import OfferResult, Presence, QueueOutcome
from contact_center.core.graph import bits
from contact_center.core.ids import AgentId, CallId, CommandId, ReservationId, reservation_id
from contact_center.core.lines import Waiting
from contact_center.core.matching import Matching
from contact_center.core.outcomes import Decided, Why
from contact_center.core.output import Outbox
from contact_center.core.pool import RESERVATION, Reservation, ReservationState, ReservationTrigger
from contact_center.core.queue_settings import Channel, QueueSettings

SHORTEST_RING_US = 5_000_000
"""A phone rings at least this long, even when the caller's longest wait ends sooner."""


class Reserving(Matching):
    """Agents held for callers."""

    # --- the reservation ----------------------------------------------------------------------

    def reserve(
        self,
        waiting: Waiting,
        agent_id: AgentId,
        settings: QueueSettings,
        why: Why,
        now: int,
        out: Outbox,
    ) -> None:
        """Hold an agent for a caller, and tell the call."""
        wait_ends = self.media_deadlines.due("wait", waiting.call) or now
        if not waiting.reservations:
            self.lines.step_out(waiting.call)
            if self.rings_many[waiting.queue]:
                self.ringing[waiting.call] = None
        agent = self.agents[agent_id]
        waiting.tried = self.last_asked[waiting.queue] = agent.order
        self.offering_in[waiting.queue] = self.offering_in.get(waiting.queue, 0) + 1
        self.dirty_queues[waiting.queue] = None
        made = self._make(waiting.call, agent_id, settings, why, now, wait_ends, waiting.offer_us)
        agent.jobs[made.reservation].outbound = waiting.outbound
        waiting.reservations.append(made.reservation)
        out.tell(
            AgentReserved(
                call=waiting.call,
                reservation=made.reservation,
                agent=agent_id,
                queue=waiting.queue,
                expires_at=made.expires_at,
                why=why,
            )
        )

    def _make(
        self,
        call: CallId,
        agent_id: AgentId,
        settings: QueueSettings,
        why: Why,
        now: int,
        wait_ends: int,
        for_us: int = 0,
    ) -> Reservation:
        """Hold an agent for a call, `for_us` microseconds, 0 for as long as phones ring."""
        own = self.configuration.agents[agent_id].ring_us
        ring = settings.ring_us if own is None else min(own, settings.ring_us)
        ring = for_us or min(ring, max(wait_ends - now, SHORTEST_RING_US))
        self.offers += 1
        name = reservation_id(call, self.epoch, self.offers)
        made = self.reservations[name] = Reservation(
            reservation=name,
            call=call,
            agent=agent_id,
            queue=settings.queue,
            epoch=self.epoch,
            made_at=now,
            expires_at=now + ring,
            why=why,
        )
        limit = self.types[agent_id].channels.get(settings.channel)
        job = Job(
            reservation=name,
            call=call,
            queue=settings.queue,
            channel=settings.channel,
            cost=limit.cost if limit is not None else 0,
            since=now,
        )
        job.move(WorkTrigger.RESERVE, now)
        self.agents[agent_id].jobs[name] = job
        self.seat(agent_id, now)
        self.media_deadlines.set("offer", name, made.expires_at)
        return made

    def reserve_agent(self, message: ReserveAgent, now: int, out: Outbox) -> None:
        """Reserve this very agent for a talk beside the caller's, now or not at all."""
        settings = self.configuration.queues[message.queue]
        code = self.why_not(message.agent, settings.channel)
        if code:
            out.tell(ReserveRefused(call=message.call, agent=message.agent, code=code))
            return
        far = now + settings.ring_us
        why = Why(decided=Decided.CHANGE, strategy="named", named=True)
        made = self._make(message.call, message.agent, settings, why, now, far, message.for_us)
        made.consult = True
        # Asked by a colleague, not by a caller.
        self.agents[message.agent].jobs[made.reservation].outbound = True
        out.tell(
            AgentReserved(
                call=message.call,
                reservation=made.reservation,
                agent=message.agent,
                queue=message.queue,
                expires_at=made.expires_at,
                why=why,
                consult=True,
            )
        )

    def why_not(self, agent_id: AgentId, channel: Channel) -> str:
        """Say why an agent cannot be reserved now; "" when they can."""
        agent = self.agents.get(agent_id)
        if agent is None:
            return "unknown_agent"
        if not self.up:
            return "unreachable"
        if agent.presence is not Presence.READY:
            return str(agent.presence.value)
        if agent.jobs or agent.outside_since is not None:
            return "busy"
        return "" if self.bench.is_seated(agent_id, channel) else "resting"

    # --- what becomes of it -------------------------------------------------------------------

    def answered(self, message: ReportAnswered, now: int, out: Outbox) -> None:
        """The agent picked up: nobody else is to have the caller."""
        reservation = self.reservations.get(message.reservation)
        if reservation is None or reservation.state is not ReservationState.OFFERED:
            out.ignore()
            return
        reservation.state = RESERVATION.after(reservation.state, ReservationTrigger.ANSWER)
        job = self.agents[reservation.agent].jobs[message.reservation]
        job.move(WorkTrigger.ANSWER, now)
        self._work_changed(reservation.agent, now)
        self.media_deadlines.cancel("offer", message.reservation)
        due = now + (message.patience_us or self.configuration.timing.setup_us)
        self.media_deadlines.set("setup", message.reservation, due)
        waiting = self.waiting.get(reservation.call)
        if waiting is None or reservation.consult:
            return
        self.ringing.pop(waiting.call, None)
        self.media_deadlines.cancel("more", waiting.call)
        for other in [name for name in waiting.reservations if name != message.reservation]:
            waiting.reservations.remove(other)
            self.revoke(self.reservations[other], now, out, tell=True)

    def connected(self, message: ReportConnected, now: int, out: Outbox) -> None:
        """Caller and agent hear each other: the wait is over."""
        reservation = self.reservations.get(message.reservation)
        if reservation is None or reservation.state is not ReservationState.ANSWERED:
            out.ignore()
            return
        reservation.state = RESERVATION.after(reservation.state, ReservationTrigger.CONNECT)
        agent = self.agents[reservation.agent]
        job = agent.jobs[message.reservation]
        job.move(WorkTrigger.CONNECT, now)
        job.connected_at = now
        agent.unanswered = 0
        if agent.once and agent.next_presence is None:
            agent.next_presence, agent.next_reason = Presence.PAUSED, "one_call"
            self.seat(reservation.agent, now)
        self._work_changed(reservation.agent, now)
        self.media_deadlines.cancel("setup", message.reservation)
        if not reservation.consult:
            self.offering_in[reservation.queue] -= 1
            waiting = self.forget(reservation.call, now)
            if waiting is not None:
                history = self.history_of(waiting.queue, now)
                level = self.configuration.queues[waiting.queue].service_level_us
                history.decided += 1
                history.in_time += now - waiting.entered_at <= level

    def not_connected(self, message: ReportFailed, now: int, out: Outbox) -> None:
        """The agent did not come to talk."""
        reservation = self.reservations.get(message.reservation)
        if reservation is None or reservation.state is ReservationState.CONNECTED:
            out.ignore()
            return
        self._fail(reservation, message.result, now, out)

    def held(self, message: ReportHold, now: int, out: Outbox) -> None:
        """The caller was put on hold, or brought back."""
        reservation = self.reservations.get(message.reservation)
        if reservation is None:
            out.ignore()
            return
        self.agents[reservation.agent].jobs[message.reservation].held = message.on
        self.dirty_agents[reservation.agent] = None

    def finished(self, message: ReportFinished, now: int, out: Outbox) -> None:
        """The agent's part is over."""
        reservation = self.reservations.get(message.reservation)
        if reservation is None:
            out.ignore()
            return
        if reservation.state is not ReservationState.CONNECTED:
            # They never talked, so there is nothing to wrap up, and the caller still waits.
            self._fail(reservation, OfferResult.REVOKED, now, out)
            return
        self._end(reservation)
        if message.missed:
            self.release(reservation.agent, message.reservation, OfferResult.DECLINED, now)
            self.offer_agent(reservation.agent, now, out)
            return
        self.finish_job(reservation.agent, message.reservation, now, out, wrap_up=message.wrap_up)

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

    def revoke(self, reservation: Reservation, now: int, out: Outbox, *, tell: bool) -> None:
        """End a reservation that nobody is to blame for; the wait knows already."""
        if tell:
            out.tell(
                ReservationEnded(
                    call=reservation.call,
                    reservation=reservation.reservation,
                    result=OfferResult.REVOKED,
                )
            )
        self._end(reservation)
        self.release(reservation.agent, reservation.reservation, OfferResult.REVOKED, now)
        self.offer_agent(reservation.agent, now, out)

    def _fail(self, reservation: Reservation, result: OfferResult, now: int, out: Outbox) -> None:
        """Put the caller back in place, and the agent where the failure puts them."""
        self._end(reservation)
        waiting = None if reservation.consult else self.waiting.get(reservation.call)
        back = False
        if waiting is not None and reservation.reservation in waiting.reservations:
            waiting.reservations.remove(reservation.reservation)
            if not waiting.reservations:
                back = self._back_in_line(waiting, now, out)
        self.release(reservation.agent, reservation.reservation, result, now)
        # The agent first: if they may be asked again at once, others may have the better claim.
        self.offer_agent(reservation.agent, now, out)
        if back and waiting is not None:
            self._look_further(waiting, now, out)

    def _back_in_line(self, waiting: Waiting, now: int, out: Outbox) -> bool:
        """Put a caller for whom no phone rings any more back in place; False if they had to go."""
        self.ringing.pop(waiting.call, None)
        self.media_deadlines.cancel("more", waiting.call)
        self.dirty_queues[waiting.queue] = None
        if waiting.overdue:
            self.evict(waiting, QueueOutcome.TIMED_OUT, now, out)
            return False
        if self.is_on_break(waiting):
            # Whoever they wait for took a break from this queue while being put through.
            if waiting.only:
                self.evict(waiting, QueueOutcome.EVICTED, now, out)
                return False
            waiting.named = None
            self.media_deadlines.cancel("named", waiting.call)
        self.stand(waiting)
        return True

    def _look_further(self, waiting: Waiting, now: int, out: Outbox) -> None:
        for call, agent in sorted(self.lines.avoiding.items()):
            # Who let it ring out may have been the only other one for whom somebody gave back: then
            # that caller may come before this one.
            if self.kept_from(self.waiting[call]) is None:
                self.offer_agent(agent, now, out)
        self.offer_call(waiting, Decided.CHANGE, now, out)
        if not waiting.reservations:
            self.overflow(waiting.call, now, out)
            # While a phone rang, the last agent of the queue may have gone.
            self.emptied.update(dict.fromkeys(bits(self.class_of(waiting).types)))

    def _end(self, reservation: Reservation) -> None:
        if reservation.state is not ReservationState.CONNECTED and not reservation.consult:
            self.offering_in[reservation.queue] -= 1
        reservation.state = RESERVATION.after(reservation.state, ReservationTrigger.END)
        del self.reservations[reservation.reservation]
        self.media_deadlines.cancel("offer", reservation.reservation)
        self.media_deadlines.cancel("setup", reservation.reservation)
        self.dirty_queues[reservation.queue] = None

    def _work_changed(self, agent_id: AgentId, now: int) -> None:
        if self.counts_work:
            self.seat(agent_id, now)
        else:
            self.dirty_agents[agent_id] = None

    def current(self, reservation: ReservationId, agent: AgentId) -> Reservation | None:
        """Give an agent's reservation if it is still theirs."""
        found = self.reservations.get(reservation)
        return found if found is not None and found.agent == agent else None
