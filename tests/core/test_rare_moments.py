"""Moments that come once a year: each was a way to lose somebody."""

from dataclasses import replace

import msgspec
import pytest

from contact_center.core import events as e
from contact_center.core.call import CallPhase
from contact_center.core.center import Center
from contact_center.core.commands import Answer, Command, Hangup, PlaySequence
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.facts import (
    CallFinished,
    CallOutcome,
    CallStarted,
    FaultFound,
    QueueOutcome,
    RequestAnswered,
    ScreenPopCompleted,
    ScreenPopped,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, LegId, QueueId
from contact_center.core.ivr.flow import Edge
from contact_center.core.requests import (
    AcceptRequested,
    DeskLost,
    DispositionRequested,
    PresenceRequested,
    PresenceWish,
)
from contact_center.core.snapshot import CenterSnapshot, restore, snapshot
from contact_center.runtime.codec import encoder
from tests.core.bare import Bare
from tests.core.nasty import rough_center
from tests.stories.centers import DIRECT_NUMBER, LANGUAGE, MAIN_NUMBER, SALES, say


def again(bare: Bare, configuration: CenterConfiguration | None = None) -> None:
    """Start the process anew, with today's configuration."""
    written = encoder.encode(snapshot(bare.center))
    taken = msgspec.json.decode(written, type=CenterSnapshot)
    bare.center = restore(configuration or bare.center.configuration, taken)
    bare.tell(e.CenterStarted(epoch=bare.center.router.epoch + 1))


def back(bare: Bare, *legs: str) -> None:
    live = tuple(e.LiveLeg(leg=LegId(leg), state=e.LegState.UP) for leg in legs)
    bare.tell(e.ProviderResynced(provider="test", legs=live))


def without_agent(name: str) -> CenterConfiguration:
    center = rough_center()
    agents = {agent: s for agent, s in center.agents.items() if agent != name}
    return replace(center, agents=agents)


# --- starting again ---------------------------------------------------------------------------


def test_a_process_that_was_drained_takes_calls_when_it_is_started_again() -> None:
    bare = Bare()
    bare.tell(e.DrainRequested())
    bare.call(MAIN_NUMBER)
    assert isinstance(bare.said(CallFinished)[0], CallFinished)
    again(bare)
    back(bare)
    bare.call(MAIN_NUMBER, "c2")
    assert bare.of("c2").phase is CallPhase.IVR


def test_an_agent_taken_out_while_talking_stays_until_the_call_is_over() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.connect("c1")
    again(bare, without_agent("anna"))
    back(bare, "c1", leg)
    assert bare.state("anna") == "ready talking"
    bare.ends("c1")
    bare.ends("c1", leg)
    assert bare.ask(DispositionRequested, "anna", call="c1", code="sold") == ""
    bare.call(DIRECT_NUMBER, "c2")
    assert bare.state("anna") == "ready idle", "and gets no other"
    assert bare.said(FaultFound) == []


def test_an_agent_taken_out_while_talking_outlives_a_second_restart() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.connect("c1")
    today = without_agent("anna")
    again(bare, today)
    written = encoder.encode(snapshot(bare.center))
    taken = msgspec.json.decode(written, type=CenterSnapshot)
    bare.center = restore(today, taken)
    assert encoder.encode(snapshot(bare.center)) == written
    bare.tell(e.CenterStarted(epoch=9))
    back(bare, "c1", leg)
    bare.ends("c1")
    assert bare.state("anna") == "ready wrap_up"
    assert bare.said(FaultFound) == []


def test_the_screens_of_calls_that_are_over_are_not_popped_at_a_start() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    bare.ends("c1")
    bare.ask(DispositionRequested, "anna", call="c1", code="sold")
    assert bare.of("c1").phase is CallPhase.ENDING, "the agent's leg is not confirmed"
    pops = len(bare.said(ScreenPopped))
    again(bare, without_agent("anna"))
    bare.tell(e.CustomerLookedUp(call=CallId("c1"), customers=()))
    assert len(bare.said(ScreenPopped)) == pops
    assert bare.said(FaultFound) == []


def test_the_screen_of_a_call_in_wrap_up_is_popped_at_a_start() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    bare.connect("c1")
    bare.ends("c1")
    pops = len(bare.said(ScreenPopped)), len(bare.said(ScreenPopCompleted))
    again(bare)
    assert (len(bare.said(ScreenPopped)), len(bare.said(ScreenPopCompleted))) == (
        pops[0] + 1,
        pops[1] + 1,
    )


def test_a_queue_taken_out_lets_its_callers_go_when_nobody_serves_it() -> None:
    bare = Bare()
    bare.ready("bob")
    bare.call(DIRECT_NUMBER, "c1")
    bare.call(DIRECT_NUMBER, "c2")
    bare.up("c1", bare.rung("c1"))
    bare.ends("c1")
    bare.wait(0.1)
    bare.ready("anna")
    bare.ask(PresenceRequested, "anna", presence=PresenceWish.PAUSED)
    today = rough_center()
    queues = {q: s for q, s in today.queues.items() if q != SALES}
    agents = {
        a: replace(s, queues=tuple(q for q in s.queues if q != SALES))
        for a, s in today.agents.items()
    }
    bare.call(DIRECT_NUMBER, "c3")
    again(bare, replace(today, queues=queues, agents=agents))
    back(bare, "c2", "c3")
    outcomes = [o.outcome for o in bare.said(WaitEnded) if isinstance(o, WaitEnded)]
    assert outcomes.count(QueueOutcome.EVICTED) >= 1
    assert not bare.center.router.waiting
    assert bare.said(FaultFound) == []


def test_a_flow_that_changed_under_a_waiting_caller_begins_anew_when_the_wait_ends() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    today = rough_center()
    flow = today.flows[bare.of("c1").session.flow]  # type: ignore[union-attr]
    nodes = {
        "hello": replace(flow.nodes["bye"], name="hello", say=say("We moved.")),  # type: ignore[type-var]
    }
    flows = {**today.flows, flow.flow: replace(flow, version="2", entry="hello", nodes=nodes)}
    again(bare, replace(today, flows=flows))
    back(bare, "c1")
    assert bare.of("c1").phase is CallPhase.WAITING, "whoever waits, waits on"
    spoken = bare.wait(61)
    texts = [i.text for o in spoken if isinstance(o, PlaySequence) for i in o.items]
    assert texts == ["We moved."]


def test_a_flow_that_changed_under_a_caller_in_a_menu_begins_anew() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER)
    today = rough_center()
    session = bare.of("c1").session
    assert session is not None
    assert session.node == "menu"
    flow = today.flows[session.flow]
    nodes = {name: node for name, node in flow.nodes.items() if name != "menu"}
    nodes["other"] = replace(flow.nodes["menu"], name="other", say=say("Press 9."))
    nodes["gate"] = replace(nodes["gate"], open=Edge(goto="other"))  # type: ignore[type-var]
    flows = {**today.flows, flow.flow: replace(flow, version="2", nodes=nodes)}
    again(bare, replace(today, flows=flows))
    assert bare.of("c1").phase is CallPhase.OFFERED
    before = len(bare.outputs)
    back(bare, "c1")
    played = [o for o in bare.outputs[before:] if isinstance(o, PlaySequence)]
    assert [i.text for i in played[0].items] == ["Press 9."]
    assert played[0].items[0].language == LANGUAGE


