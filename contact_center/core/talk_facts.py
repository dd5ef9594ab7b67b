"""Facts of what agents and supervisors do with a caller they have: see `facts`."""

from dataclasses import dataclass

from contact_center.core.facts import CallFact
from contact_center.core.ids import AgentId, QueueId, RecordingId, ReservationId
from contact_center.core.outcomes import ConsultState, Listening, TransferKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteChanged(CallFact):
    """The agent let the others not hear them, or hear them again."""

    agent: AgentId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysNotSent(CallFact):
    """Keys that the agent pressed at the desk did not come through, for `code`."""

    agent: AgentId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultChanged(CallFact):
    """A consultation that `agent` asked for is at `state` now.

    ``to``: whom, as asked for. ``consulted``: which agent that is, once known. ``reason``: why it
    is over (``busy``, ``no_answer``, ``gone``, ...); empty when the agent ended it.
    """

    agent: AgentId
    state: ConsultState
    to: str
    consulted: AgentId | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentJoined(CallFact):
    """An agent's part begins with a consultation by another agent; ends in ConversationEnded."""

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallFact):
    """`agent` passed the caller on, and their part is over.

    ``to``: `agent:`, `queue:`, `number:` or `supervisor:` and a name. ``to_agent``: who has the
    caller now, when that is an agent who was consulted.
    """

    agent: AgentId
    how: TransferKind
    to: str
    to_agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(CallFact):
    """`agent` put the caller aside in a slot; after `until` somebody is made to look after them."""

    agent: AgentId
    slot: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkEnded(CallFact):
    """A parked caller is with `agent`, or back in the queue, or gone (`agent` None)."""

    slot: int
    agent: AgentId | None
    parked_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionChanged(CallFact):
    """A supervisor's phone rings, is in the call in some mode, or is out of it.

    ``agent``: whom it concerns. ``on``: in the call. ``over``: out of it, for `reason`.
    """

    by: str
    mode: Listening
    agent: AgentId | None = None
    on: bool = False
    over: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChanged(CallFact):
    """The agent's conversation is recorded from now on, or that is paused or goes on.

    ``paused_at``: when it was paused; ``by_script``: their call script did, and not they.
    """

    agent: AgentId
    recording: RecordingId
    paused: bool = False
    paused_at: int | None = None
    by_script: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSaved(CallFact):
    """The recording of an agent's part was kept, or that of the whole call (`agent` is None).

    ``url`` names it to the provider's adapter.

    ``ms``: how long it sounds. ``pauses``: the gaps, as milliseconds of the clock since its start.
    """

    recording: RecordingId
    agent: AgentId | None
    queue: QueueId | None
    url: str
    ms: int
    pauses: tuple[tuple[int, int], ...] = ()
