"""Two hundred calls at once, told of in the wrong order and twice: each ends once, all are free."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.core.facts import AgentOffered
from tests.contracts.twilio.house import center, street
from tests.emulators.twilio.model import Faults
from tests.real.ports import free_port
from tests.stories.centers import MAIN_NUMBER

CALLS, AGENTS = 200, 60


def script(number: int) -> str:
    """Press 1 until it helps; keys in a talk do no harm. Everybody is there at the same time."""
    presses = "; ".join(f"press 1 at {second} s" for second in range(5, 61, 5))
    return f"{presses}; hang up at {70 + number % 20} s"


@pytest.mark.timeout(400)
async def test_each_of_two_hundred_calls_at_once_ends_once_and_every_agent_is_free() -> None:
    async with street(free_port()) as there:
        for number in range(AGENTS):
            there.twilio.callee(f"client:{1000 + number}", "answer after 0.5 s")
        house = await there.open(center(AGENTS), [f"agent{number}" for number in range(AGENTS)])
        there.twilio.faults = Faults(reorder=True, duplicate=True)
        for number in range(CALLS):
            ani = f"+1415555{number:04d}"
            await there.twilio.dial(ani, MAIN_NUMBER, script=script(number))
            await asyncio.sleep(0)
        live = sum(not call.ended for call in there.twilio.calls.all.values())
        assert live >= CALLS, "they were there at the same time"
        await there.until(lambda: len(house.ends()) == CALLS, "all calls are over", 200)
        await there.until(
            lambda: all(call.ended for call in there.twilio.calls.all.values()),
            "nothing is left at Twilio",
            60,
        )
        await there.until(lambda: house.busy_agents() == [], "every agent is free", 60)
        assert set(house.ends().values()) == {1}
        assert house.connected() > AGENTS / 2
        offered = len({fact.reservation for fact in house.seen(AgentOffered)})
        dialled = sum(call.direction == "outbound-api" for call in there.twilio.calls.all.values())
        assert dialled <= offered, "nobody is dialled twice"
        assert there.twilio.warnings == []
