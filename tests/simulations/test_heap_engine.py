"""The second engine against theory, and its rules one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulations.durations import Duration, Exponential, Lognormal
from simulations.heap_engine import (
    ANSWERED,
    LEFT,
    NO_ROOM,
    Arrival,
    Result,
    Worker,
    heap_engine,
    simulate,
)
from simulations.model import Model
from simulations.statistics import mean_interval
from simulations.streams import Streams
from simulations.theory import ErlangA, erlang_b, mean_wait_of_one_server

ANYBODY = Worker()


def run(*arrivals: tuple[float, float, float, str], workers: list[Worker]) -> Result:
    return simulate([Arrival(*arrival) for arrival in arrivals], workers)


def poisson(per_s: float, handle: Duration, count: int, seed: int) -> Iterator[Arrival]:
    streams = Streams(seed)
    gaps, handles = streams.of("gaps"), streams.of("handles")
    at = 0.0
    for _ in range(count):
        at += gaps.expovariate(per_s)
        yield Arrival(at, handle.draw(handles))


def test_callers_are_served_in_order_of_arrival() -> None:
    found = run(
        (0, 10, 99, ""), (1, 10, 99, ""), (2, 10, 99, ""), (3, 10, 99, ""), workers=[ANYBODY] * 2
    )
    assert found.waits_s == [0, 0, 8, 8]
    assert found.agents == [0, 1, 0, 1]
    assert found.busy_s == [20, 20]


def test_the_agent_who_is_idle_longest_is_taken() -> None:
    found = run(
        (0, 10, 99, ""), (1, 3, 99, ""), (20, 1, 99, ""), (22, 1, 99, ""), workers=[ANYBODY] * 2
    )
    assert found.agents == [0, 1, 1, 0]


def test_a_caller_whose_patience_ends_leaves_and_is_not_served() -> None:
    found = run((0, 10, 99, ""), (1, 10, 5, ""), (2, 10, 99, ""), workers=[ANYBODY])
    assert found.outcomes == [ANSWERED, LEFT, ANSWERED]
    assert found.waits_s == [0, 5, 8]
    assert found.served == 2


def test_who_finds_no_room_goes_and_room_comes_free_again() -> None:
    calls = [Arrival(0, 10), Arrival(1, 10, 3), Arrival(2, 10), Arrival(5, 10)]
    found = simulate(calls, [ANYBODY], waiting_room=1)
    assert found.outcomes == [ANSWERED, LEFT, NO_ROOM, ANSWERED]
    assert simulate(calls, [ANYBODY], waiting_room=0).outcomes == [ANSWERED] + [NO_ROOM] * 3


def test_a_free_agent_takes_the_oldest_caller_of_all_queues_they_serve() -> None:
    both, german = Worker(frozenset({"de", "en"})), Worker(frozenset({"de"}))
    found = run(
        (0, 10, 99, "en"),
        (0, 30, 99, "de"),
        (1, 5, 99, "de"),
        (2, 5, 99, "en"),
        (3, 5, 99, "de"),
        workers=[both, german],
    )
    assert found.agents == [0, 1, 0, 0, 0]
    assert found.waits_s == [0, 0, 9, 13, 17]


def test_a_caller_nobody_idle_can_serve_does_not_hold_up_the_others() -> None:
    found = run(
        (0, 50, 99, "de"),
        (1, 5, 99, "de"),
        (2, 5, 99, "en"),
        workers=[Worker(frozenset({"de"})), Worker(frozenset({"en"}))],
    )
    assert found.waits_s == [0, 49, 0]


def test_of_those_with_the_skill_the_one_idle_longest_is_taken_whatever_else_they_can() -> None:
    both, german = Worker(frozenset({"de", "en"})), Worker(frozenset({"de"}))
    found = run(
        (0, 10, 99, "en"),
        (1, 2, 99, "de"),
        (12, 1, 99, "de"),
        (13, 1, 99, "de"),
        workers=[both, german],
    )
    assert found.agents == [0, 1, 1, 0]


def test_a_fast_agent_is_done_sooner() -> None:
    found = run((0, 10, 99, ""), (1, 10, 99, ""), workers=[Worker(speed=2.0)])
    assert found.waits_s == [0, 4]


def test_a_caller_whom_nobody_can_ever_serve_is_an_error() -> None:
    with pytest.raises(ValueError, match='the skill "fr"'):
        run((0, 1, 1, "fr"), workers=[ANYBODY])


def test_callers_out_of_order_are_an_error() -> None:
    with pytest.raises(ValueError, match="order"):
        simulate([Arrival(2, 1), Arrival(1, 1)], [ANYBODY])


def test_the_same_callers_come_to_the_same() -> None:
    calls = list(poisson(0.5, Exponential(mean_s=20), 2_000, seed=1))
    assert simulate(calls, [ANYBODY] * 9).waits_s == simulate(calls, [ANYBODY] * 9).waits_s


@pytest.mark.parametrize("handle", [Exponential(mean_s=100), Lognormal(mean_s=100, cv=1.5)])
def test_blocking_is_that_of_erlang_b_whatever_the_shape_of_talks(handle: Duration) -> None:
    """Insensitivity: only the mean of handle times matters."""
    shares = []
    for seed in range(1, 13):
        found = simulate(poisson(0.1, handle, 12_000, seed), [ANYBODY] * 12, waiting_room=0)
        kept = found.outcomes[2_000:]
        shares.append(kept.count(NO_ROOM) / len(kept))
    interval = mean_interval(shares, 0.999)
    assert interval.holds(erlang_b(12, 10.0))
    assert interval.half_width < 0.08 * interval.estimate


@pytest.mark.parametrize("cv", [0.4, 1.0, 1.5])
def test_waits_for_one_agent_are_those_of_pollaczek_and_khinchine(cv: float) -> None:
    means = []
    for seed in range(1, 17):
        calls = poisson(0.006, Lognormal(mean_s=100, cv=cv), 12_000, seed)
        waits = simulate(calls, [ANYBODY]).waits_s[2_000:]
        means.append(sum(waits) / len(waits))
    interval = mean_interval(means, 0.999)
    assert interval.holds(mean_wait_of_one_server(0.006, 100, cv))
    assert interval.half_width < 0.16 * interval.estimate


def test_a_model_is_answered_with_all_its_measures() -> None:
    model = Model(
        arrivals_per_s=0.1, mean_handle_s=180, servers=18, mean_patience_s=90, calls=40_000
    )
    exact = ErlangA(arrivals_per_s=0.1, mean_handle_s=180, mean_patience_s=90, servers=18)
    found = heap_engine(model)
    assert found == heap_engine(model)
    assert found != heap_engine(replace(model, seed=2))
    assert found.calls == 40_000
    assert found.waited == pytest.approx(exact.wait_probability, rel=0.05)
    assert found.served_within == pytest.approx(exact.service_level(20), rel=0.03)
    assert found.lost == pytest.approx(exact.abandon_probability, rel=0.08)
    assert found.mean_wait_s == pytest.approx(exact.mean_wait_s, rel=0.08)
    assert found.mean_wait_of_served_s == pytest.approx(exact.mean_wait_of_served_s, rel=0.08)


def test_two_skills_shared_by_everybody_are_one_queue() -> None:
    """With agents who can do all, the skill a caller needs changes nothing."""
    chance = Streams(1).of("skill")
    calls = list(poisson(0.5, Exponential(mean_s=20), 5_000, seed=1))
    mixed = [call._replace(skill=chance.choice(("a", "b"))) for call in calls]
    split = simulate(mixed, [Worker(frozenset({"a", "b"}))] * 11)
    assert split.waits_s == simulate(calls, [ANYBODY] * 11).waits_s


def test_no_skill_is_served_faster_by_less_flexible_agents() -> None:
    chance = Streams(1).of("skill")
    calls = [
        call._replace(skill=chance.choice(("a", "b")))
        for call in poisson(0.5, Exponential(mean_s=20), 20_000, seed=1)
    ]
    a, b, both = (Worker(frozenset(skills)) for skills in ({"a"}, {"b"}, {"a", "b"}))
    apart, some, all_of_them = (
        sum(simulate(calls, workers).waits_s)
        for workers in ([a] * 6 + [b] * 6, [a] * 4 + [b] * 4 + [both] * 4, [both] * 12)
    )
    assert all_of_them < some < apart
