"""What may be offered first, and why not the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.core.customer_offers import REST_US, Situation, ranked
from contact_center.core.customer_records import Offer

CARE = Offer(record="care", title="Garden care", score=0.5)
HOW = Situation(now=REST_US * 3, today="2026-11-22", tier="gold", owned=frozenset({"Hedge"}))


def test_the_most_promising_comes_first_and_those_that_may_not_be_made_last() -> None:
    better = replace(CARE, record="better", score=0.9)
    gone = replace(CARE, record="gone", score=1.0, until_on="2026-11-21")
    assert [(r.offer.record, r.why_not) for r in ranked([CARE, gone, better], HOW)] == [
        ("better", ""),
        ("care", ""),
        ("gone", "expired"),
    ]


@pytest.mark.parametrize(
    ("offer", "how", "why"),
    [
        (replace(CARE, tiers=("silver",)), HOW, "tier"),
        (replace(CARE, tiers=("gold",)), HOW, ""),
        (replace(CARE, needs=("Pond",)), HOW, "needs"),
        (replace(CARE, needs=("Hedge",)), HOW, ""),
        (replace(CARE, without=("Hedge",)), HOW, "owned"),
        (replace(CARE, until_on="2026-11-22"), HOW, ""),
        (replace(CARE, answer="accepted", answered_at=1), HOW, "accepted"),
        (replace(CARE, answer="declined", answered_at=HOW.now - REST_US + 1), HOW, "declined"),
        (replace(CARE, answer="declined", answered_at=HOW.now - REST_US), HOW, ""),
        (CARE, replace(HOW, open_complaint=True), "complaint"),
        (CARE, replace(HOW, overdue=True), "overdue"),
        (CARE, replace(HOW, vulnerable=True), "vulnerable"),
    ],
)  # fmt: skip
def test_who_may_be_offered_what(offer: Offer, how: Situation, why: str) -> None:
    [only] = ranked([offer], how)
    assert only.why_not == why
