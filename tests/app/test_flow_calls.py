"""Which versions of flows calls are in, as it is scraped."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from contact_center.app.flow_calls import FlowCalls
from tests.stories.test_reload import patient, turned_around
from tests.stories.world import World


def test_calls_are_counted_by_the_version_they_are_in() -> None:
    world = World(patient())
    registry = CollectorRegistry()
    registry.register(FlowCalls(lambda: world.center))
    world.call()
    world.wait(0.1)
    world.reload(turned_around(patient()))
    world.call(ani="+14155550177")
    world.wait(0.1)
    last = world.call(ani="+14155550178")
    world.wait(0.1)
    lines = generate_latest(registry).decode().splitlines()
    told = [line for line in lines if line.startswith("contact_center_flow_calls{")]
    assert told == [
        'contact_center_flow_calls{flow="direct",version="1"} 0.0',
        'contact_center_flow_calls{flow="main",version="1"} 1.0',
        'contact_center_flow_calls{flow="main",version="2"} 2.0',
    ]
    world.hang_up(last)
    world.wait(0.1)
    assert 'flow="main",version="2"} 1.0' in generate_latest(registry).decode()
    world.close()