def test_a_call_to_a_flow_that_is_gone_is_apologised_to() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER)
    today = rough_center()
    numbers = {did: s for did, s in today.numbers.items() if did != MAIN_NUMBER}
    flows = {flow: b for flow, b in today.flows.items() if flow != "main"}
    again(bare, replace(today, flows=flows, numbers=numbers))
    back(bare, "c1")
    last = [o for o in bare.outputs if isinstance(o, PlaySequence)][-1]
    assert "not in service" in last.items[0].text


# --- at the switch ----------------------------------------------------------------------------


def test_a_caller_who_cannot_be_answered_is_let_go() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER, answered=False)
    answer = next(o for o in bare.outputs if isinstance(o, Answer))
    outputs = bare.fails(answer, "refused")
    assert any(isinstance(o, Hangup) for o in outputs)
    bare.ends("c1")
    finished = bare.said(CallFinished)[0]
    assert isinstance(finished, CallFinished)
    assert finished.outcome is CallOutcome.FAILED


def test_a_caller_whom_we_cannot_reach_to_answer_is_kept() -> None:
    bare = Bare()
    bare.call(MAIN_NUMBER, answered=False)
    answer = next(o for o in bare.outputs if isinstance(o, Answer))
    assert bare.fails(answer, "unreachable") == []
    assert bare.of("c1").phase is CallPhase.OFFERED


def test_a_phone_that_cannot_be_answered_from_the_desk_says_so_once() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    assert bare.ask(AcceptRequested, "anna", reservation=bare.reservation("c1")) == "pending"
    pick_up = [o for o in bare.outputs if isinstance(o, Command)][-1]
    bare.fails(pick_up, "not_supported")
    assert bare.answer() == "answer_on_the_phone"
    bare.connect("c1")
    assert len(bare.said(RequestAnswered)) == 2


# --- people -----------------------------------------------------------------------------------


def test_nobody_is_ready_for_ever_without_a_screen() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.tell(DeskLost(agent=AgentId("anna")))
    bare.wait(10_000)
    assert bare.state("anna") == "logged_out idle"
    bare.ask(PresenceRequested, "anna", presence=PresenceWish.READY)
    assert bare.state("anna") == "ready idle"
    bare.wait(31)
    assert bare.state("anna") == "paused idle"
    bare.wait(10_000)
    assert bare.state("anna") == "logged_out idle"
    assert len(bare.center.router.people_deadlines) == 0


def test_an_unknown_queue_is_no_reason_to_fail() -> None:
    center = Center(rough_center())
    assert center.router.queue_state(QueueId("sales"), 0).waiting == 0
    assert center.next_deadline() is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [((("attestation", "TN-Validation-Passed-A"),), "TN-Validation-Passed-A"), ((), "")],
)
def test_what_the_provider_says_of_the_callers_number_is_kept_with_the_call(
    said: tuple[tuple[str, str], ...], kept: str
) -> None:
    bare = Bare()
    call = CallId("c1")
    offered = e.CallOffered(
        call=call, leg=LegId(call), ani="+14155550123", did=MAIN_NUMBER, attributes=said
    )
    bare.tell(offered)
    [started] = bare.said(CallStarted)
    assert isinstance(started, CallStarted)
    assert started.attestation == kept
