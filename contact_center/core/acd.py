"""The messages between a call and the router.

They are messages and not method calls because the two may live in different processes: each names
its call and reservation by id, and each side checks that what it is told is still current.
"""

from dataclasses import dataclass

from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Anything a call and the router tell each other."""

    call: CallId


# --- from the call ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRouter(Message):
    """Something the router must act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterQueue(ToRouter):
    """The caller waits for an agent from now on."""

    queue: QueueId
    priority: int
    skills: tuple[tuple[str, int], ...]
    max_wait_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue(ToRouter):
    """The caller waits no more; an open reservation is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnswered(ToRouter):
    """The agent picked up."""

    reservation: ReservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportConnected(ToRouter):
    """Caller and agent hear each other."""

    reservation: ReservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFailed(ToRouter):
    """The agent did not come to talk; the caller is to be offered again, in the same place."""

    reservation: ReservationId
    result: OfferResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHold(ToRouter):
    """The caller was put on hold, or brought back."""

    reservation: ReservationId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFinished(ToRouter):
    """The conversation is over; wrap-up begins."""

    reservation: ReservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWrappedUp(ToRouter):
    """The agent said how the call ended: wrap-up is over."""

    agent: AgentId


# --- from the router ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall(Message):
    """Something the call must act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReserved(ToCall):
    """This agent, and nobody else, may be rung for the call until `expires_at`."""

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationEnded(ToCall):
    """The router ended a reservation by itself (ring-no-answer, declined, agent left).

    `cmd` is the agent's request that caused it, if one did.
    """

    reservation: ReservationId
    result: OfferResult
    cmd: CommandId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(ToCall):
    """The router ends the wait: full, no agents, waited too long."""

    queue: QueueId
    outcome: QueueOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(ToCall):
    """Nobody will write notes on this call any more: it may be forgotten."""

    agent: AgentId
