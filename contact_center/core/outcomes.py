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


class ConsultState(Enum):
    """How far a consultation is.

    CALLING: they are being called, and the caller is on hold. TALKING: agent and consulted talk,
    the caller is on hold. ASIDE: agent and caller talk, the consulted is on hold. CONFERENCE: all
    three talk. ENDED: it is over.
    """

    CALLING = "calling"
    TALKING = "talking"
    ASIDE = "aside"
    CONFERENCE = "conference"
    ENDED = "ended"


class Listening(Enum):
    """What a supervisor does in a call.

    LISTEN: hears both, heard by nobody. WHISPER: the agent alone hears them. BARGE: everybody does.
    TAKE_OVER: they talk with the caller in the agent's place.
    """

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    TAKE_OVER = "take_over"


class TransferKind(Enum):
    """How a caller was passed on: BLIND, ATTENDED (after a consultation), BACK to the queue, to a
    SUPERVISOR who took over."""

    BLIND = "blind"
    ATTENDED = "attended"
    BACK = "back"
    SUPERVISOR = "supervisor"


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
