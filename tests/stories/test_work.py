"""Work that is no phone call, and what is known of callers: how both come to agents."""

from collections.abc import Callable
from dataclasses import replace

from contact_center.core.acd_events import WorkOffered, WorkWithdrawn
from contact_center.core.commands import FindCustomer, Originate, TelephonyCommand
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.context import Comparison, Condition, ContextRule
from contact_center.core.events import Customer, CustomerLookedUp
from contact_center.core.facts import (
    CallConnected,
    CallFinished,
    CallOutcome,
    CallStarted,
    ConversationEnded,
    QueueOutcome,
    ScreenPopped,
    WaitEnded,
)
from contact_center.core.ids import CallId, CustomerId
from contact_center.core.requests import (
    AcceptRequested,
    DeclineRequested,
    DispositionRequested,
    HoldRequested,
    PresenceRequested,
    WorkDoneRequested,
)
from contact_center.core.requests import PresenceWish as Wish
from tests.stories.centers import DIRECT_NUMBER, SALES, SUPPORT, direct_flow, small_center
from tests.stories.world import World

Make = Callable[[CenterConfiguration], World]
MAIL = CallId("w-mail-1")


def offer(world: World, name: CallId = MAIL, **more: object) -> None:
    fields = {"call": name, "queue": SUPPORT, "subject": "Where is my rake?"}
    world.tell(WorkOffered(**{**fields, **more}))  # type: ignore[arg-type]


def accept(world: World, agent: str) -> str:
    return world.ask(AcceptRequested, agent, reservation=world.agent_states[agent].reservation)


def outcomes(world: World) -> list[CallOutcome]:
    return [f.outcome for f in world.said(CallFinished) if isinstance(f, CallFinished)]


def test_a_piece_of_work_is_shown_taken_and_done_and_no_phone_rings(world: World) -> None:
    world.ready("anna")
    offer(world)
    pop = world.said(ScreenPopped)[0]
    assert isinstance(pop, ScreenPopped)
    assert (pop.call, pop.reason) == (MAIL, "Where is my rake?")
    assert world.state("anna") == "ready offered"
    assert accept(world, "anna") == ""
    assert world.state("anna") == "ready talking"
    assert world.ask(HoldRequested, "anna", call=MAIL, on=True) == "not_a_call"
    assert world.ask(WorkDoneRequested, "bob", call=MAIL) == "not_your_work"
    world.wait(90)
    assert world.ask(WorkDoneRequested, "anna", call=MAIL) == ""
    assert world.state("anna") == "ready wrap_up"
    assert world.ask(DispositionRequested, "anna", call=MAIL, code="other") == ""
    assert world.state("anna") == "ready idle"
    assert outcomes(world) == [CallOutcome.ANSWERED]
    talked = world.said(ConversationEnded)[0]
    assert isinstance(talked, ConversationEnded)
    assert talked.talk_us == 90_000_000
    assert not [c for c in world.outputs if isinstance(c, TelephonyCommand)]
    started = world.said(CallStarted)[0]
    assert isinstance(started, CallStarted)
    assert (started.channel, started.subject) == ("voice", "Where is my rake?")


def test_work_that_is_offered_twice_is_taken_once(world: World) -> None:
    offer(world)
    offer(world)
    assert len(world.said(CallStarted)) == 1
    offer(world, CallId("w-2"), queue="no such queue")
    assert len(world.said(CallStarted)) == 1


def test_an_agent_who_declines_work_or_lets_it_ring_out_passes_it_on(world: World) -> None:
    world.ready("anna", "bob")
    offer(world)
    reservation = world.agent_states["anna"].reservation
    assert world.ask(DeclineRequested, "anna", reservation=reservation) == ""
    assert world.state("bob") == "ready offered"
    world.wait(21)
    assert world.state("bob") == "paused idle"
    assert world.state("anna") == "ready offered"
    assert world.ask(AcceptRequested, "bob", reservation=reservation) == "offer_is_over"
    assert accept(world, "anna") == ""


def test_work_nobody_needs_any_more_leaves_the_line(world: World) -> None:
    world.ready("anna")
    offer(world)
    world.tell(WorkWithdrawn(call=MAIL))
    assert world.state("anna") == "ready idle"
    assert outcomes(world) == [CallOutcome.WITHDRAWN]
    waits = [f.outcome for f in world.said(WaitEnded) if isinstance(f, WaitEnded)]
    assert waits == [QueueOutcome.WITHDRAWN]


