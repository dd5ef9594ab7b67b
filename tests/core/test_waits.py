"""Waiting: steps, moves, doors, and places that are kept."""

import pytest

from contact_center.core.acd import LeaveQueue, QueueLeft, QueueMoved, Rekey
from contact_center.core.facts import OfferResult, QueueOutcome
from contact_center.core.ids import AgentId, CallId, CommandId, QueueId
from contact_center.core.queue_settings import (
    Membership,
    Overflow,
    OverflowWhen,
    QueueSettings,
    WaitStep,
)
from contact_center.core.requests import PresenceWish
from contact_center.core.supervisor_requests import MoveRequested
from tests.core.router_desk import SALES, SECOND, Desk, agent, queue

W = OverflowWhen


def talking(desk: Desk, *names: str) -> Desk:
    """Everybody named talks to somebody."""
    desk.ready(*names)
    for name in names:
        desk.call(f"busy-{name}", named=AgentId(name), named_us=SECOND)
        desk.talk(f"busy-{name}", name)
    return desk


def test_relaxation_keeps_the_place() -> None:
    steps = (WaitStep(after_us=10 * SECOND, requirement=""),)
    desk = talking(Desk([queue(steps=steps)], [agent("a")]), "a")
    desk.call("picky", require="es")
    desk.wait(1)
    desk.call("easy")
    desk.wait(10)
    desk.finish("busy-a", "a")
    assert desk.asked[-1] == ("picky", "a")


def test_a_step_may_wait_until_much_is_to_be_expected_and_delays_nothing_else() -> None:
    steps = (WaitStep(after_us=5 * SECOND, over_expected_us=3_600 * SECOND, requirement=""),)
    members = (Membership(queue=SALES, delay_us=7 * SECOND),)
    desk = Desk([queue(steps=steps)], [agent("a"), agent("b", members=members)])
    talking(desk, "a")
    desk.ready("b")
    desk.call("c1")
    desk.wait(6.9)
    assert desk.asked[-1][0] != "c1"
    desk.wait(0.2)
    assert desk.asked[-1] == ("c1", "b")


def test_overflow_keeps_the_age() -> None:
    desk = Desk(
        [
            queue("x", overflow=(Overflow(when=W.WAITED, to=QueueId("y"), us=20 * SECOND),)),
            queue("y"),
        ],
        [agent("a", "y")],
    )
    desk.ready("a")
    desk.call("c0", to="y")
    desk.talk("c0", "a")
    desk.call("x1", to="x")
    desk.wait(5)
    desk.call("y1", to="y")
    desk.wait(16)
    assert desk.line("y") == ["x1", "y1"]
    [moved] = desk.heard(QueueMoved)
    assert isinstance(moved, QueueMoved)
    assert (moved.to, moved.outcome) == ("y", QueueOutcome.OVERFLOWED)


def test_the_earliest_of_several_rules_of_overflow_counts_however_they_are_written() -> None:
    rules = (
        Overflow(when=W.WAITED, to=QueueId("y"), us=60 * SECOND),
        Overflow(when=W.WAITED, to=QueueId("z"), us=20 * SECOND),
    )
    desk = Desk([queue("x", overflow=rules), queue("y"), queue("z")], [agent("a", "x")])
    desk.call("c1", to="x")
    desk.wait(21)
    assert desk.line("z") == ["c1"]


def test_overflow_into_a_full_queue_is_tried_again() -> None:
    rules = (Overflow(when=W.WAITED, to=QueueId("y"), us=20 * SECOND),)
    desk = Desk([queue("x", overflow=rules), queue("y", max_waiting=1)], [agent("a", "x")])
    desk.call("y1", to="y")
    desk.call("c1", to="x")
    desk.wait(30)
    assert desk.line("x") == ["c1"]
    desk.tell(LeaveQueue(call=CallId("y1")))
    desk.wait(6)
    assert desk.line("y") == ["c1"]


