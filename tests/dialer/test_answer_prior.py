"""What is expected of a list before it is called now, learned of earlier days."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.answer_prior import HOUR_US, AnswerHistory, Expected, Tally, slot_of, strength_of
from dialer.ids import ListId
from tests.dialer.gate_samples import NEW_YORK, at

A, B = ListId("a"), ListId("b")
NOW = at("2026-11-25T10:00")
HOUR = NOW // HOUR_US


def known(history: AnswerHistory, lists: dict[ListId, float], now: int = NOW) -> Expected:
    found = history.expected(lists, now, NEW_YORK)
    assert found is not None
    return found


def days(
    rate: dict[int, float], calls: float = 200.0, count: int = 20, list_: ListId = A
) -> AnswerHistory:
    """So many days, each with calls at these hours of the day and their rates."""
    history = AnswerHistory()
    for day in range(1, count + 1):
        for hour, share in rate.items():
            history.note(list_, HOUR - 24 * day + (hour - 10), calls, calls * share)
    return history


def test_nothing_is_expected_while_nothing_is_known() -> None:
    assert AnswerHistory().expected({A: 1}, NOW, NEW_YORK) is None
    assert days({10: 0.2}).expected({}, NOW, NEW_YORK) is None


def test_a_list_is_expected_to_answer_as_it_did() -> None:
    found = known(days({10: 0.12}), {A: 1})
    assert found.rate == pytest.approx(0.12, abs=0.01)
    assert found.spread < 0.2
    assert found.calls > 100


def test_the_evening_is_expected_to_answer_as_evenings_do() -> None:
    history = days({10: 0.1, 18: 0.4})
    assert known(history, {A: 1}).rate == pytest.approx(0.1, abs=0.02)
    assert known(history, {A: 1}, NOW + 8 * HOUR_US).rate == pytest.approx(0.4, abs=0.03)


def test_an_hour_without_calls_is_as_its_list_and_less_sure() -> None:
    history = days({10: 0.1, 14: 0.3, 18: 0.2})
    seen, unseen = known(history, {A: 1}), known(history, {A: 1}, NOW + 2 * HOUR_US)
    assert unseen.rate == pytest.approx(0.2, abs=0.03)
    assert unseen.spread > seen.spread


def test_an_unknown_list_is_as_everybody_and_hardly_trusted() -> None:
    history = days({10: 0.2})
    found = known(history, {B: 1})
    assert found.rate == pytest.approx(0.2, abs=0.02)
    assert found.calls < known(history, {A: 1}).calls / 2


def test_a_few_calls_of_a_list_hardly_move_it_and_many_decide() -> None:
    rates = []
    for calls in (1, 20, 2000):
        history = days({10: 0.2})
        history.note(B, HOUR - 24, calls, calls * 0.6)
        rates.append(known(history, {B: 1}).rate)
    assert 0.2 <= rates[0] < rates[1] < rates[2] < 0.6
    assert rates[0] < 0.23
    assert rates[2] > 0.5


def test_lists_of_a_mix_count_by_their_weight() -> None:
    history = days({10: 0.1})
    for day in range(1, 21):
        history.note(B, HOUR - 24 * day, 200, 80)
    mixed = known(history, {A: 3, B: 1})
    alone = known(history, {A: 1}).rate, known(history, {B: 1}).rate
    assert mixed.rate == pytest.approx(0.75 * alone[0] + 0.25 * alone[1])


def test_days_that_differ_for_no_reason_known_take_weight_away() -> None:
    steady, swinging = days({10: 0.2}), AnswerHistory()
    for day in range(1, 21):
        swinging.note(A, HOUR - 24 * day, 200, 200 * (0.05 if day % 2 else 0.35))
    assert known(swinging, {A: 1}).rate == pytest.approx(0.2, abs=0.06)
    assert known(swinging, {A: 1}).calls < 20 < known(steady, {A: 1}).calls


def test_what_is_long_ago_counts_less_and_then_no_more() -> None:
    history = AnswerHistory()
    history.note(A, HOUR - 27 * 24, 400, 200)
    history.note(A, HOUR - 24, 400, 40)
    assert known(history, {A: 1}).rate < 0.3
    history.note(B, HOUR - 40 * 24, 10_000, 9_000)
    assert known(history, {A: 1}).rate < 0.3
    history.forget(HOUR - 26 * 24)
    assert known(history, {A: 1}).rate == pytest.approx(0.1, abs=0.03)
    history.forget(HOUR + 1)
    assert history.expected({A: 1}, NOW, NEW_YORK) is None


def test_what_has_not_happened_yet_is_not_known() -> None:
    history = days({10: 0.2})
    history.note(A, HOUR + 24, 10_000, 9_000)
    assert known(history, {A: 1}).rate == pytest.approx(0.2, abs=0.02)


def test_siblings_that_are_alike_are_drawn_together_and_others_are_left_apart() -> None:
    chance = Random(4)

    def tallies(deviation: float) -> list[Tally]:
        found = []
        for _ in range(40):
            rate = min(max(chance.gauss(0.25, deviation), 0.01), 0.9)
            found.append(Tally(300.0, float(sum(chance.random() < rate for _ in range(300)))))
        return found

    assert strength_of(tallies(0.0)) > 200
    assert strength_of(tallies(0.15)) < 30
    # A beta law of this deviation is one of 0.25 * 0.75 / 0.05 ** 2 - 1 = 74 calls.
    assert strength_of(tallies(0.05)) == pytest.approx(74, rel=0.4)
    assert strength_of([]) == strength_of([Tally(5, 1)])


def test_the_hour_is_one_on_the_campaigns_clock() -> None:
    assert slot_of(NOW, NEW_YORK) == (2, 5)
    assert slot_of(NOW, "Asia/Tokyo") == (3, 0)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([A, B]), st.integers(0, 800), st.floats(0, 500), st.floats(0, 1)),
        max_size=60,
    ),
    st.floats(0.1, 9),
)
def test_whatever_was_seen_a_rate_and_its_doubt_are_sane(
    seen: list[tuple[ListId, int, float, float]], weight: float
) -> None:
    history = AnswerHistory()
    for name, ago, calls, share in seen:
        history.note(name, HOUR - ago, calls, calls * share)
    found = history.expected({A: weight, B: 1.0}, NOW, NEW_YORK)
    if found is None:
        assert sum(calls for _, ago, calls, _ in seen if ago <= 672) < 2.0
        return
    assert 0.0 < found.rate < 1.0
    assert found.spread > 0.0
    assert found.calls > 0.0
