"""Waiting and reservations: who gets whom, when it ends, and what the switch may get wrong."""

from dataclasses import replace

import pytest

from contact_center.core import events as e
from contact_center.core.acd import LeaveQueue, ReportConnected
from contact_center.core.call import CallPhase
from contact_center.core.commands import (
    EndCause,
    EndTalk,
    EnterWaiting,
    Hangup,
    Join,
    Originate,
    Reject,
)
from contact_center.core.facts import (
    CallConnected,
    CallFinished,
    CallOutcome,
    OfferEnded,
    OfferResult,
    Presence,
    QueueOutcome,
    WaitEnded,
)
from contact_center.core.ids import AgentId, CallId, CommandId, LegId, ReservationId
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import QueueSettings
from contact_center.core.requests import (
    AcceptRequested,
    DeclineRequested,
    HoldRequested,
    NotesRequested,
    PresenceRequested,
    PresenceWish,
)
from tests.core.bare import SECOND, Bare
from tests.core.nasty import SKILLED_NUMBER, rough_center
from tests.stories.centers import DIRECT_NUMBER, SALES


def waits(bare: Bare) -> list[tuple[str, QueueOutcome]]:
    return [(f.call, f.outcome) for f in bare.said(WaitEnded) if isinstance(f, WaitEnded)]


def offers(bare: Bare) -> list[OfferResult]:
    return [f.result for f in bare.said(OfferEnded) if isinstance(f, OfferEnded)]


def with_sales(**changes: object) -> Bare:
    center = rough_center()
    sales: QueueSettings = replace(center.queues[SALES], **changes)  # type: ignore[arg-type]
    return Bare(replace(center, queues={**center.queues, SALES: sales}))


def busy(bare: Bare) -> None:
    """Anna is there and talks; whoever calls now waits."""
    bare.ready("anna")
    bare.call(DIRECT_NUMBER, "c0")
    bare.connect("c0")


# --- waiting ------------------------------------------------------------------------------------


def test_a_full_queue_takes_nobody() -> None:
    bare = with_sales(max_waiting=2)
    busy(bare)
    for name in ("c1", "c2", "c3"):
        bare.call(DIRECT_NUMBER, name)
    assert waits(bare)[1:] == [("c3", QueueOutcome.FULL)]
    assert list(bare.center.router.lines) == ["c1", "c2"]


def test_with_nobody_logged_in_the_caller_goes_on_at_once() -> None:
    bare = Bare()
    bare.call(DIRECT_NUMBER)
    assert waits(bare) == [("c1", QueueOutcome.NO_AGENTS)]


def test_somebody_who_cannot_serve_the_caller_is_nobody() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(SKILLED_NUMBER)
    assert waits(bare) == [("c1", QueueOutcome.NO_AGENTS)]
    bare.ready("carl")
    bare.call(SKILLED_NUMBER, "c2")
    assert bare.of("c2").agent == "carl"


def test_when_the_last_one_logs_out_those_who_wait_go_on() -> None:
    bare = Bare()
    busy(bare)
    bare.call(DIRECT_NUMBER, "c1")
    bare.ends("c0")
    bare.ask(PresenceRequested, "anna", presence=PresenceWish.LOGGED_OUT)
    bare.wait(10)
    assert waits(bare)[1:] == [("c1", QueueOutcome.EVICTED)]


def test_where_callers_may_stay_they_stay_with_nobody_there() -> None:
    bare = with_sales(absent_at_entry=None, absent_waiting=None)
    bare.call(DIRECT_NUMBER)
    assert bare.of("c1").phase is CallPhase.WAITING
    bare.ready("dora")
    assert bare.of("c1").phase is CallPhase.WAITING
    bare.ready("bob")
    assert bare.of("c1").agent == "bob"


def test_the_longest_wait_ends_the_wait() -> None:
    bare = with_sales(max_wait_us=30 * SECOND)
    busy(bare)
    bare.call(DIRECT_NUMBER, "c1")
    bare.wait(29.9)
    assert waits(bare)[1:] == []
    bare.wait(0.2)
    assert waits(bare)[1:] == [("c1", QueueOutcome.TIMED_OUT)]


