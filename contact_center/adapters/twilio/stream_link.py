"""One media stream: an open socket, from its first message to its last.

It is believed when its token is ours, was not used before, and names a leg of our account's. Then
keys go out as events, sound goes to whoever listens, and prompts are played. A socket that says too
much, nothing we understand, or does not take what we send, is closed; the call goes on with its
document.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from contact_center.adapters.twilio import stream_messages as messages
from contact_center.adapters.twilio.audio_tap import AudioFrame
from contact_center.adapters.twilio.masking import masked
from contact_center.adapters.twilio.stream_orders import Stream, now_us
from contact_center.adapters.twilio.stream_sounds import StreamSounds
from contact_center.core.events import Event
from contact_center.core.ids import CallId, LegId

_log = logging.getLogger(__name__)

FORBIDDEN, BAD_MESSAGE, TOO_MUCH, SLOW, GOING_AWAY, NORMAL = 1008, 1007, 1009, 1013, 1001, 1000
TOKEN = "token"  # noqa: S105 -- the name of a parameter


@dataclass(slots=True, kw_only=True)
class StreamCounts:
    """What went over all streams so far. For reading from anywhere."""

    opened: int = 0
    open: int = 0
    refused: int = 0
    broken: int = 0
    keys: int = 0
    frames_in: int = 0
    frames_lost: int = 0
    bytes_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBounds:
    """``start_s``: within which a socket says what it is about. ``send_s``: within which it takes a
    message. ``messages_per_s``: of one stream, on average over two seconds; Twilio sends 50."""

    start_s: float = 5.0
    send_s: float = 5.0
    messages_per_s: int = 200


class _RefusedError(Exception):
    """A socket that is not believed, or not any longer."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


Believe = Callable[[messages.Beginning, str], tuple[LegId, CallId] | None]
"""Says whose stream it is, from its beginning and its token; None when that is not ours."""
Music = Callable[[str], Awaitable[bytes | None]]
"""Gives the wav file of a music, by its name."""


class StreamLink:
    """Carries out the protocol over one socket."""

    def __init__(
        self,
        socket: ServerConnection,
        *,
        believe: Believe,
        opened: Callable[[Stream], None],
        tell: Callable[[Event], None],
        sounds: StreamSounds,
        music: Music,
        counts: StreamCounts,
        bounds: LinkBounds,
    ) -> None:
        self._socket = socket
        self._believe = believe
        self._opened = opened
        self._tell = tell
        self._sounds = sounds
        self._music = music
        self._counts = counts
        self._bounds = bounds
        self._loop = asyncio.get_running_loop()
        self._window = self._loop.time()
        self._in_window = 0
        self.stream: Stream | None = None

    async def run(self) -> None:
        """Serve the socket until it is closed. Raises nothing for what the other side does."""
        try:
            async with asyncio.timeout(self._bounds.start_s):
                self.stream = await self._introduction()
        except TimeoutError:
            await self._refuse(_RefusedError(FORBIDDEN, "said nothing"))
            return
        except _RefusedError as refused:
            await self._refuse(refused)
            return
        except ConnectionClosed:
            return
        self._opened(self.stream)
        try:
            await self._carry(self.stream)
        finally:
            self.stream.ended()

    async def _refuse(self, refused: _RefusedError) -> None:
        self._counts.refused += 1
        _log.warning("a media stream was refused: %s", refused)
        await self._socket.close(refused.code)

    async def _introduction(self) -> Stream:
        first = await self._next()
        if not isinstance(first, messages.Connected):
            raise _RefusedError(BAD_MESSAGE, "did not begin with connected")
        second = await self._next()
        if not isinstance(second, messages.Start):
            raise _RefusedError(BAD_MESSAGE, "did not say what it is about")
        beginning = second.start
        form = beginning.media_format
        if (form.encoding, form.sample_rate, form.channels) != ("audio/x-mulaw", 8000, 1):
            raise _RefusedError(BAD_MESSAGE, "its sound is not 8 kHz mu-law")
        token = beginning.custom_parameters.get(TOKEN, "")
        believed = self._believe(beginning, token)
        if believed is None:
            raise _RefusedError(FORBIDDEN, "its token is not ours, or not any longer")
        leg, call = believed
        return Stream(
            leg=leg,
            call=call,
            sid=beginning.stream_sid,
            call_sid=beginning.call_sid,
            tell=self._tell,
        )

    async def _carry(self, stream: Stream) -> None:
        failed: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._send(stream))
                obeying = tasks.create_task(stream.obey(self._sounds, self._music))
                await self._receive(stream)
                sending.cancel()
                obeying.cancel()
        except* ConnectionClosed:
            pass
        except* _RefusedError as refused:
            failed = refused.exceptions[0]
        if isinstance(failed, _RefusedError):
            self._counts.broken += 1
            _log.warning("the stream of call %s is closed: %s", masked(stream.call_sid), failed)
            await self._socket.close(failed.code)
        else:
            await self._socket.close(stream.closing or NORMAL)

    async def _next(self) -> messages.Message:
        """Wait for the next message that we know."""
        while True:
            text = await self._socket.recv()
            now = self._loop.time()
            if now - self._window > 2.0:
                self._window, self._in_window = now, 0
            self._in_window += 1
            if self._in_window > 2 * self._bounds.messages_per_s:
                raise _RefusedError(TOO_MUCH, "says too much")
            try:
                message = messages.read(text)
            except messages.MessageError as error:
                raise _RefusedError(BAD_MESSAGE, str(error)) from None
            if message is not None:
                return message

    async def _receive(self, stream: Stream) -> None:
        while True:
            message = await self._next()
            match message:
                case messages.Media():
                    self._sound(stream, message)
                case messages.Dtmf():
                    self._counts.keys += 1
                    stream.pressed(message.dtmf.digit.upper())
                case messages.Mark():
                    stream.player.marked(message.mark.name)
                    stream.moved()
                case messages.Stop():
                    return
                case _:
                    raise _RefusedError(BAD_MESSAGE, "began twice")

    def _sound(self, stream: Stream, message: messages.Media) -> None:
        self._counts.frames_in += 1
        chunk, before = _number(message.media.chunk), stream.chunk
        lost = max(0, chunk - before - 1) if before else 0
        stream.chunk = chunk
        self._counts.frames_lost += lost
        if stream.tap is None:
            return
        try:
            sound = messages.sound_of(message)
        except messages.MessageError as error:
            raise _RefusedError(BAD_MESSAGE, str(error)) from None
        at_ms = _number(message.media.timestamp)
        track = message.media.track
        stream.tap.put(AudioFrame(leg=stream.leg, track=track, at_ms=at_ms, ulaw=sound, lost=lost))

    async def _send(self, stream: Stream) -> None:
        while not stream.closing:
            stream.wake.clear()
            now = now_us()
            for message in stream.player.due(now):
                await self._put(message)
            stream.moved()
            next_at = stream.player.next_at()
            wait_s = None if next_at is None else max(0.0, (next_at - now_us()) / 1e6)
            try:
                async with asyncio.timeout(wait_s):
                    await stream.wake.wait()
            except TimeoutError:
                continue
        # What was said last, such as a clear, goes out before.
        for message in stream.player.due(now_us()):
            await self._put(message)
        await self._socket.close(stream.closing)

    async def _put(self, message: bytes) -> None:
        try:
            async with asyncio.timeout(self._bounds.send_s):
                await self._socket.send(message, text=True)
        except TimeoutError:
            raise _RefusedError(SLOW, "does not take what is sent") from None
        self._counts.bytes_out += len(message)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
