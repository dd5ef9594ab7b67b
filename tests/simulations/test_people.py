"""Duties, breaks and habits of agents."""

from __future__ import annotations

from datetime import date

import pytest

from simulations.arrivals import DAY_S
from simulations.durations import Constant, Exponential
from simulations.people import Duty, Habits, Rest, clock_s
from simulations.streams import Streams

MONDAY = date(2026, 11, 2)
LUNCH = Rest(name="lunch", at="12:00", length_s=1800, ends_early_above=10, at_least_s=600)
TEA = Rest(name="tea", at="10:15", length_s=900)
EARLY = Duty(name="early", start="08:00", end="16:30", days=("mon", "wed"), breaks=(LUNCH, TEA))
NIGHT = Duty(
    name="night", start="22:00", end="06:00", breaks=(Rest(name="m", at="02:00", length_s=1),)
)


@pytest.mark.parametrize(("text", "seconds"), [("00:00", 0), ("08:30", 30_600), ("24:00", DAY_S)])
def test_times_of_day_are_read(text: str, seconds: float) -> None:
    assert clock_s(text) == seconds


@pytest.mark.parametrize("text", ["8:30", "25:00", "08:60", "24:01", "08:30:00", ""])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        clock_s(text)
    with pytest.raises(ValueError, match="time of day"):
        Rest(name="x", at=text, length_s=1)
    with pytest.raises(ValueError, match="time of day"):
        Duty(name="x", start="08:00", end=text)


def test_a_duty_is_planned_on_its_days_with_breaks_in_order() -> None:
    habits = Habits(duties=(EARLY,))
    assert list(habits.plan(MONDAY, 1)) == []
    (planned,) = habits.plan(MONDAY, 2)
    assert planned.name == "early"
    assert (planned.start_s, planned.end_s) == (2 * DAY_S + 8 * 3600, 2 * DAY_S + 16.5 * 3600)
    assert [(b.rest.name, b.at_s - 2 * DAY_S) for b in planned.breaks] == [
        ("tea", 10.25 * 3600),
        ("lunch", 12 * 3600),
    ]


def test_a_night_duty_ends_on_the_next_day_and_so_do_its_breaks() -> None:
    (planned,) = Habits(duties=(NIGHT,)).plan(MONDAY, 0)
    assert (planned.start_s, planned.end_s) == (22 * 3600, DAY_S + 6 * 3600)
    assert planned.breaks[0].at_s == DAY_S + 2 * 3600


def test_a_break_is_over_in_time_or_early_when_many_wait_but_never_at_once() -> None:
    assert LUNCH.is_over(1800, waiting=0)
    assert not LUNCH.is_over(1799, waiting=10)
    assert LUNCH.is_over(600, waiting=11)
    assert not LUNCH.is_over(599, waiting=1_000)
    assert not TEA.is_over(899, waiting=1_000)


def test_a_fast_agent_takes_less_time() -> None:
    assert Habits(speed=1.25).handle_s(100) == 80


def test_offers_are_left_ringing_as_often_as_the_habit_says() -> None:
    habits = Habits(no_answer=0.2, answer_delay=Exponential(mean_s=4.0))
    chance = Streams(1).of("answers")
    answers = [habits.answer(chance) for _ in range(20_000)]
    taken = [a for a in answers if a is not None]
    assert len(taken) / len(answers) == pytest.approx(0.8, abs=0.01)
    assert sum(taken) / len(taken) == pytest.approx(4.0, rel=0.04)


def test_who_does_not_answer_does_not_shift_the_delays_of_who_does() -> None:
    def delays(no_answer: float) -> list[float | None]:
        chance = Streams(1).of("answers")
        habits = Habits(no_answer=no_answer, answer_delay=Exponential(mean_s=4.0))
        return [habits.answer(chance) for _ in range(200)]

    always, sometimes = delays(0.0), delays(0.5)
    assert None in sometimes
    assert all(b in (None, a) for a, b in zip(always, sometimes, strict=True))


def test_who_always_answers_answers_at_once_unless_told_otherwise() -> None:
    chance = Streams(1).of("answers")
    assert Habits().answer(chance) == 0.0
    assert Habits(answer_delay=Constant(seconds=3.0)).answer(chance) == 3.0