def test_a_phone_that_rings_at_the_end_of_the_longest_wait_may_ring_on() -> None:
    bare = with_sales(max_wait_us=30 * SECOND)
    busy(bare)
    bare.call(DIRECT_NUMBER, "c1")
    bare.wait(28)
    bare.ready("bob")
    bare.wait(4)
    assert bare.of("c1").phase is CallPhase.OFFERING
    assert bare.center.router.waiting[CallId("c1")].overdue
    bare.wait(1.1)
    assert offers(bare) == [OfferResult.NO_ANSWER]
    assert waits(bare)[1:] == [("c1", QueueOutcome.TIMED_OUT)]


def test_a_caller_who_is_overdue_and_answered_is_answered() -> None:
    bare = with_sales(max_wait_us=30 * SECOND)
    busy(bare)
    bare.call(DIRECT_NUMBER, "c1")
    bare.wait(28)
    bare.ready("bob")
    bare.wait(4)
    bare.connect("c1")
    assert waits(bare)[1:] == [("c1", QueueOutcome.ANSWERED)]


def test_priority_first_then_who_came_first() -> None:
    bare = Bare()
    bare.ready("carl")
    bare.call(DIRECT_NUMBER, "c0")
    bare.connect("c0")
    bare.call(DIRECT_NUMBER, "c1")
    bare.wait(1)
    bare.call(SKILLED_NUMBER, "c2")
    bare.ends("c0")
    bare.wait(10)
    assert bare.of("c2").agent == "carl"


# --- reservations -------------------------------------------------------------------------------


def test_an_agent_who_is_connected_too_slowly_is_let_go_and_the_caller_kept() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    bare.up("c1", leg)
    outputs = bare.wait(10)
    assert offers(bare) == [OfferResult.FAILED]
    assert [o.leg for o in outputs if isinstance(o, Hangup)] == [leg]
    assert any(isinstance(o, EndTalk) for o in outputs)
    assert any(isinstance(o, EnterWaiting) for o in outputs)
    assert bare.of("c1").agent == "bob"


@pytest.mark.parametrize("code", ["refused", "timeout", "no_such_talk", "overload"])
def test_a_join_that_fails_lets_the_agent_go_and_keeps_the_caller(code: str) -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    join = next(o for o in bare.up("c1", leg) if isinstance(o, Join))
    outputs = bare.fails(join, code)
    assert [o.leg for o in outputs if isinstance(o, Hangup)] == [leg]
    assert offers(bare) == [OfferResult.FAILED]
    assert bare.of("c1").agent == "bob"


@pytest.mark.parametrize("code", ["unreachable", "no_such_leg"])
def test_a_join_that_may_yet_be_repaired_is_waited_for(code: str) -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    join = next(o for o in bare.up("c1", bare.rung("c1")) if isinstance(o, Join))
    assert bare.fails(join, code) == []
    assert bare.of("c1").phase is CallPhase.CONNECTING


def test_the_agent_hanging_up_before_the_caller_is_there_declines() -> None:
    bare = Bare()
    bare.ready("anna", "bob")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    bare.up("c1", leg)
    bare.ends("c1", leg)
    assert offers(bare) == [OfferResult.DECLINED]
    assert bare.of("c1").agent == "bob"


def test_a_leg_that_leaves_the_talk_again_is_not_connected() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    leg = bare.rung("c1")
    bare.up("c1", leg)
    bare.join("c1", leg)
    bare.tell(e.TalkLeft(call=CallId("c1"), leg=leg, talk="t-c1"))  # type: ignore[arg-type]
    bare.join("c1", LegId("c1"))
    assert bare.of("c1").phase is CallPhase.CONNECTING
    bare.join("c1", leg)
    assert len(bare.said(CallConnected)) == 1
    assert bare.join("c1", LegId("strange")) == []


def test_nobody_is_offered_twice_at_once_and_nobody_twice_the_same_offer() -> None:
    bare = Bare()
    bare.ready("anna", "bob", "carl")
    for name in ("c1", "c2", "c3", "c4"):
        bare.call(DIRECT_NUMBER, name)
    dialled = [o.leg for o in bare.said(Originate) if isinstance(o, Originate)]
    assert len(set(dialled)) == 3
    agents = [bare.of(f"c{n}").agent for n in (1, 2, 3)]
    assert sorted(map(str, agents)) == ["anna", "bob", "carl"]


