"""The production router against an engine of another make, caller by caller, and against theory."""

from dataclasses import replace

import pytest

from contact_center.core.outcomes import QueueOutcome
from simulations.center.engine import router_engine, simulate
from simulations.heap_engine import heap_engine
from simulations.model import Model
from simulations.validate import points, validate

SMALL = Model(
    arrivals_per_s=10 / 180,
    mean_handle_s=180.0,
    servers=10,
    mean_patience_s=120.0,
    calls=2_000,
    warm_up_calls=200,
)


@pytest.mark.parametrize(
    "model",
    [
        SMALL,
        replace(SMALL, mean_patience_s=None, arrivals_per_s=8 / 180),
        replace(SMALL, waiting_room=0, mean_patience_s=None),
        replace(SMALL, waiting_room=3),
        replace(SMALL, arrivals_per_s=20 / 180, seed=5),
    ],
)
def test_the_same_callers_fare_as_in_the_second_engine(model: Model) -> None:
    ours, other = router_engine(model), heap_engine(model)
    assert ours.lost == other.lost
    assert ours.waited == other.waited
    assert ours.served_within == pytest.approx(other.served_within, abs=1e-3)
    assert ours.mean_wait_s == pytest.approx(other.mean_wait_s, abs=1e-5)
    assert ours.mean_wait_of_served_s == pytest.approx(other.mean_wait_of_served_s, abs=1e-5)


def test_every_caller_comes_to_one_end() -> None:
    guests = simulate(SMALL)
    assert len(guests) == SMALL.calls + SMALL.warm_up_calls
    assert {guest.outcome for guest in guests} == {QueueOutcome.ANSWERED, QueueOutcome.ABANDONED}
    assert all((guest.agent is not None) is (guest.outcome is QueueOutcome.ANSWERED)
               for guest in guests)  # fmt: skip


def test_the_router_is_inside_where_callers_lose_patience() -> None:
    chosen = [p for p in points() if p.model.servers in (10, 20) and p.model.mean_patience_s]
    found = validate(router_engine, replications=6, calls=1_500, warm_up_calls=500, only=chosen)
    assert [f"{f.name}: {f.measure}" for f in found.points if not f.inside] == []
