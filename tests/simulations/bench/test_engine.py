"""Three engines on one model: they agree, whoever is faster."""

import pytest

from simulations.bench.engine import compare


def test_speeds_are_of_engines_that_agree_on_who_leaves() -> None:
    found = compare(calls=2_000, runs=2)
    assert found.exact_abandoned == pytest.approx(0.0895709, abs=5e-8)
    assert found.ours_abandoned == pytest.approx(found.exact_abandoned, abs=0.04)
    assert found.ciw_abandoned == pytest.approx(found.exact_abandoned, abs=0.04)
    assert min(found.ours_calls_per_s, found.ciw_calls_per_s, found.second_calls_per_s) > 0
    assert found.ratio > 0
    assert found.document()["runs"] == 2
