"""Callers of a workload: the same people in every scenario."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import date
from statistics import fmean

import pytest

from simulations.arrivals import DAY_S, Profile, Steady
from simulations.durations import Constant, Exponential, Lognormal
from simulations.people import Habits
from simulations.streams import Streams
from simulations.workload import (
    CallType,
    QueueLoad,
    Workload,
    agents_by_name,
    callers,
    mean_handle_s,
)

MONDAY = date(2026, 11, 2)
ORDERS = CallType(talk=Lognormal(mean_s=200, cv=0.8), share=3.0, wrap_up=Constant(seconds=20))
REFUNDS = CallType(talk=Constant(seconds=100), share=1.0, drift_per_month=0.1)
SALES = QueueLoad(
    arrivals=Steady(per_hour=120),
    types={"orders": ORDERS, "refunds": REFUNDS},
    patience=Exponential(mean_s=90),
)
SUPPORT = QueueLoad(
    arrivals=Profile(calls={"mon": (0.0,) * 18 + (60.0,)}),
    types={"advice": CallType(talk=Exponential(mean_s=300))},
)
WEEK = Workload(first_day=MONDAY, queues={"sales": SALES, "support": SUPPORT})


def test_callers_of_all_queues_come_in_one_order_numbered() -> None:
    found = list(callers(WEEK, Streams(1), range(2)))
    assert [c.number for c in found] == list(range(len(found)))
    assert [c.at_s for c in found] == sorted(c.at_s for c in found)
    assert {c.queue for c in found if c.at_s < DAY_S} == {"sales", "support"}
    assert {c.queue for c in found if c.at_s >= DAY_S} == {"sales"}


def test_the_same_seed_gives_the_same_callers_and_another_does_not() -> None:
    first, again, other = (list(callers(WEEK, Streams(s), range(1))) for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_change_of_one_thing_leaves_all_other_things_of_each_caller() -> None:
    hasty = replace(SALES, patience=Constant(seconds=10))
    changed = replace(WEEK, queues={"sales": hasty, "support": SUPPORT})
    before = list(callers(WEEK, Streams(1), range(1)))
    after = list(callers(changed, Streams(1), range(1)))
    assert [replace(c, patience_s=0) for c in before] == [replace(c, patience_s=0) for c in after]
    assert {c.patience_s for c in after if c.queue == "sales"} == {10}


def test_a_further_queue_leaves_the_callers_of_the_others() -> None:
    alone = replace(WEEK, queues={"support": SUPPORT})
    both = [replace(c, number=0) for c in callers(WEEK, Streams(1), range(1)) if c.queue != "sales"]
    assert both == [replace(c, number=0) for c in callers(alone, Streams(1), range(1))]


def test_kinds_of_calls_have_their_shares_and_their_times() -> None:
    found = [c for c in callers(WEEK, Streams(1), range(5)) if c.queue == "sales"]
    kinds = Counter(c.kind for c in found)
    assert kinds["orders"] / len(found) == pytest.approx(0.75, abs=0.015)
    orders = [c for c in found if c.kind == "orders"]
    assert fmean(c.talk_s for c in orders) == pytest.approx(200, rel=0.03)
    assert {c.wrap_up_s for c in orders} == {20}
    assert fmean(c.patience_s for c in found) == pytest.approx(90, rel=0.04)


def test_who_has_endless_patience_has_it() -> None:
    found = [c for c in callers(WEEK, Streams(1), range(1)) if c.queue == "support"]
    assert {c.patience_s for c in found} == {math.inf}


def test_talks_get_longer_over_the_months() -> None:
    assert REFUNDS.longer_on(0) == 1
    assert REFUNDS.longer_on(61) == pytest.approx(1.1**2, rel=1e-3)
    day = 365
    late = {c.talk_s for c in callers(WEEK, Streams(1), range(day, day + 1)) if c.kind == "refunds"}
    assert late == {100 * REFUNDS.longer_on(day)}


def test_the_mean_handle_time_is_over_all_kinds() -> None:
    assert mean_handle_s(SALES) == pytest.approx((3 * 220 + 100) / 4)


def test_a_group_of_agents_is_spelled_out() -> None:
    team, ana = Habits(count=3), Habits(speed=1.1)
    named = agents_by_name(replace(WEEK, agents={"team": team, "ana": ana}))
    assert named == {"team-1": team, "team-2": team, "team-3": team, "ana": ana}
