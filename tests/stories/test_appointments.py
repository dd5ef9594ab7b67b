"""Being called back at a time that the caller named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contact_center.adapters.simulated.phones import phone
from contact_center.core.caller_facts import CallbackMoved
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import CallbackDone, CallbackRegistered, CallFinished, CallOutcome
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import CallId
from contact_center.core.ivr.flow import Appointment, Callback, Edge, Menu
from contact_center.core.outcomes import CallbackResult
from contact_center.core.queue_settings import Callbacks
from contact_center.core.requests import DispositionRequested
from tests.core.ivr.caller import formula
from tests.stories.centers import ALWAYS, DIRECT_NUMBER, SALES, direct_flow, say, small_center
from tests.stories.test_callbacks import EVE, customer_answers, dialled, rings
from tests.stories.world import START, World

Make = Callable[[CenterConfiguration], World]
HOUR = 3600
DAYTIME = Calendar(name="daytime", zone=ALWAYS.zone, weekly=((Interval(start=480, end=1200),),) * 7)
"""START is 16:00 UTC: the day goes from 8 to 20."""


def node(name: str, day: int, time: str, window_h: int = 2) -> Callback:
    wanted = Appointment(
        day=formula(str(day)),
        time=formula(repr(time)),
        calendar=DAYTIME,
        window_us=window_h * HOUR * 1_000_000,
    )
    bye = Edge(goto="bye")
    return Callback(
        name=name,
        queue=SALES,
        registered=bye,
        already=bye,
        refused=bye,
        at=wanted,
        unavailable=Edge(goto="menu"),
    )


def center(**callbacks: object) -> CenterConfiguration:
    """1 books for six this evening, 2 for nine tomorrow, 3 for three in the night, 4 waits."""
    settings = Callbacks(**{"within": "daytime", **callbacks})  # type: ignore[arg-type]
    plain = small_center(callbacks=settings)
    flow = direct_flow()
    menu = Menu(
        name="menu",
        say=say("When may we call you?"),
        keys={
            "1": Edge(goto="evening"),
            "2": Edge(goto="tomorrow"),
            "3": Edge(goto="night"),
            "4": Edge(goto="sales"),
        },
        on_no_input=(),
        on_no_match=(),
        first_timeout_us=5_000_000,
        inter_digit_us=0,
    )
    nodes = [
        menu,
        node("evening", 0, "1800"),
        node("tomorrow", 1, "0900"),
        node("night", 1, "0300"),
    ]
    flow = replace(flow, entry="menu", nodes={**flow.nodes, **{n.name: n for n in nodes}})
    return replace(
        plain,
        flows={**plain.flows, flow.flow: flow},
        calendars={**plain.calendars, "daytime": DAYTIME},
    )


def book(world: World, key: str, ani: str = EVE) -> CallId:
    call = world.call(ani=ani, did=DIRECT_NUMBER)
    world.press(call, key)
    return call


def done(world: World) -> list[CallbackResult]:
    return [f.result for f in world.said(CallbackDone) if isinstance(f, CallbackDone)]


def hour(world: World) -> float:
    return (world.now - START) / 1_000_000 / HOUR + 16


def test_who_names_a_time_is_called_then_and_not_before(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    world.ready("anna")
    asked = book(world, "1")
    world.wait(10)
    (told,) = world.said(CallbackRegistered)
    assert isinstance(told, CallbackRegistered)
    assert told.begin is not None
    assert told.end is not None
    assert (told.end - told.begin) // 1_000_000 == 2 * HOUR
    (end,) = world.said(CallFinished)
    assert isinstance(end, CallFinished)
    assert (end.call, end.outcome) == (asked, CallOutcome.CALLBACK)
    world.wait(2 * HOUR - 15)
    assert world.state("anna") == "ready idle"
    assert hour(world) < 18
    world.wait(10)
    world.pick_up("anna")
    assert rings(world)
    customer_answers(world)
    assert done(world) == [CallbackResult.REACHED]


def test_whoever_named_a_time_comes_before_those_who_have_just_called(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    book(world, "1")
    world.ready("anna")
    busy = book(world, "4", ani="+14155550190")
    world.pick_up("anna")
    world.wait(2 * HOUR - 120)
    later = book(world, "4", ani="+14155550191")
    world.wait(180)
    world.hang_up(busy)
    assert world.ask(DispositionRequested, "anna", call=busy, code="lost") == ""
    world.pick_up("anna")
    assert rings(world), "not the caller of two minutes ago"
    assert world.hears(later).startswith("music")


def test_a_time_outside_of_the_hours_is_not_to_be_had(make_world: Make) -> None:
    world = make_world(center())
    call = book(world, "3")
    assert world.hears(call) == "prompt:When may we call you?"
    assert world.said(CallbackRegistered) == []


def test_a_time_that_is_too_far_ahead_is_not_to_be_had(make_world: Make) -> None:
    world = make_world(center(ahead_us=HOUR * 3_000_000))
    call = book(world, "2")
    assert world.hears(call) == "prompt:When may we call you?"
    book(world, "1", ani="+14155550191")
    assert len(world.said(CallbackRegistered)) == 1


def test_only_so_many_have_the_same_time(make_world: Make) -> None:
    world = make_world(center(at_once=1))
    book(world, "1")
    second = book(world, "1", ani="+14155550191")
    assert world.hears(second) == "prompt:When may we call you?"
    world.press(second, "2")
    assert len(world.said(CallbackRegistered)) == 2


def test_who_names_another_time_has_moved_it(make_world: Make) -> None:
    world = make_world(center(at_once=1))
    world.network.plug_in(phone(EVE, "manual"))
    world.ready("anna")
    book(world, "1")
    world.wait(60)
    book(world, "2")
    (moved,) = world.said(CallbackMoved)
    assert isinstance(moved, CallbackMoved)
    assert len(world.said(CallbackRegistered)) == 1
    world.wait(4 * HOUR)
    assert (dialled(world), world.state("anna")) == ([], "ready idle")
    world.wait(13 * HOUR)
    assert hour(world) > 33
    assert world.state("anna") != "ready idle"


def test_who_waits_for_a_call_back_may_name_a_time_instead(make_world: Make) -> None:
    at_once = node("now", 0, "1500", window_h=3)
    plain = center()
    flow = plain.flows[direct_flow().flow]
    menu = flow.nodes["menu"]
    assert isinstance(menu, Menu)
    menu = replace(menu, keys={**menu.keys, "5": Edge(goto="now")})
    flow = replace(flow, nodes={**flow.nodes, "menu": menu, "now": at_once})
    world = make_world(replace(plain, flows={**plain.flows, flow.flow: flow}))
    book(world, "5")
    world.wait(5)
    assert world.center.router.lines.length(SALES) == 1
    book(world, "2")
    assert world.center.router.lines.length(SALES) == 0
    assert len(world.said(CallbackMoved)) == 1
    world.restart()
    world.reconnect()
    world.wait(17.1 * HOUR)
    assert world.center.router.lines.length(SALES) == 1


def test_who_calls_in_before_the_time_is_called_all_the_same(make_world: Make) -> None:
    world = make_world(center())
    world.ready("anna")
    book(world, "1")
    call = book(world, "4")
    world.pick_up("anna")
    world.wait(30)
    world.hang_up(call)
    world.wait(60)
    assert done(world) == []
    assert sum(c.callback is not None for c in world.center.calls.calls.values()) == 1
