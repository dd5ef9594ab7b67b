"""Calling people back: a request waits in line in the place of whoever asked for it.

A request is a call of its own (`cb-` and the call it was asked in) that has no leg at first. It
waits like a caller; an agent is reserved and comes to the phone, and only then is the customer
dialled, so nobody is called to hear music. One customer's leg at a time: while an old one is still
being hung up, no new one is dialled. What did not reach the customer is tried again later.
"""

from contact_center.core.acd import QueueLeft
from contact_center.core.bookings import (
    OLDEST_US,
)
from contact_center.core.call import Call, CallPhase, CallTrigger, Leg, LegKind
from contact_center.core.callback_book import CallbackBook
from contact_center.core.commands import EndCause, Hangup, Originate
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.deadlines import Deadlines
from contact_center.core.facts import (
    CallbackAttempted,
    CallbackDone,
    CallOutcome,
    OfferResult,
    QueueOutcome,
)
from contact_center.core.hours import Opening
from contact_center.core.ids import transfer_leg
from contact_center.core.outcomes import AttemptResult, CallbackResult
from contact_center.core.output import Outbox
from contact_center.core.place import CallbackRequest
from contact_center.core.queue_settings import Callbacks as CallbackSettings
from contact_center.core.waiting import LISTENING, Waits

MINUTE_US = 60_000_000
MARGIN_US = 5_000_000
"""How much longer than the customer's phone rings the agent's reservation lasts."""
_RESULT = {
    EndCause.BUSY: AttemptResult.BUSY,
    EndCause.REJECTED: AttemptResult.BUSY,
    EndCause.NO_ANSWER: AttemptResult.NO_ANSWER,
}
PENDING = frozenset({CallPhase.SCHEDULED, CallPhase.WAITING, CallPhase.OFFERING})
"""The phases of a request for which nobody has been dialled."""


