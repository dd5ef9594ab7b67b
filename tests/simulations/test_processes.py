"""Work in many processes gives what work in one does."""

import os

import pytest

from simulations.processes import alone, cores, spread


def _twice(number: int) -> int:
    if number < 0:
        raise ValueError("a negative number")
    return 2 * number


def _where(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, 5, None])
def test_results_come_in_the_order_of_the_items(jobs: int | None) -> None:
    assert list(spread(_twice, range(7), jobs)) == [0, 2, 4, 6, 8, 10, 12]


def test_one_job_stays_in_this_process_and_two_leave_it() -> None:
    assert set(spread(_where, range(3), 1)) == {os.getpid()}
    assert os.getpid() not in set(spread(_where, range(3), 2))


def test_what_the_work_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="negative"):
        list(spread(_twice, [1, -1], 2))


def test_there_is_a_core() -> None:
    assert cores() >= 1


def test_work_that_is_done_alone_is_done_elsewhere() -> None:
    assert alone(_twice, 4) == 8
    assert alone(_where, 0) != os.getpid()
