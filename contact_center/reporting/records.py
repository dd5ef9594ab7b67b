"""What is counted: waits, offers, conversations, stretches of agents' time. Made of facts.

Instants and lengths of time are integer microseconds. ``None`` for an end means: not yet.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.events import Direction
from contact_center.core.facts import OfferResult, Presence, QueueOutcome, Work
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId


class Activity(Enum):
    """What an agent's time goes into; at every instant exactly one of these.

    IDLE: ready, and nothing to do. PAUSED: not ready, and nothing to do. RINGING: an offer, until
    agent and caller hear each other. HANDLING: with a caller, hold included. OUTSIDE: on the phone
    with somebody the center has nothing to do with.
    """

    AWAY = "away"
    IDLE = "idle"
    PAUSED = "paused"
    RINGING = "ringing"
    HANDLING = "handling"
    WRAP_UP = "wrap_up"
    OUTSIDE = "outside"


def activity(presence: Presence, work: Work, *, outside: bool = False) -> Activity:
    """Say what an agent in this state spends the time on; work goes before presence."""
    match work:
        case Work.OFFERED | Work.CONNECTING:
            return Activity.RINGING
        case Work.TALKING:
            return Activity.HANDLING
        case Work.WRAP_UP:
            return Activity.WRAP_UP
        case Work.IDLE:
            if presence is Presence.LOGGED_OUT:
                return Activity.AWAY
            if outside:
                return Activity.OUTSIDE
            return Activity.IDLE if presence is Presence.READY else Activity.PAUSED


@dataclass(slots=True, kw_only=True)
class Wait:
    """One wait in one queue, from entering to the event that ended it."""

    call: CallId
    queue: QueueId
    requirement: str
    entered_at: int
    channel: str = "voice"
    ended_at: int | None = None
    outcome: QueueOutcome | None = None

    @property
    def waited_us(self) -> int:
        """From entering to the end; 0 while it goes on."""
        return 0 if self.ended_at is None else self.ended_at - self.entered_at


@dataclass(slots=True, kw_only=True)
class Offer:
    """One offer of a call to an agent.

    ``picked_up``: the agent answered the phone, whatever came of it. ``caller_left``: it ended
    because the caller hung up. ``overtook``: callers of the queue who had waited longer, and had no
    offer at that moment.
    """

    reservation: ReservationId
    queue: QueueId
    agent: AgentId
    offered_at: int
    channel: str = "voice"
    overtook: int = 0
    picked_up: bool = False
    caller_left: bool = False
    ended_at: int | None = None
    result: OfferResult | None = None

    @property
    def is_unanswered(self) -> bool:
        """Whether the agent did not answer what rang. Taken back by us does not count as that."""
        if self.picked_up or self.result in {None, OfferResult.CONNECTED}:
            return False
        return self.result is not OfferResult.REVOKED or self.caller_left


@dataclass(slots=True, kw_only=True)
class Talk:
    """One agent's part in a call. ``requirement`` is that of the wait it ended."""

    call: CallId
    queue: QueueId
    agent: AgentId
    requirement: str
    direction: Direction
    began_at: int
    ended_at: int
    talk_us: int
    hold_us: int
    channel: str = "voice"
