"""The end of a call, from whatever phase it is in. The lowest layer of the call reducer.

Ending is one path for every cause: tell the router, tell the flow, hang up every leg, wait for the
switch to confirm each, and only then state that the call is over. A confirmation that never comes
is asked for again, once, and then done without.
"""

from abc import ABC, abstractmethod

from contact_center.core.acd import LeaveQueue, ReportFinished
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
from contact_center.core.ids import CallId, LegId, talk_of
from contact_center.core.output import Outbox

ENDING_RETRY_US = 10_000_000
LINGER_US = 5_000_000
"""How long an ended call is remembered, so that late events find it and are counted as late."""
LINGER_LOST_US = 3_600_000_000
"""The same for a call whose end the switch did not confirm: should a leg of it turn out to be alive
after all, it is a leg to hang up and not a new call of the same name."""


class Endings(ABC):
    """Calls by id, and how they end."""

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

    def end(self, call: Call, now: int, out: Outbox, cause: EndCause = EndCause.NORMAL) -> None:
        """End the call: tell everybody concerned, hang up what is up. Harmless when repeated."""
        if call.is_over:
            return
        phase = call.phase
        if call.outcome is None:
            call.outcome = _outcome(call)
        if phase in {CallPhase.WAITING, CallPhase.OFFERING, CallPhase.CONNECTING}:
            if call.reservation is not None:
                self.offer_over(call, OfferResult.REVOKED, now, out)
            self.wait_ended(call, QueueOutcome.ABANDONED, now, out)
            out.tell(LeaveQueue(call=call.call))
        elif phase in {CallPhase.TALKING, CallPhase.HELD}:
            self._conversation_over(call, now, out)
        self.caller_left_flow(call, now, out)
        call.move(CallTrigger.END)
        for leg in call.legs.values():
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg.leg, cause=cause))
        self.end_talk(call, out)
        for kind in ("ivr", "lookup", "call", "dial"):
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

    def _conversation_over(self, call: Call, now: int, out: Outbox) -> None:
        assert call.reservation is not None
        assert call.agent is not None
        assert call.queue is not None
        assert call.connected_at is not None
        self.count_hold(call, now)
        call.wrapping = call.agent
        out.tell(ReportFinished(call=call.call, reservation=call.reservation))
        out.emit(
            ConversationEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                agent=call.agent,
                queue=call.queue,
                talk_us=now - call.connected_at - call.held_us,
                hold_us=call.held_us,
            )
        )

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
                agent=call.agent if call.connected_at is not None else None,
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

    def drop(self, call: Call, out: Outbox) -> None:
        """Strike a call off the books when it cannot even be ended (our own bug)."""
        for leg in call.legs:
            out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=leg))
        for kind in ("ivr", "lookup", "call", "dial", "ending"):
            self.media_deadlines.cancel(kind, call.call)
        self.people_deadlines.cancel("forget", call.call)
        self.calls.pop(call.call, None)

    # --- small statements that several layers make ---------------------------------------------

    def wait_ended(self, call: Call, outcome: QueueOutcome, now: int, out: Outbox) -> None:
        """State how a wait ended."""
        assert call.queue is not None
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

    def offer_over(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """State how an offer ended; the call has no agent any more."""
        assert call.reservation is not None
        assert call.agent is not None
        out.emit(
            OfferEnded(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                reservation=call.reservation,
                agent=call.agent,
                result=result,
            )
        )
        self.answer_accept(call, now, out, "offer_is_over")
        call.reservation, call.agent = None, None

    def answer_accept(self, call: Call, now: int, out: Outbox, code: str) -> None:
        """Answer an open request to accept, if there is one."""
        if call.accept is not None and call.agent is not None:
            out.emit(RequestAnswered(at=now, agent=call.agent, cmd=call.accept, code=code))
        call.accept = call.accept_sent = None

    def count_hold(self, call: Call, now: int) -> None:
        """Add a hold that is over to the call's hold time."""
        if call.held_at is not None:
            call.held_us += now - call.held_at
            call.held_at = None


def _outcome(call: Call) -> CallOutcome:
    if call.connected_at is not None:
        return CallOutcome.ANSWERED
    if call.phase is CallPhase.BRIDGED:
        return CallOutcome.TRANSFERRED
    if call.phase in {CallPhase.WAITING, CallPhase.OFFERING, CallPhase.CONNECTING}:
        return CallOutcome.ABANDONED
    return CallOutcome.FAILED if call.lost else CallOutcome.ENDED_IN_IVR
