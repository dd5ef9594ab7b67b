"""The messages of visitors: people at a web page who want to be called, or to talk in the browser.

Whoever runs the page has asked for name and number, and knows that neither is proven. Instants are
microseconds UTC.
"""

import re
from dataclasses import dataclass

from contact_center.core.events import Event
from contact_center.core.facts import Fact
from contact_center.core.ids import CallId, QueueId

_VISIT = re.compile(r"talk[0-9a-f]{32}\Z")


def is_visit(dialled: str) -> bool:
    """Say whether what was dialled is a visit, and no number."""
    return _VISIT.match(dialled) is not None


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
class Expected:
    """A visitor whose browser is about to call, or has: where to, and what the page said of them.

    ``visit`` is what the browser dials, once, before `until`. Nothing of it says who they are.
    """

    visit: CallId
    did: str
    until: int
    reason: str = ""
    noted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorComes(Event):
    """A visitor's browser is about to call: it dials `visit`, and is led as who dials `did`.

    The page vouches for nothing but that somebody pressed a button there before `until`; whoever
    calls by that name first is taken, and nobody after them.
    """

    visit: CallId
    did: str
    until: int
    reason: str = ""
    noted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorAnswered(Fact):
    """What became of asking (one of `Registration`), of coming, or of cancelling.

    ``visit``: as in the event; of a cancelling, the call. Of that, the codes are ``cancelled``,
    ``too_late`` (the customer's phone rings, or they talk) and ``gone``. Who comes is ``expected``
    or ``refused``.
    """

    visit: CallId
    code: str
