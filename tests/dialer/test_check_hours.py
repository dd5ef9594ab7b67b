"""Clocks as the checker knows them, apart from the gate's."""

from __future__ import annotations

from datetime import date

from dialer.check_hours import concerns, in_force, wall
from tests.dialer.gate_samples import DAY, NEW_YORK, NOON, policy


def test_a_wall_time_is_that_of_the_zone() -> None:
    assert f"{wall(NOON, NEW_YORK):%H:%M}" == "12:00"
    assert wall(NOON + DAY, NEW_YORK).date() > wall(NOON, NEW_YORK).date()


def test_a_law_concerns_whom_it_may_and_nobody_whom_it_excepts() -> None:
    law = policy(region="US", except_in=("US-NY",))
    assert concerns(law, "US-TX")
    assert concerns(law, "")
    assert not concerns(law, "US-NY")
    assert not concerns(law, "CA")


def test_a_law_is_in_force_from_its_day_to_the_one_before_its_last() -> None:
    law = policy(effective_from="2026-01-01", effective_to="2026-07-01")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [in_force(law, day) for day in days] == [False, True, True, False]
