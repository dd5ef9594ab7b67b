"""What the interpreter keeps of one caller, and what one step of it yields.

The session is plain data, so that it can be written down at any point and taken up again; the
bundle it walks is found again by flow id and version.
"""

from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.commands import Command, PromptItem
from contact_center.core.events import Direction, Event
from contact_center.core.facts import CallFact
from contact_center.core.ids import (
    CommandId,
    FlowId,
    LegId,
    ListenId,
    LookupId,
    PlaybackId,
    QueueId,
    RecordingId,
    TimerId,
)
from contact_center.core.ivr.expressions import Scalar
from contact_center.core.queue_settings import WaitStep
from contact_center.core.quick import quick


class Phase(Enum):
    """What the interpreter waits for.

    NEW: to be started. PROMPT: the end of a playback. KEYS: a key or the end of the caller's time.
    RECORDING: the end of a message; STOPPING: the same, after it was told to stop. LOOKING: the
    answer of a service; PAUSING: that a recording pauses, before a secret is asked for; CHECKING:
    whether a secret is right; TAPING: that the recording of the call is as was asked. AWAY:
    whether the hand-over to the call fails. DONE: nothing, for ever.
    """

    NEW = "new"
    PROMPT = "prompt"
    KEYS = "keys"
    RECORDING = "recording"
    STOPPING = "stopping"
    LOOKING = "looking"
    PAUSING = "pausing"
    CHECKING = "checking"
    TAPING = "taping"
    AWAY = "away"
    DONE = "done"


# What nearly every step asks for. Python 3.11 takes longer to find a member than to compare it.
AT_PROMPT, AT_KEYS, AT_LOOKUP, AT_PAUSE, AT_END = (
    Phase.PROMPT,
    Phase.KEYS,
    Phase.LOOKING,
    Phase.PAUSING,
    Phase.DONE,
)
ASKED_OUTSIDE = frozenset({Phase.LOOKING, Phase.CHECKING})
"""Phases in which an answer is due that another process would not give."""


