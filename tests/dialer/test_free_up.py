from __future__ import annotations

import math
from random import Random

import pytest

from dialer.free_up import EDGES, STRETCHES, FreeUp, SpanLaw, stretch_of

S = 1_000_000


def test_stretches_are_found_by_age() -> None:
    assert stretch_of(0) == 0
    assert stretch_of(60 * S) == EDGES.index(55.0)
    assert stretch_of(10**12) == STRETCHES - 2
    assert all(EDGES[stretch_of(s * S)] <= s + 0.5 for s in range(3000))


def test_before_anything_was_seen_talks_are_long() -> None:
    law = SpanLaw(prior_s=150.0, prior=30.0)
    law.settle([])
    assert law.ends_within(0.0, 15.0) == pytest.approx(1 - math.exp(-0.1), abs=0.02)


def test_talks_without_memory_end_at_an_even_rate() -> None:
    chance = Random(2)
    law = SpanLaw(prior_s=150.0, prior=30.0)
    for _ in range(3000):
        law.learn(int(chance.expovariate(1 / 40.0) * S))
    law.settle([])
    for age in (0.0, 10.0, 40.0, 90.0):
        assert law.ends_within(age, 10.0) == pytest.approx(1 - math.exp(-0.25), abs=0.06)


def test_talks_that_still_run_make_ends_rarer() -> None:
    """Of 1,000 talks 100 ended within 30 s; the others have run for a minute."""
    blind, seeing = (SpanLaw(prior_s=150.0, prior=1.0) for _ in range(2))
    for law in (blind, seeing):
        for k in range(100):
            law.learn(k * 30 * S // 100)
    blind.settle([])
    seeing.settle([60 * S] * 900)
    assert blind.ends_within(0.0, 30.0) > 0.8
    assert seeing.ends_within(0.0, 30.0) == pytest.approx(0.1, abs=0.02)
    assert seeing.ends_within(40.0, 10.0) < 0.01


def test_whoever_outlasts_all_that_ended_frees_nobody() -> None:
    law = SpanLaw(prior_s=15.0, prior=1.0)
    for _ in range(300):
        law.learn(10 * S)
    law.settle([100 * S] * 50)
    assert law.ends_within(20.0, 30.0) < 0.01


def test_an_agent_is_free_after_talk_and_wrap_up() -> None:
    chance = Random(4)
    free_up = FreeUp()
    for _ in range(3000):
        free_up.talks.learn(int(chance.expovariate(1 / 20.0) * S))
        free_up.wraps.learn(10 * S)
    free_up.settle_talks([])
    free_up.settle_wraps([])
    free_up.look((5.0, 30.0))
    soon, late = free_up.of_talk(stretch_of(20 * S))
    assert soon < 0.05
    assert late == pytest.approx(1 - math.exp(-1.0), abs=0.12)
    soon, late = free_up.of_wrap_up(stretch_of(8 * S))
    assert late > 0.95


def test_a_talk_that_runs_counts_in_every_stretch_up_to_its_age() -> None:
    """Talks of 10 s and less, some of no time; whoever has run for longer lived through it."""
    law = SpanLaw(prior_s=150.0, prior=1.0)
    for _ in range(100):
        law.learn(4_500_000)
    running = [-S, 0, 4 * S - 1, 4 * S, 10 * S, 5_250_000, 10 * S, 9_000 * S]
    law.settle(running)
    seconds = 0.5 * 100 + 0.0 + 4 * 1.0
    assert law.ends_within(4.0, 1.0) == pytest.approx(1 - math.exp(-100 / seconds), abs=0.01)


def test_the_wrap_up_after_a_talk_is_gone_through_step_by_step() -> None:
    law = SpanLaw(prior_s=40.0, prior=30.0)
    law.settle([])
    (soon, late) = law.ends_with(10.0, (3.0, 12.0), [[1.0] * 6, [1.0, 0.5, 0.0]])
    assert soon == pytest.approx(law.ends_within(10.0, 3.0))
    first, second = (law.ends_within(10.0, ahead) for ahead in (4.0, 8.0))
    assert late == pytest.approx(first + (second - first) * 0.5)
    assert law.ends_by([3.0, 12.0]) == pytest.approx([law.ends_within(0.0, a) for a in (3, 12)])


def test_rows_are_made_anew_a_few_at_a_time() -> None:
    free_up = FreeUp()
    free_up.look((10.0,))
    before = {b: free_up.of_talk(b)[0] for b in range(20)}
    for _ in range(2000):
        free_up.talks.learn(5 * S)
    free_up.settle_talks([])
    changed = []
    for _ in range(3):
        free_up.look((10.0,))
        changed.append(sum(free_up.of_talk(b)[0] != before[b] for b in range(20)))
    assert changed == [8, 16, 20]


def test_who_has_learned_from_many_leaves_rows_to_the_next() -> None:
    free_up = FreeUp()
    free_up.look((10.0,))
    before = free_up.of_talk(4)[0]
    for _ in range(2000):
        free_up.talks.learn(5 * S)
    free_up.settle_talks([5 * S] * FreeUp.MANY)
    free_up.look((10.0,))
    assert free_up.of_talk(4)[0] == before
    free_up.look((10.0,))
    assert free_up.of_talk(4)[0] != before
