"""Events from supervisors: what they asked for. Answered by exactly one SupervisorAnswered fact."""

from dataclasses import dataclass

from contact_center.core.events import Event
from contact_center.core.ids import AgentId, CallId, CommandId, FlowId, QueueId
from contact_center.core.outcomes import Listening
from contact_center.core.requests import PresenceWish


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorRequest(Event):
    """A supervisor asked for something. `by` is the login of who did."""

    cmd: CommandId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprioritiseRequested(SupervisorRequest):
    """Let a waiting caller count for more or less; `None` leaves as it is."""

    call: CallId
    priority: int | None = None
    boost_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequested(SupervisorRequest):
    """Let a waiting caller wait in another queue, with the same age, or at `position` from 1."""

    call: CallId
    queue: QueueId
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequested(SupervisorRequest):
    """Take a waiting caller out of the queue; the flow goes on at its edge for that."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPresenceRequested(SupervisorRequest):
    """Let an agent be paused, ready or logged out, as if they had asked."""

    agent: AgentId
    presence: PresenceWish
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpSeenToRequested(SupervisorRequest):
    """An agent who asked for help has it: they ask no more."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQueuePauseRequested(SupervisorRequest):
    """Let an agent be on a break from one queue alone (`on`), or end that."""

    agent: AgentId
    queue: QueueId
    on: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseRequested(SupervisorRequest):
    """Ring the supervisor's own phone and let them into a call; or do something else in it.

    ``device`` is the phone (named as in `AgentSettings.device`); it is not rung again by somebody
    who is in the call already, and only changes the mode.
    """

    call: CallId
    mode: Listening
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseEndRequested(SupervisorRequest):
    """Let the supervisor out of the call."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencySwitched(SupervisorRequest):
    """Switch a flow, or all of them (None), to emergency or back.

    Callers who are in it see that when they come into their next node.
    """

    flow: FlowId | None = None
    on: bool