# --- what the call tells the interpreter, beside telephony events ------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrStarted(Event):
    """Begin: at the entry, or at ``session.node`` for a call that enters in mid-flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitReturned(Event):
    """What became of a hand-over.

    After QueueExit ``timeout``, ``no_agents``, ``full``, ``closed``, ``overflow``, ``withdrawn`` or
    the name of a key's edge, after CallbackExit ``registered``, ``already``, ``refused`` or
    ``unavailable``, after TransferExit ``busy``, ``no_answer``, ``declined`` or ``failed``: the
    flow goes on by that edge.
    ``connected``: it is over, unless ``agent_left`` (LEFT) says later that whoever the caller was
    connected with has gone and the caller has not. Anything else is an error of the node.
    """

    outcome: str


LEFT = "agent_left"
"""Whoever the flow had connected its caller with has gone, and the caller has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerHungUp(Event):
    """The caller's leg is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecovered(Event):
    """Events were lost for a while: ask for what the caller should hear now once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRestarted(Event):
    """Whatever was asked of the process before this one is not going to be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerKnown(Event):
    """Who calls; the values are ``customer.*`` in expressions from now on.

    ``remembered``: the language that was chosen in an earlier call, ``caller.language``.
    """

    values: tuple[tuple[str, Scalar], ...]
    remembered: str = ""


NO_DOUBT = ("", "")
"""The caller is not asked whether they said something."""
_FIRST = FlowId("")

# --- what is kept ------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class KeyStroke:
    """A key in the type-ahead buffer, and when it was pressed."""

    key: str
    at: int


@dataclass(slots=True, kw_only=True)
class Message:
    """A message that is recorded, and of which the caller has not said yet whether to keep it."""

    recording: RecordingId
    url: str
    ms: int


@dataclass(slots=True, kw_only=True)
class Frame:
    """A call node that is left for another flow and comes back to, and what belongs to its flow.

    ``flow`` is the flow the call node is in, "" for the one the call began with.
    """

    flow: FlowId
    node: str
    entered_at: int
    variables: dict[str, Scalar]
    history: list[str]
    main: str


@dataclass(slots=True, kw_only=True)
class Wish:
    """What a flow has found out for a queue node to come, which may say otherwise itself.

    None, "" and 0: nothing. ``require`` is a skill expression. ``attributes`` are for the agent.
    """

    queue: str = ""
    priority: int | None = None
    boost_us: int = 0
    require: str = ""
    skills: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class IvrSession:
    """Where one caller is in a flow. Only the interpreter writes it.

    ``timer_due`` is the instant of the one live timer (``timer`` is its id), None when none runs:
    the call arms its deadline from it after each step and answers with TimerFired.

    ``command`` is the command behind the live playback or recording. ``leaving`` is the kind of
    failure (``no_input``, ``no_match``) whose edge is taken when the current prompt is over.
    ``no_inputs`` and ``no_matches`` count within one visit of a node, ``failures`` within the call.
    ``lookup`` is what a service was asked, to be given up at ``lookup_due``.
    ``tape`` is the recording of the whole call, begun by a record node, which may have paused it
    (``tape_paused``); ``tape_held``: it is paused while a secret is typed.
    ``secrets`` are those in the vault, ``checking`` the one that is looked at.
    ``ending`` is the reason the call will end for. ``history`` are the nodes that `back` goes to,
    ``main`` is the first that waited for the caller.

    ``flow`` is the flow the call began with; ``inside`` the one it is in now, called by ``frames``,
    the outermost first. Node, variables and history are those of ``inside``.

    Of one visit of a node: ``barged``, ``typed_ahead`` (see NodeLeft), ``opening`` (what is said
    first is being said), ``confirming`` (what was typed is being confirmed), ``refusals`` (how
    often it was not confirmed), ``prompts_failed``, ``patience_us`` (the first timeout of this
    attempt, 0: the node's), ``doubted`` (key and words of the option that the caller is asked
    whether they said), ``spoken`` (a word decided). ``speaking``: they say something just now.

    ``ivr_due``: when the caller's time in the flow is over, 0 for never; it stands still from
    ``away_at`` on while the caller waits or talks. ``hung_up_at``: since when nobody is there, 0
    while somebody is. ``in_emergency``: the flow's way for emergencies was taken. ``message_at``:
    the flow and node whose message was being recorded when the caller hung up.

    ``remembered`` is the language that was chosen in an earlier call, ``recalled`` says that a node
    has taken it for this one: whoever comes back to choose is asked.

    ``message`` is reviewed. ``asked`` is how many questions of a survey are behind the caller,
    -1 when they are in none, ``answers`` how many of them were answered.
    """

    flow: FlowId
    version: str
    leg: LegId
    ani: str
    did: str
    ani_name: str = ""
    direction: Direction = Direction.INBOUND
    language: str = ""
    remembered: str = ""
    recalled: bool = False
    phase: Phase = Phase.NEW
    node: str = ""
    entered_at: int = 0
    leaving: str = ""
    ending: str = ""
    command: CommandId | None = None
    playback: PlaybackId | None = None
    listen: ListenId | None = None
    recording: RecordingId | None = None
    timer: TimerId | None = None
    timer_due: int | None = None
    lookup: LookupId | None = None
    lookup_due: int = 0
    checking: str = ""
    tape: RecordingId | None = None
    tape_paused: bool = False
    tape_held: bool = False
    secrets: list[str] = field(default_factory=list)
    digits: str = ""
    no_inputs: int = 0
    no_matches: int = 0
    failures: int = 0
    steps: int = 0
    step_limit: int = 0
    limit_hit: bool = False
    buffer: list[KeyStroke] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    main: str = ""
    inside: FlowId = _FIRST
    frames: list[Frame] = field(default_factory=list)
    barged: bool = False
    typed_ahead: bool = False
    opening: bool = False
    confirming: bool = False
    doubted: tuple[str, str] = NO_DOUBT
    spoken: bool = False
    speaking: bool = False
    refusals: int = 0
    prompts_failed: int = 0
    patience_us: int = 0
    ivr_due: int = 0
    away_at: int = 0
    hung_up_at: int = 0
    in_emergency: bool = False
    message_at: tuple[str, str] = ("", "")
    message: Message | None = None
    asked: int = -1
    answers: int = 0
    outcome: str = ""
    wish: Wish = field(default_factory=Wish)
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
    boost_us: int = 0
    require: str = ""
    steps: tuple[WaitStep, ...] = ()
    prefer: str = ""
    prefer_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackExit:
    """The flow asks for a call back to `number`; tell the flow what became of that, at once.

    ``span``: from when to when, in microseconds UTC; None for as soon as it is their turn.
    """

    queue: QueueId
    number: str
    priority: int | None
    boost_us: int
    require: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferExit:
    """The flow sends the caller to a number; tell the flow only if that fails.

    ``caller_id``: what the number is shown, "" for the number the caller dialled. ``ask``: what
    whoever answers hears, who gets the caller only by the key `accept`; nothing: at once.
    """

    to: str
    timeout_us: int
    caller_id: str = ""
    ask: tuple[PromptItem, ...] = ()
    accept: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpExit:
    """The flow is over: end the call."""

    reason: str


Exit = QueueExit | CallbackExit | TransferExit | HangUpExit


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step yields: things to send, in order, and perhaps a hand-over to the call."""

    outputs: tuple[Command | CallFact, ...] = ()
    exit: Exit | None = None
