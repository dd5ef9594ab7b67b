"""Intervals, batches and errors, against tables and by how often they hold."""

from __future__ import annotations

import math

import pytest

from simulations.statistics import (
    after_warm_up,
    batch_means,
    bias,
    each_of,
    mean_interval,
    quantile,
    ratio_interval,
    replications,
    rmse,
    share_within,
    student_t,
    summary,
)
from simulations.streams import Streams


@pytest.mark.parametrize(
    ("share", "freedom", "t"),
    [
        (0.975, 1, 12.7062),
        (0.975, 9, 2.26216),
        (0.95, 4, 2.13185),
        (0.995, 30, 2.75000),
        (0.9995, 9, 4.78091),
        (0.975, 100_000, 1.95999),
    ],
)
def test_student_t_is_that_of_the_tables(share: float, freedom: int, t: float) -> None:
    assert student_t(share, freedom) == pytest.approx(t, rel=1e-5)
    assert student_t(1 - share, freedom) == pytest.approx(-t, rel=1e-5)


def test_student_t_refuses_what_it_is_not_made_for() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        student_t(1.0, 5)
    with pytest.raises(ValueError, match="degree"):
        student_t(0.9, 0)


def test_an_interval_is_that_of_the_textbook() -> None:
    found = mean_interval([4.0, 5.0, 6.0, 7.0, 8.0])
    assert found.estimate == 6
    assert found.half_width == pytest.approx(2.77645 * math.sqrt(2.5 / 5), rel=1e-5)
    assert found.holds(6.0)
    assert not found.holds(9.0)


def test_intervals_hold_as_often_as_they_say() -> None:
    chance = Streams(3).of("coverage")
    held = [
        mean_interval([chance.gauss(10, 3) for _ in range(8)], 0.9).holds(10) for _ in range(2_000)
    ]
    assert 0.88 < sum(held) / len(held) < 0.92


def test_intervals_of_ratios_hold_as_often_as_they_say() -> None:
    chance = Streams(4).of("coverage")
    held = []
    for _ in range(1_000):
        below = [chance.uniform(50, 150) for _ in range(20)]
        above = [b * 0.3 + chance.gauss(0, 5) for b in below]
        held.append(ratio_interval(above, below, 0.9).holds(0.3))
    assert 0.87 < sum(held) / len(held) < 0.93


def test_one_value_makes_no_interval() -> None:
    with pytest.raises(ValueError, match="at least two"):
        mean_interval([1.0])
    with pytest.raises(ValueError, match="something below"):
        ratio_interval([1.0, 2.0], [0.0, 0.0])


def test_confidence_is_shared_out_so_that_all_hold_together() -> None:
    assert each_of(50, 0.95) == pytest.approx(0.999)
    assert each_of(1, 0.95) == pytest.approx(0.95)


def test_what_happened_while_warming_up_is_left_out() -> None:
    assert after_warm_up([(0.0, "a"), (9.9, "b"), (10.0, "c"), (11.0, "d")], 10.0) == ["c", "d"]


def test_batches_leave_out_what_is_over_at_the_beginning() -> None:
    assert batch_means([100.0, 1.0, 3.0, 5.0, 7.0], 2) == [2.0, 6.0]
    with pytest.raises(ValueError, match="batches"):
        batch_means([1.0], 2)


def test_replications_run_each_seed_in_order() -> None:
    assert replications(lambda seed: seed * seed, range(1, 4)) == [1, 4, 9]


def test_errors_of_estimates_are_measured() -> None:
    assert rmse([3.0, 5.0], [0.0, 1.0]) == pytest.approx(math.sqrt(12.5))
    assert bias([3.0, 5.0], [0.0, 1.0]) == 3.5
    assert share_within([3.0, 5.0], [0.0, 1.0], 3.0) == 0.5
    with pytest.raises(ValueError, match="longer"):
        rmse([1.0], [1.0, 2.0])


def test_numbers_are_summed_up() -> None:
    found = summary([1.0, 2.0, 3.0, 4.0, 10.0])
    assert (found.count, found.mean, found.median, found.largest) == (5, 4.0, 3.0, 10.0)
    assert found.p90 == pytest.approx(7.6)
    assert summary([2.0]).deviation == 0
    assert quantile([5.0, 1.0], 0.5) == 3.0
    with pytest.raises(ValueError, match="no values"):
        summary([])
