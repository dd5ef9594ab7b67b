"""One websocket of one agent: frames in, frames out, alive or not, and how it ends.

The outbox writes to the transport itself, so that `push` needs no turn of the loop; aiohttp does
the handshake, reads, answers protocol pings and closes.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from typing import Final

from aiohttp import ClientConnectionError, WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.codec import MalformedError, decode, encode
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.idling import Idle, how_idle, last_used
from contact_center.adapters.desktop.ledger import MAX_MESSAGES
from contact_center.adapters.desktop.needs import need_of
from contact_center.adapters.desktop.outbox import Outbox
from contact_center.adapters.desktop.places import LOG_IN_AGAIN
from contact_center.adapters.desktop.pulse import Beat, Heartbeat, TokenBucket
from contact_center.adapters.desktop.sessions import Session, Sessions
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.adapters.desktop.wish import problem
from contact_center.core.permissions import Needs

_LOG = logging.getLogger(__name__)

BAD_FRAMES: Final = 4400
DEAD: Final = 4408
SLOW_READER: Final = 4413
TOO_MANY: Final = 4429
MAX_BAD_FRAMES: Final = 5


class DeskSocket:
    """A Screen on a websocket. Made after the handshake; `run` lives as long as the socket."""

    def __init__(
        self,
        ws: web.WebSocketResponse,
        writer: AbstractStreamWriter,
        transport: asyncio.Transport,
        *,
        desk: Desk,
        sessions: Sessions,
        session: Session,
        settings: DeskSettings,
        may: Callable[[Session, Needs], bool],
    ) -> None:
        self.agent = session.agent
        self.session = session
        self._ws = ws
        self._transport = transport
        self._desk = desk
        self._sessions = sessions
        self._settings = settings
        self._allows = may
        self._outbox = Outbox(transport, writer.drain, self._too_slow)
        now = desk.clock()
        # Spreads pings over time; nobody decides anything by it.
        jitter = random.uniform(-1, 1)  # noqa: S311
        self._heart = Heartbeat.starting(now, jitter, settings.ping_us, settings.ping_jitter_us)
        self._bucket = TokenBucket(now)
        self._bad_frames = 0
        self._warned_until = 0
        self._is_resumed = False
        self._closer: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    # --- what the desk calls ---------------------------------------------------------------------

    def push(self, frame: bytes, *, is_ledger: bool = True) -> None:
        """Send a frame."""
        if self._closer is None:
            self._outbox.push(frame, is_ledger=is_ledger)

    def put(self, topic: str, frame: bytes) -> None:
        """Send a snapshot."""
        if self._closer is None:
            self._outbox.put(topic, frame)

    def forget_ledger(self) -> None:
        """Drop ledger frames that still wait to go out."""
        self._outbox.forget_ledger()

    def close(self, code: int, reason: str) -> None:
        """Begin closing; nothing more goes out, and the desk counts the screen as gone."""
        if self._closer is None:
            self._closer = asyncio.get_running_loop().create_task(self._close(code, reason))
            self._desk.leave(self)

    def end_session(self, reason: str = "") -> None:
        """The login is over: say so and close."""
        said = m.AuthChanged(ts=self._desk.clock() // 1000, reason=reason)
        self.push(encode(said), is_ledger=False)
        self.close(LOG_IN_AGAIN, "log in again")

    def look_idle(self) -> bool:
        """Warn whoever does nothing here; gives whether it has been too long."""
        if self._closer is not None:
            return False
        now, idle_us = self._desk.clock(), self._settings.idle_us
        last = last_used(self.session.used, self._desk.state_of(self.agent), now)
        idle = how_idle(last, now, idle_us)
        self._warn((last + idle_us) // 1000 if idle is Idle.WARNED else 0)
        return idle is Idle.OVER

    def _warn(self, until: int) -> None:
        if until != self._warned_until:
            self._warned_until = until
            warning = m.IdleWarned(ts=self._desk.clock() // 1000, until=until)
            self.push(encode(warning), is_ledger=False)

    def _used(self) -> None:
        self.session.used = self._desk.clock()
        self._warn(0)

    async def closed(self) -> None:
        """Wait until a close that has begun is over."""
        if self._closer is not None:
            await asyncio.shield(self._closer)

    # --- the life of the socket ------------------------------------------------------------------

    async def run(self) -> None:
        """Greet, listen, and leave when the other side does."""
        loop = asyncio.get_running_loop()
        writing = loop.create_task(self._write())
        self._arm(loop)
        self._greet()
        try:
            async for frame in self._ws:
                self._heart.heard(self._desk.clock())
                if self._closer is not None or frame.type is WSMsgType.ERROR:
                    break
                if not self._is_within_rate():
                    continue
                if frame.type is WSMsgType.PING:
                    await self._ws.pong(frame.data)
                elif frame.type is not WSMsgType.PONG:
                    self._hear(frame.data if frame.type is WSMsgType.TEXT else None)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._desk.leave(self)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await self.closed()

    async def _write(self) -> None:
        with contextlib.suppress(ClientConnectionError, ConnectionError):
            await self._outbox.run()

    async def _close(self, code: int, reason: str) -> None:
        # A reader that stalls gets a few seconds to take what is buffered and the reason behind it.
        with contextlib.suppress(ClientConnectionError, ConnectionError):
            await self._ws.close(code=code, message=reason.encode()[:120], drain=False)
        if self._transport.get_write_buffer_size() > 0:
            self._transport.abort()

    def _greet(self) -> None:
        greeting = p.Greeting(
            session=self.session.key[:12],
            agent=self.agent,
            ping_ms=self._settings.ping_us // 1000,
            resume_window=MAX_MESSAGES,
            channels=self._desk.positions(self.agent),
            server_time=self._desk.clock() // 1000,
        )
        self.push(encode(m.Hello(d=greeting)), is_ledger=False)

    def _too_slow(self) -> None:
        self._desk.counts.slow_readers += 1
        self.close(SLOW_READER, "reads too slowly")

    # --- heartbeat -------------------------------------------------------------------------------

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        delay = max(0.001, (self._heart.next_at - self._desk.clock()) / 1_000_000)
        self._timer = loop.call_later(delay, self._beat, loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._closer is not None:
            return
        if not self._sessions.is_alive(self.session):
            self.end_session()
            return
        now = self._desk.clock()
        match self._heart.beat(now):
            case Beat.DEAD:
                self.close(DEAD, "no sign of life")
                return
            case Beat.PING:
                self.push(encode(m.ServerPing(ts=now // 1000)), is_ledger=False)
        self._arm(loop)

    # --- inbound ---------------------------------------------------------------------------------

    def _is_within_rate(self) -> bool:
        now = self._desk.clock()
        if self._bucket.take(now):
            return True
        wait_ms = self._bucket.wait_us(now) // 1000 + 1
        self._refuse(m.Refused(err=problem("rate", retry_after_ms=wait_ms)))
        self.close(TOO_MANY, "too many messages")
        return False

    def _hear(self, text: str | None) -> None:
        self._sessions.touch(self.session)
        try:
            if text is None:
                raise MalformedError("malformed", "frames are text")
            message = decode(text)
        except MalformedError as error:
            self._malformed(error)
            return
        if message is not None:
            self._take(message)

    def _malformed(self, error: MalformedError) -> None:
        self._bad_frames += 1
        self._refuse(m.Refused(re=error.re, err=problem(error.code, error.detail[:300])))
        if self._bad_frames >= MAX_BAD_FRAMES:
            self.close(BAD_FRAMES, "too many malformed frames")

    def _take(self, message: m.ClientMessage) -> None:
        if isinstance(message, m.Resume):
            self._is_resumed = True
            self._desk.resume(self, message.d.channels)
        elif isinstance(message, m.ClientPing):
            pong = m.ServerPong(ts=self._desk.clock() // 1000, re=message.id)
            self.push(encode(pong), is_ledger=False)
        elif isinstance(message, m.Here):
            self._used()
        elif isinstance(message, m.PopShownMessage):
            self._desk.shown(self.agent, message)
        elif isinstance(message, m.Command):
            self._used()
            if not self._is_resumed:
                self._refuse(m.Refused(re=message.id, err=problem("not_resumed")))
            elif not self._may(message):
                self._refuse(m.Refused(re=message.id, err=problem("forbidden")))
            else:
                self._desk.command(self, message)

    def _may(self, command: m.Command) -> bool:
        """Whether the roles of now allow it: whoever lost a role meanwhile may not any more."""
        what = need_of(command)
        return what is not None and self._allows(self.session, what)

    def _refuse(self, message: m.Refused) -> None:
        self.push(encode(message), is_ledger=False)
