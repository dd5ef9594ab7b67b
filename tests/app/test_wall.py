"""What a wall board is told: numbers, and nobody's name."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from contact_center.app.console import FloorSight
from contact_center.app.floor_numbers import FloorNumbers
from contact_center.app.wall import FRESH_US, WallSight
from contact_center.content.center_floor import NO_WORDS
from contact_center.reporting.live import LiveNumbers
from tests.adapters.api.conftest import Bench


def wall(bench: Bench) -> WallSight:
    def clock() -> int:
        return bench.bare.now

    def center():  # type: ignore[no-untyped-def]
        return bench.bare.center

    sight = FloorSight(center, FloorNumbers(center, LiveNumbers({}), clock), clock)
    words = replace(NO_WORDS, announcement="Spring comes.", wall_us=9_000_000)
    return WallSight(center, sight, lambda: words, clock)


async def test_agents_are_counted_by_state_and_never_named() -> None:
    bench = Bench()
    seen = wall(bench)
    bench.bare.ready("anna")
    bench.tell_call("c1")
    bench.bare.connect("c1")
    bench.bare.ready("bob")
    told = await seen.look()
    sales = next(queue for queue in told.queues if queue.queue == "sales")
    assert sales.states == {"talking": 1, "free": 1}
    assert (told.seconds, told.announcement) == (9, "Spring comes.")
    text = msgspec.json.encode(told).decode().lower()
    agents = bench.bare.center.configuration.agents
    assert [a for a in agents.values() if f'"{a.agent}"' in text or a.name.lower() in text] == []


async def test_many_screens_cost_one_look_a_second() -> None:
    bench = Bench()
    seen = wall(bench)
    first = await seen.look()
    bench.enter("c1")
    assert await seen.look() is first
    bench.bare.now += FRESH_US
    later = await seen.look()
    assert next(q for q in later.queues if q.queue == "sales").waiting == 1
