"""Agents and outbound calls: previews, agents who are there first or kept, clicks, endpoints."""

import pytest

from contact_center.core.commands import EndCause
from contact_center.core.dialing import (
    AskToDial,
    ClickToDialRequested,
    DialRefused,
    DialStage,
    PreviewDialRequested,
    PreviewSkipRequested,
)
from contact_center.core.facts import (
    AgentOffered,
    OfferEnded,
    OfferResult,
    RequestAnswered,
    ScreenPopCompleted,
)
from contact_center.core.ids import AgentId, CallId, CommandId
from contact_center.core.requests import (
    AcceptRequested,
    DeclineRequested,
    HangupRequested,
    PresenceRequested,
    PresenceWish,
)
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE
from tests.stories.dialled import (
    EVE,
    SECOND,
    Make,
    agent,
    calling_center,
    customer,
    dial,
    ended,
    numbers_rung,
    plug_in,
    ring_off,
    stages,
)
from tests.stories.world import World

S = DialStage


@pytest.fixture
def world(make_world: Make) -> World:
    world = make_world(calling_center())
    world.ready("anna")
    return world


def show(world: World, **fields: object) -> CallId:
    """Let an agent look at a lead."""
    shown = {"preview_us": 20 * SECOND, "skip_reasons": ("not_now",), "name": "Eve Park", **fields}
    return dial(world, **shown)


def offers(world: World) -> list[AgentOffered]:
    return [fact for fact in world.said(AgentOffered) if isinstance(fact, AgentOffered)]


def ended_offers(world: World) -> list[OfferResult]:
    return [fact.result for fact in world.said(OfferEnded) if isinstance(fact, OfferEnded)]


# --- previews --------------------------------------------------------------------


def test_an_agent_sees_the_lead_and_nobody_is_dialled_before_they_want_it(world: World) -> None:
    plug_in(world, "answer after 3 s")
    call = show(world, fields=(("roof", "slate"),))
    preview = offers(world)[-1].preview
    assert preview is not None
    assert (preview.number, preview.name, preview.fields) == (EVE, "Eve Park", (("roof", "slate"),))
    assert (preview.until, preview.reasons) == (world.now + 20 * SECOND, ("not_now",))
    assert (world.agent_leg("anna"), numbers_rung(world)) == (None, [])
    world.wait(10)
    assert world.ask(PreviewDialRequested, "anna", call=call) == ""
    world.wait(1)
    assert numbers_rung(world) == [EVE], "the agent's phone picked up first"
    world.wait(3)
    assert stages(world) == [S.RINGING, S.ANSWERED, S.CONNECTED]
    assert world.hears(customer(call)).startswith("talk")
    assert world.ask(HangupRequested, "anna", call=call) == ""
    world.wait(1)
    assert (ended(world).end, ended(world).agent) == (S.DONE, "anna")
    assert world.state("anna") == "ready wrap_up"


def test_a_lead_is_skipped_with_a_reason_of_the_campaign_and_nobody_is_blamed(
    world: World,
) -> None:
    call = show(world)
    assert world.ask(PreviewSkipRequested, "anna", call=call, reason="rude") == "bad_reason"
    assert world.ask(PreviewSkipRequested, "anna", call=call, reason="not_now") == ""
    end = ended(world)
    assert (end.end, end.reason, end.agent) == (S.SKIPPED, "not_now", "anna")
    assert world.state("anna") == "ready idle"
    assert numbers_rung(world) == []
    assert world.ask(PreviewDialRequested, "anna", call=call) in {"offer_is_over", "no_such_call"}


def test_a_lead_nobody_decides_on_is_let_go_or_dialled_as_the_campaign_says(
    make_world: Make,
) -> None:
    world = make_world(calling_center())
    world.ready("anna", "bob")
    plug_in(world, "answer")
    show(world)
    world.wait(20)
    assert (ended(world).end, ended(world).reason) == (S.SKIPPED, "timed_out")
    assert "ready idle" in {world.state("anna"), world.state("bob")}
    assert "paused idle" in {world.state("anna"), world.state("bob")}, "who did not look rests"
    show(world, call="d-2", preview_dials=True)
    world.wait(21)
    assert stages(world, CallId("d-2"))[-1] is S.CONNECTED


def test_another_agent_cannot_decide_on_a_lead_that_is_shown_to_one(world: World) -> None:
    call = show(world)
    assert world.ask(PreviewDialRequested, "bob", call=call) == "offer_is_over"
    assert world.ask(PreviewSkipRequested, "bob", call=call, reason="not_now") == "offer_is_over"


def test_taking_and_declining_are_dialling_and_skipping(world: World) -> None:
    plug_in(world, "answer")
    show(world)
    reservation = offers(world)[-1].reservation
    assert world.ask(AcceptRequested, "anna", reservation=reservation) == ""
    world.wait(1)
    assert stages(world)[-1] is S.CONNECTED
    world.ready("bob")
    show(world, call="d-2", number="+14155550124")
    reservation = offers(world)[-1].reservation
    assert world.ask(DeclineRequested, "bob", reservation=reservation) == ""
    end = ended(world, CallId("d-2"))
    assert (end.end, end.reason) == (S.SKIPPED, "declined")


