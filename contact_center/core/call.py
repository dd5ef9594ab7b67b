"""The state of one call, and the table of its life.

A call begins with its caller's leg and ends when its last leg is gone. In between it is in exactly
one phase; the phase says who may speak: the flow (IVR), the router (WAITING, OFFERING), the switch
(CONNECTING, DIALING, ENDING) or people (TALKING, HELD, BRIDGED).
"""

from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.events import Customer, Direction, PastInteraction
from contact_center.core.facts import CallOutcome
from contact_center.core.ids import (
    AgentId,
    CallId,
    CallIds,
    CommandId,
    LegId,
    QueueId,
    ReservationId,
)
from contact_center.core.ivr.session import IvrSession
from contact_center.core.machine import Machine


class CallPhase(Enum):
    """Where a call is in its life."""

    OFFERED = "offered"
    IVR = "ivr"
    WAITING = "waiting"
    OFFERING = "offering"
    CONNECTING = "connecting"
    TALKING = "talking"
    HELD = "held"
    DIALING = "dialing"
    BRIDGED = "bridged"
    ENDING = "ending"
    ENDED = "ended"


class CallTrigger(Enum):
    """What moves a call."""

    BEGIN = "begin"
    QUEUE = "queue"
    RESERVE = "reserve"
    OFFER_FAILED = "offer_failed"
    AGENT_ANSWERED = "agent_answered"
    CONNECT = "connect"
    HOLD = "hold"
    UNHOLD = "unhold"
    RETURN = "return"
    DIAL = "dial"
    BRIDGE = "bridge"
    END = "end"
    GONE = "gone"


_P, _T = CallPhase, CallTrigger

CALL = Machine(
    name="call",
    initial=CallPhase.OFFERED,
    moves={
        (_P.OFFERED, _T.BEGIN): _P.IVR,
        (_P.IVR, _T.QUEUE): _P.WAITING,
        (_P.WAITING, _T.RESERVE): _P.OFFERING,
        (_P.WAITING, _T.RETURN): _P.IVR,
        (_P.OFFERING, _T.OFFER_FAILED): _P.WAITING,
        (_P.OFFERING, _T.AGENT_ANSWERED): _P.CONNECTING,
        (_P.CONNECTING, _T.OFFER_FAILED): _P.WAITING,
        (_P.CONNECTING, _T.CONNECT): _P.TALKING,
        (_P.TALKING, _T.HOLD): _P.HELD,
        (_P.HELD, _T.UNHOLD): _P.TALKING,
        (_P.IVR, _T.DIAL): _P.DIALING,
        (_P.DIALING, _T.RETURN): _P.IVR,
        (_P.DIALING, _T.BRIDGE): _P.BRIDGED,
        (_P.ENDING, _T.GONE): _P.ENDED,
        **{(phase, _T.END): _P.ENDING for phase in _P if phase not in {_P.ENDING, _P.ENDED}},
    },
)


class LegKind(Enum):
    """Whose leg it is."""

    CALLER = "caller"
    AGENT = "agent"
    NUMBER = "number"


@dataclass(slots=True, kw_only=True)
class Leg:
    """One live leg of a call. ``joined``: it is in the call's talk, as far as we were told."""

    leg: LegId
    kind: LegKind
    up: bool = False
    joined: bool = False
    agent: AgentId | None = None


@dataclass(slots=True, kw_only=True)
class Call:
    """Everything the core knows about one call. Only the call reducer writes it.

    ``early_keys``: pressed before the flow began. ``joining``: the commands that make the talk.
    """

    call: CallId
    ids: CallIds
    direction: Direction
    ani: str
    did: str
    ani_name: str
    started_at: int
    phase: CallPhase = CallPhase.OFFERED
    legs: dict[LegId, Leg] = field(default_factory=dict)
    session: IvrSession | None = None
    early_keys: str = ""
    looked_up: bool = False
    customers: tuple[Customer, ...] = ()
    history: tuple[PastInteraction, ...] = ()
    queue: QueueId | None = None
    queued_at: int = 0
    reason: str = ""
    reservation: ReservationId | None = None
    agent: AgentId | None = None
    accept: CommandId | None = None
    accept_sent: CommandId | None = None
    has_talk: bool = False
    joining: tuple[CommandId, ...] = ()
    connected_at: int | None = None
    held_at: int | None = None
    held_us: int = 0
    transfers: int = 0
    end_tries: int = 0
    outcome: CallOutcome | None = None
    lost: bool = False
    wrapping: AgentId | None = None

    @property
    def caller(self) -> LegId:
        """The caller's leg: it has the call's own id."""
        return LegId(self.call)

    @property
    def is_over(self) -> bool:
        """Whether nothing but wrap-up can still happen."""
        return self.phase in {CallPhase.ENDING, CallPhase.ENDED}

    def move(self, trigger: CallTrigger) -> None:
        """Change phase by the table. Raises IllegalTransitionError and changes nothing then."""
        self.phase = CALL.after(self.phase, trigger)
