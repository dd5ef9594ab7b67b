"""Chance that can be repeated."""

from __future__ import annotations

from statistics import fmean, pstdev

from dialer.chance import Chance


def test_the_same_seed_draws_the_same_and_another_one_differs() -> None:
    one, two, three = Chance(7), Chance(7), Chance(8)
    drawn = [one.share() for _ in range(50)]
    assert drawn == [two.share() for _ in range(50)]
    assert drawn != [three.share() for _ in range(50)]


def test_shares_are_even_and_below_one() -> None:
    chance = Chance(1)
    drawn = [chance.share() for _ in range(20_000)]
    assert 0.0 <= min(drawn) <= max(drawn) < 1.0
    assert abs(fmean(drawn) - 0.5) < 0.01
    assert abs(pstdev(drawn) - 0.2887) < 0.005


def test_the_lognormal_law_has_its_mean_and_its_spread() -> None:
    chance = Chance(2)
    drawn = [chance.lognormal(120.0, 0.9) for _ in range(40_000)]
    assert abs(fmean(drawn) / 120.0 - 1.0) < 0.03
    assert abs(pstdev(drawn) / fmean(drawn) - 0.9) < 0.08


def test_everything_is_drawn_some_time() -> None:
    chance = Chance(3)
    assert {chance.one("abc") for _ in range(100)} == {"a", "b", "c"}
    assert {chance.below(3) for _ in range(100)} == {0, 1, 2}
