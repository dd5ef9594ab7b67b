"""Anything that dialers, customers, agents, the switch and the process may do, in any order.

After each step the state is sound. In the end everything that was asked for was told of: exactly
one end, of the last stage, nobody connected who was not answered, no message before its deadline,
and no leg, no agent and no reservation left over. Each story is replayed.
"""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contact_center.core.call import CallPhase
from contact_center.core.dialing import (
    CountsFrom,
    DialEnded,
    DialStage,
    DialStaged,
    MachineAction,
    PreviewDialRequested,
    PreviewSkipRequested,
)
from contact_center.core.facts import FaultFound
from contact_center.core.ids import CallId, LegId
from contact_center.core.requests import (
    DispositionRequested,
    HangupRequested,
    PresenceRequested,
    PresenceWish,
)
from tests.core.router_invariants import check_router
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE, SALES
from tests.stories.dialled import MACHINE, NOTICE, SALE, calling_center, dial, plug_in, ring_off
from tests.stories.world import World

EXAMPLES = int(os.environ.get("RANDOM_DIALLING", "60"))
AGENTS = ("anna", "bob")
MODES = (
    {},
    {},
    {"amd": True},
    {"amd": True, "on_machine": MachineAction.DROP, "machine_flow": MACHINE},
    {"amd": True, "on_machine": MachineAction.AGENT, "counts_from": CountsFrom.GREETING},
    {"amd": True, "machine_sample": True},
    {"amd": True, "machine_sample": True, "agent": "bob"},
    {"agent": "anna"},
    {"agent": "bob", "agent_first": True},
    {"agent_first": True},
    {"preview_us": 10_000_000},
    {"preview_us": 10_000_000, "preview_dials": True, "agent": "anna", "agent_first": True},
    {"queue": None, "flow": NOTICE},
    {"external": f"number:{OUTSIDE}"},
)
BEHAVIOURS = (
    *("answer after 2 s", "answer", "machine after 3 s", "silent after 1 s", "ignore", "busy"),
    *("decline after 2 s", "unregistered", "manual", "answer after 30 s", "wordy after 2 s"),
)
agents = st.sampled_from(AGENTS)
steps = st.one_of(
    st.tuples(st.just("dial"), st.sampled_from(MODES), st.sampled_from(BEHAVIOURS)),
    st.tuples(st.just("dial"), st.sampled_from(MODES), st.sampled_from(BEHAVIOURS)),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 0.5, 1.0, 2.0, 5.0, 20.0, 61.0]), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 0.5, 1.0, 2.0, 5.0]), st.none()),
    st.tuples(st.just("ring off"), st.integers(0, 9), st.none()),
    st.tuples(st.just("customer hangs up"), st.integers(0, 9), st.none()),
    st.tuples(st.just("customer presses"), st.integers(0, 9), st.sampled_from("19")),
    st.tuples(st.just("agent hangs up"), agents, st.none()),
    st.tuples(st.just("ready"), agents, st.none()),
    st.tuples(st.just("away"), agents, st.sampled_from([PresenceWish.PAUSED, PresenceWish.READY])),
    st.tuples(st.just("done"), agents, st.integers(0, 9)),
    st.tuples(st.just("decide"), agents, st.booleans()),
    st.tuples(st.just("caller"), st.none(), st.none()),
    st.tuples(st.just("restart"), st.floats(0, 8), st.none()),
    st.tuples(st.just("gap"), st.floats(0, 8), st.none()),
)


