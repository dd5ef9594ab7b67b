"""Breaks from one queue alone: the agent goes on with the others."""

import pytest

from contact_center.core.acd import QueueLeft, ReservationEnded
from contact_center.core.facts import OfferResult, QueueOutcome, RequestAnswered, SupervisorAnswered
from contact_center.core.ids import AgentId, CommandId, QueueId
from contact_center.core.output import Outbox
from contact_center.core.queue_settings import Absence, Overflow, OverflowWhen
from contact_center.core.requests import PresenceWish, QueuePauseRequested
from contact_center.core.routing import Router
from contact_center.core.staff_facts import QueuePauseChanged
from contact_center.core.supervisor_requests import SetQueuePauseRequested
from tests.core.router_desk import SECOND, Desk, agent, queue
from tests.core.router_rig import Rig, made_again

ALONE = frozenset({Absence.PAUSED})


def ask(desk: Desk, name: str, to: str, on: bool, by: str = "", reason: str = "training") -> str:
    """An agent, or a supervisor for them, begins or ends a break from a queue."""
    told: list[str] = []

    def act(router: Router, now: int, out: Outbox) -> None:
        what = {"agent": AgentId(name), "queue": QueueId(to), "on": on, "reason": reason}
        if by:
            router.supervise(SetQueuePauseRequested(cmd=CommandId("s"), by=by, **what), now, out)  # type: ignore[arg-type]
        else:
            router.request(QueuePauseRequested(cmd=CommandId("q"), **what), now, out)  # type: ignore[arg-type]
        answers = [o for o in out.outputs if isinstance(o, RequestAnswered | SupervisorAnswered)]
        told.append(answers[-1].code)

    desk.do(act)
    return told[0]


def two_queues(**changes: object) -> Desk:
    """Two queues, an agent of both and one of sales alone; both are ready."""
    desk = Desk(
        [queue("sales", **changes), queue("support")],
        [agent("a", "sales", "support"), agent("b", "sales")],
    )
    desk.ready("a", "b")
    return desk


def test_on_a_break_from_one_queue_an_agent_gets_callers_of_the_others() -> None:
    desk = two_queues()
    assert ask(desk, "a", "sales", on=True) == ""
    desk.call("c1", to="sales")
    desk.call("c2", to="support")
    assert desk.asked == [("c1", "b"), ("c2", "a")]


def test_who_comes_back_from_the_break_gets_whoever_waits() -> None:
    desk = two_queues()
    ask(desk, "a", "sales", on=True)
    desk.call("c1", to="sales")
    desk.talk("c1", "b")
    desk.call("c2", to="sales")
    assert desk.line("sales") == ["c2"]
    ask(desk, "a", "sales", on=False)
    assert desk.asked[-1] == ("c2", "a")


def test_a_line_that_two_queues_shared_is_parted_and_every_place_is_kept() -> None:
    desk = Desk([queue("sales"), queue("support")], [agent("a", "sales", "support")])
    desk.ready("a")
    desk.call("c0", to="sales")
    desk.talk("c0", "a")
    for number, to in enumerate(["sales", "support", "sales", "support"]):
        desk.call(f"c{number + 1}", to=to)
        desk.wait(1)
    ask(desk, "a", "sales", on=True)
    for call in ("c2", "c4"):
        desk.finish("c0" if call == "c2" else "c2", "a")
        assert desk.asked[-1] == (call, "a")
        desk.talk(call, "a")
    assert desk.line("sales") == ["c1", "c3"]
    ask(desk, "a", "sales", on=False)
    desk.finish("c4", "a")
    assert desk.asked[-1] == ("c1", "a")


def test_what_rings_from_that_queue_goes_to_others_and_a_call_goes_on() -> None:
    desk = two_queues()
    desk.call("c1", to="sales")
    assert desk.asked == [("c1", "a")]
    ask(desk, "a", "sales", on=True)
    [ended] = desk.heard(ReservationEnded)
    assert isinstance(ended, ReservationEnded)
    assert ended.result is OfferResult.DECLINED
    assert desk.asked[-1] == ("c1", "b")
    desk.talk("c1", "b")
    ask(desk, "b", "sales", on=True)
    assert desk.of("b").work.value == "talking"


def test_who_waits_for_that_agent_waits_for_anybody() -> None:
    desk = two_queues()
    desk.call("c0", to="support")
    desk.talk("c0", "a")
    desk.call("c1", to="sales", named=AgentId("a"), named_us=600 * SECOND)
    assert desk.asked == [("c0", "a")]
    ask(desk, "a", "sales", on=True)
    assert desk.asked[-1] == ("c1", "b")


def test_a_caller_who_is_to_have_this_very_agent_and_cannot_leaves() -> None:
    desk = two_queues()
    desk.call("c0", to="support")
    desk.talk("c0", "a")
    desk.call("c1", to="sales", named=AgentId("a"), named_us=600 * SECOND, only=True)
    ask(desk, "a", "sales", on=True)
    [left] = desk.heard(QueueLeft)
    assert isinstance(left, QueueLeft)
    assert (left.call, left.outcome) == ("c1", QueueOutcome.EVICTED)


