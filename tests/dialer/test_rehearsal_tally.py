"""Seconds of agents, by the minute they fell into."""

from __future__ import annotations

import pytest

from dialer.rehearsal_tally import MINUTE_US, SECOND_US, Minute, Tally


def test_a_talk_over_three_minutes_is_shared_out_among_them() -> None:
    tally = Tally(0)
    tally.change(0, staffed=1)
    tally.change(50 * SECOND_US, talking=1)
    tally.change(2 * MINUTE_US + 5 * SECOND_US, talking=-1, wrapping=1)
    tally.upto(3 * MINUTE_US - 1)
    assert [minute.talk_s for minute in tally.minutes] == pytest.approx([10, 60, 5])
    assert tally.minutes[2].wrap_s == pytest.approx(55)
    assert tally.total().staffed_s == pytest.approx(180)


def test_shares_of_nothing_are_nothing() -> None:
    assert Minute().utilisation == 0.0
    assert Minute().abandonment == 0.0


def test_calls_from_outside_are_work_too() -> None:
    tally = Tally(0)
    tally.change(0, staffed=2, inbound=1)
    tally.upto(30 * SECOND_US)
    assert tally.total().utilisation == pytest.approx(0.5)
