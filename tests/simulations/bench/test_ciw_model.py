"""Ciw answers the same question with the same answer: only then do speeds compare."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulations.bench.ciw_model import REFERENCE, run
from simulations.theory import ErlangA


def test_ciw_is_asked_what_we_are_asked() -> None:
    model = replace(REFERENCE, calls=12_000, warm_up_calls=3_000)
    exact = ErlangA(arrivals_per_s=0.6, mean_handle_s=180, mean_patience_s=120, servers=100)
    found = run(model)
    assert found.measures.calls == 12_000
    assert found.measures.lost == pytest.approx(exact.abandon_probability, rel=0.15)
    assert found.measures.waited == pytest.approx(exact.wait_probability, rel=0.08)
    assert found.measures.mean_wait_s == pytest.approx(exact.mean_wait_s, rel=0.15)
    assert found.calls_per_s == pytest.approx(15_000 / found.seconds)


def test_what_is_not_the_model_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="impatient"):
        run(replace(REFERENCE, mean_patience_s=None))
    with pytest.raises(ValueError, match="room"):
        run(replace(REFERENCE, waiting_room=0))
