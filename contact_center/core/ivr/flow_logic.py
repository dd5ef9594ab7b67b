"""Nodes that nobody hears: they decide, note and look up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact_center.core.hours import Calendar
from contact_center.core.ids import FlowId, QueueId
from contact_center.core.ivr.expressions import Expression
from contact_center.core.ivr.flow_parts import Edge, Node, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of a branch."""

    when: Expression
    edge: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """The first true case, else ``otherwise``."""

    cases: tuple[Case, ...]
    otherwise: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Node):
    """Assign variables, in order."""

    assign: tuple[tuple[str, Expression], ...]
    next: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Node):
    """Ask a calendar."""

    calendar: Calendar
    open: Edge
    closed: Edge
    holiday: Edge
    emergency: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Node):
    """The edge of the first value that ``on`` equals, as text; else ``otherwise``."""

    on: Expression
    values: tuple[tuple[str, Edge], ...]
    otherwise: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Node):
    """Note a milestone, tags or how the call is to be counted (``outcome``)."""

    next: Edge
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of a split, taken by `weight` of all weights."""

    name: str
    weight: int
    edge: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Node):
    """Send callers different ways, the same caller (or call) always the same way.

    ``by_caller``: else every call is by itself. ``salt`` deals the callers anew.
    """

    arms: tuple[Arm, ...]
    by_caller: bool = True
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Node):
    """Note what a queue node to come asks for where it says nothing itself.

    ``attributes`` are shown to the agent, and rules of the center can read them.
    """

    next: Edge
    queue: QueueId | None = None
    priority: Expression | None = None
    boost_us: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    require: str = ""
    reason: str = ""
    attributes: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """Let another flow do something and come back by one of its returns.

    ``args`` are its variables by name, ``into`` says which variable of ours takes which value that
    it returns.
    """

    flow: FlowId
    returns: Mapping[str, Edge]
    args: tuple[tuple[str, Expression], ...] = ()
    into: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Node):
    """Go back to the flow that called this one, as ``outcome``, with values by name."""

    outcome: str
    values: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Node):
    """Ask a service. ``args`` fill the braces of its URL, and may be read by what it sends.

    ``into``: variable and returned name, where the two differ. ``filler`` is said after
    ``filler_after_us``, and again that long after its end, until the answer comes.
    """

    service: str
    args: tuple[tuple[str, Expression], ...] = ()
    into: tuple[tuple[str, str], ...] = ()
    timeout_us: int
    filler: Prompt = ()
    filler_after_us: int = 0
    ok: Edge
    not_found: Edge
    timeout: Edge
    failed: Edge
