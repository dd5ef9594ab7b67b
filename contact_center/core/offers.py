"""Offers: agents' phones that ring for a call, one or many, and what comes of it.

Everything here checks that a reservation is still one of the call's open ones before it acts: an
agent who answers for a caller who has gone, or whom somebody else has, is hung up on, never
connected to somebody else. What an answer is good for follows from where the call is: a caller who
waits is served, one on hold may be consulted about, one who is parked is retrieved.
"""

from abc import abstractmethod

from contact_center.core import screen_pop
from contact_center.core.acd import AgentReserved, ReportAnswered, ReservationEnded
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.commands import EndCause, EnterWaiting, Hangup, Originate, PickUp
from contact_center.core.ending import Endings
from contact_center.core.events import CommandFailed
from contact_center.core.facts import AgentOffered, LegStarted, OfferResult, RequestAnswered
from contact_center.core.ids import LegId, QueueId, transfer_leg
from contact_center.core.outcomes import Preview
from contact_center.core.output import Outbox
from contact_center.core.parties import Offer, Part
from contact_center.core.requests import AcceptRequested, AgentRequest

OFFER_RESULT = {
    EndCause.BUSY: OfferResult.BUSY,
    EndCause.REJECTED: OfferResult.DECLINED,
    EndCause.NO_ANSWER: OfferResult.NO_ANSWER,
    EndCause.UNREGISTERED: OfferResult.UNREGISTERED,
    EndCause.INVALID_NUMBER: OfferResult.UNREGISTERED,
    # The agent answered and hung up before the caller was there, or the leg was lost.
    EndCause.NORMAL: OfferResult.DECLINED,
}
ANSWER_MARGIN_US = 2_000_000
"""The switch gives up ringing this long after us: our own expiry decides."""
WITH_AGENT = frozenset({CallPhase.TALKING, CallPhase.HELD})
"""When an agent has the caller."""


