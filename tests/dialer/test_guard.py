from __future__ import annotations

from dialer.guard import bound_of
from dialer.pacing import Window


def _window(live: int, abandoned: int, *, cap: float = 0.03, strict: bool = False) -> Window:
    return Window(policy="p", cap=cap, live=live, abandoned=abandoned, strict=strict)


def test_without_a_ledger_nothing_is_bound() -> None:
    assert bound_of(()).alpha == 1.0


def test_the_bound_tightens_in_steps_as_room_runs_out() -> None:
    alphas = [bound_of([_window(1000, abandoned)]).alpha for abandoned in range(50)]
    assert alphas == sorted(alphas, reverse=True)
    assert alphas[0] == 1.0
    assert alphas[30] < 0.01
    assert alphas[45] == 0.0


def test_the_tightest_of_several_windows_counts() -> None:
    easy, hard = _window(1000, 1), _window(1000, 30, cap=0.01)
    assert bound_of([easy, hard]) == bound_of([hard, easy])
    assert bound_of([easy, hard]).alpha == bound_of([hard]).alpha


def test_a_strict_policy_over_its_cap_dials_for_idle_agents_only() -> None:
    assert bound_of([_window(100, 4, strict=True)]).alpha == 0.0
