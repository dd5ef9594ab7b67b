"""Engines that are right are inside everywhere, engines that are wrong are not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from simulations.heap_engine import heap_engine
from simulations.model import Measures, Model
from simulations.statistics import each_of
from simulations.theory import ErlangA, ErlangC
from simulations.validate import Point, points, validate


def test_there_are_points_from_light_load_to_overload_with_and_without_impatience() -> None:
    models = [point.model for point in points()]
    loads = [model.offered / model.servers for model in models]
    assert len(models) >= 12
    assert min(loads) <= 0.5
    assert max(loads) >= 2
    assert sum(model.waiting_room == 0 for model in models) >= 2
    assert sum(model.mean_patience_s is not None for model in models) >= 4
    assert sum(model.mean_patience_s is None and model.waiting_room is None for model in models) > 3
    assert len({point.name for point in points()}) == len(models)


def test_no_share_is_so_extreme_that_its_interval_would_not_hold() -> None:
    shares = [
        value
        for point in points()
        for measure, value in point.exact.items()
        if "mean" not in measure
    ]
    assert min(shares) > 0.01
    assert max(shares) < 0.99


def test_exact_values_are_those_of_theory() -> None:
    named = {point.name: point.exact for point in points()}
    exact = named["Erlang A, 100 agents, 108 Erlang, patience 120 s"]
    assert exact["share who abandon"] == pytest.approx(0.0895709, abs=5e-8)
    known = ErlangC(arrivals_per_s=95 / 180, mean_handle_s=180, servers=100)
    assert named["Erlang C, 100 agents, 95 Erlang"] == {
        "share who wait": known.wait_probability,
        "mean wait, s": known.mean_wait_s,
        "service level, 20 s": known.service_level(20),
    }


def test_the_second_engine_is_inside_at_every_point() -> None:
    found = validate(heap_engine, replications=8, calls=6_000, warm_up_calls=3_000)
    assert len(found.points) == sum(len(point.exact) for point in points()) > 40
    assert [f"{f.name}: {f.measure}" for f in found.points if not f.inside] == []


def some() -> list[Point]:
    return [p for p in points() if p.model.servers in (10, 20) and p.model.mean_patience_s]


def off_by(**factors: float) -> list[str]:
    """What is outside for an engine that takes one number of the model wrong."""

    def wrong(model: Model) -> Measures:
        return heap_engine(
            replace(model, **{name: getattr(model, name) * f for name, f in factors.items()})
        )

    found = validate(wrong, replications=10, calls=10_000, warm_up_calls=2_000, only=some())
    return [f.measure for f in found.points if not f.inside]


def test_an_engine_with_the_wrong_patience_is_found_out() -> None:
    assert "mean wait, s" in off_by(mean_patience_s=1.25)


def test_an_engine_with_talks_too_long_is_found_out() -> None:
    assert "share who wait" in off_by(mean_handle_s=1.05)


def test_an_engine_with_one_agent_too_many_in_ten_is_found_out() -> None:
    def wrong(model: Model) -> Measures:
        return heap_engine(replace(model, servers=model.servers * 11 // 10))

    assert validate(wrong, replications=8, calls=6_000, only=some()).outside > 5


def test_replications_have_seeds_of_their_own_and_the_calls_a_point_wants() -> None:
    asked: list[Model] = []

    def engine(model: Model) -> Measures:
        asked.append(model)
        return heap_engine(replace(model, calls=200, warm_up_calls=0))

    chosen = [replace(points()[0], effort=3), points()[1]]
    heard: list[str] = []
    validate(engine, replications=3, calls=200, first_seed=9, only=chosen, progress=heard.append)
    assert [(m.seed, m.calls) for m in asked] == [
        (9, 600),
        (10, 600),
        (11, 600),
        (12, 200),
        (13, 200),
        (14, 200),
    ]
    assert heard == [point.name for point in chosen]


def test_the_confidence_of_each_interval_makes_all_hold_together() -> None:
    found = validate(heap_engine, replications=2, calls=200, warm_up_calls=0, only=some())
    assert found.confidence == each_of(len(found.points), 0.99)


def test_the_document_has_what_was_found_as_plain_data() -> None:
    found = validate(heap_engine, replications=3, calls=300, warm_up_calls=0, only=some())
    document = json.loads(json.dumps(found.document()))
    assert set(document["points"][0]) == {"name", "measure", "exact", "estimate", "low", "high"}
    assert document["inside"] + document["outside"] == len(document["points"])
    assert document["outside"] == found.outside


def test_exact_values_know_which_point_they_belong_to() -> None:
    for point in some():
        model = point.model
        known = ErlangA(
            arrivals_per_s=model.arrivals_per_s,
            mean_handle_s=model.mean_handle_s,
            mean_patience_s=model.mean_patience_s or 0.0,
            servers=model.servers,
        )
        assert point.exact["mean wait of served, s"] == known.mean_wait_of_served_s
