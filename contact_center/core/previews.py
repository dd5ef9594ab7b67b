"""Agents who are there before the customer is dialled: click-to-dial, own call backs, previews.

The call waits in line for an agent, or for the one who asked for it, as a call back does. An agent
who is to decide first sees the lead while no phone rings; accepting rings their phone, and only
then the customer's. So nobody is dialled whom nobody would talk to. An agent for whom a call is
kept is held while the customer's phone rings, and given to the call when somebody answers.
"""

from dataclasses import replace

from contact_center.core.acd import (
    AgentReserved,
    QueueLeft,
    ReservationEnded,
    ReserveAgent,
    ReserveRefused,
)
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg
from contact_center.core.commands import EndCause
from contact_center.core.dialing import PreviewDialRequested, PreviewSkipRequested
from contact_center.core.dialled import Dialled
from contact_center.core.dialling import SILENT_US, Dialling
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.outcomes import Preview
from contact_center.core.output import Outbox
from contact_center.core.parties import Offer, Reserving
from contact_center.core.placing import Ask, place
from contact_center.core.requests import AcceptRequested

AGENT_US = 30_000_000
"""How long a call that begins with its agent waits for one, at most, before it is not dialled."""
EXAMINE_US = 6_000_000
"""How long the switch may take to say who answered; then it is a person."""
KEEP = "keep"


