"""The router against everything that can happen to it, under any configuration.

Each step is told to a router and to its twin; what comes of it must be the same, byte for byte,
and every invariant must hold afterwards (``router_invariants``, ``router_turns``,
``router_ledger``). In the end everybody is served or gone. Longer runs of the same: `make soak`.
"""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.core.router_days import HAPPENINGS, live_through
from tests.core.router_world import World

EXAMPLES = int(os.environ.get("ROUTER_EXAMPLES", "100"))
STEPS = int(os.environ.get("ROUTER_STEPS", "60"))
DAYS = int(os.environ.get("ROUTER_DAYS", "60"))
any_number = st.integers(0, 99_999)


class AnyRouter(RuleBasedStateMachine):
    """One rule for each thing that can happen."""

    world: World

    @initialize(seed=st.integers(0, 1_000_000))
    def begin(self, seed: int) -> None:
        self.world = World(seed)

    @rule(n=any_number)
    def somebody_comes(self, n: int) -> None:
        self.world.arrive(n)

    @rule(first=any_number, count=st.integers(2, 6))
    def many_come_at_once(self, first: int, count: int) -> None:
        for n in range(count):
            self.world.arrive(first + n)

    @rule(n=any_number)
    def somebody_hangs_up_or_leaves(self, n: int) -> None:
        self.world.hang_up(n)

    @rule(n=any_number)
    def something_is_learned_late(self, n: int) -> None:
        self.world.rekey(n)

    @rule(n=any_number)
    def somebody_asks_how_far_they_are(self, n: int) -> None:
        self.world.ask_wait(n)

    @rule(n=any_number)
    def scores_are_given(self, n: int) -> None:
        self.world.scores(n)

    @rule(n=any_number, well=st.booleans())
    def an_agent_picks_up(self, n: int, well: bool) -> None:
        self.world.accept(n, well=well)

    @rule(n=any_number)
    def both_are_connected(self, n: int) -> None:
        self.world.connect(n)

    @rule(n=any_number, result=st.integers(0, 5), answered=st.booleans())
    def an_offer_fails(self, n: int, result: int, answered: bool) -> None:
        self.world.fail(n, result, answered)

    @rule(n=any_number)
    def an_offer_is_declined(self, n: int) -> None:
        self.world.decline(n)

    @rule(n=any_number)
    def a_caller_is_held(self, n: int) -> None:
        self.world.hold(n)

    @rule(n=any_number, wrap_up=st.booleans())
    def a_talk_is_over(self, n: int, wrap_up: bool) -> None:
        self.world.finish(n, wrap_up)

    @rule(n=any_number)
    def somebody_is_asked_beside(self, n: int) -> None:
        self.world.consult(n)

    @rule(n=any_number, there=st.booleans())
    def a_screen_comes_or_goes(self, n: int, there: bool) -> None:
        self.world.screen(n, there)

    @rule(n=any_number, wish=st.integers(0, 104))
    def a_presence_is_chosen(self, n: int, wish: int) -> None:
        self.world.presence(n, wish)

    @rule(n=any_number, queue=any_number)
    def a_break_from_one_queue_begins_or_ends(self, n: int, queue: int) -> None:
        self.world.queue_pause(n, queue)

    @rule(n=any_number, state=st.integers(0, 7))
    def a_phone_changes(self, n: int, state: int) -> None:
        self.world.device(n, state)

    @rule(n=any_number, extend=st.booleans())
    def time_after_the_call_is_asked_for(self, n: int, extend: bool) -> None:
        self.world.want_wrap_up(n, extend)

    @rule(n=any_number)
    def a_disposition_is_given(self, n: int) -> None:
        self.world.disposition(n)

    @rule(n=any_number)
    def a_supervisor_steps_in(self, n: int) -> None:
        self.world.supervisor(n)

    @rule(n=any_number)
    def an_old_message_comes_again(self, n: int) -> None:
        self.world.again(n)

    @rule(span=st.integers(0, 7))
    def time_passes(self, span: int) -> None:
        self.world.pass_time(span)

    @rule()
    def the_next_deadline_passes(self) -> None:
        self.world.next_deadline()

    @rule(back=st.booleans())
    def the_phone_system_goes_or_comes(self, back: bool) -> None:
        self.world.gap(back)

    @rule()
    def the_process_is_killed_and_started_again(self) -> None:
        self.world.crash()

    @rule()
    def the_twin_is_made_again(self) -> None:
        self.world.twin_again()

    @rule(seed=st.integers(0, 1_000))
    def the_configuration_is_another(self, seed: int) -> None:
        self.world.reload(seed)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.end_well()


AnyRouter.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestAnyRouter = AnyRouter.TestCase


@pytest.mark.parametrize("seed", range(DAYS))
def test_on_a_random_day_every_promise_is_kept(seed: int) -> None:
    assert live_through(seed, 150).events >= 50


def test_days_see_everything_that_can_happen() -> None:
    """The proof would be worth little if what it should try never came about."""
    worlds = [live_through(1_000 + seed, 150) for seed in range(20)]
    outcomes = {outcome.value for world in worlds for outcome in world.books.outcomes}
    assert outcomes >= {"answered", "timed_out", "evicted", "no_agents", "full", "overflowed"}
    assert sum(world.books.refusals for world in worlds) > 0
    assert sum(world.books.breaks_ever for world in worlds) > 0
    assert sum(world.books.news for world in worlds) > 0
    assert len({name for _, name, _ in HAPPENINGS}) == len(HAPPENINGS)
