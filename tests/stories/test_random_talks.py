"""Anything agents, supervisors, phones and the process may do with a caller, in any order.

After each step: no bug of ours, whoever only listens is heard by nobody, whoever whispers is not
heard by the caller, and what is asked is answered once. In the end: nothing is left over, and each
agent's talk and hold add up to the time in which they were in the talk.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.core.call import CallPhase
from contact_center.core.facts import FaultFound, RequestAnswered
from contact_center.core.ids import CallId
from contact_center.core.outcomes import Listening
from contact_center.core.queue_settings import Recording
from contact_center.core.requests import (
    AcceptRequested,
    ConsultRequested,
    ConsultStep,
    ConsultStepRequested,
    DeclineRequested,
    DigitsRequested,
    DispositionRequested,
    HangupRequested,
    HoldRequested,
    MuteRequested,
    ParkRequested,
    RecordingRequested,
    RequeueRequested,
    RetrieveRequested,
    TransferRequested,
)
from contact_center.core.supervisor_requests import SuperviseEndRequested, SuperviseRequested
from contact_center.core.talk_facts import ParkEnded
from tests.stories.centers import OUTSIDE
from tests.stories.talking import SUPERVISOR, Floor, center
from tests.stories.test_left_alone import asked_afterwards
from tests.stories.world import World

EXAMPLES = int(os.environ.get("RANDOM_TALKS", "150"))
AGENTS = ("anna", "bob", "carl")
TARGETS = [f"agent:{a}" for a in AGENTS] + ["queue:sales", "queue:support", f"number:{OUTSIDE}"]
agents = st.sampled_from(["holder", "holder", "holder", *AGENTS])
on = st.booleans()
anybody = st.sampled_from([*AGENTS, "boss", "outside", "caller"])

steps = st.one_of(
    st.tuples(st.just("pick up"), anybody),
    st.tuples(st.just("hang up"), st.sampled_from([*AGENTS, "boss", "outside"])),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 6.0, 22.0, 40.0, 130.0])),
    st.tuples(st.just(HoldRequested), agents, st.fixed_dictionaries({"on": on})),
    st.tuples(st.just(MuteRequested), agents, st.fixed_dictionaries({"on": on})),
    st.tuples(st.just(RecordingRequested), agents, st.fixed_dictionaries({"on": on})),
    st.tuples(st.just(DigitsRequested), agents, st.just({"digits": "1#"})),
    *(
        st.tuples(st.just(kind), agents, st.fixed_dictionaries({"to": st.sampled_from(TARGETS)}))
        for kind in (TransferRequested, ConsultRequested, ConsultRequested)
    ),
    *(
        st.tuples(st.just(ConsultStepRequested), agents, st.just({"step": step}))
        for step in ConsultStep
    ),
    *(
        st.tuples(st.just(kind), agents, st.just({}))
        for kind in (RequeueRequested, ParkRequested, HangupRequested)
    ),
    st.tuples(st.just(DispositionRequested), agents, st.just({"code": "sold"})),
    st.tuples(st.just("retrieve"), agents),
    st.tuples(st.just("accept"), agents),
    st.tuples(st.just("decline"), agents),
    st.tuples(st.just("supervise"), st.sampled_from(list(Listening))),
    st.tuples(st.just("stop supervising"), st.none()),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("gap"), st.sampled_from([None, *AGENTS, "boss", "outside"])),
)


class Day:
    """One caller's day."""

    def __init__(self, strategy: str, goes_on: bool) -> None:
        make = asked_afterwards if goes_on else center
        configuration = make(strategy=strategy, recording=Recording(on=True))
        self.floor = Floor(World(configuration), "bob", "carl")
        self.asked = 0

    def act(self, what: Any, who: Any, fields: dict[str, Any] | None = None) -> None:
        """Do one thing, as far as it can be done."""
        f, world = self.floor, self.floor.world
        if who == "holder":
            call = world.center.calls.calls.get(f.call)
            who = (call.agent if call is not None else None) or "anna"
        if isinstance(what, type):
            f.ask(what, who, **(fields or {}))
        elif what == "pick up":
            leg = f.leg(who)
            if leg is not None and who != "caller":
                world.network.answer(leg, world.now)
        elif what == "hang up":
            leg = f.leg(who)
            if leg is not None:
                world.network.hang_up(leg, world.now) or world.network.decline(leg, world.now)
        elif what == "wait":
            world.wait(who)
        elif what == "retrieve":
            world.ask(RetrieveRequested, who, slot=1)
        elif what in {"accept", "decline"}:
            self._offer(what, who)
        elif what == "supervise":
            f.supervise(SuperviseRequested, mode=who, device=SUPERVISOR)
        elif what == "stop supervising":
            f.supervise(SuperviseEndRequested)
        else:
            self._trouble(what, who)
        world.pump()

    def _offer(self, what: str, who: str) -> None:
        reservation = self.floor.world.agent_states[who].reservation  # type: ignore[index]
        kind = AcceptRequested if what == "accept" else DeclineRequested
        if reservation is not None:
            self.floor.world.ask(kind, who, reservation=reservation)

    def _trouble(self, what: str, who: str | None) -> None:
        world = self.floor.world
        if what == "restart":
            world.restart()
        else:
            world.network.cut(world.now)
            world.pump()
        leg = self.floor.leg(who) if who is not None else None
        if leg is not None:
            world.network.hang_up(leg, world.now)
        world.reconnect()

    def check(self) -> None:
        """What must be so after each step."""
        f = self.floor
        assert f.world.said(FaultFound) == []
        self._both_sides_agree()
        boss = f.leg("boss")
        call = f.world.center.calls.calls.get(f.call)
        supervisor = call.supervisors.get("eva") if call is not None else None
        if supervisor is not None and boss is not None and supervisor.on:
            heard_by = {who for who in ("caller", *AGENTS) if "boss" in f.hears(who).split()}
            if supervisor.mode is Listening.LISTEN:
                assert heard_by == set()
            elif supervisor.mode is Listening.WHISPER:
                assert "caller" not in heard_by
        if call is not None and call.phase is CallPhase.HELD:
            assert f.hears("caller") == "music"

    def _both_sides_agree(self) -> None:
        """Whom the router holds for the call, the call knows, and the other way round."""
        center = self.floor.world.center
        held = {r for r in center.router.reservations if r.startswith(f"{self.floor.call}-e")}
        call = center.calls.calls.get(self.floor.call)
        known = set(call.screens.values()) - set(call.wrappers.values()) if call else set()
        assert held == known

    def end(self) -> None:
        """The caller hangs up, and everything is accounted for."""
        f = self.floor
        if f.leg("caller") is not None and f.hears("caller") != "gone":
            f.world.hang_up(CallId(f.call))
        f.settled(outcome=None)
        answers = Counter(answer.cmd for answer in f.world.said(RequestAnswered))
        assert set(answers.values()) <= {1}
        assert len(f.told(ParkEnded)) == len(f.told_parked())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    strategy=st.sampled_from(["longest_idle", "ring_all"]),
    goes_on=st.booleans(),
    script=st.lists(steps, min_size=3, max_size=25),
)
def test_whatever_is_done_with_a_caller_adds_up_in_the_end(
    strategy: str, goes_on: bool, script: list[tuple[Any, ...]]
) -> None:
    """`goes_on`: whoever is left alone is asked something, instead of being hung up on."""
    day = Day(strategy, goes_on)
    try:
        for step in script:
            day.act(*step)
            day.check()
            day.floor.world.wait(0.001)  # no two people do something in one microsecond
        day.end()
    finally:
        day.floor.world.close()
