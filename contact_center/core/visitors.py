"""Calls back that are asked for at a web page and cancelled there, and calls from its browsers."""

from collections.abc import Iterable

from contact_center.core.bookings import Span, requests_in
from contact_center.core.call import Call
from contact_center.core.callback_book import Registration
from contact_center.core.callback_requests import CallbackRequests
from contact_center.core.callbacks import PENDING
from contact_center.core.commands import FindCustomer
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.deadlines import Deadlines
from contact_center.core.events import Direction
from contact_center.core.ids import CallIds, callback_call, is_safe_id
from contact_center.core.outcomes import CallbackResult
from contact_center.core.output import Outbox
from contact_center.core.place import CallbackRequest
from contact_center.core.placing import Ask, place
from contact_center.core.visits import (
    Expected,
    VisitorAnswered,
    VisitorAsked,
    VisitorCancelled,
    VisitorComes,
    is_visit,
)

MAX_CALLS = 20_000
"""Bound on calls at a time, as for those that come; one more is refused."""
MAX_TEXT = 200
"""Bound on a reason and on each thing noted, in characters."""
MAX_NOTED = 8
MAX_EXPECTED = 500
"""Bound on visitors who pressed the button and whose browsers have not called yet."""
LONGEST_US = 300_000_000
"""Nobody is expected for longer."""


class Visitors(CallbackRequests):
    """Requests of people who have not called."""

    def __init__(
        self, configuration: CenterConfiguration, media: Deadlines, people: Deadlines
    ) -> None:
        super().__init__(configuration, media, people)
        self.expected: dict[str, Expected] = {}

    def visit(
        self, event: VisitorAsked | VisitorCancelled | VisitorComes, now: int, out: Outbox
    ) -> None:
        """A visitor wants to be called, or no more, or calls in a moment."""
        match event:
            case VisitorAsked():
                visit, code = event.visit, self._asked(event, now, out)
            case VisitorComes():
                visit, code = event.visit, self._comes(event, now)
            case _:
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
        noted = _bounded(event.noted)
        code = self.register(origin, where, number, now, out, span, noted)
        made = self.calls.get(callback_call(event.visit, 1))
        if code == Registration.REGISTERED and made is not None:
            out.emit(FindCustomer(cmd=made.ids.command(), call=made.call, ani=number))
        return code

    def _comes(self, event: VisitorComes, now: int) -> str:
        for late in [name for name, one in self.expected.items() if one.until < now]:
            del self.expected[late]
        known = event.did in self.configuration.numbers and is_visit(event.visit)
        if not known or event.visit in self.expected or len(self.expected) >= MAX_EXPECTED:
            return Registration.REFUSED
        self.expected[event.visit] = Expected(
            visit=event.visit,
            did=event.did,
            until=min(event.until, now + LONGEST_US),
            reason=event.reason[:MAX_TEXT],
            noted=_bounded(event.noted),
        )
        return "expected"

    def arrived(self, dialled: str, now: int) -> Expected | None:
        """Take the visitor whose browser dialled this, once; None for one who is not expected."""
        found = self.expected.pop(dialled, None)
        return found if found is not None and now <= found.until else None

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


def _bounded(noted: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((key[:MAX_TEXT], text[:MAX_TEXT]) for key, text in noted[:MAX_NOTED])


def taken(others: Iterable[CallbackRequest], span: Span) -> int:
    """Count the requests whose time overlaps `span`."""
    spans = (other.span for other in others if other.span is not None)
    return sum(1 for begin, end in spans if begin < span[1] and span[0] < end)