@pytest.mark.parametrize(("absent", "stays"), [(frozenset(), True), (ALONE, False)])
def test_a_queue_says_whether_such_a_break_counts_as_nobody_there(
    absent: frozenset[Absence], stays: bool
) -> None:
    desk = Desk(
        [queue("sales", absent_at_entry=absent, absent_waiting=absent), queue("support")],
        [agent("a", "sales", "support")],
    )
    desk.ready("a")
    desk.call("c0", to="support")
    desk.talk("c0", "a")
    desk.call("c1", to="sales")
    ask(desk, "a", "sales", on=True)
    desk.call("c2", to="sales")
    assert desk.line("sales") == (["c1", "c2"] if stays else [])


def test_nobody_is_sent_on_to_a_queue_that_all_are_on_a_break_from() -> None:
    away = Overflow(when=OverflowWhen.LENGTH, to=QueueId("support"))
    desk = Desk(
        [queue("sales", overflow=(away,)), queue("support", absent_at_entry=ALONE)],
        [agent("a", "sales", "support")],
    )
    desk.ready("a")
    ask(desk, "a", "support", on=True)
    desk.call("c1", to="sales")
    assert desk.asked == [("c1", "a")]
    assert desk.line("sales") == ["c1"]


def test_a_queue_may_not_be_left_alone_where_the_center_says_so_but_by_a_supervisor() -> None:
    desk = two_queues(pausable=False)
    assert ask(desk, "a", "sales", on=True) == "not_allowed"
    assert ask(desk, "a", "sales", on=True, by="sue") == ""
    assert ask(desk, "a", "sales", on=False) == "", "whoever is on one may end it"


def test_what_makes_no_sense_is_refused() -> None:
    desk = two_queues()
    assert ask(desk, "b", "support", on=True) == "not_your_queue"
    assert ask(desk, "b", "nothing", on=True) == "not_your_queue"
    assert ask(desk, "nobody", "sales", on=True, by="sue") == "unknown_agent"
    desk.choose("b", PresenceWish.LOGGED_OUT)
    assert ask(desk, "b", "sales", on=True) == "logged_out"


def told_of(desk: Desk, act) -> list[tuple[bool, str, str]]:  # type: ignore[no-untyped-def]
    """Do something, and give what was told of breaks: whether it began, why, and by whom."""
    step = desk.rig.do(act, desk.now)
    return [(o.on, o.reason, o.by) for o in step.outputs if isinstance(o, QueuePauseChanged)]


def wish(on: bool, reason: str = "lunch") -> QueuePauseRequested:
    """A's wish about sales."""
    return QueuePauseRequested(
        cmd=CommandId("q"), agent=AgentId("a"), queue=QueueId("sales"), on=on, reason=reason
    )


def test_a_break_is_told_once_with_its_reason_and_another_reason_is_another_break() -> None:
    desk = two_queues()
    assert told_of(desk, lambda r, now, out: r.request(wish(True), now, out)) == [
        (True, "lunch", "")
    ]
    assert told_of(desk, lambda r, now, out: r.request(wish(True), now, out)) == []
    assert told_of(desk, lambda r, now, out: r.request(wish(True, "coaching"), now, out)) == [
        (False, "lunch", ""),
        (True, "coaching", ""),
    ]
    assert told_of(desk, lambda r, now, out: r.request(wish(False), now, out)) == [
        (False, "coaching", "")
    ]
    assert told_of(desk, lambda r, now, out: r.request(wish(False), now, out)) == []


def test_logging_out_ends_the_break() -> None:
    desk = two_queues()
    ask(desk, "a", "sales", on=True)
    desk.choose("a", PresenceWish.LOGGED_OUT)
    assert desk.of("a").paused_in == {}
    desk.ready("a")
    desk.call("c1", to="sales")
    desk.talk("c1", "b")
    desk.call("c2", to="sales")
    assert desk.asked[-1] == ("c2", "a")


def test_a_break_outlives_the_process() -> None:
    desk = two_queues()
    ask(desk, "a", "sales", on=True)
    again: Rig = made_again(desk.rig.written_down(), desk.rig.center.configuration)
    again.do(lambda router, now, out: router.set_provider(True, now, out), desk.now)
    assert again.written_down() == desk.rig.written_down().replace(b'"up":false', b'"up":true')
    assert list(again.router.agents[AgentId("a")].paused_in) == ["sales"]


def test_hundreds_of_breaks_come_and_go_and_leave_nothing_behind() -> None:
    names = [f"q{n}" for n in range(8)]
    desk = Desk([queue(name) for name in names], [agent(f"a{n}", *names) for n in range(3)])
    desk.ready("a0", "a1", "a2")
    kinds = len(desk.rig.router.graph.types)
    for turn in range(200):
        ask(desk, f"a{turn % 3}", names[turn * 5 % 8], on=turn % 2 == 0)
    for name in names:
        for who in ("a0", "a1", "a2"):
            ask(desk, who, name, on=False)
    router = desk.rig.router
    assert len(router.graph.types) <= kinds + 6, "places of types are used again"
    assert not any(kind.variants for kind in router.graph.types)
    desk.call("c1", to="q7")
    assert desk.asked == [("c1", "a0")]