def test_a_preview_that_is_taken_back_disappears(world: World) -> None:
    call = show(world)
    ring_off(world, call, "stopped")
    assert (ended(world).end, ended(world).cause) == (S.CANCELLED, "stopped")
    assert ended_offers(world) == [OfferResult.REVOKED]
    assert world.state("anna") == "ready idle"


def test_a_preview_lasts_over_a_new_process(world: World) -> None:
    plug_in(world, "answer")
    call = show(world)
    world.wait(5)
    first = offers(world)[-1].preview
    world.restart()
    again = world.said(ScreenPopCompleted)[-1]
    assert isinstance(again, ScreenPopCompleted)
    assert again.preview == first, "the screen is shown it once more, with the same time"
    world.reconnect()
    world.ready("anna")
    assert world.ask(PreviewDialRequested, "anna", call=call) == ""
    world.wait(1)
    assert stages(world)[-1] is S.CONNECTED


# --- the agent first --------------------------------------------------------------------


def test_the_agent_is_on_the_line_before_the_customer_rings(make_world: Make) -> None:
    world = make_world(calling_center(auto_answer=False))
    world.ready("anna", "bob")
    plug_in(world, "answer after 2 s")
    call = dial(world, agent=agent("bob"), agent_first=True)
    assert numbers_rung(world) == []
    assert world.agent_leg("anna") is None
    world.pick_up("bob")
    assert numbers_rung(world) == [EVE]
    world.wait(2)
    assert world.hears(customer(call)).startswith("talk")
    assert ended_offers(world) == []
    world.hang_up(CallId(customer(call)))
    assert ended(world).agent == "bob"


def test_an_agent_whose_customer_does_not_answer_has_no_notes_to_write(world: World) -> None:
    plug_in(world, "busy")
    dial(world, agent=agent("anna"), agent_first=True)
    world.wait(2)
    assert ended(world).end is S.BUSY
    assert world.state("anna") == "ready idle"


def test_an_agent_who_hangs_up_while_it_rings_takes_the_call_back(world: World) -> None:
    plug_in(world, "ignore")
    dial(world, agent=agent("anna"), agent_first=True)
    world.wait(2)
    leg = world.agent_leg("anna")
    assert leg is not None
    world.network.hang_up(leg, world.now)
    world.wait(1)
    assert (ended(world).end, ended(world).cause) == (S.CANCELLED, "agent_left")
    assert world.network.at_phone(EVE) == ()


def test_an_agent_who_does_not_answer_their_phone_ends_what_was_meant_for_them(
    make_world: Make,
) -> None:
    world = make_world(calling_center(auto_answer=False))
    world.ready("anna", "bob")
    dial(world, agent=agent("anna"), agent_first=True)
    leg = world.agent_leg("anna")
    assert leg is not None
    world.network.decline(leg, world.now, EndCause.REJECTED)
    world.pump()
    assert (ended(world).end, ended(world).cause) == (S.FAILED, "agent_declined")
    assert world.state("bob") == "ready idle", "nobody else was asked"


def test_a_call_meant_for_an_agent_waits_for_them_and_not_for_ever(world: World) -> None:
    caller = world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.ready("bob")
    plug_in(world, "answer")
    dial(world, agent=agent("anna"), agent_first=True)
    world.wait(29)
    assert stages(world) == []
    world.wait(2)
    assert (ended(world).end, ended(world).cause) == (S.FAILED, "no_agent")
    assert world.state("bob") == "ready idle"
    world.hang_up(caller)


def test_an_agent_who_leaves_is_not_waited_for(world: World) -> None:
    world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.ready("bob")
    dial(world, agent=agent("anna"), agent_first=True)
    world.ask(PresenceRequested, "anna", presence=PresenceWish.LOGGED_OUT)
    world.hang_up(CallId("sim-1"))
    world.wait(31)
    assert (ended(world).end, ended(world).cause) == (S.FAILED, "no_agent")


def test_a_callback_for_anybody_takes_whoever_is_free(world: World) -> None:
    plug_in(world, "answer after 1 s")
    dial(world, agent_first=True)
    world.wait(2)
    assert stages(world)[-1] is S.CONNECTED


# --- kept for an agent --------------------------------------------------------------------


def test_an_agent_for_whom_a_call_is_kept_gets_nobody_else_meanwhile(world: World) -> None:
    plug_in(world, "answer after 5 s")
    call = dial(world, agent=agent("anna"))
    caller = world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.wait(4)
    assert world.hears(caller).startswith("music"), "the only agent is kept"
    world.wait(2)
    assert world.hears(customer(call)).startswith("talk")
    assert ended_offers(world) == []


