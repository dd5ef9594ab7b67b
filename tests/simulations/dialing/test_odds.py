"""Chances that demand reaches supply, against counting all cases."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest

from simulations.dialing.odds import Exact, Rough, below


def counted(free: int, freed: list[float], waiting: int, answers: list[float]) -> float:
    chances = freed + answers
    total = 0.0
    for case in product((0, 1), repeat=len(chances)):
        supply = free + sum(case[: len(freed)])
        demand = waiting + sum(case[len(freed) :])
        if demand >= supply:
            total += prod(c if there else 1 - c for c, there in zip(chances, case, strict=True))
    return total


@pytest.mark.parametrize(
    ("free", "freed", "waiting", "answers"),
    [
        (0, [], 0, []),
        (2, [0.3, 0.7], 1, [0.25, 0.5]),
        (0, [0.1, 0.9, 0.5], 0, [0.2, 0.2, 0.6, 0.1]),
        (3, [], 0, [0.5] * 6),
        (1, [0.2], 4, [0.3]),
    ],
)
def test_folding_gives_what_counting_all_cases_gives(
    free: int, freed: list[float], waiting: int, answers: list[float]
) -> None:
    assert Exact(free, freed, waiting, answers).risk() == pytest.approx(
        counted(free, freed, waiting, answers)
    )


def test_one_more_who_may_answer_is_one_more_chance() -> None:
    for kind in (Exact, Rough):
        odds = kind(2, [0.3, 0.7], 1, [0.25])
        odds.add(0.5)
        assert odds.risk() == pytest.approx(kind(2, [0.3, 0.7], 1, [0.25, 0.5]).risk())


def test_with_many_agents_the_normal_law_is_near() -> None:
    freed, answers = [0.3] * 60, [0.25] * 70
    exact, rough = (kind(3, freed, 1, answers).risk() for kind in (Exact, Rough))
    assert rough == pytest.approx(exact, abs=0.01)


def test_shares_below_a_value_of_a_lognormal_law() -> None:
    assert below(0.0, 2.0, 0.5) == 0.0
    assert below(2.718281828**2, 2.0, 0.5) == pytest.approx(0.5)
    assert below(2.718281828**2.5, 2.0, 0.5) == pytest.approx(0.8413, abs=1e-4)
