"""Strategies, one row after the other: who is asked of several who are free."""

import pytest

from contact_center.core.acd import ReservationEnded
from contact_center.core.acd_events import ScoresGiven
from contact_center.core.facts import OfferResult
from contact_center.core.ids import AgentId, CallId
from contact_center.core.queue_settings import IdleClock, Membership
from contact_center.core.requests import PresenceWish
from contact_center.core.strategies import STRATEGIES, draw
from tests.core.router_desk import SALES, Desk, agent, queue

ROWS = {
    "best_skilled",
    "external",
    "fewest_calls",
    "least_skilled",
    "least_talk_time",
    "linear",
    "longest_idle",
    "progressive",
    "random",
    "ring_all",
    "round_robin",
    "top_down",
    "weighted_random",
}


def three(strategy: str, **changes: object) -> Desk:
    desk = Desk([queue(strategy=strategy, **changes)], [agent(name) for name in ("a", "b", "c")])
    desk.ready("b", "c", "a")
    return desk


def who(desk: Desk, call: str) -> list[str]:
    return [name for which, name in desk.asked if which == call]


def test_there_is_a_row_for_each_strategy_of_the_trade() -> None:
    assert set(STRATEGIES) == ROWS


@pytest.mark.parametrize(
    ("strategy", "order"),
    [("longest_idle", "bca"), ("linear", "abc"), ("round_robin", "abc"), ("top_down", "abc")],
)
def test_in_which_order_three_callers_get_three_agents(strategy: str, order: str) -> None:
    desk = three(strategy)
    for call in ("c1", "c2", "c3"):
        desk.call(call)
    assert "".join(name for _, name in desk.asked) == order


@pytest.mark.parametrize(("restarts", "order"), [(True, "ab"), (False, "ba")])
def test_who_declines_goes_behind_the_others_unless_the_queue_says_otherwise(
    restarts: bool, order: str
) -> None:
    desk = three("longest_idle", declined_restarts_clock=restarts)
    desk.call("c1")
    desk.fail("c1", "b", OfferResult.DECLINED)
    desk.served("c1", "c")
    desk.wait(10)
    desk.call("c2")
    desk.fail("c2", order[0], OfferResult.BUSY)
    assert "".join(who(desk, "c2")) == order


def test_round_robin_goes_on_after_whom_the_queue_asked_last() -> None:
    desk = three("round_robin")
    for number in range(4):
        desk.call(f"c{number}")
        name = desk.asked[-1][1]
        desk.served(f"c{number}", name)
    assert "".join(name for _, name in desk.asked) == "abca"


def test_linear_begins_at_the_top_for_every_caller() -> None:
    desk = three("linear")
    for number in range(3):
        desk.call(f"c{number}")
        desk.served(f"c{number}", desk.asked[-1][1])
    assert "".join(name for _, name in desk.asked) == "aaa"


def test_top_down_goes_on_for_the_same_caller_and_anew_for_the_next() -> None:
    desk = three("top_down")
    desk.call("c1")
    desk.fail("c1", "a", OfferResult.BUSY)
    desk.fail("c1", "b", OfferResult.BUSY)
    assert who(desk, "c1") == ["a", "b", "c"]
    desk.wait(6)
    desk.call("c2")
    assert who(desk, "c2") == ["a"]


def test_fewest_calls_counts_in_a_window_and_newcomers_do_not_get_all_for_ever() -> None:
    desk = three("fewest_calls", window_us=60_000_000)
    for number in range(3):
        desk.call(f"c{number}")
        desk.served(f"c{number}", desk.asked[-1][1])
    assert sorted(name for _, name in desk.asked) == ["a", "b", "c"]
    desk.call("c3")
    first = desk.asked[-1][1]
    desk.served("c3", first)
    desk.wait(57)  # the calls of the first two have left the window, the one of `first` has not
    desk.call("c4")
    assert desk.asked[-1][1] != first


def test_a_call_leaves_the_window_while_the_agent_sits_idle() -> None:
    changes = {"strategy": "fewest_calls", "window_us": 60_000_000}
    desk = Desk([queue(**changes)], [agent("a"), agent("b")])
    desk.ready("a")
    desk.call("c1")
    desk.served("c1", "a")
    desk.ready("b")
    desk.wait(59)
    desk.call("c2")
    assert who(desk, "c2") == ["a"], "nobody has a call in the window, and a is idle longer"


def test_least_talk_time_counts_seconds_not_calls() -> None:
    desk = three("least_talk_time")
    desk.call("c1")
    desk.served("c1", "b", seconds=100)
    desk.call("c2")
    desk.served("c2", "c", seconds=10)
    desk.call("c3")
    desk.served("c3", "a", seconds=50)
    desk.call("c4")
    assert who(desk, "c4") == ["c"]