def test_an_agent_is_free_again_when_the_call_kept_for_them_comes_to_nothing(
    world: World,
) -> None:
    plug_in(world, "busy")
    dial(world, agent=agent("anna"))
    assert ended(world).end is S.BUSY
    assert world.state("anna") == "ready idle"


def test_a_call_kept_for_an_agent_who_goes_is_taken_back(world: World) -> None:
    plug_in(world, "ignore")
    dial(world, agent=agent("anna"))
    world.wait(1)
    world.ask(PresenceRequested, "anna", presence=PresenceWish.LOGGED_OUT)
    world.wait(31)
    assert ended(world).end in {S.CANCELLED, S.NO_ANSWER}
    assert world.network.at_phone(EVE) == ()
    assert "logged_out" in world.state("anna")


# --- clicking --------------------------------------------------------------------


def asked(world: World) -> list[AskToDial]:
    return [out for out in world.outputs if isinstance(out, AskToDial)]


def test_a_click_is_asked_about_and_answered_when_the_call_is_made(world: World) -> None:
    plug_in(world, "answer")
    shown = "+14155550100"
    assert world.ask(ClickToDialRequested, "anna", number=EVE, shown=shown) == "pending"
    (question,) = asked(world)
    assert (question.agent, question.number, question.shown) == ("anna", EVE, shown)
    dial(world, agent=agent("anna"), agent_first=True, queue=None, request=question.cmd)
    assert world.answer(question.cmd) == ""
    world.wait(1)
    assert stages(world)[-1] is S.CONNECTED
    world.wait(10)
    answers = [f for f in world.said(RequestAnswered) if isinstance(f, RequestAnswered)]
    assert len([fact for fact in answers if fact.cmd == question.cmd]) == 1


def test_a_click_that_may_not_be_is_refused_with_the_reasons(world: World) -> None:
    world.ask(ClickToDialRequested, "anna", number=EVE)
    (question,) = asked(world)
    reasons = ("hours", "cap:US-FL")
    world.tell(DialRefused(agent=AgentId("anna"), request=question.cmd, reasons=reasons))
    world.tell(DialRefused(agent=AgentId("anna"), request=question.cmd, reasons=("late",)))
    answers = [f for f in world.said(RequestAnswered) if isinstance(f, RequestAnswered)]
    told = [(fact.code, fact.message) for fact in answers if fact.cmd == question.cmd]
    assert told == [("refused", "hours, cap:US-FL")]


def test_a_click_that_no_dialer_answers_is_answered_all_the_same(world: World) -> None:
    assert world.ask(ClickToDialRequested, "anna", number=EVE) == "pending"
    world.restart()
    world.reconnect()
    world.wait(6)
    assert world.answer(asked(world)[0].cmd) == "no_dialer"


@pytest.mark.parametrize(
    ("who", "number", "code"),
    [("anna", "12", "not_a_number"), ("bob", EVE, "logged_out"), ("zoe", EVE, "unknown_agent")],
)
def test_what_nobody_can_click_is_not_asked_about(
    world: World, who: str, number: str, code: str
) -> None:
    assert world.ask(ClickToDialRequested, who, number=number) == code
    assert asked(world) == []


def test_a_number_that_cannot_be_shown_is_not_asked_about(world: World) -> None:
    assert world.ask(ClickToDialRequested, "anna", number=EVE, shown="12") == "not_shown"
    assert asked(world) == []


def test_an_answer_to_a_click_nobody_made_changes_nothing(world: World) -> None:
    world.tell(DialRefused(agent=AgentId("anna"), request=CommandId("x"), reasons=()))
    assert world.answer(CommandId("x")) == "pending"


# --- an endpoint in an agent's place ---


def test_an_endpoint_outside_takes_who_answered_in_an_agents_place(world: World) -> None:
    plug_in(world, "answer after 1 s")
    plug_in(world, "answer after 0.5 s", OUTSIDE)
    call = dial(world, external=f"number:{OUTSIDE}", agent=agent("bot"))
    world.wait(2)
    assert world.hears(customer(call)).startswith("talk")
    assert world.state("anna") == "ready idle"
    world.wait(8)
    world.hang_up(CallId(customer(call)))
    world.wait(1)
    end = ended(world)
    assert (end.end, end.agent) == (S.DONE, "bot")
    assert end.connected_at is not None
    assert end.talk_us == end.at - end.connected_at > 0
    assert stages(world) == [S.RINGING, S.ANSWERED, S.QUEUED, S.CONNECTED, S.DONE]


@pytest.mark.parametrize("behaviour", ["ignore", "busy"])
def test_an_endpoint_that_does_not_come_in_time_is_no_agent(world: World, behaviour: str) -> None:
    plug_in(world, "answer")
    plug_in(world, behaviour, OUTSIDE)
    call = dial(world, external=f"number:{OUTSIDE}")
    world.wait(2.1)
    assert "This was Larkfield" in world.heard(customer(call))
    world.wait(20)
    assert ended(world).end is S.ABANDONED
    assert world.network.at_phone(OUTSIDE) == ()
