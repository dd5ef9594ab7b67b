from __future__ import annotations

from random import Random

import pytest

from dialer.answer_rate import AnswerRate


def _feed(rate: AnswerRate, chance: Random, p: float, calls: int) -> None:
    for _ in range(calls):
        rate.exposed(1.0, 0.5)
        if chance.random() < p:
            rate.answered()


def test_at_first_the_prior_is_believed_and_known_to_be_vague() -> None:
    rate = AnswerRate(prior=0.3, prior_calls=20.0)
    assert rate.rate == pytest.approx(0.3)
    assert rate.spread > 0.3


@pytest.mark.parametrize("p", [0.05, 0.25, 0.6])
def test_the_rate_is_learned_and_how_sure_it_is(p: float) -> None:
    rate = AnswerRate()
    _feed(rate, Random(3), p, 3000)
    assert abs(rate.rate - p) < 3 * p * rate.spread
    assert rate.spread < 0.25


def test_ringing_calls_that_may_still_be_answered_do_not_push_the_rate_down() -> None:
    """After a start: 400 calls that have gone through a tenth of their ringing, and 10 answers."""
    rate = AnswerRate(prior=0.5, prior_calls=1.0)
    rate.exposed(0.1 * 400, 0.5)
    for _ in range(10):
        rate.answered()
    assert rate.rate == pytest.approx(10.5 / 41, rel=0.05)


def test_a_step_up_is_believed_within_sixty_calls() -> None:
    chance = Random(5)
    rate = AnswerRate()
    _feed(rate, chance, 0.15, 2000)
    _feed(rate, chance, 0.45, 60)
    assert rate.changes >= 1
    assert rate.rate > 0.3


def test_a_step_down_wants_more_proof_and_is_believed_in_the_end() -> None:
    chance = Random(6)
    rate = AnswerRate()
    _feed(rate, chance, 0.45, 2000)
    _feed(rate, chance, 0.10, 20)
    assert rate.rate > 0.25
    _feed(rate, chance, 0.10, 300)
    assert rate.rate < 0.2


def test_a_steady_list_is_seldom_taken_for_a_changed_one() -> None:
    rate = AnswerRate()
    _feed(rate, Random(8), 0.25, 5000)
    assert rate.changes <= 8


def test_what_is_expected_is_where_it_begins_and_is_soon_outweighed() -> None:
    rate = AnswerRate()
    rate.expect(0.1, 500.0)
    assert rate.rate == pytest.approx(0.1)
    assert rate.spread > 0.3, "however much it rests on, it is worth few calls"
    _feed(rate, Random(4), 0.4, 200)
    assert rate.rate > 0.33


def test_what_is_hardly_known_hardly_moves_the_cold_start() -> None:
    rate = AnswerRate()
    rate.expect(0.1, 2.0)
    assert rate.rate == pytest.approx(0.28)


def test_what_was_seen_is_not_overridden_by_what_is_expected() -> None:
    rate = AnswerRate()
    _feed(rate, Random(9), 0.25, 1000)
    seen = rate.rate
    rate.expect(0.9, 500.0)
    assert rate.rate == seen, "known too late: it was seen meanwhile"
    rate.expect(0.1, 500.0, instead_of=0.1)
    assert rate.rate == seen, "nothing changes"


def test_before_an_expected_rise_the_estimate_is_lifted_by_less_than_was_seen() -> None:
    rate = AnswerRate()
    _feed(rate, Random(9), 0.15, 1000)
    seen = rate.rate
    rate.expect(0.3, 500.0, instead_of=0.1)
    assert 1.3 * seen < rate.rate < 2.0 * seen


def test_before_an_expected_fall_it_stays_and_is_found_out_sooner() -> None:
    told, untold = AnswerRate(), AnswerRate()
    for each in (told, untold):
        _feed(each, Random(9), 0.45, 1000)
    seen = told.rate
    told.expect(0.1, 500.0, instead_of=0.3)
    assert told.rate == pytest.approx(seen)
    for each in (told, untold):
        _feed(each, Random(2), 0.15, 30)
    assert told.rate < untold.rate


def test_a_rate_above_the_cold_one_counts_like_no_more_calls_than_that() -> None:
    high, cold = AnswerRate(), AnswerRate(prior=0.75, prior_calls=20.0)
    high.expect(0.75, 500.0)
    for each in (high, cold):
        _feed(each, Random(1), 0.25, 30)
    assert high.rate == cold.rate
