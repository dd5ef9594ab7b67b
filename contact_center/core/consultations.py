"""Asking somebody while the caller is on hold: an agent, a queue, or a number outside.

There is one talk. Whoever is not meant to hear is on hold: the caller while agent and consulted
talk, the consulted while agent and caller do, nobody in a conference. What happens when somebody
hangs up:

=========  ============================  ===========================  ==========================
state      the agent                     the consulted                the caller
=========  ============================  ===========================  ==========================
CALLING    a transfer without a word     over; the caller is on hold  the call is over
TALKING    the caller gets the consulted over; the caller is on hold  the call is over
ASIDE      the caller gets the consulted over; they talk on           the call is over
CONFERENCE the caller and consulted go   the agent and caller go on   the call is over
           on
=========  ============================  ===========================  ==========================
"""

from contact_center.core import recording
from contact_center.core.acd import (
    AgentReserved,
    LeaveQueue,
    QueueLeft,
    ReportConnected,
    ReportHold,
)
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg
from contact_center.core.commands import (
    RINGING,
    Announce,
    EndCause,
    HoldMusic,
    PromptItem,
    PromptKind,
    StopPlayback,
)
from contact_center.core.facts import OfferResult, QueueOutcome, WaitEnded
from contact_center.core.ids import AgentId, QueueId, talk_of
from contact_center.core.ivr.session import Phase
from contact_center.core.offers import WITH_AGENT
from contact_center.core.outcomes import ConsultState, TransferKind
from contact_center.core.output import Outbox
from contact_center.core.parties import Consultation, Offer, Part
from contact_center.core.requests import ConsultRequested, ConsultStep, ConsultStepRequested
from contact_center.core.talk_facts import AgentJoined, ConsultChanged
from contact_center.core.transfers import CONSULT, Transfers

_S = ConsultState
LONGEST_TONE_MS = 120_000
"""An agent hears for so long that it rings; a queue may take longer, in silence."""


