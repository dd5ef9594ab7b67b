"""Twilio's own client against the emulated API: it reads what the emulator says, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.emulators.conftest import CALLEE, CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator

T = TypeVar("T")
PAUSE = "<Response><Pause length='600'/></Response>"


class Redirected(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """Asks the emulator instead of the internet."""

    def __init__(self, base_url: str) -> None:
        super().__init__(pool_connections=True, timeout=20)
        self._to = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        parts = urlsplit(url)
        url = urlunsplit((self._to.scheme, self._to.netloc, parts.path, parts.query, ""))
        return super().request(method, url, *args, **options)


@pytest.fixture
async def client(twilio: TwilioEmulator) -> AsyncIterator[Client]:
    http = Redirected(twilio.base_url)
    yield Client(twilio.account_sid, twilio.auth_token, http_client=http)
    assert http.session is not None
    http.session.close()


async def done(work: Callable[[], T]) -> T:
    """The client blocks; the emulator lives in this loop."""
    return await asyncio.to_thread(work)


async def test_calls_are_made_listed_and_ended(
    twilio: TwilioEmulator, client: Client, clock: VirtualClock
) -> None:
    made = [
        await done(lambda: client.calls.create(to=CALLEE, from_=NUMBER, twiml=PAUSE, timeout=20))
        for _ in range(5)
    ]
    assert {call.status for call in made} == {"queued"}
    assert made[0].date_created is not None
    listed = await done(lambda: client.calls.list(to=CALLEE, page_size=2))
    assert [call.sid for call in listed] == [call.sid for call in reversed(made)]
    sid = str(made[0].sid)
    await clock.advance(1)
    ended = await done(lambda: client.calls(sid).update(status="completed"))
    assert ended.status == "canceled"
    with pytest.raises(TwilioRestException) as refused:
        await done(lambda: client.calls(sid).update(status="completed"))
    assert (refused.value.status, refused.value.code) == (400, 21220)
    with pytest.raises(TwilioRestException) as missing:
        await done(client.calls("CA" + "f" * 32).fetch)
    assert missing.value.code == 20404


async def test_a_conference_is_run(
    twilio: TwilioEmulator, client: Client, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Dial><Conference>room</Conference></Dial>", tune="<Say>la la</Say>")
    ana, ben = [await twilio.dial(CALLER, NUMBER) for _ in range(2)]
    await clock.settle()
    (conference,) = await done(lambda: client.conferences.list(friendly_name="room"))
    room = client.conferences(conference.sid)
    members = await done(room.participants.list)
    assert [member.call_sid for member in members] == [ana.call.sid, ben.call.sid]
    held = await done(
        lambda: room.participants(ana.call.sid).update(hold=True, hold_url=f"{site.url}/tune")
    )
    assert held.hold is True
    muted = await done(lambda: room.participants(ben.call.sid).update(muted=True))
    assert muted.muted is True
    await clock.settle()
    assert ("say", "la la") in ana.hears_now
    assert await done(room.participants(ben.call.sid).delete)
    ended = await done(lambda: room.update(status="completed"))
    assert ended.reason_conference_ended == "conference-ended-via-api"
    assert await done(room.participants.list) == []


async def test_one_who_waits_is_taken_out_of_the_queue(
    twilio: TwilioEmulator, client: Client, site: Site, clock: VirtualClock
) -> None:
    site.documents(
        voice="<Enqueue waitUrl='/music'>line</Enqueue>",
        music="<Pause length='60'/>",
        agent="<Say>it is your turn now</Say><Pause length='60'/>",
    )
    caller = await twilio.dial(CALLER, NUMBER)
    await clock.advance(7)
    (queue,) = await done(client.queues.list)
    members = client.queues(queue.sid).members
    (member,) = await done(members.list)
    assert (member.call_sid, member.wait_time) == (caller.call.sid, 7)
    await done(lambda: members(caller.call.sid).update(url=f"{site.url}/agent"))
    await clock.settle()
    assert ("say", "it is your turn now") in caller.hears_now
    assert await done(members.list) == []


async def test_a_call_is_recorded_with_a_pause(
    twilio: TwilioEmulator, client: Client, site: Site, clock: VirtualClock
) -> None:
    site.documents(voice="<Say>.</Say><Pause length='600'/>")
    caller = await twilio.dial(CALLER, NUMBER)
    await clock.advance(1)
    call = client.calls(caller.call.sid)
    recording = await done(call.recordings.create)
    sid = str(recording.sid)
    current = call.recordings("Twilio.CURRENT")
    await done(lambda: current.update(status="paused", pause_behavior="skip"))
    await clock.advance(3)
    await done(lambda: current.update(status="in-progress"))
    await clock.advance(2)
    await done(lambda: current.update(status="stopped"))
    await clock.advance(1)
    fetched = await done(client.recordings(sid).fetch)
    assert (fetched.status, fetched.duration) == ("completed", "2")
    (number,) = await done(client.incoming_phone_numbers.list)
    assert number.phone_number == NUMBER
