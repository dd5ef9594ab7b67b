"""What must be true of a center after every event: the trade's promises, checked from scratch.

Nothing here trusts an index of the center: lines, benches and counts are counted again, orders are
found by looking at everybody, and what was promised in facts is kept in a ledger of its own.
"""

from collections import Counter
from collections.abc import Sequence

from contact_center.core.call import Call, CallPhase
from contact_center.core.center import Center
from contact_center.core.commands import Originate
from contact_center.core.events import CallEnded, DeadlinePassed, Event
from contact_center.core.facts import (
    AgentChanged,
    AgentOffered,
    CallConnected,
    CallFact,
    CallFinished,
    CallOutcome,
    CallQueued,
    CallStarted,
    ConversationEnded,
    DispositionRecorded,
    FaultFound,
    LegAnswered,
    LegEnded,
    LegStarted,
    OfferEnded,
    OfferResult,
    Presence,
    QueueChanged,
    RequestAnswered,
    WaitEnded,
    Work,
)
from contact_center.core.ids import AgentId, CallId, CommandId, LegId, agent_leg, call_of_leg
from contact_center.core.output import Output
from contact_center.core.queue import Waiting
from contact_center.core.requests import AcceptRequested, AgentRequest, PresenceRequested
from contact_center.core.requests import PresenceWish as Wish
from contact_center.core.routing import Reservation, ReservationState
from contact_center.core.skills import requirement

P, R = CallPhase, ReservationState
_TIMER_OF = {
    P.WAITING: "wait",
    P.DIALING: "dial",
    P.IVR: "ivr",
    P.ENDING: "ending",
    P.OFFERED: "call",
    P.TALKING: "call",
    P.HELD: "call",
    P.BRIDGED: "call",
}
_WORK_OF = {R.OFFERED: Work.OFFERED, R.ANSWERED: Work.CONNECTING, R.CONNECTED: Work.TALKING}
_PHASE_OF = {
    R.OFFERED: {P.OFFERING},
    R.ANSWERED: {P.CONNECTING},
    R.CONNECTED: {P.TALKING, P.HELD},
}


