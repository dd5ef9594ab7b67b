"""People at the other end: how they behave, what they do, what they notice."""

from __future__ import annotations

import pytest

from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import Source
from tests.emulators.twilio.parties import Step, behaviour, steps


def test_a_behaviour_is_read_clause_by_clause() -> None:
    how = behaviour("answer after 2 s; press 12# at 3.5 s; say yes please at 4 s; hang up at 9s")
    assert (how.kind, how.after_s) == ("answer", 2.0)
    assert how.steps == (
        Step(at_s=3.5, do="press", what="12#"),
        Step(at_s=4.0, do="say", what="yes please"),
        Step(at_s=9.0, do="hang up"),
    )
    machine = behaviour("machine after 1 s beep at 4.5 s")
    assert (machine.kind, machine.after_s, machine.beep_at_s) == ("machine", 1.0, 4.5)


@pytest.mark.parametrize("text", ["", "dance", "answer soon", "answer; sing at 3 s", "busy; press"])
def test_what_nobody_does_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nobody"):
        behaviour(text)


def test_a_script_may_be_empty() -> None:
    assert steps("") == ()


async def test_somebody_who_was_not_told_waits_to_be_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    call = twilio.calls.place(to=CALLEE, from_=NUMBER, source=Source(url=f"{site.url}/voice"))
    await clock.advance(5)
    assert twilio.calls_to(CALLEE) == [call]
    assert call.status == "ringing"
    call.party.answer()
    await clock.settle()
    assert call.party.hears_now == {("say", "Hello")}
    call.party.answer()
    call.party.hang_up()
    call.party.hang_up()
    assert call.status == "completed"


async def test_who_declines_is_busy(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    call = twilio.calls.place(to=CALLEE, from_=NUMBER)
    await clock.advance(1)
    call.party.decline()
    assert (call.status, call.sip_code) == ("busy", 603)


async def test_a_script_is_followed_from_the_answer(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Gather input='dtmf speech' action='/heard' timeout='30'/>", heard="")
    twilio.callee(CALLEE, "answer after 2 s; talk at 1 s; say two at 3 s; hang up at 60 s")
    call = twilio.calls.place(to=CALLEE, from_=NUMBER, source=Source(url=f"{site.url}/voice"))
    await clock.advance(2.5)
    assert (call.live, call.party.talking) == (True, False)
    await clock.advance(1)
    assert (call.live, call.party.talking) == (True, True)
    await clock.advance(40)
    assert site.requests("/heard")[0].params["SpeechResult"] == "two"


async def test_keys_may_be_pressed_as_fast_as_fingers_are(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Gather action='/heard' timeout='1'/>", heard="")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    party.press("123", apart_s=0.9)
    await clock.advance(1.85)
    assert not site.requests("/heard")
    await clock.advance(1)
    assert site.requests("/heard")[0].params["Digits"] == "123"


async def test_after_the_end_nobody_does_or_hears_anything(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>a long story of thirty letters</Say>")
    party = await twilio.dial(CALLER, NUMBER, script="hang up at 1 s; press 1 at 2 s")
    await clock.advance(5)
    assert party.over
    assert party.hears_now == frozenset()
    assert twilio.dropped_keys == []
    assert [heard.complete for heard in party.heard] == [True, False]


async def test_where_a_caller_is_from_and_what_is_new_is_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="")
    await twilio.dial(CALLER, NUMBER, StirVerstat="TN-Validation-Passed-A", FromTheFuture="yes")
    await twilio.dial("client:ana", NUMBER)
    await clock.settle()
    number, client = sorted(site.requests("/voice"), key=lambda asked: asked.params["From"])
    assert number.params["FromCountry"] == "US"
    assert number.params["StirVerstat"] == "TN-Validation-Passed-A"
    assert number.params["FromTheFuture"] == "yes"
    assert "FromCountry" not in client.params
