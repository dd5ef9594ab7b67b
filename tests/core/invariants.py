"""What must be true of a center after every event: the trade's promises, checked from scratch.

Nothing here trusts an index of the center: lines, benches and counts are counted again, orders are
found by looking at everybody, and what was promised in facts is kept in a ledger of its own.
"""

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
    QueueChanged,
    RequestAnswered,
    WaitEnded,
    Work,
)
from contact_center.core.ids import AgentId, CallId, CommandId, LegId, agent_leg, call_of_leg
from contact_center.core.output import Output
from contact_center.core.pool import ReservationState
from contact_center.core.requests import AcceptRequested, AgentRequest, PresenceRequested
from contact_center.core.requests import PresenceWish as Wish
from contact_center.core.staff import SHORTEST_REST_US
from tests.core.router_invariants import check_router

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
_PHASE_OF = {
    R.OFFERED: {P.OFFERING},
    R.ANSWERED: {P.CONNECTING},
    R.CONNECTED: {P.TALKING, P.HELD},
}


WAIT_KINDS = ("wait", "step", "named", "overflow", "score", "more")


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
        self.picked_up: set[LegId] = set()
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
                self.picked_up.add(fact.leg)
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
            case OfferResult.DECLINED if agent_leg(fact.reservation) in self.picked_up:
                # Who answered is there and wants calls, whatever came between.
                self.resting[fact.agent] = now + SHORTEST_REST_US
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
    check_router(center.router, now)
    for call in center.calls.calls.values():
        _call_goes_on(center, call)
    _router_and_calls_agree(center)
    _no_deadline_is_forgotten(center)


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
        wanted = {P.OFFERING, P.CONNECTING} if waiting.reservations else {P.WAITING}
        assert call.phase in wanted, (call, waiting)
        assert waiting.queue == call.queue
        assert waiting.entered_at == call.queued_at
        assert router.media_deadlines.due("wait", call.call) is not None or waiting.overdue
    for reservation in router.reservations.values():
        call = calls[reservation.call]
        if not reservation.consult:
            assert call.phase in _PHASE_OF[reservation.state], (call, reservation)
        if reservation.state is R.CONNECTED and not reservation.consult:
            assert call.reservation == reservation.reservation
            assert call.agent == reservation.agent
    waiting_phases = {P.WAITING, P.OFFERING, P.CONNECTING}
    for call in calls.values():
        assert (call.call in router.waiting) == (call.phase in waiting_phases), call
        if call.phase in waiting_phases - {P.WAITING} | {P.TALKING, P.HELD}:
            assert call.reservation in router.reservations


def _no_deadline_is_forgotten(center: Center) -> None:
    router = center.router
    owners = {
        "offer": set(router.reservations),
        "setup": set(router.reservations),
        "hours": set(center.configuration.queues),
        **{kind: set(router.waiting) for kind in WAIT_KINDS},
    }
    calls = set(center.calls.calls)
    for _, kind, owner in router.media_deadlines.entries():
        assert owner in owners.get(kind, calls), f"a deadline of nothing: {kind} {owner}"
    for _, kind, owner in router.people_deadlines.entries():
        if kind == "wrapup":
            assert owner in router.wrapping
        elif kind == "forget":
            assert owner in calls


def run_dry(center: Center, now: int, until: int) -> tuple[int, list[Output]]:
    """Let every deadline pass; gives the time it took and what came of it."""
    outputs: list[Output] = []
    while (due := center.next_deadline()) is not None and due <= until:
        now = max(now, due)
        outputs += center.handle(DeadlinePassed(), now)
    return now, outputs