def chain(*ways: tuple[str, Overflow], **changes: dict[str, object]) -> list[QueueSettings]:
    """Queues with a rule each, and what else is special about some."""
    return [queue(name, overflow=(rule,), **changes.get(name, {})) for name, rule in ways]


def when_longer(to: str | None, most: int = 0) -> Overflow:
    return Overflow(when=W.LENGTH, to=QueueId(to) if to is not None else None, most=most)


def test_a_chain_of_overflow_is_followed_to_the_queue_that_takes_the_caller() -> None:
    ways = [("q1", when_longer("q2")), ("q2", when_longer("q3")), ("q3", when_longer("q4"))]
    desk = Desk([*chain(*ways), queue("q4")], [agent("a", "q1")])
    desk.call("c1", to="q1")
    assert desk.line("q4") == ["c1"]
    [moved] = desk.heard(QueueMoved)
    assert isinstance(moved, QueueMoved)
    assert (moved.queue, moved.to) == ("q1", "q4")


def test_a_chain_of_overflow_stops_where_the_last_has_no_room() -> None:
    ways = [("q1", when_longer("q2")), ("q2", when_longer("q3"))]
    desk = Desk([*chain(*ways), queue("q3", max_waiting=1)], [agent("a", "q1")])
    desk.call("c0", to="q3")
    desk.call("c1", to="q1")
    assert (desk.line("q2"), desk.line("q3")) == (["c1"], ["c0"])


def test_a_chain_of_overflow_may_lead_out_of_the_line() -> None:
    ways = [("q1", when_longer("q2")), ("q2", when_longer(None))]
    desk = Desk(chain(*ways), [agent("a", "q1")])
    desk.call("c1", to="q1")
    [left] = desk.heard(QueueLeft)
    assert isinstance(left, QueueLeft)
    assert (left.queue, left.outcome) == ("q1", QueueOutcome.OVERFLOWED)
    desk.call("c2", to="q1", no_flow=True)
    assert desk.line("q2") == ["c2"], "who has no flow to go on in waits"


def test_a_circle_of_overflow_is_gone_round_once() -> None:
    ways = [("q1", when_longer("q2")), ("q2", when_longer("q3")), ("q3", when_longer("q1"))]
    desk = Desk(chain(*ways), [agent("a", "q1")])
    desk.call("c1", to="q1")
    assert desk.line("q3") == ["c1"], "the last before the circle closes"
    full = Desk(chain(*ways, q2={"max_waiting": 0}, q3={"max_waiting": 0}), [agent("a", "q1")])
    full.call("c1", to="q1")
    assert full.line("q1") == ["c1"], "who is taken nowhere stays"


def test_who_is_sent_on_after_a_wait_goes_on_along_the_chain() -> None:
    ways = [("q1", Overflow(when=W.WAITED, to=QueueId("q2"), us=20 * SECOND))]
    closed = Overflow(when=W.NO_AGENTS, to=QueueId("q3"))
    desk = Desk([*chain(*ways, ("q2", closed)), queue("q3")], [agent("a", "q1", "q3")])
    desk.ready("a")
    desk.call("c0", to="q3")
    desk.talk("c0", "a")
    desk.call("c1", to="q1")
    desk.wait(21)
    assert desk.line("q3") == ["c1"]


def test_queues_that_send_in_circles_end_with_the_longest_wait() -> None:
    circle = [
        queue(a, overflow=(Overflow(when=W.WAITED, to=QueueId(b), us=SECOND),))
        for a, b in (("x", "y"), ("y", "x"))
    ]
    desk = Desk(circle, [agent("a", "x", "y")])
    desk.call("c1", to="x")
    desk.wait(901)
    assert len(desk.heard(QueueMoved)) == 20
    [left] = desk.heard(QueueLeft)
    assert isinstance(left, QueueLeft)
    assert left.outcome is QueueOutcome.TIMED_OUT


