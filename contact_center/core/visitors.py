"""Calls back that are asked for at a web page, and are cancelled there."""

from collections.abc import Iterable

from contact_center.core.bookings import Span, requests_in
from contact_center.core.call import Call
from contact_center.core.callback_book import Registration
from contact_center.core.callback_requests import CallbackRequests
from contact_center.core.callbacks import PENDING
from contact_center.core.commands import FindCustomer
from contact_center.core.events import Direction
from contact_center.core.ids import CallIds, callback_call, is_safe_id
from contact_center.core.outcomes import CallbackResult
from contact_center.core.output import Outbox
from contact_center.core.place import CallbackRequest
from contact_center.core.placing import Ask, place
from contact_center.core.visits import VisitorAnswered, VisitorAsked, VisitorCancelled

MAX_CALLS = 20_000
"""Bound on calls at a time, as for those that come; one more is refused."""
MAX_TEXT = 200
"""Bound on a reason and on each thing noted, in characters."""
MAX_NOTED = 8


class Visitors(CallbackRequests):
    """Requests of people who have not called."""

    def visit(self, event: VisitorAsked | VisitorCancelled, now: int, out: Outbox) -> None:
        """A visitor wants to be called, or no more."""
        if isinstance(event, VisitorAsked):
            visit, code = event.visit, self._asked(event, now, out)
        else:
            visit, code = event.call, self._cancelled(event, now, out)
        out.emit(VisitorAnswered(at=now, visit=visit, code=code))

    def _asked(self, event: VisitorAsked, now: int, out: Outbox) -> str:
        number = self.configuration.number_of(event.number)
        known = event.queue in self.configuration.queues and is_safe_id(event.visit)
        if not known or number is None or len(self.calls) >= MAX_CALLS:
            return Registration.REFUSED
        if self.book().find(number, event.queue) is not None:
            return Registration.ALREADY
        span = (event.begin, event.end) if event.begin is not None and event.end else None
        if span is not None and span[1] <= now:
            return Registration.UNAVAILABLE
        calls = (self.calls[name] for name in self.book().listed())
        if span is not None and taken(requests_in(calls, event.queue), span) >= event.most:
            return Registration.UNAVAILABLE
        origin = self._origin(event, number, now)
        where = place(self.configuration, origin, event.queue, Ask())
        noted = tuple((key[:MAX_TEXT], text[:MAX_TEXT]) for key, text in event.noted[:MAX_NOTED])
        code = self.register(origin, where, number, now, out, span, noted)
        made = self.calls.get(callback_call(event.visit, 1))
        if code == Registration.REGISTERED and made is not None:
            out.emit(FindCustomer(cmd=made.ids.command(), call=made.call, ani=number))
        return code

    def _origin(self, event: VisitorAsked, number: str, now: int) -> Call:
        """Make what a request is made in: a call that never was, and is on no books."""
        return Call(
            call=event.visit,
            ids=CallIds(call=event.visit),
            direction=Direction.INBOUND,
            ani=number,
            did=event.caller_id,
            ani_name=event.name[:MAX_TEXT],
            started_at=now,
            looked_up=True,
            reason=event.reason[:MAX_TEXT],
        )

    def _cancelled(self, event: VisitorCancelled, now: int, out: Outbox) -> str:
        call = self.calls.get(event.call)
        if call is None or call.callback is None or call.is_over:
            return "gone"
        if call.phase not in PENDING:
            return "too_late"
        self.close_callback(call, CallbackResult.WITHDRAWN, now, out)
        return "cancelled"


def taken(others: Iterable[CallbackRequest], span: Span) -> int:
    """Count the requests whose time overlaps `span`."""
    spans = (other.span for other in others if other.span is not None)
    return sum(1 for begin, end in spans if begin < span[1] and span[0] < end)
