"""What the router has promised to calls and people, kept from messages and facts alone.

A small call half: it knows of each call what it was told, and of each agent what they are at by
what calls were told. It shares nothing with the router but the messages.
"""

from collections import Counter
from dataclasses import dataclass, field

from contact_center.core.acd import (
    AgentReserved,
    EnterQueue,
    QueueLeft,
    QueueMoved,
    ReservationEnded,
    ReserveRefused,
    ToCall,
    WaitNews,
    WrapUpEnded,
)
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import AgentChanged, OfferResult, QueueChanged, QueueOutcome
from contact_center.core.hours import Opening
from contact_center.core.ids import AgentId, CallId, QueueId, ReservationId
from contact_center.core.lines import Waiting
from contact_center.core.output import Output
from contact_center.core.queue_settings import Channel, WrapUpMode
from contact_center.core.routing import Router
from contact_center.core.staff import SHORTEST_REST_US
from contact_center.core.staff_facts import QueuePauseChanged


@dataclass(slots=True)
class Held:
    """An agent held for a call, as the call knows it."""

    reservation: ReservationId
    call: CallId
    agent: AgentId
    queue: QueueId
    made_at: int
    consult: bool = False
    answered: bool = False
    connected_at: int | None = None


@dataclass(slots=True)
class Wrap:
    """A wrap-up that goes on: not to be over before `until`, but by the agent's own will."""

    agent: AgentId
    call: CallId
    channel: Channel
    cost: int
    until: int
    most: int


