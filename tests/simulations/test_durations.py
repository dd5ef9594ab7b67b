"""Distributions have the moments they are named by."""

from __future__ import annotations

import math
from statistics import fmean, pstdev

import pytest

from simulations.durations import (
    AT_ONCE,
    FOREVER,
    Constant,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
)
from simulations.streams import Streams

DRAWS = 40_000


def drawn(duration: Duration) -> list[float]:
    chance = Streams(11).of("draws")
    return [duration.draw(chance) for _ in range(DRAWS)]


@pytest.mark.parametrize(
    ("duration", "cv"),
    [
        (Exponential(mean_s=180.0), 1.0),
        (Lognormal(mean_s=240.0, cv=0.7), 0.7),
        (Lognormal(mean_s=30.0, cv=1.4), 1.4),
        (Empirical(seconds=(10.0, 20.0, 60.0)), math.sqrt(1400 / 3) / 30),
    ],
)
def test_draws_have_the_mean_and_deviation_that_are_asked_for(
    duration: Exponential | Lognormal | Empirical, cv: float
) -> None:
    values = drawn(duration)
    assert fmean(values) == pytest.approx(duration.mean_s, rel=0.03)
    assert pstdev(values) / fmean(values) == pytest.approx(cv, rel=0.06)


def test_a_lognormal_of_its_own_logarithms_is_itself() -> None:
    made = Lognormal(mean_s=240.0, cv=0.7)
    again = Lognormal.of_logarithms(made.log_mean, made.log_deviation)
    assert (again.mean_s, again.cv) == (pytest.approx(240.0), pytest.approx(0.7))


def test_constants_are_constant_and_never_is_for_ever() -> None:
    chance = Streams(1).of("any")
    assert Constant(seconds=5.0).draw(chance) == 5.0 == Constant(seconds=5.0).mean_s
    assert AT_ONCE.draw(chance) == 0.0
    assert FOREVER.draw(chance) == math.inf == FOREVER.mean_s


def test_what_was_seen_is_drawn_as_often_as_it_was_seen() -> None:
    seen = Empirical(seconds=(1.0, 1.0, 1.0, 9.0))
    assert sum(v == 1.0 for v in drawn(seen)) / DRAWS == pytest.approx(0.75, abs=0.01)
    assert seen.share_up_to(9.0) == 0.75
    assert seen.share_up_to(9.5) == 1.0


@pytest.mark.parametrize("seconds", [(), (3.0, 1.0)])
def test_what_was_seen_is_something_and_in_order(seconds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="rising"):
        Empirical(seconds=seconds)
