"""Inbound calls, told as stories: what callers hear and what happens to agents."""

from contact_center.adapters.simulated.phones import phone
from contact_center.core.events import Customer
from contact_center.core.facts import (
    CallConnected,
    CallFinished,
    CallOutcome,
    ConversationEnded,
    OfferEnded,
    OfferResult,
    QueueOutcome,
    ScreenPopped,
    VoicemailLeft,
    WaitEnded,
)
from contact_center.core.ids import CustomerId, LegId
from contact_center.core.requests import (
    AcceptRequested,
    DeclineRequested,
    DispositionRequested,
    HangupRequested,
    HoldRequested,
    PresenceRequested,
)
from contact_center.core.requests import PresenceWish as Wish
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE, agent, small_center
from tests.stories.world import World

EVE = Customer(customer=CustomerId("7"), name="Eve Adams", tier="gold")


def outcome_of(world: World) -> list[CallOutcome]:
    return [f.outcome for f in world.said(CallFinished) if isinstance(f, CallFinished)]


def test_the_whole_story_from_dialling_to_disposition(world: World) -> None:
    world.customers["+14155550123"] = (EVE,)
    world.ready("anna")
    call = world.call()
    world.wait(1)
    assert "For sales press 1" in world.hears(call)
    world.press(call, "1")
    pop = world.said(ScreenPopped)[0]
    assert isinstance(pop, ScreenPopped)
    assert pop.customers == (EVE,)
    assert pop.script == ("Hello Eve Adams, this is Anna of Sales.",)
    assert pop.reason == "Wants to buy"
    assert world.state("anna") == "ready offered"
    assert world.hears(call).startswith("music")
    world.wait(2)
    leg = world.pick_up("anna")
    assert world.state("anna") == "ready talking"
    assert world.hears(call).startswith("talk")
    assert world.hears(leg).startswith("talk")
    world.wait(30)
    world.hang_up(call)
    assert world.state("anna") == "ready wrap_up"
    assert world.agent_leg("anna") is None
    assert outcome_of(world) == [CallOutcome.ANSWERED]
    code = world.ask(DispositionRequested, "anna", call=call, code="sold", notes="a rake")
    assert code == ""
    assert world.state("anna") == "ready idle"


def test_the_pop_leaves_before_the_phone_is_dialled(world: World) -> None:
    world.ready("anna")
    world.call(did=DIRECT_NUMBER)
    names = [type(o).__name__ for o in world.outputs]
    assert names.index("ScreenPopped") < names.index("Originate")


def test_ring_no_answer_pauses_the_agent_and_keeps_the_callers_place(world: World) -> None:
    world.ready("anna")
    first = world.call(did=DIRECT_NUMBER)
    world.wait(3)
    second = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.wait(18)
    assert world.state("anna") == "paused idle"
    assert world.agent_leg("anna") is None
    assert world.hears(first).startswith("music")
    world.ready("bob")
    world.pick_up("bob")
    assert world.hears(first).startswith("talk")
    assert world.hears(second).startswith("music")


def test_the_agent_who_declines_rests_and_another_gets_the_caller(world: World) -> None:
    world.ready("anna", "bob")
    world.call(did=DIRECT_NUMBER)
    offer = world.agent_states["anna"].reservation
    assert world.ask(DeclineRequested, "anna", reservation=offer) == ""
    assert world.state("anna") == "ready idle"
    assert world.state("bob") == "ready offered"
    assert world.ask(DeclineRequested, "anna", reservation=offer) == "offer_is_over"


def test_a_caller_who_hangs_up_while_it_rings_frees_the_agent_at_no_cost(world: World) -> None:
    world.ready("anna")
    world.wait(10)
    idle_since = world.center.router.agents["anna"].available_since
    call = world.call(did=DIRECT_NUMBER)
    world.wait(2)
    world.hang_up(call)
    assert world.agent_leg("anna") is None
    assert world.state("anna") == "ready idle"
    assert world.center.router.agents["anna"].available_since == idle_since
    ended = world.said(OfferEnded)[0]
    assert isinstance(ended, OfferEnded)
    assert ended.result is OfferResult.REVOKED
    assert outcome_of(world) == [CallOutcome.ABANDONED]


def test_the_agent_hanging_up_ends_the_call_for_the_caller_too(world: World) -> None:
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    leg = world.pick_up("anna")
    world.wait(5)
    world.network.hang_up(leg, world.now)
    world.pump()
    assert world.network.leg(LegId(call)) is None or world.hears(call) == "nothing"
    assert world.state("anna") == "ready wrap_up"


def test_wrap_up_ends_by_itself(world: World) -> None:
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.hang_up(call)
    world.wait(29)
    assert world.state("anna") == "ready wrap_up"
    world.wait(2)
    assert world.state("anna") == "ready idle"


def test_all_agents_busy_means_music_until_one_is_free(world: World) -> None:
    world.ready("anna")
    first = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    second = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.wait(60)
    assert world.hears(second).startswith("music")
    world.hang_up(first)
    world.ask(DispositionRequested, "anna", call=first, code="lost")
    world.pick_up("anna")
    assert world.hears(second).startswith("talk")


def test_nobody_logged_in_leads_to_voicemail(world: World) -> None:
    call = world.call(did=DIRECT_NUMBER)
    world.wait(1)
    assert "Leave a message" in world.heard(call)
    world.wait(6)
    world.hang_up(call)
    world.wait(1)
    assert len(world.said(VoicemailLeft)) == 1
    assert outcome_of(world) == [CallOutcome.VOICEMAIL]