def test_a_draw_is_the_same_for_the_same_seed_and_even() -> None:
    drawn = [draw(7, n, 3) for n in range(30_000)]
    assert drawn == [draw(7, n, 3) for n in range(30_000)]
    assert all(abs(drawn.count(n) - 10_000) < 400 for n in range(3))


def test_random_follows_the_seed_and_weights_count() -> None:
    heavy = [agent("a", weight=1), agent("b", weight=9)]
    desk = Desk([queue(strategy="weighted_random")], heavy, seed=3)
    desk.ready("a", "b")
    for number in range(200):
        desk.call(f"c{number}")
        desk.served(f"c{number}", desk.asked[-1][1])
    share = [name for _, name in desk.asked].count("b")
    assert 150 < share < 200


def test_the_best_and_the_least_skilled() -> None:
    staff = [
        agent("a", skills={"es": 40}),
        agent("b", skills={"es": 90, "vip": 80, "tax": 10}),
        agent("c", skills={"es": 60, "vip": 10}),
    ]
    for strategy, expected in (("best_skilled", "b"), ("least_skilled", "a")):
        desk = Desk([queue(strategy=strategy)], staff)
        desk.ready("a", "b", "c")
        desk.call("c1", require="es >= 30")
        assert who(desk, "c1") == [expected]


def test_scores_from_outside_are_waited_for_but_not_for_long() -> None:
    desk = three("external", score_us=500_000)
    desk.call("c1")
    assert desk.asked == []
    event = ScoresGiven(call=CallId("c1"), scores=((AgentId("c"), 9), (AgentId("a"), 4)))
    desk.do(lambda router, now, out: router.scores(event, now, out))
    assert who(desk, "c1") == ["c"]
    desk.call("c2")
    desk.wait(0.4)
    assert who(desk, "c2") == []
    desk.wait(0.2)
    assert who(desk, "c2") == ["b"]


def test_all_phones_ring_the_first_to_answer_wins_and_the_others_stop() -> None:
    desk = three("ring_all")
    desk.call("c1")
    assert who(desk, "c1") == ["b", "c", "a"]
    desk.answer("c1", "c")
    ended = {m.reservation: m.result for m in desk.heard(ReservationEnded)}
    assert ended == {desk.rings["c1", name]: OfferResult.REVOKED for name in ("a", "b")}
    desk.call("c2")
    assert who(desk, "c2") == ["b", "a"]


def test_who_becomes_free_joins_while_all_phones_ring() -> None:
    desk = Desk([queue(strategy="ring_all", ring_most=2)], [agent(n) for n in ("a", "b", "c")])
    desk.ready("a")
    desk.call("c1")
    desk.ready("b", "c")
    assert who(desk, "c1") == ["a", "b"]


def test_the_next_tier_rings_only_when_the_first_has_ended() -> None:
    staff = [
        agent("a", members=(Membership(queue=SALES, tier=2),)),
        agent("b"),
        agent("c"),
    ]
    desk = Desk([queue(strategy="ring_all")], staff)
    desk.ready("a", "b", "c")
    desk.call("c1")
    assert who(desk, "c1") == ["b", "c"]
    desk.fail("c1", "b", OfferResult.BUSY)
    assert who(desk, "c1") == ["b", "c"]
    desk.fail("c1", "c", OfferResult.BUSY)
    assert who(desk, "c1") == ["b", "c", "a"]


def test_progressive_adds_one_phone_at_a_time_and_lets_the_others_ring() -> None:
    desk = three("progressive", ring_step_us=4_000_000)
    desk.call("c1")
    assert who(desk, "c1") == ["b"]
    desk.wait(4)
    assert who(desk, "c1") == ["b", "c"]
    desk.wait(4)
    assert who(desk, "c1") == ["b", "c", "a"]
    assert len(desk.rig.router.waiting[CallId("c1")].reservations) == 3


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (IdleClock.AVAILABLE, "b"),
        (IdleClock.LAST_CALL, "c"),
        (IdleClock.LAST_CALL_NEW_LAST, "a"),
        (IdleClock.LAST_INBOUND, "a"),
        (IdleClock.LAST_HANDLED, "a"),
    ],
)
def test_the_five_clocks_of_the_longest_idle(clock: IdleClock, expected: str) -> None:
    desk = Desk([queue(idle_clock=clock)], [agent(name) for name in ("a", "b", "c")])
    desk.ready("a")
    desk.call("c1")
    desk.served("c1", "a")
    desk.choose("a", PresenceWish.PAUSED)
    desk.ready("c")
    desk.wait(10)
    desk.choose("c", PresenceWish.PAUSED)
    desk.ready("b")
    desk.call("c2")
    desk.served("c2", "b")
    desk.wait(10)
    # b is available longest; c never had a call, and came after a's, which is the oldest.
    desk.choose("c", PresenceWish.READY)
    desk.wait(1)
    desk.choose("a", PresenceWish.READY)
    desk.call("c3")
    assert who(desk, "c3") == [expected]
