"""What makes no sense in what is known of a customer is said, with what to mend."""

from __future__ import annotations

import pytest

from contact_center.core.customer_records import (
    ChurnRisk,
    LifetimeValue,
    Opportunity,
    Organisation,
    Profile,
    Quote,
    Record,
    Score,
    problem_of,
)

WORTH = LifetimeValue(cents=5, low_cents=1, high_cents=9, model="m", model_on="2026-11-01")


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (ChurnRisk(risk=0.7, reasons=(), model="m", model_on=""), "reasons"),
        (ChurnRisk(risk=70, reasons=("late",), model="m", model_on=""), "share"),
        (ChurnRisk(risk=0.7, reasons=("late",), model="m", model_on=""), ""),
        (LifetimeValue(cents=5, low_cents=6, high_cents=9, model="m", model_on="x"), "order"),
        (LifetimeValue(cents=5, low_cents=1, high_cents=9, model="m", model_on=""), "date"),
        (WORTH, ""),
        (Profile(customer="c1", reports_to="c1"), "themselves"),
        (Profile(customer="c1", emails=("x",) * 11), "addresses"),
        (Quote(record="q", at=1, state="sent"), ""),
        (Organisation(organisation="o", name="O"), ""),
        (
            Opportunity(
                record="o", title="t", at=1, stage="won", stage_at=1, cents=1, probability=101
            ),
            "percent",
        ),
    ],
)
def test_what_is_wrong_is_named(
    record: Record | Score | Profile | Organisation, problem: str
) -> None:
    found = problem_of(record)
    assert problem in found
    assert bool(found) is bool(problem)
