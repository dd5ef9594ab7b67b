"""Events that concern the distribution of calls: phones, scores, work that is no call, a reload."""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.events import Event
from contact_center.core.ids import AgentId, CallId, QueueId


class DeviceState(Enum):
    """What an agent's phone does, as the switch sees it, our own calls to it included."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    RINGING = "ringing"
    IN_USE = "in_use"
    UNAVAILABLE = "unavailable"
    INVALID = "invalid"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(Event):
    """A phone changed. `device` is named as in the configuration (`AgentSettings.device`)."""

    device: str
    state: DeviceState


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresGiven(Event):
    """Somebody outside says how well agents suit a waiting caller; higher is better."""

    call: CallId
    scores: tuple[tuple[AgentId, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOffered(Event):
    """A piece of work that is no phone call waits for an agent from now on.

    ``call`` names it (`w-` and something of the sender's, so that it is taken once). ``subject``
    is what the agent sees; ``requirement`` is a skill expression.
    """

    call: CallId
    queue: QueueId
    subject: str = ""
    customer: str = ""
    requirement: str = ""
    priority: int | None = None
    boost_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkWithdrawn(Event):
    """The piece of work needs nobody any more."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationReloaded(Event):
    """The configuration was swapped just before this event: look at everybody once more."""

    version: str
