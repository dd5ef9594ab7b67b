"""Agents: presence, rests, wrap-up, screens that go away."""

from dataclasses import replace

import pytest

from contact_center.core import events as e
from contact_center.core.commands import EndCause
from contact_center.core.facts import OfferEnded, OfferResult, ScreenPopped
from contact_center.core.ids import AgentId
from contact_center.core.queue_settings import AfterNoAnswer, WrapUp
from contact_center.core.requests import (
    DeclineRequested,
    DeskConnected,
    DeskLost,
    DispositionRequested,
    HangupRequested,
    PresenceRequested,
    PresenceWish,
)
from tests.core.bare import SECOND, Bare
from tests.core.nasty import rough_center
from tests.stories.centers import DIRECT_NUMBER, SALES


def choose(bare: Bare, wish: PresenceWish, agent: str = "anna", reason: str = "") -> None:
    assert bare.ask(PresenceRequested, agent, presence=wish, reason=reason) == ""


def talking(bare: Bare) -> None:
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")


def test_who_signs_in_is_paused_until_they_say_they_are_ready() -> None:
    bare = Bare()
    bare.tell(DeskConnected(agent=AgentId("anna")))
    agent = bare.center.router.agents[AgentId("anna")]
    assert (bare.state("anna"), agent.reason) == ("paused idle", "signed_in")


def test_a_stranger_is_ignored_and_refused() -> None:
    bare = Bare()
    assert bare.tell(DeskConnected(agent=AgentId("nobody"))) == []
    assert bare.ask(PresenceRequested, "nobody", presence=PresenceWish.READY) == "unknown_agent"


def test_a_pause_asked_for_during_a_call_begins_after_the_wrap_up() -> None:
    bare = Bare()
    talking(bare)
    choose(bare, PresenceWish.PAUSED, reason="lunch")
    assert bare.state("anna") == "ready talking"
    bare.ends("c1")
    assert bare.state("anna") == "ready wrap_up"
    bare.wait(10)
    assert bare.state("anna") == "paused idle"
    assert bare.center.router.agents[AgentId("anna")].reason == "lunch"


def test_the_last_wish_counts() -> None:
    bare = Bare()
    talking(bare)
    choose(bare, PresenceWish.PAUSED, reason="lunch")
    choose(bare, PresenceWish.LOGGED_OUT)
    choose(bare, PresenceWish.READY)
    bare.ends("c1")
    bare.wait(10)
    assert bare.state("anna") == "ready idle"


def test_ready_in_wrap_up_ends_the_wrap_up() -> None:
    bare = Bare()
    talking(bare)
    bare.call(DIRECT_NUMBER, "c2")
    bare.ends("c1")
    choose(bare, PresenceWish.READY)
    assert bare.state("anna") == "ready offered"
    assert bare.of("c2").agent == "anna"


def test_no_caller_is_offered_in_wrap_up() -> None:
    bare = Bare()
    talking(bare)
    bare.call(DIRECT_NUMBER, "c2")
    bare.ends("c1")
    bare.wait(9.9)
    assert bare.state("anna") == "ready wrap_up"
    bare.wait(0.2)
    assert bare.state("anna") == "ready offered"


def test_a_pause_during_an_offer_declines_it_and_rests_nobody_else() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    choose(bare, PresenceWish.PAUSED, reason="lunch")
    assert bare.state("anna") == "paused idle"
    assert bare.state("bob") == "ready offered"
    ended = bare.said(OfferEnded)[0]
    assert isinstance(ended, OfferEnded)
    assert ended.result is OfferResult.DECLINED


def test_an_agent_who_answered_and_hung_up_before_the_caller_was_there_rests_but_a_moment() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    bare.up("c1", leg)
    bare.ends("c1", leg)
    bare.wait(0.9)
    assert bare.state("anna") == "ready idle"
    bare.wait(0.2)
    assert bare.state("anna") == "ready offered"


@pytest.mark.parametrize(
    ("cause", "rest", "after"),
    [
        (EndCause.BUSY, 5, "ready"),
        (EndCause.REJECTED, 5, "ready"),
        (EndCause.NORMAL, 5, "ready"),
        (EndCause.UNREGISTERED, 15, "ready"),
        (EndCause.INVALID_NUMBER, 15, "ready"),
        (EndCause.CONGESTION, 5, "ready"),
        (EndCause.NO_ANSWER, 0, "paused"),
    ],
)
def test_what_a_failed_offer_costs(cause: EndCause, rest: int, after: str) -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.ends("c1", bare.rung("c1"), cause)
    assert bare.state("anna") == f"{after} idle"
    if rest:
        bare.wait(rest - 0.1)
        assert bare.state("anna") == "ready idle"
        bare.wait(0.2)
        assert bare.state("anna") == "ready offered"


