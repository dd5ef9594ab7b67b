"""The formulas against published values, against each other at their limits, and summed by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from simulations.theory import (
    ErlangA,
    ErlangB,
    ErlangC,
    Target,
    agents_by_interval,
    agents_needed,
    erlang_b,
    mean_wait_of_one_server,
)


def integral(f: Callable[[float], float], high: float, steps: int = 20_000) -> float:
    """Simpson's rule from 0."""
    h = high / steps
    inner = math.fsum((4 if i % 2 else 2) * f(i * h) for i in range(1, steps))
    return h / 3 * (f(1e-12) + inner + f(high))


def by_states(servers: int, arrivals: float, serving: float, leaving: float) -> list[float]:
    """The chances of 0, 1, 2 ... callers in the system, straight from the balance of each state."""
    weights = [1.0]
    while len(weights) < servers + 4_000:
        here = len(weights)
        out = min(here, servers) * serving + max(0, here - servers) * leaving
        weights.append(weights[-1] * arrivals / out)
    total = math.fsum(weights)
    return [weight / total for weight in weights]


@pytest.mark.parametrize(
    ("servers", "offered", "blocked"),
    [(1, 1, 1 / 2), (2, 1, 1 / 5), (3, 2, 4 / 19), (10, 5, 0.018385), (100, 100, 0.075700)],
)
def test_erlang_b_gives_the_published_values(servers: int, offered: float, blocked: float) -> None:
    assert erlang_b(servers, offered) == pytest.approx(blocked, abs=5e-7)


def test_erlang_b_is_the_textbook_sum() -> None:
    offered, servers = 7.3, 9
    terms = [offered**n / math.factorial(n) for n in range(servers + 1)]
    assert erlang_b(servers, offered) == pytest.approx(terms[-1] / sum(terms), rel=1e-13)


def test_erlang_b_of_thousands_of_agents_neither_overflows_nor_loses_the_inverse_recursion() -> (
    None
):
    servers, offered = 5_000, 4_900.0
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1 + n / offered * inverse
    assert erlang_b(servers, offered) == pytest.approx(1 / inverse, rel=1e-12)
    assert erlang_b(20_000, 10.0) == 0.0


def test_nobody_to_answer_blocks_everybody() -> None:
    assert erlang_b(0, 3.0) == 1.0
    model = ErlangB(arrivals_per_s=1 / 60, mean_handle_s=180, servers=3)
    assert model.abandon_probability == erlang_b(3, 3.0)
    assert model.service_level(20) == 1 - erlang_b(3, 3.0)
    assert (model.wait_probability, model.mean_wait_s) == (0, 0)


def test_negative_work_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        erlang_b(3, -1.0)


def test_erlang_c_gives_the_example_that_planners_know() -> None:
    """200 calls an hour of 3 minutes, 14 agents: 17.4 % wait, 7.8 s, 88.8 % within 20 s."""
    model = ErlangC(arrivals_per_s=200 / 3600, mean_handle_s=180, servers=14)
    assert model.wait_probability == pytest.approx(0.174, abs=5e-4)
    assert model.mean_wait_s == pytest.approx(7.8, abs=0.05)
    assert model.service_level(20) == pytest.approx(0.888, abs=5e-4)
    assert model.occupancy == pytest.approx(10 / 14)


def test_erlang_c_of_one_agent_is_the_textbook_queue() -> None:
    model = ErlangC(arrivals_per_s=0.8 / 60, mean_handle_s=60, servers=1)
    assert model.wait_probability == pytest.approx(0.8)
    assert model.mean_wait_s == pytest.approx(0.8 * 60 / 0.2)
    assert model.mean_wait_s == pytest.approx(mean_wait_of_one_server(0.8 / 60, 60, cv=1.0))


def test_erlang_c_is_the_sum_over_states() -> None:
    model = ErlangC(arrivals_per_s=45 / 180, mean_handle_s=180, servers=50)
    chances = by_states(50, 45 / 180, 1 / 180, 0.0)
    waiting = math.fsum(max(0, n - 50) * p for n, p in enumerate(chances))
    assert model.wait_probability == pytest.approx(math.fsum(chances[50:]), rel=1e-9)
    assert model.mean_wait_s == pytest.approx(waiting / (45 / 180), rel=1e-9)


def test_erlang_c_without_balance_waits_for_ever() -> None:
    model = ErlangC(arrivals_per_s=10 / 180, mean_handle_s=180, servers=10)
    assert (model.wait_probability, model.mean_wait_s) == (1.0, math.inf)
    assert (model.service_level(1e9), model.occupancy) == (0.0, 1.0)


