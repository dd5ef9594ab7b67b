"""Weighted pipelines, days in a stage, and customers placed by how they buy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.customer_records import Opportunity
from contact_center.core.customer_value import (
    Bought,
    cuts_of,
    days_in_stage,
    pipeline,
    rfm,
    segment_of,
)

DAY = 86_400_000_000
NOW = 1_000 * DAY


def deal(**more: object) -> Opportunity:
    fields: dict[str, object] = {
        "record": "o1",
        "title": "hedge",
        "at": 0,
        "stage": "proposal",
        "stage_at": NOW - 3 * DAY - 5,
        "cents": 10_000,
    }
    return Opportunity(**(fields | more))  # type: ignore[arg-type]


def test_a_pipeline_is_weighted_with_each_deals_own_chance_or_that_of_its_stage() -> None:
    deals = [
        deal(),
        deal(probability=90),
        deal(stage="negotiation", currency="EUR"),
        deal(stage="won"),
        deal(stage="lost"),
    ]
    assert pipeline(deals) == {"USD": (20_000, 14_000), "EUR": (10_000, 8_000)}


def test_days_in_a_stage_are_whole_ones() -> None:
    assert days_in_stage(deal(), NOW) == 3
    assert days_in_stage(deal(stage_at=NOW + 5), NOW) == 0


BOUGHT = st.builds(
    Bought,
    last_at=st.integers(0, 1_000).map(lambda days: NOW - days * DAY),
    times=st.integers(1, 30),
    cents=st.integers(1, 1_000_000),
)


@given(st.lists(BOUGHT, min_size=1, max_size=60))
def test_whoever_buys_later_oftener_and_more_is_never_placed_lower(many: list[Bought]) -> None:
    cuts = cuts_of(many, NOW)
    placed = [(one, rfm(one, cuts, NOW)) for one in many]
    for one, his in placed:
        assert {his.recency, his.frequency, his.money} <= {1, 2, 3, 4, 5}
        for other, hers in placed:
            if one.last_at >= other.last_at:
                assert his.recency >= hers.recency
            if one.times >= other.times:
                assert his.frequency >= hers.frequency
            if one.cents >= other.cents:
                assert his.money >= hers.money


def test_a_hundred_different_customers_are_twenty_to_a_quintile() -> None:
    many = [Bought(last_at=NOW - n * DAY, times=n + 1, cents=n + 1) for n in range(100)]
    cuts = cuts_of(many, NOW)
    places = [rfm(one, cuts, NOW) for one in many]
    for score in range(1, 6):
        assert sum(place.recency == score for place in places) == 20
        assert sum(place.money == score for place in places) == 20
    assert places[0].recency == 5
    assert places[99].money == 5


def test_every_place_has_a_name() -> None:
    every = range(1, 6)
    named = {segment_of(r, f, m) for r in every for f in every for m in every}
    assert named == {
        "champion", "loyal", "new", "promising", "must_not_lose", "at_risk", "sleeping",
        "needs_attention",
    }  # fmt: skip
    assert segment_of(5, 5, 5) == "champion"
    assert segment_of(1, 5, 5) == "must_not_lose"