def test_messages_about_what_is_over_are_counted_and_ignored() -> None:
    bare = Bare()
    out = Outbox()
    router = bare.center.router
    router.handle(LeaveQueue(call=CallId("c9")), bare.now, out)
    stale = ReportConnected(call=CallId("c9"), reservation=ReservationId("r"))
    router.handle(stale, bare.now, out)
    assert not router.end_offer(ReservationId("r"), OfferResult.DECLINED, bare.now, out)
    assert (out.stale, out.outputs) == (3, [])
    router.deadline("wait", "c9", bare.now, out)
    router.deadline("rest", "nobody", bare.now, out)
    assert out.outputs == []


def test_dropping_a_call_that_waits_takes_it_out_of_the_line() -> None:
    bare = Bare()
    busy(bare)
    bare.call(DIRECT_NUMBER, "c1")
    bare.center.router.drop(CallId("c1"), bare.now, Outbox())
    assert list(bare.center.router.lines) == []
    assert bare.center.router.queue_state(SALES, 0).waiting == 0


# --- requests from the desk -----------------------------------------------------------------------


def test_buttons_for_other_peoples_calls_do_nothing() -> None:
    bare = Bare()
    busy(bare)
    for kind, fields, code in (
        (HoldRequested, {"call": "c0", "on": True}, "not_talking"),
        (NotesRequested, {"call": "c0", "text": "x"}, "not_your_call"),
        (NotesRequested, {"call": "c9", "text": "x"}, "no_such_call"),
        (AcceptRequested, {"reservation": bare.reservation("c0")}, "offer_is_over"),
        (AcceptRequested, {"reservation": "r-none"}, "offer_is_over"),
        (DeclineRequested, {"reservation": "r-none"}, "offer_is_over"),
    ):
        assert bare.ask(kind, "bob", **fields) == code
    assert bare.ask(DeclineRequested, "anna", reservation=bare.reservation("c0")) == "offer_is_over"
    assert bare.ask(AcceptRequested, "anna", reservation=bare.reservation("c0")) == "offer_is_over"
    assert bare.of("c0").phase is CallPhase.TALKING


def test_an_accept_asked_for_twice_is_answered_twice() -> None:
    bare = Bare()
    bare.ready("anna")
    bare.call(DIRECT_NUMBER)
    offer = bare.reservation("c1")
    assert bare.ask(AcceptRequested, "anna", reservation=offer) == "pending"
    first = CommandId(f"q{bare._asked}")
    assert bare.ask(AcceptRequested, "anna", reservation=offer) == "pending"
    assert bare.answer(first) == "asked_again"
    bare.ends("c1")
    assert bare.answer() == "offer_is_over"


def test_hold_twice_is_held_once() -> None:
    bare = Bare()
    busy(bare)
    assert bare.ask(HoldRequested, "anna", call="c0", on=False) == ""
    assert bare.ask(HoldRequested, "anna", call="c0", on=True) == ""
    before = len(bare.outputs)
    assert bare.ask(HoldRequested, "anna", call="c0", on=True) == ""
    assert len(bare.outputs) == before + 1
    assert bare.center.router.agents[AgentId("anna")].job.held  # type: ignore[union-attr]


# --- bounds --------------------------------------------------------------------------------


def test_one_call_too_many_is_refused_with_congestion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contact_center.core.calls.MAX_CALLS", 2)
    bare = Bare()
    for name in ("c1", "c2", "c3"):
        bare.call(DIRECT_NUMBER, name)
    [reject] = bare.said(Reject)
    assert isinstance(reject, Reject)
    assert (reject.leg, reject.cause) == ("c3", EndCause.CONGESTION)
    [finished] = bare.said(CallFinished)
    assert isinstance(finished, CallFinished)
    assert (finished.call, finished.outcome) == ("c3", CallOutcome.REFUSED)


def test_no_call_lives_longer_than_the_longest_call() -> None:
    bare = Bare()
    busy(bare)
    outputs = bare.wait(4 * 3_600 + 30)
    assert {o.leg for o in outputs if isinstance(o, Hangup)} >= {"c0"}
    assert bare.center.live_calls == 0
    assert bare.center.router.agents["anna"].presence is Presence.READY  # type: ignore[index]


def test_events_of_strangers_and_of_no_kind_change_nothing() -> None:
    bare = Bare()
    stale = bare.center.stale
    assert bare.ends("c9") == []
    assert bare.tell(e.CustomerLookedUp(call=CallId("c9"), customers=())) == []
    assert bare.tell(e.Event()) == []
    assert bare.center.stale == stale + 3
