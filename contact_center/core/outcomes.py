"""Small values inside of facts: what agents do, and why the router decided as it did."""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.ids import CallId, ReservationId


class Work(Enum):
    """What the system sees the agent doing."""

    IDLE = "idle"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class Decided(Enum):
    """What made the router look for a match."""

    CALL_CAME = "call_came"
    AGENT_FREE = "agent_free"
    STEP = "step"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why this agent for this caller.

    `agents` counts those who could have been chosen, `callers` those whom this agent could have
    been given. `tier` and `rank` are what decided, as the strategy counts (lower is better).
    """

    decided: Decided = Decided.CALL_CAME
    strategy: str = ""
    agents: int = 1
    callers: int = 1
    tier: int = 1
    rank: int = 0
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """One piece of work an agent is at, for agents who do several at a time."""

    reservation: ReservationId
    call: CallId
    channel: str
    work: Work
    since: int
