"""Facts: what the core decided, for history, screens, statistics and the dialer to read.

A fact about a call is identified by ``(call, seq)`` for ever: replaying a journal yields the same
facts with the same numbers, so a reader that keeps the pair may be told twice. ``at`` is
microseconds UTC. Facts never hold keys that a caller pressed.
"""

from dataclasses import dataclass

from contact_center.core.commands import EndCause
from contact_center.core.events import Customer, Direction, PastInteraction
from contact_center.core.ids import (
    AgentId,
    CallId,
    CommandId,
    CustomerId,
    FlowId,
    LegId,
    QueueId,
    RecordingId,
    ReservationId,
)
from contact_center.core.outcomes import (
    AttemptResult,
    CallbackResult,
    CallOutcome,
    JobState,
    OfferResult,
    Presence,
    Preview,
    QueueOutcome,
    Why,
    Work,
)

__all__ = ["CallOutcome", "OfferResult", "Presence", "QueueOutcome", "Work"]  # for readers of facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something decided, at a time."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact(Fact):
    """Something decided about a call; ``(call, seq)`` is its identity."""

    call: CallId
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(CallFact):
    """A caller is here, or somebody is to be called back, or other work has come (`channel`).

    `flow` is empty when there is none. Of an outbound call, `did` is who is called. `attestation`:
    what the provider says of the caller's number (STIR/SHAKEN), in its words.
    """

    ani: str
    did: str
    ani_name: str
    direction: Direction
    flow: FlowId
    channel: str = "voice"
    subject: str = ""
    attestation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentified(CallFact):
    """The call belongs to this customer."""

    customer: CustomerId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStarted(CallFact):
    """A leg exists: the caller's, an agent's (`agent` set) or a dialled number's."""

    leg: LegId
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(CallFact):
    """A leg is up."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(CallFact):
    """A leg is gone."""

    leg: LegId
    cause: EndCause


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLeft(CallFact):
    """The flow left a node by an edge; `edge` names an outcome, never a key that is a secret.

    ``failures``: wrong and missing input of this visit, ``no_inputs`` the latter; ``barged``: cut
    a prompt short; ``typed_ahead``: answered unasked; ``spoken``: by word; ``milestone``: what
    passing it means; ``outcome``: this end's name, ``contained``: without people, None: unsaid.
    """

    flow: FlowId
    node: str
    edge: str
    entered_at: int
    version: str = ""
    failures: int = 0
    no_inputs: int = 0
    barged: bool = False
    typed_ahead: bool = False
    spoken: bool = False
    milestone: str = ""
    outcome: str = ""
    contained: bool | None = None
    prompts_failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(CallFact):
    """A wait begins (or begins again in another queue). `since`: when the caller's age began.

    `requirement`: who may serve, as a skill expression; "" for anybody who serves the queue.
    """

    queue: QueueId
    priority: int
    since: int = 0
    requirement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEnded(CallFact):
    """A wait ended."""

    queue: QueueId
    outcome: QueueOutcome
    waited_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOffered(CallFact):
    """An agent was reserved for the call; the phone rings until `expires_at`.

    ``consult``: asked for by name (a consultation, a transfer, a parked caller), not by a queue.
    ``preview``: no phone rings yet; the agent decides whether the customer is dialled.
    """

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    expires_at: int
    why: Why = Why()
    consult: bool = False
    preview: Preview | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(CallFact):
    """A reservation is over, or became a conversation."""

    reservation: ReservationId
    agent: AgentId
    result: OfferResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConnected(CallFact):
    """Caller and agent hear each other."""

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    waited_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldChanged(CallFact):
    """The customer was put on hold, or brought back."""

    agent: AgentId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEnded(CallFact):
    """An agent's part in the call is over; hold is part of neither talk nor wrap-up.

    ``missed``: they were gone before they can have said a word, and the caller waits again.
    """

    agent: AgentId
    queue: QueueId
    talk_us: int
    hold_us: int
    missed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailLeft(CallFact):
    """A message was recorded into `box`; `url` names it to the provider's adapter.

    `queue`: where an agent is to hear it, None when nobody is asked to.
    """

    recording: RecordingId
    box: str
    url: str
    ms: int
    queue: QueueId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRegistered(CallFact):
    """Somebody asked in the call `origin` to be called back; `call` is the request itself.

    It waits in `queue` with the age that began at `since`; from `begin` on, when that was asked.
    """

    origin: CallId
    queue: QueueId
    since: int
    begin: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAttempted(CallFact):
    """The customer was dialled for the `attempt`-th time, with `agent` on the line."""

    queue: QueueId
    agent: AgentId | None
    attempt: int
    result: AttemptResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDone(CallFact):
    """A request for a call back is over, after `attempts` times of dialling."""

    queue: QueueId
    result: CallbackResult
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSaved(CallFact):
    """What the agent typed, whole."""

    agent: AgentId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionRecorded(CallFact):
    """How the agent says it ended, and what they said to the fields of that, by name."""

    agent: AgentId
    code: str
    notes: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished(CallFact):
    """The last leg is gone. Dispositions and notes may still follow during wrap-up."""

    outcome: CallOutcome
    customer: CustomerId | None = None
    queue: QueueId | None = None
    agent: AgentId | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPopped(CallFact):
    """Who calls and why, for the screen of `agent`, before the phone rings.

    Several customers share the number: the agent chooses. None is a stranger. `script`: said first.
    """

    agent: AgentId
    reservation: ReservationId
    ani: str
    did: str
    queue: QueueId
    queue_label: str
    reason: str
    customers: tuple[Customer, ...]
    waited_us: int
    script: tuple[str, ...]
    maybe_machine: bool = False
    direction: Direction = Direction.INBOUND
    campaign: str = ""  # for which somebody was called
    lead_list: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPopCompleted(CallFact):
    """The second part of the pop: the history, when it is known (at once, or a little later).

    `fields`: what a campaign knows of who was dialled. `preview`: told again to an agent who is
    still to decide, after a new start.
    """

    agent: AgentId
    reservation: ReservationId
    customers: tuple[Customer, ...]
    history: tuple[PastInteraction, ...]
    fields: tuple[tuple[str, str], ...] = ()
    preview: Preview | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanged(Fact):
    """An agent's state. The newest one is the truth; `call` is what the agent is busy with.

    ``jobs``: all that agents are at who do several things. ``outside``: on the phone with others.
    ``load``: percent of the capacity in use. ``help_since``: they ask supervisors for help, with a
    note. ``paused_in``: queues that they are on a break from alone.
    """

    agent: AgentId
    presence: Presence
    reason: str
    work: Work
    since: int
    next_presence: Presence | None = None
    next_reason: str = ""
    call: CallId | None = None
    reservation: ReservationId | None = None
    held: bool = False
    wrap_up_until: int | None = None
    jobs: tuple[JobState, ...] = ()
    outside: bool = False
    load: int = 0
    help_since: int | None = None
    help_note: str = ""
    paused_in: tuple[QueueId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged(Fact):
    """A queue's state. The newest one is the truth; `oldest_since` is when the head arrived.

    What callers do is told at once; the counts of agents follow within a second.
    """

    queue: QueueId
    waiting: int
    offering: int
    idle: int
    logged_in: int
    oldest_since: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered(Fact):
    """What became of an agent's request; `code` is empty when it was carried out."""

    agent: AgentId
    cmd: CommandId
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorAnswered(Fact):
    """What became of a supervisor's request; `code` is empty when it was carried out."""

    by: str
    cmd: CommandId
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderChanged(Fact):
    """The phone system can be reached, or cannot."""

    provider: str
    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultFound(Fact):
    """Our own bug, caught: `call` was ended (or None when none was concerned), the rest goes on."""

    call: CallId | None
    event: str
    message: str
