"""Moments come when they are due, in order."""

from simulations.center.clock import Clock, us


def test_moments_come_in_order_of_time_and_then_of_setting() -> None:
    clock, heard = Clock(1_000), list[tuple[int, str]]()
    for due, name in ((1_500, "later"), (1_200, "one"), (1_200, "two"), (500, "passed")):
        clock.at(due, lambda moment: heard.append((clock.now, moment.value)), name)
    clock.run()
    assert heard == [(1_000, "passed"), (1_200, "one"), (1_200, "two"), (1_500, "later")]


def test_a_moment_may_set_another_and_the_clock_stops_where_it_is_told() -> None:
    clock, heard = Clock(), list[int]()

    def again(moment: object) -> None:
        heard.append(clock.now)
        clock.at(clock.now + us(0.5), again)

    clock.at(0, again)
    clock.run(until=us(1.6))
    assert heard == [0, 500_000, 1_000_000, 1_500_000]
    assert clock.now == 1_600_000


def test_seconds_are_rounded_to_whole_microseconds() -> None:
    assert us(1.0000014) == 1_000_001
