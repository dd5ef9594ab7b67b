"""Waiting on a real Asterisk: what is heard in line, what an answer cuts off, and calling back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from contact_center.adapters.asterisk.local import Tree
from tests.end_to_end.product import DeskPerson, Floor
from tests.real.dialog import Call
from tests.real.sip import Manual, Phone

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

CENTER = Path(__file__).parent / "waiting_center" / "center.yaml"
NUMBER = "+14155550101"
EVE = "+14155550123"
GREETING = (
    "All of us are busy at the moment. Please stay on the line, somebody will be with you soon. "
    "While you wait, you may want to have your customer number at hand, since we will ask for it."
)
THANKS = "We will call you back. You keep your place in line. Goodbye."
AGENT_TONE, CALLER_TONE = 620.0, 1000.0


class WaitingFloor(Floor):
    """The center whose queue speaks to those who wait, and a network outside to call."""

    outside: Phone

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "CC_CENTER": str(CENTER)}


@pytest.fixture
async def waiting_floor(
    asterisk_tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WaitingFloor]:
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(Phone("trunk", 0, behaviour=Manual()))
        folder = tmp_path_factory.mktemp("waiting")
        made = WaitingFloor(folder, asterisk_tree, trunk=f"127.0.0.1:{outside.port}")
        made.outside = outside
        floor = await stack.enter_async_context(made)
        outside.server = ("127.0.0.1", floor.asterisk.sip_port)
        yield floor


async def busy(floor: WaitingFloor) -> tuple[DeskPerson, Call]:
    """Let the only agent talk to somebody."""
    ana = await floor.agent("ana")
    call = await floor.caller.dial(NUMBER, number="+14155557777")
    leg = await floor.phones["ana"].called(within=60)
    await leg.accept()
    await ana.is_("ready talking")
    return ana, call


async def hears_each_other(one: Call, other: Call) -> None:
    one.media.tone(CALLER_TONE)
    other.media.tone(AGENT_TONE)
    await one.hears_tone(AGENT_TONE, within=60)
    await other.hears_tone(CALLER_TONE, within=60)


async def test_what_is_said_in_line_is_cut_off_by_the_answer(waiting_floor: WaitingFloor) -> None:
    floor = waiting_floor
    await busy(floor)
    call = await floor.caller.dial(NUMBER, number=EVE)
    await call.answered(within=60)
    await call.hears_prompt(await floor.prompt(GREETING), within=60)
    second = await floor.caller.dial(NUMBER, number="+14155550124")
    await second.answered(within=60)
    await second.hears_sound(within=60)
    await call.hang_up()
    await floor.agent("ben")
    leg = await floor.phones["ben"].called(within=60)
    await second.hears_sound(within=60)  # the greeting goes on while the phone rings
    await leg.accept()
    leg.media.tone(AGENT_TONE)
    await second.hears_tone(AGENT_TONE, within=60)
    with pytest.raises(TimeoutError):  # its words take twelve seconds
        await second.hears_prompt(await floor.prompt(GREETING), within=0.1)
    await hears_each_other(second, leg)
    await second.hang_up()
    await floor.replayed()


async def test_after_what_is_said_the_music_goes_on(waiting_floor: WaitingFloor) -> None:
    floor = waiting_floor
    await busy(floor)
    call = await floor.caller.dial(NUMBER, number=EVE)
    await call.answered(within=60)
    offer = "Press one to be called back. Press two to leave."
    await call.hears_prompt(await floor.prompt(offer), within=40)
    await call.hears_sound(within=60)


async def test_a_key_leaves_the_line(waiting_floor: WaitingFloor) -> None:
    floor = waiting_floor
    await busy(floor)
    call = await floor.caller.dial(NUMBER, number=EVE)
    await call.answered(within=60)
    await call.hears_sound(within=60)
    await call.media.send_digits("2")
    await call.hears_prompt(await floor.prompt("You have left the line."), within=60)
    await call.ended(within=60)


async def test_who_asks_is_called_back_when_the_agent_is_on_the_phone(
    waiting_floor: WaitingFloor,
) -> None:
    floor = waiting_floor
    ana, first = await busy(floor)
    call = await floor.caller.dial(NUMBER, number=EVE)
    await call.answered(within=60)
    await call.hears_sound(within=60)
    await call.media.send_digits("1")
    await call.hears_prompt(await floor.prompt(THANKS), within=60)
    await call.ended(within=60)
    assert floor.outside.call_count == 0
    await first.hang_up()
    await ana.is_("ready wrap_up")
    await ana.dispose("lost")
    leg = await floor.phones["ana"].called(within=60)
    assert ana.pop is not None
    assert (ana.pop["ani"], ana.pop["reason"]) == (EVE, "Callback: Sales")
    assert floor.outside.call_count == 0, "the agent first, then the customer"
    await leg.accept()
    customer = await floor.outside.called(within=60)
    await customer.accept()
    await hears_each_other(customer, leg)
    await ana.is_("ready talking")
    await customer.hang_up()
    await ana.is_("ready wrap_up")
    await floor.replayed()


async def test_a_customer_who_declines_is_tried_again(waiting_floor: WaitingFloor) -> None:
    floor = waiting_floor
    ana, first = await busy(floor)
    call = await floor.caller.dial(NUMBER, number=EVE)
    await call.answered(within=60)
    await call.hears_sound(within=60)
    await call.media.send_digits("1")
    await call.ended(within=60)
    await first.hang_up()
    await ana.is_("ready wrap_up")
    await ana.dispose("lost")
    leg = await floor.phones["ana"].called(within=60)
    await leg.accept()
    customer = await floor.outside.called(within=60)
    customer.reject(486)
    await leg.ended(within=60)
    again = await floor.phones["ana"].called(within=60)
    await again.accept()
    customer = await floor.outside.called(within=60)
    await customer.accept()
    await hears_each_other(customer, again)
    assert floor.outside.call_count == 2
