"""Nodes that lead out of the flow: to an agent, to a call back, to a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.core.hours import Calendar
from contact_center.core.ids import QueueId
from contact_center.core.ivr.expressions import Expression
from contact_center.core.ivr.flow_parts import Edge, Node, Prompt
from contact_center.core.queue_settings import WaitStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Node):
    """Wait for an agent. The edges say where a caller goes who was not connected.

    Without an edge of their own ``closed`` goes as no_agents, ``overflow`` and ``withdrawn`` as
    timeout. ``connected`` is taken when the last agent has left and the caller has not; without it
    the call ends. ``keys`` are the edges of what callers may press while they wait, by name (the
    room's keys say which key is which). ``require`` is a skill expression, joined with `skills`;
    ``prefer`` names an agent, or is ``last_agent`` or ``owner``.
    """

    queue: QueueId
    timeout: Edge
    no_agents: Edge
    full: Edge
    closed: Edge | None = None
    overflow: Edge | None = None
    withdrawn: Edge | None = None
    connected: Edge | None = None
    keys: Mapping[str, Edge] = field(default_factory=dict)
    say: Prompt = ()
    priority: int | None = None
    boost_us: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    require: str = ""
    steps: tuple[WaitStep, ...] = ()
    prefer: str = ""
    prefer_us: int | None = None
    max_wait_us: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """When somebody wants to be called: from a time of a day on, for `window_us`.

    ``day``: days from today, or a text as ``1224`` (month and day, the next one) or
    ``2026-12-24``. ``time``: a text as ``0930`` or ``09:30``, or the number 930. Both are meant in
    the zone of `calendar`, which has to be open then. ``into``: the variable that the time goes
    into, as a text with its offset, "" for none.
    """

    day: Expression
    time: Expression
    calendar: Calendar
    window_us: int
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Node):
    """Note that the caller wants to be called back by `queue`, in the place they have by now.

    ``number``: whom to call; None for the number they call from. ``registered`` also takes those
    who are noted already, unless ``already`` says otherwise. ``refused``: there is no number that
    can be called, or the queue takes no more. ``at``: not before a time that the caller chose;
    ``unavailable`` is for times that cannot be had.
    """

    queue: QueueId
    registered: Edge
    refused: Edge
    already: Edge | None = None
    number: Expression | None = None
    priority: int | None = None
    boost_us: int = 0
    require: str = ""
    at: Appointment | None = None
    unavailable: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Node):
    """Connect the caller to a number outside, `to` in the provider's form or E.164.

    ``answered`` is taken when the far end has left and the caller is still there; the call ends
    without it. ``caller_id``: what the far end is shown, "" for the number the caller dialled.
    ``ask``: what the far end is asked, in the flow's own language, before it gets the caller, which
    it does with the key `accept`; any other, or none, leads to `declined`.
    """

    to: str
    timeout_us: int
    busy: Edge
    no_answer: Edge
    failed: Edge
    answered: Edge | None = None
    caller_id: str = ""
    say: Prompt = ()
    ask: Prompt = ()
    accept: str = ""
    declined: Edge | None = None
