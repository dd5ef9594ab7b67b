"""Gather, as callers and programs meet it."""

from __future__ import annotations

import pytest

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party


class Menu:
    """A caller in front of one gather, followed by a <Say> when nothing was gathered."""

    def __init__(self, twilio: TwilioEmulator, site: Site, clock: VirtualClock) -> None:
        self.twilio, self.site, self.clock = twilio, site, clock

    async def call(self, attributes: str, inside: str = "") -> Party:
        self.site.documents(
            voice=f"<Gather action='/keys' {attributes}>{inside}</Gather><Say>nothing</Say>",
            keys="<Pause length='60'/>",
        )
        party = await self.twilio.dial(CALLER, NUMBER)
        await self.clock.settle()
        return party

    @property
    def digits(self) -> list[str]:
        return [asked.params["Digits"] for asked in self.site.requests("/keys")]


@pytest.fixture
def menu(twilio: TwilioEmulator, site: Site, clock: VirtualClock) -> Menu:
    return Menu(twilio, site, clock)


async def test_the_first_key_stops_the_prompt(menu: Menu) -> None:
    party = await menu.call("numDigits='1'", "<Say>a long story of thirty letters</Say>")
    await menu.clock.advance(1)
    assert party.hears_now == {("say", "a long story of thirty letters")}
    party.press("5")
    await menu.clock.settle()
    assert menu.digits == ["5"]
    assert not party.has_heard("say", "a long story of thirty letters")
    assert not party.heard[-1].complete


async def test_the_first_of_several_keys_stops_the_prompt_while_the_rest_is_waited_for(
    menu: Menu,
) -> None:
    party = await menu.call("numDigits='4'", "<Say>a long story of thirty letters</Say><Pause/>")
    await menu.clock.advance(1)
    party.press("5")
    await menu.clock.settle()
    assert party.hears_now == frozenset()
    assert menu.digits == []


async def test_speech_stops_no_prompt_that_is_not_to_be_interrupted(menu: Menu) -> None:
    party = await menu.call(
        "input='speech' bargeIn='false' speechTimeout='5' timeout='2'",
        "<Say>a long story of thirty letters</Say>",
    )
    await menu.clock.advance(1)
    party.say("yes")
    await menu.clock.advance(0.9)
    assert party.hears_now == {("say", "a long story of thirty letters")}
    await menu.clock.advance(4)
    assert not menu.site.requests("/keys")
    await menu.clock.advance(0.2)
    assert menu.site.requests("/keys")[0].params["SpeechResult"] == "yes"


async def test_speech_is_told_of_while_it_goes_on(menu: Menu) -> None:
    party = await menu.call("input='speech' partialResultCallback='/partly'")
    menu.site.documents(partly="")
    party.say("yes")
    party.say("please")
    await menu.clock.settle()
    partly = menu.site.requests("/partly")
    assert [asked.params["UnstableSpeechResult"] for asked in partly] == ["yes", "yes please"]
    assert [asked.params["SequenceNumber"] for asked in partly] == ["0", "1"]
    assert not menu.site.requests("/keys")


async def test_each_key_starts_the_timer_again(menu: Menu) -> None:
    party = await menu.call("timeout='3'")
    for key in "123":
        await menu.clock.advance(2.9)
        party.press(key)
    await menu.clock.advance(2.9)
    assert menu.digits == []
    await menu.clock.advance(0.2)
    assert menu.digits == ["123"]


async def test_the_timer_waits_for_the_prompts_end(menu: Menu) -> None:
    party = await menu.call("timeout='2'", "<Pause length='10'/>")
    await menu.clock.advance(11.9)
    assert not party.hears_now
    await menu.clock.advance(0.2)
    assert party.hears_now == {("say", "nothing")}


async def test_the_finishing_key_ends_and_is_told_apart(menu: Menu) -> None:
    party = await menu.call("finishOnKey='#'")
    party.press("42#")
    await menu.clock.settle()
    [asked] = menu.site.requests("/keys")
    assert (asked.params["Digits"], asked.params["FinishedOnKey"]) == ("42", "#")


async def test_the_finishing_key_alone_is_no_input(menu: Menu) -> None:
    party = await menu.call("")
    party.press("#")
    await menu.clock.advance(0.1)
    assert menu.digits == []
    assert party.hears_now == {("say", "nothing")}


async def test_without_a_finishing_key_the_hash_is_a_digit(menu: Menu) -> None:
    party = await menu.call("finishOnKey='' numDigits='2'")
    party.press("#*")
    await menu.clock.settle()
    assert menu.digits == ["#*"]


async def test_no_input_falls_through_to_the_next_verb(menu: Menu) -> None:
    party = await menu.call("")
    await menu.clock.advance(5.1)
    assert menu.digits == []
    assert party.hears_now == {("say", "nothing")}


async def test_no_input_may_be_asked_for(menu: Menu) -> None:
    await menu.call("actionOnEmptyResult='true' timeout='1'")
    await menu.clock.advance(1.1)
    assert menu.digits == [""]


async def test_keys_behind_the_last_one_are_dropped_and_counted(menu: Menu) -> None:
    party = await menu.call("numDigits='1'")
    party.press("12")
    await menu.clock.settle()
    party.press("3")
    assert menu.digits == ["1"]
    assert [key for _, key in menu.twilio.dropped_keys] == ["2", "3"]
    assert party.dropped_keys == "23"


async def test_speech_interrupts_and_is_over_after_a_silence(menu: Menu) -> None:
    party = await menu.call(
        "input='dtmf speech' speechTimeout='2'", "<Say>a long story of thirty letters</Say>"
    )
    await menu.clock.advance(0.5)
    party.say("yes", confidence=0.8)
    await menu.clock.advance(1.5)
    party.say("please")
    await menu.clock.advance(1.9)
    assert not menu.site.requests("/keys")
    await menu.clock.advance(0.2)
    [asked] = menu.site.requests("/keys")
    assert asked.params["SpeechResult"] == "yes please"
    assert asked.params["Confidence"] == "0.9"
    assert not party.has_heard("say", "a long story of thirty letters")
