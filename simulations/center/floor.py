"""The production router with simulated callers and agents around it, and no telephones.

What the calls of a center would tell the router is told by the callers themselves: they come, are
offered to agents, talk, give up. It answers questions of capacity a hundred times faster than a
whole center. Who answers how fast is asked of `Answering`; agents and breaks are `duty`'s.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contact_center.core.acd import (
    AgentReserved,
    EnterQueue,
    LeaveQueue,
    Message,
    PlaceResumed,
    QueueLeft,
    QueueMoved,
    ReportAnswered,
    ReportConnected,
    ReportFinished,
    ReportWrappedUp,
    ReservationEnded,
    WaitNews,
    WrapUpEnded,
)
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId, ReservationId
from contact_center.core.outcomes import OfferResult, QueueOutcome
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import WaitStep
from contact_center.core.requests import DeskConnected, DeskLost, PresenceRequested, PresenceWish
from contact_center.core.routing import Router
from simulations.center.clock import Clock, Moment

Answering = Callable[[AgentId], int | None]
"""How long an agent lets an offer ring, in microseconds; None: until it is taken back."""
DEADLINES_AT_ONCE = 10_000


@dataclass(slots=True, kw_only=True, eq=False)
class Guest:
    """A caller, and what came of them. Instants and lengths are microseconds.

    ``patience_us`` None: never gives up. ``talk_us`` and ``wrap_up_us`` are for an agent of usual
    speed. ``asked``: the queue they came to, when they may be sent on. ``outcome`` is None while it
    is open; ``ended_at`` is when it was decided.
    """

    call: CallId
    queue: QueueId
    patience_us: int | None
    talk_us: int
    wrap_up_us: int = 0
    kind: str = ""
    requirement: str = ""
    priority: int = 0
    boost_us: int = 0
    max_wait_us: int = 900_000_000
    steps: tuple[WaitStep, ...] = ()
    asked: QueueId | None = None
    came_at: int = 0
    ended_at: int = 0
    outcome: QueueOutcome | None = None
    agent: AgentId | None = None
    reservation: ReservationId | None = None
    offers: dict[ReservationId, AgentId] = field(default_factory=dict)
    rung: int = 0

    @property
    def wait_us(self) -> int:
        """How long they waited."""
        return self.ended_at - self.came_at


def at_once(agent: AgentId) -> int | None:
    """Let every phone be answered the moment it rings."""
    return 0


def nothing(guest: Guest) -> None:
    """Take no notice."""


class Floor:
    """One pool. ``speeds`` divide the talks of the agents named there.

    ``on_end`` is told of each caller whose wait ended, ``on_free`` of each who has been served and
    whose agent's talk is over, ``on_unanswered`` of each agent who let an offer ring out,
    ``on_news`` what the router says of a wait.
    """

    def __init__(
        self, configuration: CenterConfiguration, clock: Clock, answering: Answering = at_once
    ) -> None:
        self.configuration = configuration
        self.clock = clock
        self.router = Router(configuration)
        self.router.epoch = 1
        self.speeds: dict[AgentId, float] = {}
        self.guests: dict[CallId, Guest] = {}
        self.on_end: Callable[[Guest], None] = nothing
        self.on_free: Callable[[Guest], None] = nothing
        self.on_unanswered: Callable[[AgentId], None] = lambda agent: None
        self.on_news: Callable[[WaitNews], None] = lambda news: None
        self.offers = self.unanswered = 0
        self._answering = answering
        self._out = Outbox()
        self._timer: int | None = None
        self._requests = 0
        self._told: dict[type[Message], Callable[[Any], None]] = {
            AgentReserved: self._reserved,
            ReservationEnded: self._offer_ended,
            QueueLeft: self._left,
            QueueMoved: self._moved,
            WaitNews: lambda news: self.on_news(news),
            PlaceResumed: lambda message: None,
            WrapUpEnded: lambda message: None,
        }
        self.router.set_provider(True, clock.now, self._out)
        self._settle()

    # --- callers ------------------------------------------------------------------------------

    def enter(self, guest: Guest) -> None:
        """Let a caller come, now."""
        self.guests[guest.call] = guest
        now = guest.came_at = self.clock.now
        self.tell(
            EnterQueue(
                call=guest.call,
                queue=guest.queue,
                priority=guest.priority,
                requirement=guest.requirement,
                max_wait_us=guest.max_wait_us,
                boost_us=guest.boost_us,
                steps=guest.steps,
            )
        )
        if guest.outcome is None and guest.patience_us is not None:
            self.clock.at(now + guest.patience_us, self._gives_up, guest)

    def tell(self, message: Any) -> None:
        """Tell the router what a call would, and act on what follows."""
        self.router.handle(message, self.clock.now, self._out)
        self._settle()

    def _gives_up(self, moment: Moment) -> None:
        guest: Guest = moment._value
        if guest.outcome is None:
            self._over(guest, QueueOutcome.ABANDONED)
            guest.offers.clear()
            self.tell(LeaveQueue(call=guest.call))

    def _over(self, guest: Guest, outcome: QueueOutcome) -> None:
        guest.outcome, guest.ended_at = outcome, self.clock.now
        if outcome is not QueueOutcome.ANSWERED:
            del self.guests[guest.call]
        self.on_end(guest)

    # --- what the router says -----------------------------------------------------------------

    def _reserved(self, message: AgentReserved) -> None:
        guest = self.guests[message.call]
        guest.offers[message.reservation] = message.agent
        guest.rung += 1
        self.offers += 1
        delay = self._answering(message.agent)
        if delay == 0:
            self._picked_up(guest, message.reservation)
        elif delay is not None:
            what = (guest, message.reservation)
            self.clock.at(self.clock.now + delay, self._answered, what)

    def _answered(self, moment: Moment) -> None:
        guest, reservation = moment._value
        if reservation in guest.offers:
            self._picked_up(guest, reservation)
            self._settle()

    def _picked_up(self, guest: Guest, reservation: ReservationId) -> None:
        """The agent answers, and the two talk at once."""
        agent = guest.agent = guest.offers.pop(reservation)
        guest.reservation = reservation
        out = self._out
        out.tell(ReportAnswered(call=guest.call, reservation=reservation))
        out.tell(ReportConnected(call=guest.call, reservation=reservation))
        self._over(guest, QueueOutcome.ANSWERED)
        speed = self.speeds.get(agent)
        talk = guest.talk_us if speed is None else round(guest.talk_us / speed)
        self.clock.at(self.clock.now + talk, self._finished, guest)

    def _finished(self, moment: Moment) -> None:
        guest: Guest = moment._value
        del self.guests[guest.call]
        assert guest.agent is not None
        assert guest.reservation is not None
        if guest.wrap_up_us:
            speed = self.speeds.get(guest.agent, 1.0)
            due = self.clock.now + round(guest.wrap_up_us / speed)
            self.clock.at(due, self._wrapped_up, guest)
        self.on_free(guest)
        self.tell(ReportFinished(call=guest.call, reservation=guest.reservation))

    def _wrapped_up(self, moment: Moment) -> None:
        guest: Guest = moment._value
        assert guest.agent is not None
        self.tell(ReportWrappedUp(call=guest.call, agent=guest.agent))

    def _offer_ended(self, message: ReservationEnded) -> None:
        guest = self.guests.get(message.call)
        agent = guest.offers.pop(message.reservation, None) if guest is not None else None
        if message.result is OfferResult.NO_ANSWER:
            self.unanswered += 1
            if agent is not None:
                self.on_unanswered(agent)

    def _left(self, message: QueueLeft) -> None:
        self._over(self.guests[message.call], message.outcome)

    def _moved(self, message: QueueMoved) -> None:
        self.guests[message.call].queue = message.to

    # --- agents -------------------------------------------------------------------------------

    def sign_in(self, agent: AgentId) -> None:
        """Let an agent sit down and be ready."""
        self.router.desk(DeskConnected(agent=agent), self.clock.now, self._out)
        self.wish(agent, PresenceWish.READY)

    def sign_out(self, agent: AgentId) -> None:
        """Let an agent go home, after the call they have."""
        self.wish(agent, PresenceWish.LOGGED_OUT)
        self.router.desk(DeskLost(agent=agent), self.clock.now, self._out)
        self._settle()

    def wish(self, agent: AgentId, wish: PresenceWish, reason: str = "") -> None:
        """Let an agent be ready, paused or logged out; during work, after it."""
        self._requests += 1
        request = PresenceRequested(
            agent=agent, cmd=CommandId(f"r{self._requests}"), presence=wish, reason=reason
        )
        self.router.request_presence(request, self.clock.now, self._out)
        self._settle()

    # --- one step -----------------------------------------------------------------------------

    def _settle(self) -> None:
        """Deliver what is to be told, see to what is left behind, and set the timer."""
        router, out, now = self.router, self._out, self.clock.now
        self._deliver(now)
        router.settle(now, out)
        if out.mail:
            self._deliver(now)
        router.dirty_agents.clear()
        router.dirty_queues.clear()
        out.outputs.clear()
        self._set_timer()

    def _deliver(self, now: int) -> None:
        mail: deque[Message] = self._out.mail
        told, router, out = self._told, self.router, self._out
        while mail:
            message = mail.popleft()
            act = told.get(type(message))
            if act is not None:
                act(message)
            else:
                router.handle(message, now, out)  # type: ignore[arg-type]

    def _set_timer(self) -> None:
        router = self.router
        people, media = router.people_deadlines.next(), router.media_deadlines.next()
        due = media if people is None or (media is not None and media < people) else people
        if due is not None and (self._timer is None or due < self._timer):
            self._timer = due
            self.clock.at(due, self._deadline, due)

    def _deadline(self, moment: Moment) -> None:
        if moment._value != self._timer:
            return  # an earlier one was set since
        self._timer = None
        router, out, now = self.router, self._out, self.clock.now
        for deadlines in (router.media_deadlines, router.people_deadlines):
            for _ in range(DEADLINES_AT_ONCE):
                key = deadlines.pop(now)
                if key is None:
                    break
                if key[0] == "count":
                    continue  # a fact that nobody reads here; counting goes on once it is told
                router.deadline(*key, now, out)
                self._deliver(now)
        self._settle()
