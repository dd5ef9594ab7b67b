"""What is known goes in, and comes back out."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from simulations.arrivals import Profile
from simulations.calls_file import Outcome, Row, read_calls
from simulations.durations import AT_ONCE, Empirical, Exponential, Lognormal
from simulations.fitting import busyness_cv, fit, speeds_and_talks
from simulations.people import Habits
from simulations.streams import Streams
from simulations.workload import CallType, QueueLoad, Workload
from tests.simulations.past import calls_of

MONDAY = date(2026, 9, 7)
WORKDAY = (0.0,) * 16 + (20.0, 35.0, 50.0, 60.0, 55.0, 45.0, 30.0, 25.0) + (20.0,) * 10
SATURDAY = (0.0,) * 18 + (15.0,) * 8
KNOWN = Workload(
    first_day=MONDAY,
    queues={
        "sales": QueueLoad(
            arrivals=Profile(
                calls={
                    "mon": tuple(1.3 * c for c in WORKDAY),
                    "tue": WORKDAY,
                    "wed": WORKDAY,
                    "sat": SATURDAY,
                },
                busyness_cv=0.2,
            ),
            types={
                "order": CallType(
                    talk=Lognormal(mean_s=240, cv=0.8),
                    wrap_up=Lognormal(mean_s=40, cv=0.5),
                    share=0.7,
                ),
                "question": CallType(talk=Lognormal(mean_s=90, cv=0.6), share=0.3),
            },
            patience=Exponential(mean_s=100),
        ),
        "support": QueueLoad(
            arrivals=Profile(calls={"tue": (0.0,) * 20 + (40.0,) * 8}),
            types={"call": CallType(talk=Lognormal(mean_s=400, cv=1.1))},
            patience=Lognormal(mean_s=60, cv=0.6),
        ),
    },
    agents={
        "ana": Habits(queues=("sales", "support"), speed=1.3, no_answer=0.05),
        "bo": Habits(queues=("sales",), speed=0.8, no_answer=0.25),
        "chi": Habits(queues=("sales", "support"), speed=1.0),
        "dee": Habits(queues=("support",), speed=0.95),
    },
)


@cache
def found() -> Workload:
    rows, problems = read_calls(calls_of(KNOWN, days=140))
    assert problems == []
    return fit(rows)


def test_queues_kinds_and_agents_are_found() -> None:
    assert found().first_day == MONDAY
    assert {q: set(load.types) for q, load in found().queues.items()} == {
        "sales": {"order", "question"},
        "support": {"call"},
    }
    assert {n: h.queues for n, h in found().agents.items()} == {
        n: h.queues for n, h in KNOWN.agents.items()
    }


def test_the_profile_of_each_weekday_is_found() -> None:
    for queue, load in KNOWN.queues.items():
        known, fitted = load.arrivals, found().queues[queue].arrivals
        assert isinstance(known, Profile)
        assert isinstance(fitted, Profile)
        assert set(fitted.calls) == set(known.calls)
        for day, counts in known.calls.items():
            assert sum(fitted.calls[day]) == pytest.approx(sum(counts), rel=0.12)
            padded = counts + (0.0,) * (48 - len(counts))
            misses = [abs(f - k) for f, k in zip(fitted.calls[day], padded, strict=True)]
            assert max(misses) < 0.25 * max(counts)
            assert [f == 0 for f in fitted.calls[day]] == [k == 0 for k in padded]


def test_how_much_days_differ_is_found() -> None:
    sales, support = (found().queues[q].arrivals for q in ("sales", "support"))
    assert isinstance(sales, Profile)
    assert isinstance(support, Profile)
    assert sales.busyness_cv == pytest.approx(0.2, abs=0.05)
    assert support.busyness_cv < 0.06


def test_talks_and_wrap_ups_are_found_for_an_agent_of_usual_speed() -> None:
    usual = found().agents["chi"].speed
    for queue, load in KNOWN.queues.items():
        for kind, known in load.types.items():
            fitted = found().queues[queue].types[kind]
            assert isinstance(known.talk, Lognormal)
            assert isinstance(fitted.talk, Lognormal)
            assert fitted.talk.mean_s / usual == pytest.approx(known.talk.mean_s, rel=0.05)
            assert fitted.talk.cv == pytest.approx(known.talk.cv, rel=0.08)
            assert fitted.share == pytest.approx(known.share, abs=0.02)
    order = found().queues["sales"].types["order"]
    assert isinstance(order.wrap_up, Lognormal)
    assert order.wrap_up.mean_s / usual == pytest.approx(40, rel=0.05)
    assert order.wrap_up.cv == pytest.approx(0.5, rel=0.08)
    assert found().queues["sales"].types["question"].wrap_up == AT_ONCE


def test_patience_is_found_with_its_shape() -> None:
    sales, support = (found().queues[q].patience for q in ("sales", "support"))
    assert isinstance(sales, Exponential)
    assert sales.mean_s == pytest.approx(100, rel=0.06)
    assert isinstance(support, Lognormal)
    assert (support.mean_s, support.cv) == (
        pytest.approx(60, rel=0.1),
        pytest.approx(0.6, rel=0.12),
    )


def test_how_fast_agents_are_beside_each_other_is_found() -> None:
    usual = found().agents["chi"].speed
    for name, habits in KNOWN.agents.items():
        assert found().agents[name].speed / usual == pytest.approx(habits.speed, rel=0.05)


def test_how_often_agents_do_not_answer_is_found() -> None:
    for name, habits in KNOWN.agents.items():
        assert found().agents[name].no_answer == pytest.approx(habits.no_answer, abs=0.02)


def answered(agent: str, talk_s: float, wrap_up_s: float = 0.0, day: int = 2) -> Row:
    return Row(
        arrived=datetime(2026, 11, day, 9, 0),
        queue="q",
        kind="call",
        waited_s=1.0,
        outcome=Outcome.ANSWERED,
        talk_s=talk_s,
        wrap_up_s=wrap_up_s,
        agent=agent,
    )


def test_an_agent_of_one_call_is_not_taken_for_a_fast_one() -> None:
    chance = Streams(1).of("talks")
    usual = Lognormal(mean_s=200, cv=0.9)
    rows = [answered(f"a{n % 5}", usual.draw(chance)) for n in range(1_000)]
    speeds, _ = speeds_and_talks([*rows, answered("new", 20.0)])
    assert 0.9 < speeds["new"] < 1.6
    assert all(0.9 < speed < 1.1 for agent, speed in speeds.items() if agent != "new")


def test_talks_that_never_differ_are_no_trouble() -> None:
    speeds, talks = speeds_and_talks([answered("ana", 100.0)] * 3)
    assert speeds == {"ana": 1.0}
    assert talks["q", "call"].mean_s == pytest.approx(100)


def test_wrap_up_that_is_sometimes_nothing_is_kept_as_it_was_seen() -> None:
    rows = [answered("ana", 100.0, wrap_up) for wrap_up in (0.0, 30.0, 10.0)]
    assert fit(rows).queues["q"].types["call"].wrap_up == Empirical(seconds=(0.0, 10.0, 30.0))
    many = [answered("ana", 100.0, float(n % 100)) for n in range(1_000)]
    wrap_up = fit(many).queues["q"].types["call"].wrap_up
    assert isinstance(wrap_up, Empirical)
    assert len(wrap_up.seconds) == 200
    assert wrap_up.mean_s == pytest.approx(49.5)


def test_days_on_which_nobody_called_anywhere_were_closed() -> None:
    rows = [answered("ana", 100.0, day=day) for day in (2, 2, 16)]
    arrivals = fit(rows).queues["q"].arrivals
    assert isinstance(arrivals, Profile)
    assert sum(arrivals.calls["mon"]) == pytest.approx(1.5)


def test_days_that_differ_as_chance_has_it_do_not_differ() -> None:
    chance = Streams(1).of("days")
    days = [MONDAY + timedelta(days=n) for n in range(700)]
    even = Counter({day: sum(chance.random() < 0.1 for _ in range(1_000)) for day in days})
    assert busyness_cv(even, days) < 0.02
    uneven = {day: round(n * chance.gammavariate(25, 1 / 25)) for day, n in even.items()}
    assert busyness_cv(uneven, days) == pytest.approx(0.2, abs=0.02)
    assert busyness_cv({MONDAY: 3}, [MONDAY]) == 0.0


def test_a_past_without_calls_or_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="no calls"):
        fit([])
    gone = Row(
        arrived=datetime(2026, 11, 2, 9, 0),
        queue="q",
        kind="call",
        waited_s=9.0,
        outcome=Outcome.ABANDONED,
        talk_s=0.0,
        wrap_up_s=0.0,
        agent="",
    )
    with pytest.raises(ValueError, match='queue "q" was answered'):
        fit([gone])