def test_erlang_a_gives_the_values_that_garnett_mandelbaum_and_reiman_published() -> None:
    """50 agents, 48 calls a minute of one minute, patience two minutes; without it, Erlang C."""
    model = ErlangA(arrivals_per_s=0.8, mean_handle_s=60, mean_patience_s=120, servers=50)
    assert model.abandon_probability == pytest.approx(0.031, abs=5e-4)
    assert model.mean_wait_s == pytest.approx(3.7, abs=0.05)
    assert model.occupancy == pytest.approx(0.93, abs=5e-3)
    patient = ErlangC(arrivals_per_s=0.8, mean_handle_s=60, servers=50)
    assert patient.mean_wait_s == pytest.approx(20.8, abs=0.05)
    assert patient.occupancy == pytest.approx(0.96)


def test_erlang_a_of_a_hundred_agents_gives_the_reference_value() -> None:
    model = ErlangA(arrivals_per_s=0.6, mean_handle_s=180, mean_patience_s=120, servers=100)
    assert model.abandon_probability == pytest.approx(0.0895709, abs=5e-8)


CASES = [(10, 6.0, 120.0), (20, 20.0, 60.0), (50, 75.0, 300.0), (10, 20.0, 30.0), (1, 3.0, 5.0)]


def erlang_a(servers: int, offered: float, patience_s: float) -> ErlangA:
    return ErlangA(
        arrivals_per_s=offered / 180, mean_handle_s=180, mean_patience_s=patience_s, servers=servers
    )


@pytest.mark.parametrize(("servers", "offered", "patience_s"), CASES)
def test_erlang_a_is_the_sum_over_states(servers: int, offered: float, patience_s: float) -> None:
    model = erlang_a(servers, offered, patience_s)
    chances = by_states(servers, offered / 180, 1 / 180, 1 / patience_s)
    waiting = math.fsum(max(0, n - servers) * p for n, p in enumerate(chances))
    assert model.wait_probability == pytest.approx(math.fsum(chances[servers:]), rel=1e-10)
    assert model.mean_wait_s == pytest.approx(waiting / (offered / 180), rel=1e-10)
    assert model.abandon_probability == pytest.approx(
        waiting / patience_s / (offered / 180), rel=1e-10
    )


@pytest.mark.parametrize(("servers", "offered", "patience_s"), CASES)
def test_erlang_a_is_the_integral_over_offered_waits(
    servers: int, offered: float, patience_s: float
) -> None:
    model = erlang_a(servers, offered, patience_s)

    def served_at(t: float) -> float:
        return model.offered_wait_density(t) * math.exp(-t / patience_s)

    end = 40 * max(patience_s, 180 / servers)
    at_once = 1 - model.wait_probability
    assert integral(model.offered_wait_density, end) == pytest.approx(
        model.wait_probability, abs=1e-7
    )
    assert at_once + integral(served_at, end) == pytest.approx(
        1 - model.abandon_probability, abs=1e-7
    )
    assert integral(lambda t: t * served_at(t), end) / (
        1 - model.abandon_probability
    ) == pytest.approx(model.mean_wait_of_served_s, rel=1e-6)
    for within in (0.0, 1.0, 20.0, 120.0):
        expected = at_once + (integral(served_at, within) if within else 0.0)
        assert model.service_level(within) == pytest.approx(expected, abs=1e-7)


def test_erlang_a_of_endless_patience_is_erlang_c() -> None:
    patient = ErlangC(arrivals_per_s=0.5, mean_handle_s=180, servers=100)
    nearly = ErlangA(arrivals_per_s=0.5, mean_handle_s=180, mean_patience_s=1e9, servers=100)
    assert nearly.wait_probability == pytest.approx(patient.wait_probability, rel=1e-6)
    assert nearly.mean_wait_s == pytest.approx(patient.mean_wait_s, rel=1e-6)
    assert nearly.service_level(20) == pytest.approx(patient.service_level(20), rel=1e-6)
    assert nearly.abandon_probability == pytest.approx(0, abs=1e-7)


def test_erlang_a_without_patience_is_erlang_b() -> None:
    hasty = ErlangA(arrivals_per_s=0.5, mean_handle_s=180, mean_patience_s=1e-6, servers=80)
    assert hasty.abandon_probability == pytest.approx(erlang_b(80, 90.0), rel=1e-4)
    assert hasty.service_level(0) == pytest.approx(1 - erlang_b(80, 90.0), rel=1e-4)