class Ledger:
    """What was promised and is still owed. `observe` takes each event with what came of it."""

    def __init__(self) -> None:
        self.last_seq: dict[CallId, int] = {}
        self.started: set[CallId] = set()
        self.finished: set[CallId] = set()
        self.refused: set[CallId] = set()
        self.callers_gone: set[CallId] = set()
        self.legs: dict[LegId, bool] = {}
        self.told: dict[str, AgentChanged | QueueChanged] = {}
        self.waiting: set[CallId] = set()
        self.offers: dict[str, AgentId] = {}
        self.talks: dict[str, AgentId] = {}
        self.ever_offered: set[str] = set()
        self.resting: dict[AgentId, int] = {}
        self.wrapping: dict[AgentId, int] = {}
        self.asked: dict[CommandId, AgentRequest] = {}
        self.answered: set[CommandId] = set()

    def observe(self, center: Center, event: Event, now: int, outputs: Sequence[Output]) -> None:
        if isinstance(event, AgentRequest):
            self.asked[event.cmd] = event
            if isinstance(event, PresenceRequested) and event.presence is Wish.READY:
                self.resting.pop(event.agent, None)
                self.wrapping.pop(event.agent, None)
        if isinstance(event, CallEnded) and event.leg == event.call:
            self.callers_gone.add(event.call)
        for output in outputs:
            self._output(center, output, now)
        self._requests(center)
        self._screens(center)

    def _screens(self, center: Center) -> None:
        """What screens were told last is what is so."""
        for queue in center.configuration.queues:
            told = self.told.get(queue)
            if told is not None:
                assert told == center.router.queue_state(queue, told.at)
        for agent in center.router.agents.values():
            told = self.told.get(agent.agent)
            if told is not None:
                assert told == agent.changed(told.at)

    def _output(self, center: Center, output: Output, now: int) -> None:
        match output:
            case FaultFound():
                raise AssertionError(f"a bug of ours: {output}")
            case Originate():
                call = call_of_leg(output.leg)
                assert call not in self.callers_gone, f"{output.leg} is rung for nobody"
                assert call not in self.finished
            case AgentChanged():
                self.told[output.agent] = output
            case QueueChanged():
                self.told[output.queue] = output
            case RequestAnswered():
                assert output.cmd in self.asked, "an answer to nothing"
                assert output.cmd not in self.answered, f"{output.cmd} is answered twice"
                assert output.agent == self.asked[output.cmd].agent
                self.answered.add(output.cmd)
        if isinstance(output, CallFact):
            self._count(output)
            self._call_fact(center, output, now)

    def _count(self, fact: CallFact) -> None:
        if isinstance(fact, CallStarted) and fact.call in self.refused:
            # Refused once more, in the same words: readers know these facts by their numbers.
            self.started.discard(fact.call)
            self.finished.discard(fact.call)
            self.last_seq[fact.call] = 0
        expected = self.last_seq.get(fact.call, 0) + 1
        assert fact.seq == expected, f"{fact.call}: fact {expected} is missing before {fact}"
        self.last_seq[fact.call] = fact.seq

    def _call_fact(self, center: Center, fact: CallFact, now: int) -> None:
        call = fact.call
        match fact:
            case CallStarted():
                assert call not in self.started, f"{call} starts twice"
                self.started.add(call)
            case CallFinished():
                assert call not in self.finished, f"{call} finishes twice"
                self.finished.add(call)
                if fact.outcome is CallOutcome.REFUSED:
                    self.refused.add(call)
                assert call not in self.waiting, f"{call} finishes while it waits"
                assert not [r for r in self.offers if r.startswith(f"{call}-e")]
            case LegStarted():
                assert fact.leg not in self.legs, f"{fact.leg} starts twice"
                self.legs[fact.leg] = False
            case LegAnswered():
                assert not self.legs[fact.leg], f"{fact.leg} is answered twice"
                self.legs[fact.leg] = True
            case LegEnded():
                del self.legs[fact.leg]
            case CallQueued():
                assert call not in self.waiting, f"{call} waits twice"
                self.waiting.add(call)
            case WaitEnded():
                assert call in self.waiting, f"{call}: a wait ends that never was"
                assert fact.waited_us >= 0
                self.waiting.discard(call)
            case AgentOffered():
                self._offered(fact, now)
            case OfferEnded():
                assert self.offers.pop(fact.reservation, None) == fact.agent
                self._consequence(center, fact, now)
            case CallConnected():
                assert self.offers.pop(fact.reservation, None) == fact.agent
                self.talks[call] = fact.agent
            case ConversationEnded():
                assert self.talks.pop(call, None) == fact.agent
                assert fact.talk_us >= 0
                assert fact.hold_us >= 0
                wrap_up = center.configuration.queues[fact.queue].wrap_up.us
                self.wrapping[fact.agent] = now + wrap_up
            case DispositionRecorded():
                self.wrapping.pop(fact.agent, None)

    def _offered(self, fact: AgentOffered, now: int) -> None:
        assert fact.reservation not in self.ever_offered, "a reservation's id is used twice"
        self.ever_offered.add(fact.reservation)
        assert fact.agent not in self.offers.values(), f"{fact.agent} is rung by two calls"
        assert fact.agent not in self.talks.values(), f"{fact.agent} is rung while talking"
        assert now >= self.resting.get(fact.agent, 0), f"{fact.agent} is rung while resting"
        assert now >= self.wrapping.get(fact.agent, 0), f"{fact.agent} is rung in wrap-up"
        assert fact.expires_at > now
        self.offers[fact.reservation] = fact.agent

    def _consequence(self, center: Center, fact: OfferEnded, now: int) -> None:
        timing = center.configuration.timing
        match fact.result:
            case OfferResult.REVOKED:
                pass
            case OfferResult.UNREGISTERED:
                self.resting[fact.agent] = now + timing.back_off.unregistered_us
            case OfferResult.NO_ANSWER:
                # Rested or paused; both end, at the earliest, when the agent says so.
                self.resting[fact.agent] = now + timing.back_off.declined_us
            case _:
                self.resting[fact.agent] = now + timing.back_off.declined_us

    def _requests(self, center: Center) -> None:
        for cmd in self.asked.keys() - self.answered:
            request = self.asked[cmd]
            open_ = [c for c in center.calls.calls.values() if c.accept == cmd]
            assert isinstance(request, AcceptRequested), f"{request} was not answered"
            assert open_, f"{request} will never be answered"
            assert open_[0].phase is P.OFFERING


