"""One end of a call's sound: mu-law over RTP with RFC 4733 digits, on loopback.

It sends 20 ms frames all the time, as a phone does, and keeps what it hears with time stamps.
"""

from __future__ import annotations

import asyncio
import random
import struct
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from tests.real import audio

_KEPT_FRAMES = 50 * 60 * 10
_KEYS = "0123456789*#ABCD"
_TICK_S = audio.FRAME / audio.RATE


class Heard:
    """Everything heard so far, newest ten minutes: (loop time, mu-law of 20 ms)."""

    def __init__(self) -> None:
        self.frames: deque[tuple[float, bytes]] = deque(maxlen=_KEPT_FRAMES)
        self.digits: list[str] = []

    def ulaw(self, since: float = 0.0) -> bytes:
        return b"".join(frame for at, frame in self.frames if at >= since)

    def energy(self, since: float = 0.0) -> float:
        """Loudness since then; below 10 is silence."""
        return audio.rms(self.ulaw(since))

    def tone(self, hz: float, since: float = 0.0) -> bool:
        return audio.has_tone(self.ulaw(since), hz)

    def prompt(
        self,
        source: bytes | Path | Sequence[int],
        since: float = 0.0,
        at_least_s: float | None = None,
    ) -> bool:
        """Whether this WAV (or these samples) was heard; of a long one perhaps only the start."""
        wanted = audio.samples_of(source)
        if at_least_s is not None:
            wanted = wanted[: int(at_least_s * audio.RATE)]
        return audio.holds(audio.decode(self.ulaw(since)), wanted)


class RtpStream(asyncio.DatagramProtocol):
    """A bound RTP port. `open()` it, give it a `remote`, and it sends until `close()`."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.remote: tuple[str, int] | None = None
        self.event_payload = 101
        self.sends = True
        self._loop = asyncio.get_running_loop()
        self._closed = self._loop.create_future()
        self._transport: asyncio.DatagramTransport | None = None
        self._sender: asyncio.Task[None] | None = None
        self._ssrc = random.getrandbits(32)
        self._sequence = random.getrandbits(16)
        self._timestamp = random.getrandbits(32)
        self._events: deque[tuple[int, int, bool]] = deque()
        self._event_start = 0
        self._heard_event: int | None = None
        self._frame: Callable[[], bytes] = lambda: audio.SILENCE
        self._digits_done = asyncio.Event()
        self._digits_done.set()

    @classmethod
    async def open(cls) -> RtpStream:
        stream = cls()
        await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: stream, local_addr=("127.0.0.1", 0)
        )
        return stream

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def start(self, remote: tuple[str, int]) -> None:
        """Send to this address from now on (again: only the address changes)."""
        self.remote = remote
        if self._sender is None:
            self._sender = self._loop.create_task(self._send())

    async def close(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
            self._sender = None
        if self._transport is not None:
            self._transport.close()
            await asyncio.wait_for(asyncio.shield(self._closed), 5)

    def silence(self) -> None:
        self._frame = lambda: audio.SILENCE

    def tone(self, hz: float) -> None:
        """Send this tone from now on."""
        sound = audio.encode(audio.tone(hz, 1.0))
        self._play(sound, again=True)

    def say(self, samples: Sequence[int]) -> None:
        """Send these samples once, then silence."""
        self._play(audio.encode(samples), again=False)

    async def send_digits(self, digits: str, *, ms: int = 100, gap_ms: int = 60) -> None:
        """Press the keys one after the other (RFC 4733) and return when the last one is up."""
        for digit in digits:
            event = _KEYS.index(digit.upper())
            steps = max(1, ms // 20)
            for step in range(1, steps + 1):
                self._events.append((event, step * audio.FRAME, False))
            self._events.extend([(event, steps * audio.FRAME, True)] * 3)
            self._events.extend([(-1, 0, True)] * max(1, gap_ms // 20))
        self._digits_done.clear()
        async with asyncio.timeout(30 + len(digits) * (ms + gap_ms + 60) / 1000 * 2):
            await self._digits_done.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def error_received(self, exc: Exception) -> None:
        """The far end closed its port before we stopped sending: of no interest."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        payload_type, payload = data[1] & 0x7F, data[12 + 4 * (data[0] & 0x0F) :]
        if payload_type == 0:
            self.heard.frames.append((self._loop.time(), payload))
        elif payload_type == self.event_payload and len(payload) >= 4:
            stamp = int.from_bytes(data[4:8], "big")
            if stamp != self._heard_event and payload[0] < len(_KEYS):
                self._heard_event = stamp
                self.heard.digits.append(_KEYS[payload[0]])

    def _play(self, sound: bytes, *, again: bool) -> None:
        position = 0

        def frame() -> bytes:
            nonlocal position
            if position >= len(sound):
                if not again:
                    return audio.SILENCE
                position = 0
            part = sound[position : position + audio.FRAME]
            position += audio.FRAME
            return part.ljust(audio.FRAME, b"\xff")

        self._frame = frame

    async def _send(self) -> None:
        due = self._loop.time()
        while True:
            if self.sends:
                self._send_one()
            due += _TICK_S
            now = self._loop.time()
            due = max(due, now - 5 * _TICK_S)  # after a stall send a short burst, not all of it
            await asyncio.sleep(max(0.0, due - now))

    def _send_one(self) -> None:
        assert self._transport is not None
        marker, stamp, payload_type = 0, self._timestamp, 0
        event = self._events.popleft() if self._events else None
        if event is None or event[0] < 0:
            payload = self._frame()
        else:
            key, duration, end = event
            payload_type = self.event_payload
            if duration == audio.FRAME and not end:
                marker, self._event_start = 0x80, self._timestamp
            stamp = self._event_start
            payload = struct.pack("!BBH", key, (0x80 if end else 0) | 10, duration)
        if not self._events:
            self._digits_done.set()
        header = struct.pack(
            "!BBHII", 0x80, marker | payload_type, self._sequence, stamp, self._ssrc
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + audio.FRAME) & 0xFFFFFFFF
        if self.remote is not None and not self._transport.is_closing():
            self._transport.sendto(header + payload, self.remote)