def test_the_last_agent_logging_out_sends_waiting_callers_on(world: World) -> None:
    world.ready("anna")
    first = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    second = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.ask(PresenceRequested, "anna", presence=Wish.LOGGED_OUT)
    assert world.hears(second).startswith("music"), "she still talks"
    world.hang_up(first)
    world.ask(DispositionRequested, "anna", call=first, code="lost")
    assert world.state("anna") == "logged_out idle"
    world.wait(1)
    assert "Leave a message" in world.heard(second)


def test_an_unknown_number_gets_an_apology_and_the_end(world: World) -> None:
    call = world.call(did="+14155559999")
    assert "not in service" in world.hears(call)
    world.wait(10)
    assert outcome_of(world) == [CallOutcome.ENDED_IN_IVR]


def test_a_key_before_the_prompt_is_over_is_taken(world: World) -> None:
    world.ready("anna")
    call = world.call()
    world.press(call, "1")
    assert world.hears(call).startswith("music")


def test_the_longest_wait_is_bounded(world: World) -> None:
    center = small_center(max_wait_us=60_000_000)
    world = World(center)
    world.ready("anna")
    first = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    second = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.wait(61)
    assert "Leave a message" in world.heard(second)
    outcomes = [f.outcome for f in world.said(WaitEnded) if isinstance(f, WaitEnded)]
    assert outcomes == [QueueOutcome.ANSWERED, QueueOutcome.TIMED_OUT]
    assert world.hears(first).startswith("talk")
    world.close()


def test_hold_gives_music_and_is_not_talk_time(world: World) -> None:
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.wait(10)
    assert world.ask(HoldRequested, "anna", call=call, on=True) == ""
    assert world.hears(call).startswith("music")
    world.wait(20)
    assert world.ask(HoldRequested, "anna", call=call, on=False) == ""
    assert world.hears(call).startswith("talk")
    world.wait(5)
    assert world.ask(HangupRequested, "anna", call=call) == ""
    ended = world.said(ConversationEnded)[0]
    assert isinstance(ended, ConversationEnded)
    assert (ended.talk_us, ended.hold_us) == (15_000_000, 20_000_000)


def test_accept_at_the_desk_answers_the_phone(world: World) -> None:
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    offer = world.agent_states["anna"].reservation
    assert world.ask(AcceptRequested, "anna", reservation=offer) == ""
    assert world.hears(call).startswith("talk")


def test_skills_decide_who_may_answer() -> None:
    center = small_center(
        agent("anna", 1001), agent("bob", 1002, spanish=80), requirement="spanish >= 50"
    )
    world = World(center)
    world.ready("anna", "bob")
    world.call(did=DIRECT_NUMBER)
    assert world.state("anna") == "ready idle"
    assert world.state("bob") == "ready offered"
    world.close()


def test_the_longest_idle_agent_gets_the_caller(world: World) -> None:
    world.ready("bob")
    world.wait(5)
    world.ready("anna")
    world.call(did=DIRECT_NUMBER)
    assert world.state("bob") == "ready offered"


def test_a_transfer_connects_the_caller_to_the_number(world: World) -> None:
    world.network.plug_in(phone(OUTSIDE, "answer after 2 s"))
    call = world.call()
    world.press(call, "3")
    assert world.hears(call).startswith("music")
    world.wait(3)
    assert world.hears(call).startswith("talk")
    world.hang_up(call)
    assert outcome_of(world) == [CallOutcome.TRANSFERRED]


def test_a_transfer_nobody_answers_goes_on_in_the_flow(world: World) -> None:
    world.network.plug_in(phone(OUTSIDE, "ignore"))
    call = world.call()
    world.press(call, "3")
    world.wait(21)
    assert "Leave a message" in world.heard(call)


def test_a_killed_process_finds_everybody_where_they_were(world: World) -> None:
    world.ready("anna", "bob")
    talking = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    ringing = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    waiting = [world.call(ani=f"+1415555013{i}", did=DIRECT_NUMBER) for i in range(3)]
    in_menu = world.call(ani="+14155550140")
    world.restart()
    world.wait(5)
    assert world.hears(talking).startswith("talk"), "the media go on without us"
    world.reconnect()
    assert world.hears(talking).startswith("talk")
    assert world.state("anna") == "ready talking"
    assert "For sales" in world.hears(in_menu)
    world.pick_up("bob")
    assert world.hears(ringing).startswith("talk")
    for call in waiting:
        assert world.hears(call).startswith("music")
    world.hang_up(talking)
    world.ask(DispositionRequested, "anna", call=talking, code="sold")
    world.pick_up("anna")
    assert world.hears(waiting[0]).startswith("talk"), "the first of those who waited"


def test_a_caller_who_left_while_we_were_away_is_not_offered(world: World) -> None:
    world.ready("anna")
    gone = world.call(did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.restart()
    world.network.hang_up(LegId(gone), world.now)
    world.reconnect()
    assert world.state("anna") == "ready wrap_up"
    assert world.agent_leg("anna") is None
    assert outcome_of(world) == [CallOutcome.ANSWERED]


def test_nothing_expires_while_the_switch_is_out_of_reach(world: World) -> None:
    world.ready("anna")
    call = world.call(did=DIRECT_NUMBER)
    world.network.cut(world.now)
    world.pump()
    world.wait(120)
    assert world.state("anna") == "ready offered"
    world.reconnect()
    assert world.said(CallConnected) == []
    world.wait(1)
    assert world.network.leg(LegId(call)) is not None
