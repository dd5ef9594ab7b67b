"""Visitors of a web page who want to be called: the agent's phone rings, and then theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contact_center.adapters.simulated.phones import phone
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Customer
from contact_center.core.explain_call import expect_at_the_end
from contact_center.core.facts import (
    CallbackDone,
    CallbackRegistered,
    CallFinished,
    CallOutcome,
    ScreenPopCompleted,
    ScreenPopped,
)
from contact_center.core.ids import CallId, CustomerId
from contact_center.core.outcomes import CallbackResult
from contact_center.core.queue_settings import Callbacks
from contact_center.core.visits import (
    VisitorAnswered,
    VisitorAsked,
    VisitorCancelled,
    VisitorComes,
)
from tests.stories.centers import ALWAYS, DIRECT_NUMBER, SALES, small_center
from tests.stories.test_appointments import DAYTIME
from tests.stories.test_callbacks import EVE, customer_answers, dialled, rings
from tests.stories.world import START, World

Make = Callable[[CenterConfiguration], World]
HOUR = 3_600_000_000
MINE = CallId("cb-web-1")
ROSES = "From the page Roses: order 4711"


def center(**callbacks: object) -> CenterConfiguration:
    settings = Callbacks(**{"within": "daytime", **callbacks})  # type: ignore[arg-type]
    calendars = {"always": ALWAYS, "daytime": DAYTIME}
    return replace(small_center(callbacks=settings), calendars=calendars)


def asks(world: World, visit: str = "web-1", **more: object) -> str:
    """A visitor asks; gives what they are answered."""
    wanted = {"queue": SALES, "number": EVE, "name": "Eve", "caller_id": DIRECT_NUMBER, **more}
    world.tell(VisitorAsked(visit=CallId(visit), **wanted))  # type: ignore[arg-type]
    world.pump()
    return last(world)


def cancels(world: World, call: CallId = MINE) -> str:
    world.tell(VisitorCancelled(call=call))
    world.pump()
    return last(world)


def last(world: World) -> str:
    told = world.said(VisitorAnswered)[-1]
    assert isinstance(told, VisitorAnswered)
    return told.code


def slot(hours: float, length: float = 0.5) -> dict[str, int]:
    begin = START + round(hours * HOUR)
    return {"begin": begin, "end": begin + round(length * HOUR)}


def test_a_booked_call_rings_the_agent_at_its_time_and_then_the_customer(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    world.ready("anna")
    assert asks(world, **slot(2)) == "registered"
    world.wait(2 * 3600 - 5)
    assert (world.state("anna"), dialled(world)) == ("ready idle", [])
    world.wait(10)
    assert not rings(world), "nobody is called before an agent is there"
    world.pick_up("anna")
    assert dialled(world) == [f"number:{EVE}"]
    customer_answers(world)
    assert world.hears(world.center.calls.calls[MINE].caller) == "talk:"
    (end,) = world.said(CallbackDone)
    assert isinstance(end, CallbackDone)
    assert end.result is CallbackResult.REACHED


def test_who_wants_to_be_called_now_is_shown_with_what_the_page_said(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    world.customers[EVE] = (Customer(customer=CustomerId("c1"), name="Eve Adams"),)
    world.ready("anna")
    noted = (("name_given", "Eve"), ("case", "4711"))
    assert asks(world, reason=ROSES, noted=noted) == "registered"
    (pop,) = world.said(ScreenPopped)
    assert isinstance(pop, ScreenPopped)
    assert (pop.ani, pop.reason) == (EVE, ROSES)
    more = world.said(ScreenPopCompleted)[-1]
    assert isinstance(more, ScreenPopCompleted)
    assert more.fields == noted
    assert [one.name for one in more.customers] == ["Eve Adams"], "by the number, not by the page"
    world.pick_up("anna")
    assert rings(world)


def test_what_a_visitor_says_survives_a_restart_and_is_bounded(make_world: Make) -> None:
    world = make_world(center())
    noted = tuple((f"n{n}", "x" * 1000) for n in range(50))
    assert asks(world, reason="y" * 1000, noted=noted, **slot(1)) == "registered"
    world.restart()
    world.reconnect()
    world.ready("anna")
    world.wait(3700)
    more = world.said(ScreenPopCompleted)[-1]
    assert isinstance(more, ScreenPopCompleted)
    assert (len(more.fields), {len(text) for _, text in more.fields}) == (8, {200})


def test_a_number_is_promised_one_call_and_nobody_else_can_move_it(make_world: Make) -> None:
    world = make_world(center())
    assert asks(world, **slot(2)) == "registered"
    assert asks(world, "web-2", **slot(1)) == "already"
    assert asks(world, "web-3") == "already"
    assert len(world.said(CallbackRegistered)) == 1
    call = world.center.calls.calls[MINE]
    assert call.callback is not None
    assert call.callback.span == (START + 2 * HOUR, START + 2 * HOUR + HOUR // 2)
    assert cancels(world, CallId("cb-web-2")) == "gone", "only who has booked can cancel"
    assert not call.is_over


def test_no_more_are_promised_a_time_than_there_is_room(make_world: Make) -> None:
    world = make_world(center())
    assert asks(world, **slot(1), most=1) == "registered"
    assert asks(world, "web-2", number="+14155550124", **slot(1.25), most=1) == "unavailable"
    assert asks(world, "web-3", number="+14155550124", **slot(1.5), most=1) == "registered"
    assert asks(world, "web-4", number="+14155550125", **slot(1), most=2) == "registered"


def test_times_out_of_hours_bad_numbers_and_queues_that_do_not_call_back(make_world: Make) -> None:
    world = make_world(center())
    assert asks(world, **slot(6)) == "unavailable"
    assert asks(world, **slot(-3)) == "unavailable"
    assert asks(world, **slot(-0.25)) == "registered", "half of it is to come"
    assert asks(world, "web-2", number="4155550123") == "refused"
    assert asks(world, "../web", number="+14155550124") == "refused"
    assert asks(world, "web-4", number="+14155550124", queue="nobody") == "refused"
    plain = make_world(small_center())
    assert asks(plain) == "refused"


def test_who_cancels_is_not_called_and_may_ask_again(make_world: Make) -> None:
    world = make_world(center())
    world.ready("anna")
    asks(world, **slot(1))
    assert cancels(world) == "cancelled"
    assert cancels(world) == "gone"
    (end,) = world.said(CallFinished)
    assert isinstance(end, CallFinished)
    assert end.outcome is CallOutcome.WITHDRAWN
    world.wait(2 * 3600)
    assert world.state("anna") == "ready idle"
    assert asks(world, "web-2") == "registered"


def test_it_is_too_late_to_cancel_when_the_phone_rings(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    world.ready("anna")
    asks(world)
    world.pick_up("anna")
    assert cancels(world) == "too_late"
    assert rings(world)


def test_what_a_wait_would_be_is_asked_without_leaving_a_trace(make_world: Make) -> None:
    world = make_world(center())
    router = world.center.router
    assert expect_at_the_end(router, SALES, world.now) is None
    world.ready("anna", "bob")
    world.wait(2)
    found = expect_at_the_end(router, SALES, world.now)
    assert found is not None
    assert found.high_us == 0
    for number in range(4):
        world.call(ani=f"+1415555019{number}", did=DIRECT_NUMBER)
    world.pick_up("anna")
    world.pick_up("bob")
    world.wait(2)
    classes, history = dict(router.graph.classes), dict(router.history)
    found = expect_at_the_end(router, SALES, world.now + HOUR)
    assert found is not None
    assert 0 < found.low_us < found.mean_us < found.high_us
    assert (router.graph.classes, router.history) == (classes, history)


# --- talking in the browser --------------------------------------------------------------------

VISIT = CallId("talk" + "0123456789abcdef" * 2)


def comes(world: World, visit: str = VISIT, **more: object) -> str:
    """A visitor has pressed the button; gives what their page is answered."""
    wanted = {"did": DIRECT_NUMBER, "until": world.now + 60_000_000, **more}
    world.tell(VisitorComes(visit=CallId(visit), **wanted))  # type: ignore[arg-type]
    world.pump()
    return last(world)


def refused(world: World) -> list[str]:
    ends = [end for end in world.said(CallFinished) if isinstance(end, CallFinished)]
    return [end.call for end in ends if end.outcome is CallOutcome.REFUSED]


def test_a_visitor_in_the_browser_is_led_as_callers_are_with_what_the_page_said(
    make_world: Make,
) -> None:
    world = make_world(center())
    world.customers[EVE] = (Customer(customer=CustomerId("c1"), name="Eve Adams"),)
    world.ready("anna")
    noted = (("page", "Roses"), ("case", "order 4711"))
    assert comes(world, reason=ROSES, noted=noted) == "expected"
    call = world.call(ani=EVE, did=VISIT, name="Eve Adams")
    (pop,) = world.said(ScreenPopped)
    assert isinstance(pop, ScreenPopped)
    assert (pop.queue, pop.did, pop.reason) == (SALES, DIRECT_NUMBER, ROSES)
    assert (pop.ani, pop.customers) == ("", ()), "a browser's word is nobody's identity"
    assert world.state("anna") == "ready offered", "it was on the screen before the phone was up"
    more = world.said(ScreenPopCompleted)[-1]
    assert isinstance(more, ScreenPopCompleted)
    assert more.fields == noted
    world.pick_up("anna")
    assert world.hears(world.center.calls.calls[call].caller) == "talk:"


def test_a_visit_is_good_for_one_call_in_its_time_and_survives_a_restart(make_world: Make) -> None:
    world = make_world(center())
    assert comes(world) == "expected"
    assert comes(world) == "refused", "nobody can take a visit over by asking again"
    world.restart()
    world.reconnect()
    first = world.call(did=VISIT)
    assert refused(world) == []
    second = world.call(did=VISIT)
    assert refused(world) == [second]
    assert not world.center.calls.calls[first].is_over
    other = "talk" + "f" * 32
    assert comes(world, other, until=world.now + 10_000_000) == "expected"
    world.wait(11)
    third = world.call(did=other)
    assert refused(world) == [second, third]


def test_a_visit_leads_nowhere_but_to_a_number_of_the_center_and_there_are_so_many(
    make_world: Make,
) -> None:
    world = make_world(center())
    assert comes(world, did="+14155550177") == "refused"
    assert comes(world, "talk-short") == "refused"
    assert comes(world, "+14155550100") == "refused"
    call = world.call(did="talk" + "0" * 32)
    assert refused(world) == [call]
    made = [comes(world, f"talk{n:032x}") for n in range(501)]
    assert (set(made[:500]), made[500]) == ({"expected"}, "refused")
    world.wait(61)
    assert comes(world, f"talk{900:032x}") == "expected", "who did not come makes room"
    assert len(world.center.calls.expected) == 1
