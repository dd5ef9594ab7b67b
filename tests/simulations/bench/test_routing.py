"""The bench's center is what it says, and its times are of decisions that were made."""

from simulations.bench.routing import DEPARTMENTS, Hall, Size, asked_for, configuration, measure
from simulations.streams import Streams

SMALL = Size(agents=60, waiting=200, queues=10, types=30, classes=130, idle=10, decisions=40)


def test_queues_change_and_callers_and_agents_stay_the_same() -> None:
    few, many = (
        Hall(Size(agents=60, types=30, classes=130, queues=queues)) for queues in (10, 100)
    )
    for hall in (few, many):
        hall.sign_in()
        for _ in range(300):
            hall.arrive()
    assert len(few.configuration.queues) == 10
    assert len(many.configuration.queues) == 100
    assert [r.agent for r in few.reserved] == [r.agent for r in many.reserved]
    assert few.router.total_waiting == many.router.total_waiting > 100
    assert len(few.router.lines.lines) == len(many.router.lines.lines)


def test_callers_ask_for_as_many_different_things_as_are_wanted() -> None:
    asked = asked_for(SMALL, Streams(1).of("asked"))
    assert len(set(asked)) == SMALL.classes
    assert {department for department, _ in asked} == set(range(DEPARTMENTS))
    center = configuration(SMALL, asked)
    assert len({(a.queues, tuple(sorted(a.skills.items()))) for a in center.agents.values()}) == 30


def test_an_agent_who_is_free_gets_a_caller_and_a_caller_an_idle_agent() -> None:
    hall = Hall(SMALL)
    hall.sign_in()
    while len(hall.reserved) < SMALL.agents:
        hall.arrive()
    for _ in range(300):
        hall.arrive()
    waiting = hall.router.total_waiting
    hall.free_and_refill()
    assert (hall.router.total_waiting, len(hall.reserved)) == (waiting, SMALL.agents)
    hall.empty(10)
    assert hall.router.total_waiting == 0
    idle = SMALL.agents - len(hall.reserved)
    assert idle >= 10
    hall.arrive_and_free()
    assert (hall.router.total_waiting, len(hall.reserved)) == (0, SMALL.agents - idle)


def test_every_number_is_there_and_in_order() -> None:
    times = measure(SMALL)
    assert 0 < times.agent_free_p50_us <= times.agent_free_p99_us
    assert 0 < times.arrival_p50_us <= times.arrival_p99_us
    assert times.decisions_per_s > times.calls_per_s > 0
    assert times.rss_mb > 10
