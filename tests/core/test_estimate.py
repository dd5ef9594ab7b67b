"""Expected waits, against what theory says exactly."""

from fractions import Fraction

import pytest

from contact_center.core.estimate import HALF_LIFE_US, QueueHistory, expected_wait

HANDLE = 240_000_000


@pytest.mark.parametrize(("ahead", "agents"), [(0, 1), (3, 1), (10, 7), (200, 50)])
def test_without_abandonment_it_is_so_many_departures_of_all_agents(
    ahead: int, agents: int
) -> None:
    """M/M/s: whoever finds n before them waits for n+1 departures, a/s apart."""
    exact = Fraction((ahead + 1) * HANDLE, agents)
    assert expected_wait(ahead, agents, HANDLE, 0.0).mean_us == pytest.approx(float(exact), abs=1)


@pytest.mark.parametrize(("ahead", "agents"), [(0, 2), (5, 3), (60, 10)])
def test_with_abandonment_those_before_may_give_up(ahead: int, agents: int) -> None:
    """M/M/s+M: the sum over j of 1/(s/a + j*theta)."""
    patience = 600_000_000
    exact = sum(1 / (Fraction(agents, HANDLE) + Fraction(j, patience)) for j in range(ahead + 1))
    found = expected_wait(ahead, agents, HANDLE, 1 / patience)
    assert found.mean_us == pytest.approx(float(exact), rel=1e-9)


def test_very_long_lines_are_summed_in_strides_and_stay_near_the_sum() -> None:
    patience, ahead, agents = 900_000_000, 20_000, 500
    exact = sum(1 / (agents / HANDLE + j / patience) for j in range(ahead + 1))
    assert expected_wait(ahead, agents, HANDLE, 1 / patience).mean_us == pytest.approx(
        exact, rel=2e-3
    )


def test_the_range_holds_four_out_of_five_of_an_erlang_wait() -> None:
    """The 10th and 90th percent of a gamma of shape 4 are 1.745 and 6.681 (tables)."""
    found = expected_wait(3, 1, 1_000_000, 0.0)
    assert found.low_us == pytest.approx(1_744_770, rel=0.01)
    assert found.high_us == pytest.approx(6_680_783, rel=0.01)
    assert found.low_us < found.mean_us < found.high_us


def test_history_loses_weight_and_the_prior_counts_for_more() -> None:
    history = QueueHistory(updated=0, handled=20.0, handled_us=20 * 100e6, left=4.0, waited_us=1e9)
    assert history.handle_us(200_000_000) == pytest.approx(120e6)
    rate, before = history.leave_rate(), history.handled
    history.decided, history.in_time = 8.0, 6.0
    assert history.level_percent() == pytest.approx(75.0)
    history.age(HALF_LIFE_US)
    assert history.decided == pytest.approx(4.0)
    assert history.handled < before
    assert history.leave_rate() == pytest.approx(rate)
    mean = (history.handled * 100e6 + 5 * 200e6) / (history.handled + 5)
    assert history.handle_us(200_000_000) == pytest.approx(mean)
    history.age(4 * HALF_LIFE_US)
    assert history.level_percent() is None, "what is left is too little to say anything"
