"""Requests for a call back as calls of their own, and whether a time that was named can be had."""

from collections.abc import Iterable
from dataclasses import replace

from contact_center.core.call import Call
from contact_center.core.events import Direction
from contact_center.core.hours import Calendar, Opening
from contact_center.core.ids import CallId, CallIds, QueueId
from contact_center.core.place import CallbackRequest, Place
from contact_center.core.queue_settings import Callbacks

HEAD_START_US = 15 * 60_000_000
"""Who named a time stands in line, when it has come, as if they had waited so long."""
OLDEST_US = 7 * 24 * 3_600_000_000
"""A request that nobody came to for so long is dropped."""

Span = tuple[int, int]
"""From when to when somebody wants to be called, in microseconds UTC."""


def request_of(
    origin: Call, name: CallId, place: Place, request: CallbackRequest, label: str
) -> Call:
    """Make the call that a request is, asked for in `origin`; `label` is what it is about.

    A visitor's request says by itself what it is.
    """
    since = request.registered_at if origin.since is None else origin.since
    where = replace(place, max_wait_us=OLDEST_US, named=None, named_us=0)
    made = Call(
        call=name,
        ids=CallIds(call=name),
        direction=Direction.OUTBOUND,
        ani=request.number,
        did=origin.did,
        ani_name=origin.ani_name,
        started_at=request.registered_at,
        looked_up=True,
        customers=origin.customers,
        history=origin.history,
        reason=label if request.noted else f"Callback: {label}",
        since=since,
        callback=request,
        place=where,
    )
    return made if request.span is None else at_time(made, request.span)


def at_time(call: Call, span: Span) -> Call:
    """Let a request begin to wait at the time that was named, with a head start."""
    assert call.callback is not None
    assert call.place is not None
    booked = call.callback.span is not None and call.since == call.callback.span[0]
    before_us = 0 if booked and call.place.boost_us >= HEAD_START_US else HEAD_START_US
    call.callback.span, call.since = span, span[0]
    call.place = replace(call.place, boost_us=call.place.boost_us + before_us)
    return call


def can_be_had(
    span: Span,
    settings: Callbacks,
    calendar: Calendar | None,
    others: Iterable[CallbackRequest],
    now: int,
) -> bool:
    """Say whether somebody may be called at that time: not too far ahead, in hours, with room.

    `others` are the requests of the queue but for the caller's own.
    """
    begin, end = span
    if begin > now + settings.ahead_us or begin >= end:
        return False
    if calendar is not None and calendar.at(begin) is not Opening.OPEN:
        return False
    if settings.at_once == 0:
        return True
    spans = [other.span for other in others if other.span is not None]
    return sum(other[0] < end and begin < other[1] for other in spans) < settings.at_once


def requests_in(calls: Iterable[Call], queue: QueueId) -> Iterable[CallbackRequest]:
    """Go through the requests of a queue."""
    for call in calls:
        if call.callback is not None and call.callback.queue == queue:
            yield call.callback
