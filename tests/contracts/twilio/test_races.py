"""Things that happen in one moment, and storms: nobody is lost or dialled twice, all are free."""

from __future__ import annotations

import aiohttp
import pytest

from contact_center.core.facts import AgentOffered, CallStarted
from tests.contracts.twilio.house import AGENT, Street, center
from tests.contracts.twilio.test_faults import ONE, all_is_over, menu, talk
from tests.contracts.twilio.test_many_calls import each_ended_once, script
from tests.emulators.twilio.model import Faults
from tests.stories.centers import MAIN_NUMBER


async def choose(there: Street) -> None:
    """Long enough for the menu to listen."""
    await there.pass_time(0.3)


async def test_who_hangs_up_while_the_agent_is_being_dialled_leaves_no_phone_ringing(
    there: Street,
) -> None:
    """Twilio makes the call, and says so two seconds later: by then nobody wants it any more."""
    house = await there.open(ONE, ["agent0"])
    there.twilio.callee(AGENT, "manual")
    caller = await menu(there)
    await choose(there)
    there.twilio.faults.rest_delay_s = 2.0
    caller.press("1")
    await there.until(lambda: house.seen(AgentOffered), "the agent is offered the call")
    caller.hang_up()
    await all_is_over(there, house)
    assert len(there.twilio.calls_to(AGENT)) <= 1


@pytest.mark.parametrize("first", ["the caller hangs up first", "the agent answers first"])
async def test_who_hangs_up_in_the_moment_of_the_answer_leaves_the_agent_free(
    there: Street, first: str
) -> None:
    house = await there.open(ONE, ["agent0"])
    there.twilio.callee(AGENT, "manual")
    caller = await menu(there)
    await choose(there)
    caller.press("1")
    await there.until(
        lambda: any(call.status == "ringing" for call in there.twilio.calls_to(AGENT)), "it rings"
    )
    agent = there.twilio.calls_to(AGENT)[-1].party
    if first == "the caller hangs up first":
        caller.hang_up()
        agent.answer()
    else:
        agent.answer()
        caller.hang_up()
    await all_is_over(there, house)
    assert len(there.twilio.calls_to(AGENT)) == 1


async def test_both_hang_up_at_once_and_the_talk_is_over_once(there: Street) -> None:
    house = await there.open(ONE, ["agent0"])
    there.twilio.faults = Faults(reorder=True, duplicate=True)
    caller = await menu(there)
    agent = await talk(there, caller)
    agent.hang_up()
    caller.hang_up()
    await all_is_over(there, house)


async def test_a_call_whose_making_takes_too_long_to_be_told_is_found_and_not_made_again(
    there: Street,
) -> None:
    house = await there.open(ONE, ["agent0"])
    there.twilio.callee(AGENT, "answer after 3 s")
    there.twilio.faults.drop = {"initiated", "ringing"}
    there.twilio.faults.rest_late_after_create_s = 45.0
    caller = await menu(there)
    await choose(there)
    caller.press("1")
    await there.until(lambda: house.connected() == 1, "they talk", 60)
    await there.pass_time(60)
    assert len(there.twilio.calls_to(AGENT)) == 1, "dialled twice"
    assert not caller.over
    caller.hang_up()
    await all_is_over(there, house)


async def test_a_storm_of_refusals_makes_everything_late_and_loses_nobody(there: Street) -> None:
    """Every second request or so is one too many, for a good while."""
    agents, calls = 6, 12
    for number in range(agents):
        there.twilio.callee(f"client:{1000 + number}", "answer after 0.5 s")
    house = await there.open(center(agents), [f"agent{number}" for number in range(agents)])
    there.twilio.limits.requests_at_a_time = 2
    there.twilio.limits.refuse_requests = 60
    there.twilio.faults.rest_delay_s = 0.2
    for number in range(calls):
        path = script(number, 2, 4, 40)
        await there.twilio.dial(f"+1415555{number:04d}", MAIN_NUMBER, script=path)
    await each_ended_once(there, house, calls)
    assert house.telephony.rest.counts.too_many >= 60
    assert house.connected()


async def test_a_webhook_that_comes_again_to_the_next_process_loses_and_dials_nobody(
    there: Street, elsewhere: str
) -> None:
    """It was taken, and the process killed before the answer was out: it is asked once more."""
    await there.open(ONE, ["agent0"])
    there.twilio.callee(AGENT, "manual")
    caller = await menu(there)
    await choose(there)
    caller.press("1")
    await there.until(lambda: there.twilio.calls_to(AGENT), "the agent's phone rings")
    pressed = next(
        one
        for one in reversed(there.twilio.log.entries)
        if one.kind == "webhook" and one.params.get("Digits") == "1"
    )
    house = await there.restart(ONE, away_s=1.0)
    await there.until(lambda: house.center.router.up, "connected again")
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            headers = {**pressed.headers}
            async with session.post(pressed.url, data=pressed.params, headers=headers) as reply:
                assert reply.status == 200
                answers = await reply.text()
                assert "Hangup" not in answers
    there.twilio.calls_to(AGENT)[-1].party.answer()
    await there.until(lambda: house.connected() == 1, "they talk", 60)
    assert len(house.seen(CallStarted)) == 1
    assert len(there.twilio.calls_to(AGENT)) == 1, "dialled twice"
    caller.hang_up()
    await all_is_over(there, house)


@pytest.mark.timeout(300)
async def test_when_the_process_dies_among_many_calls_each_ends_once_all_the_same(
    there: Street,
) -> None:
    """Some are in the menu, some wait, some ring, some talk; callbacks swapped and doubled."""
    calls, agents = 40, 12
    for number in range(agents):
        there.twilio.callee(f"client:{1000 + number}", "answer after 0.5 s")
    configuration = center(agents)
    await there.open(configuration, [f"agent{number}" for number in range(agents)])
    there.twilio.faults = Faults(reorder=True, duplicate=True)
    for number in range(calls):
        path = script(number, 1 + number % 9, 4, 45)
        await there.twilio.dial(f"+1415555{number:04d}", MAIN_NUMBER, script=path)
    await there.pass_time(6)
    assert there.house.connected() > 3
    house = await there.restart(configuration)
    await each_ended_once(there, house, calls)
    assert house.connected() >= agents
