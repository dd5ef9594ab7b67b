"""Calling back: asked for in line or in the flow, kept in place, dialled once an agent is there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from contact_center.adapters.simulated.phones import phone
from contact_center.core.commands import Originate
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import (
    CallbackAttempted,
    CallbackDone,
    CallbackRegistered,
    CallConnected,
    CallFinished,
    CallOutcome,
    CallQueued,
    QueueOutcome,
    ScreenPopped,
    WaitEnded,
)
from contact_center.core.hours import Calendar, Interval
from contact_center.core.ids import CallId, LegId
from contact_center.core.ivr.flow import Callback, Edge
from contact_center.core.outcomes import AttemptResult, CallbackResult
from contact_center.core.queue_settings import Callbacks
from contact_center.core.requests import DeclineRequested, DispositionRequested
from contact_center.core.waiting_room import WaitingRoom
from tests.stories.centers import ALWAYS, DIRECT_NUMBER, SALES, direct_flow, small_center
from tests.stories.world import World

Make = Callable[[CenterConfiguration], World]
EVE = "+14155550123"
SECOND = 1_000_000
MINUTE = 60 * SECOND


def center(*, node: Callback | None = None, **callbacks: object) -> CenterConfiguration:
    """Sales calls back: on key 1 while waiting, or by a node at the end of the wait."""
    settings = Callbacks(**{"retry_us": 5 * MINUTE, **callbacks})
    plain = small_center(callbacks=settings)
    flow = direct_flow()
    if node is not None:
        nodes = {**flow.nodes, node.name: node}
        nodes["sales"] = replace(nodes["sales"], keys={"callback": Edge(goto=node.name)})
        flow = replace(flow, nodes=nodes)
    room = WaitingRoom(keys={"1": "callback"}, position=False, expected=False)
    return replace(plain, flows={**plain.flows, flow.flow: flow}, rooms={SALES: room})


def busy(world: World) -> CallId:
    """Let the only agent talk to somebody."""
    world.ready("anna")
    call = world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    return call


def free(world: World, call: CallId, agent: str = "anna") -> None:
    """End a talk, and the notes after it."""
    world.hang_up(call)
    assert world.ask(DispositionRequested, agent, call=call, code="lost") == ""


def ask(world: World, ani: str = EVE) -> CallId:
    """Let somebody call, and ask for a call back."""
    call = world.call(ani=ani, did=DIRECT_NUMBER)
    world.press(call, "1")
    return call


def attempts(world: World) -> list[AttemptResult]:
    return [f.result for f in world.said(CallbackAttempted) if isinstance(f, CallbackAttempted)]


def done(world: World) -> list[CallbackResult]:
    return [f.result for f in world.said(CallbackDone) if isinstance(f, CallbackDone)]


def dialled(world: World) -> list[str]:
    """Which numbers were dialled, in order."""
    orders = [c for c in world.outputs if isinstance(c, Originate)]
    return [c.to for c in orders if c.to.startswith("number:")]


def rings(world: World, number: str = EVE) -> bool:
    return bool(world.network.at_phone(number))


def customer_answers(world: World, number: str = EVE) -> None:
    world.network.answer(world.network.at_phone(number)[0].leg, world.now)
    world.pump()


def test_who_asks_is_thanked_called_back_in_their_place_and_talks(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    first = busy(world)
    asked = ask(world)
    since = world.now
    assert "We will call you back" in world.hears(asked)
    world.wait(10)
    later = world.call(ani="+14155550124", did=DIRECT_NUMBER)
    world.wait(30)
    free(world, first)
    pop = world.said(ScreenPopped)[-1]
    assert isinstance(pop, ScreenPopped)
    assert (pop.call, pop.ani, pop.reason) == (f"cb-{asked}", EVE, "Callback: Sales")
    assert not rings(world), "the agent first, then the customer"
    leg = world.pick_up("anna")
    assert rings(world)
    assert world.hears(later).startswith("music"), "who came later waits"
    customer_answers(world)
    assert world.hears(leg).startswith("talk")
    assert attempts(world) == [AttemptResult.REACHED]
    assert done(world) == [CallbackResult.REACHED]
    queued = [f for f in world.said(CallQueued) if isinstance(f, CallQueued)]
    assert [f.since for f in queued if f.call == pop.call] == [since]
    outcomes = {f.call: f.outcome for f in world.said(CallFinished) if isinstance(f, CallFinished)}
    assert outcomes[asked] is CallOutcome.CALLBACK
    ended = {f.call: f.outcome for f in world.said(WaitEnded) if isinstance(f, WaitEnded)}
    assert ended[asked] is QueueOutcome.CALLBACK
    world.network.hang_up(LegId(f"x-{pop.call}-n1"), world.now)
    world.pump()
    assert world.ask(DispositionRequested, "anna", call=pop.call, code="sold") == ""
    assert {f.call: f.outcome for f in world.said(CallFinished) if isinstance(f, CallFinished)}[
        pop.call
    ] is CallOutcome.ANSWERED
    world.pick_up("anna")
    assert world.hears(later).startswith("talk")


def test_a_customer_who_does_not_answer_is_tried_again_and_then_given_up(make_world: Make) -> None:
    world = make_world(center(attempts=2, ring_us=20 * SECOND))
    world.network.plug_in(phone(EVE, "ignore"))
    first = busy(world)
    asked = ask(world)
    free(world, first)
    world.pick_up("anna")
    world.wait(21)
    assert attempts(world) == [AttemptResult.NO_ANSWER]
    assert world.state("anna") == "ready idle", "no wrap-up for a call that was none"
    assert world.agent_leg("anna") is None
    world.wait(299)
    assert world.agent_leg("anna") is not None, "five minutes later"
    world.pick_up("anna")
    world.wait(21)
    assert attempts(world) == [AttemptResult.NO_ANSWER] * 2
    assert done(world) == [CallbackResult.GIVEN_UP]
    world.wait(700)
    assert world.agent_leg("anna") is None
    assert len(dialled(world)) == 2
    finished = [f for f in world.said(CallFinished) if isinstance(f, CallFinished)]
    assert {f.call: f.outcome for f in finished}[CallId(f"cb-{asked}")] is CallOutcome.NOT_REACHED
    assert not world.center.router.waiting


def test_a_busy_customer_frees_the_agent_at_once(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "busy"))
    first = busy(world)
    ask(world)
    free(world, first)
    world.pick_up("anna")
    world.wait(1)
    assert attempts(world) == [AttemptResult.BUSY]
    assert world.state("anna") == "ready idle"


def test_asking_twice_keeps_the_first_place_and_says_so(make_world: Make) -> None:
    world = make_world(center())
    busy(world)
    ask(world)
    world.wait(60)
    again = ask(world)
    assert "already noted" in world.hears(again)
    assert len(world.said(CallbackRegistered)) == 1
    assert len(world.center.router.waiting) == 1


@pytest.mark.parametrize("ani", ["", "anonymous", "17", "+1415"])
def test_who_cannot_be_called_is_told_so_and_keeps_waiting(make_world: Make, ani: str) -> None:
    world = make_world(center())
    busy(world)
    call = ask(world, ani)
    assert "cannot call you back" in world.hears(call)
    world.wait(10)
    assert world.hears(call).startswith("music")
    assert list(world.center.router.waiting) == [call]
    assert world.said(CallbackRegistered) == []


def test_a_queue_takes_no_more_requests_than_its_bound(make_world: Make) -> None:
    world = make_world(center(most=1))
    busy(world)
    ask(world)
    call = ask(world, "+14155550124")
    assert "cannot call you back" in world.hears(call)


def test_a_customer_who_calls_in_again_and_is_answered_is_not_called_back(
    make_world: Make,
) -> None:
    world = make_world(center())
    first = busy(world)
    asked = ask(world)
    world.wait(5)
    world.ready("bob")
    assert world.state("bob") == "ready offered", "for the call back"
    reservation = world.agent_states["bob"].reservation
    assert world.ask(DeclineRequested, "bob", reservation=reservation) == ""
    again = world.call(ani=EVE, did=DIRECT_NUMBER)
    world.wait(6)
    calls = [f.call for f in world.said(ScreenPopped) if isinstance(f, ScreenPopped)]
    assert calls[-1] == f"cb-{asked}"
    world.pick_up("bob")
    world.wait(1)
    assert attempts(world) == [AttemptResult.FAILED], "nobody is at that number"
    assert world.state("bob") == "ready offered"
    world.pick_up("bob")
    assert world.hears(again).startswith("talk")
    assert done(world) == [CallbackResult.WITHDRAWN]
    free(world, first)
    world.wait(600)
    assert len(dialled(world)) == 1
    assert not world.center.router.waiting


def test_an_agent_who_hangs_up_while_the_customer_is_dialled_costs_them_nothing(
    make_world: Make,
) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    first = busy(world)
    ask(world)
    free(world, first)
    leg = world.pick_up("anna")
    assert rings(world)
    world.network.hang_up(leg, world.now)
    world.pump()
    assert attempts(world) == [AttemptResult.AGENT_LEFT]
    assert not rings(world), "nobody would be there"
    world.ready("bob")
    world.pick_up("bob")
    assert rings(world)
    customer_answers(world)
    assert world.hears(world.agent_leg("bob")).startswith("talk")  # type: ignore[arg-type]
    assert len(world.said(CallConnected)) == 2
    assert len(dialled(world)) == 2


def test_nobody_is_called_outside_of_the_hours(make_world: Make) -> None:
    night = Calendar(
        name="day", zone=ALWAYS.zone, weekly=((Interval(start=17 * 60, end=18 * 60),),) * 7
    )
    configuration = replace(center(within="day"), calendars={"always": ALWAYS, "day": night})
    world = make_world(configuration)  # it is 16:00 UTC
    world.network.plug_in(phone(EVE, "manual"))
    first = busy(world)
    ask(world)
    free(world, first)
    world.wait(58 * 60)
    assert world.agent_leg("anna") is None
    world.wait(2 * 60 + 5)
    assert world.agent_leg("anna") is not None, "it is 17:00 now"


def test_a_flow_may_ask_for_another_number_and_keeps_the_place(make_world: Make) -> None:
    class Other:
        source = "vars.other"

        def evaluate(self, names: object) -> str:
            return "+14155550177"

    node = Callback(
        name="call-me",
        queue=SALES,
        number=Other(),
        registered=Edge(goto="bye"),
        refused=Edge(goto="voicemail"),
    )
    world = make_world(center(node=node))
    first = busy(world)
    since = world.now
    call = world.call(ani=EVE, did=DIRECT_NUMBER)
    world.wait(30)
    world.press(call, "1")
    request = world.center.calls.calls[CallId(f"cb-{call}")]
    assert (request.ani, request.since) == ("+14155550177", since)
    assert [f.outcome for f in world.said(WaitEnded) if isinstance(f, WaitEnded)][1:] == [
        QueueOutcome.EXITED_KEY
    ]
    free(world, first)
    world.wait(1)


def test_a_restart_loses_no_request_and_calls_nobody_twice(make_world: Make) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    first = busy(world)
    ask(world)
    world.restart()
    world.reconnect()
    assert "already noted" in world.hears(ask(world)), "the book of requests is there again"
    free(world, first)
    world.ready("anna")
    world.pick_up("anna")
    assert rings(world)
    world.restart()
    world.reconnect()
    assert len(world.network.at_phone(EVE)) == 1
    customer_answers(world)
    assert world.hears(world.agent_leg("anna")).startswith("talk")  # type: ignore[arg-type]
    assert done(world) == [CallbackResult.REACHED]
    assert len(dialled(world)) == 1


def test_a_customer_gone_while_the_switch_was_out_of_sight_is_tried_again(
    make_world: Make,
) -> None:
    world = make_world(center())
    world.network.plug_in(phone(EVE, "manual"))
    first = busy(world)
    ask(world)
    free(world, first)
    world.pick_up("anna")
    leg = world.network.at_phone(EVE)[0].leg
    world.restart()
    world.network.decline(leg, world.now)
    world.reconnect()
    assert attempts(world) == [AttemptResult.FAILED]
    assert world.state("anna") == "ready idle"
    world.wait(301)
    world.ready("anna")
    world.pick_up("anna")
    assert rings(world)


def test_requests_do_not_wait_for_ever(make_world: Make) -> None:
    world = make_world(center())
    world.ready("anna")
    world.call(ani="+14155550190", did=DIRECT_NUMBER)
    world.pick_up("anna")
    asked = ask(world)
    world.wait(8 * 24 * 3600)
    assert done(world) == [CallbackResult.EXPIRED]
    assert CallId(f"cb-{asked}") not in world.center.router.waiting
