"""How much likelier one list answers than the others of its pool."""

from __future__ import annotations

from random import Random

import pytest

from dialer.answer_odds import AnswerOdds
from dialer.ids import AttemptId, CampaignId

SECOND = 1_000_000
ONE, OTHER = CampaignId("one"), CampaignId("other")


def dial(odds: AnswerOdds, rates: dict[CampaignId, float], seconds: int) -> None:
    random, number = Random(3), 0
    for second in range(seconds):
        for campaign, rate in rates.items():
            number += 1
            name = AttemptId(f"d-{number}-1")
            odds.dialled(name, campaign, second * SECOND)
            if random.random() < rate:
                odds.answered(name)


def test_one_campaign_alone_is_the_average() -> None:
    odds = AnswerOdds()
    assert odds.of(ONE) == 1.0
    dial(odds, {ONE: 0.1}, 300)
    assert odds.of(ONE) == 1.0


def test_two_lists_are_told_apart() -> None:
    odds = AnswerOdds()
    dial(odds, {ONE: 0.1, OTHER: 0.5}, 600)
    assert odds.of(ONE) == pytest.approx(0.1 / 0.3, rel=0.3)
    assert odds.of(OTHER) == pytest.approx(0.5 / 0.3, rel=0.2)


def test_a_call_counts_when_it_has_had_its_time_and_not_before() -> None:
    odds = AnswerOdds()
    dial(odds, {ONE: 0.3, OTHER: 0.3}, 600)
    before = odds.of(OTHER)
    for number in range(50):
        name = AttemptId(f"x-{number}-1")
        odds.dialled(name, OTHER, 600 * SECOND)
        odds.answered(name)
    assert odds.of(OTHER) == pytest.approx(before, rel=0.15)
    odds.dialled(AttemptId("y"), ONE, 640 * SECOND)
    assert odds.of(OTHER) > before * 1.1


def test_a_call_that_did_not_go_out_counts_for_nothing() -> None:
    odds = AnswerOdds()
    dial(odds, {ONE: 0.3, OTHER: 0.3}, 600)
    before = odds.of(OTHER)
    for number in range(200):
        name = AttemptId(f"x-{number}-1")
        odds.dialled(name, OTHER, 600 * SECOND)
        odds.withdrawn(name)
    odds.dialled(AttemptId("y"), ONE, 640 * SECOND)
    assert odds.of(OTHER) == pytest.approx(before, rel=0.15)
