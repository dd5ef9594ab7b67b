"""One open websocket to Asterisk: events come in, requests go out pipelined, answers find them.

Requests of one lane are sent in the order they were asked for (see `ari_lanes`), and Asterisk
carries out and answers what comes over one socket in that order. The answer is handed to a callback
*inside* the reading loop, so whoever handles it sees the world exactly as it was between the events
around it.

Bounds: at most `max_in_flight` requests are queued or unanswered (rule when full: *refuse*, the
request fails with AriOverloadError and is not sent). Of these at most `window` are sent and
unanswered, so that what is urgent need not wait behind all the others. Each has the same deadline,
so the oldest is always the first to pass it and one timer serves all.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed, InvalidState

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_lanes import Lanes, Urgency
from contact_center.adapters.asterisk.errors import (
    AriDeadlineError,
    AriDisconnectedError,
    AriFault,
    AriOverloadError,
    AriRefusedError,
    AriRequestError,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """One REST request: `uri` without a leading slash, `query` values unescaped.

    `body` is JSON text, empty for none.
    """

    method: str
    uri: str
    query: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an `Ask`; `body` is JSON text or empty."""

    status: int
    reason: str = ""
    body: str = ""

    @property
    def is_fine(self) -> bool:
        """Say whether the status is in the 200s."""
        return 200 <= self.status < 300


OnReply = Callable[[Reply | AriRequestError], None]
OnMessage = Callable[[wire.Message], None]

WINDOW = 16
"""Requests sent and unanswered: enough that Asterisk never waits for us between two."""


class AriLink:
    """Requests and events over one open websocket."""

    def __init__(
        self,
        socket: Connection,
        *,
        deadline_s: float = 5.0,
        max_in_flight: int = 4096,
        window: int = WINDOW,
    ) -> None:
        self._socket = socket
        self._deadline_s = deadline_s
        self._max_in_flight = max_in_flight
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, tuple[float, OnReply]] = {}
        self._window = window
        self._lanes = Lanes()
        self._sent: set[str] = set()
        self._wake = asyncio.Event()
        self._sweep: asyncio.TimerHandle | None = None
        self._number = 0
        self._closed = False
        self._abandoned: AriRefusedError | None = None
        self.malformed = 0
        self.late = 0

    @property
    def is_closed(self) -> bool:
        """Say whether it is over."""
        return self._closed

    @property
    def in_flight(self) -> int:
        """How many requests are queued or unanswered."""
        return len(self._waiting)

    def request(
        self, ask: Ask, on_reply: OnReply, lane: str = "", urgency: Urgency = Urgency.NOW
    ) -> None:
        """Queue a request. `on_reply` is called exactly once: with the reply or with an error.

        Those of one `lane` are carried out in order; more urgent ones, and what is before them in
        their lane, before the others. When there is no room or no connection it is called at once.
        """
        if self._closed:
            on_reply(AriDisconnectedError("the connection to Asterisk is closed"))
            return
        if len(self._waiting) >= self._max_in_flight:
            on_reply(AriOverloadError(f"{self._max_in_flight} requests are in flight"))
            return
        self._number += 1
        key = str(self._number)
        self._waiting[key] = (self._loop.time() + self._deadline_s, on_reply)
        if self._sweep is None:
            self._sweep = self._loop.call_later(self._deadline_s, self._expire)
        frame = wire.encode_request(
            wire.RestRequest(
                request_id=key,
                method=ask.method,
                uri=ask.uri,
                query_strings=tuple(wire.NameValue(n, v) for n, v in ask.query),
                content_type="application/json" if ask.body else "",
                message_body=ask.body,
            )
        )
        self._lanes.put((key, frame), lane, urgency)
        if len(self._sent) < self._window:
            self._wake.set()

    async def run(self, on_message: OnMessage) -> AriRefusedError:
        """Read and write until the socket closes or is abandoned; say why.

        The socket is closed then, and what is unanswered fails. Cancel to end it from outside.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write(), name="ari-writer")
                why = await self._read(on_message)
                writer.cancel()
        finally:
            self._finish()
            await self._socket.close()
        return why

    def abandon(self, why: AriRefusedError) -> None:
        """End the connection after the message that is being handled; `run` returns `why`."""
        self._abandoned = why

    async def _read(self, on_message: OnMessage) -> AriRefusedError:
        recv = self._socket.recv
        while self._abandoned is None:
            try:
                # Undecoded: one caller's name in a broken encoding must not end the connection.
                data = await recv(decode=False)
            except ConnectionClosed as closed:
                return AriRefusedError(
                    AriFault.LOST, f"the websocket closed: {closed}", "Connecting again."
                )
            try:
                message = wire.decode(data)
            except msgspec.DecodeError as error:
                self.malformed += 1
                log.warning("Asterisk sent a message that is not understood: %s", error)
                continue
            if isinstance(message, wire.RestResponse):
                self._answered(message)
                continue
            try:
                on_message(message)
            except Exception:
                # A bug met in one call must not end the connection of all calls.
                log.exception("a message of Asterisk could not be dealt with")
        return self._abandoned

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._lanes and len(self._sent) < self._window:
                try:
                    await self._send()
                except (ConnectionClosed, InvalidState):
                    return

    async def _send(self) -> None:
        """Send what may go, in as few packets as possible: each costs both sides a wake-up."""
        frames: list[bytes] = []
        while len(self._sent) < self._window and (item := self._lanes.take()) is not None:
            key, frame = item
            # Given up already: whoever asked counts on its not being done.
            if key in self._waiting:
                self._sent.add(key)
                frames.append(frame)
        socket = self._socket
        if len(frames) == 1:
            await socket.send(frames[0], text=True)
        elif frames:
            for frame in frames:
                socket.protocol.send_text(frame)
            socket.transport.write(b"".join(socket.protocol.data_to_send()))
            await socket.drain()

    def _answered(self, message: wire.RestResponse) -> None:
        self._sent.discard(message.request_id)
        if self._lanes:
            self._wake.set()
        entry = self._waiting.pop(message.request_id, None)
        if entry is None:
            self.late += 1
            return
        reply = Reply(message.status_code, message.reason_phrase, message.message_body)
        _hand_over(entry[1], reply)

    def _expire(self) -> None:
        now = self._loop.time()
        self._sweep = None
        while self._waiting:
            key, (deadline, on_reply) = next(iter(self._waiting.items()))
            if deadline > now:
                self._sweep = self._loop.call_at(deadline, self._expire)
                return
            del self._waiting[key]
            # Should Asterisk never answer it, it must not stand in the way of others.
            self._sent.discard(key)
            self._wake.set()
            _hand_over(on_reply, AriDeadlineError(f"no answer within {self._deadline_s:g} s"))

    def _finish(self) -> None:
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        waiting, self._waiting = self._waiting, {}
        self._lanes.clear()
        for _, on_reply in waiting.values():
            _hand_over(on_reply, AriDisconnectedError("the connection to Asterisk closed"))


def _hand_over(on_reply: OnReply, reply: Reply | AriRequestError) -> None:
    try:
        on_reply(reply)
    except Exception:
        # As above: the connection serves all calls.
        log.exception("an answer of Asterisk could not be dealt with")
