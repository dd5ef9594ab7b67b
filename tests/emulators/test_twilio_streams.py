"""Media streams: what a server is sent, and what it can play."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from tests.emulators.conftest import CALLER, NUMBER
from tests.emulators.site import Site
from tests.emulators.twilio import signing
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.parties import Party

SECOND = base64.b64encode(bytes(8000)).decode()


class Listener:
    """A websocket server that keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.signature = ""
        self.socket: web.WebSocketResponse | None = None
        self._more = asyncio.Condition()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        self.signature = request.headers.get(signing.SIGNATURE, "")
        self.socket = web.WebSocketResponse()
        await self.socket.prepare(request)
        async for message in self.socket:
            assert message.type is WSMsgType.TEXT
            self.messages.append(json.loads(message.data))
            async with self._more:
                self._more.notify_all()
        return self.socket

    def events(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["event"] == event]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self._more:
            await self._more.wait_for(condition)

    async def send(self, event: str, content: dict[str, Any] | None = None) -> None:
        assert self.socket is not None
        sid = self.events("start")[0]["streamSid"]
        told = {event: content} if content else {}
        await self.socket.send_str(json.dumps({"event": event, "streamSid": sid, **told}))

    async def close(self) -> None:
        assert self.socket is not None
        await self.socket.close()


@pytest.fixture
async def listener() -> AsyncIterator[tuple[Listener, str]]:
    listener = Listener()
    app = web.Application()
    app.router.add_get("/media", listener.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield listener, f"ws://127.0.0.1:{runner.addresses[0][1]}/media"
    await runner.cleanup()


async def connected(twilio: TwilioEmulator, site: Site, clock: VirtualClock, voice: str) -> Party:
    site.documents(voice=voice, told="", after="<Say>after</Say>")
    party = await twilio.dial(CALLER, NUMBER)
    await clock.settle()
    return party


def both_ways(url: str) -> str:
    return (
        f"<Connect action='/after'><Stream url='{url}' name='ear' statusCallback='/told'>"
        "<Parameter name='leg' value='7'/></Stream></Connect>"
    )


async def test_a_stream_begins_with_what_it_is(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(twilio, site, clock, both_ways(url))
    await server.until(lambda: bool(server.events("start")))
    assert server.messages[0] == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    start = server.events("start")[0]["start"]
    assert start["callSid"] == party.call.sid
    assert start["customParameters"] == {"leg": "7"}
    assert start["mediaFormat"]["encoding"] == "audio/x-mulaw"
    assert server.signature == signing.sha1(twilio.auth_token, url)


async def test_keys_and_sound_arrive_in_order_all_the_time(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(twilio, site, clock, both_ways(url))
    await clock.advance(0.1)
    party.start_talking()
    party.press("1#")
    await clock.advance(0.1)
    await server.until(lambda: len(server.events("media")) >= 10)
    assert [each["dtmf"]["digit"] for each in server.events("dtmf")] == ["1", "#"]
    assert not twilio.dropped_keys
    payloads = [each["media"]["payload"] for each in server.events("media")]
    assert payloads[0] != payloads[-1]
    assert all(len(base64.b64decode(payload)) == 160 for payload in payloads)
    numbers = [int(each["sequenceNumber"]) for each in server.messages[1:]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [each["media"]["timestamp"] for each in server.events("media")][:2] == ["20", "40"]


async def test_what_the_server_plays_is_heard_and_marked(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(twilio, site, clock, both_ways(url))
    await server.until(lambda: bool(server.events("start")))
    await server.send("media", {"payload": SECOND})
    await server.send("mark", {"name": "said"})
    [stream] = twilio.streams.values()
    async with asyncio.timeout(20):
        while not party.hears_now:
            await clock.advance(0.02)
    assert party.hears_now == {("stream", stream.sid)}
    assert not server.events("mark")
    await clock.advance(1.1)
    await server.until(lambda: bool(server.events("mark")))
    assert server.events("mark")[0]["mark"] == {"name": "said"}
    assert len(stream.heard) == 8000


async def test_a_server_that_clears_is_told_the_marks_of_what_was_not_heard(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(twilio, site, clock, both_ways(url))
    await server.until(lambda: bool(server.events("start")))
    for _ in range(3):
        await server.send("media", {"payload": SECOND})
    await server.send("mark", {"name": "said"})
    await server.send("clear")
    await server.until(lambda: bool(server.events("mark")))
    await clock.settle()
    assert party.hears_now == frozenset()


async def test_when_the_server_closes_the_document_goes_on(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(twilio, site, clock, both_ways(url))
    await server.until(lambda: bool(server.events("start")))
    await server.close()
    await asyncio.wait_for(site.until("/after", 1), 20)
    await clock.settle()
    assert party.hears_now == {("say", "after")}
    told = [asked.params["StreamEvent"] for asked in site.requests("/told")]
    assert told == ["stream-started", "stream-stopped"]


async def test_who_hangs_up_stops_the_stream(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(twilio, site, clock, both_ways(url))
    await server.until(lambda: bool(server.events("start")))
    party.hang_up()
    await server.until(lambda: bool(server.events("stop")))
    assert server.events("stop")[0]["stop"]["callSid"] == party.call.sid
    assert not site.requests("/after")


async def test_a_server_that_is_not_there_is_an_error_and_the_document_goes_on(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    party = await connected(twilio, site, clock, both_ways("ws://127.0.0.1:9/media"))
    assert [code for code, _ in twilio.errors] == [31920]
    assert party.hears_now == {("say", "after")}


async def test_a_stream_that_only_listens_goes_on_beside_the_document(
    twilio: TwilioEmulator,
    site: Site,
    clock: VirtualClock,
    listener: tuple[Listener, str],
) -> None:
    server, url = listener
    party = await connected(
        twilio,
        site,
        clock,
        f"<Start><Stream name='ear' track='both_tracks' url='{url}'/></Start>"
        "<Say>a long story of thirty letters</Say><Stop><Stream name='ear'/></Stop><Pause/>",
    )
    party.press("1")
    await clock.advance(1)
    await server.until(lambda: len(server.events("media")) >= 90)
    assert {each["media"]["track"] for each in server.events("media")} == {"inbound", "outbound"}
    assert party.dropped_keys == "1"
    await clock.advance(1.5)
    await server.until(lambda: bool(server.events("stop")))
    assert party.call.live
