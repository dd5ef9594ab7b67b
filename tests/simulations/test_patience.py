"""Patience is found behind the answers that hide most of it."""

from __future__ import annotations

import math

import pytest

from simulations.durations import FOREVER, Duration, Exponential, Lognormal
from simulations.patience import (
    Survival,
    Wait,
    exponential_patience,
    kaplan_meier,
    likelier_patience,
    lognormal_patience,
)
from simulations.streams import Streams


def waits(patience: Duration, answered_after: Duration, count: int = 20_000) -> list[Wait]:
    chance = Streams(2).of("patience")
    pairs = [(patience.draw(chance), answered_after.draw(chance)) for _ in range(count)]
    return [Wait(min(pair), pair[0] <= pair[1]) for pair in pairs]


def test_the_textbook_example_of_kaplan_and_meier() -> None:
    found = kaplan_meier(
        [
            Wait(s, gone)
            for s, gone in ((6, True), (6, True), (6, True), (6, False), (7, True), (9, False))
        ]
    )
    assert found == [Survival(6, 0.5), Survival(7, pytest.approx(0.25))]


def test_who_is_still_there_is_estimated_in_spite_of_answers() -> None:
    found = kaplan_meier(waits(Exponential(mean_s=120), Exponential(mean_s=60)))
    for step in found[:: len(found) // 10]:
        if step.seconds < 150:
            assert step.share == pytest.approx(math.exp(-step.seconds / 120), abs=0.02)


@pytest.mark.parametrize("speed_of_answer", [10.0, 60.0, 600.0])
def test_a_memoryless_patience_is_found(speed_of_answer: float) -> None:
    seen = waits(Exponential(mean_s=120), Exponential(mean_s=speed_of_answer))
    assert exponential_patience(seen).mean_s == pytest.approx(120, rel=0.05)


@pytest.mark.parametrize("speed_of_answer", [30.0, 60.0, 600.0])
def test_a_lognormal_patience_is_found(speed_of_answer: float) -> None:
    seen = waits(Lognormal(mean_s=120, cv=0.8), Exponential(mean_s=speed_of_answer))
    found = lognormal_patience(seen)
    assert isinstance(found, Lognormal)
    assert (found.mean_s, found.cv) == (
        pytest.approx(120, rel=0.06),
        pytest.approx(0.8, rel=0.08),
    )


@pytest.mark.parametrize("patience", [Exponential(mean_s=90), Lognormal(mean_s=90, cv=0.5)])
def test_the_shape_that_made_the_waits_is_chosen(patience: Exponential | Lognormal) -> None:
    assert likelier_patience(waits(patience, Exponential(mean_s=60))).kind == patience.kind


def test_where_nobody_gives_up_patience_has_no_end() -> None:
    seen = [Wait(5.0, False), Wait(0.0, False)]
    assert exponential_patience(seen) is FOREVER
    assert lognormal_patience(seen) is FOREVER
    assert likelier_patience(seen) is FOREVER
    assert likelier_patience([]) is FOREVER


def test_one_who_gave_up_and_one_who_did_not_are_enough() -> None:
    found = likelier_patience([Wait(10.0, True), Wait(30.0, False)])
    assert found.mean_s == pytest.approx(40.0)
