"""One world a test, and every test in every world where it can make a difference."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contracts.telephony.asterisk_world import AsteriskHouse
from tests.contracts.telephony.differences import OVER_STREAMS, TELNYX, TWILIO
from tests.contracts.telephony.simulated_world import SimulatedWorld
from tests.contracts.telephony.streamed_world import streamed_world
from tests.contracts.telephony.twilio_world import TwilioWorld, twilio_world
from tests.contracts.telephony.world import Contract, World
from tests.emulators.twilio import manners
from tests.emulators.twilio.clock import VirtualClock
from tests.real import asterisk

SIMULATED = ("simulated_keeping_events", "simulated_losing_events")
ASTERISK = ("asterisk_connects_to_us", "we_connect_to_asterisk")
ON_TWILIO, ON_STREAMS, ON_TELNYX = "twilio", "twilio_over_streams", "telnyx"
TWILIOS = (ON_TWILIO, ON_STREAMS, ON_TELNYX)
WORLDS = [*SIMULATED, *TWILIOS, *(pytest.param(name, marks=pytest.mark.real) for name in ASTERISK)]


CONNECTING = ("test_connection", "test_callers")
"""Tests for which it matters who connects to whom; the others need one real mode only."""
HEARING = ("test_playing", "test_flows", "test_callers")
"""Tests of what callers hear and press, for which it matters whether that goes over a stream."""
AS_ON_TWILIO = ("test_traces", "test_left_alone", "test_own_messages", "test_callers")
"""Tests for which it does not matter who speaks Twilio's dialect."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All tests of the contract share one loop, in which the real Asterisks live."""
    left_out = []
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            twice = ASTERISK[1] in item.name and item.path.stem not in CONNECTING
            twice |= f"[{ON_STREAMS}" in item.name and item.path.stem not in HEARING
            twice |= f"[{ON_TELNYX}" in item.name and item.path.stem in AS_ON_TWILIO
            if twice or _is_declared(item):
                left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_declared(item: pytest.Item) -> bool:
    """Whether it is a rule that Twilio cannot keep, see `differences`."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return False
    declared = {ON_TWILIO: TWILIO, ON_STREAMS: OVER_STREAMS, ON_TELNYX: TELNYX}
    here = declared.get(str(item.callspec.params.get("world")), {})
    return item.originalname.removeprefix("test_") in here


class Houses:
    """The Asterisks of this session, each started when it is first wanted."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._houses: dict[str, AsteriskHouse] = {}

    async def house(self, name: str) -> AsteriskHouse:
        if name not in self._houses:
            house = AsteriskHouse(asterisk.tree(), asterisk_connects=name == ASTERISK[0])
            self._houses[name] = await self._stack.enter_async_context(house)
        return self._houses[name]

    async def close(self) -> None:
        await self._stack.aclose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def houses() -> AsyncIterator[Houses]:
    houses = Houses()
    yield houses
    await houses.close()


@pytest_asyncio.fixture(params=WORLDS, loop_scope="session")
async def world(request: pytest.FixtureRequest, houses: Houses) -> AsyncIterator[World]:
    if request.param in ASTERISK:
        house = await houses.house(request.param)
        async with house.world() as real:
            yield real
        return
    if request.param == ON_TWILIO:
        async with twilio_world(TwilioWorld, VirtualClock()) as emulated:
            yield emulated
        return
    if request.param == ON_TELNYX:
        async with twilio_world(TwilioWorld, VirtualClock(), manner=manners.TELNYX) as there:
            yield there
        return
    if request.param == ON_STREAMS:
        async with streamed_world() as streamed:
            yield streamed
        return
    simulated = SimulatedWorld(keeps_events=request.param == SIMULATED[0])
    await simulated.telephony.start(simulated.events.append)
    yield simulated
    await simulated.telephony.stop()


@pytest.fixture
def contract(world: World) -> Contract:
    return Contract(world)
