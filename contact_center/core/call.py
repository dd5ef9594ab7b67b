"""The state of one call, and the table of its life.

A call begins with its caller's leg and ends when its last leg is gone. In between it is in exactly
one phase; the phase says who may speak: the flow (IVR), the router (WAITING, OFFERING), the switch
(CONNECTING, DIALING, CALLING, RINGING, SCREENING, ENDING), people (TALKING, HELD, BRIDGED), the
clock (SCHEDULED) or nobody (PARKED). A call back begins without a leg; a piece of work that is no
call never has one.
"""

from dataclasses import dataclass, field
from enum import Enum

from contact_center.core.acd import EnterQueue
from contact_center.core.dialled import Dialled
from contact_center.core.events import Customer, Direction, PastInteraction
from contact_center.core.facts import CallOutcome
from contact_center.core.ids import (
    AgentId,
    CallId,
    CallIds,
    CommandId,
    LegId,
    PlaybackId,
    QueueId,
    RecordingId,
    ReservationId,
)
from contact_center.core.ivr.session import IvrSession
from contact_center.core.machine import Machine
from contact_center.core.parties import (
    Acceptance,
    Consultation,
    Offer,
    Parked,
    Part,
    Recorded,
    Reserving,
    Supervisor,
)
from contact_center.core.place import CallbackRequest, Place, Task, Told
from contact_center.core.visits import Expected


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
    PARKED = "parked"
    SCHEDULED = "scheduled"
    CALLING = "calling"
    RINGING = "ringing"
    SCREENING = "screening"
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
    REQUEUE = "requeue"
    PARK = "park"
    POSTPONE = "postpone"
    CALL_BACK = "call_back"
    REACHED = "reached"
    RING = "ring"
    SCREEN = "screen"
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
        (_P.DIALING, _T.REQUEUE): _P.WAITING,
        (_P.PARKED, _T.AGENT_ANSWERED): _P.CONNECTING,
        (_P.PARKED, _T.REQUEUE): _P.WAITING,
        # An agent passes the caller on: to a queue, an agent, a number or a supervisor, or aside.
        **{(phase, _T.REQUEUE): _P.WAITING for phase in (_P.TALKING, _P.HELD)},
        **{(phase, _T.RESERVE): _P.OFFERING for phase in (_P.TALKING, _P.HELD)},
        **{(phase, _T.DIAL): _P.DIALING for phase in (_P.TALKING, _P.HELD)},
        **{(phase, _T.BRIDGE): _P.BRIDGED for phase in (_P.TALKING, _P.HELD)},
        **{(phase, _T.PARK): _P.PARKED for phase in (_P.TALKING, _P.HELD)},
        # The caller pressed a key while a phone rang for them.
        (_P.OFFERING, _T.RETURN): _P.IVR,
        # Whoever the caller talked with has left, and the caller has not.
        **{(phase, _T.RETURN): _P.IVR for phase in (_P.TALKING, _P.HELD, _P.BRIDGED)},
        # Calling somebody back: the agent is there first, then the customer is dialled.
        (_P.OFFERED, _T.QUEUE): _P.WAITING,
        (_P.OFFERED, _T.POSTPONE): _P.SCHEDULED,
        (_P.SCHEDULED, _T.QUEUE): _P.WAITING,
        (_P.WAITING, _T.POSTPONE): _P.SCHEDULED,
        (_P.OFFERING, _T.CALL_BACK): _P.CALLING,
        (_P.CALLING, _T.REACHED): _P.CONNECTING,
        (_P.CALLING, _T.OFFER_FAILED): _P.WAITING,
        (_P.CALLING, _T.POSTPONE): _P.SCHEDULED,
        # Somebody is dialled: the flow begins when a person answers.
        (_P.OFFERED, _T.RING): _P.RINGING,
        (_P.RINGING, _T.SCREEN): _P.SCREENING,
        (_P.RINGING, _T.BEGIN): _P.IVR,
        (_P.SCREENING, _T.BEGIN): _P.IVR,
        (_P.ENDING, _T.GONE): _P.ENDED,
        **{(phase, _T.END): _P.ENDING for phase in _P if phase not in {_P.ENDING, _P.ENDED}},
    },
)


class LegKind(Enum):
    """Whose leg it is."""

    CALLER = "caller"
    AGENT = "agent"
    NUMBER = "number"
    SUPERVISOR = "supervisor"


