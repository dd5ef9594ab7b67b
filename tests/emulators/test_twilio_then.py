"""Questions that a test asks of the emulator, and what it is shown when the answer is no."""

from __future__ import annotations

import pytest

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party


@pytest.fixture
async def over(twilio: TwilioEmulator, site: Site, clock: VirtualClock) -> Party:
    """A call that went well: a menu, one key, a farewell."""
    site.documents(voice="<Gather action='/keys' numDigits='1'/>", keys="<Say>Bye</Say>", status="")
    party = await twilio.dial(CALLER, NUMBER, script="press 7 at 1 s")
    await clock.advance(5)
    return party


async def test_what_was_so_is_held(twilio: TwilioEmulator, over: Party) -> None:
    assert twilio.then.asked("/keys", times=1, Digits="7").params["From"] == CALLER
    twilio.then.asked("/voice", CallStatus="ringing")
    twilio.then.not_asked("/keys", Digits="8")
    twilio.then.told(over.call, "completed")
    twilio.then.heard(over, "say", "Bye")
    twilio.then.well()


async def test_what_was_not_so_shows_the_whole_trace(twilio: TwilioEmulator, over: Party) -> None:
    then = twilio.then
    for claim in (
        lambda: then.asked("/keys", Digits="8"),
        lambda: then.asked("/keys", times=2),
        lambda: then.not_asked("/keys"),
        lambda: then.told(over.call, "ringing", "completed"),
        lambda: then.heard(over, "say", "Hello"),
    ):
        with pytest.raises(AssertionError, match="POST /keys CallStatus=in-progress Digits=7"):
            claim()


@pytest.mark.parametrize("complaint", ["warning", "error", "key"])
async def test_no_complaint_is_overlooked(
    twilio: TwilioEmulator, over: Party, complaint: str
) -> None:
    match complaint:
        case "warning":
            twilio.warnings.append("12200: <Say> has no attribute 'x'")
        case "error":
            twilio.errors.append((11200, "gone"))
        case _:
            over.drop("5")
    with pytest.raises(AssertionError, match="complaints"):
        twilio.then.well()
