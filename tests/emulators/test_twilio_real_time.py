"""The emulated Twilio in real time, as a program beside it uses it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.emulators.api import Api
from tests.emulators.site import Site
from tests.emulators.twilio.clock import RealClock
from tests.emulators.twilio.emulator import TwilioEmulator

pytestmark = pytest.mark.real

NUMBER = "+14155550100"
PATIENCE_S = 20.0


async def until(condition: Callable[[], object]) -> None:
    """Wait until this is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  (what is waited for happens elsewhere)
            await asyncio.sleep(0.01)


async def test_two_people_are_dialled_talk_are_recorded_and_part() -> None:
    clock = RealClock()
    async with Site(clock) as site, TwilioEmulator() as twilio, Api(twilio) as api:
        site.documents(room="<Dial><Conference beep='false'>room</Conference></Dial>", told="")
        twilio.number(NUMBER)
        for who in ("client:ana", "client:ben"):
            twilio.callee(who, "answer after 0.05 s; talk at 0 s")
            events = "initiated ringing answered completed"
            told = {"StatusCallback": f"{site.url}/told", "StatusCallbackEvent": events}
            made = await api.post("Calls.json", To=who, From=NUMBER, Url=f"{site.url}/room", **told)
            assert made.status == 201
        ana, ben = (twilio.calls_to(who)[0].party for who in ("client:ana", "client:ben"))
        await until(lambda: ana.hears_now == {("voice", ben.call.sid)})
        path = f"Calls/{ana.call.sid}/Recordings.json"
        recording = (await api.post(path)).body["sid"]
        await until(lambda: twilio.recordings.all[recording].status == "in-progress")
        ben.hang_up()
        ana.hang_up()
        await until(lambda: twilio.recordings.all[recording].status == "completed")
        await until(lambda: len(site.requests("/told")) == 8)
        assert twilio.recordings.all[recording].voices == {ana.call.sid, ben.call.sid}
        assert (await api.get(f"Recordings/{recording}.wav")).content[:4] == b"RIFF"
        assert [*twilio.spec_violations, *twilio.warnings, *twilio.errors] == []