@dataclass(slots=True, kw_only=True)
class Leg:
    """One live leg of a call. ``joined``: it is in the call's talk, as far as we were told.

    ``held``: it hears music instead. ``muted``: the others do not hear it.
    """

    leg: LegId
    kind: LegKind
    up: bool = False
    joined: bool = False
    held: bool = False
    muted: bool = False
    agent: AgentId | None = None


@dataclass(slots=True, kw_only=True)
class Call:
    """Everything the core knows about one call. Only the call reducer writes it.

    ``early_keys``: pressed before the flow began. ``joining``: the commands that make the talk.
    ``pressing``: the latest ones that send keys for an agent.

    ``queued_at``: when the present wait began; ``since``: when the first one did, which is the age
    that counts in every line. ``entry``: what the router was told last about where the caller
    waits; ``in_line``: that still stands.

    ``offers``: whose phones ring, in order. ``part``: the agent's who has the caller, from the
    answer on; ``connected_at``: when the first of them was connected. ``passed_on``: an agent gave
    the caller away. ``acceptance``: a number is asked whether it takes the caller. ``wrappers``:
    agents who still write notes.

    ``remembered``: the language that was last chosen in a call with this number.
    ``place``: what was asked for when the caller entered a queue last. ``told``: what they heard in
    the wait that goes on. ``callback``: it is a call back, and has no leg until an agent is there;
    ``task``: it is no phone call and never has one. ``dial``: a dialer asked for it.
    ``visit``: it came from the browser of a visitor of the web page.
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
    remembered: str = ""
    queue: QueueId | None = None
    queued_at: int = 0
    since: int | None = None
    entry: EnterQueue | None = None
    in_line: bool = False
    reason: str = ""
    offers: dict[ReservationId, Offer] = field(default_factory=dict)
    part: Part | None = None
    consult: Consultation | None = None
    reserving: Reserving | None = None
    parked: Parked | None = None
    supervisors: dict[str, Supervisor] = field(default_factory=dict)
    supervised: int = 0
    recordings: dict[RecordingId, Recorded] = field(default_factory=dict)
    whispering: PlaybackId | None = None
    acceptance: Acceptance | None = None
    passed_on: bool = False
    served_by: AgentId | None = None
    has_talk: bool = False
    joining: tuple[CommandId, ...] = ()
    pressing: tuple[CommandId, ...] = ()
    connected_at: int | None = None
    transfers: int = 0
    end_tries: int = 0
    outcome: CallOutcome | None = None
    lost: bool = False
    wrappers: dict[AgentId, ReservationId] = field(default_factory=dict)
    place: Place | None = None
    told: Told | None = None
    callback: CallbackRequest | None = None
    callbacks: int = 0
    customer_leg: LegId | None = None
    task: Task | None = None
    dial: Dialled | None = None
    visit: Expected | None = None

    @property
    def reservation(self) -> ReservationId | None:
        """The reservation of the agent who has the caller, else of the first whose phone rings."""
        if self.part is not None:
            return self.part.reservation
        return next(iter(self.offers), None)

    @property
    def agent(self) -> AgentId | None:
        """Whose reservation that is."""
        if self.part is not None:
            return self.part.agent
        return next((offer.agent for offer in self.offers.values()), None)

    @property
    def accept(self) -> CommandId | None:
        """An open request to answer a phone."""
        return next((o.accept for o in self.offers.values() if o.accept is not None), None)

    @property
    def wrapping(self) -> AgentId | None:
        """An agent who still writes notes."""
        return next(iter(self.wrappers), None)

    @property
    def screens(self) -> dict[AgentId, ReservationId]:
        """Who looks at this call, and by which reservation."""
        looking = dict(self.wrappers)
        looking.update({offer.agent: offer.reservation for offer in self.offers.values()})
        for part in (self.part, self.consult.part if self.consult is not None else None):
            if part is not None:
                looking[part.agent] = part.reservation
        return looking

    @property
    def caller(self) -> LegId:
        """The caller's leg: it has the call's own id, unless we called them (`customer_leg`)."""
        return self.customer_leg or LegId(self.call)

    @property
    def is_over(self) -> bool:
        """Whether nothing but wrap-up can still happen."""
        return self.phase in {CallPhase.ENDING, CallPhase.ENDED}

    def move(self, trigger: CallTrigger) -> None:
        """Change phase by the table. Raises IllegalTransitionError and changes nothing then."""
        self.phase = CALL.after(self.phase, trigger)
