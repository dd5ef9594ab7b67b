"""Calls by the hundred, told of in the wrong order and twice: each ends once, and all are free."""

from __future__ import annotations

import pytest

from contact_center.core.facts import AgentOffered
from tests.contracts.twilio.house import House, Street, center, street
from tests.emulators.twilio.clock import RealClock, VirtualClock
from tests.emulators.twilio.model import Faults
from tests.real.ports import free_port
from tests.stories.centers import MAIN_NUMBER


def script(number: int, from_s: int, every_s: int, last_s: int) -> str:
    """Press 1 until it helps; keys in a talk do no harm. Then hang up, not all at once."""
    presses = "; ".join(f"press 1 at {second} s" for second in range(from_s, last_s, every_s))
    return f"{presses}; hang up at {last_s + number % 15} s"


async def all_call(there: Street, calls: int, agents: int, scripts: list[str]) -> House:
    """So many people call in one moment; what is told of them comes in pairs, swapped, twice."""
    for number in range(agents):
        there.twilio.callee(f"client:{1000 + number}", "answer after 0.5 s")
    house = await there.open(center(agents), [f"agent{number}" for number in range(agents)])
    there.twilio.faults = Faults(reorder=True, duplicate=True)
    for number in range(calls):
        await there.twilio.dial(f"+1415555{number:04d}", MAIN_NUMBER, script=scripts[number])
    return house


async def each_ended_once(there: Street, house: House, calls: int) -> None:
    """Nothing is left, nobody was dialled twice, and every agent is free."""
    await there.until(lambda: len(house.ends()) == calls, "all calls are over", 120)
    await there.until(
        lambda: all(call.ended for call in there.twilio.calls.all.values()),
        "nothing is left at Twilio",
        60,
    )
    await there.until(lambda: house.busy_agents() == [], "every agent is free", 60)
    assert set(house.ends().values()) == {1}
    offered = len({fact.reservation for fact in house.seen(AgentOffered)})
    dialled = sum(call.direction == "outbound-api" for call in there.twilio.calls.all.values())
    assert dialled <= offered, "nobody is dialled twice"
    assert there.twilio.warnings == []
    assert house.telephony.webhooks.counts.waiting == 0
    assert house.telephony.machine.book.legs == {}


@pytest.mark.timeout(400)
async def test_each_of_two_hundred_calls_at_once_ends_once_and_every_agent_is_free() -> None:
    """A minute of a clock that is moved by hand, for both sides."""
    calls, agents = 200, 60
    clock = VirtualClock()
    async with street(free_port(), clock) as there:
        scripts = [script(number, 2, 4, 45) for number in range(calls)]
        house = await all_call(there, calls, agents, scripts)
        began = clock.now()
        await there.pass_time(10)
        assert sum(call.live for call in there.twilio.calls.all.values()) >= calls
        await there.pass_time(40)
        assert house.connected() > agents
        await each_ended_once(there, house, calls)
        assert clock.now() - began < 120


@pytest.mark.timeout(200)
async def test_so_do_those_who_call_in_real_time() -> None:
    calls, agents = 12, 5
    async with street(free_port(), RealClock()) as there:
        scripts = [script(number, 1, 1, 6) for number in range(calls)]
        house = await all_call(there, calls, agents, scripts)
        await each_ended_once(there, house, calls)
