"""The core against a switch that keeps no promise, and people who press every button."""

import os

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contact_center.core import events as e
from contact_center.core.center import Center
from contact_center.core.commands import EndCause, FindCustomer, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import (
    CenterStarted,
    Customer,
    CustomerLookedUp,
    DeadlinePassed,
    LegState,
)
from contact_center.core.facts import Presence
from contact_center.core.ids import (
    AgentId,
    CallId,
    CommandId,
    CustomerId,
    LegId,
    QueueId,
    ReservationId,
    TalkId,
    is_our_leg,
)
from contact_center.core.requests import (
    AcceptRequested,
    DeclineRequested,
    DeskConnected,
    DeskLost,
    DispositionRequested,
    HangupRequested,
    HoldRequested,
    NotesRequested,
    PresenceRequested,
    PresenceWish,
    QueuePauseRequested,
)
from contact_center.core.snapshot import CenterSnapshot, restore, snapshot
from contact_center.ports import FAILURE_CODES
from contact_center.runtime.codec import encoder
from contact_center.runtime.journal import encode_outputs
from tests.core.invariants import Ledger, check
from tests.core.nasty import (
    CHAIN_NUMBER,
    NUMBERS,
    NastySwitch,
    other_centers,
    rough_center,
)
from tests.core.router_turns import watch_order
from tests.stories.centers import DIRECT_NUMBER

START = 1_764_000_000_000_000
EXAMPLES = int(os.environ.get("CORE_EXAMPLES", "100"))
STEPS = int(os.environ.get("CORE_STEPS", "60"))
CONFIGURATION = rough_center()
OTHERS = (CONFIGURATION, *other_centers())
AGENTS = (*CONFIGURATION.agents, AgentId("nobody"))
CUSTOMERS = tuple(Customer(customer=CustomerId(str(n)), name=f"Customer {n}") for n in range(2))
any_index = st.integers(0, 1_000)
agents = st.sampled_from(AGENTS)
codes = st.sampled_from(sorted(FAILURE_CODES))
causes = st.sampled_from(list(EndCause))


def written_down(center: Center) -> bytes:
    return encoder.encode(snapshot(center))


def made_again(written: bytes, today: CenterConfiguration) -> Center:
    return restore(today, msgspec.json.decode(written, type=CenterSnapshot))