def check(center: Center, now: int) -> None:
    """Everything that must hold between two events."""
    _agents_have_a_reason(center)
    for call in center.calls.calls.values():
        _call_goes_on(center, call)
    _router_and_calls_agree(center)
    _indexes_are_right(center)
    _nobody_waits_beside_an_idle_agent(center)
    _no_deadline_is_forgotten(center)


def _agents_have_a_reason(center: Center) -> None:
    router = center.router
    held = Counter(r.agent for r in router.reservations.values())
    assert all(n == 1 for n in held.values()), "an agent is reserved twice"
    taken = Counter(r.call for r in router.reservations.values())
    assert all(n == 1 for n in taken.values()), "a call has two reservations"
    by_agent = {r.agent: r for r in router.reservations.values()}
    for agent in router.agents.values():
        reservation = by_agent.get(agent.agent)
        if reservation is not None:
            assert agent.work is _WORK_OF[reservation.state], (agent, reservation)
            assert agent.reservation == reservation.reservation
            assert agent.call == reservation.call
            _reservation_is_bounded(center, reservation)
        elif agent.work is Work.WRAP_UP:
            assert router.people_deadlines.due("wrapup", agent.agent) == agent.wrap_up_until
            assert agent.call in center.calls.calls
        else:
            assert agent.work is Work.IDLE, f"{agent} is busy with nothing"
            assert agent.call is None
            assert agent.reservation is None
            assert agent.wrap_up_until is None
        if agent.work is Work.OFFERED:
            assert agent.presence is Presence.READY
            assert agent.resting_until == 0
        if agent.resting_until:
            assert router.people_deadlines.due("rest", agent.agent) == agent.resting_until
        if agent.work is Work.IDLE:
            assert agent.next_presence is None, f"{agent}: a wish is not fulfilled"


def _reservation_is_bounded(center: Center, reservation: Reservation) -> None:
    due = center.router.media_deadlines.due
    if reservation.state is R.OFFERED:
        assert due("offer", reservation.reservation) == reservation.expires_at
    elif reservation.state is R.ANSWERED:
        assert due("setup", reservation.reservation) is not None
    else:
        assert due("call", reservation.call) is not None


def _call_goes_on(center: Center, call: Call) -> None:
    due = center.router.media_deadlines.due
    kind = _TIMER_OF.get(call.phase)
    assert kind is None or due(kind, call.call) is not None, f"{call} waits for nothing"
    if call.phase is P.IVR:
        assert call.session is not None
        assert due("ivr", call.call) == call.session.timer_due
    if call.phase is P.ENDED:
        assert not call.legs
        wrapping = call.wrapping is not None
        forget = center.router.people_deadlines.due("forget", call.call)
        assert wrapping or forget is not None, f"{call} is never forgotten"
    elif not call.is_over:
        assert call.caller in call.legs, f"{call} lives on without its caller"
        assert due("call", call.call) is not None
    if call.wrapping is not None:
        agent = center.router.agents[call.wrapping]
        assert agent.work is Work.WRAP_UP
        assert agent.call == call.call
    if call.reservation is not None and call.phase in {P.OFFERING, P.CONNECTING}:
        assert agent_leg(call.reservation) in call.legs


