"""An agent who is gone around the answer, at whatever instant, does not cost the caller a thing.

Before the two are joined it is an offer that came to nothing. For a short while afterwards nobody
can have said a word, and it is as good as that: the caller is back in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from contact_center.core.call import CallPhase
from contact_center.core.commands import Command, EndTalk, EnterWaiting, Hangup, Join, Originate
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import DialStage
from contact_center.core.facts import (
    CallConnected,
    CallFinished,
    CallOutcome,
    CallQueued,
    ConversationEnded,
    OfferEnded,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import CallId, LegId, agent_leg
from contact_center.core.queue_settings import Recording
from contact_center.core.requests import HangupRequested, TransferRequested
from tests.core.bare import Bare
from tests.stories import dialled
from tests.stories.centers import DIRECT_NUMBER
from tests.stories.talking import Floor, MakeWorld, center, floor
from tests.stories.world import World

BRIDGED = "both are in the talk"
SECOND = 1_000_000


def least_talk(configuration: CenterConfiguration, us: int) -> CenterConfiguration:
    return replace(configuration, timing=replace(configuration.timing, least_talk_us=us))


# --- one event after the other ----------------------------------------------------


class Answered(Bare):
    """Anna and bob are rung for a caller, and anna answered. They are asked to be joined."""

    def __init__(self, strategy: str = "ring_all") -> None:
        super().__init__(center(strategy=strategy))
        self.ready("anna", "bob")
        self.call(DIRECT_NUMBER)
        first = next(o for o in self.of("c1").offers.values() if o.agent == "anna")
        self.leg = agent_leg(first.reservation)
        self.asked = self.up("c1", self.leg)

    def over(self) -> CallFinished:
        """Let the caller hang up, and every leg with them."""
        for leg in ("c1", *(leg for leg in self.of("c1").legs if leg != "c1")):
            self.ends("c1", LegId(leg))
        (finished,) = self.said(CallFinished)
        assert isinstance(finished, CallFinished)
        return finished

    def joins(self, leg: str) -> Command:
        return next(o for o in self.asked if isinstance(o, Join) and o.leg == leg)


Happens = Callable[[Answered], object]

BEFORE_THE_END: dict[str, tuple[Happens, ...]] = {
    "nothing yet": (),
    "the caller is in the talk": (lambda a: a.join("c1", LegId("c1")),),
    "the agent is in the talk": (lambda a: a.join("c1", a.leg),),
    BRIDGED: (lambda a: a.join("c1", LegId("c1")), lambda a: a.join("c1", a.leg)),
}
AFTER_THE_END: dict[str, tuple[Happens, ...]] = {
    "nothing more": (),
    "the caller is said to be joined, late": (lambda a: a.join("c1", LegId("c1")),),
    "the agent is said to be joined, late": (lambda a: a.join("c1", a.leg),),
    "the caller could not be joined": (lambda a: a.fails(a.joins("c1"), "no_such_talk"),),
    "the agent could not be joined": (lambda a: a.fails(a.joins(a.leg), "no_such_leg"),),
    "the agent's end is told again": (lambda a: a.ends("c1", a.leg),),
}


@pytest.mark.parametrize("late", AFTER_THE_END)
@pytest.mark.parametrize("early", BEFORE_THE_END)
@pytest.mark.parametrize("strategy", ["ring_all", "longest_idle"])
def test_whenever_an_agent_is_gone_the_caller_is_offered_to_another(
    strategy: str, early: str, late: str
) -> None:
    a = Answered(strategy)
    for happens in BEFORE_THE_END[early]:
        happens(a)
    outputs = a.ends("c1", a.leg)
    assert [o.leg for o in outputs if isinstance(o, EnterWaiting)] == ["c1"]
    assert any(isinstance(o, EndTalk) for o in outputs)
    assert LegId("c1") not in {o.leg for o in outputs if isinstance(o, Hangup)}
    assert [o.to for o in outputs if isinstance(o, Originate)] == ["device:1002"]
    for happens in AFTER_THE_END[late]:
        happens(a)
    call = a.of("c1")
    assert call.phase is CallPhase.OFFERING
    assert call.agent == "bob"
    assert a.state("anna") == "ready idle"
    assert a.state("bob") == "ready offered"

    a.connect("c1")
    assert call.phase is CallPhase.TALKING
    assert [c.agent for c in a.said(CallConnected)][-1] == "bob"
    a.wait(60)
    assert call.phase is CallPhase.TALKING
    finished = a.over()
    assert (finished.outcome, finished.agent) == (CallOutcome.ANSWERED, "bob")


@pytest.mark.parametrize("early", BEFORE_THE_END)
def test_a_caller_who_gives_up_then_was_not_answered(early: str) -> None:
    a = Answered()
    for happens in BEFORE_THE_END[early]:
        happens(a)
    a.ends("c1", a.leg)
    a.wait(5)
    finished = a.over()
    waits = [w for w in a.said(WaitEnded) if isinstance(w, WaitEnded)]
    assert waits[-1].outcome is QueueOutcome.ABANDONED
    assert (finished.outcome, finished.agent) == (CallOutcome.ABANDONED, None)


# --- with phones and desks ----------------------------------------------------


def gone(f: Floor, agent: str, how: str) -> None:
    if how == "phone":
        f.hang_up(agent)
    else:
        assert f.ask(HangupRequested, agent) == ""
        f.world.pump()


@pytest.mark.parametrize("how", ["phone", "desk"])
def test_an_agent_who_is_gone_at_once_has_missed_the_caller(
    make_world: MakeWorld, how: str
) -> None:
    f = floor(make_world, recording=Recording(on=True))
    began = f.told(CallQueued)[0].since
    f.world.wait(0.999)
    gone(f, "anna", how)
    f.all_hear(caller="music", anna="gone")
    (part,) = f.ended()
    assert part.missed
    assert [w.outcome for w in f.told(WaitEnded)] == [QueueOutcome.ANSWERED]
    assert [q.since for q in f.told(CallQueued)] == [began, began]
    # Alone, she is asked again, but not before she had her rest.
    assert f.world.state("anna") == "ready idle"
    f.world.wait(4.9)
    assert f.leg("anna") is None
    f.world.wait(0.2)
    f.all_hear(anna="ringing")
    f.pick_up("anna")
    f.world.wait(1)
    gone(f, "anna", how)
    f.all_hear(caller="gone", anna="gone")
    assert f.world.state("anna") == "ready wrap_up"
    assert [p.missed for p in f.ended()] == [True, False]
    f.dispose("anna")
    f.settled()


def test_a_second_later_it_is_the_end_of_the_call(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.wait(1)
    f.hang_up("anna")
    f.all_hear(caller="gone", bob="gone")
    f.settled()


def test_how_soon_that_is_may_be_set_and_switched_off(make_world: MakeWorld) -> None:
    long = Floor(make_world(least_talk(center(), 3 * SECOND)), "bob")
    long.world.wait(2.9)
    long.hang_up("anna")
    long.all_hear(caller="music", bob="ringing")
    never = Floor(make_world(least_talk(center(), 0)), "bob")
    never.hang_up("anna")
    never.all_hear(caller="gone", bob="gone")
    never.settled()


def test_the_caller_is_ahead_of_whoever_came_later_and_kept_from_the_one_who_left(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.world.wait(0.5)
    later = f.world.call(did=DIRECT_NUMBER)
    f.hang_up("anna")
    f.world.ready("bob")
    assert f.leg("bob") is not None
    assert f.world.agent_states["bob"].call == f.call  # type: ignore[index]
    f.world.wait(5.1)
    assert f.world.agent_states["anna"].call == later  # type: ignore[index]
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    f.world.hang_up(later)
    f.hang_up("caller")
    f.world.wait(60)
    assert not f.world.network.legs()


def test_all_other_phones_ring_again(make_world: MakeWorld) -> None:
    world: World = make_world(center(strategy="ring_all"))
    world.ready("anna", "bob", "carl")
    call = world.call(did=DIRECT_NUMBER)
    f = Floor.__new__(Floor)
    f.world, f.call = world, call
    f.pick_up("bob")
    f.hang_up("bob")
    f.all_hear(caller="music", anna="ringing", bob="gone", carl="ringing")
    f.pick_up("carl")
    f.all_hear(caller="carl", carl="caller", anna="gone", bob="gone")
    f.hang_up("caller")
    f.settled()


def test_whom_a_caller_was_sent_to_may_be_gone_at_once_as_well(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob", "carl")
    f.world.wait(60)
    assert f.ask(TransferRequested, "anna", to="agent:bob") == ""
    f.pick_up("bob")
    f.hang_up("bob")
    f.all_hear(caller="music", bob="gone", carl="ringing")
    f.pick_up("carl")
    f.all_hear(caller="carl", carl="caller")
    f.hang_up("caller")
    f.dispose("anna")
    f.settled()


def test_a_phone_that_fails_each_time_does_not_keep_a_caller_for_ever(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, max_wait_us=30 * SECOND)
    for _ in range(30):
        leg = f.leg("anna")
        if leg is not None and f.hears("anna") == "ringing":
            f.pick_up("anna")
        if f.leg("anna") is not None:
            f.hang_up("anna")
        f.world.wait(2)
    assert f.told(WaitEnded)[-1].outcome is QueueOutcome.TIMED_OUT
    assert 2 < len(f.ended()) < 10
    f.settled(outcome=None)


def test_an_agent_ready_for_one_call_and_gone_at_once_is_told_as_missed(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    f.hang_up("anna")
    f.pick_up("bob")
    router = f.world.center.router
    assert router.agents["anna"].handled == []  # type: ignore[index]
    assert f.told(OfferEnded) == []
    assert [e.agent for e in f.told(ConversationEnded)] == ["anna"]
    f.hang_up("caller")
    f.settled()


def test_a_switch_that_comes_back_without_the_agent_gives_the_caller_back(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    leg = f.leg("anna")
    assert leg is not None
    f.world.network.cut(f.world.now)
    f.world.pump()
    f.world.network.hang_up(leg, f.world.now)
    f.world.reconnect()
    f.all_hear(caller="music", bob="ringing")
    assert f.told(OfferEnded) == []
    f.hang_up("caller")
    f.settled(outcome=CallOutcome.ABANDONED)


def test_what_is_lost_with_its_caller_is_over(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.network.cut(f.world.now)
    f.world.pump()
    for leg in (f.leg("anna"), LegId(CallId(f.call))):
        assert leg is not None
        f.world.network.hang_up(leg, f.world.now)
    f.world.reconnect()
    assert f.leg("bob") is None
    f.world.wait(60)
    assert [c.outcome for c in f.told(CallFinished)] == [CallOutcome.ANSWERED]
    assert f.told(OfferEnded) == []


def test_somebody_we_called_is_kept_for_another_agent_as_well(make_world: MakeWorld) -> None:
    world: World = make_world(dialled.calling_center())
    world.ready("anna", "bob")
    dialled.plug_in(world, "answer")
    call = dialled.dial(world)
    leg = world.pick_up("anna")
    assert world.network.hang_up(leg, world.now)
    world.pump()
    assert world.hears(dialled.customer(call)).startswith("music")
    assert world.hears(world.pick_up("bob")) == world.hears(dialled.customer(call)) != "nothing"
    world.wait(5)
    world.hang_up(CallId(dialled.customer(call)))
    world.wait(60)
    assert dialled.ended(world).end is DialStage.DONE
    assert [p.agent for p in world.said(ConversationEnded)] == ["anna", "bob"]  # type: ignore[attr-defined]
