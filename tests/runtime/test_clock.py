"""The clock never goes back and never stands still, whatever the machine's clock does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.runtime.clock import ManualClock, WallClock

SECOND = 1_000_000


class Machine:
    """A machine whose wall clock can be set."""

    def __init__(self, wall: int = 1_700_000_000 * SECOND) -> None:
        self.wall = wall
        self.up = 5 * SECOND

    def run(self, us: int) -> None:
        self.wall += us
        self.up += us

    def clock(self, floor: int = 0) -> WallClock:
        return WallClock(
            floor=floor, wall=lambda: self.wall * 1000 + 999, monotonic=lambda: self.up * 1000
        )


def test_it_tells_the_machines_time_in_microseconds():
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == machine.wall
    machine.run(123)
    assert clock.now() == machine.wall


def test_when_the_wall_is_set_forward_it_follows_at_once():
    machine = Machine()
    clock = machine.clock()
    machine.wall += 3600 * SECOND
    assert clock.now() == machine.wall


def test_when_the_wall_is_set_back_it_runs_slower_until_the_wall_has_caught_up():
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.wall -= 60 * SECOND
    assert clock.now() == before
    machine.run(10 * SECOND)
    assert clock.now() == before + 9 * SECOND
    assert clock.ahead_us == 59 * SECOND
    machine.run(590 * SECOND)
    assert clock.now() == machine.wall
    assert clock.ahead_us == 0
    machine.run(SECOND)
    assert clock.now() == machine.wall


def test_asking_often_does_not_keep_it_ahead():
    machine = Machine()
    clock = machine.clock()
    machine.wall -= 1000
    for _ in range(3000):
        machine.run(5)
        clock.now()
    assert clock.ahead_us == 0


def test_it_does_not_go_below_what_the_process_before_it_told():
    machine = Machine()
    floor = machine.wall + SECOND
    clock = machine.clock(floor)
    assert clock.now() == floor
    machine.run(SECOND)
    assert floor < clock.now() < floor + SECOND


@given(
    st.lists(
        st.tuples(st.integers(0, 10 * SECOND), st.integers(-100 * SECOND, 100 * SECOND)),
        max_size=50,
    )
)
def test_whatever_the_machine_does_time_goes_on(steps):
    machine = Machine()
    clock = machine.clock()
    told = clock.now()
    for passed, jump in steps:
        machine.run(passed)
        machine.wall += jump
        now = clock.now()
        assert now >= told
        assert now >= machine.wall
        told = now
        machine.run(20)
        assert clock.now() > told
        told = clock.now()


def test_the_real_clock_is_the_real_time():
    clock = WallClock()
    assert clock.now() > 1_700_000_000 * SECOND
    assert clock.now() <= clock.now()


def test_a_manual_clock_moves_only_when_told_and_never_back():
    clock = ManualClock(1000)
    assert clock.now() == clock.now() == 1000
    assert clock.advance(5) == 1005
    clock.set(2000)
    assert clock.now() == 2000
    with pytest.raises(ValueError, match="does not go back"):
        clock.set(1999)