def _router_and_calls_agree(center: Center) -> None:
    router, calls = center.router, center.calls.calls
    for waiting in router.waiting.values():
        call = calls[waiting.call]
        wanted = {P.WAITING} if waiting.reservation is None else {P.OFFERING, P.CONNECTING}
        assert call.phase in wanted, (call, waiting)
        assert waiting.queue == call.queue
        assert waiting.since == call.queued_at
        assert router.media_deadlines.due("wait", call.call) is not None or waiting.overdue
    for reservation in router.reservations.values():
        call = calls[reservation.call]
        assert call.phase in _PHASE_OF[reservation.state], (call, reservation)
        assert call.reservation == reservation.reservation
        assert call.agent == reservation.agent
    waiting_phases = {P.WAITING, P.OFFERING, P.CONNECTING}
    for call in calls.values():
        assert (call.call in router.waiting) == (call.phase in waiting_phases), call
        if call.phase in waiting_phases - {P.WAITING} | {P.TALKING, P.HELD}:
            assert call.reservation in router.reservations


def _indexes_are_right(center: Center) -> None:
    router = center.router
    standing = [w for w in router.waiting.values() if w.reservation is None]
    assert list(router.lines) == [w.call for w in sorted(standing, key=lambda w: w.key)]
    waiting = Counter(w.queue for w in router.waiting.values())
    offering = Counter(r.queue for r in router.reservations.values() if r.state is not R.CONNECTED)
    for queue in center.configuration.queues:
        state = router.queue_state(queue, 0)
        serving = [a for a in router.agents.values() if queue in router.types[a.agent][0]]
        heads = [w.key for w in standing if w.queue == queue]
        assert state == QueueChanged(
            at=0,
            queue=queue,
            waiting=waiting[queue],
            offering=offering[queue],
            idle=sum(a.is_available for a in serving),
            logged_in=sum(a.presence is not Presence.LOGGED_OUT for a in serving),
            oldest_since=min(heads)[1] if heads else None,
        )


def may_serve(center: Center, agent: AgentId, waiting: Waiting) -> bool:
    """Eligibility, worked out by hand."""
    settings = center.configuration.agents[agent]
    return waiting.queue in settings.queues and requirement(waiting.requirement).test(
        settings.skills
    )


def _nobody_waits_beside_an_idle_agent(center: Center) -> None:
    router = center.router
    if not router.up:
        return
    idle = [a.agent for a in router.agents.values() if a.is_available]
    for waiting in router.waiting.values():
        if waiting.reservation is None:
            beside = [a for a in idle if may_serve(center, a, waiting)]
            assert not beside, f"{waiting} waits beside {beside}"


def _no_deadline_is_forgotten(center: Center) -> None:
    router = center.router
    owners = {
        "offer": set(router.reservations),
        "setup": set(router.reservations),
        "wait": set(router.waiting),
    }
    calls = set(center.calls.calls)
    for _, kind, owner in router.media_deadlines.entries():
        assert owner in owners.get(kind, calls), f"a deadline of nothing: {kind} {owner}"
    for _, kind, owner in router.people_deadlines.entries():
        if kind == "wrapup":
            assert router.agents[AgentId(owner)].work is Work.WRAP_UP
        elif kind == "forget":
            assert owner in calls


def watch_order(center: Center) -> None:
    """From now on, check at each reservation that both sides are the ones whose turn it is."""
    router = center.router
    reserve = router._reserve

    def reserve_and_check(waiting: Waiting, agent: AgentId, now: int, out: object) -> None:
        me = router.agents[agent]
        assert me.is_available
        assert waiting.reservation is None
        assert (-waiting.priority, waiting.since, waiting.seq) == min(
            (-w.priority, w.since, w.seq)
            for w in router.waiting.values()
            if w.reservation is None and may_serve(center, agent, w)
        ), f"{waiting} is served out of turn"
        assert (me.available_since, me.order) == min(
            (a.available_since, a.order)
            for a in router.agents.values()
            if a.is_available and may_serve(center, a.agent, waiting)
        ), f"{agent} is rung out of turn"
        reserve(waiting, agent, now, out)  # type: ignore[arg-type]

    router._reserve = reserve_and_check  # type: ignore[method-assign]


def run_dry(center: Center, now: int, until: int) -> tuple[int, list[Output]]:
    """Let every deadline pass; gives the time it took and what came of it."""
    outputs: list[Output] = []
    while (due := center.next_deadline()) is not None and due <= until:
        now = max(now, due)
        outputs += center.handle(DeadlinePassed(), now)
    return now, outputs
