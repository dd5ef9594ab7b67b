"""What follows when whoever talked with a caller has left, and the caller has not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.adapters.simulated.phones import phone
from contact_center.core.commands import Originate
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import DialStage
from contact_center.core.facts import CallFinished, CallOutcome, NodeLeft
from contact_center.core.ids import CallId
from contact_center.core.ivr.flow import AnyNode, Edge, HangUp, Menu, Play, Transfer
from contact_center.core.ivr.flow_parts import Failure
from contact_center.core.outcomes import Listening
from contact_center.core.queue_settings import Recording
from contact_center.core.requests import (
    ConsultStep,
    HangupRequested,
    HoldRequested,
    ParkRequested,
    RequeueRequested,
    RetrieveRequested,
    TransferRequested,
)
from contact_center.core.supervisor_requests import SuperviseRequested
from contact_center.core.talk_facts import RecordingSaved
from tests.stories.centers import DIRECT_NUMBER, OUTSIDE, SALES, direct_flow, say, to_queue
from tests.stories.dialled import calling_center, customer, dial, ended, plug_in, sale_flow
from tests.stories.talking import SUPERVISOR, Floor, MakeWorld, center
from tests.stories.world import World

ASK = "Did we help you?"


def with_nodes(plain: CenterConfiguration, *nodes: AnyNode) -> CenterConfiguration:
    flow = direct_flow()
    flow = replace(flow, nodes={**flow.nodes, **{node.name: node for node in nodes}})
    return replace(plain, flows={**plain.flows, flow.flow: flow})


def asked_afterwards(**queue_fields: object) -> CenterConfiguration:
    """Callers of the direct number are asked something when their agent has left."""
    ask = Menu(
        name="ask",
        say=say(ASK),
        keys={"1": Edge(goto="thanks"), "2": Edge(goto="sales")},
        on_no_input=(Failure(edge=Edge(goto="bye")),),
        on_no_match=(Failure(edge=Edge(goto="bye")),),
        first_timeout_us=5_000_000,
        inter_digit_us=0,
    )
    thanks = HangUp(name="thanks", say=say("Thank you."))
    sales = to_queue("sales", SALES, connected=Edge(goto="ask"))
    return with_nodes(center(**queue_fields), sales, ask, thanks)


def floor(make_world: MakeWorld, *others: str, **queue_fields: object) -> Floor:
    return Floor(make_world(asked_afterwards(**queue_fields)), *others)


def is_asked(f: Floor) -> bool:
    return f.world.hears(f.call) == f"prompt:{ASK}"


def way(f: Floor) -> list[str]:
    return [f"{n.node}/{n.edge}" for n in f.told(NodeLeft) if isinstance(n, NodeLeft)]


@pytest.mark.parametrize("how", ["phone", "desk", "on hold"])
def test_a_caller_whose_agent_leaves_goes_on_in_the_flow(make_world: MakeWorld, how: str) -> None:
    f = floor(make_world)
    f.world.wait(20)
    if how == "on hold":
        assert f.ask(HoldRequested, "anna", on=True) == ""
        f.world.wait(5)
    if how == "desk":
        assert f.ask(HangupRequested, "anna") == ""
    else:
        f.hang_up("anna")
    assert is_asked(f)
    assert f.world.state("anna") == "ready wrap_up"
    assert f.hears("anna") == "gone"
    f.world.press(f.call, "1")
    assert f.world.hears(f.call) == "prompt:Thank you."
    f.settled()
    assert way(f) == ["sales/connected", "ask/choice:thanks", "thanks/ended"]


def test_without_the_edge_the_call_ends_with_the_talk(make_world: MakeWorld) -> None:
    f = Floor(make_world(center()))
    f.world.wait(20)
    f.hang_up("anna")
    assert f.hears("caller") == "gone"
    f.settled()


def test_a_caller_who_hangs_up_first_is_asked_nothing(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    f.hang_up("caller")
    f.settled()
    assert way(f) == ["sales/connected"]


def test_the_recording_ends_with_the_talk_and_not_with_the_call(make_world: MakeWorld) -> None:
    f = floor(make_world, recording=Recording(on=True))
    f.world.wait(20)
    f.hang_up("anna")
    f.world.wait(2)
    (kept,) = f.told(RecordingSaved)
    assert isinstance(kept, RecordingSaved)
    assert (kept.agent, round(kept.ms / 1000)) == ("anna", 20)
    assert f.told(CallFinished) == []
    f.hang_up("caller")
    f.settled()


def test_an_agent_who_was_missed_sends_the_caller_back_in_line_and_not_on(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.hang_up("anna")
    assert f.world.hears(f.call).startswith("music")
    assert way(f) == ["sales/connected"]
    f.hang_up("caller")
    f.settled(CallOutcome.ABANDONED)


def test_a_caller_who_goes_on_may_wait_again_for_another_agent(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.wait(20)
    f.hang_up("anna")
    f.world.press(f.call, "2")
    f.pick_up("bob")
    f.all_hear(caller="bob", bob="caller")
    f.world.wait(10)
    f.hang_up("bob")
    assert is_asked(f), "once more, after the second talk"
    f.hang_up("caller")
    f.settled()


def test_whoever_was_passed_on_is_asked_when_the_last_agent_leaves(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.wait(20)
    assert f.ask(TransferRequested, "anna", to="agent:bob") == ""
    assert not is_asked(f)
    f.pick_up("bob")
    f.world.wait(10)
    f.hang_up("bob")
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_after_a_consultation_the_consulted_agent_is_the_last(make_world: MakeWorld) -> None:
    f = floor(make_world, "bob")
    f.world.wait(20)
    f.consulting()
    f.step(ConsultStep.COMPLETE)
    f.all_hear(caller="bob", bob="caller")
    f.world.wait(10)
    f.hang_up("bob")
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_an_agent_who_ends_a_conference_at_the_desk_lets_everybody_else_go(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world, "bob")
    f.world.wait(20)
    f.consulting()
    f.step(ConsultStep.CONFERENCE)
    f.world.wait(10)
    assert f.ask(HangupRequested, "anna") == ""
    assert (f.hears("anna"), f.hears("bob")) == ("gone", "gone")
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_a_supervisor_who_listens_is_let_out_when_the_talk_is_over(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    assert f.supervise(SuperviseRequested, device=SUPERVISOR, mode=Listening.BARGE) == ""
    f.pick_up("boss")
    f.hang_up("anna")
    assert f.hears("boss") == "gone"
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_a_supervisor_who_took_over_counts_as_the_last_who_talked(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    assert f.supervise(SuperviseRequested, device=SUPERVISOR, mode=Listening.BARGE) == ""
    f.pick_up("boss")
    assert f.supervise(SuperviseRequested, device=SUPERVISOR, mode=Listening.TAKE_OVER) == ""
    f.all_hear(caller="boss")
    f.world.wait(5)
    f.hang_up("boss")
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_a_number_an_agent_passed_the_caller_on_to_ends_the_call(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    assert f.ask(TransferRequested, "anna", to=f"number:{OUTSIDE}") == ""
    f.pick_up("outside")
    f.all_hear(caller="outside")
    f.world.wait(5)
    f.hang_up("outside")
    assert f.hears("caller") == "gone"
    f.settled()


def test_a_parked_caller_who_is_taken_up_again_is_asked_at_the_end(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    assert f.ask(ParkRequested, "anna") == ""
    f.dispose("anna")
    assert f.world.ask(RetrieveRequested, "anna", slot=1) == ""
    f.pick_up("anna")
    f.world.wait(10)
    f.hang_up("anna")
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_a_caller_given_back_to_the_queue_who_gives_up_there_is_asked_nothing(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.world.wait(20)
    assert f.ask(RequeueRequested, "anna") == ""
    f.hang_up("caller")
    f.settled()
    assert ASK not in f.world.heard(f.call)


def test_an_agent_who_left_while_the_switch_was_out_of_sight_is_noticed(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.world.wait(20)
    f.world.network.cut(f.world.now)
    f.world.network.hang_up(f.leg("anna"), f.world.now)
    f.world.wait(3)
    f.world.reconnect()
    assert is_asked(f)
    assert f.world.state("anna") == "ready wrap_up"
    f.world.press(f.call, "1")
    f.settled()


def test_both_who_left_while_the_switch_was_out_of_sight_have_left(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    f.world.network.cut(f.world.now)
    f.world.network.hang_up(f.leg("anna"), f.world.now)
    f.world.network.hang_up(f.leg("caller"), f.world.now)
    f.world.reconnect()
    f.settled()
    assert way(f) == ["sales/connected"]


def test_a_process_that_starts_anew_in_that_moment_asks_on(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    f.hang_up("anna")
    f.world.restart()
    f.world.reconnect()
    assert is_asked(f)
    f.world.press(f.call, "1")
    assert f.world.hears(f.call) == "prompt:Thank you."
    f.settled()


def test_a_process_that_starts_anew_during_the_talk_still_knows_the_way(
    make_world: MakeWorld,
) -> None:
    f = floor(make_world)
    f.world.wait(20)
    f.world.restart()
    f.world.reconnect()
    f.hang_up("anna")
    assert is_asked(f)
    f.hang_up("caller")
    f.settled()


def test_a_flow_that_lost_the_node_meanwhile_lets_the_call_end(make_world: MakeWorld) -> None:
    f = floor(make_world)
    f.world.wait(20)
    plain = center()
    flow = replace(direct_flow(), version="2", entry="bye", nodes={"bye": HangUp(name="bye")})
    f.world.reload(replace(plain, flows={**plain.flows, flow.flow: flow}), keep=False)
    f.hang_up("anna")
    assert f.hears("caller") == "gone"
    f.settled()


# --- numbers that the flow sends callers to ---


def sent_on(make_world: MakeWorld, **fields: object) -> tuple[World, CallId]:
    out = Edge(goto="bye")
    to = Transfer(
        name="sales",
        to=OUTSIDE,
        timeout_us=15_000_000,
        busy=out,
        no_answer=out,
        failed=out,
        **fields,  # type: ignore[arg-type]
    )
    more = Play(name="more", say=say("Anything else?"), next=out)
    world = make_world(with_nodes(center(), to, more))
    world.network.plug_in(phone(OUTSIDE, "manual"))
    call = world.call(did=DIRECT_NUMBER)
    world.network.answer(world.network.at_phone(OUTSIDE)[0].leg, world.now)
    world.pump()
    world.wait(10)
    world.network.hang_up(world.network.at_phone(OUTSIDE)[0].leg, world.now)
    world.pump()
    return world, call


def test_a_caller_whose_far_end_leaves_goes_on_in_the_flow(make_world: MakeWorld) -> None:
    world, call = sent_on(make_world, answered=Edge(goto="more"))
    assert world.hears(call) == "prompt:Anything else?"
    world.wait(10)
    left = [f"{n.node}/{n.edge}" for n in world.said(NodeLeft)]
    assert left == ["sales/answered", "more/next", "bye/ended"]


def test_without_the_edge_the_call_ends_with_the_far_end(make_world: MakeWorld) -> None:
    world, call = sent_on(make_world)
    assert world.hears(call) == "nothing"
    (end,) = world.said(CallFinished)
    assert end.outcome is CallOutcome.TRANSFERRED


def test_the_far_end_is_shown_the_number_that_the_flow_says(make_world: MakeWorld) -> None:
    world, _ = sent_on(make_world, caller_id="+14155550102")
    dialled = [c for c in world.outputs if isinstance(c, Originate)]
    assert [(c.to, c.caller_id) for c in dialled] == [(f"number:{OUTSIDE}", "+14155550102")]


# --- people we called ---


def called(make_world: MakeWorld, **fields: object) -> tuple[World, CallId]:
    """Somebody we called talks with an agent, or with what is in an agent's place."""
    plain, flow = calling_center(), sale_flow(connected=Edge(goto="noted"))
    world = make_world(replace(plain, flows={**plain.flows, flow.flow: flow}))
    world.ready("anna")
    plug_in(world, "answer after 1 s")
    plug_in(world, "answer after 0.5 s", OUTSIDE)
    call = dial(world, **fields)
    world.wait(2)
    return world, call


def test_whom_we_called_goes_on_in_the_flow_when_the_agent_has_left(make_world: MakeWorld) -> None:
    world, call = called(make_world)
    assert world.hears(customer(call)).startswith("talk")
    world.wait(20)
    assert world.ask(HangupRequested, "anna", call=call) == ""
    assert world.hears(customer(call)) == "prompt:Noted."
    world.wait(10)
    end = ended(world)
    assert (end.end, end.agent) == (DialStage.DONE, "anna")
    assert 19_000_000 < end.talk_us <= 21_000_000


def test_the_same_when_an_endpoint_in_an_agents_place_has_left(make_world: MakeWorld) -> None:
    world, call = called(make_world, external=f"number:{OUTSIDE}")
    world.wait(10)
    world.network.hang_up(world.network.at_phone(OUTSIDE)[0].leg, world.now)
    world.pump()
    assert world.hears(customer(call)) == "prompt:Noted."
    said = world.now
    world.wait(20)
    end = ended(world)
    assert end.connected_at is not None
    assert end.talk_us == said - end.connected_at
