"""Twilio misbehaves, or the way to it: nobody is lost or dialled twice, and each call ends once."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.core.facts import CallStarted
from tests.contracts.twilio.house import AGENT, House, Street, center
from tests.emulators.twilio.model import Faults
from tests.emulators.twilio.parties import Party
from tests.stories.centers import MAIN_NUMBER

CALLER = "+14155550123"
ONE = center(1)


async def menu(there: Street) -> Party:
    """Somebody calls, and hears the menu."""
    caller = await there.twilio.dial(CALLER, MAIN_NUMBER)
    await there.until(lambda: any(kind == "say" for kind, *_ in caller.hears_now), "the menu")
    return caller


async def talk(there: Street, caller: Party) -> Party:
    """The caller presses 1 until somebody hears it, and talks with the agent."""
    calls = there.twilio.calls_to
    await there.pass_time(0.3)
    caller.press("1")
    await there.until(lambda: any(call.live for call in calls(AGENT)), "the agent has answered")
    agent = calls(AGENT)[-1].party
    caller.start_talking()
    agent.start_talking()
    await there.until(
        lambda: (
            ("voice", agent.call.sid) in caller.hears_now
            and ("voice", caller.call.sid) in agent.hears_now
        ),
        "they talk",
    )
    return agent


async def all_is_over(there: Street, house: House, calls: int = 1) -> None:
    """Each call has one end, the agent is free, nothing is left at Twilio."""
    await there.until(lambda: sum(house.ends().values()) >= calls, "the calls are over", 60)
    await there.until(lambda: house.busy_agents() == [], "the agent is free")
    await there.until(
        lambda: all(call.ended for call in there.twilio.calls.all.values()), "Twilio is idle"
    )
    assert set(house.ends().values()) == {1}
    assert len(house.ends()) == calls


FAULTS = {
    "none": Faults(),
    "callbacks in the wrong order": Faults(reorder=True),
    "callbacks twice": Faults(duplicate=True),
    "callbacks in the wrong order and twice": Faults(reorder=True, duplicate=True),
    "callbacks late": Faults(delay_s=1.5),
    "webhooks twice": Faults(repeat_webhooks=True),
    "late actions of documents that are gone": Faults(late_action=True),
    "slow webhooks": Faults(webhook_delay_s=0.4),
    "a slow interface": Faults(rest_delay_s=0.4),
    "an error for a call that was made": Faults(rest_500_on_create=1),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_call_comes_to_its_agent_and_to_its_end(there: Street, name: str) -> None:
    house = await there.open(ONE, ["agent0"])
    there.twilio.faults = FAULTS[name]
    caller = await menu(there)
    agent = await talk(there, caller)
    await there.until(lambda: house.connected() == 1, "we know that they talk")
    caller.hang_up()
    await there.until(lambda: agent.over, "the agent's call is over")
    await all_is_over(there, house)
    assert len(there.twilio.calls_to(AGENT)) == 1, "dialled twice"


async def test_the_end_of_a_call_of_which_nobody_is_told_is_found_out(there: Street) -> None:
    house = await there.open(ONE, ["agent0"])
    there.twilio.faults.drop = {"completed"}
    agent = await talk(there, await menu(there))
    agent.hang_up()
    await there.until(lambda: house.busy_agents() == [], "the agent is free", 60)
    assert len(there.twilio.calls_to(AGENT)) == 1


async def test_when_an_agent_could_not_be_dialled_another_one_is_and_the_caller_is_kept(
    there: Street,
) -> None:
    house = await there.open(center(2), ["agent0", "agent1"])
    there.twilio.callee("client:1001", "answer after 0.2 s")
    there.twilio.faults.rest_refuse_create = 1
    caller = await menu(there)
    await there.pass_time(0.3)
    caller.press("1")
    await there.until(lambda: house.connected() == 1, "they talk", 90)
    rung = [*there.twilio.calls_to(AGENT), *there.twilio.calls_to("client:1001")]
    assert len(rung) == 1, "the one who was not dialled was not dialled after all"
    caller.hang_up()
    await all_is_over(there, house)


async def test_whose_look_up_takes_long_hears_the_menu_and_is_served(there: Street) -> None:
    house = await there.open(ONE, ["agent0"])
    house.lookup_s = 15.0
    caller = await menu(there)
    await talk(there, caller)
    caller.hang_up()
    await all_is_over(there, house)


async def test_who_waits_while_the_process_is_away_is_served_when_it_is_back(
    there: Street, elsewhere: str
) -> None:
    await there.open(ONE)
    caller = await menu(there)
    there.house.ready("agent0")
    there.twilio.callee(AGENT, "manual")
    await there.pass_time(0.3)
    caller.press("1")
    await there.until(lambda: there.twilio.calls_to(AGENT), "the agent's phone rings")
    house = await there.restart(ONE, away_s=1.0)
    await there.until(lambda: house.center.router.up, "connected again")
    assert not caller.over
    there.twilio.calls_to(AGENT)[-1].party.answer()
    await there.until(lambda: house.connected() == 1, "they talk", 60)
    assert len(there.twilio.calls_to(AGENT)) == 1, "dialled twice"
    caller.hang_up()
    await all_is_over(there, house)


async def test_a_phone_dialled_in_the_last_moment_of_a_process_is_the_one_that_is_answered(
    there: Street, elsewhere: str
) -> None:
    await there.open(ONE)
    caller = await menu(there)
    there.house.ready("agent0")
    there.twilio.callee(AGENT, "manual")
    await there.pass_time(0.3)
    caller.press("1")
    # At once, before we are told what the call is called: nothing tells of that moment.
    passing = asyncio.create_task(there.pass_time(30))
    while not there.twilio.calls_to(AGENT):  # noqa: ASYNC110
        await asyncio.sleep(0)
    passing.cancel()
    await asyncio.wait([passing])
    house = await there.restart(ONE, away_s=1.0)
    await there.until(lambda: house.center.router.up, "connected again")
    there.twilio.calls_to(AGENT)[-1].party.answer()
    await there.until(lambda: house.connected() == 1, "they talk", 60)
    assert len(there.twilio.calls_to(AGENT)) == 1, "dialled twice"
    caller.hang_up()
    await all_is_over(there, house)


async def test_webhooks_that_are_signed_wrongly_tell_us_nothing_and_the_caller_is_held(
    there: Street, elsewhere: str
) -> None:
    house = await there.open(ONE, ["agent0"])
    there.twilio.faults.signature = "wrong"
    caller = await there.twilio.dial(CALLER, MAIN_NUMBER)
    await there.until(lambda: house.telephony.webhooks.counts.refused, "it was refused")
    await there.pass_time(1)
    assert house.seen(CallStarted) == []
    assert not caller.over
    there.twilio.faults.signature = "sha1"
    await there.until(lambda: house.seen(CallStarted), "the caller is let in", 30)
    await there.until(lambda: any(kind == "say" for kind, *_ in caller.hears_now), "the menu")
    await talk(there, caller)
    caller.hang_up()
    await all_is_over(there, house)


async def test_who_calls_while_the_process_is_away_is_held_and_let_in_when_it_is_back(
    there: Street, elsewhere: str
) -> None:
    await there.open(ONE, ["agent0"])
    before = there.house
    await before.stop()
    caller = await there.twilio.dial(CALLER, MAIN_NUMBER)
    await there.until(lambda: ("say", "Please hold the line.") in caller.hears_now, "held")
    there.house = house = House(there.twilio, ONE, there.port, before.intents, before)
    await house.start(epoch=2)
    await there.until(lambda: house.seen(CallStarted), "the caller is let in", 30)
    caller.hang_up()
    await all_is_over(there, house)
