from __future__ import annotations

import pytest

from contact_center.reporting.decay import DecayedMean


def test_what_happened_a_half_life_ago_counts_half() -> None:
    mean = DecayedMean(half_life_us=100)
    assert mean.mean is None
    mean.add(30, at=1000)
    assert mean.mean == 30
    mean.add(60, at=1100)
    assert mean.mean == pytest.approx((30 * 0.5 + 60) / 1.5)


def test_what_comes_late_counts_as_if_it_had_come_in_time() -> None:
    told, late = DecayedMean(half_life_us=100), DecayedMean(half_life_us=100)
    told.add(30, at=1000)
    told.add(60, at=1100)
    late.add(60, at=1100)
    late.add(30, at=1000)
    assert told.mean == pytest.approx(late.mean)


def test_a_mean_of_the_same_value_stays_that_value() -> None:
    mean = DecayedMean(half_life_us=7)
    for at in range(1, 5000, 13):
        mean.add(42, at)
    assert mean.mean == pytest.approx(42)
