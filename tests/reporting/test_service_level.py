"""The seven formulas, each on figures worked out by hand, and what they are when nobody came."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from contact_center.core.facts import QueueOutcome
from contact_center.reporting.service_level import SERVICE_LEVELS, GcSwitches, gc_sl
from contact_center.reporting.tally import Tally

Q = QueueOutcome


def day() -> Tally:
    """120 got in: 80 answered (60 in time), 20 gave up (10 in time, 5 of them shortly), 10 sent on,
    6 turned into callbacks (4 in time), 4 timed out; 7 more were refused."""
    tally = Tally()
    tally.entered = 127
    tally.ended = Counter(
        {
            Q.ANSWERED: 80,
            Q.ABANDONED: 20,
            Q.OVERFLOWED: 10,
            Q.CALLBACK: 6,
            Q.TIMED_OUT: 4,
            Q.FULL: 7,
        }
    )
    tally.within = Counter({Q.ANSWERED: 60, Q.ABANDONED: 10, Q.CALLBACK: 4, Q.FULL: 7})
    tally.short_abandons = 5
    return tally


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sl_answered", Fraction(60, 80)),
        ("sl_aq2", Fraction(70, 100)),
        ("sl_removed", Fraction(74, 120)),
        ("sl_gc", Fraction(60, 100)),
        ("sl_strict", Fraction(60, 120)),
        ("sl_noshort", Fraction(60, 95)),
        ("sl_late_abandon", Fraction(60, 90)),
    ],
)
def test_each_formula_gives_what_it_says(name: str, expected: Fraction) -> None:
    assert SERVICE_LEVELS[name](day()) == expected


@pytest.mark.parametrize(
    ("switches", "whole"),
    [
        (GcSwitches(), 100),
        (GcSwitches(flow_outs=True), 110),
        (GcSwitches(short_abandons=False), 95),
        (GcSwitches(abandons=False), 80),
        (GcSwitches(abandons=False, short_abandons=False), 80),
        (GcSwitches(flow_outs=True, abandons=False), 90),
        (GcSwitches(flow_outs=True, short_abandons=False), 105),
    ],
)
def test_switches_change_the_denominator_alone(switches: GcSwitches, whole: int) -> None:
    assert gc_sl(day(), switches) == Fraction(60, whole)


@pytest.mark.parametrize("name", SERVICE_LEVELS)
def test_of_nobody_there_is_no_share(name: str) -> None:
    assert SERVICE_LEVELS[name](Tally()) is None
    refused = Tally(entered=3, ended=Counter({Q.FULL: 3}), within=Counter({Q.FULL: 3}))
    assert SERVICE_LEVELS[name](refused) is None


def test_the_seven_differ_on_one_and_the_same_day() -> None:
    assert len({formula(day()) for formula in SERVICE_LEVELS.values()}) == 7
