"""What counts against a queue's bounds, and which calls move which clock."""

from contact_center.core.acd import (
    AgentReserved,
    EnterQueue,
    LeaveQueue,
    PlaceResumed,
    QueueLeft,
    ReportAnswered,
    ReportConnected,
    ReportFinished,
)
from contact_center.core.facts import QueueOutcome
from contact_center.core.ids import AgentId, CallId
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import WrapUp
from contact_center.core.requests import PresenceWish
from contact_center.core.routing import Router
from tests.stories.centers import SALES, agent, small_center

ANNA = AgentId("anna")


def router(**settings: object) -> Router:
    made = Router(small_center(agent("anna", 1001), wrap_up=WrapUp(us=0), **settings))
    made.up, made.epoch = True, 1
    return made


def enter(router: Router, call: str, now: int, **fields: object) -> list[object]:
    out = Outbox()
    message = EnterQueue(
        call=CallId(call), queue=SALES, priority=0, requirement="", max_wait_us=10**9, **fields
    )
    router.handle(message, now, out)
    return list(out.mail)


def test_calls_back_that_do_not_count_leave_room_for_callers() -> None:
    full = router(max_waiting=1, absent_at_entry=None, absent_waiting=None)
    assert enter(full, "cb-1", 0, counted=False, outbound=True) == []
    assert enter(full, "cb-2", 1, counted=False, outbound=True) == []
    assert enter(full, "c1", 2) == []
    [refused] = enter(full, "c2", 3)
    assert isinstance(refused, QueueLeft)
    assert refused.outcome is QueueOutcome.FULL
    assert full.queue_state(SALES, 0).waiting == 3


def test_a_call_back_leaves_the_clock_of_inbound_calls_alone() -> None:
    one = router()
    out = Outbox()
    one.set_presence(ANNA, PresenceWish.READY, "", 0, out)
    for number, (call, outbound) in enumerate([("c1", False), ("cb-1", True)]):
        start = 1_000_000 * (1 + number)
        [reserved] = [
            m for m in enter(one, call, start, outbound=outbound) if isinstance(m, AgentReserved)
        ]
        names = {"call": CallId(call), "reservation": reserved.reservation}
        one.handle(ReportAnswered(**names), start + 1, out)
        one.handle(ReportConnected(**names), start + 2, out)
        one.handle(ReportFinished(**names), start + 500_000, out)
    assert one.agents[ANNA].last_inbound_end == 1_500_000
    assert one.agents[ANNA].last_call_end == 2_500_000


def test_who_redials_and_is_refused_may_try_once_more() -> None:
    one = router(max_waiting=1, redial_us=60_000_000, absent_at_entry=None, absent_waiting=None)
    enter(one, "c1", 1_000_000, caller="+1")
    one.handle(LeaveQueue(call=CallId("c1")), 5_000_000, Outbox())
    enter(one, "c2", 6_000_000)
    [refused] = enter(one, "c3", 7_000_000, caller="+1")
    assert isinstance(refused, QueueLeft)
    one.handle(LeaveQueue(call=CallId("c2")), 8_000_000, Outbox())
    [resumed] = enter(one, "c4", 9_000_000, caller="+1")
    assert resumed == PlaceResumed(call=CallId("c4"), since=1_000_000)
    assert one.waiting[CallId("c4")].since == 1_000_000


def test_who_waits_for_one_agent_waits_for_anybody_when_that_one_goes_on_a_break() -> None:
    both = Router(small_center(agent("anna", 1001), agent("bob", 1002), wrap_up=WrapUp(us=0)))
    both.up, both.epoch = True, 1
    out = Outbox()
    for name in (ANNA, AgentId("bob")):
        both.set_presence(name, PresenceWish.READY, "", 0, out)
    [busy] = [m for m in enter(both, "c1", 1, named=ANNA, named_us=10**8) if talks(m)]
    names = {"call": CallId("c1"), "reservation": busy.reservation}
    both.handle(ReportAnswered(**names), 2, out)
    both.handle(ReportConnected(**names), 3, out)
    assert enter(both, "c2", 4, named=ANNA, named_us=10**8) == []
    both.set_presence(ANNA, PresenceWish.PAUSED, "lunch", 5, out)
    out = Outbox()
    both.handle(ReportFinished(**names), 6, out)
    both.settle(6, out)
    [reserved] = [m for m in out.mail if talks(m)]
    assert (reserved.call, reserved.agent) == ("c2", "bob")


def talks(message: object) -> bool:
    return isinstance(message, AgentReserved)
