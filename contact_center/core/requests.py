"""Events from people at a desk: what agents asked for. Past tense, frozen, like all events.

A request carries the id its sender gave it (`cmd`); the answer is a RequestAnswered fact with the
same id, so that a request sent twice can be answered once.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.events import Event
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId


class PresenceWish(Enum):
    """What a person may choose to be."""

    READY = "ready"
    PAUSED = "paused"
    LOGGED_OUT = "logged_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRequest(Event):
    """A person asked for something; answered by exactly one RequestAnswered fact."""

    cmd: CommandId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceRequested(AgentRequest):
    """Be ready, pause with a reason, or log out. During a call it applies afterwards.

    ``once``: be ready for one call and pause after it.
    """

    presence: PresenceWish
    reason: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePauseRequested(AgentRequest):
    """Take a break from one queue alone (`on`) with a reason, or end it."""

    queue: QueueId
    on: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpRequested(AgentRequest):
    """Ask for time after the call, where that is optional; with `extend`, for more of it."""

    call: CallId
    extend: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDoneRequested(AgentRequest):
    """A piece of work that is no call (chat, e-mail, task) is done."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRequested(AgentRequest):
    """Answer the offer on the agent's own device, where the provider can."""

    reservation: ReservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRequested(AgentRequest):
    """Do not take this offer."""

    reservation: ReservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupRequested(AgentRequest):
    """End the call one is talking in."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequested(AgentRequest):
    """Put the customer on hold (`on`) or back."""

    call: CallId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRequested(AgentRequest):
    """Let the others not hear the agent (`on`), or hear them again."""

    call: CallId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRequested(AgentRequest):
    """Go on recording the conversation (`on`), or leave a gap from now on.

    ``by_script``: the agent's call script asks for it, and not the agent.
    """

    call: CallId
    on: bool
    by_script: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsRequested(AgentRequest):
    """Send keys to whom the agent talks with.

    `digits` may be somebody's secret: the vault has put stand-ins for them, whoever asked.
    """

    call: CallId
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequested(AgentRequest):
    """Ask supervisors for help (`on`), with a note of what it is about; or do without."""

    on: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested(AgentRequest):
    """Pass the caller on without a word: to `agent:ID`, `queue:ID` or `number:+14155550123`."""

    call: CallId
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequeueRequested(AgentRequest):
    """Give the caller back to the queue they came from, with the age and skills they had."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultRequested(AgentRequest):
    """Put the caller on hold and call somebody about it; `to` as in TransferRequested."""

    call: CallId
    to: str


class ConsultStep(Enum):
    """How a consultation goes on.

    COMPLETE: the caller talks with the consulted from now on, without us. SWAP: talk with the other
    of the two. CONFERENCE: all three. RETURN: back to the caller, without the consulted.
    """

    COMPLETE = "complete"
    SWAP = "swap"
    CONFERENCE = "conference"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultStepRequested(AgentRequest):
    """Go on with a consultation."""

    call: CallId
    step: ConsultStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkRequested(AgentRequest):
    """Put the caller aside with music, in a numbered slot from which anybody can take them."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieveRequested(AgentRequest):
    """Take the caller who is parked in `slot`."""

    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesRequested(AgentRequest):
    """Keep what was typed; the whole text each time, the last one wins."""

    call: CallId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionRequested(AgentRequest):
    """Say how the call ended, with what belongs to that; in wrap-up this also ends the wrap-up."""

    call: CallId
    code: str
    notes: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskConnected(Event):
    """An agent's screen is there (the first of its sockets)."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLost(Event):
    """An agent's last screen went away without logging out."""

    agent: AgentId
