"""Rules of queues that meet: a caller sent on who redials, a place by hand, a call back that waits.

One rule a story is told in test_queue_rules; here two of them hold at once.
"""

from collections.abc import Callable

import pytest

from contact_center.adapters.simulated.phones import phone
from contact_center.core.caller_facts import PlaceTakenUp
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import Customer, CustomerLookedUp
from contact_center.core.ids import CallId, CustomerId, QueueId
from contact_center.core.supervisor_requests import MoveRequested
from tests.stories.test_queue_rules import CMD, S, supervise
from tests.stories.world import World
from tests.stories.written import TO_SUPPORT, busy, calls, queue_of, ready, rung, written

Make = Callable[[CenterConfiguration], World]
SALES, SUPPORT = QueueId("sales"), QueueId("support")
ON_KEY = "callbacks: true, announcements: {keys: {'1': callback}}"


def line(world: World, queue: QueueId = SALES) -> list[CallId]:
    return world.center.router.lines.in_queue(queue)


def put(world: World, call: CallId, queue: QueueId, position: int) -> None:
    request = MoveRequested(cmd=CMD, by="eve", call=call, queue=queue, position=position)
    assert supervise(world, request) == ""


@pytest.mark.parametrize("order", ["fifo", "lifo"])
@pytest.mark.parametrize("more", ["", ", priority: 3", ", aging: {slope: 2}", ", weight: 3"])
def test_callers_are_put_where_a_supervisor_says_forward_and_back(
    make_world: Make, order: str, more: str
) -> None:
    world = make_world(written(f"order: {order}{more}"))
    ready(world)
    busy(world)
    for caller in range(4):
        calls(world, caller)
        world.wait(1)
    for position in (4, 3, 2, 1, 9):
        for standing in (0, 2):
            call = line(world)[standing]
            others = [other for other in line(world) if other != call]
            put(world, call, SALES, position)
            assert line(world) == [*others[: position - 1], call, *others[position - 1 :]]


def test_callers_are_put_in_a_place_of_another_queue(make_world: Make) -> None:
    world = make_world(written())
    ready(world)
    busy(world)
    there = []
    for caller in range(3):
        there.append(calls(world, caller, TO_SUPPORT))
        world.wait(1)
    call = calls(world, 9)
    put(world, call, SUPPORT, 2)
    assert line(world, SUPPORT) == [there[0], call, *there[1:]]


def test_who_was_sent_on_and_cut_off_has_the_place_again(make_world: Make) -> None:
    overflow = "overflow: [{when: waited, after: 5s, to: support}]"
    world = make_world(written(f"redial: 60s, {overflow}"))
    ready(world)
    busy(world)
    since = world.now
    call = calls(world, 1)
    world.wait(10)
    assert queue_of(world, call) == SUPPORT
    world.hang_up(call)
    again = calls(world, 1)
    told = [f for f in world.said(PlaceTakenUp) if isinstance(f, PlaceTakenUp)]
    assert [(f.call, f.since) for f in told] == [(again, since)]


def test_calls_back_wait_on_where_callers_leave_by_an_edge(make_world: Make) -> None:
    world = make_world(written(f"{ON_KEY}, overflow: [{{when: waited, after: 30s}}]"))
    ready(world)
    talk = busy(world)
    call = calls(world, 1)
    world.press(call, "1")
    world.wait(40)
    assert queue_of(world, CallId(f"cb-{call}")) == SALES
    world.hang_up(talk)
    assert rung(world) == ["ann"]


def test_calls_back_that_were_sent_on_wait_as_long_as_before(make_world: Make) -> None:
    overflow = "overflow: [{when: waited, after: 30s, to: support}]"
    callbacks = "callbacks: {ring: 5s, retry: 60s}, announcements: {keys: {'1': callback}}"
    world = make_world(written(f"{callbacks}, {overflow}", "max_wait: 5m"))
    world.network.plug_in(phone("+14155551001", "manual"))
    ready(world)
    talk = busy(world)
    call = calls(world, 1)
    world.press(call, "1")
    world.wait(40)
    asked = CallId(f"cb-{call}")
    assert queue_of(world, asked) == SUPPORT
    world.hang_up(talk)
    world.pick_up("ann")
    world.wait(6)
    assert queue_of(world, asked) is None, "the customer was not reached"
    busy(world)
    world.wait(30 * 60)
    assert queue_of(world, asked) == SUPPORT


CONTEXT = "context: [{when: {tier: gold}, boost: 5s, require: es >= 1}]"


def test_what_is_learned_late_holds_together_with_the_steps(make_world: Make) -> None:
    steps = "require: cards >= 50, steps: [{after: 20s, require: cards >= 1, priority: 2}"
    steps += ", {after: 60s, require: cards >= 2}]"
    people = {"ann": f"{S}, skills: {{cards: 5}}", "bob": f"{S}, skills: {{cards: 5, es: 5}}"}
    world = make_world(written(steps, "", CONTEXT, **people))
    ready(world)
    first = calls(world, 1)
    world.wait(10)
    gold = Customer(customer=CustomerId("c-1"), name="Eve", tier="gold")
    world.tell(CustomerLookedUp(call=first, customers=(gold,)))
    world.wait(11)
    assert rung(world) == ["bob"], "the step asks for less of cards, and Spanish is asked for still"
    world.pick_up("bob")
    calls(world, 2)
    world.wait(21)
    world.pick_up("ann")
    third = calls(world, 3)
    world.wait(25)
    world.tell(CustomerLookedUp(call=third, customers=(gold,)))
    waiting = world.center.router.waiting[third]
    assert (waiting.band, waiting.boost_us) == (2, 5_000_000)
    assert world.center.router.asked_by(waiting) == "cards >= 1 and es >= 1"


@pytest.mark.parametrize("rule", ["when: waited, after: 20s", "when: length, waiting: 1"])
@pytest.mark.parametrize(
    ("there", "sent"),
    [("", False), ("calendar: never", False), ("when_empty: false", True)],
)
def test_nobody_is_sent_to_a_queue_only_to_be_stuck_there(
    make_world: Make, rule: str, there: str, sent: bool
) -> None:
    world = make_world(written(f"overflow: [{{{rule}, to: support}}]", there, ann=S))
    ready(world)
    busy(world)
    calls(world, 1)
    world.wait(1)
    call = calls(world, 2)
    world.wait(21)
    assert queue_of(world, call) == (SUPPORT if sent else SALES)
