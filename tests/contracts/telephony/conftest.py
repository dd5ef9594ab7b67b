"""One world a test, and every test in every world."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contracts.telephony.simulated_world import SimulatedWorld
from tests.contracts.telephony.world import Contract, World

WORLDS = ("simulated_keeping_events", "simulated_losing_events")


@pytest.fixture(params=WORLDS)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    world = SimulatedWorld(keeps_events=request.param == "simulated_keeping_events")
    await world.telephony.start(world.events.append)
    yield world
    await world.telephony.stop()


@pytest.fixture
def contract(world: World) -> Contract:
    return Contract(world)
