"""Media streams: the sound of calls over websockets, for keys as they are pressed.

In a document a key between two Gathers is lost; in a stream every key arrives, at once. Prompts go
the same way, and whoever wants to hear the caller live can. All of it runs in a thread and loop of
its own: twenty milliseconds of sound wait for nobody, and nobody's database waits for them.

The owner's loop asks with `submit`, and is told with events and `StreamWatch`, in its own thread.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from contact_center.adapters.twilio import stream_messages as messages
from contact_center.adapters.twilio.audio_tap import AudioTap
from contact_center.adapters.twilio.signature import Asked, Verifier
from contact_center.adapters.twilio.stream_link import (
    GOING_AWAY,
    NORMAL,
    TOKEN,
    LinkBounds,
    Music,
    StreamCounts,
    StreamLink,
)
from contact_center.adapters.twilio.stream_orders import Stream, never_played
from contact_center.adapters.twilio.stream_sounds import StreamSounds, Wav
from contact_center.adapters.twilio.streamed import Order
from contact_center.adapters.twilio.tokens import StreamKey
from contact_center.adapters.twilio.urls import PREFIX, Route
from contact_center.core.commands import PlaySequence, TelephonyCommand
from contact_center.core.events import Event
from contact_center.core.ids import CallId, LegId
from contact_center.ports import Post

_log = logging.getLogger(__name__)
frames_log = logging.getLogger(f"{__name__}.frames")
"""What the library says of a connection. Of frames it would say everything, keys and tokens."""
frames_log.setLevel(logging.INFO)

PATH = f"{PREFIX}/{Route.STREAM.value}"
MOST_EXPECTED = 10_000
_LAST_MOMENT_S = 0.05


class StreamWatch(Protocol):
    """Who is told that streams come and go; called in the owner's loop."""

    def stream_opened(self, leg: LegId, call_sid: str) -> None:
        """From now on the leg's keys come by themselves, and `submit` works for it."""

    def stream_closed(self, leg: LegId, call_sid: str) -> None:
        """The stream is over; the call goes on with its document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """Where streams are listened for, and how much of them.

    ``signed``: the request for the socket has to be signed, besides the token inside.
    ``tap_frames``: of 20 ms each, for somebody who listens. ``token_lives_s``: a call may take so
    long to come.
    """

    host: str = "127.0.0.1"
    port: int = 0
    most: int = 500
    signed: bool = True
    tap_frames: int = 250
    token_lives_s: int = 60
    bounds: LinkBounds = field(default_factory=LinkBounds)


@dataclass(slots=True)
class _Owner:
    """The loop that asks and is told."""

    loop: asyncio.AbstractEventLoop
    post: Post


class MediaStreams:
    """All streams of one account. Start and ask it in one loop, the owner's.

    ``clock``: the instant, microseconds UTC. ``wav``: gives a prompt's file, called in the streams'
    own loop. ``music``: the same for music, by its name.
    """

    def __init__(
        self,
        settings: StreamSettings,
        *,
        verifier: Verifier,
        key: StreamKey,
        account_sid: str,
        wav: Wav,
        music: Music,
        clock: Callable[[], int],
        watch: StreamWatch | None = None,
    ) -> None:
        self._settings = settings
        self._verifier = verifier
        self._key = key
        self._account = account_sid
        self._sounds = StreamSounds(wav)
        self._music = music
        self._clock = clock
        self._watch = watch
        self._lock = threading.Lock()
        self._expected: dict[str, tuple[LegId, CallId]] = {}
        self._taps: dict[LegId, AudioTap] = {}
        self._streams: dict[LegId, Stream] = {}
        self._ours: set[LegId] = set()
        self._owner: _Owner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._port = 0
        self._number = 0
        self.counts = StreamCounts()

    # --- in the owner's loop -------------------------------------------------------------------

    async def start(self, post: Post) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._owner = _Owner(asyncio.get_running_loop(), post)
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main(ready)), name="media streams", daemon=True
        )
        self._thread.start()
        await asyncio.wait_for(asyncio.wrap_future(ready), 10)

    async def stop(self) -> None:
        """Close every stream and the thread; calls go on with their documents."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        loop, stopping = self._loop, self._stopping
        if loop is not None and stopping is not None and not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        await asyncio.to_thread(thread.join, 10)
        for tap in list(self._taps.values()):
            tap.close()
        self._taps.clear()
        self._ours.clear()
        self._owner = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def parameters(self, leg: LegId, call: CallId) -> dict[str, str]:
        """Expect a stream of this leg; gives the parameters to send with ``<Stream>``.

        They are good once, and not for long.
        """
        self._number += 1
        token = self._key.token(
            leg, now=self._clock(), lives_s=self._settings.token_lives_s, number=self._number
        )
        with self._lock:
            self._expected[token] = (leg, call)
            while len(self._expected) > MOST_EXPECTED:
                del self._expected[next(iter(self._expected))]
        return {TOKEN: token}

    def is_open(self, leg: LegId) -> bool:
        """Say whether this leg has a stream, so that `submit` does something."""
        return leg in self._ours

    def submit(self, command: TelephonyCommand) -> bool:
        """Carry a command out on the leg's stream; False when that is not for a stream to do."""
        loop = self._loop
        if not isinstance(command, Order) or command.leg not in self._ours or loop is None:
            return False
        loop.call_soon_threadsafe(self._do, command)
        return True

    def listen(self, leg: LegId) -> AudioTap | None:
        """Hear what the leg's caller says, from now on; None when it has no stream."""
        loop = self._loop
        if leg not in self._ours or loop is None:
            return None
        tap = AudioTap(leg, self._settings.tap_frames)
        with self._lock:
            former = self._taps.get(leg)
            self._taps[leg] = tap
        if former is not None:
            former.close()
        loop.call_soon_threadsafe(self._attach, leg)
        return tap

    def listen_no_more(self, leg: LegId) -> None:
        """Take no more of what the leg's caller says."""
        with self._lock:
            tap = self._taps.pop(leg, None)
        if tap is not None and self._loop is not None:
            tap.close()
            self._loop.call_soon_threadsafe(self._attach, leg)

    def close(self, leg: LegId) -> None:
        """End the leg's stream; its document goes on behind it."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._close, leg, NORMAL)

    # --- in the streams' loop ------------------------------------------------------------------

    async def _main(self, ready: "Future[None]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            server = await self._listen()
        except OSError as error:
            ready.set_exception(error)
            return
        self._port = next(iter(server.sockets)).getsockname()[1]
        ready.set_result(None)
        await self._stopping.wait()
        for leg in list(self._streams):
            self._close(leg, GOING_AWAY)
        server.close()
        try:
            async with asyncio.timeout(8):
                await server.wait_closed()
        except TimeoutError:
            _log.warning("%d media streams did not end in time", len(self._streams))
        # Whoever came in at the last moment is still being turned away.
        await asyncio.sleep(_LAST_MOMENT_S)
        late = asyncio.all_tasks() - {asyncio.current_task()}
        if late:
            await asyncio.wait(late, timeout=2)

    async def _listen(self) -> Server:
        return await serve(
            self._serve,
            self._settings.host,
            self._settings.port,
            process_request=self._may_come,
            compression=None,
            max_size=messages.LONGEST,
            max_queue=64,
            write_limit=64 * 1024,
            open_timeout=self._settings.bounds.start_s,
            close_timeout=1.0,
            ping_interval=20.0,
            ping_timeout=20.0,
            server_header=None,
            logger=frames_log,
        )

    def _may_come(self, socket: ServerConnection, request: Request) -> Response | None:
        asked = Asked(method="GET", target=request.path, headers=list(request.headers.raw_items()))
        if not asked.target.partition("?")[0].endswith(PATH):
            return socket.respond(HTTPStatus.NOT_FOUND, "")
        if self._settings.signed:
            verdict = self._verifier.verify(asked, socket=True, needs_account=False)
            if not verdict.ok:
                self.counts.refused += 1
                return socket.respond(HTTPStatus.FORBIDDEN, "")
        if self.counts.open >= self._settings.most:
            self.counts.refused += 1
            return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        link = StreamLink(
            socket,
            believe=self._believe,
            opened=self._opened,
            tell=self._post,
            sounds=self._sounds,
            music=self._music,
            counts=self.counts,
            bounds=self._settings.bounds,
        )
        self.counts.open += 1
        try:
            await link.run()
        finally:
            self.counts.open -= 1
            if link.stream is not None:
                self._closed(link.stream)

    def _believe(self, beginning: messages.Beginning, token: str) -> tuple[LegId, CallId] | None:
        if beginning.account_sid != self._account:
            return None
        leg = self._key.leg(token, now=self._clock())
        with self._lock:
            expected = self._expected.pop(token, None)
        return expected if expected is not None and expected[0] == leg else None

    def _opened(self, stream: Stream) -> None:
        former = self._streams.get(stream.leg)
        self._streams[stream.leg] = stream
        self.counts.opened += 1
        if former is not None:
            former.close(GOING_AWAY)
        self._attach(stream.leg)
        self._tell(self._told_open, stream.leg, stream.call_sid)

    def _closed(self, stream: Stream) -> None:
        if self._streams.get(stream.leg) is not stream:
            return
        del self._streams[stream.leg]
        with self._lock:
            tap = self._taps.pop(stream.leg, None)
        if tap is not None:
            tap.close()
        self._tell(self._told_closed, stream.leg, stream.call_sid)

    def _close(self, leg: LegId, code: int) -> None:
        stream = self._streams.get(leg)
        if stream is not None:
            stream.close(code)

    def _attach(self, leg: LegId) -> None:
        stream = self._streams.get(leg)
        with self._lock:
            tap = self._taps.get(leg) if stream is not None else self._taps.pop(leg, None)
        if stream is not None:
            stream.tap = tap
        elif tap is not None:
            tap.close()

    def _do(self, order: Order) -> None:
        stream = self._streams.get(order.leg)
        if stream is not None:
            stream.order(order)
        elif isinstance(order, PlaySequence):
            # It closed before the order got there.
            self._post(never_played(order.call, order.leg, order.playback, "the stream ended"))

    def _post(self, event: Event) -> None:
        owner = self._owner
        if owner is not None:
            self._tell(owner.post, event)

    def _tell(self, what: Callable[..., None], *about: object) -> None:
        owner = self._owner
        if owner is not None and not owner.loop.is_closed():
            owner.loop.call_soon_threadsafe(what, *about)

    # --- back in the owner's loop --------------------------------------------------------------

    def _told_open(self, leg: LegId, call_sid: str) -> None:
        self._ours.add(leg)
        if self._watch is not None:
            self._watch.stream_opened(leg, call_sid)

    def _told_closed(self, leg: LegId, call_sid: str) -> None:
        self._ours.discard(leg)
        if self._watch is not None:
            self._watch.stream_closed(leg, call_sid)