class Story:
    """A calling center, and what has been asked of it."""

    def __init__(self, *, auto_answer: bool) -> None:
        self.world = World(calling_center(auto_answer=auto_answer))
        self.world.ready(*AGENTS)
        self.asked: list[CallId] = []
        plug_in(self.world, "answer after 1 s", OUTSIDE)

    def step(self, what: str, first: object, second: object) -> None:
        world = self.world
        match what, first:
            case "dial", dict():
                number = f"+1415556{len(self.asked):04d}"
                plug_in(world, str(second), number)
                fields = {"flow": SALE, "queue": SALES, **first}
                self.asked.append(dial(world, f"d-{len(self.asked)}", number, **fields))
            case "wait", float() | int():
                world.wait(first)
            case "ring off", int() if self.asked:
                ring_off(world, self.asked[first % len(self.asked)])
            case "customer hangs up", int():
                self._customer(first, "")
            case "customer presses", int():
                self._customer(first, str(second))
            case "restart", float():
                world.restart()
                world.wait(first)
                world.reconnect()
                world.ready(*AGENTS)
            case "gap", float():
                world.network.cut(world.now)
                world.pump()
                world.wait(first)
                world.reconnect()
            case "caller", _:
                world.call(ani="", did=DIRECT_NUMBER, script=["hang up after 9 s"])
            case _, str():
                self._agent(what, first, second)
            case _:
                pass
        check_router(world.center.router, world.now)
        _sound_now(world)

    def _customer(self, which: int, keys: str) -> None:
        legs = [leg for leg in self.world.network.legs() if leg.leg.startswith("x-d-")]
        if legs:
            leg = LegId(legs[which % len(legs)].leg)
            if keys:
                self.world.network.press(leg, keys, self.world.now)
            else:
                self.world.network.hang_up(leg, self.world.now)
            self.world.pump()

    def _agent(self, what: str, name: str, second: object) -> None:
        world = self.world
        leg = world.agent_leg(name)
        calls = [call for call in self.asked if call in world.center.calls.calls]
        match what:
            case "agent hangs up" if leg is not None:
                world.network.answer(leg, world.now)
                world.network.hang_up(leg, world.now)
                world.pump()
            case "ready":
                world.ready(name)
            case "away":
                world.ask(PresenceRequested, name, presence=second)
            case "done":
                for call in calls:
                    world.ask(HangupRequested, name, call=call)
                    world.ask(DispositionRequested, name, call=call, code="sold")
            case "decide":
                kind = PreviewDialRequested if second else PreviewSkipRequested
                more = {} if second else {"reason": "not_now"}
                for call in calls:
                    world.ask(kind, name, call=call, **more)
            case _:
                pass

    def finish(self) -> None:
        """Let everybody hang up, and everything come to its end."""
        world = self.world
        for _ in range(6):
            world.wait(40)
            for leg in world.network.legs():
                world.network.hang_up(leg.leg, world.now)
            world.pump()
        world.wait(300)


def _sound_now(world: World) -> None:
    """Whoever is dialled, waits or talks has a deadline, and is where the router believes."""
    center = world.center
    for call in center.calls.calls.values():
        if call.dial is None or call.is_over:
            continue
        assert center.router.media_deadlines.due("call", call.call) is not None
        rings = call.phase is CallPhase.RINGING
        assert not rings or center.router.media_deadlines.due("ring", call.call) is not None
        screens = call.phase is CallPhase.SCREENING
        assert not screens or center.router.media_deadlines.due("screen", call.call) is not None
    for reservation in center.router.reservations.values():
        assert reservation.call in center.calls.calls
    for waiting in center.router.waiting.values():
        phase = center.calls.calls[waiting.call].phase
        assert phase in {
            CallPhase.WAITING,
            CallPhase.OFFERING,
            CallPhase.CONNECTING,
            CallPhase.CALLING,
        }


def _told(story: Story) -> None:
    world = story.world
    assert [fact for fact in world.facts if isinstance(fact, FaultFound)] == []
    ends = [fact for fact in world.facts if isinstance(fact, DialEnded)]
    assert Counter(fact.call for fact in ends) == Counter(story.asked)
    for end in ends:
        staged = [f for f in world.facts if isinstance(f, DialStaged) and f.call == end.call]
        last = [f.stage for f in staged if f.stage.value not in _ON_THE_WAY]
        assert last == [end.end], "one end, and the one that was told of"
        heard = end.end in {DialStage.DONE, DialStage.MACHINE}
        assert not end.sampled or (end.machine and heard), "no sample is an abandoned call"
        assert len({f.stage for f in staged}) == len(staged), "no stage twice"
        _sound(end)
    assert world.network.legs() == ()
    assert all(call.phase is CallPhase.ENDED for call in world.center.calls.calls.values())
    assert world.center.router.reservations == {}
    assert world.center.router.waiting == {}


_ON_THE_WAY = {"ringing", "answered", "queued", "connected"}


def _sound(end: DialEnded) -> None:
    """What is told of one call fits together."""
    if end.end in {DialStage.DONE, DialStage.ABANDONED, DialStage.LEFT, DialStage.MACHINE}:
        assert end.answered_at is not None
    if end.end is DialStage.DONE:
        assert end.connected_at is not None
    if end.connected_at is not None:
        assert end.answered_at is not None
        assert end.connected_at >= end.answered_at
    if end.message_at is not None:
        assert end.end is DialStage.ABANDONED
        assert end.answered_at is not None
        assert end.message_at >= end.answered_at
    if end.answered_at is not None:
        assert end.end not in {DialStage.BUSY, DialStage.NO_ANSWER, DialStage.INVALID}
    if end.end is DialStage.SKIPPED:
        assert end.ringing_at is None


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.booleans(), st.lists(steps, min_size=4, max_size=30))
def test_everything_asked_for_is_told_of_once_and_nothing_is_left_over(
    auto_answer: bool, wanted: list[tuple[str, object, object]]
) -> None:
    story = Story(auto_answer=auto_answer)
    try:
        for step in wanted:
            story.step(*step)
        story.finish()
        _told(story)
    finally:
        story.world.close()
