"""Callers whom few may serve hold up nobody, and a little flexibility is nearly as good as all."""

import math
from random import Random

from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.outcomes import QueueOutcome
from contact_center.core.queue_settings import AgentSettings, QueueSettings, WrapUp, WrapUpMode
from simulations.center.clock import Clock, us
from simulations.center.engine import FOR_EVER_US
from simulations.center.floor import Floor, Guest

QUEUE = QueueId("line")


def center(skills: list[dict[str, int]]) -> CenterConfiguration:
    agents = {
        name: AgentSettings(agent=name, name=name, device=name, queues=(QUEUE,), skills=has)
        for name, has in ((AgentId(f"a{n}"), has) for n, has in enumerate(skills))
    }
    queue = QueueSettings(
        queue=QUEUE, label="Line", max_waiting=10**6, wrap_up=WrapUp(mode=WrapUpMode.NONE)
    )
    return CenterConfiguration(
        name="skills",
        region="US",
        language="en",
        queues={QUEUE: queue},
        agents=agents,
        numbers={},
        flows={},
        calendars={},
        dispositions={},
    )


def simulate(
    skills: list[dict[str, int]], asked: list[tuple[str, float]], per_s: float, calls: int
) -> dict[str, list[float]]:
    """Waits in seconds by what was asked for. Talks of 100 s in the mean; the same callers."""
    clock, chance, at = Clock(), Random(4), 0.0
    floor = Floor(center(skills), clock)
    for agent in floor.configuration.agents:
        floor.sign_in(agent)
    names, weights = [name for name, _ in asked], [weight for _, weight in asked]
    guests: list[Guest] = []
    for number in range(calls):
        at += chance.expovariate(per_s)
        guest = Guest(
            call=CallId(f"c{number}"),
            queue=QUEUE,
            patience_us=None,
            talk_us=us(chance.expovariate(1 / 100)),
            requirement=chance.choices(names, weights)[0],
            max_wait_us=FOR_EVER_US,
        )
        guests.append(guest)
        clock.at(us(at), lambda moment: floor.enter(moment.value), guest)
    clock.run()
    assert all(guest.outcome is QueueOutcome.ANSWERED for guest in guests)
    waits: dict[str, list[float]] = {name: [] for name in names}
    for guest in guests:
        waits[guest.requirement].append(guest.wait_us / 1e6)
    return waits


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def test_restricted_callers_at_the_head_hold_up_nobody() -> None:
    # Two of ten can do what a fifth of the callers ask for: they are overrun, the others are not.
    skills = [{"rare": 50}] * 2 + [{}] * 8
    mixed = simulate(skills, [("", 0.8), ("rare", 0.2)], 0.09, 3_000)
    assert mean(mixed["rare"]) > 5 * mean(mixed[""])
    # Eight agents for open callers alone serve them no better than a quarter of the wait apart.
    alone = simulate([{}] * 8, [("", 1.0)], 0.09 * 0.8, 2_400)
    assert mean(mixed[""]) < mean(alone[""]) * 1.25 + 5


def test_two_skills_each_are_nearly_as_good_as_all_of_them() -> None:
    kinds = [f"s{n}" for n in range(6)]
    asked = [(kind, 1.0) for kind in kinds]

    def of(each: int) -> float:
        skills = [{kinds[(n + k) % 6]: 50 for k in range(each)} for n in range(30)]
        waits = simulate(skills, asked, 0.27, 3_000)
        return mean([wait for several in waits.values() for wait in several])

    one, two, everything = of(1), of(2), of(6)
    assert everything < two < one
    assert two - everything < (one - everything) * 0.25