def test_erlang_a_with_patience_like_talks_has_poisson_many_in_the_system() -> None:
    """With leaving as fast as serving there might as well be no end of agents."""
    model = ErlangA(arrivals_per_s=20 / 60, mean_handle_s=60, mean_patience_s=60, servers=22)
    below = math.fsum(math.exp(-20) * 20**n / math.factorial(n) for n in range(22))
    assert model.wait_probability == pytest.approx(1 - below, rel=1e-12)


def test_erlang_a_holds_together_in_deep_overload_with_patient_callers() -> None:
    model = ErlangA(arrivals_per_s=20, mean_handle_s=180, mean_patience_s=1e5, servers=2000)
    assert model.abandon_probability == pytest.approx(1 - 2000 / 3600, rel=1e-9)
    assert model.occupancy == pytest.approx(1)
    assert model.service_level(1e6) == pytest.approx(2000 / 3600, rel=1e-9)
    assert model.service_level(20) < 1e-9


def test_erlang_a_holds_together_when_hardly_anybody_calls() -> None:
    model = ErlangA(arrivals_per_s=1e-3, mean_handle_s=180, mean_patience_s=60, servers=3000)
    assert model.wait_probability == pytest.approx(0, abs=1e-300)
    assert model.service_level(0) == 1.0
    first_to_go = 1 / (3000 / 180 + 1 / 60)
    assert model.mean_wait_of_abandoned_s == pytest.approx(first_to_go, rel=1e-3)


def test_waits_of_served_and_of_abandoned_make_up_the_wait_of_all() -> None:
    model = erlang_a(20, 20.0, 60.0)
    left = model.abandon_probability
    together = left * model.mean_wait_of_abandoned_s + (1 - left) * model.mean_wait_of_served_s
    assert together == pytest.approx(model.mean_wait_s)


@pytest.mark.parametrize("patience", [0.0, -1.0, math.inf])
def test_erlang_a_needs_some_patience_and_not_too_much(patience: float) -> None:
    with pytest.raises(ValueError, match="patience"):
        ErlangA(arrivals_per_s=1, mean_handle_s=1, mean_patience_s=patience, servers=1)


def test_a_negative_time_is_never_kept() -> None:
    models = (
        ErlangB(arrivals_per_s=1, mean_handle_s=1, servers=2),
        ErlangC(arrivals_per_s=1, mean_handle_s=1, servers=2),
        ErlangA(arrivals_per_s=1, mean_handle_s=1, mean_patience_s=1, servers=2),
    )
    assert [model.service_level(-1) for model in models] == [0, 0, 0]


def test_the_agents_needed_keep_the_target_and_one_less_does_not() -> None:
    def model(agents: int) -> ErlangC:
        return ErlangC(arrivals_per_s=200 / 3600, mean_handle_s=180, servers=agents)

    target = Target(service_level=0.8, within_s=20)
    needed = agents_needed(target, model)
    assert needed == 14
    assert not target.is_met(model(needed - 1))


@pytest.mark.parametrize(
    "target",
    [
        Target(mean_wait_s=5.0),
        Target(abandon_probability=0.02),
        Target(service_level=0.9, within_s=10, mean_wait_s=3, abandon_probability=0.01),
    ],
)
def test_every_promise_is_kept_by_as_few_agents_as_can(target: Target) -> None:
    needed = agents_needed(target, lambda agents: erlang_a(agents, 37.0, 90.0))
    assert target.is_met(erlang_a(needed, 37.0, 90.0))
    assert not target.is_met(erlang_a(needed - 1, 37.0, 90.0))


def test_a_promise_that_nobody_can_keep_is_said() -> None:
    with pytest.raises(ValueError, match="not even"):
        agents_needed(Target(service_level=0.8, within_s=-1), lambda agents: erlang_a(1, 1.0, 60.0))


def test_a_target_promises_something_sensible() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Target()
    with pytest.raises(ValueError, match=r"0\.8"):
        Target(service_level=80)


def test_agents_are_given_for_each_interval() -> None:
    target = Target(service_level=0.8, within_s=20)
    patient = agents_by_interval([0, 100, 50], 1800, 180, target)
    assert patient == [0, 14, 8]
    impatient = agents_by_interval([0, 100, 50], 1800, 180, target, mean_patience_s=60)
    assert impatient[0] == 0
    assert all(a <= c for a, c in zip(impatient, patient, strict=True))
    assert sum(impatient) < sum(patient)
