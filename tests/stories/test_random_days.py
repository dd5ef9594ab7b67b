"""Days made up by chance on the simulated network: whatever people do, the promises hold.

Here the switch is honest (what it says happened), but it goes away, the process is killed, phones
are unplugged, and people do as they like. Every day ends with a replay of its journal.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from contact_center.adapters.simulated.phones import phone
from contact_center.core.center import Center
from contact_center.core.commands import EndCause
from contact_center.core.events import Customer, Event
from contact_center.core.facts import Presence
from contact_center.core.ids import AgentId, CallId, CustomerId, LegId, is_our_leg
from contact_center.core.output import Output
from contact_center.core.requests import (
    AcceptRequested,
    DeclineRequested,
    DeskConnected,
    DeskLost,
    DispositionRequested,
    HangupRequested,
    HoldRequested,
    PresenceRequested,
    PresenceWish,
    QueuePauseRequested,
)
from tests.core.invariants import Ledger, check
from tests.core.nasty import NUMBERS, rough_center
from tests.core.router_turns import watch_order
from tests.stories.centers import DIRECT_NUMBER
from tests.stories.world import World

EXAMPLES = int(os.environ.get("CORE_EXAMPLES", "25"))
STEPS = int(os.environ.get("CORE_STEPS", "40"))
AGENTS = sorted(rough_center().agents)
agents = st.sampled_from(AGENTS)
queues = st.sampled_from(sorted(rough_center().queues))
any_index = st.integers(0, 100)


class WatchedWorld(World):
    """A world that checks every promise after every event."""

    def __init__(self, *, queue_events: bool) -> None:
        self.ledger = Ledger()
        super().__init__(rough_center(), queue_events=queue_events)
        for device in ("+14155550198", "+14155550199"):
            self.network.plug_in(phone(device, "manual"))

    def tell(self, event: Event) -> list[Output]:
        if "handle" not in vars(self.center):
            self.watch(self.center)
        return super().tell(event)

    def watch(self, center: Center) -> None:
        """Check a center, as it is new, after everything it handles from now on."""
        watch_order(center.router)
        handle = center.handle

        def watched(event: Event, now: int) -> list[Output]:
            outputs = handle(event, now)
            self.ledger.observe(center, event, now, outputs)
            check(center, now)
            return outputs

        center.handle = watched  # type: ignore[method-assign]


class Day(RuleBasedStateMachine):
    @initialize(queue_events=st.booleans(), present=st.sets(agents, min_size=1))
    def begin(self, queue_events: bool, present: set[str]) -> None:
        self.world = WatchedWorld(queue_events=queue_events)
        eve = Customer(customer=CustomerId("7"), name="Eve")
        self.world.customers["+14155550123"] = (eve,)
        self.connected = True
        self.world.ready(*sorted(present))

    def legs(self, *, ours: bool) -> list[LegId]:
        return [leg.leg for leg in self.world.network.legs() if is_our_leg(leg.leg) == ours]

    # --- callers --------------------------------------------------------------------------------

    @rule(did=st.sampled_from([*NUMBERS, DIRECT_NUMBER]), known=st.booleans())
    def somebody_calls(self, did: str, known: bool) -> None:
        self.world.call(ani="+14155550123" if known else "", did=did)

    @rule(index=any_index, keys=st.sampled_from(["1", "2", "3", "4", "9", "12#"]))
    @precondition(lambda self: self.legs(ours=False))
    def a_caller_presses_keys(self, index: int, keys: str) -> None:
        legs = self.legs(ours=False)
        self.world.press(CallId(legs[index % len(legs)]), keys)

    @rule(index=any_index)
    @precondition(lambda self: self.legs(ours=False))
    def a_caller_hangs_up(self, index: int) -> None:
        legs = self.legs(ours=False)
        self.world.hang_up(CallId(legs[index % len(legs)]))

    # --- phones ---------------------------------------------------------------------------------

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

    @rule(agent=agents, plugged=st.booleans())
    def a_phone_is_plugged_in_or_out(self, agent: str, plugged: bool) -> None:
        device = self.world.configuration.agents[AgentId(agent)].device
        if plugged:
            self.world.network.plug_in(phone(device, "manual"))
        else:
            self.world.network.unplug(device)
        self.world.pump()

    # --- agents ---------------------------------------------------------------------------------

    @rule(agent=agents, wish=st.sampled_from([PresenceWish.READY, *PresenceWish]))
    def a_presence_is_chosen(self, agent: str, wish: PresenceWish) -> None:
        self.world.ask(PresenceRequested, agent, presence=wish)

    @rule(agent=agents, queue=queues, on=st.booleans())
    def a_break_from_one_queue_begins_or_ends(self, agent: str, queue: str, on: bool) -> None:
        self.world.ask(QueuePauseRequested, agent, queue=queue, on=on, reason="lunch")

    @rule(agent=agents, there=st.booleans())
    def a_screen_comes_or_goes(self, agent: str, there: bool) -> None:
        self.world.tell(
            DeskConnected(agent=AgentId(agent)) if there else DeskLost(agent=AgentId(agent))
        )
        self.world.pump()

    @rule(agent=agents, button=st.sampled_from(["accept", "decline", "hangup", "hold", "sold"]))
    def an_agent_presses_a_button(self, agent: str, button: str) -> None:
        state = self.world.center.router.agents[AgentId(agent)]
        if state.call is None:
            return
        match button:
            case "accept":
                self.world.ask(AcceptRequested, agent, reservation=state.reservation)
            case "decline":
                self.world.ask(DeclineRequested, agent, reservation=state.reservation)
            case "hangup":
                self.world.ask(HangupRequested, agent, call=state.call)
            case "hold":
                self.world.ask(HoldRequested, agent, call=state.call, on=not state.job.held)
            case _:
                self.world.ask(DispositionRequested, agent, call=state.call, code="sold")

    # --- time and trouble -------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.2, 1, 3, 6, 12, 25, 70]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule()
    def the_process_is_killed_and_started_again(self) -> None:
        self.world.restart()
        self.connected = False

    @rule()
    def the_line_to_the_switch_is_cut_or_comes_back(self) -> None:
        if self.connected:
            self.world.network.cut(self.world.now)
            self.world.pump()
        else:
            self.world.reconnect()
        self.connected = not self.connected

    def teardown(self) -> None:
        """Every day is replayed from its journal when it is over."""
        world = getattr(self, "world", None)
        if world is None:
            return
        try:
            self.end_well(world)
        finally:
            world.close()

    def end_well(self, world: WatchedWorld) -> None:
        """Everybody hangs up; after a while nothing is left."""
        if not self.connected:
            world.reconnect()
        for leg in self.legs(ours=False):
            world.hang_up(CallId(leg))
        world.wait(2 * 3_600)
        center = world.center
        assert center.calls.calls == {}
        assert world.network.legs() == ()
        assert world.ledger.started == world.ledger.finished
        assert world.ledger.asked.keys() == world.ledger.answered
        assert not center.router.reservations
        assert not center.router.waiting
        for agent in center.router.agents.values():
            assert agent.call is None
            assert agent.at_desk or agent.presence is Presence.LOGGED_OUT


Day.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestAnyDay = Day.TestCase
