"""Media streams: a call's sound and keys over a websocket, and sound back into the call.

``<Connect><Stream>`` goes both ways and lasts until the server closes; ``<Start><Stream>`` only
listens while the document goes on. Sound is a tone while somebody talks, silence otherwise.
"""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.emulators.twilio.dates import rfc2822
from tests.emulators.twilio.execution import EXECUTORS, Execution
from tests.emulators.twilio.twiml import Document, Verb

FRAME_S = 0.02
RATE = 8000
SILENCE, TONE = b"\xff" * 160, b"\x00\x80" * 80
_HANDSHAKE_FAILED = 31920
_TRACKS = {
    "inbound_track": ("inbound",),
    "outbound_track": ("outbound",),
    "both_tracks": ("inbound", "outbound"),
}


class MediaStream:
    """One stream. `heard` is the sound that the server sent, as far as it was played."""

    def __init__(self, run: Execution, verb: Verb, url: str, *, both_ways: bool) -> None:
        self.sid = run.twilio.sids.new("MZ")
        self.name = verb.get("name") or self.sid
        self.heard = bytearray()
        self._twilio = run.twilio
        self._call = run.call
        self._verb = verb
        self._url = url
        self._both_ways = both_ways
        told = verb.get("statusCallback")
        self._told = run.absolute(told) if told else ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._sequence = 0
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._sounds: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._stopped = asyncio.Event()
        self._playing: asyncio.Task[Any] | None = None

    @property
    def tracks(self) -> tuple[str, ...]:
        """Whose sound is sent."""
        return _TRACKS.get(self._verb.get("track", "inbound_track"), ("inbound",))

    @property
    def call_sid(self) -> str:
        """Whose stream it is."""
        return self._call.sid

    def stop(self) -> None:
        """End it; fine when it is over."""
        self._stopped.set()

    def cut(self) -> None:
        """As when the network breaks: neither a ``stop`` nor a farewell of the socket."""
        response = getattr(self._socket, "_response", None)
        connection = response.connection if response is not None else None
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()

    async def run(self) -> None:
        """Until the server closes, `stop`, or the end of the call."""
        headers = self._twilio.webhooks.signatures(self._url)
        try:
            with self._twilio.clock.busy():
                self._socket = await self._twilio.webhooks.session.ws_connect(
                    self._url, headers=headers
                )
        except (aiohttp.ClientError, OSError) as error:
            self._twilio.errors.append((_HANDSHAKE_FAILED, f"{self._url}: {error}"))
            self._tell("stream-error")
            return
        self._tell("stream-started")
        await self._talk(self._socket)
        self._tell("stream-stopped")

    async def _talk(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._greet()
        work = [
            asyncio.ensure_future(each)
            for each in (self._send(socket), self._receive(socket), self._stopped.wait())
        ]
        self._playing = asyncio.ensure_future(self._play())
        frames = asyncio.ensure_future(self._record())
        try:
            with ExitStack() as listening:
                if self._both_ways:
                    listening.enter_context(self._call.party.keys_to(self._press))
                await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            tasks = [*work, self._playing, frames]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close(socket)

    def _greet(self) -> None:
        parameters = {
            each.get("name"): each.get("value")
            for each in self._verb.children
            if each.name == "Parameter"
        }
        self._outbox.put_nowait({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        self._post(
            "start",
            {
                "accountSid": self._call.account_sid,
                "callSid": self._call.sid,
                "streamSid": self.sid,
                "tracks": list(self.tracks),
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1},
                "customParameters": parameters,
            },
        )

    def _post(self, event: str, content: dict[str, Any]) -> None:
        self._sequence += 1
        message = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": self.sid}
        self._outbox.put_nowait({**message, event: content})

    def _press(self, key: str) -> None:
        self._post("dtmf", {"track": "inbound_track", "digit": key})

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await self._outbox.get()
            with self._twilio.clock.busy():
                await socket.send_str(json.dumps(message))

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            self._twilio.log.note("stream", self._call, event=told.get("event", ""))
            if not self._both_ways or told.get("streamSid") != self.sid:
                self._twilio.warnings.append(f"31951: not for this stream: {told.get('event')}")
            elif told["event"] == "media":
                self._sounds.put_nowait(base64.b64decode(told["media"]["payload"]))
            elif told["event"] == "mark":
                self._sounds.put_nowait(str(told["mark"]["name"]))
            elif told["event"] == "clear":
                self._clear()
            else:
                self._twilio.warnings.append(f"31951: unknown event {told['event']}")

    async def _play(self) -> None:
        """The server's sounds, one after the other; a mark is told when its turn has come."""
        while True:
            sound = await self._sounds.get()
            if isinstance(sound, str):
                self._post("mark", {"name": sound})
                continue
            with self._call.party.hearing(("stream", self.sid)):
                await self._twilio.clock.sleep(len(sound) / RATE)
            self.heard += sound

    def _clear(self) -> None:
        """Nothing that is waiting is played; its marks are told at once."""
        if self._playing is not None:
            self._playing.cancel()
        while not self._sounds.empty():
            sound = self._sounds.get_nowait()
            if isinstance(sound, str):
                self._post("mark", {"name": sound})
        self._playing = asyncio.ensure_future(self._play())

    async def _record(self) -> None:
        """A frame of every track, every 20 ms."""
        clock, party = self._twilio.clock, self._call.party
        began, chunk = clock.now(), 0
        while True:
            await clock.sleep(FRAME_S)
            chunk += 1
            for track in self.tracks:
                loud = party.talking if track == "inbound" else bool(party.hears_now)
                sound = TONE if loud else SILENCE
                if track == "inbound" and party.voice:
                    sound = bytes(party.voice[: len(SILENCE)]).ljust(len(SILENCE), b"\xff")
                    del party.voice[: len(SILENCE)]
                payload = base64.b64encode(sound).decode()
                at_ms = round((clock.now() - began) * 1000)
                media = {"track": track, "chunk": str(chunk), "timestamp": str(at_ms)}
                self._post("media", {**media, "payload": payload})

    async def _close(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        if not socket.closed:
            self._sequence += 1
            content = {"accountSid": self._call.account_sid, "callSid": self._call.sid}
            stop = {"event": "stop", "sequenceNumber": str(self._sequence), "stop": content}
            with self._twilio.clock.busy():
                await socket.send_str(json.dumps({**stop, "streamSid": self.sid}))
        await socket.close()

    def _tell(self, event: str) -> None:
        url = self._told
        self._twilio.log.note("stream", self._call, event=event)
        if url:
            params = {
                "AccountSid": self._call.account_sid,
                "CallSid": self._call.sid,
                "StreamSid": self.sid,
                "StreamName": self.name,
                "StreamEvent": event,
                "Timestamp": rfc2822(self._twilio.clock.now()),
            }
            method = self._verb.get("statusCallbackMethod", "POST")
            self._twilio.spawn(self._twilio.webhooks.tell(url, method, params, self._call))


def opened(run: Execution, verb: Verb, *, both_ways: bool) -> MediaStream:
    """A stream as the noun says, known to the emulator."""
    url = run.absolute(verb.get("url"))
    if urlsplit(url).query:
        run.twilio.warnings.append(f"<Stream> url has a query, which is not sent: {url}")
        url = url.partition("?")[0]
    stream = MediaStream(run, verb, url, both_ways=both_ways)
    run.twilio.streams[stream.sid] = stream
    return stream


async def connect(run: Execution, verb: Verb) -> Document | None:
    """``<Connect><Stream>``: the document waits until the server closes the stream."""
    for noun in verb.children:
        await opened(run, noun, both_ways=True).run()
    if not verb.get("action"):
        return None
    return await run.ask(verb.get("action"), verb.get("method"), {})


EXECUTORS["Connect"] = connect
