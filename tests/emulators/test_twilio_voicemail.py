"""Record: what ends it, and what is told."""

from __future__ import annotations

import pytest

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party


async def recorded(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, attributes: str = ""
) -> Party:
    """A caller who hears the beep and talks from then on."""
    site.documents(
        voice=f"<Record action='/done' {attributes}/><Say>empty</Say>", done="<Say>Thanks</Say>"
    )
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(0.4)
    assert party.hears_now == {("beep",)}
    await clock.advance(0.1)
    party.start_talking()
    return party


async def test_silence_ends_it_and_is_cut_off(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await recorded(twilio, site, clock, "timeout='4'")
    await clock.advance(10)
    party.stop_talking()
    await clock.advance(3.9)
    assert not site.requests("/done")
    await clock.advance(0.2)
    [done] = site.requests("/done")
    assert done.params["RecordingDuration"] == "10"
    assert done.params["Digits"] == ""
    assert done.params["RecordingSid"].startswith("RE")
    assert done.params["RecordingUrl"].endswith(done.params["RecordingSid"])
    assert party.hears_now == {("say", "Thanks")}


async def test_who_goes_on_talking_is_not_cut_short(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await recorded(twilio, site, clock, "timeout='4'")
    for _ in range(3):
        await clock.advance(3)
        party.stop_talking()
        await clock.advance(3)
        party.start_talking()
    assert not site.requests("/done")


async def test_a_key_ends_it_and_is_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await recorded(twilio, site, clock, "finishOnKey='#'")
    await clock.advance(3)
    party.press("5#1")
    await clock.settle()
    [done] = site.requests("/done")
    assert (done.params["Digits"], done.params["RecordingDuration"]) == ("#", "3")
    assert party.dropped_keys == "51"


async def test_it_has_a_longest_length(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    await recorded(twilio, site, clock, "maxLength='20'")
    await clock.advance(21)
    assert site.requests("/done")[0].params["RecordingDuration"] == "20"


async def test_who_hangs_up_has_left_a_message(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await recorded(twilio, site, clock)
    await clock.advance(6)
    party.hang_up()
    await clock.settle()
    [done] = site.requests("/done")
    assert (done.params["Digits"], done.params["RecordingDuration"]) == ("hangup", "6")
    assert done.params["CallStatus"] == "completed"
    assert not party.has_heard("say", "Thanks")


async def test_of_an_empty_recording_nothing_is_told(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Record action='/done' playBeep='false'/><Say>empty</Say>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(5.1)
    assert party.hears_now == {("say", "empty")}
    assert not site.requests("/done")


@pytest.mark.parametrize("events", ["completed", "in-progress completed"])
async def test_the_recording_is_told_of_and_can_be_fetched(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock, events: str
) -> None:
    told = f"recordingStatusCallback='/told' recordingStatusCallbackEvent='{events}'"
    party = await recorded(twilio, site, clock, told)
    await clock.advance(3)
    party.press("#")
    await clock.advance(2)
    asked = site.requests("/told")
    assert [each.params["RecordingStatus"] for each in asked] == events.split()
    recording = twilio.recordings.all[asked[-1].params["RecordingSid"]]
    assert recording.voices == {party.call.sid}