def test_who_may_let_it_ring_rests_instead_of_being_paused() -> None:
    center = rough_center()
    assert center.agents[AgentId("bob")].after_no_answer is AfterNoAnswer.BACK_OFF
    bare = Bare(center)
    bare.ready("bob")
    bare.call(DIRECT_NUMBER)
    bare.wait(20)
    assert bare.state("bob") == "ready idle"
    bare.wait(5)
    assert bare.state("bob") == "ready offered"


def test_an_offer_that_came_to_nothing_costs_the_place_among_the_idle() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.wait(1)
    bare.ready("bob")
    bare.wait(1)
    bare.call(DIRECT_NUMBER)
    assert bare.ask(DeclineRequested, "anna", reservation=bare.reservation("c1")) == ""
    bare.ends("c1")
    bare.wait(6)
    bare.call(DIRECT_NUMBER, "c2")
    assert bare.of("c2").agent == "bob"


def test_ready_ends_a_rest() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.ask(DeclineRequested, "anna", reservation=bare.reservation("c1"))
    choose(bare, PresenceWish.READY)
    assert bare.state("anna") == "ready offered"


def test_an_offer_of_somebody_else_cannot_be_declined() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    assert bare.ask(DeclineRequested, "bob", reservation=bare.reservation("c1")) == "offer_is_over"
    assert bare.state("anna") == "ready offered"


def test_a_lost_screen_pauses_after_a_while_and_logs_out_after_long() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.tell(DeskLost(agent=AgentId("anna")))
    bare.wait(29)
    assert bare.state("anna") == "ready idle"
    bare.wait(2)
    assert bare.state("anna") == "paused idle"
    bare.wait(599)
    assert bare.state("anna") == "logged_out idle"


def test_a_screen_that_comes_back_in_time_changes_nothing() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.tell(DeskLost(agent=AgentId("anna")))
    bare.wait(29)
    bare.tell(DeskConnected(agent=AgentId("anna")))
    bare.wait(60)
    assert bare.state("anna") == "ready idle"


def test_a_screen_lost_in_a_call_leaves_the_call_alone() -> None:
    bare = Bare()
    talking(bare)
    bare.tell(DeskLost(agent=AgentId("anna")))
    bare.wait(40)
    assert bare.state("anna") == "ready talking"
    bare.ends("c1")
    bare.wait(11)
    assert bare.state("anna") == "paused idle"


def test_a_screen_that_comes_back_during_the_call_takes_the_pause_back() -> None:
    bare = Bare()
    talking(bare)
    bare.tell(DeskLost(agent=AgentId("anna")))
    bare.wait(40)
    bare.tell(DeskConnected(agent=AgentId("anna")))
    bare.ends("c1")
    bare.wait(11)
    assert bare.state("anna") == "ready idle"


def test_wrap_up_of_nought_seconds_is_none() -> None:
    center = rough_center()
    queues = {**center.queues, SALES: replace(center.queues[SALES], wrap_up=WrapUp(us=0))}
    bare = Bare(replace(center, queues=queues))
    talking(bare)
    bare.ends("c1")
    assert bare.state("anna") == "ready idle"
    assert bare.of("c1").wrapping is None


def test_a_disposition_that_does_not_exist_is_refused_and_another_ends_the_wrap_up() -> None:
    bare = Bare()
    talking(bare)
    bare.wait(1)
    assert bare.ask(HangupRequested, "bob", call="c1") == "not_talking"
    assert bare.ask(DispositionRequested, "bob", call="c1", code="sold") == "not_your_call"
    assert bare.ask(HangupRequested, "anna", call="c1") == ""
    assert bare.ask(DispositionRequested, "anna", call="c1", code="other") == "unknown_disposition"
    assert bare.ask(DispositionRequested, "anna", call="c1", code="sold") == ""
    assert bare.state("anna") == "ready idle"
    assert bare.ask(DispositionRequested, "anna", call="c9", code="sold") == "no_such_call"


def test_the_longest_idle_clock_starts_anew_with_each_wait_for_a_caller() -> None:
    bare = Bare()
    bare.ready("bob")
    bare.wait(5)
    bare.ready("anna")
    for name, agent in (("c1", "bob"), ("c2", "anna")):
        bare.call(DIRECT_NUMBER, name)
        assert bare.of(name).agent == agent
        bare.connect(name)
        bare.ends(name)
        bare.ask(DispositionRequested, agent, call=name, code="sold")
        bare.wait(1)
    bare.call(DIRECT_NUMBER, "c3")
    assert bare.of("c3").agent == "bob"
    pops = [pop.agent for pop in bare.said(ScreenPopped) if isinstance(pop, ScreenPopped)]
    assert pops == ["bob", "anna", "bob"]


def test_people_can_sign_in_and_out_while_the_switch_is_away() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.tell(e.ProviderGap(provider="test"))
    choose(bare, PresenceWish.LOGGED_OUT)
    assert bare.state("anna") == "logged_out idle"
    bare.ready("bob")
    assert bare.state("bob") == "ready idle", "nobody can be rung now"
    assert SECOND == 1_000_000
