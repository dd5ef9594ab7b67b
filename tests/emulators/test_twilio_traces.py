"""The log of all traffic, and the same calls in real time."""

from __future__ import annotations

import asyncio

from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import RealClock, VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.model import Callback, Source

MENU = "<Gather action='/keys' numDigits='2' timeout='3'><Say>Please choose</Say></Gather>"


async def one_call(clock: VirtualClock) -> list[str]:
    """A whole call in a world of its own; gives its trace."""
    async with Site(clock) as site, TwilioEmulator(clock=clock) as twilio:
        site.documents(voice=MENU, keys="<Say>Thanks</Say><Hangup/>", status="")
        twilio.number(NUMBER, voice_url=f"{site.url}/voice", status_callback=f"{site.url}/status")
        await twilio.dial(CALLER, NUMBER, script="press 1 at 0.5 s; press 23 at 1 s")
        await clock.advance(10)
        return twilio.log.trace()


async def test_a_whole_call_is_written_down_the_same_way_every_time() -> None:
    first = await one_call(VirtualClock())
    again = await one_call(VirtualClock(start=1_800_000_000))
    assert first == again
    assert [line.replace(CALLER, "CALLER").replace(NUMBER, "NUMBER") for line in first] == [
        "   0.000 call CA1 direction=inbound to=NUMBER from_=CALLER",
        "   0.000 status CA1 status=ringing",
        "   0.000 webhook CA1 POST /voice CallStatus=ringing -> 200",
        "   0.000 status CA1 status=in-progress",
        "   0.000 verb CA1 name=Gather",
        "   0.500 key CA1 key=1",
        "   1.000 key CA1 key=2",
        "   1.000 key CA1 key=3",
        "   1.000 dropped key CA1 key=3",
        "   1.000 webhook CA1 POST /keys CallStatus=in-progress Digits=12 FinishedOnKey= -> 200",
        "   1.000 verb CA1 name=Say",
        "   1.400 verb CA1 name=Hangup",
        "   1.400 status CA1 status=completed",
        "   1.400 callback CA1 POST /status CallStatus=completed -> 200",
    ]


async def test_the_same_things_happen_in_real_time() -> None:
    clock = RealClock()
    async with Site(clock) as site, TwilioEmulator() as twilio:
        site.documents(voice=MENU, keys="<Say>Thanks</Say>", talk="<Pause/>", status="")
        twilio.number(NUMBER, voice_url=f"{site.url}/voice")
        party = await twilio.dial(CALLER, NUMBER, script="press 12 at 0.2 s")
        twilio.callee(CALLEE, "answer after 0.1 s")
        call = twilio.calls.place(
            to=CALLEE,
            from_=NUMBER,
            source=Source(url=f"{site.url}/talk"),
            callback=Callback(
                url=f"{site.url}/status", events=frozenset({"answered", "completed"})
            ),
        )
        async with asyncio.timeout(20):
            await party.call.over.wait()
            await call.over.wait()
            await site.until("/status", 2)
        assert party.has_heard("say", "Thanks")
        assert site.requests("/keys")[0].params["Digits"] == "12"
        statuses = [asked.params["CallStatus"] for asked in site.requests("/status")]
        assert statuses == ["in-progress", "completed"]


async def test_many_calls_at_once_do_not_get_in_each_others_way(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice=MENU, keys="<Say>Thanks</Say>")
    parties = [
        await twilio.dial(f"+1415555{1000 + n}", NUMBER, script=f"press {n:02} at {n % 3 + 1} s")
        for n in range(60)
    ]
    await clock.advance(30)
    assert all(party.over and party.has_heard("say", "Thanks") for party in parties)
    digits = {asked.params["CallSid"]: asked.params["Digits"] for asked in site.requests("/keys")}
    assert digits == {party.call.sid: f"{n:02}" for n, party in enumerate(parties)}
    assert len(site.requests("/status")) == 60
