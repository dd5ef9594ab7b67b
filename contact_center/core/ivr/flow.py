"""A flow as the interpreter sees it: immutable nodes with explicit edges.

Built by ``content.flows`` from YAML, where everything is checked; here references are known to
resolve. Times are microseconds. A prompt is a tuple of `Speech`, already translated: one bundle
holds every offered language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.hours import Calendar
from contact_center.core.ids import FlowId, QueueId
from contact_center.core.ivr.expressions import Expression, Scalar
from contact_center.core.queue_settings import WaitStep


class SpeechKind(Enum):
    """What one item of a prompt is made of."""

    TEXT = "text"
    FILE = "file"
    SILENCE = "silence"
    VALUE = "value"


class ValueForm(Enum):
    """How a computed value is spoken; composed of fragments rendered at publish time."""

    DIGITS = "digits"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One item of a prompt. ``texts`` maps language to text; VALUE speaks ``value`` as ``form``."""

    kind: SpeechKind
    texts: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    ms: int = 0
    value: Expression | None = None
    form: ValueForm = ValueForm.DIGITS
    when: Expression | None = None


Prompt = tuple[Speech, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where to go: a node id, or one of ``back``, ``repeat``, ``hangup``; and what it notes."""

    goto: str
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The n-th item of an escalation list: say something and ask again, or leave by `edge`."""

    say: Prompt = ()
    edge: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has. ``label`` is for reports; ``error`` catches failed expressions."""

    name: str
    label: str = ""
    error: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Node):
    """Prompts only; a key ends them when ``barge_in`` and stays in the buffer."""

    say: Prompt
    next: Edge
    barge_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Node):
    """Keys to edges. Escalation lists end in an edge."""

    say: Prompt
    keys: Mapping[str, Edge]
    on_no_input: tuple[Failure, ...]
    on_no_match: tuple[Failure, ...]
    first_timeout_us: int
    inter_digit_us: int
    barge_in: bool = True
    type_ahead: bool = True
    max_failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Node):
    """Digits into the variable ``into``."""

    say: Prompt
    into: str
    min: int
    max: int
    next: Edge
    on_no_input: tuple[Failure, ...]
    on_no_match: tuple[Failure, ...]
    first_timeout_us: int
    inter_digit_us: int
    terminator: str = ""
    clear_key: str = ""
    empty_is_accepted: bool = False
    regex: str = ""
    barge_in: bool = True
    type_ahead: bool = True
    max_failures: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Node):
    """Wait for an agent. The edges say where a caller goes who was not connected.

    Without an edge of their own ``closed`` goes as no_agents, ``overflow`` and ``withdrawn`` as
    timeout. ``keys`` are the edges of what callers may press while they wait, by name (the room's
    keys say which key is which). ``require`` is a skill expression, joined with `skills`;
    ``prefer`` names an agent, or is ``last_agent`` or ``owner``.
    """

    queue: QueueId
    timeout: Edge
    no_agents: Edge
    full: Edge
    closed: Edge | None = None
    overflow: Edge | None = None
    withdrawn: Edge | None = None
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
class Callback(Node):
    """Note that the caller wants to be called back by `queue`, in the place they have by now.

    ``number``: whom to call; None for the number they call from. ``registered`` also takes those
    who are noted already, unless ``already`` says otherwise. ``refused``: there is no number that
    can be called, or the queue takes no more.
    """

    queue: QueueId
    registered: Edge
    refused: Edge
    already: Edge | None = None
    number: Expression | None = None
    priority: int | None = None
    boost_us: int = 0
    require: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail(Node):
    """Record a message into ``box``; with ``queue``, an agent of it is to hear it."""

    box: str
    say: Prompt
    max_us: int
    silence_us: int
    min_us: int
    recorded: Edge
    empty: Edge
    beep: bool = True
    queue: QueueId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Node):
    """Connect the caller to a number outside, `to` in the provider's form or E.164."""

    to: str
    timeout_us: int
    busy: Edge
    no_answer: Edge
    failed: Edge
    say: Prompt = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Node):
    """Say something and end the call."""

    say: Prompt = ()
    reason: str = ""


AnyNode = (
    Play | Menu | Collect | Branch | Set | Hours | Queue | Callback | Voicemail | Transfer | HangUp
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowBundle:
    """One flow, whole. A call keeps the bundle it began with; `version` is a digest of its text.

    ``max_failures`` bounds wrong and missing input over the whole call, 0 for no bound.
    ``farewell`` is said before a call ends because something is wrong and no edge caught it.
    """

    flow: FlowId
    version: str
    entry: str
    nodes: Mapping[str, AnyNode]
    language: str
    variables: Mapping[str, Scalar]
    global_keys: Mapping[str, Edge] = field(default_factory=dict)
    on_error: Edge | None = None
    on_limit: Edge | None = None
    max_steps: int = 500
    max_failures: int = 0
    farewell: Prompt = ()
