"""Status callbacks, and the ways in which they go wrong."""

from __future__ import annotations

from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import Callback, EmulatedCall, Source

ALL = frozenset({"initiated", "ringing", "answered", "completed"})
IN_ORDER = ["initiated", "ringing", "in-progress", "completed"]


def place(twilio: TwilioEmulator, site: Site) -> EmulatedCall:
    """A call out that is answered at once, lasts ten seconds and is told of in full."""
    site.documents(status="", voice="<Pause length='10'/>")
    twilio.callee(CALLEE, "answer after 1 s")
    return twilio.calls.place(
        to=CALLEE,
        from_=NUMBER,
        source=Source(url=f"{site.url}/voice"),
        callback=Callback(url=f"{site.url}/status", events=ALL),
    )


def told(site: Site) -> list[str]:
    return [asked.params["CallStatus"] for asked in site.requests("/status")]


async def test_as_a_rule_they_come_once_and_in_order(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    place(twilio, site)
    await clock.advance(20)
    assert told(site) == IN_ORDER


async def test_they_may_come_in_the_wrong_order(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.faults.reorder = True
    place(twilio, site)
    await clock.advance(20)
    assert told(site) == ["ringing", "initiated", "completed", "in-progress"]
    numbers = [asked.params["SequenceNumber"] for asked in site.requests("/status")]
    assert numbers == ["1", "0", "3", "2"]


async def test_they_may_come_twice(twilio: TwilioEmulator, site: Site, clock: VirtualClock) -> None:
    twilio.faults.duplicate = True
    place(twilio, site)
    await clock.advance(20)
    assert told(site) == [status for status in IN_ORDER for _ in range(2)]
    numbers = [asked.params["SequenceNumber"] for asked in site.requests("/status")]
    assert numbers == ["0", "0", "1", "1", "2", "2", "3", "3"]


async def test_the_last_one_may_never_come(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.faults.drop = {"completed"}
    call = place(twilio, site)
    await clock.advance(20)
    assert call.ended
    assert told(site) == IN_ORDER[:3]


async def test_they_may_be_half_a_minute_late(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.faults.delay_s = 30
    place(twilio, site)
    await clock.advance(29.9)
    assert not told(site)
    await clock.advance(0.2)
    assert told(site) == ["initiated", "ringing"]
    await clock.advance(20)
    assert told(site) == IN_ORDER


async def test_they_may_come_all_at_once_in_the_end(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    twilio.faults.burst = True
    call = place(twilio, site)
    await clock.advance(10)
    assert call.live
    assert not told(site)
    await clock.advance(2)
    assert told(site) == IN_ORDER


async def test_faults_add_up(twilio: TwilioEmulator, site: Site, clock: VirtualClock) -> None:
    twilio.faults.reorder = twilio.faults.duplicate = True
    twilio.faults.drop = {"ringing"}
    twilio.faults.delay_s = 5
    place(twilio, site)
    await clock.advance(30)
    assert told(site) == ["in-progress", "in-progress", "initiated", "initiated"] + 2 * [
        "completed"
    ]


async def test_a_server_that_is_down_loses_them_and_the_call_goes_on(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>Hello</Say>")
    twilio.number(
        NUMBER, voice_url=f"{site.url}/voice", status_callback="http://127.0.0.1:9/status"
    )
    party = await twilio.dial(CALLER, NUMBER)
    await clock.advance(5)
    assert party.call.status == "completed"
    assert [code for code, _ in twilio.errors] == [11205]
