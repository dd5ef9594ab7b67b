"""The messages of visitors: people at a web page who want to be called, and have not called.

Whoever runs the page has asked for name and number, and knows that neither is proven. Instants are
microseconds UTC.
"""

from dataclasses import dataclass

from contact_center.core.events import Event
from contact_center.core.facts import Fact
from contact_center.core.ids import CallId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorAsked(Event):
    """A visitor wants to be called back by a queue, from `begin` to `end`, or as soon as can be.

    ``visit`` names the asking; the call that comes of it is ``callback_call(visit, 1)``. A number
    that the queue has promised a call already is not promised another, and nothing of the first is
    changed: whoever asks may be somebody else. ``most``: of the times that were named so many may
    overlap this one, it included; the queue's own bound holds besides. ``reason``, ``noted``: what
    the agent is told. ``caller_id``: the number shown to the customer.
    """

    visit: CallId
    queue: QueueId
    number: str
    name: str = ""
    caller_id: str = ""
    begin: int | None = None
    end: int | None = None
    most: int = 1
    reason: str = ""
    noted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorCancelled(Event):
    """A visitor wants to be called no more; `call` is the call that was to come."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorAnswered(Fact):
    """What became of asking (one of `Registration`), or of cancelling.

    ``visit``: as in the event; of a cancelling, the call. Of that, the codes are ``cancelled``,
    ``too_late`` (the customer's phone rings, or they talk) and ``gone``.
    """

    visit: CallId
    code: str
