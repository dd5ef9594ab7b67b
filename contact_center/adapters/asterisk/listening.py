"""Words of callers, on Asterisk: their sound to a recogniser, what it understands to the core.

While words are listened for, a snoop channel hears what comes from the caller's phone, and nothing
that is played to it. It meets an external media channel in a bridge of their own, whose sound we
fetch over a websocket; the caller's own channel is left as it is, so keys and prompts go on. All of
it lives as long as one listening: at any other time no sound leaves Asterisk.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote, urlsplit

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, WebSocketException

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk.ari_link import Ask, Reply
from contact_center.adapters.asterisk.book import Book, LegNote
from contact_center.adapters.asterisk.errors import AriRequestError
from contact_center.adapters.asterisk.translate import EAR
from contact_center.core.commands import Listen, StopListen, TelephonyCommand
from contact_center.core.events import SpeechFinal, SpeechStarted
from contact_center.core.ids import LegId, ListenId
from contact_center.ports import Hearing, Recogniser

_OPEN_WITHIN_S = 5.0
_LARGEST_FRAME = 65_536
_FORMAT = "slin"

log = logging.getLogger(__name__)


class _Made(msgspec.Struct):
    """What Asterisk says of an external media channel that it made."""

    channelvars: dict[str, str] = {}


_MADE = msgspec.json.Decoder(_Made)


@dataclass(slots=True, kw_only=True)
class _Ear:
    """One listening. ``there``: the channels that are in our application by now."""

    name: str
    listen: ListenId
    note: LegNote
    hearing: Hearing | None = None
    there: set[str] = field(default_factory=set)
    carrier: asyncio.Task[None] | None = None

    @property
    def snoop(self) -> str:
        return f"{self.name}-s"

    @property
    def media(self) -> str:
        return f"{self.name}-m"

    @property
    def bridge(self) -> str:
        return f"{self.name}-b"


class Listening:
    """Listens for words on legs. `request` sends one request, `tell` takes events for the core.

    ``nonce`` tells the channels of this process from those of an earlier one.
    """

    def __init__(
        self,
        book: Book,
        recogniser: Recogniser | None,
        url: str,
        app: str,
        request: Callable[..., None],
        tell: Callable[..., None],
        nonce: str,
    ) -> None:
        self._book = book
        self._recogniser = recogniser
        parts = urlsplit(url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        path = parts.path.rstrip("/").removesuffix("/ari")
        self._media_url = f"{scheme}://{parts.netloc}{path}/media/"
        self._app = app
        self._request = request
        self._tell = tell
        self._nonce = nonce
        self._ears: dict[LegId, _Ear] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._made = 0

    @property
    def is_possible(self) -> bool:
        """Whether there is anybody to understand words."""
        return self._recogniser is not None

    # --- what the core wants --------------------------------------------------------------------

    def take(self, commands: Iterable[TelephonyCommand]) -> None:
        """Begin and end listening, as commands say; all others are not for us."""
        for command in commands:
            if isinstance(command, Listen):
                self._close(command.leg)
                self._open(command)
            elif isinstance(command, StopListen):
                ear = self._ears.get(command.leg)
                if ear is not None and ear.listen == command.listen:
                    self._close(command.leg)

    def _open(self, command: Listen) -> None:
        note = self._book.legs.get(command.leg)
        if not command.words or note is None or self._recogniser is None:
            return
        self._made += 1
        name = f"{EAR}{self._nonce}{self._made}-{command.leg}"
        ear = _Ear(name=name, listen=command.listen, note=note)
        ear.hearing = self._recogniser.listen(
            command.words,
            command.language,
            partial(self._began, ear),
            partial(self._understood, ear),
        )
        if ear.hearing is None:
            return
        self._ears[command.leg] = ear
        media = (
            ("channelId", ear.media),
            ("app", self._app),
            ("external_host", "INCOMING"),
            ("transport", "websocket"),
            ("encapsulation", "none"),
            ("connection_type", "server"),
            ("format", _FORMAT),
        )
        ask = Ask("POST", "channels/externalMedia", media)
        self._request(ask, partial(self._media_made, ear), note.call)
        spy = (("spy", "in"), ("app", self._app), ("appArgs", f"{EAR},{command.leg}"))
        ask = Ask("POST", f"channels/{command.leg}/snoop/{ear.snoop}", spy)
        self._request(ask, partial(self._asked, ear), note.call)

    def _close(self, leg: LegId) -> None:
        ear = self._ears.pop(leg, None)
        if ear is None:
            return
        if ear.hearing is not None:
            ear.hearing.close()
        if ear.carrier is not None:
            ear.carrier.cancel()
        for ask in (
            Ask("DELETE", f"channels/{ear.snoop}"),
            Ask("DELETE", f"channels/{ear.media}"),
            Ask("DELETE", f"bridges/{ear.bridge}"),
        ):
            self._request(ask, _ignore, ear.note.call)

    # --- what Asterisk and the recogniser say -----------------------------------------------------

    def heard(self, event: wire.Event) -> None:
        """Bring the two channels of an ear together when both are there; end those of no ear."""
        if not isinstance(event, wire.StasisStart) or not event.channel.id.startswith(EAR):
            return
        channel = event.channel.id
        ear = next((e for e in self._ears.values() if channel in (e.snoop, e.media)), None)
        if ear is None:
            self._request(Ask("DELETE", f"channels/{channel}"), _ignore)
            return
        ear.there.add(channel)
        if len(ear.there) == 2:
            call = ear.note.call
            made = Ask("POST", f"bridges/{ear.bridge}", (("type", "mixing"),))
            self._request(made, partial(self._asked, ear), call)
            both = (("channel", f"{ear.snoop},{ear.media}"),)
            added = Ask("POST", f"bridges/{ear.bridge}/addChannel", both)
            self._request(added, partial(self._asked, ear), call)

    def gone(self, leg: LegId) -> None:
        """A leg has ended: what listened to it is of no use."""
        self._close(leg)

    def disconnected(self) -> None:
        """Nothing that was asked for is certain any more; the core asks again when we are back."""
        for leg in list(self._ears):
            self._close(leg)

    def left_behind(self, bridges: Iterable[str]) -> tuple[Ask, ...]:
        """Say how to be rid of bridges of an earlier process, or connection."""
        mine = {ear.bridge for ear in self._ears.values()}
        return tuple(
            Ask("DELETE", f"bridges/{bridge}")
            for bridge in bridges
            if bridge.startswith(EAR) and bridge not in mine
        )

    async def stop(self) -> None:
        """Let go of everything. Channels end with their sockets, bridges at the next start."""
        for leg in list(self._ears):
            self._close(leg)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_open(self, ear: _Ear) -> bool:
        return self._ears.get(ear.note.leg) is ear

    def _began(self, ear: _Ear) -> None:
        if self._is_open(ear):
            note = ear.note
            self._tell(SpeechStarted(call=note.call, leg=note.leg, listen=ear.listen))

    def _understood(self, ear: _Ear, text: str, confidence: float) -> None:
        if self._is_open(ear):
            self._tell(
                SpeechFinal(
                    call=ear.note.call,
                    leg=ear.note.leg,
                    listen=ear.listen,
                    text=text,
                    confidence=confidence,
                )
            )

    def _asked(self, ear: _Ear, reply: Reply | AriRequestError) -> None:
        """Without one of its parts an ear hears nothing: the caller presses keys."""
        if (isinstance(reply, AriRequestError) or not reply.is_fine) and self._is_open(ear):
            log.warning("words cannot be listened for: %s", reply, extra={"leg": ear.note.leg})
            self._close(ear.note.leg)

    def _media_made(self, ear: _Ear, reply: Reply | AriRequestError) -> None:
        if isinstance(reply, AriRequestError) or not reply.is_fine:
            self._asked(ear, reply)
            return
        if not self._is_open(ear):
            return
        try:
            connection = _MADE.decode(reply.body).channelvars["MEDIA_WEBSOCKET_CONNECTION_ID"]
        except (msgspec.DecodeError, KeyError):
            log.warning("this Asterisk has no media over websockets", extra={"leg": ear.note.leg})
            self._close(ear.note.leg)
            return
        work = self._carry(ear, connection)
        ear.carrier = asyncio.get_running_loop().create_task(work, name=ear.name)
        self._tasks.add(ear.carrier)
        ear.carrier.add_done_callback(self._tasks.discard)

    async def _carry(self, ear: _Ear, connection: str) -> None:
        """Carry sound from Asterisk to the recogniser until either ends."""
        try:
            async with connect(
                self._media_url + quote(connection, safe=""),
                subprotocols=["media"],  # type: ignore[list-item]
                compression=None,
                proxy=None,
                open_timeout=_OPEN_WITHIN_S,
                close_timeout=1.0,
                max_size=_LARGEST_FRAME,
                max_queue=64,
            ) as socket:
                async for frame in socket:
                    if isinstance(frame, bytes) and ear.hearing is not None:
                        ear.hearing.feed(frame)
        except (OSError, TimeoutError, InvalidHandshake, InvalidMessage, WebSocketException) as e:
            if self._is_open(ear):
                log.warning("no sound from Asterisk: %s", e, extra={"leg": ear.note.leg})


def _ignore(_: Reply | AriRequestError) -> None:
    """Take an answer that nothing depends on: what was to go may be gone."""
