from __future__ import annotations

import pytest

from dialer.guard import FIRM, SOFT, bound_of
from dialer.pacing import Window


def _window(live: int, abandoned: int, *, cap: float = 0.03, strict: bool = False) -> Window:
    return Window(policy="p", cap=cap, live=live, abandoned=abandoned, strict=strict)


def test_without_a_ledger_nothing_is_bound_and_the_target_is_the_aim() -> None:
    bound = bound_of((), 0.02)
    assert (bound.alpha, bound.share, bound.aim) == (1.0, 1.0, 0.02)


def test_the_bound_tightens_in_steps_as_room_runs_out() -> None:
    bounds = [bound_of([_window(1000, abandoned)], 0.03) for abandoned in range(50)]
    for values in ([b.alpha for b in bounds], [b.share for b in bounds], [b.aim for b in bounds]):
        assert values == sorted(values, reverse=True)
    assert bounds[0].why == ""
    assert bounds[28].why == "ledger_low"
    assert bounds[30].alpha == SOFT
    assert bounds[31].alpha == FIRM
    assert bounds[45].alpha == 0.0


def test_the_step_down_comes_before_the_cap_is_met() -> None:
    """One more abandoned call would still be lawful where the first step is taken."""
    bound = bound_of([_window(1000, 29)], 0.03)
    assert bound.share <= 0.2
    assert bound.room == pytest.approx(1.0)


def test_nothing_is_dared_in_a_window_that_has_just_begun() -> None:
    assert bound_of([_window(0, 0)], 0.03).alpha == SOFT / 4
    assert bound_of([_window(20, 1)], 0.03).alpha == FIRM


def test_who_waits_for_an_agent_counts_as_abandoned_until_they_have_one() -> None:
    assert bound_of([_window(1000, 27)], 0.03, waiting=4).alpha == FIRM


def test_the_tightest_of_several_windows_counts() -> None:
    easy, hard = _window(1000, 1), _window(1000, 30, cap=0.01)
    assert bound_of([easy, hard], 0.03) == bound_of([hard, easy], 0.03)
    assert bound_of([easy, hard], 0.03).alpha == bound_of([hard], 0.03).alpha
    assert bound_of([easy, hard], 0.03).aim <= bound_of([easy], 0.03).aim


def test_a_strict_policy_over_its_cap_dials_for_idle_agents_only() -> None:
    assert bound_of([_window(100, 4, strict=True)], 0.03).alpha == 0.0


def test_what_was_saved_is_spent_and_what_was_overspent_saved() -> None:
    aims = [bound_of([_window(10_000, abandoned)], 0.03).aim for abandoned in (100, 289, 330)]
    assert aims[0] > aims[1] > aims[2]
    assert aims[1] == pytest.approx(0.03, abs=0.002)


def test_a_target_below_the_cap_is_kept_to() -> None:
    bold, meek = (bound_of([_window(10_000, 150)], target) for target in (0.03, 0.015))
    assert meek.aim == pytest.approx(0.015, abs=0.001)
    assert bold.aim > 0.03
