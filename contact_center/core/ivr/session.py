"""What the interpreter keeps of one caller, and what one step of it yields.

The session is plain data, so that it can be written down at any point and taken up again; the
bundle it walks is found again by flow id and version.
"""

from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.commands import TelephonyCommand
from contact_center.core.events import Direction
from contact_center.core.facts import CallFact
from contact_center.core.ids import (
    FlowId,
    LegId,
    ListenId,
    PlaybackId,
    QueueId,
    RecordingId,
    TimerId,
)
from contact_center.core.ivr.expressions import Scalar


class Phase(Enum):
    """What the interpreter waits for."""

    NEW = "new"
    PROMPT = "prompt"
    KEYS = "keys"
    RECORDING = "recording"
    AWAY = "away"
    DONE = "done"


class AfterPrompt(Enum):
    """What follows when the current playback is over."""

    NOTHING = "nothing"
    NEXT = "next"
    LISTEN = "listen"
    REPROMPT = "reprompt"
    LEAVE = "leave"
    RECORD = "record"
    HANG_UP = "hang_up"


@dataclass(slots=True, kw_only=True)
class KeyStroke:
    """A key in the type-ahead buffer, and when it was pressed."""

    key: str
    at: int


@dataclass(slots=True, kw_only=True)
class IvrSession:
    """Where one caller is in a flow. Only the interpreter writes it.

    ``timer_due`` is the instant of the one live timer (``timer`` is its id), None when none runs:
    the call arms its deadline from it after each step and answers with TimerFired.
    """

    flow: FlowId
    version: str
    leg: LegId
    ani: str
    did: str
    ani_name: str = ""
    direction: Direction = Direction.INBOUND
    language: str = ""
    phase: Phase = Phase.NEW
    node: str = ""
    entered_at: int = 0
    after_prompt: AfterPrompt = AfterPrompt.NOTHING
    playback: PlaybackId | None = None
    listen: ListenId | None = None
    recording: RecordingId | None = None
    timer: TimerId | None = None
    timer_due: int | None = None
    digits: str = ""
    no_inputs: int = 0
    no_matches: int = 0
    failures: int = 0
    steps: int = 0
    limit_hit: bool = False
    buffer: list[KeyStroke] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    variables: dict[str, Scalar] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    customer: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueExit:
    """The flow reached a queue node: the call waits now; tell the flow only if that fails."""

    queue: QueueId
    priority: int | None
    skills: tuple[tuple[str, int], ...]
    max_wait_us: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferExit:
    """The flow sends the caller to a number; tell the flow only if that fails."""

    to: str
    timeout_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpExit:
    """The flow is over: end the call."""

    reason: str


Exit = QueueExit | TransferExit | HangUpExit


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step yields: things to send, in order, and perhaps a hand-over to the call."""

    outputs: tuple[TelephonyCommand | CallFact, ...] = ()
    exit: Exit | None = None
