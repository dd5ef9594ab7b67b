"""Asking to be called back: as soon as it is one's turn, or at a time that is named."""

from contact_center.core.bookings import Span, at_time, can_be_had, request_of, requests_in
from contact_center.core.call import Call, CallPhase, CallTrigger
from contact_center.core.callback_book import Registration
from contact_center.core.callbacks import PENDING, Callbacks
from contact_center.core.caller_facts import CallbackMoved
from contact_center.core.events import Direction
from contact_center.core.facts import CallbackRegistered, CallStarted, QueueOutcome
from contact_center.core.ids import CallId, FlowId, QueueId, callback_call
from contact_center.core.outcomes import CallbackResult
from contact_center.core.output import Outbox
from contact_center.core.place import CallbackRequest, Place
from contact_center.core.queue_settings import Callbacks as CallbackSettings
from contact_center.core.waiting import LISTENING


class CallbackRequests(Callbacks):
    """Requests for a call back, while they are made and unmade."""

    def register(
        self,
        call: Call,
        place: Place,
        number: str,
        now: int,
        out: Outbox,
        span: Span | None = None,
        noted: tuple[tuple[str, str], ...] = (),
    ) -> str:
        """Note that the caller wants to be called back; gives one of `Registration`.

        A number that is to be called back by the queue already keeps its first place, unless a
        time is named (`span`). `noted` is what the agent is told besides.
        """
        settings = self.configuration.queues[place.queue].callbacks
        wanted = self.configuration.number_of(number) if number else None
        if settings is None or wanted is None:
            return Registration.REFUSED
        had = self.book().find(wanted, place.queue)
        if span is not None and not self._can_be_had(place.queue, settings, span, had, now):
            return Registration.UNAVAILABLE
        if had is not None:
            return self._already(had, span, now, out)
        name = callback_call(call.call, call.callbacks + 1)
        if self.book().count(place.queue) >= settings.most or name in self.calls:
            return Registration.REFUSED
        call.callbacks += 1
        request = CallbackRequest(
            number=wanted,
            queue=place.queue,
            origin=call.call,
            registered_at=now,
            span=span,
            noted=noted,
        )
        label = call.reason or self.configuration.queues[place.queue].label
        made = self.calls[name] = request_of(call, name, place, request, label)
        self.book().add(wanted, place.queue, name)
        self._state_registered(made, request, now, out)
        self.queue_or_wait(made, now, out)
        return Registration.REGISTERED

    def _can_be_had(
        self, queue: QueueId, settings: CallbackSettings, span: Span, had: CallId | None, now: int
    ) -> bool:
        calendar = self.configuration.calendars.get(settings.within) if settings.within else None
        calls = (self.calls[name] for name in self.book().listed() if name != had)
        return can_be_had(span, settings, calendar, requests_in(calls, queue), now)

    def _already(self, name: CallId, span: Span | None, now: int, out: Outbox) -> str:
        """Who asks again keeps the place they have; a time that is named counts instead of it."""
        call = self.calls[name]
        if span is None or call.callback is None or call.phase not in PENDING:
            return Registration.ALREADY
        if call.phase in LISTENING and span[0] > now:
            self.out_of_line(call, QueueOutcome.CALLBACK, now, out)
            call.move(CallTrigger.POSTPONE)
        at_time(call, span)
        out.emit(
            CallbackMoved(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                queue=call.callback.queue,
                begin=span[0],
                end=span[1],
            )
        )
        if call.phase is CallPhase.SCHEDULED:
            self.queue_or_wait(call, now, out)
        return Registration.REGISTERED

    def _state_registered(
        self, call: Call, request: CallbackRequest, now: int, out: Outbox
    ) -> None:
        out.emit(
            CallStarted(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                # Of an outbound call, `did` is who was called.
                ani=call.did,
                did=request.number,
                ani_name=call.ani_name,
                direction=Direction.OUTBOUND,
                flow=FlowId(""),
            )
        )
        self.identified(call, now, out)
        out.emit(
            CallbackRegistered(
                at=now,
                call=call.call,
                seq=call.ids.fact(),
                origin=request.origin,
                queue=request.queue,
                since=now if call.since is None else call.since,
                begin=request.span[0] if request.span is not None else None,
                end=request.span[1] if request.span is not None else None,
            )
        )

    def withdraw_callbacks(self, call: Call, now: int, out: Outbox) -> None:
        """The caller talks to an agent: nobody needs to call them back any more, but at a time to
        come that they named."""
        if not len(self.book()) or not call.ani or call.callback is not None:
            return
        number = self.configuration.number_of(call.ani)
        if number is None:
            return
        for name in self.book().of(number):
            request = self.calls.get(name)
            if request is None or request.phase not in PENDING or request.callback is None:
                continue
            if request.callback.span is None or request.callback.begins_at <= now:
                self.close_callback(request, CallbackResult.WITHDRAWN, now, out)
