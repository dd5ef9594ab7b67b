from __future__ import annotations

from random import Random

import pytest

from dialer.ring_law import BIN_US, BINS, RingLaw, bin_of

S = 1_000_000


def test_before_anything_was_seen_people_answer_at_about_ten_seconds() -> None:
    law = RingLaw()
    assert law.share_answered(0) == 0.0
    assert 0.3 < law.share_answered(9 * S) < 0.7
    assert law.share_answered(60 * S) == 1.0
    assert law.answered_by == sorted(law.answered_by)


def test_what_rings_counts_so_a_synchronised_start_does_not_look_quick() -> None:
    """Half the people answer after 4 s, half after 20 s; at 5 s only the quick ones are known."""
    blind, seeing = RingLaw(), RingLaw()
    for law in (blind, seeing):
        for _ in range(500):
            law.learn(4 * S, answered=True)
    blind.settle({})
    seeing.settle({bin_of(5 * S): 500.0})
    assert blind.share_answered(6 * S) > 0.9
    assert seeing.share_answered(6 * S) < blind.share_answered(6 * S) - 0.02

    for _ in range(500):
        seeing.learn(20 * S, answered=True)
    seeing.settle({})
    assert seeing.share_answered(6 * S) == pytest.approx(0.5, abs=0.05)


def test_calls_taken_back_do_not_count_as_endings() -> None:
    """All who are left alone answer at 20 s; half of the calls are taken back at 10 s."""
    law = RingLaw()
    for _ in range(1000):
        law.withdraw(10 * S)
        law.learn(20 * S, answered=True)
    law.settle({})
    assert law.share_answered(15 * S) < 0.05
    assert law.share_answered(21 * S) > 0.95


def test_the_law_is_found_again_from_ringing_and_ended_calls() -> None:
    chance = Random(7)
    law = RingLaw()
    ringing: dict[int, float] = {}
    for _ in range(4000):
        rings, answers = chance.uniform(2, 22), chance.random() < 0.3
        age = chance.uniform(0, 40)
        if age < rings:
            ringing[bin_of(int(age * S))] = ringing.get(bin_of(int(age * S)), 0) + 1
        else:
            law.learn(int(rings * S), answered=answers)
    law.settle(ringing)
    for age in (4, 8, 12, 16, 20):
        assert law.share_answered(age * S) == pytest.approx((age - 2) / 20, abs=0.07)


def test_old_calls_fade_when_there_are_more_than_the_memory() -> None:
    law = RingLaw(memory=200.0)
    for _ in range(500):
        law.learn(5 * S, answered=True)
        law.settle({})
    for _ in range(1000):
        law.learn(25 * S, answered=True)
        law.settle({})
    assert law.share_answered(20 * S) < 0.1


def test_lags_are_middles_of_equal_shares_of_answers() -> None:
    law = RingLaw()
    lags = law.lags(4)
    assert lags == sorted(lags)
    assert all(1 <= lag <= BINS for lag in lags)
    assert law.answered_by[lags[0]] >= 1 / 8
    assert law.share_answered((lags[3] - 1) * BIN_US) < 7 / 8


def test_a_ring_longer_than_a_minute_is_in_the_last_bin() -> None:
    assert bin_of(10**12) == BINS - 1
    assert bin_of(-1) == 0
