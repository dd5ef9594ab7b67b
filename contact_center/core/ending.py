"""The end of a call, from whatever phase it is in. The lowest layer of the call reducer.

Ending is one path for every cause: tell the router, tell the flow, hang up every leg, wait for the
switch to confirm each, and only then state that the call is over. A confirmation that never comes
is asked for again, once, and then done without.
"""

from abc import ABC, abstractmethod

from contact_center.core import recording
from contact_center.core.acd import EnterQueue, LeaveQueue, ReportFailed, ReportFinished
from contact_center.core.call import Call, CallPhase, CallTrigger
from contact_center.core.commands import EndCause, EndTalk, Hangup
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.deadlines import Deadlines
from contact_center.core.facts import (
    CallFinished,
    CallOutcome,
    ConversationEnded,
    LegEnded,
    OfferEnded,
    OfferResult,
    QueueOutcome,
    RequestAnswered,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, LegId, ReservationId, talk_of
from contact_center.core.output import Outbox
from contact_center.core.parties import Offer, Part

ENDING_RETRY_US = 10_000_000
LINGER_US = 5_000_000
"""How long an ended call is remembered, so that late events find it and are counted as late."""
LINGER_LOST_US = 3_600_000_000
"""The same for a call whose end the switch did not confirm: should a leg of it turn out to be alive
after all, it is a leg to hang up and not a new call of the same name."""

CLOCKS = (
    *("ivr", "lookup", "call", "dial", "whisper", "park", "supervise", "tell", "callback"),
    *("ring", "screen", "preview"),
)
"""Deadlines that a call may have while it lives."""


class Endings(ABC):
    """Calls by id, and how they end. ``draining``: new ones are refused."""

    draining = False

    def __init__(
        self, configuration: CenterConfiguration, media: Deadlines, people: Deadlines
    ) -> None:
        self.configuration = configuration
        self.calls: dict[CallId, Call] = {}
        self.media_deadlines = media
        self.people_deadlines = people

    @abstractmethod
    def caller_left_flow(self, call: Call, now: int, out: Outbox) -> None:
        """Tell the flow that its caller is gone."""

    @abstractmethod
    def supervisors_over(self, call: Call, reason: str, now: int, out: Outbox) -> None:
        """Let every supervisor out of the call."""

    @abstractmethod
    def consult_over(self, call: Call, reason: str, now: int, out: Outbox) -> None:
        """End a consultation, if there is one, and let go of whoever was consulted."""

    @abstractmethod
    def park_ended(self, call: Call, agent: AgentId | None, now: int, out: Outbox) -> None:
        """Free the slot of a parked caller, who is with this agent now, or with none."""

    def end(self, call: Call, now: int, out: Outbox, cause: EndCause = EndCause.NORMAL) -> None:
        """End the call: tell everybody concerned, hang up what is up. Harmless when repeated."""
        if call.is_over:
            return
        if call.outcome is None:
            call.outcome = _outcome(call)
        self.supervisors_over(call, "call_over", now, out)
        self.consult_over(call, "call_over", now, out)
        if call.parked is not None:
            self.park_ended(call, None, now, out)
        self.parts_over(call, now, out)
        recording.end_all(call, out)
        self.caller_left_flow(call, now, out)
        call.move(CallTrigger.END)
        for leg in call.legs.values():
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg, cause=cause))
        self.end_talk(call, out)
        for kind in CLOCKS:
            self.media_deadlines.cancel(kind, call.call)
        self.media_deadlines.set("ending", call.call, now + ENDING_RETRY_US)
        self.finish_if_gone(call, now, out)

    def end_talk(self, call: Call, out: Outbox) -> None:
        """Take the talk apart, if there is one."""
        if call.has_talk:
            call.has_talk = False
            out.emit(
                EndTalk(
                    cmd=call.ids.command(),
                    call=call.call,
                    leg=call.caller,
                    talk=talk_of(call.call),
                )
            )

    def parts_over(self, call: Call, now: int, out: Outbox) -> None:
        """End what goes on between the caller and agents: offers, the wait, the conversation."""
        for offer in list(call.offers.values()):
            self.give_up_offer(call, offer, now, out)
        part = call.part
        if part is not None and part.since is not None:
            self.part_over(call, part, now, out)
        elif part is not None:
            self.connecting_over(call, part, OfferResult.REVOKED, now, out)
            if not call.in_line:
                self.report_failed(call, part.reservation, OfferResult.REVOKED, out)
        if call.in_line:
            self.wait_ended(call, QueueOutcome.ABANDONED, now, out)
            out.tell(LeaveQueue(call=call.call))

    def part_over(
        self,
        call: Call,
        part: Part,
        now: int,
        out: Outbox,
        *,
        wrap_up: bool = True,
        missed: bool = False,
    ) -> None:
        """An agent's part is over: the agent has notes to write, unless there is nothing to."""
        assert part.since is not None
        part.unhold(now)
        recording.end(call, part, now, out)
        wrap_up = wrap_up and not missed
        if wrap_up:
            call.wrappers[part.agent] = part.reservation
        out.tell(
            ReportFinished(
                call=call.call, reservation=part.reservation, wrap_up=wrap_up, missed=missed
            )
        )
        out.emit(
            ConversationEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=part.agent,
                queue=part.queue,
                talk_us=now - part.since - part.held_us,
                hold_us=part.held_us,
                missed=missed,
            )
        )
        if call.part is part:
            call.part = None

    def finish_if_gone(self, call: Call, now: int, out: Outbox) -> None:
        """State that the call is over once its last leg is gone; forget it when nobody needs it."""
        if call.legs or call.phase is not CallPhase.ENDING:
            return
        call.move(CallTrigger.GONE)
        self.media_deadlines.cancel("ending", call.call)
        out.emit(
            CallFinished(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                outcome=call.outcome or CallOutcome.FAILED,
                customer=call.customers[0].customer if len(call.customers) == 1 else None,
                queue=call.queue,
                agent=call.served_by,
                lost=call.lost,
            )
        )
        linger = LINGER_LOST_US if call.lost else LINGER_US
        self.people_deadlines.set("forget", call.call, now + linger)

    def ending_unconfirmed(self, call: Call, now: int, out: Outbox) -> None:
        """The switch did not confirm the end of some leg: ask once more, then do without."""
        call.end_tries += 1
        if call.end_tries == 1:
            for leg in call.legs:
                out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg))
            self.media_deadlines.set("ending", call.call, now + ENDING_RETRY_US)
            return
        call.lost = True
        for leg in list(call.legs):
            self.leg_gone(call, leg, EndCause.SYSTEM, now, out)
        self.finish_if_gone(call, now, out)

    def leg_gone(self, call: Call, leg: LegId, cause: EndCause, now: int, out: Outbox) -> None:
        """Take a leg off the books."""
        del call.legs[leg]
        out.emit(LegEnded(at=now, call=call.call, seq=call.ids.fact(), leg=leg, cause=cause))

    def drop(self, call: Call, now: int, out: Outbox) -> None:
        """Strike a call off the books when it cannot even be ended (our own bug)."""
        for leg in call.legs:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg))
        for kind in (*CLOCKS, "ending"):
            self.media_deadlines.cancel(kind, call.call)
        self.people_deadlines.cancel("forget", call.call)
        self.calls.pop(call.call, None)

    # --- small statements that several layers make ---------------------------------------------

    def stand_in_line(self, call: Call, message: EnterQueue, out: Outbox) -> None:
        """Tell the router that the caller waits, and remember how, in case they have to again."""
        call.entry, call.in_line = message, True
        out.tell(message)

    def wait_ended(self, call: Call, outcome: QueueOutcome, now: int, out: Outbox) -> None:
        """State how a wait in line ended."""
        assert call.queue is not None
        call.in_line = False
        out.emit(
            WaitEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=call.queue,
                outcome=outcome,
                waited_us=now - call.queued_at,
            )
        )

    def give_up_offer(self, call: Call, offer: Offer, now: int, out: Outbox) -> None:
        """End an offer because nobody wants the agent any more."""
        self.offer_over(call, offer, OfferResult.REVOKED, now, out)
        if offer.consult:
            self.report_failed(call, offer.reservation, OfferResult.REVOKED, out)

    def report_failed(
        self, call: Call, reservation: ReservationId, result: OfferResult, out: Outbox
    ) -> None:
        """Tell the router that an agent did not come to talk."""
        out.tell(ReportFailed(call=call.call, reservation=reservation, result=result))

    def offer_over(
        self, call: Call, offer: Offer, result: OfferResult, now: int, out: Outbox
    ) -> None:
        """State how an offer ended."""
        call.offers.pop(offer.reservation, None)
        self.answer_accept(offer, now, out, "offer_is_over")
        self._offer_ended(call, offer.reservation, offer.agent, result, now, out)

    def connecting_over(
        self, call: Call, part: Part, result: OfferResult, now: int, out: Outbox
    ) -> None:
        """State that an agent who answered was not connected after all."""
        if call.part is part:
            call.part = None
        call.whispering = None
        self.media_deadlines.cancel("whisper", call.call)
        self._offer_ended(call, part.reservation, part.agent, result, now, out)

    def _offer_ended(
        self,
        call: Call,
        reservation: ReservationId,
        agent: AgentId,
        result: OfferResult,
        now: int,
        out: Outbox,
    ) -> None:
        out.emit(
            OfferEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                reservation=reservation,
                agent=agent,
                result=result,
            )
        )

    def answer_accept(self, offer: Offer, now: int, out: Outbox, code: str) -> None:
        """Answer an open request to accept, if there is one."""
        if offer.accept is not None:
            out.emit(RequestAnswered(at=now, agent=offer.agent, cmd=offer.accept, code=code))
        offer.accept = offer.accept_sent = None


def _outcome(call: Call) -> CallOutcome:
    if call.connected_at is not None:
        return CallOutcome.ANSWERED
    if call.phase is CallPhase.BRIDGED:
        return CallOutcome.TRANSFERRED
    if call.phase in {CallPhase.WAITING, CallPhase.OFFERING, CallPhase.CONNECTING}:
        return CallOutcome.ABANDONED
    return CallOutcome.FAILED if call.lost else CallOutcome.ENDED_IN_IVR
