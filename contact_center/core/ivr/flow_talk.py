"""Nodes that say something and hear keys or a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.ids import QueueId
from contact_center.core.ivr.checks import Check
from contact_center.core.ivr.flow_parts import Confidence, Edge, Failure, Node, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Node):
    """Prompts only; a key ends them when ``barge_in`` and stays in the buffer."""

    say: Prompt
    next: Edge
    barge_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Node):
    """Keys to edges. Escalation lists end in an edge.

    ``outcomes`` names what a key means (``yes``, a language): NodeLeft has that name instead of
    where the key leads. ``short`` is said instead of ``say`` after a failure, unless it is empty.
    ``words``: what may be said instead of a key, by key and language; keys without any are not
    there. ``confidence`` says what is done about words that were hardly understood.
    ``remembers``: its outcomes are languages, and the one that is chosen is taken unasked in the
    caller's next call.
    ``beginnings``: what may be typed of a key that is longer; worked out once, as ``longest`` is.
    """

    say: Prompt
    keys: Mapping[str, Edge]
    on_no_input: tuple[Failure, ...]
    on_no_match: tuple[Failure, ...]
    first_timeout_us: int
    inter_digit_us: int
    barge_in: bool = True
    type_ahead: bool = True
    max_failures: int = 0
    short: Prompt = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    remembers: bool = False
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    confidence: Confidence = field(default_factory=Confidence)
    beginnings: frozenset[str] = field(init=False, repr=False, compare=False)
    longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        begun = frozenset(key[:n] for key in self.keys for n in range(1, len(key)))
        object.__setattr__(self, "beginnings", begun)
        object.__setattr__(self, "longest", max(map(len, self.keys), default=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Node):
    """Digits into the variable ``into``.

    ``confirm`` asks whether they are right once they are: a menu with the outcomes ``yes`` and
    ``no``, whose edges are not taken. ``globals``: global keys work before the first digit.
    ``sensitive``: into a secret, which the core itself never sees.
    """

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
    check: Check = field(default_factory=Check)
    confirm: Menu | None = None
    globals: bool = False
    sensitive: bool = False
    barge_in: bool = True
    type_ahead: bool = True
    max_failures: int = 0
    short: Prompt = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail(Node):
    """Record a message into ``box``; with ``queue``, an agent of it is to hear it.

    ``too_short`` is for messages shorter than ``min_us``; without it they go as ``empty``.
    ``review`` asks what is to become of the message: a menu with the outcomes ``keep``, ``again``
    and ``listen``, whose edges are not taken. Silence keeps it, and so does hanging up.
    """

    box: str
    say: Prompt
    max_us: int
    silence_us: int
    min_us: int
    recorded: Edge
    empty: Edge
    beep: bool = True
    queue: QueueId | None = None
    too_short: Edge | None = None
    review: Menu | None = None


class Taping(Enum):
    """What becomes of the recording of the whole call."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Node):
    """Record the caller's whole call, or change that; what is so already is fine.

    It goes on when the switch has said that it is so, and by ``error`` when it cannot be.
    """

    action: Taping
    next: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a survey: ``ask`` is a menu whose keys are the answers, its edges not taken.

    ``into``: the variable that the answer goes into, "" for none.
    """

    question: str
    ask: Menu
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Node):
    """Questions answered with a number, one after the other; ``survey`` is its name in reports.

    ``retry`` is said before a question is asked again. A question that is answered wrongly twice is
    passed over; ``abandoned`` is for callers who twice answer nothing, or in the end nothing at
    all, ``done`` for all others.
    """

    survey: str
    questions: tuple[Question, ...]
    done: Edge
    abandoned: Edge
    retry: Prompt = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Node):
    """Say something and end the call. ``contained``: the caller got what they wanted (or not)."""

    say: Prompt = ()
    reason: str = ""
    contained: bool | None = None