class Previews(Dialling):
    """Calls that begin with their agent."""

    # --- waiting for the agent ----------------------------------------------------------------

    def ask_agent(self, call: Call, dial: Dialled, queue: QueueId, now: int, out: Outbox) -> None:
        """Let the call wait for its agent."""
        call.reason = dial.asked.reason or self.configuration.queues[queue].label
        ask = Ask(max_wait_us=AGENT_US, prefer="")
        where = place(self.configuration, call, queue, ask, dial.asked.language)
        named = dial.asked.agent
        # The wait ends before the time for the named agent does: nobody else is to be asked.
        where = replace(where, named=named, named_us=2 * AGENT_US if named is not None else 0)
        self.enter_queue(call, where, now, out)

    def keep_agent(
        self, call: Call, dial: Dialled, agent: AgentId, queue: QueueId, out: Outbox
    ) -> None:
        """Hold an agent for a call before it is dialled."""
        call.reserving = Reserving(purpose=KEEP, agent=agent)
        longest = dial.asked.ring_us + SILENT_US + EXAMINE_US
        out.tell(ReserveAgent(call=call.call, agent=agent, queue=queue, for_us=longest))

    def reserved(self, call: Call, message: AgentReserved, now: int, out: Outbox) -> None:
        """An agent is there: to be rung, to decide, or to be kept while the customer's rings."""
        dial, asked = call.dial, call.reserving
        if dial is None or asked is None or asked.purpose != KEEP or not message.consult:
            super().reserved(call, message, now, out)
            return
        call.reserving = None
        dial.kept = message.reservation
        self.dial_customer(call, dial, now, out)

    def refused(self, call: Call, message: ReserveRefused, now: int, out: Outbox) -> None:
        """The agent for whom the call was meant cannot have it: nobody is dialled."""
        asked = call.reserving
        if call.dial is None or asked is None or asked.purpose != KEEP:
            super().refused(call, message, now, out)
            return
        call.reserving = None
        call.dial.cause = f"agent_{message.code}"
        self.end(call, now, out)

    def release_kept(self, call: Call, dial: Dialled, out: Outbox) -> None:
        """Let go of the agent who was held; they stand by for the call, if it waits for them."""
        if dial.kept is not None:
            self.report_failed(call, dial.kept, OfferResult.REVOKED, out)
            dial.kept = None

    def reservation_ended(
        self, call: Call, message: ReservationEnded, now: int, out: Outbox
    ) -> None:
        """The agent who was kept is gone: a customer who has not answered yet is let go."""
        dial = call.dial
        if dial is None or dial.kept != message.reservation:
            super().reservation_ended(call, message, now, out)
            return
        dial.kept = None
        if dial.answered_at is None and not call.is_over:
            self.call_off(call, dial, "agent_left", now, out)

    def queue_left(self, call: Call, message: QueueLeft, now: int, out: Outbox) -> None:
        """No agent came whom the customer could have been dialled for."""
        dial = call.dial
        if dial is not None and dial.agent_first and dial.answered_at is None:
            dial.cause = dial.cause or "no_agent"
        super().queue_left(call, message, now, out)

    def call_off(self, call: Call, dial: Dialled, why: str, now: int, out: Outbox) -> None:
        """Do not call the customer, or hang up while their phone rings."""
        dial.rang_off, dial.cause = True, dial.cause or why
        if call.in_line:
            self.out_of_line(call, QueueOutcome.WITHDRAWN, now, out)
        self.end(call, now, out, EndCause.CANCELED)

    # --- deciding -----------------------------------------------------------------------------

    def preview_of(self, call: Call, now: int) -> Preview | None:
        """Say what the agent is to decide, who is shown a lead."""
        dial = call.dial
        if dial is None or not self._is_preview(dial):
            return None
        due = now + dial.asked.preview_us
        self.media_deadlines.set("preview", call.call, due)
        return _preview(dial, due)

    def preview_again(self, call: Call) -> Preview | None:
        """Say what the agent is still to decide, whose screen was away."""
        dial, due = call.dial, self.media_deadlines.due("preview", call.call)
        if dial is None or due is None or not self._is_preview(dial):
            return None
        return _preview(dial, due)

    def _is_preview(self, dial: Dialled) -> bool:
        return dial.asked.preview_us > 0 and dial.accepted is None and dial.answered_at is None

    def _shown(self, call: Call, agent: AgentId) -> Offer | None:
        """Find the offer of an agent who looks at a lead and has not decided."""
        if call.dial is None or not self._is_preview(call.dial):
            return None
        mine = (offer for offer in call.offers.values() if offer.agent == agent)
        return next((offer for offer in mine if offer.leg not in call.legs), None)

    def preview_dial(
        self, call: Call, request: PreviewDialRequested | AcceptRequested, now: int, out: Outbox
    ) -> None:
        """The agent wants the customer dialled."""
        offer = self._shown(call, request.agent)
        if offer is None or call.dial is None:
            self.answer(request, "offer_is_over", now, out)
            return
        self.answer(request, "", now, out)
        self._ring_for_customer(call, call.dial, offer, now, out)

    def accept(self, call: Call, request: AcceptRequested, now: int, out: Outbox) -> None:
        """Taking what is shown is wanting it dialled; of a call, the phone is answered."""
        if self._shown(call, request.agent) is not None:
            self.preview_dial(call, request, now, out)
        else:
            super().accept(call, request, now, out)

    def preview_skip(
        self, call: Call, request: PreviewSkipRequested, now: int, out: Outbox
    ) -> None:
        """The agent would not call this customer."""
        offer, dial = self._shown(call, request.agent), call.dial
        if offer is None or dial is None:
            self.answer(request, "offer_is_over", now, out)
        elif dial.asked.skip_reasons and request.reason not in dial.asked.skip_reasons:
            self.answer(request, "bad_reason", now, out)
        else:
            self.answer(request, "", now, out)
            dial.agent = offer.agent
            self._skip(call, dial, request.reason, now, out)

    def preview_over(self, call: Call, dial: Dialled, now: int, out: Outbox) -> None:
        """The agent did not decide in time."""
        offer = next((o for o in call.offers.values() if o.leg not in call.legs), None)
        if offer is None or not self._is_preview(dial):
            return
        if dial.asked.preview_dials:
            self._ring_for_customer(call, dial, offer, now, out)
            return
        dial.agent = offer.agent
        # Whoever does not look at the screen is treated as one who does not answer the phone.
        self.report_failed(call, offer.reservation, OfferResult.NO_ANSWER, out)
        self._skip(call, dial, "timed_out", now, out)

    def _skip(self, call: Call, dial: Dialled, reason: str, now: int, out: Outbox) -> None:
        dial.skipped = reason
        self.media_deadlines.cancel("preview", call.call)
        self.out_of_line(call, QueueOutcome.WITHDRAWN, now, out)
        self.end(call, now, out)

    def _ring_for_customer(
        self, call: Call, dial: Dialled, offer: Offer, now: int, out: Outbox
    ) -> None:
        dial.accepted = offer.reservation
        self.media_deadlines.cancel("preview", call.call)
        ring_us = self.configuration.queues[offer.queue].ring_us
        self.ring_agent(call, offer, ring_us, now, out)

    def nobody_came(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """An agent declined the lead, or did not answer after accepting it."""
        dial = call.dial
        if dial is None or not dial.agent_first or call.phase is not CallPhase.WAITING:
            super().nobody_came(call, result, now, out)
        elif call.customer_leg is not None:
            pass  # see back_in_place
        elif dial.asked.preview_us:
            self._skip(call, dial, result.value, now, out)
        elif dial.asked.agent is not None:
            dial.cause = f"agent_{result.value}"
            self.out_of_line(call, QueueOutcome.FAILED, now, out)
            self.end(call, now, out)

    # --- the agent is on the line ---------------------------------------------------------------

    def agent_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """Dial the customer, now that the agent is there."""
        dial = call.dial
        offer = next((o for o in call.offers.values() if o.leg == leg.leg), None)
        first = dial is not None and dial.agent_first and call.customer_leg is None
        if dial is None or offer is None or not first or call.phase is not CallPhase.OFFERING:
            super().agent_answered(call, leg, now, out)
            return
        call.move(CallTrigger.CALL_BACK)
        patience_us = dial.asked.ring_us + SILENT_US + self.configuration.timing.setup_us
        call.part = self.won(call, offer, now, out, patience_us)
        self.dial_customer(call, dial, now, out)

    def customer_answered(self, call: Call, now: int, out: Outbox) -> None:
        """The customer is there: connect them with the agent who waits."""
        if call.dial is None:
            super().customer_answered(call, now, out)
            return
        call.move(CallTrigger.REACHED)
        self.join_all(call, out)

    def back_in_place(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The agent who came first is gone: the customer is not left alone on the line."""
        super().back_in_place(call, result, now, out)
        dial = call.dial
        if dial is not None and dial.agent_first and not call.is_over:
            self.call_off(call, dial, "agent_left", now, out)

    def agent_gone(self, call: Call, now: int, out: Outbox) -> None:
        """The agent who wanted this very customer hung up: nobody else is to have them."""
        if call.dial is not None and call.dial.agent_first:
            self.end(call, now, out)
        else:
            super().agent_gone(call, now, out)


def _preview(dial: Dialled, until: int) -> Preview:
    asked = dial.asked
    return Preview(
        until=until,
        dials=asked.preview_dials,
        number=asked.number,
        name=asked.name,
        campaign=asked.campaign,
        fields=asked.fields,
        reasons=asked.skip_reasons,
    )