class Offers(Endings):
    """What happens until an agent answers."""

    @abstractmethod
    def serve(self, call: Call, now: int, out: Outbox) -> None:
        """The agent of the call's part answered: bring them together."""

    @abstractmethod
    def consulted_answered(self, call: Call, offer: Offer, now: int, out: Outbox) -> None:
        """An agent who is asked for advice picked up."""

    @abstractmethod
    def nobody_came(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The last open offer ended without an answer."""

    # --- offers begin -------------------------------------------------------------------------

    def offer(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        """Show the agent who calls, then ring their phone."""
        offer = call.offers[message.reservation] = Offer(
            reservation=message.reservation,
            agent=message.agent,
            queue=message.queue,
            consult=message.consult,
        )
        queue = self.configuration.queues[message.queue]
        agent = self.configuration.agents[message.agent]
        preview = self.preview_of(call, now)
        out.emit(screen_pop.pop(call, queue, agent, message.reservation, now))
        if call.looked_up:
            out.emit(screen_pop.completion(call, agent, message.reservation, now))
        out.emit(
            AgentOffered(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                reservation=message.reservation,
                agent=message.agent,
                queue=message.queue,
                expires_at=message.expires_at,
                why=message.why,
                consult=message.consult,
                preview=preview,
            )
        )
        if call.task is None and preview is None:
            # What is taken, or decided, at the desk rings no phone.
            self.ring_agent(call, offer, message.expires_at - now + ANSWER_MARGIN_US, now, out)

    def preview_of(self, call: Call, now: int) -> Preview | None:
        """Say what the agent is to decide before anybody is dialled; None for nothing."""
        return None

    def preview_again(self, call: Call) -> Preview | None:
        """Say what the agent is still to decide, whose screen was away; None for nothing."""
        return None

    def ring_agent(self, call: Call, offer: Offer, timeout_us: int, now: int, out: Outbox) -> None:
        """Let the phone of an agent ring."""
        agent, leg = self.configuration.agents[offer.agent], offer.leg
        call.legs[leg] = Leg(leg=leg, kind=LegKind.AGENT, agent=offer.agent)
        self.leg_started(call, leg, now, out)
        name = call.customers[0].name if len(call.customers) == 1 else call.ani_name
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg,
                to=f"device:{agent.device}",
                caller_id=call.ani,
                caller_name=name,
                timeout_us=timeout_us,
                correlation=offer.reservation,
                auto_answer=self._picks_up(call, offer),
            )
        )

    def _picks_up(self, call: Call, offer: Offer) -> bool:
        """Say whether a phone is asked to pick up by itself; never for a colleague's question."""
        agent = self.configuration.agents[offer.agent]
        is_sent = self.configuration.queues[offer.queue].auto_answer and not offer.consult
        return is_sent or (agent.auto_answer and call.dial is not None)

    def leg_started(self, call: Call, leg: LegId, now: int, out: Outbox) -> None:
        """State that a leg is dialled."""
        agent = call.legs[leg].agent
        out.emit(LegStarted(at=now, call=call.call, seq=call.ids.fact(), leg=leg, agent=agent))

    def complete_pop(self, call: Call, now: int, out: Outbox) -> None:
        """Send the second part of the pop to every agent who looks at the call."""
        for agent, reservation in call.screens.items():
            settings = self.configuration.agents[agent]
            out.emit(screen_pop.completion(call, settings, reservation, now))

    def pop_again(self, call: Call, now: int, out: Outbox) -> None:
        """Show the call once more to those who have it, or wrap it up: their screens were away."""
        if call.queue is None:
            return
        queue = self.configuration.queues[call.queue]
        for agent, reservation in call.screens.items():
            settings = self.configuration.agents[agent]
            out.emit(screen_pop.pop(call, queue, settings, reservation, now))
            preview = self.preview_again(call)
            out.emit(screen_pop.completion(call, settings, reservation, now, preview))

    # --- offers end ---------------------------------------------------------------------------

    def reservation_ended(
        self, call: Call, message: ReservationEnded, now: int, out: Outbox
    ) -> None:
        """The router took the offer back (nobody answered, it was declined, somebody else won)."""
        offer = call.offers.get(message.reservation)
        no_answer = message.result is OfferResult.NO_ANSWER
        cause = EndCause.NO_ANSWER if no_answer else EndCause.CANCELED
        if call.is_over:
            out.ignore()
        elif offer is not None:
            self.hang_up_leg(call, offer.leg, out, cause)
            self._offer_failed(call, offer, message.result, now, out)
        elif self._is_connecting(call, message.reservation):
            assert call.part is not None
            self.hang_up_leg(call, call.part.leg, out, cause)
            self.back_in_place(call, message.result, now, out)
        elif call.consult is not None and call.consult.part is not None:
            if call.consult.part.reservation == message.reservation:
                self.consult_over(call, message.result.value, now, out)
        else:
            out.ignore()

    def agent_leg_failed(
        self, call: Call, leg: LegId, cause: EndCause, now: int, out: Outbox
    ) -> None:
        """The leg of an agent who was offered the call, or is being connected, ended."""
        result = OFFER_RESULT.get(cause, OfferResult.FAILED)
        if call.lost:
            result = OfferResult.REVOKED
        offer = next((o for o in call.offers.values() if o.leg == leg), None)
        if offer is not None:
            self.report_failed(call, offer.reservation, result, out)
            self._offer_failed(call, offer, result, now, out)
        elif call.part is not None and call.part.since is None and call.part.leg == leg:
            self.report_failed(call, call.part.reservation, result, out)
            self.back_in_place(call, result, now, out)

    def back_in_place(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The agent who answered was not connected: the caller waits on as if nothing had been."""
        assert call.part is not None
        whispered = call.whispering is not None
        call.move(CallTrigger.OFFER_FAILED)
        self.connecting_over(call, call.part, result, now, out)
        if not whispered:
            # The music had stopped when the agent picked up.
            self.end_talk(call, out)
            self.enter_waiting(call, out)
        if call.offers:
            call.move(CallTrigger.RESERVE)
        else:
            self.nobody_came(call, result, now, out)

    def _offer_failed(
        self, call: Call, offer: Offer, result: OfferResult, now: int, out: Outbox
    ) -> None:
        self.offer_over(call, offer, result, now, out)
        if call.offers:
            return
        if call.phase is CallPhase.OFFERING:
            call.move(CallTrigger.OFFER_FAILED)
        self.nobody_came(call, result, now, out)

    def _is_connecting(self, call: Call, reservation: object) -> bool:
        part = call.part
        return part is not None and part.since is None and part.reservation == reservation

    # --- answers ------------------------------------------------------------------------------

    def agent_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """Connect, if it is the leg of an offer that still stands, and nobody was faster."""
        offer = next((o for o in call.offers.values() if o.leg == leg.leg), None)
        if offer is not None and call.phase in {CallPhase.OFFERING, CallPhase.PARKED}:
            call.move(CallTrigger.AGENT_ANSWERED)
            part = self.won(call, offer, now, out)
            call.part, call.queue = part, part.queue
            self.serve(call, now, out)
        elif offer is not None and call.phase in WITH_AGENT and call.consult is not None:
            self.consulted_answered(call, offer, now, out)
        else:
            self.hang_up_leg(call, leg.leg, out)

    def won(self, call: Call, offer: Offer, now: int, out: Outbox, patience_us: int = 0) -> Part:
        """Take the offer for answered. The router ends the others, by a message each.

        `patience_us`: how long it may take until they talk, 0 for as long as usual.
        """
        self.answer_accept(offer, now, out, "")
        del call.offers[offer.reservation]
        answered = ReportAnswered(
            call=call.call, reservation=offer.reservation, patience_us=patience_us
        )
        out.tell(answered)
        return Part(reservation=offer.reservation, agent=offer.agent, queue=offer.queue)

    def hang_up_leg(
        self, call: Call, leg: LegId, out: Outbox, cause: EndCause = EndCause.CANCELED
    ) -> None:
        """Hang up on one leg, if it is there."""
        if leg in call.legs:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg, cause=cause))

    # --- who has anything to do here ------------------------------------------------------------

    def is_wanted(self, call: Call, leg: Leg) -> bool:
        """Say whether a leg we dialled has a part in the call as it is now."""
        consult = call.consult
        if consult is not None and consult.leg == leg.leg:
            return True
        match leg.kind:
            case LegKind.AGENT:
                mine = call.part is not None and call.part.leg == leg.leg
                return mine or any(offer.leg == leg.leg for offer in call.offers.values())
            case LegKind.SUPERVISOR:
                return any(s.leg == leg.leg for s in call.supervisors.values())
            case LegKind.NUMBER:
                dialled = call.phase in {CallPhase.DIALING, CallPhase.BRIDGED}
                return dialled and leg.leg == transfer_leg(call.call, call.transfers)
            case LegKind.CALLER:
                return True

    # --- what the caller hears ------------------------------------------------------------------

    def enter_waiting(self, call: Call, out: Outbox) -> None:
        """Let the caller hear that they wait."""
        assert call.queue is not None
        call.legs[call.caller].held = False
        out.emit(
            EnterWaiting(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.caller,
                queue=call.queue,
                music=self.music_of(call, call.queue),
            )
        )

    def music_of(self, call: Call, queue: QueueId) -> str:
        """Name what is heard while waiting in a queue."""
        return self.configuration.queues[queue].music

    # --- requests from the desk ---------------------------------------------------------------

    def accept(self, call: Call, request: AcceptRequested, now: int, out: Outbox) -> None:
        """Answer the agent's phone for them; the request is answered when that is known."""
        offer = call.offers.get(request.reservation)
        if offer is None or offer.agent != request.agent or offer.leg not in call.legs:
            self.answer(request, "offer_is_over", now, out)
            return
        self.answer_accept(offer, now, out, "asked_again")
        offer.accept, offer.accept_sent = request.cmd, call.ids.command()
        out.emit(PickUp(cmd=offer.accept_sent, call=call.call, leg=offer.leg))

    def accept_failed(self, call: Call, event: CommandFailed, now: int, out: Outbox) -> bool:
        """The provider cannot answer the phone from here; False when it is not about that."""
        for offer in call.offers.values():
            if offer.accept_sent == event.cmd:
                self.answer_accept(offer, now, out, "answer_on_the_phone")
                return True
        return False

    def answer(self, request: AgentRequest, code: str, now: int, out: Outbox) -> None:
        """Tell an agent what became of a request; an empty code means it was carried out."""
        out.emit(RequestAnswered(at=now, agent=request.agent, cmd=request.cmd, code=code))
