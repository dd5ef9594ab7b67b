"""Days in a center that uses everything: calls back, keys in line, other work, parked callers,
phones that ring together, overflow, redialling, supervisors who move callers, reloads, restarts.

The switch is honest. After each event the router is held against its oracle; in the end nobody and
nothing is left, the books add up, and the journal replays to the same bytes.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from contact_center.core.acd_events import WorkOffered, WorkWithdrawn
from contact_center.core.call import Call, CallPhase
from contact_center.core.commands import EndCause
from contact_center.core.facts import ConversationEnded, WaitEnded
from contact_center.core.ids import AgentId, CallId, CommandId, LegId, QueueId, is_our_leg
from contact_center.core.live_changes import (
    ChangeAgentsRequested,
    ChangeQueueRequested,
    EndChangesRequested,
    LiveRequest,
)
from contact_center.core.requests import (
    AcceptRequested,
    ConsultRequested,
    ConsultStep,
    ConsultStepRequested,
    DeclineRequested,
    DeskConnected,
    DeskLost,
    DispositionRequested,
    HangupRequested,
    HoldRequested,
    ParkRequested,
    PresenceRequested,
    PresenceWish,
    QueuePauseRequested,
    RequeueRequested,
    RetrieveRequested,
    TransferRequested,
    WorkDoneRequested,
    WrapUpRequested,
)
from contact_center.core.supervisor_requests import (
    MoveRequested,
    ReprioritiseRequested,
    WithdrawRequested,
)
from contact_center.reporting.books import Books, Grid, Of
from contact_center.reporting.fold import Fold
from tests.core.nasty import MAIN_NUMBER, SKILLED_NUMBER
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE, SALES, SUPPORT
from tests.stories.everything import CUSTOMERS, TASKS, WatchedWorld, full_center, reloads

EXAMPLES = int(os.environ.get("CORE_EXAMPLES", "40"))
STEPS = int(os.environ.get("CORE_STEPS", "50"))
STRATEGIES = ("ring_all", "progressive", "longest_idle")
AGENTS = sorted(full_center().agents)
TARGETS = ("queue:sales", "queue:support", f"number:{OUTSIDE}", *(f"agent:{a}" for a in AGENTS))
PLAIN = {
    "hangup": HangupRequested,
    "done": WorkDoneRequested,
    "wrapup": WrapUpRequested,
}
agents = st.sampled_from(AGENTS)
queues = st.sampled_from([SALES, SUPPORT, TASKS])
any_index = st.integers(0, 100)


class Center(RuleBasedStateMachine):
    @initialize(
        queue_events=st.booleans(),
        strategy=st.sampled_from(STRATEGIES),
        present=st.sets(agents, min_size=1),
    )
    def begin(self, queue_events: bool, strategy: str, present: set[str]) -> None:
        self.world = WatchedWorld(full_center(strategy), queue_events=queue_events)
        self.connected = True
        self.pieces = self.asked = 0
        self.world.ready(*sorted(present))

    def legs(self, *, ours: bool) -> list[LegId]:
        return [leg.leg for leg in self.world.network.legs() if is_our_leg(leg.leg) == ours]

    def some_call(self, index: int) -> Call | None:
        calls = list(self.world.center.calls.calls.values())
        return calls[index % len(calls)] if calls else None

    def talking(self) -> list[Call]:
        calls = self.world.center.calls.calls.values()
        return [c for c in calls if c.phase in {CallPhase.TALKING, CallPhase.HELD}]

    # --- callers ----------------------------------------------------------------------------------

    @rule(
        did=st.sampled_from([DIRECT_NUMBER, DIRECT_NUMBER, MAIN_NUMBER, SKILLED_NUMBER]),
        ani=st.sampled_from(["", *CUSTOMERS]),
    )
    def somebody_calls(self, did: str, ani: str) -> None:
        self.world.call(ani=ani, did=did)

    @rule(index=any_index, keys=st.sampled_from(["1", "2", "3"]))
    @precondition(lambda self: self.legs(ours=False))
    def a_caller_presses_keys(self, index: int, keys: str) -> None:
        legs = self.legs(ours=False)
        self.world.press(CallId(legs[index % len(legs)]), keys)

    @rule(index=any_index)
    @precondition(lambda self: self.legs(ours=False))
    def a_caller_hangs_up(self, index: int) -> None:
        legs = self.legs(ours=False)
        self.world.hang_up(CallId(legs[index % len(legs)]))

    # --- other work -------------------------------------------------------------------------------

    @rule(queue=st.sampled_from([TASKS, TASKS, SUPPORT]))
    def work_comes(self, queue: str) -> None:
        self.pieces += 1
        name = CallId(f"w-{self.pieces}")
        self.world.tell(WorkOffered(call=name, queue=queue, subject="Please"))  # type: ignore[arg-type]
        self.world.pump()

    @rule(index=any_index)
    @precondition(lambda self: self.pieces)
    def work_is_withdrawn(self, index: int) -> None:
        self.world.tell(WorkWithdrawn(call=CallId(f"w-{1 + index % self.pieces}")))
        self.world.pump()

    # --- phones -----------------------------------------------------------------------------------

    @rule(index=any_index, act=st.sampled_from(["answer", "answer", "answer", "busy", "down"]))
    @precondition(lambda self: self.legs(ours=True))
    def somebody_does_something_with_a_phone(self, index: int, act: str) -> None:
        legs = self.legs(ours=True)
        leg, now, network = legs[index % len(legs)], self.world.now, self.world.network
        match act:
            case "answer":
                network.answer(leg, now)
            case "busy":
                network.decline(leg, now, EndCause.BUSY)
            case _:
                network.hang_up(leg, now)
        self.world.pump()

    @rule(index=any_index)
    @precondition(lambda self: self.legs(ours=True))
    def phones_are_answered_one_after_the_other(self, index: int) -> None:
        for leg in self.legs(ours=True)[index % 3 :]:
            self.world.network.answer(leg, self.world.now)
            self.world.pump()

    @rule(agent=agents, ani=st.sampled_from(CUSTOMERS))
    def a_caller_gets_an_agent_at_once(self, agent: str, ani: str) -> None:
        if AgentId(agent) in self.world.configuration.agents:
            self.world.ready(agent)
            self.world.call(ani=ani, did=DIRECT_NUMBER)
            if self.world.agent_leg(agent) is not None:
                self.world.pick_up(agent)

    # --- agents -----------------------------------------------------------------------------------

    @rule(
        agent=agents, wish=st.sampled_from([PresenceWish.READY, *PresenceWish]), once=st.booleans()
    )
    def a_presence_is_chosen(self, agent: str, wish: PresenceWish, once: bool) -> None:
        once = once and wish is PresenceWish.READY
        self.world.ask(PresenceRequested, agent, presence=wish, once=once)

    @rule(agent=agents, queue=queues, on=st.booleans())
    def a_break_from_one_queue_begins_or_ends(self, agent: str, queue: str, on: bool) -> None:
        self.world.ask(QueuePauseRequested, agent, queue=queue, on=on, reason="lunch")

    @rule(agent=agents, there=st.booleans())
    def a_screen_comes_or_goes(self, agent: str, there: bool) -> None:
        event = DeskConnected if there else DeskLost
        self.world.tell(event(agent=AgentId(agent)))
        self.world.pump()

    @rule(
        agent=agents,
        index=any_index,
        button=st.sampled_from(["accept", "accept", "decline", "hold", "sold", "more", *PLAIN]),
    )
    def an_agent_presses_a_button(self, agent: str, index: int, button: str) -> None:
        state = self.world.center.router.agents.get(AgentId(agent))
        if state is None or not state.jobs:
            return
        job = list(state.jobs.values())[index % len(state.jobs)]
        ask = self.world.ask
        match button:
            case "accept":
                ask(AcceptRequested, agent, reservation=job.reservation)
            case "decline":
                ask(DeclineRequested, agent, reservation=job.reservation)
            case "hold":
                ask(HoldRequested, agent, call=job.call, on=not job.held)
            case "sold":
                ask(DispositionRequested, agent, call=job.call, code="sold")
            case "more":
                ask(WrapUpRequested, agent, call=job.call, extend=True)
            case _:
                ask(PLAIN[button], agent, call=job.call)

    @rule(
        index=any_index,
        to=st.sampled_from(TARGETS),
        kind=st.sampled_from([TransferRequested, ConsultRequested]),
    )
    @precondition(lambda self: self.talking())
    def an_agent_passes_a_caller_on_or_asks_somebody(self, index: int, to: str, kind: type) -> None:
        calls = self.talking()
        call = calls[index % len(calls)]
        self.world.ask(kind, call.agent or "", call=call.call, to=to)

    @rule(index=any_index, step=st.sampled_from(ConsultStep))
    @precondition(lambda self: any(call.consult for call in self.talking()))
    def a_consultation_goes_on(self, index: int, step: ConsultStep) -> None:
        calls = [call for call in self.talking() if call.consult is not None]
        call = calls[index % len(calls)]
        self.world.ask(ConsultStepRequested, call.agent or "", call=call.call, step=step)

    @rule(index=any_index, kind=st.sampled_from([ParkRequested, RequeueRequested]))
    @precondition(lambda self: self.talking())
    def an_agent_puts_a_caller_aside_or_gives_them_back(self, index: int, kind: type) -> None:
        calls = self.talking()
        call = calls[index % len(calls)]
        self.world.ask(kind, call.agent or "", call=call.call)

    @rule(agent=agents, slot=st.integers(1, 3))
    def an_agent_takes_a_parked_caller(self, agent: str, slot: int) -> None:
        self.world.ask(RetrieveRequested, agent, slot=slot)

    # --- supervisors ------------------------------------------------------------------------------

    @rule(
        index=any_index,
        what=st.sampled_from(["move", "move", "move", "forward", "forward", "withdraw"]),
        queue=st.sampled_from([SALES, SUPPORT]),
        position=st.sampled_from([None, 1, 3]),
    )
    def a_supervisor_does_something_about_a_call(
        self, index: int, what: str, queue: str, position: int | None
    ) -> None:
        call = self.some_call(index)
        if call is None or (what == "move" and call.task is not None):
            return
        self.asked += 1
        named = {"cmd": CommandId(f"s{self.asked}"), "by": "eve", "call": call.call}
        match what:
            case "move":
                self.world.tell(MoveRequested(**named, queue=queue, position=position))  # type: ignore[arg-type]
            case "forward":
                self.world.tell(ReprioritiseRequested(**named, boost_us=60_000_000))  # type: ignore[arg-type]
            case _:
                self.world.tell(WithdrawRequested(**named))  # type: ignore[arg-type]
        self.world.pump()

    @rule(
        who=st.lists(agents, min_size=1, max_size=3),
        what=st.sampled_from(["join", "leave", "swap", "weight", "end"]),
        queue=st.sampled_from([SALES, SUPPORT]),
        seconds=st.sampled_from([60, 600, 7200]),
        shift=st.booleans(),
    )
    def a_supervisor_changes_the_floor_for_a_while(
        self, who: list[str], what: str, queue: QueueId, seconds: int, shift: bool
    ) -> None:
        self.asked += 1
        named: dict[str, Any] = {
            "cmd": CommandId(f"s{self.asked}"),
            "by": "eve",
            "why": "rush",
        }
        until = self.world.now + seconds * 1_000_000
        people = tuple(AgentId(agent) for agent in who)
        other = SUPPORT if queue == SALES else SALES
        event: LiveRequest
        match what:
            case "weight":
                event = ChangeQueueRequested(
                    **named, queue=queue, until=until, weight=seconds // 60
                )
            case "end":
                event = EndChangesRequested(**named, agents=people, queues=(queue,))
            case _:
                event = ChangeAgentsRequested(
                    **named,
                    agents=people,
                    until=until,
                    with_shift=shift,
                    join=(queue,) if what != "leave" else (),
                    leave={"leave": (queue,), "swap": (other,)}.get(what, ()),
                )
        self.world.tell(event)
        self.world.pump()

    # --- time and trouble -------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.2, 1, 3, 6, 12, 25, 35, 70, 130]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(killed=st.booleans(), seconds=st.sampled_from([None, 0, 3, 40]))
    @precondition(lambda self: self.connected)
    def the_switch_is_out_of_reach(self, killed: bool, seconds: float | None) -> None:
        if killed:
            self.world.restart()
        else:
            self.world.network.cut(self.world.now)
            self.world.pump()
        self.connected = False
        if seconds is not None:
            self.world.wait(seconds)
            self.the_switch_is_back()

    @rule()
    @precondition(lambda self: not self.connected)
    def the_switch_is_back(self) -> None:
        self.world.reconnect()
        self.connected = True

    @rule(which=st.integers(0, len(reloads()) - 1))
    def the_configuration_is_reloaded(self, which: int) -> None:
        self.world.reload(reloads()[which])

    # --- the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Every day is replayed from its journal when it is over."""
        world = getattr(self, "world", None)
        if world is None:
            return
        if world.is_sound:
            self.end_well(world)
            world.close()
        else:
            world.abandon()

    def end_well(self, world: WatchedWorld) -> None:
        """Everybody goes home, nothing is asked for any more; after a while nothing is left."""
        if not self.connected:
            world.reconnect()
        for _ in range(8):
            for leg in world.network.legs():
                world.network.hang_up(leg.leg, world.now)
                world.pump()
            for agent in list(world.center.router.agents):
                for job in list(world.center.router.agents[agent].jobs.values()):
                    world.ask(HangupRequested, agent, call=job.call)
            for call in list(world.center.calls.calls.values()):
                self.asked += 1
                named = {"cmd": CommandId(f"s{self.asked}"), "by": "eve", "call": call.call}
                world.tell(WorkWithdrawn(call=call.call))
                world.tell(WithdrawRequested(**named))  # type: ignore[arg-type]
            world.pump()
            world.wait(700)
        world.wait(2 * 3_600)
        center, promises = world.center, world.promises
        assert center.calls.calls == {}
        assert world.network.legs() == ()
        assert promises.started == promises.finished
        assert (promises.waiting, promises.offers, promises.parts) == (set(), {}, set())
        assert not center.router.reservations
        assert not center.router.waiting
        assert not center.router.media_deadlines.entries()
        self.counted(world)

    def counted(self, world: WatchedWorld) -> None:
        """Each part and each wait is in the books of its queue once."""
        books = Books(grid=Grid(length_us=1 << 60))
        Fold(books).take(world.facts)
        tallies = [books.total((Of.QUEUE, name)) for name in books.keys(Of.QUEUE)]
        parts = [f for f in world.said(ConversationEnded) if isinstance(f, ConversationEnded)]
        assert sum(t.handled.total() for t in tallies) == len(parts)
        held = sum(t.talk_us.total() + t.hold_us.total() for t in tallies)
        assert held == sum(f.talk_us + f.hold_us for f in parts)
        ended = [f for f in world.said(WaitEnded) if isinstance(f, WaitEnded)]
        waits = [f for f in ended if not f.call.startswith("cb-")]
        assert sum(t.ended.total() for t in tallies) == len(waits)


Center.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestAnyDayOfAnyCenter = Center.TestCase
