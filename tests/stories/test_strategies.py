"""Whom a caller gets of several who are free, as it is written in a center file."""

from collections.abc import Callable

import pytest

from contact_center.core.acd_events import ScoresGiven
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import PastInteraction
from contact_center.core.ids import AgentId
from contact_center.core.requests import DeclineRequested
from tests.stories.world import World
from tests.stories.written import (
    IN_SPANISH,
    TO_SUPPORT,
    busy,
    calls,
    queue_of,
    ready,
    rung,
    served,
    who,
    written,
)

Make = Callable[[CenterConfiguration], World]
S = "queues: [sales]"
THREE = {"ann": S, "bob": S, "cid": S}


def decline(world: World, agent: str) -> None:
    reservation = world.center.router.agents[AgentId(agent)].reservation
    world.ask(DeclineRequested, agent, reservation=reservation)


def test_ring_all_rings_every_phone_and_a_free_agent_joins(make_world: Make) -> None:
    world = make_world(written("strategy: ring_all, ring_most: 2", **THREE))
    ready(world, "ann")
    call = calls(world)
    assert rung(world) == ["ann"]
    ready(world, "bob", "cid")
    assert rung(world) == ["ann", "bob"], "no more than ring_most"
    world.pick_up("bob")
    assert rung(world) == ["bob"]
    assert who(world, "bob") == call


def test_progressive_adds_a_phone_at_each_step(make_world: Make) -> None:
    world = make_world(written("strategy: progressive, ring_step: 4s", **THREE))
    ready(world)
    calls(world)
    assert rung(world) == ["ann"]
    world.wait(3.9)
    assert rung(world) == ["ann"]
    world.wait(0.1)
    assert rung(world) == ["ann", "bob"]
    world.wait(4)
    assert rung(world) == ["ann", "bob", "cid"]


def test_longest_idle_goes_round_by_itself(make_world: Make) -> None:
    world = make_world(written("strategy: longest_idle", **THREE))
    ready(world, "cid", "ann", "bob")
    assert [served(world) for _ in range(4)] == ["cid", "ann", "bob", "cid"]


@pytest.mark.parametrize(
    ("clock", "first"),
    [
        ("available", "ann"),  # ann is back first
        ("last_call", "cid"),  # cid has had no call
        ("last_call_new_last", "ann"),
        ("last_handled", "ann"),  # cid counts from the login, which came later
    ],
)
def test_idle_time_is_counted_by_the_clock_of_the_queue(
    make_world: Make, clock: str, first: str
) -> None:
    world = make_world(written(f"idle_clock: {clock}", **THREE))
    ready(world, "ann", "bob")
    served(world)
    served(world)
    ready(world, "cid")
    assert served(world) == first


def test_fewest_calls_counts_those_of_the_window_only(make_world: Make) -> None:
    world = make_world(written("strategy: fewest_calls, window: 10m", **THREE))
    ready(world, "ann")
    assert [served(world), served(world)] == ["ann", "ann"]
    ready(world, "bob")
    assert [served(world), served(world), served(world)] == ["bob", "bob", "ann"]
    world.wait(11 * 60)
    assert served(world) == "bob", "all is forgotten: bob has been idle longer"


def test_least_talk_time_adds_up_the_minutes(make_world: Make) -> None:
    world = make_world(written("strategy: least_talk_time", ann=S, bob=S))
    ready(world)
    call = busy(world, "ann")
    world.wait(60)
    world.hang_up(call)
    assert [served(world), served(world), served(world)] == ["bob", "bob", "bob"]


def test_round_robin_remembers_whom_it_asked_last(make_world: Make) -> None:
    world = make_world(written("strategy: round_robin", **THREE))
    ready(world, "cid", "bob", "ann")
    assert [served(world) for _ in range(5)] == ["ann", "bob", "cid", "ann", "bob"]


def test_linear_begins_with_the_first_of_the_file(make_world: Make) -> None:
    world = make_world(written("strategy: linear", **THREE))
    ready(world, "cid", "bob", "ann")
    assert [served(world), served(world)] == ["ann", "ann"]
    busy(world, "ann")
    calls(world)
    assert rung(world) == ["ann", "bob"]


def test_top_down_goes_on_from_where_this_caller_was(make_world: Make) -> None:
    people = dict.fromkeys(THREE, f"{S}, back_off: 1s")
    world = make_world(written("strategy: top_down", **people))
    ready(world)
    calls(world)
    asked = []
    for _ in range(4):
        (agent,) = rung(world)
        asked.append(agent)
        world.wait(2)
        decline(world, agent)
    assert asked == ["ann", "bob", "cid", "ann"]