def test_work_that_somebody_is_at_is_not_taken_away(world: World) -> None:
    world.ready("anna")
    offer(world)
    accept(world, "anna")
    world.tell(WorkWithdrawn(call=MAIL))
    assert world.state("anna") == "ready talking"
    assert outcomes(world) == []


def test_work_waits_until_somebody_comes_to_work(world: World) -> None:
    offer(world)
    world.wait(24 * 3600)
    world.ready("anna")
    assert world.state("anna") == "ready offered"
    assert world.center.calls.calls[MAIL].since == world.now - 24 * 3600 * 1_000_000


def test_a_restart_leaves_work_where_it_was(world: World) -> None:
    world.ready("anna", "bob")
    offer(world)
    accept(world, "anna")
    offer(world, CallId("w-2"))
    world.restart()
    world.reconnect()
    assert world.ask(WorkDoneRequested, "anna", call=MAIL) == ""
    assert accept(world, "bob") == ""
    assert world.ask(PresenceRequested, "bob", presence=Wish.LOGGED_OUT) == ""
    assert world.ask(WorkDoneRequested, "bob", call="w-2") == ""
    assert not world.center.router.waiting


def test_a_message_for_a_queue_is_work_as_old_as_its_callers_wait(make_world: Make) -> None:
    plain = small_center(max_wait_us=60_000_000)
    flow = direct_flow()
    node = replace(flow.nodes["voicemail"], queue=SALES)
    flow = replace(flow, nodes={**flow.nodes, "voicemail": node})
    world = make_world(replace(plain, flows={**plain.flows, flow.flow: flow}))
    world.ready("anna")
    first = world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    caller = world.call(did=DIRECT_NUMBER)
    began = world.now
    world.wait(66)
    world.hang_up(caller)
    world.wait(1)
    world.hang_up(first)
    world.ask(DispositionRequested, "anna", call=first, code="lost")
    pop = world.said(ScreenPopped)[-1]
    assert isinstance(pop, ScreenPopped)
    assert (pop.ani, pop.reason[:12]) == ("+14155550123", "Voicemail of")
    assert world.center.calls.calls[pop.call].since == began
    assert accept(world, "anna") == ""
    assert [f.call for f in world.said(CallConnected) if isinstance(f, CallConnected)] == [
        first,
        pop.call,
    ]


# --- context -------------------------------------------------------------------------------------

GOLD = Customer(
    customer=CustomerId("7"), name="Eve Adams", tier="gold", attributes=(("churn", "0.9"),)
)


def with_context(*rules: ContextRule) -> CenterConfiguration:
    return replace(small_center(), context=rules)


def rule(attribute: str, comparison: Comparison, value: str, **then: object) -> ContextRule:
    when = (Condition(attribute=attribute, comparison=comparison, values=(value,)),)
    return ContextRule(when=when, **then)  # type: ignore[arg-type]


def line(world: World) -> list[str]:
    """Who waits, in the order in which they would be served."""
    waiting = world.center.router.waiting
    return sorted(waiting, key=lambda call: world.center.router.lines.position(call))


def test_a_customer_who_may_leave_us_has_a_head_start(make_world: Make) -> None:
    churn = rule("churn", Comparison.AT_LEAST, "0.7", boost_us=120_000_000)
    world = make_world(with_context(churn))
    world.customers["+14155550123"] = (GOLD,)
    world.ready("anna")
    world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    plain = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.wait(60)
    eve = world.call(did=DIRECT_NUMBER)
    assert line(world) == [eve, plain]


def test_a_late_answer_of_storage_moves_the_caller_in_place(make_world: Make) -> None:
    configuration = with_context(rule("tier", Comparison.IS, "gold", priority=5, require="vip"))
    world = make_world(configuration)
    world.ready("anna")
    world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    first = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.wait(5)
    eve = world.call(did=DIRECT_NUMBER)
    assert line(world) == [first, eve]
    world.tell(CustomerLookedUp(call=eve, customers=(GOLD,)))
    assert line(world) == [eve, first]
    assert world.center.router.waiting[eve].requirement == "vip"
    assert not [c for c in world.outputs if isinstance(c, Originate) and c.call == eve]
    assert [c.call for c in world.outputs if isinstance(c, FindCustomer)][-1] == eve