class Callbacks(Waits):
    """Requests for a call back, from waiting for their time to the end."""

    def __init__(
        self, configuration: CenterConfiguration, media: Deadlines, people: Deadlines
    ) -> None:
        super().__init__(configuration, media, people)
        self._book: CallbackBook | None = None

    # --- waiting for the time, and in line ----------------------------------------------------

    def callback_due(self, call: Call, now: int, out: Outbox) -> None:
        """The time of a request has come, or it is to be looked at: hours, and its age."""
        request = call.callback
        if request is None or call.is_over:
            return
        if call.phase in PENDING and now - request.begins_at >= OLDEST_US:
            self.close_callback(call, CallbackResult.EXPIRED, now, out)
        elif call.phase is CallPhase.SCHEDULED:
            self.queue_or_wait(call, now, out)
        elif call.phase is CallPhase.CALLING:
            self._customer_silent(call, request, now, out)
        elif call.phase is CallPhase.WAITING and not self._is_open(request, now):
            self.out_of_line(call, QueueOutcome.CLOSED, now, out)
            self._postpone(call, _next_minute(now))
        else:
            self._look_again(call, request, now)

    def queue_or_wait(self, call: Call, now: int, out: Outbox) -> None:
        """Stand in line if it is time; else wait until it is."""
        request = call.callback
        assert request is not None
        assert call.place is not None
        if now < request.begins_at:
            self._postpone(call, request.begins_at)
            return
        if not self._is_open(request, now):
            self._postpone(call, _next_minute(now))
            return
        self.enter_queue(call, call.place, now, out, returns=True)
        self._look_again(call, request, now)

    def _look_again(self, call: Call, request: CallbackRequest, now: int) -> None:
        """Plan when to look whether the hours, or the request's time, are over."""
        within = self._settings(request).within
        due = _next_minute(now) if within else request.begins_at + OLDEST_US
        self.media_deadlines.set("callback", call.call, due)

    def _postpone(self, call: Call, until: int) -> None:
        if call.phase is not CallPhase.SCHEDULED:
            call.move(CallTrigger.POSTPONE)
        self.media_deadlines.set("callback", call.call, until)

    def callback_left(self, call: Call, message: QueueLeft, now: int, out: Outbox) -> None:
        """The queue did not keep a request (nobody is there, it is closed): ask again later."""
        assert call.callback is not None
        if message.outcome is QueueOutcome.WITHDRAWN:
            self.close_callback(call, CallbackResult.WITHDRAWN, now, out, in_line=False)
            return
        self._postpone(call, now + self._settings(call.callback).retry_us)

    def _is_open(self, request: CallbackRequest, now: int) -> bool:
        within = self._settings(request).within
        calendar = self.configuration.calendars.get(within) if within else None
        return calendar is None or calendar.at(now) is Opening.OPEN

    # --- dialling -----------------------------------------------------------------------------

    def agent_answered(self, call: Call, leg: Leg, now: int, out: Outbox) -> None:
        """Of a call back: dial the customer, now that the agent is on the line."""
        request = call.callback
        offer = next((o for o in call.offers.values() if o.leg == leg.leg), None)
        waits = call.phase is CallPhase.OFFERING and call.caller not in call.legs
        if request is None or offer is None or not waits:
            super().agent_answered(call, leg, now, out)
            return
        ring_us = self._settings(request).ring_us
        call.move(CallTrigger.CALL_BACK)
        patience_us = ring_us + MARGIN_US + self.configuration.timing.setup_us
        call.part = self.won(call, offer, now, out, patience_us)
        if not any(leg.kind is LegKind.CALLER for leg in call.legs.values()):
            self._dial_customer(call, request, ring_us, now, out)

    def back_in_place(self, call: Call, result: OfferResult, now: int, out: Outbox) -> None:
        """The agent is gone; whoever was being dialled for them must not be left alone."""
        self._agent_left(call, now, out)
        super().back_in_place(call, result, now, out)

    def is_wanted(self, call: Call, leg: Leg) -> bool:
        """Say whether a leg has a part in the call; of former attempts' legs none has."""
        if leg.kind is LegKind.CALLER:
            return leg.leg == call.caller
        return super().is_wanted(call, leg)

    def _dial_customer(
        self, call: Call, request: CallbackRequest, ring_us: int, now: int, out: Outbox
    ) -> None:
        call.transfers += 1
        request.dialled += 1
        leg = Leg(leg=transfer_leg(call.call, call.transfers), kind=LegKind.CALLER)
        call.legs[leg.leg] = leg
        call.customer_leg = request.dialling = leg.leg
        self.leg_started(call, leg.leg, now, out)
        out.emit(
            Originate(
                cmd=call.ids.command(),
                call=call.call,
                leg=leg.leg,
                to=f"number:{request.number}",
                caller_id=call.did,
                timeout_us=ring_us,
            )
        )
        # Should the switch keep silent, the agent is not kept for ever.
        self.media_deadlines.set("callback", call.call, now + ring_us + MARGIN_US)

    def customer_answered(self, call: Call, now: int, out: Outbox) -> None:
        """The customer is there: connect them with the agent."""
        request = call.callback
        assert request is not None
        request.dialling = None
        self.media_deadlines.cancel("callback", call.call)
        self._attempted(call, request, AttemptResult.REACHED, now, out)
        self._done(call, request, CallbackResult.REACHED, now, out)
        request.over = True
        due = now + self.configuration.timing.max_call_us
        self.media_deadlines.set("call", call.call, due)
        call.move(CallTrigger.REACHED)
        self.join_all(call, out)

    def caller_gone(self, call: Call, leg: Leg, cause: EndCause, now: int, out: Outbox) -> None:
        """The caller's leg ended; one we dialled may just not have been answered."""
        request = call.callback
        if request is None or (request.over and leg.leg == call.caller):
            self.end(call, now, out)
        elif leg.leg == request.dialling:
            self._not_reached(call, request, _RESULT.get(cause, AttemptResult.FAILED), now, out)
        elif call.phase is CallPhase.CALLING and request.dialling is None:
            # What was left of an earlier attempt is gone: the agent who waits has their turn.
            self._dial_customer(call, request, self._settings(request).ring_us, now, out)

    def _customer_silent(self, call: Call, request: CallbackRequest, now: int, out: Outbox) -> None:
        """The switch did not say in time what became of dialling the customer."""
        if request.dialling is None:
            return  # the agent waits for an earlier leg to go, which the router has bounded
        out.emit(Hangup(cmd=call.ids.command(), call=call.call, leg=request.dialling))
        self._not_reached(call, request, AttemptResult.NO_ANSWER, now, out)

    def _not_reached(
        self,
        call: Call,
        request: CallbackRequest,
        result: AttemptResult,
        now: int,
        out: Outbox,
    ) -> None:
        """Let the agent go, without wrap-up, and try again later or give up."""
        settings = self._settings(request)
        request.attempts += 1
        request.dialling = call.customer_leg = None
        call.lost = False  # one leg was, perhaps; the request was not
        self._attempted(call, request, result, now, out)
        self.out_of_line(call, QueueOutcome.FAILED, now, out)
        if request.attempts >= settings.attempts:
            self._done(call, request, CallbackResult.GIVEN_UP, now, out)
            call.outcome = CallOutcome.NOT_REACHED
            self.end(call, now, out)
        else:
            self._postpone(call, now + settings.retry_us)

    def _agent_left(self, call: Call, now: int, out: Outbox) -> None:
        """The agent hung up while the customer was dialled: do not let the customer answer."""
        request = call.callback
        if request is None or request.dialling is None:
            return
        out.emit(
            Hangup(
                cmd=call.ids.command(),
                call=call.call,
                leg=request.dialling,
                cause=EndCause.CANCELED,
            )
        )
        request.dialling = call.customer_leg = None
        self._attempted(call, request, AttemptResult.AGENT_LEFT, now, out)
        self._look_again(call, request, now)

    # --- the end ------------------------------------------------------------------------------

    def close_callback(
        self,
        call: Call,
        result: CallbackResult,
        now: int,
        out: Outbox,
        *,
        in_line: bool = True,
    ) -> None:
        """End a request that nobody has been dialled for."""
        assert call.callback is not None
        if call.phase in LISTENING and in_line:
            self.out_of_line(call, QueueOutcome.WITHDRAWN, now, out)
        self._done(call, call.callback, result, now, out)
        expired = result is CallbackResult.EXPIRED
        call.outcome = CallOutcome.NOT_REACHED if expired else CallOutcome.WITHDRAWN
        self.end(call, now, out)

    def callback_over(self, call: Call, now: int, out: Outbox) -> None:
        """The call of a request ends for whatever reason: so does the request."""
        if call.callback is not None:
            self._done(call, call.callback, CallbackResult.WITHDRAWN, now, out)

    def _done(
        self,
        call: Call,
        request: CallbackRequest,
        result: CallbackResult,
        now: int,
        out: Outbox,
    ) -> None:
        if not self.book().remove(request.number, request.queue, call.call):
            return
        out.emit(
            CallbackDone(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=request.queue,
                result=result,
                attempts=request.dialled,
            )
        )

    def _attempted(
        self,
        call: Call,
        request: CallbackRequest,
        result: AttemptResult,
        now: int,
        out: Outbox,
    ) -> None:
        out.emit(
            CallbackAttempted(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=request.queue,
                agent=call.agent,
                attempt=request.dialled,
                result=result,
            )
        )

    # --- the books ----------------------------------------------------------------------------

    def _settings(self, request: CallbackRequest) -> CallbackSettings:
        return self.configuration.queues[request.queue].callbacks or CallbackSettings()

    def book(self) -> CallbackBook:
        """The open requests; gathered of the calls the first time, also after a restart."""
        if self._book is None:
            self._book = CallbackBook(self.calls.values())
        return self._book


def _next_minute(now: int) -> int:
    """The next whole minute: requests that wait for the same hours are looked at together."""
    return now - now % MINUTE_US + MINUTE_US
