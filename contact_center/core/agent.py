"""One agent: two states on two axes.

*Presence* is what the person chose (logged out, ready, paused for a reason). *Work* is what the
system sees (idle, offered, connecting, talking, wrap-up). An agent can be paused and talking: they
asked for a break during the call. Only an agent who is ready *and* idle *and* not resting after a
failed offer is available.
"""

from dataclasses import dataclass
from enum import Enum

from contact_center.core.facts import AgentChanged, Presence, Work
from contact_center.core.ids import AgentId, CallId, ReservationId
from contact_center.core.machine import Machine


class WorkTrigger(Enum):
    """What moves an agent's work."""

    RESERVE = "reserve"
    ANSWER = "answer"
    CONNECT = "connect"
    RELEASE = "release"
    FINISH = "finish"
    WRAPPED_UP = "wrapped_up"


WORK = Machine(
    name="agent work",
    initial=Work.IDLE,
    moves={
        (Work.IDLE, WorkTrigger.RESERVE): Work.OFFERED,
        (Work.OFFERED, WorkTrigger.ANSWER): Work.CONNECTING,
        (Work.OFFERED, WorkTrigger.RELEASE): Work.IDLE,
        (Work.CONNECTING, WorkTrigger.CONNECT): Work.TALKING,
        (Work.CONNECTING, WorkTrigger.RELEASE): Work.IDLE,
        (Work.TALKING, WorkTrigger.FINISH): Work.WRAP_UP,
        (Work.WRAP_UP, WorkTrigger.WRAPPED_UP): Work.IDLE,
    },
)


@dataclass(slots=True, kw_only=True)
class Agent:
    """State of one agent. Only the router writes it. Instants are microseconds UTC.

    ``available_since`` is the longest-idle clock: it starts at login, at the end of a pause and at
    the end of wrap-up, and starts anew when an offer was not answered. ``order`` breaks ties.
    """

    agent: AgentId
    order: int
    presence: Presence = Presence.LOGGED_OUT
    reason: str = ""
    next_presence: Presence | None = None
    next_reason: str = ""
    work: Work = Work.IDLE
    since: int = 0
    available_since: int = 0
    resting_until: int = 0
    call: CallId | None = None
    reservation: ReservationId | None = None
    held: bool = False
    wrap_up_until: int | None = None
    at_desk: bool = False

    @property
    def is_available(self) -> bool:
        """Whether a caller may be offered now."""
        return (
            self.presence is Presence.READY and self.work is Work.IDLE and self.resting_until == 0
        )

    def move(self, trigger: WorkTrigger, now: int) -> None:
        """Change work by the table. Raises IllegalTransitionError and changes nothing then."""
        self.work = WORK.after(self.work, trigger)
        self.since = now
        if self.work is Work.IDLE:
            self.call = None
            self.reservation = None
            self.held = False
            self.wrap_up_until = None
            self.available_since = now

    def choose(self, presence: Presence, reason: str, now: int) -> None:
        """Take up a presence at once."""
        if presence is not self.presence:
            self.since = now
            self.available_since = now
        self.presence = presence
        self.reason = reason if presence is Presence.PAUSED else ""
        self.next_presence = None
        self.next_reason = ""

    def changed(self, now: int) -> AgentChanged:
        """State as a fact."""
        return AgentChanged(
            at=now,
            agent=self.agent,
            presence=self.presence,
            reason=self.reason,
            work=self.work,
            since=self.since,
            next_presence=self.next_presence,
            next_reason=self.next_reason,
            call=self.call,
            reservation=self.reservation,
            held=self.held,
            wrap_up_until=self.wrap_up_until,
        )
