from __future__ import annotations

from random import Random

import pytest

from dialer.appetite import LEAST, MOST, Appetite, boldness


def test_an_abandoned_call_makes_it_careful_and_connected_ones_bolder() -> None:
    appetite = Appetite()
    before = appetite.alpha
    appetite.judge(1.0, 0.027)
    after = appetite.alpha
    assert after < before
    for _ in range(36):
        appetite.judge(0.0, 0.027)
    assert appetite.alpha == pytest.approx(before, rel=0.01)


def test_it_comes_to_rest_where_the_share_is_the_one_aimed_at() -> None:
    """Dials go wrong 1.7 times as often as the model says: the risk allowed comes down for it."""
    chance, appetite, wrong = Random(1), Appetite(start=0.3), 0
    for k in range(6000):
        abandoned = chance.random() < min(1.0, 1.7 * appetite.alpha)
        appetite.judge(float(abandoned), 0.03)
        wrong += abandoned and k >= 1000
    assert wrong / 5000 == pytest.approx(0.03, abs=0.008)
    assert appetite.alpha < 0.05


def test_it_stays_within_bounds() -> None:
    appetite = Appetite()
    for _ in range(10_000):
        appetite.judge(0.0, 0.5)
    assert appetite.alpha == pytest.approx(MOST)
    for _ in range(10_000):
        appetite.judge(1.0, 0.03)
    assert appetite.alpha == pytest.approx(LEAST)


def test_a_small_team_may_take_more_risk_and_one_of_five_takes_the_usual() -> None:
    assert boldness(500) == boldness(5) == 1.0
    assert boldness(5) < boldness(4) < boldness(3) < boldness(2) <= 3.0
    assert boldness(0) == boldness(1) <= 3.0
