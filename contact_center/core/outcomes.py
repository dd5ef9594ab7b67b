"""Small values inside of facts: how things ended, what agents do, why the router decided so."""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.ids import CallId, ReservationId


class Presence(Enum):
    """What the person chose."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    PAUSED = "paused"


class Work(Enum):
    """What the system sees the agent doing."""

    IDLE = "idle"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"
    WRAP_UP = "wrap_up"

    # By identity, as enums are equal: hashing their names costs several times as much.
    __hash__ = object.__hash__


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


class QueueOutcome(Enum):
    """How a wait ended; exactly one per wait.

    NO_AGENTS, FULL and CLOSED are refusals on entering; EVICTED is what NO_AGENTS is called for
    those who waited already. OVERFLOWED: sent on by a rule. WITHDRAWN: taken out or moved by a
    person. CALLBACK: they are called back, in the same place.
    """

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    NO_AGENTS = "no_agents"
    FULL = "full"
    CLOSED = "closed"
    EVICTED = "evicted"
    OVERFLOWED = "overflowed"
    EXITED_KEY = "exited_key"
    CALLBACK = "callback"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class OfferResult(Enum):
    """How a reservation ended."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    BUSY = "busy"
    UNREGISTERED = "unregistered"
    FAILED = "failed"
    REVOKED = "revoked"


class CallOutcome(Enum):
    """How an interaction ended.

    CALLBACK: the caller is called back. NOT_REACHED, WITHDRAWN: a call back that was given up, or
    that nobody needed any more (the latter also of other work).
    """

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    ENDED_IN_IVR = "ended_in_ivr"
    VOICEMAIL = "voicemail"
    TRANSFERRED = "transferred"
    REFUSED = "refused"
    CALLBACK = "callback"
    NOT_REACHED = "not_reached"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class AttemptResult(Enum):
    """What came of dialling a customer who asked for a call back.

    AGENT_LEFT: the agent hung up before the customer answered; it counts for nothing.
    """

    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    AGENT_LEFT = "agent_left"


class CallbackResult(Enum):
    """How a request for a call back ended.

    GIVEN_UP: all attempts were used. WITHDRAWN: the customer called in, or somebody took the
    request back. EXPIRED: nobody came to it for days.
    """

    REACHED = "reached"
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


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
class Preview:
    """Whom an agent may have dialled. ``until``: then it is dialled all the same (`dials`), or not.

    ``fields``: what is known of the lead. ``reasons``: those with which it may be skipped.
    """

    until: int
    dials: bool
    number: str
    name: str
    campaign: str
    fields: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """One piece of work an agent is at, for agents who do several at a time."""

    reservation: ReservationId
    call: CallId
    channel: str
    work: Work
    since: int