@dataclass(slots=True)
class Books:
    """Everything that is promised."""

    configuration: CenterConfiguration
    waiting: dict[CallId, QueueId] = field(default_factory=dict)
    since: dict[CallId, int] = field(default_factory=dict)
    ends_at: dict[CallId, int] = field(default_factory=dict)
    gone: set[CallId] = field(default_factory=set)
    held: dict[ReservationId, Held] = field(default_factory=dict)
    wraps: list[Wrap] = field(default_factory=list)
    resting: dict[AgentId, int] = field(default_factory=dict)
    ever: set[ReservationId] = field(default_factory=set)
    told: dict[str, AgentChanged | QueueChanged] = field(default_factory=dict)
    outcomes: Counter[QueueOutcome] = field(default_factory=Counter)
    wrap_ups: Counter[CallId] = field(default_factory=Counter)
    finished: Counter[CallId] = field(default_factory=Counter)
    redials: dict[tuple[QueueId, str], tuple[int, int]] = field(default_factory=dict)
    breaks: dict[tuple[AgentId, QueueId], int] = field(default_factory=dict)
    breaks_ever: int = 0
    refusals: int = 0
    news: int = 0

    # --- what is told -------------------------------------------------------------------------

    def hear(self, message: ToCall, router: Router, now: int) -> None:
        """Take what a call is told."""
        match message:
            case AgentReserved():
                self._reserved(message, router, now)
            case ReservationEnded():
                held = self.held.pop(message.reservation, None)
                assert held is not None, f"I4: {message} ends what is over"
                assert held.call == message.call
                self.rest(held, message.result, now)
            case QueueMoved():
                assert self.waiting.get(message.call) == message.queue, f"I5: {message}"
                self.waiting[message.call] = message.to
                self._takes(message, now)
            case QueueLeft():
                self._left(message, now)
            case WrapUpEnded():
                self._wrapped_up(message, now)
            case ReserveRefused():
                self.refusals += 1
            case WaitNews():
                self.news += 1
                assert message.waiting >= message.position >= 1, message
                low, mean, high = message.low_us, message.expected_us, message.high_us
                if mean is not None and low is not None and high is not None:
                    assert 0 <= low <= mean, message
                    assert low <= high, message

    def _takes(self, message: QueueMoved, now: int) -> None:
        """Whom rules send on comes to a queue that is open and has room, however long the way."""
        to = self.configuration.queues[message.to]
        if message.outcome is QueueOutcome.OVERFLOWED:
            hours = self.configuration.calendars.get(to.calendar)
            assert hours is None or hours.at(now) is Opening.OPEN, f"{message}: it is closed"
            there = sum(queue == message.to for queue in self.waiting.values())
            assert there <= to.max_waiting, f"{message}: it is full"

    def _reserved(self, message: AgentReserved, router: Router, now: int) -> None:
        assert message.reservation not in self.ever, f"I2: {message} is told twice"
        self.ever.add(message.reservation)
        made = router.reservations.get(message.reservation)
        assert made is None or made.epoch == router.epoch, f"I11: {message} is of another epoch"
        assert message.call not in self.gone, f"I4: {message} is for somebody who has gone"
        if not message.consult:
            on_a_break = (message.agent, message.queue) in self.breaks
            assert not on_a_break, f"I14: {message} is for somebody on a break from it"
        assert message.expires_at > now, f"I16: {message} is over at once"
        if not message.consult:
            assert self.waiting.get(message.call) == message.queue, f"I4: {message}"
        for held in self.held.values():
            same = held.call == message.call
            assert not (same and held.agent == message.agent), f"I1: {message} rings twice"
            won = held.answered and not held.consult and not message.consult
            assert not (same and won), f"I2: {message} is for somebody who has an agent"
        assert now >= self.resting.get(message.agent, 0), f"I13: {message.agent} rests"
        self._has_room(message, now)
        self.held[message.reservation] = Held(
            message.reservation, message.call, message.agent, message.queue, now, message.consult
        )

    def _has_room(self, message: AgentReserved, now: int) -> None:
        """I1 and I9: what agents are at, wrap-up included, leaves room for one more."""
        own = self.configuration.agents[message.agent]
        channel = self.configuration.queues[message.queue].channel
        channels = [
            self.configuration.queues[held.queue].channel
            for held in self.held.values()
            if held.agent == message.agent
        ]
        channels += [wrap.channel for wrap in self.wraps if wrap.agent == message.agent]
        limits = own.channels
        assert channels.count(channel) < limits[channel].most, f"I1/I9: {message}, {channels}"
        cost = sum(limits[one].cost for one in [*channels, channel] if one in limits)
        assert cost <= own.capacity, f"I1/I9: {message}, {channels}"

    def _left(self, message: QueueLeft, now: int) -> None:
        queue = self.waiting.pop(message.call, None)
        assert queue == message.queue, f"I5: {message}, which waits in {queue}"
        rung = [h for h in self.held.values() if h.call == message.call and not h.consult]
        assert not rung, f"I5: {message} while {rung}"
        self.outcomes[message.outcome] += 1
        if message.outcome is QueueOutcome.TIMED_OUT:
            assert now >= self.ends_at[message.call], f"I16: {message} is early"

    def _wrapped_up(self, message: WrapUpEnded, now: int) -> None:
        mine = [w for w in self.wraps if (w.call, w.agent) == (message.call, message.agent)]
        assert mine, f"I10: {message}, which never began"
        self.wraps.remove(mine[0])
        self.wrap_ups[message.call] += 1
        assert now >= mine[0].until, f"I9: {message} is early: {mine[0]}"
        assert now <= mine[0].most, f"I3: {message} is late: {mine[0]}"

    def state(self, output: Output) -> None:
        """Take a fact: screens show what was told last."""
        if isinstance(output, AgentChanged):
            self.told[output.agent] = output
        elif isinstance(output, QueueChanged):
            self.told[output.queue] = output
        elif isinstance(output, QueuePauseChanged):
            break_ = (output.agent, output.queue)
            assert output.on != (break_ in self.breaks), f"I14: {output} is told twice"
            if output.on:
                self.breaks[break_] = output.since
                self.breaks_ever += 1
            else:
                assert self.breaks.pop(break_) == output.since, f"I14: {output}"

    # --- what calls and people do -------------------------------------------------------------

    def rest(self, held: Held, result: OfferResult, now: int) -> None:
        """I13: after an offer that failed, an agent is left in peace for a while; whoever had
        picked up is there and wants calls, so the shortest while is enough."""
        agent = held.agent
        own = self.configuration.agents[agent].back_off or self.configuration.timing.back_off
        span = {
            OfferResult.DECLINED: 0 if held.answered else own.declined_us,
            OfferResult.BUSY: own.busy_us,
            OfferResult.NO_ANSWER: own.no_answer_us,
            OfferResult.UNREGISTERED: own.unregistered_us,
            OfferResult.FAILED: own.failed_us,
            OfferResult.REVOKED: None,
            OfferResult.CONNECTED: None,
        }[result]
        if span is not None:
            until = now + max(span, SHORTEST_REST_US)
            self.resting[agent] = max(self.resting.get(agent, 0), until)

    def cut_off(self, waiting: Waiting, now: int) -> None:
        """A caller hung up: if they call again soon, they have the same place."""
        # Whoever was sent on had called the first of these queues.
        called = waiting.visited[0] if waiting.visited else waiting.queue
        called = called if called in self.configuration.queues else waiting.queue
        redial = self.configuration.queues[called].redial_us
        if redial > 0 and waiting.caller:
            self.redials[called, waiting.caller] = (waiting.since, now + redial)

    def since_of(self, message: EnterQueue, now: int) -> int:
        """Say how old the wait of somebody who comes must be."""
        since = now if message.since is None else message.since
        had, until = self.redials.get((message.queue, message.caller), (since, 0))
        return min(since, had) if until > now else since

    def over(self, call: CallId) -> None:
        """A caller is gone: whatever is held for their wait is void."""
        self.waiting.pop(call, None)
        for name in [n for n, h in self.held.items() if h.call == call and not h.consult]:
            if self.held[name].connected_at is None:
                del self.held[name]

    def finish(self, held: Held, wrap_up: bool, wanted: bool, now: int) -> None:
        """The talk is over, and wrap-up begins."""
        del self.held[held.reservation]
        self.finished[held.call] += 1
        settings = self.configuration.queues[held.queue].wrap_up
        own = self.configuration.agents[held.agent]
        channel = self.configuration.queues[held.queue].channel
        usual = settings.us if own.wrap_up_us is None else own.wrap_up_us
        span = {
            WrapUpMode.NONE: 0,
            WrapUpMode.TIMED: usual,
            WrapUpMode.OPTIONAL: usual if wanted else 0,
            WrapUpMode.MANDATORY: settings.most_us,
            WrapUpMode.DISCRETIONARY: settings.most_us,
        }[settings.mode]
        span = span if wrap_up else 0
        limit = own.channels.get(channel)
        self.wraps.append(
            Wrap(
                held.agent,
                held.call,
                channel,
                limit.cost if limit is not None else 0,
                now + span,
                now + max(span, settings.most_us),
            )
        )

    def check(self, router: Router) -> None:
        """What calls believe is what the router believes."""
        believed = {name: w.queue for name, w in router.waiting.items()}
        assert self.waiting == believed, "I5: who waits, and where"
        states = {
            r.reservation: (r.call, r.agent, r.queue, r.consult)
            for r in router.reservations.values()
        }
        known = {h.reservation: (h.call, h.agent, h.queue, h.consult) for h in self.held.values()}
        assert known == states, "I3: who is held for whom"
        wraps = sorted((w.agent, w.call) for w in self.wraps)
        jobs = [
            (a.agent, a.jobs[n]) for n, i in router.wrapping.items() for a in [router.agents[i]]
        ]
        assert wraps == sorted((agent, job.call) for agent, job in jobs), "I9: who wraps up"
        breaks = {
            (a.agent, q): p.since for a in router.agents.values() for q, p in a.paused_in.items()
        }
        assert self.breaks == breaks, "I14: who is on a break from which queue"
        for call, count in self.wrap_ups.items():
            assert count <= self.finished[call], f"I10: {call} is wrapped up too often"
        for name, told in self.told.items():
            if isinstance(told, AgentChanged) and name in router.agents:
                capacity = router.configuration.agents[told.agent].capacity
                now = router.agents[told.agent].changed(told.at, capacity)
                assert told == now, f"what was told of {name} is old"
            elif isinstance(told, QueueChanged) and name in router.configuration.queues:
                is_now = router.queue_state(told.queue, told.at)
                assert told == is_now, f"what was told of {name} is old"