class Nasty(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.center = Center(CONFIGURATION)
        watch_order(self.center.router)
        self.twin = Center(CONFIGURATION)
        self.ledger = Ledger()
        self.switch = NastySwitch()
        self.lookups: list[FindCustomer] = []
        self.told: list[e.CallEvent] = []
        self.offers: list[ReservationId] = []
        self.requests = 0
        self.epoch = 0
        self.sound = True

    # --- driving ------------------------------------------------------------------------------

    def tell(self, event: e.Event) -> None:
        self.sound = False
        outputs = self.center.handle(event, self.now)
        again = self.twin.handle(event, self.now)
        assert bytes(encode_outputs(outputs)) == bytes(encode_outputs(again)), "the twin differs"
        self.ledger.observe(self.center, event, self.now, outputs)
        check(self.center, self.now)
        for output in outputs:
            if isinstance(output, TelephonyCommand):
                self.switch.commands.append(output)
            elif isinstance(output, FindCustomer):
                self.lookups.append(output)
        self.sound = True

    def deliver(self, event: e.CallEvent) -> None:
        """Deliver, but never an offer of a caller who was forgotten: ids are used once."""
        offered = isinstance(event, e.CallOffered)
        if offered and event.call in self.ledger.started - set(self.center.calls.calls):
            return
        if not offered:
            self.told = [*self.told[-20:], event]
        self.tell(event)

    def compare(self) -> None:
        """Tell what is alive; a leg that outlived its call for hours does so no longer."""
        forgotten = self.ledger.finished - self.ledger.refused - set(self.center.calls.calls)
        for call in forgotten:
            self.switch.legs.pop(LegId(call), None)
        self.tell(self.switch.truth())

    def flow(self, so_far: int | None = None) -> None:
        """Let everything that is under way happen as it should, or only the first so many steps."""
        for _ in range(50_000 if so_far is None else so_far):
            if self.switch.commands:
                self.switch.carry_out(self.switch.commands.pop(0))
            elif self.switch.events:
                self.deliver(self.switch.events.pop(0))
            else:
                return
        assert so_far is not None, "it goes on for ever"

    def ask(self, kind: type, agent: AgentId, **fields: object) -> None:
        self.requests += 1
        self.tell(kind(cmd=CommandId(f"q{self.requests}"), agent=agent, **fields))

    def some_call(self, index: int) -> CallId:
        return CallId(f"c{1 + index % max(1, self.switch.callers)}")

    # --- the process ----------------------------------------------------------------------------

    @initialize(absent=st.sets(st.sampled_from(sorted(CONFIGURATION.agents)), max_size=3))
    def begin(self, absent: set[AgentId]) -> None:
        self.epoch = 1
        self.tell(CenterStarted(epoch=1))
        self.compare()
        for agent in sorted(CONFIGURATION.agents.keys() - absent):
            self.tell(DeskConnected(agent=agent))
            self.ask(PresenceRequested, agent, presence=PresenceWish.READY)

    @rule()
    def restart(self) -> None:
        written = written_down(self.center)
        self.center = made_again(written, self.center.configuration)
        watch_order(self.center.router)
        assert written_down(self.center) == written
        self.epoch += 1
        self.tell(CenterStarted(epoch=self.epoch))

    @rule(other=st.sampled_from(OTHERS))
    def restart_with_other_content(self, other: CenterConfiguration) -> None:
        written = written_down(self.center)
        self.center = made_again(written, other)
        self.twin = made_again(written, other)
        watch_order(self.center.router)
        self.epoch += 1
        self.tell(CenterStarted(epoch=self.epoch))

    @rule()
    def make_the_twin_again(self) -> None:
        written = written_down(self.twin)
        assert written == written_down(self.center)
        self.twin = made_again(written, self.center.configuration)
        assert written_down(self.twin) == written

    @rule(seconds=st.sampled_from([0.001, 1, 1, 5, 11, 20, 61, 700]))
    def time_passes(self, seconds: float) -> None:
        until = self.now + round(seconds * 1_000_000)
        while (due := self.center.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(DeadlinePassed())
        self.now = until

    @rule()
    def the_next_deadline_passes(self) -> None:
        due = self.center.next_deadline()
        if due is not None:
            self.now = max(self.now, due)
        self.tell(DeadlinePassed())

    @rule(first=st.booleans())
    def drain(self, first: bool) -> None:
        if first and self.switch.callers > 5:
            self.tell(e.DrainRequested())

    # --- the switch -----------------------------------------------------------------------------

    @rule(
        ani=st.sampled_from(["+14155550123", ""]),
        did=st.sampled_from(NUMBERS),
        answered=st.booleans(),
    )
    def somebody_calls(self, ani: str, did: str, answered: bool) -> None:
        self.switch.call_in(ani, did, answered)

    @rule(did=st.sampled_from(NUMBERS), count=st.integers(1, 4))
    def people_call_and_are_answered(self, did: str, count: int) -> None:
        for _ in range(count):
            self.switch.call_in("", did, True)
        self.flow()

    @rule(agent=agents, number=st.sampled_from([DIRECT_NUMBER, CHAIN_NUMBER]), so_far=any_index)
    def somebody_gets_through(self, agent: AgentId, number: str, so_far: int) -> None:
        """A caller, a phone that is picked up, and some of what follows from it."""
        if agent in CONFIGURATION.agents:
            self.tell(DeskConnected(agent=agent))
            self.ask(PresenceRequested, agent, presence=PresenceWish.READY)
        self.switch.call_in("", number, True)
        self.flow()
        for leg in [leg for leg in self.switch.legs if is_our_leg(leg)]:
            self.switch.answer(leg)
        self.flow(so_far % 24)

    @rule()
    def all_goes_well(self) -> None:
        self.flow()

    @rule(index=any_index)
    @precondition(lambda self: self.switch.commands)
    def a_command_is_carried_out(self, index: int) -> None:
        commands = self.switch.commands
        self.switch.carry_out(commands.pop(index % len(commands)))

    @rule(index=any_index, code=codes, also_ends=st.booleans())
    @precondition(lambda self: self.switch.commands)
    def a_command_fails(self, index: int, code: str, also_ends: bool) -> None:
        commands = self.switch.commands
        command = commands.pop(index % len(commands))
        self.switch.fail(command, code)
        if also_ends:
            self.switch.events.append(
                e.CallEnded(call=command.call, leg=command.leg, cause=EndCause.FAILED)
            )
            self.switch.legs.pop(command.leg, None)

    @rule(index=any_index)
    @precondition(lambda self: self.switch.commands)
    def a_command_is_lost(self, index: int) -> None:
        commands = self.switch.commands
        commands.pop(index % len(commands))

    @rule(index=any_index, twice=st.booleans())
    @precondition(lambda self: self.switch.events)
    def an_event_arrives(self, index: int, twice: bool) -> None:
        events = self.switch.events
        event = events.pop(index % len(events))
        self.deliver(event)
        if twice:
            self.deliver(event)

    @rule(index=any_index)
    @precondition(lambda self: self.switch.events)
    def an_event_is_lost(self, index: int) -> None:
        events = self.switch.events
        events.pop(index % len(events))

    @rule(index=any_index)
    @precondition(lambda self: self.told)
    def an_old_event_arrives_again(self, index: int) -> None:
        self.tell(self.told[index % len(self.told)])

    @rule(index=any_index, cause=causes, well=st.booleans())
    @precondition(lambda self: self.switch.legs)
    def a_leg_ends(self, index: int, cause: EndCause, well: bool) -> None:
        legs = list(self.switch.legs)
        self.switch.end(legs[index % len(legs)], cause)
        if well:
            self.flow()

    @rule(index=any_index, well=st.booleans())
    @precondition(lambda self: any(is_our_leg(leg) for leg in self.switch.legs))
    def a_phone_is_answered(self, index: int, well: bool) -> None:
        legs = [leg for leg in self.switch.legs if is_our_leg(leg)]
        self.switch.answer(legs[index % len(legs)])
        if well:
            self.flow()

    @rule(index=any_index, key=st.sampled_from("1234#9"), well=st.booleans())
    @precondition(lambda self: self.switch.legs)
    def a_key_is_pressed(self, index: int, key: str, well: bool) -> None:
        legs = list(self.switch.legs)
        leg = legs[index % len(legs)]
        call = CallId(leg) if not is_our_leg(leg) else self.some_call(index)
        self.switch.events.append(e.KeyPressed(call=call, leg=leg, key=key))
        if well:
            self.flow()

    @rule(index=any_index)
    def a_leg_leaves_its_talk(self, index: int) -> None:
        call = self.some_call(index)
        self.tell(e.TalkLeft(call=call, leg=LegId(call), talk=TalkId(f"t-{call}")))

    # --- the line to the switch -------------------------------------------------------------------

    @rule(lost=st.sets(any_index, max_size=3), swallowed=st.booleans())
    def a_gap(self, lost: set[int], swallowed: bool) -> None:
        self.tell(e.ProviderGap(provider="nasty"))
        if swallowed:
            for command in self.switch.commands:
                self.switch.fail(command, "unreachable")
            self.switch.commands.clear()
        for index in lost:
            legs = list(self.switch.legs)
            if legs:
                self.switch.end(legs[index % len(legs)])
                self.switch.events.pop()

    @rule(ghost=st.booleans(), told_first=st.booleans())
    def the_switch_is_back(self, ghost: bool, told_first: bool) -> None:
        if told_first:
            while self.switch.events:
                self.deliver(self.switch.events.pop(0))
        self.switch.events.clear()
        if ghost and self.switch.callers < 20:
            call = self.some_call(3)
            self.switch.legs[LegId(f"a-{call}-e0-n77")] = LegState.RINGING
            self.switch.talks[TalkId(f"t-{call}x")] = set()
            self.switch.talks[TalkId("somebody-elses")] = set()
            self.switch.callers += 1
            self.switch.legs[LegId(f"c{self.switch.callers}")] = LegState.UP
        self.compare()

    # --- storage and people -----------------------------------------------------------------------

    @rule(index=any_index, found=st.integers(0, 2), keep=st.booleans())
    @precondition(lambda self: self.lookups)
    def storage_answers(self, index: int, found: int, keep: bool) -> None:
        index %= len(self.lookups)
        lookup = self.lookups[index] if keep else self.lookups.pop(index)
        self.tell(CustomerLookedUp(call=lookup.call, customers=CUSTOMERS[:found]))

    @rule(agent=agents, there=st.booleans())
    def a_screen_comes_or_goes(self, agent: AgentId, there: bool) -> None:
        self.tell(DeskConnected(agent=agent) if there else DeskLost(agent=agent))

    @rule(agent=agents, wish=st.sampled_from([PresenceWish.READY, *PresenceWish]))
    def a_presence_is_chosen(self, agent: AgentId, wish: PresenceWish) -> None:
        self.ask(PresenceRequested, agent, presence=wish, reason="lunch")

    @rule(agent=agents, queue=st.sampled_from(["sales", "support", "rubbish"]), on=st.booleans())
    def a_break_from_one_queue_begins_or_ends(self, agent: AgentId, queue: str, on: bool) -> None:
        self.ask(QueuePauseRequested, agent, queue=QueueId(queue), on=on, reason="lunch")

    @rule(agent=agents, index=any_index, kind=st.sampled_from([AcceptRequested, DeclineRequested]))
    def an_offer_is_answered_at_the_desk(self, agent: AgentId, index: int, kind: type) -> None:
        offers = list(self.ledger.offers) or list(self.ledger.ever_offered)[:1] or ["none"]
        reservation = offers[index % len(offers)]
        if index % 3:
            agent = self.ledger.offers.get(reservation, agent)
        self.ask(kind, agent, reservation=ReservationId(reservation))

    @rule(
        agent=agents,
        index=any_index,
        button=st.sampled_from(["hangup", "hold", "unhold", "notes", "sold", "rubbish"]),
    )
    def a_button_is_pressed(self, agent: AgentId, index: int, button: str) -> None:
        call = self.some_call(index)
        busy = [a for a in self.center.router.agents.values() if a.call is not None]
        if busy and index % 3:
            agent, call = busy[index % len(busy)].agent, busy[index % len(busy)].call or call
        match button:
            case "hangup":
                self.ask(HangupRequested, agent, call=call)
            case "hold" | "unhold":
                self.ask(HoldRequested, agent, call=call, on=button == "hold")
            case "notes":
                self.ask(NotesRequested, agent, call=call, text="She wants two.")
            case code:
                self.ask(DispositionRequested, agent, call=call, code=code)

    @invariant()
    def the_clock_never_stops(self) -> None:
        assert self.center.next_deadline() == self.twin.next_deadline()

    # --- the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Faults stop, callers hang up: before long nothing may be left."""
        if not self.sound or not self.epoch:
            return
        self.switch.events.clear()
        self.tell(e.ProviderGap(provider="nasty"))
        self.compare()
        self.flow()
        for leg in self.switch.callers_up():
            self.switch.end(leg)
        self.flow()
        for _ in range(2_000):
            due = self.center.next_deadline()
            if due is None or due > self.now + 2 * 3_600_000_000:
                break
            self.now = max(self.now, due)
            self.tell(DeadlinePassed())
            self.flow()
        # A leg that was dialled after it was hung up on is nobody's; the next comparison finds it.
        self.compare()
        self.flow()
        center = self.center
        assert not center.calls.calls, f"still there: {list(center.calls.calls.values())}"
        assert not center.router.reservations
        assert not center.router.waiting
        assert self.ledger.started == self.ledger.finished
        assert self.ledger.asked.keys() == self.ledger.answered
        assert not self.ledger.offers
        assert not self.ledger.talks
        assert not self.switch.legs, "legs are left behind"
        assert not center.router.media_deadlines.entries()
        assert not center.router.people_deadlines.entries()
        for agent in center.router.agents.values():
            assert agent.presence is Presence.LOGGED_OUT or agent.at_desk
            assert agent.call is None


Nasty.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    report_multiple_bugs=False,
)
TestNobodyIsLost = Nasty.TestCase
