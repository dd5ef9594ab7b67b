"""Lines, the graph behind them, and disciplines: who stands where, and whose head is next."""

from dataclasses import replace

import pytest

from contact_center.core.acd import Rekey
from contact_center.core.configuration import Discipline
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.queue_settings import (
    Channel,
    ChannelLimit,
    KeepBack,
    Membership,
    Order,
)
from tests.core.router_desk import SALES, SECOND, START, Desk, agent, queue


def busy(*queues: object, **changes: object) -> Desk:
    """One agent of all queues, who talks to somebody."""
    names = [one.queue for one in queues]  # type: ignore[attr-defined]
    desk = Desk(list(queues), [agent("a", *names)], **changes)  # type: ignore[arg-type]
    desk.ready("a")
    desk.call("c0", to=names[0])
    desk.talk("c0", "a")
    return desk


def order(desk: Desk) -> list[str]:
    """Let the agent serve everybody; gives the order."""
    desk.finish(desk.asked[-1][0], "a")
    seen = []
    while desk.asked[-1][0] not in seen and desk.asked[-1][0] != "c0":
        seen.append(desk.asked[-1][0])
        desk.served(seen[-1], "a", seconds=0)
    return seen


def test_first_come_first_served_over_all_queues() -> None:
    desk = busy(queue("x"), queue("y"))
    for number, name in enumerate("xyyx"):
        desk.call(f"c{number + 1}", to=name)
        desk.wait(1)
    assert order(desk) == ["c1", "c2", "c3", "c4"]


def test_the_last_comes_first_where_that_is_the_order_whatever_they_ask_for() -> None:
    desk = Desk([queue(order=Order.LIFO)], [agent("a", skills={"es": 50})])
    desk.ready("a")
    desk.call("c0")
    desk.talk("c0", "a")
    for number, require in enumerate(["", "es", "", "es"]):
        desk.call(f"c{number + 1}", require=require)
        desk.wait(1)
    assert order(desk) == ["c4", "c3", "c2", "c1"]


def test_weights_are_head_starts_and_not_precedence() -> None:
    desk = busy(queue("x"), queue("y", weight=1), weight_us=10 * SECOND)
    desk.call("early", to="x")
    desk.wait(11)
    desk.call("late", to="y")
    desk.wait(1)
    desk.call("later", to="x")
    assert order(desk) == ["early", "late", "later"]


def test_a_ceiling_keeps_a_class_from_gaining_for_ever_but_not_their_order() -> None:
    desk = busy(queue("x", ceiling_us=5 * SECOND), queue("y"))
    desk.call("x1", to="x", since=START - 90 * SECOND)
    desk.call("x2", to="x", since=START - 80 * SECOND)
    desk.call("y1", to="y", since=START - 20 * SECOND)
    assert order(desk) == ["y1", "x1", "x2"]


@pytest.mark.parametrize("boost_s", [5, 20])
def test_nobody_is_overtaken_by_more_than_come_within_the_largest_head_start(boost_s: int) -> None:
    desk = busy(queue())
    desk.call("patient")
    for number in range(40):
        desk.wait(1)
        desk.call(f"late{number}", boost_us=boost_s * SECOND)
    ahead = desk.line().index("patient")
    assert ahead == boost_s - 1, "those who came less than the head start later, and nobody else"


def test_who_waited_to_the_limit_is_promoted_over_every_band() -> None:
    desk = busy(queue(promote_us=30 * SECOND, max_wait_us=900 * SECOND))
    desk.call("old")
    desk.wait(31)
    desk.call("vip", priority=5)
    assert desk.line() == ["old", "vip"]


def test_an_agent_serves_the_queue_they_prefer_first() -> None:
    members = (Membership(queue=QueueId("x"), preference=1),)
    desk = Desk([queue("x"), queue("y")], [agent("a", "x", "y", members=members)])
    desk.ready("a")
    desk.call("c0", to="x")
    desk.talk("c0", "a")
    desk.call("x1", to="x")
    desk.wait(60)
    desk.call("y1", to="y")
    assert order(desk) == ["y1", "x1"]