def test_random_is_drawn_from_the_seed(make_world: Make) -> None:
    def drawn(seed: int) -> list[str]:
        world = make_world(written("strategy: random", header=f"seed: {seed}", **THREE))
        ready(world)
        return [served(world) for _ in range(15)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert set(drawn(1)) == set(THREE)


def test_weighted_random_prefers_who_weighs_more(make_world: Make) -> None:
    people = {"ann": f"{S}, weight: 20", "bob": S}
    world = make_world(written("strategy: weighted_random", **people))
    ready(world)
    drawn = [served(world) for _ in range(40)]
    assert 30 < drawn.count("ann") < 40


def test_best_skilled_and_least_skilled_look_at_what_is_asked_for(make_world: Make) -> None:
    people = {
        "ann": f"{S}, skills: {{es: 90, cards: 50}}",
        "bob": f"{S}, skills: {{es: 30}}",
        "cid": f"{S}, skills: {{cards: 90}}",
    }
    for strategy, other, agent in (("best_skilled", "bob", "ann"), ("least_skilled", "ann", "bob")):
        world = make_world(written(f"strategy: {strategy}, require: es >= 10", **people))
        ready(world, "cid", other, agent)
        assert served(world) == agent, "though the other has been idle longer"


def test_scores_from_outside_decide_when_they_come_in_time(make_world: Make) -> None:
    world = make_world(written("strategy: external, score_within: 2s", **THREE))
    ready(world)
    call = calls(world)
    assert rung(world) == []
    world.tell(ScoresGiven(call=call, scores=((AgentId("bob"), 1), (AgentId("cid"), 7))))
    world.pump()
    assert rung(world) == ["cid"]
    calls(world, 2)
    world.wait(1.9)
    assert rung(world) == ["cid"]
    world.wait(0.1)
    assert rung(world) == ["ann", "cid"], "no score came: the longest idle"


def test_lower_tiers_come_first_and_delays_are_kept(make_world: Make) -> None:
    people = {
        "ann": "queues: [{queue: sales, tier: 2}]",
        "bob": S,
        "cid": "queues: [{queue: sales, delay: 20s}]",
    }
    world = make_world(written(**people))
    ready(world, "cid", "ann", "bob")
    calls(world, 1)
    assert rung(world) == ["bob"]
    calls(world, 2)
    assert rung(world) == ["ann", "bob"]
    world.pick_up("bob")
    world.pick_up("ann")
    call = calls(world, 3)
    world.wait(19.9)
    assert who(world, "cid") is None
    world.wait(0.1)
    assert who(world, "cid") == call


def test_an_agent_may_prefer_one_queue_to_another(make_world: Make) -> None:
    ann = "queues: [{queue: sales, prefer: 1}, support]"
    world = make_world(written(ann=ann))
    ready(world)
    talk = busy(world)
    calls(world, 1)
    world.wait(30)
    later = calls(world, 2, TO_SUPPORT)
    world.hang_up(talk)
    assert who(world) == later


def test_a_requirement_is_relaxed_and_the_place_kept(make_world: Make) -> None:
    people = {"ann": f"{S}, skills: {{es: 90}}", "bob": f"{S}, skills: {{es: 20}}"}
    queue = "require: es >= 50, steps: [{after: 20s, require: es >= 10}]"
    world = make_world(written(queue, **people))
    ready(world)
    talk = busy(world, "ann")
    first = calls(world, 1)
    world.wait(5)
    second = calls(world, 2)
    world.wait(14.9)
    assert rung(world) == ["ann"]
    world.wait(0.1)
    assert who(world, "bob") == first
    world.hang_up(talk)
    assert who(world, "ann") == second


@pytest.mark.parametrize(("handle", "relaxed"), [("10m", True), ("10s", False)])
def test_a_step_may_depend_on_the_expected_wait(
    make_world: Make, handle: str, relaxed: bool
) -> None:
    people = {"ann": f"{S}, skills: {{es: 90}}", "bob": f"{S}, skills: {{es: 20}}"}
    step = "{after: 10s, expected_over: 30s, require: es >= 10}"
    queue = f"require: es >= 50, steps: [{step}], expected_handle: {handle}"
    world = make_world(written(queue, **people))
    ready(world)
    busy(world, "ann")
    call = calls(world)
    world.wait(10)
    assert (who(world, "bob") == call) is relaxed


def test_somebody_is_waited_for_and_then_anybody_comes(make_world: Make) -> None:
    world = make_world(written("prefer: bob, prefer_for: 15s", ann=S, bob=S))
    ready(world, "bob", "ann")
    busy(world, "bob")
    call = calls(world)
    world.wait(14.9)
    assert rung(world) == ["bob"]
    world.wait(0.1)
    assert who(world, "ann") == call


def test_the_agent_of_last_time_comes_first(make_world: Make) -> None:
    world = make_world(written("prefer: last_agent", **THREE))
    past = PastInteraction(
        call=calls(world), at=1, direction="inbound", queue="sales", agent="cid",
        outcome="answered", disposition="", notes="", talk_s=9,
    )  # fmt: skip
    ready(world)
    number = "+14155551007"
    world.history[number] = (past,)
    world.call(ani=number, did="+14155550101")
    assert "cid" in rung(world)


def test_the_last_expert_is_kept_for_those_who_need_one(make_world: Make) -> None:
    people = {"ann": f"{S}, skills: {{es: 50}}"}
    world = make_world(written("keep_back: [{skill: es, keep: 1, until: 40s}]", **people))
    ready(world)
    plain = calls(world, 1)
    assert rung(world) == []
    spanish = calls(world, 2, IN_SPANISH)
    assert who(world) == spanish
    world.pick_up("ann")
    world.hang_up(spanish)
    assert rung(world) == []
    world.wait(40)
    assert who(world) == plain
    assert queue_of(world, plain) == "sales"
