"""The messages between a call and the router.

They are messages and not method calls because the two may live in different processes: each names
its call and reservation by id, and each side checks that what it is told is still current. What
the router calls a call is any piece of work that waits for an agent: a caller, a callback, a chat,
an e-mail, a task.
"""

from dataclasses import dataclass

from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId
from contact_center.core.outcomes import Why
from contact_center.core.queue_settings import WaitStep


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
    """The caller waits for an agent from now on.

    ``priority``: the band. ``boost_us``: a head start. ``requirement``: who may serve, all in all
    (the queue's own requirement joined with the caller's); ``steps`` in ascending order.
    ``since``: when the caller's wait began, when that was in another queue or another call.
    ``caller``: who it is, in order to give a place back after a dropped call; "" for nobody known.
    ``named``: this agent and nobody else, for `named_us`. ``not_agent``: who gave the caller back,
    and does not get them again for a while, as long as somebody else is there who could serve them.
    ``returns``: it waited here before and is let in however full the queue is (an offer or a
    transfer that failed).
    ``counted``: against the queue's bounds on callers. ``outbound``: we call them (a call back).
    ``no_flow``: there is no flow to go on in, so time alone does not send them out (a call back,
    a piece of work). ``strict``: the longest wait ends also while a phone rings, as nobody whom we
    dialled may be kept. ``only``: nobody but the named agent, who must be there. ``offer_us``: how
    long an agent is held, 0 for as long as phones of the queue ring. ``at_once``: whom no agent is
    free for now is out again.
    """

    queue: QueueId
    priority: int
    requirement: str
    max_wait_us: int
    boost_us: int = 0
    since: int | None = None
    caller: str = ""
    named: AgentId | None = None
    named_us: int = 0
    steps: tuple[WaitStep, ...] = ()
    position: int | None = None
    returns: bool = False
    counted: bool = True
    outbound: bool = False
    no_flow: bool = False
    not_agent: AgentId | None = None
    strict: bool = False
    only: bool = False
    offer_us: int = 0
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue(ToRouter):
    """The caller waits no more; open reservations are void.

    ``outcome`` tells why, for the books: ABANDONED keeps the place for a while, if the queue does.
    """

    outcome: QueueOutcome = QueueOutcome.ABANDONED


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWait(ToRouter):
    """How far is the caller? Answered by WaitNews in the same step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekey(ToRouter):
    """The caller counts for more, or less: what was learned late about who it is.

    ``None`` leaves as it is. ``requirement`` and ``steps`` replace. The place in line follows from
    `boost_us` and band with the original time of arrival, or from `position` (from 1) if given.
    """

    priority: int | None = None
    boost_us: int | None = None
    requirement: str | None = None
    steps: tuple[WaitStep, ...] | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveAgent(ToRouter):
    """Reserve this very agent for a consultation or a transfer of the call, now or not at all.

    Answered by AgentReserved (with ``consult``) or ReserveRefused. ``for_us``: how long, 0 for as
    long as phones of the queue ring.
    """

    agent: AgentId
    queue: QueueId
    for_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnswered(ToRouter):
    """The agent picked up. The router revokes every other reservation of the call.

    ``patience_us``: how long it may take until both talk, 0 for as long as usual.
    """

    reservation: ReservationId
    patience_us: int = 0


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
    """The agent's part is over; wrap-up begins, unless there is nothing to wrap up.

    ``missed``: they were gone before they can have talked, so it is an offer they did not take.
    """

    reservation: ReservationId
    wrap_up: bool = True
    missed: bool = False


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
    """This agent may be rung for the call until `expires_at`.

    A call that rings many has several of these at a time; the first to answer wins. ``consult``:
    it answers a ReserveAgent and does not touch the caller's wait.
    """

    reservation: ReservationId
    agent: AgentId
    queue: QueueId
    expires_at: int
    why: Why = Why()
    consult: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveRefused(ToCall):
    """The agent asked for by ReserveAgent cannot be had; ``code`` says why (``busy``, ...)."""

    agent: AgentId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationEnded(ToCall):
    """The router ended a reservation by itself (ring-no-answer, declined, another won).

    `cmd` is the agent's request that caused it, if one did.
    """

    reservation: ReservationId
    result: OfferResult
    cmd: CommandId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMoved(ToCall):
    """The caller waits in another queue from now on, with the same age (overflow, a supervisor).

    Until the call says with Rekey what it asks for there, it asks for what it did and for what the
    new queue asks. ``position``: from 1, where a person put it; it goes back with the Rekey.
    """

    queue: QueueId
    to: QueueId
    outcome: QueueOutcome
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(ToCall):
    """The router ends the wait: full, no agents, waited too long, withdrawn."""

    queue: QueueId
    outcome: QueueOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceResumed(ToCall):
    """The caller had hung up in line a little while ago, and has the place they had then."""

    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitNews(ToCall):
    """How far the caller is. `position` from 1; times are microseconds from now.

    The wait to expect lies between `low_us` and `high_us` four times out of five; ``None`` when
    nobody is there who could serve the caller, so that nothing can be said.
    """

    queue: QueueId
    position: int
    waiting: int
    expected_us: int | None
    low_us: int | None
    high_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(ToCall):
    """Nobody will write notes on this call any more: it may be forgotten."""

    agent: AgentId