def test_fixed_ratios_serve_the_queue_that_exceeds_its_share() -> None:
    desk = busy(queue("x", share=1), queue("y", share=3), discipline=Discipline.FIXED_RATIO)
    for number in range(2):
        desk.call(f"x{number}", to="x")
    for number in range(3):
        desk.call(f"y{number}", to="y")
    # x has 2 of 5 where 1 of 4 is its share; then 1 of 4, exactly; y would be above its own.
    assert order(desk)[0] == "x0"


def test_by_cost_the_weight_times_the_wait_over_the_handle_time_decides() -> None:
    dear = queue("x", weight=4, expected_handle_us=60 * SECOND)
    cheap = queue("y", weight=1, expected_handle_us=60 * SECOND)
    desk = busy(dear, cheap, discipline=Discipline.COST, weight_us=0)
    desk.call("y1", to="y")
    desk.wait(30)
    desk.call("x1", to="x")
    desk.wait(20)
    assert order(desk) == ["x1", "y1"]


def test_named_callers_of_another_channel_do_not_hide_those_of_this_one() -> None:
    both = {Channel.VOICE: ChannelLimit(cost=100), Channel.CHAT: ChannelLimit(cost=60)}
    desk = Desk(
        [queue("x"), queue("y", channel=Channel.CHAT)], [agent("a", "x", "y", channels=both)]
    )
    desk.ready("a")
    desk.call("c0", to="x")
    desk.talk("c0", "a")
    named = {"named": AgentId("a"), "named_us": 60 * SECOND}
    desk.call("chat", to="y", **named)
    desk.call("call", to="x", **named)
    desk.finish("c0", "a")
    assert desk.asked[-1][0] == "call", "voice is looked at first"
    desk.served("call", "a")
    assert desk.asked[-1][0] == "chat"


def test_experts_are_kept_back_by_each_rule_until_its_own_time() -> None:
    rules = (
        KeepBack(skill="es", keep=1, until_us=20 * SECOND),
        KeepBack(skill="fr", keep=1, until_us=40 * SECOND),
    )
    desk = Desk([queue(keep_back=rules)], [agent("a", skills={"es": 9, "fr": 9})])
    desk.ready("a")
    desk.call("c1")
    desk.wait(21)
    assert desk.asked == [], "the rule about fr holds still"
    desk.wait(20)
    assert desk.asked == [("c1", "a")]


def test_ring_all_leaves_the_experts_that_are_kept_back_alone() -> None:
    rule = KeepBack(skill="es", keep=1, until_us=60 * SECOND)
    desk = Desk(
        [queue(strategy="ring_all", keep_back=(rule,))],
        [agent(name, skills={"es": 9}) for name in ("a", "b", "c")],
    )
    desk.ready("a", "b", "c")
    desk.call("c1")
    assert [name for _, name in desk.asked] == ["a", "b"]
    desk.call("c2", require="es")
    assert desk.asked[-1] == ("c2", "c")


def test_classes_that_nobody_is_in_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contact_center.core.graph.MAX_CLASSES", 10)
    skills = {f"s{n}": 50 for n in range(60)}
    desk = Desk([queue()], [agent("a", skills=skills)])
    desk.ready("a")
    desk.call("c0")
    desk.talk("c0", "a")
    desk.call("stays", require="s1")
    for n in range(60):
        desk.tell(Rekey(call=CallId("stays"), requirement=f"s{n} >= {n % 50}"))
    graph = desk.rig.router.graph
    assert len(graph.classes) <= graph.bound + 1
    assert desk.line() == ["stays"]
    desk.finish("c0", "a")
    assert desk.asked[-1] == ("stays", "a")


def test_a_place_is_a_key_that_time_does_not_change() -> None:
    desk = busy(queue())
    desk.call("c1")
    key = desk.rig.router.lines.key_of(CallId("c1"))
    desk.wait(100)
    assert desk.rig.router.lines.key_of(CallId("c1")) == key
    assert replace(desk.rig.center.configuration.queues[SALES]) is not None
