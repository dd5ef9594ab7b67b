"""A whole center in simulated time: flows are walked, agents see who calls, callers hear music."""

from dataclasses import replace

from contact_center.core.facts import FaultFound
from simulations.center.world import World
from tests.simulations.center.busy_hour import busy_hour


def test_a_morning_exercises_flows_announcements_screens_and_phones() -> None:
    world = World(busy_hour(), seed=1)
    faults: list[object] = []
    world.on_step = lambda event, at, outputs: faults.extend(
        one for one in outputs if isinstance(one, FaultFound)
    )
    total = world.run().total()
    assert faults == []
    assert total.offered == total.answered + total.abandoned + total.other > 50
    assert total.answered > 40
    assert world.announcements > total.offered
    assert world.pops >= world.outcome.offers >= total.answered
    assert world.center.calls.calls == {}
    assert world.router.waiting == {}
    assert world.router.reservations == {}


def test_agents_who_do_not_answer_come_back() -> None:
    scenario = busy_hour()
    deaf = {name: replace(one, no_answer=0.5) for name, one in scenario.habits.items()}
    outcome = World(replace(scenario, habits=deaf), seed=1).run()
    assert outcome.unanswered > 10
    assert outcome.total().answered > 20