def test_whoever_redials_soon_has_their_place_back() -> None:
    desk = talking(Desk([queue(redial_us=60 * SECOND)], [agent("a")]), "a")
    desk.call("c1", caller="+14155550123")
    desk.wait(5)
    desk.call("c2", caller="+14155550124")
    desk.tell(LeaveQueue(call=CallId("c1")))
    desk.wait(30)
    desk.call("c3", caller="+14155550123")
    assert desk.line() == ["c3", "c2"]
    desk.tell(LeaveQueue(call=CallId("c3")))
    desk.wait(61)
    desk.call("c4", caller="+14155550123")
    assert desk.line() == ["c2", "c4"]


def test_a_message_that_comes_twice_lets_nobody_wait_twice() -> None:
    desk = talking(Desk([queue()], [agent("a")]), "a")
    desk.call("c1")
    desk.call("c1")
    assert desk.line() == ["c1"]
    assert desk.rig.router.total_waiting == 1


def test_a_failed_offer_keeps_the_place_and_asks_another() -> None:
    desk = Desk([queue()], [agent("a"), agent("b")])
    desk.ready("a")
    desk.call("c1")
    desk.call("c2")
    desk.fail("c1", "a", OfferResult.BUSY)
    assert desk.line() == ["c1", "c2"]
    desk.ready("b")
    assert desk.asked[-1] == ("c1", "b")


@pytest.mark.parametrize(("spot", "expected"), [(1, "x abc"), (2, "a x bc"), (9, "abc x")])
def test_a_supervisor_puts_a_caller_in_any_place(spot: int, expected: str) -> None:
    desk = talking(Desk([queue()], [agent("a")]), "a")
    for name in ("a", "x", "b", "c"):
        desk.call(name)
        desk.wait(1)
    request = MoveRequested(
        cmd=CommandId("m"), by="s", call=CallId("x"), queue=SALES, position=spot
    )
    desk.do(lambda router, now, out: router.supervise(request, now, out))
    assert "".join(desk.line()) == expected.replace(" ", "")


def test_whom_a_supervisor_puts_back_after_a_long_wait_is_not_promoted_again() -> None:
    steps = (WaitStep(after_us=40 * SECOND, requirement=""),)
    desk = talking(Desk([queue(promote_us=30 * SECOND, steps=steps)], [agent("a")]), "a")
    desk.call("old")
    desk.wait(31)
    desk.call("new")
    desk.call("newer")
    assert desk.line() == ["old", "new", "newer"]
    moved = MoveRequested(cmd=CommandId("m"), by="s", call=CallId("old"), queue=SALES, position=3)
    desk.do(lambda router, now, out: router.supervise(moved, now, out))
    assert desk.line() == ["new", "newer", "old"]
    desk.wait(10)  # a step is due, at which the time of the wait is looked at
    desk.finish("busy-a", "a")
    assert desk.asked[-1] == ("new", "a")


def test_a_named_agent_is_waited_for_a_time_and_then_anybody_will_do() -> None:
    desk = talking(Desk([queue()], [agent("a"), agent("b")]), "a")
    desk.ready("b")
    desk.call("c1", named=AgentId("a"), named_us=20 * SECOND)
    assert desk.asked[-1][0] != "c1"
    desk.wait(20)
    assert desk.asked[-1] == ("c1", "b")


def test_nobody_waits_for_a_named_agent_who_signs_off() -> None:
    desk = talking(Desk([queue()], [agent("a"), agent("b")]), "a")
    desk.ready("b")
    desk.call("c1", named=AgentId("a"), named_us=60 * SECOND)
    desk.choose("a", PresenceWish.LOGGED_OUT)
    desk.finish("busy-a", "a")
    assert desk.asked[-1] == ("c1", "b")


def test_what_is_learned_late_counts_from_the_time_of_arrival() -> None:
    desk = talking(Desk([queue()], [agent("a")]), "a")
    desk.call("c1")
    desk.wait(5)
    desk.call("c2")
    desk.wait(5)
    desk.tell(Rekey(call=CallId("c2"), boost_us=6 * SECOND))
    assert desk.line() == ["c2", "c1"]