class Consultations(Transfers):
    """What goes on between an agent, their caller, and somebody they ask."""

    # --- it begins ------------------------------------------------------------------------------

    def consult(self, call: Call, request: ConsultRequested, now: int, out: Outbox) -> None:
        """Put the caller on hold and call somebody. For an agent the router has to say yes."""
        problem = self.cannot_pass_on(call, request) or self.bad_target(request, request.to)
        if problem:
            self.answer(request, problem, now, out)
            return
        scheme, _, name = request.to.partition(":")
        if scheme == "agent":
            self.ask_for(call, CONSULT, AgentId(name), request, out)
            return
        self.answer(request, "", now, out)
        self._begin_consult(call, request.to, now, out)
        if scheme == "queue":
            self._ask_queue(call, QueueId(name), now, out)
        else:
            assert call.consult is not None
            call.consult.leg = self.dial_number(call, name, now, out)

    def consult_reserved(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        """The agent who is to be consulted can be rung."""
        self._begin_consult(call, f"agent:{message.agent}", now, out)
        self.offer(call, message, now, out)

    def _begin_consult(self, call: Call, to: str, now: int, out: Outbox) -> None:
        if call.phase is CallPhase.TALKING:
            self.hold_caller(call, now, out)
        call.consult = Consultation(to=to, since=now)
        self._let_ring(call, call.consult, out)
        self._tell_consult(call, call.consult, now, out)

    def _let_ring(self, call: Call, consult: Consultation, out: Outbox) -> None:
        """Let the agent, who is alone in the talk, hear that it rings elsewhere."""
        assert call.part is not None
        consult.ringing = call.ids.playback()
        out.emit(
            Announce(
                cmd=call.ids.command(),
                call=call.call,
                leg=call.part.leg,
                playback=consult.ringing,
                items=(PromptItem(kind=PromptKind.TONE, text=RINGING, ms=LONGEST_TONE_MS),),
                talk=talk_of(call.call),
            )
        )

    def _ring_no_more(self, call: Call, consult: Consultation, out: Outbox) -> None:
        if consult.ringing is not None and call.part is not None:
            out.emit(
                StopPlayback(
                    cmd=call.ids.command(),
                    call=call.call,
                    leg=call.part.leg,
                    playback=consult.ringing,
                )
            )
        consult.ringing = None

    def _ask_queue(self, call: Call, queue: QueueId, now: int, out: Outbox) -> None:
        assert call.consult is not None
        call.consult.queue, call.consult.in_line = queue, True
        entry = self.entry_for(call, queue)
        self.tell_queued(call, entry, now, out)
        out.tell(entry)

    def consulted_answered(self, call: Call, offer: Offer, now: int, out: Outbox) -> None:
        """An agent who is asked for advice picked up."""
        consult = call.consult
        assert consult is not None
        self._ring_no_more(call, consult, out)
        consult.part = self.won(call, offer, now, out)
        consult.leg = offer.leg
        out.emit(self.join(call, call.legs[offer.leg]))

    def number_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """A number that is asked for advice picked up; any other is the caller's way out."""
        if call.consult is not None and call.consult.leg == leg.leg:
            self.media_deadlines.cancel("dial", call.call)
            self._ring_no_more(call, call.consult, out)
            out.emit(self.join(call, leg))
        else:
            super().number_answered(call, leg, now, out)

    def consult_joined(self, call: Call, now: int, out: Outbox) -> None:
        """Agent and consulted hear each other."""
        consult = call.consult
        if consult is None or consult.state is not _S.CALLING:
            return
        consult.state = _S.TALKING
        self._wait_over(call, consult, QueueOutcome.ANSWERED, now, out)
        if consult.part is not None and call.part is not None:
            consult.part.since = now
            out.tell(ReportConnected(call=call.call, reservation=consult.part.reservation))
            out.emit(
                AgentJoined(
                    at=now,
                    call=call.call,
                    seq=call.ids.fact(),
                    reservation=consult.part.reservation,
                    agent=consult.part.agent,
                    queue=consult.part.queue,
                    by=call.part.agent,
                )
            )
        self._tell_consult(call, consult, now, out)

    # --- it goes on -----------------------------------------------------------------------------

    def step_consult(
        self, call: Call, request: ConsultStepRequested, now: int, out: Outbox
    ) -> None:
        """Complete it, swap, make it a conference, or go back to the caller."""
        consult = call.consult
        if consult is None or not self.has_caller(call, request):
            self.answer(request, "not_consulting", now, out)
            return
        talking = consult.state in {_S.TALKING, _S.ASIDE}
        possible = talking or request.step in {ConsultStep.COMPLETE, ConsultStep.RETURN}
        self.answer(request, "" if possible else "not_now", now, out)
        if not possible:
            return
        match request.step:
            case ConsultStep.COMPLETE:
                self.leave_consult(call, now, out)
            case ConsultStep.SWAP:
                self._swap(call, consult, now, out)
            case ConsultStep.CONFERENCE:
                self._conference(call, consult, now, out)
            case ConsultStep.RETURN:
                self.consult_over(call, "", now, out)
                if call.phase is CallPhase.HELD:
                    self.unhold_caller(call, now, out)

    def _swap(self, call: Call, consult: Consultation, now: int, out: Outbox) -> None:
        # First the one on hold, then the other in, so that the two never hear each other.
        if consult.state is _S.TALKING:
            consult.state = _S.ASIDE
            self._hold_consulted(call, consult, True, now, out)
            self.unhold_caller(call, now, out)
        else:
            consult.state = _S.TALKING
            self.hold_caller(call, now, out)
            self._hold_consulted(call, consult, False, now, out)
        self._tell_consult(call, consult, now, out)

    def _conference(self, call: Call, consult: Consultation, now: int, out: Outbox) -> None:
        if consult.state is _S.ASIDE:
            self._hold_consulted(call, consult, False, now, out)
        else:
            self.unhold_caller(call, now, out)
        consult.state, consult.met = _S.CONFERENCE, True
        self._tell_consult(call, consult, now, out)

    def _hold_consulted(
        self, call: Call, consult: Consultation, on: bool, now: int, out: Outbox
    ) -> None:
        leg = call.legs.get(consult.leg) if consult.leg is not None else None
        if leg is not None:
            (self.hold_leg if on else self.unhold_leg)(call, leg, out)
        if consult.part is not None:
            (consult.part.hold if on else consult.part.unhold)(now)
            reservation = consult.part.reservation
            out.tell(ReportHold(call=call.call, reservation=reservation, on=on))

    # --- it ends --------------------------------------------------------------------------------

    def leave_consult(self, call: Call, now: int, out: Outbox) -> None:
        """The agent leaves caller and consulted to each other."""
        consult, part = call.consult, call.part
        assert consult is not None
        assert part is not None
        self._ring_no_more(call, consult, out)
        call.consult = None
        answered = consult.state is not _S.CALLING
        how = TransferKind.ATTENDED if answered else TransferKind.BLIND
        other = consult.part.agent if consult.part is not None else None
        if consult.in_line:
            call.in_line, call.entry = True, self.entry_for(call, consult.queue or part.queue)
        if not answered and consult.part is None and not self._number_is_up(call, consult):
            self.release(call, how, consult.to, now, out)
            self._still_calling(call, consult, now, out)
            return
        self.part_over(call, part, now, out)
        self.tell_transfer(call, part, how, consult.to, other, now, out)
        self.hang_up_leg(call, part.leg, out, EndCause.NORMAL)
        if consult.state is _S.ASIDE:
            self._hold_consulted(call, consult, False, now, out)
        if consult.part is not None:
            self._with_agent(call, consult, consult.part, now, out)
        else:
            self._with_number(call, now, out)

    def _number_is_up(self, call: Call, consult: Consultation) -> bool:
        leg = call.legs.get(consult.leg) if consult.leg is not None else None
        return leg is not None and leg.up

    def _with_agent(
        self, call: Call, consult: Consultation, part: Part, now: int, out: Outbox
    ) -> None:
        """The agent who was consulted has the caller."""
        call.part, call.queue, call.served_by = part, part.queue, part.agent
        if part.since is None:
            # They are being joined: the switch's word makes it a conversation.
            if call.phase is CallPhase.HELD:
                self.unhold_leg(call, call.legs[call.caller], out)
            call.queued_at = consult.since
            call.move(CallTrigger.RESERVE)
            call.move(CallTrigger.AGENT_ANSWERED)
            return
        if call.phase is CallPhase.HELD:
            self.unhold_caller(call, now, out)
        if self.configuration.queues[part.queue].recording.on:
            recording.begin(call, part, now, out)
        self.agent_changed(call, now, out)

    def _with_number(self, call: Call, now: int, out: Outbox) -> None:
        """The number that was consulted has the caller, and no agent."""
        self.supervisors_over(call, "transferred", now, out)
        if call.legs[call.caller].held:
            self.unhold_leg(call, call.legs[call.caller], out)
        call.move(CallTrigger.BRIDGE)

    def _still_calling(self, call: Call, consult: Consultation, now: int, out: Outbox) -> None:
        """The agent left before anybody answered: go on calling, for the caller."""
        if consult.leg is not None:
            call.move(CallTrigger.DIAL)
            call.passed_on = True
            call.legs[call.caller].held = False
            out.emit(HoldMusic(cmd=call.ids.command(), call=call.call, leg=call.caller))
            return
        call.queued_at = consult.since
        call.queue = consult.queue or next((o.queue for o in call.offers.values()), call.queue)
        if call.session is not None:
            call.session.phase = Phase.AWAY
        self.enter_waiting(call, out)
        call.move(CallTrigger.RESERVE if call.offers else CallTrigger.REQUEUE)

    def consult_over(self, call: Call, reason: str, now: int, out: Outbox) -> None:
        """End a consultation, if there is one; the caller stays on hold if they were."""
        consult = call.consult
        if consult is None:
            return
        self._ring_no_more(call, consult, out)
        self._let_go(call, consult, now, out)
        call.consult = None
        self.media_deadlines.cancel("dial", call.call)
        consult.state = _S.ENDED
        self._tell_consult(call, consult, now, out, reason)

    def _let_go(self, call: Call, consult: Consultation, now: int, out: Outbox) -> None:
        for offer in list(call.offers.values()):
            self.hang_up_leg(call, offer.leg, out)
            self.give_up_offer(call, offer, now, out)
        part = consult.part
        if part is not None and part.since is not None:
            self.part_over(call, part, now, out, wrap_up=consult.met)
        elif part is not None:
            self.connecting_over(call, part, OfferResult.REVOKED, now, out)
            if not consult.in_line:
                self.report_failed(call, part.reservation, OfferResult.REVOKED, out)
        if consult.in_line:
            self._wait_over(call, consult, QueueOutcome.ABANDONED, now, out)
            out.tell(LeaveQueue(call=call.call))
        if consult.leg is not None:
            self.hang_up_leg(call, consult.leg, out, EndCause.NORMAL)

    def consulted_gone(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """Whoever was consulted hung up, or could not be reached."""
        consult = call.consult
        if consult is not None:
            reached = consult.state is not _S.CALLING
            self.consult_over(call, "gone" if reached else cause.value, now, out)

    def nobody_came(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The agent to be consulted did not answer; a queue rings others."""
        if call.phase not in WITH_AGENT:
            super().nobody_came(call, result, now, out)
        elif call.consult is not None and not call.consult.in_line:
            self.consult_over(call, result.value, now, out)

    def queue_left(self, call: Call, message: QueueLeft, now: int, out: Outbox) -> None:
        """A queue that was asked has nobody to answer."""
        consult = call.consult
        if consult is None or call.phase is CallPhase.WAITING:
            super().queue_left(call, message, now, out)
        elif consult.in_line and consult.queue == message.queue:
            self._wait_over(call, consult, message.outcome, now, out)
            self.consult_over(call, message.outcome.value, now, out)

    def dial_over(self, call: Call, cause: EndCause, now: int, out: Outbox) -> None:
        """A number that was to be consulted did not answer in time."""
        if call.consult is not None and call.phase in WITH_AGENT:
            if call.consult.state is _S.CALLING:
                self.consult_over(call, cause.value, now, out)
        else:
            super().dial_over(call, cause, now, out)

    # --- what is told -----------------------------------------------------------------------------

    def agent_changed(self, call: Call, now: int, out: Outbox) -> None:
        """Another agent has the caller."""

    def _wait_over(
        self, call: Call, consult: Consultation, outcome: QueueOutcome, now: int, out: Outbox
    ) -> None:
        if consult.in_line and consult.queue is not None:
            consult.in_line = False
            out.emit(
                WaitEnded(
                    at=now,
                    call=call.call,
                    seq=call.ids.fact(),
                    queue=consult.queue,
                    outcome=outcome,
                    waited_us=now - consult.since,
                )
            )

    def _tell_consult(
        self, call: Call, consult: Consultation, now: int, out: Outbox, reason: str = ""
    ) -> None:
        if call.part is None:
            return
        out.emit(
            ConsultChanged(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=call.part.agent,
                state=consult.state,
                to=consult.to,
                consulted=consult.part.agent if consult.part is not None else None,
                reason=reason,
            )
        )
