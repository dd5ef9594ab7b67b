"""What is foretold is held against what came, and ours is the better rule."""

import math

import pytest

from simulations.bench.expected_wait import Load, foretell


def test_ours_errs_less_than_both_rules_and_its_range_means_what_it_says() -> None:
    found = foretell(Load(calls=9_000))
    assert found.callers > 2_000
    assert found.ours.rmse_s < 0.8 * found.app_queue.rmse_s
    assert found.ours.rmse_s < 0.8 * found.last_to_enter_service.rmse_s
    assert found.ours.within_30_s > found.app_queue.within_30_s
    assert abs(found.ours.bias_s) < 10
    assert 0.7 < found.range_holds < 0.9
    assert found.lower_by == pytest.approx(1 - found.ours.rmse_s / found.app_queue.rmse_s)


def test_the_load_swings_around_its_middle() -> None:
    load = Load()
    rates = [
        load.rate_at(load.period_s * n / 100) * load.handle_s / load.agents for n in range(100)
    ]
    assert min(rates) == pytest.approx(0.65, abs=1e-3)
    assert max(rates) == pytest.approx(1.35, abs=1e-3)
    assert math.fsum(rates) / 100 == pytest.approx(1.0)
