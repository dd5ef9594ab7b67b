from __future__ import annotations

import math
from itertools import product

import pytest

from dialer.risk import ExactLag, Moments, Outlook, Stake, SupplyLaw, by_moments, fold, tail


def _lag(supply: float = 5.0, demand: float = 2.0, unsure: float = 2.0) -> Moments:
    return Moments(
        supply=supply, supply_var=1.0, demand=demand, demand_var=1.5, unsure=unsure, share=0.5
    )


def test_folding_gives_the_law_of_a_sum() -> None:
    law = [1.0, 0.0, 0.0, 0.0]
    fold(law, 0.3, 3)
    expected = [math.comb(3, k) * 0.3**k * 0.7 ** (3 - k) for k in range(4)]
    assert law == pytest.approx(expected)


def test_the_last_place_is_so_many_or_more() -> None:
    law = [1.0, 0.0]
    fold(law, 0.5, 4)
    assert law == pytest.approx([1 / 16, 15 / 16])


def test_the_exact_risk_is_that_of_all_cases_told_apart() -> None:
    freed, answers = [0.2, 0.6], [0.3, 0.3, 0.7]
    risk = 0.0
    for case in product((0, 1), repeat=5):
        weight = math.prod(
            p if hit else 1 - p for p, hit in zip(freed + answers, case, strict=True)
        )
        if 1 + sum(case[2:]) >= 1 + sum(case[:2]):
            risk += weight
    lag = ExactLag(SupplyLaw(1, [(0.2, 1), (0.6, 1)]), 1, [(0.3, 2), (0.7, 1)], 0.5)
    assert lag.risk() == pytest.approx(risk)


def test_a_team_without_agents_is_all_risk() -> None:
    assert ExactLag(SupplyLaw(0, []), 0, [], 0.5).risk() == pytest.approx(1.0)


def test_each_dial_adds_its_chance_of_an_answer() -> None:
    lag = ExactLag(SupplyLaw(1, []), 0, [], 0.5)
    assert lag.risk() == pytest.approx(0.0)
    lag.dial(0.4)
    assert lag.risk() == pytest.approx(0.2)


def test_large_teams_by_the_normal_law_are_near_the_exact_risk() -> None:
    freed, answers, share, rate = [(0.25, 40)], [(0.2, 50)], 0.6, 0.3
    exact = ExactLag(SupplyLaw(6, freed), 0, answers, share)
    moments = Moments(
        supply=16.0, supply_var=7.5, demand=10.0, demand_var=8.0, unsure=10.0, share=share
    )
    outlook = Outlook([moments], rate, 0.0)
    for dials in range(20):
        assert by_moments(outlook, dials, dials * rate).risk == pytest.approx(
            exact.risk(), abs=0.02
        )
        exact.dial(rate)


def test_doubt_about_the_answer_rate_never_makes_a_risk_smaller() -> None:
    for over in (-5.0, -1.0, -0.5, 0.0, 2.0):
        risks = [tail(over, 3.0, doubt) for doubt in (0.0, 0.5, 4.0, 100.0)]
        assert risks == sorted(risks)


def test_risk_grows_with_each_dial() -> None:
    outlook = Outlook([_lag(), _lag(supply=9.0)], 0.25, 0.1)
    risks = [by_moments(outlook, n, 0.25 * n).risk for n in range(40)]
    assert risks == sorted(risks)


def test_slack_is_how_many_agents_would_idle() -> None:
    lag = ExactLag(SupplyLaw(3, [(0.5, 2)]), 0, [(1.0, 1)], 0.5)
    assert lag.slack() == pytest.approx(3.0)
    lag = ExactLag(SupplyLaw(1, []), 0, [(0.25, 1)], 0.5)
    assert lag.slack() == pytest.approx(0.75)


def test_slack_by_the_normal_law_is_near_the_exact_one() -> None:
    exact = ExactLag(SupplyLaw(6, [(0.25, 40)]), 0, [(0.2, 50)], 0.6)
    moments = Moments(
        supply=16.0, supply_var=7.5, demand=10.0, demand_var=8.0, unsure=10.0, share=0.6
    )
    assert by_moments(Outlook([moments], 0.3, 0.0), 0, 0.0).slack == pytest.approx(
        exact.slack(), abs=0.1
    )


def test_the_same_risk_weighs_less_if_more_agents_would_idle() -> None:
    assert Stake(0.05, 6.0).weighed < Stake(0.05, 2.0).weighed
    assert Stake(0.05, 0.0).weighed == 1.0
