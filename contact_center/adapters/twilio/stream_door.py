"""Where media streams meet the provider: what they play is found, what they tell is handed on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from contact_center.adapters.twilio.agenda import Effects
from contact_center.adapters.twilio.dialects import DIALECTS
from contact_center.adapters.twilio.machine import Machine
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.signature import Keyring, Verifier
from contact_center.adapters.twilio.stream_ears import StreamEars
from contact_center.adapters.twilio.stream_orders import never_played
from contact_center.adapters.twilio.streamed import Order
from contact_center.adapters.twilio.streams import PATH, MediaStreams, StreamSettings
from contact_center.adapters.twilio.tokens import StreamKey
from contact_center.adapters.twilio.tones import tone
from contact_center.adapters.twilio.urls import MEDIA
from contact_center.core.commands import Listen, PlaySequence, PromptItem, TelephonyCommand
from contact_center.core.events import CallEvent, Event
from contact_center.core.ids import LegId
from contact_center.ports import Recogniser

log = logging.getLogger(__name__)

MUSIC_WITHIN_S = 10.0
MOST_MUSIC = 32 * 2**20
"""Bytes of one music."""
Media = Callable[[str], Path | bytes | None]


Recording = Callable[[str, str], Awaitable[bytes | None]]
"""Gives the sound of a recording, by its token and name."""


class StreamDoor:
    """The streams of one account. ``do``: carries out what the machine of legs wants done.

    ``recogniser``: understands words of callers, where it is not Twilio who does.
    """

    def __init__(
        self,
        settings: TwilioSettings,
        machine: Machine,
        do: Callable[[Effects], None],
        *,
        media: Media,
        recording: Recording,
        clock: Callable[[], int],
        recogniser: Recogniser | None = None,
    ) -> None:
        self._machine = machine
        self._do = do
        self._media = media
        self._recording = recording
        self._clock = clock
        self._music: dict[str, bytes | None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        secret = next(filter(None, settings.auth_tokens), None)
        base = settings.public_base_url
        if settings.stream_url:
            base = settings.stream_url.removesuffix(PATH).replace("ws", "http", 1)
        self.streams = MediaStreams(
            StreamSettings(host=settings.listen_host, port=settings.stream_port or 0),
            verifier=Verifier(
                base,
                Keyring.of(settings.auth_tokens, settings.shared_keys),
                account_sid=settings.account_sid,
                signature_header=DIALECTS[settings.dialect].signature_header,
            ),
            key=StreamKey.of(secret or settings.shared_keys[0].secret),
            account_sid=settings.account_sid,
            wav=self._wav,
            music=self._music_wav,
            clock=clock,
            watch=self,
        )
        self._ears: StreamEars | None = None
        if recogniser is not None:
            self._ears = StreamEars(recogniser, self.streams, self._understood)
        machine.let_stream(self.streams.parameters)

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._loop = asyncio.get_running_loop()
        await self.streams.start(self._told)

    async def stop(self) -> None:
        """Close every stream; calls go on with their documents."""
        if self._ears is not None:
            await self._ears.stop()
        await self.streams.stop()

    def listen(self, command: TelephonyCommand) -> None:
        """Let words be understood here, if a command is about that; before the machine has it."""
        streaming = self._machine.streaming
        if self._ears is None or streaming is None:
            return
        if not isinstance(command, Listen) or streaming.may_stream(command.leg):
            self._ears.take(command)
        if self._ears.hears(command.leg):
            streaming.heard.add(command.leg)
        else:
            streaming.heard.discard(command.leg)

    def ended(self, leg: LegId) -> None:
        """A leg is over: nobody has anything to say."""
        if self._ears is not None and self._machine.streaming is not None:
            self._ears.close(leg)
            self._machine.streaming.heard.discard(leg)

    def _understood(self, event: CallEvent) -> None:
        self._do(self._machine.stream_told(event, self._clock()))

    def submit(self, order: Order) -> None:
        """Let the leg's stream do something; what it has to play is told of in any case."""
        if not self.streams.submit(order) and isinstance(order, PlaySequence):
            self._told(never_played(order.call, order.leg, order.playback, "the stream ended"))

    # --- what streams tell, in the owner's loop ------------------------------------------------

    def stream_opened(self, leg: LegId, _call_sid: str) -> None:
        """Hand on that a stream is there."""
        if self._ears is not None:
            self._ears.stream_opened(leg)
        self._do(self._machine.stream_opened(leg, self._clock()))

    def stream_closed(self, leg: LegId, _call_sid: str) -> None:
        """Hand on that it is over."""
        self._do(self._machine.stream_closed(leg, self._clock()))

    def _told(self, event: Event) -> None:
        if isinstance(event, CallEvent):
            self._do(self._machine.stream_told(event, self._clock()))

    # --- what they play, in their own loop -----------------------------------------------------

    async def _wav(self, item: PromptItem) -> bytes | None:
        assert self._loop is not None
        asking = asyncio.run_coroutine_threadsafe(self._sound(item), self._loop)
        return await asyncio.wrap_future(asking)

    async def _music_wav(self, music: str) -> bytes | None:
        assert self._loop is not None
        asking = asyncio.run_coroutine_threadsafe(self._music_of(music), self._loop)
        return await asyncio.wrap_future(asking)

    # --- found in the owner's loop -------------------------------------------------------------

    async def _sound(self, item: PromptItem) -> bytes | None:
        found = self._machine.sounds.find([item])
        return None if not found else await self._local(found[0].url)

    async def _music_of(self, music: str) -> bytes | None:
        url = self._machine.documents.music_url(music)
        if url not in self._music:
            wav = await self._local(url)
            self._music[url] = wav if wav is not None else await _fetched(url)
        return self._music[url]

    async def _local(self, url: str) -> bytes | None:
        """Read what an address of ours leads to, without asking ourselves over the network."""
        path = urlsplit(url).path
        _, mark, name = path.partition(f"{MEDIA}/")
        if not mark:
            return None
        kind, _, rest = name.partition("/")
        if kind == "tones":
            return tone(rest)
        if kind == "recordings":
            token, _, recording = rest.partition("/")
            return await self._recording(token, recording.removesuffix(".wav"))
        found = self._media(name)
        return await asyncio.to_thread(_content, found) if isinstance(found, Path) else found


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


async def _fetched(url: str) -> bytes | None:
    """Fetch a music that is kept elsewhere."""
    try:
        async with (
            asyncio.timeout(MUSIC_WITHIN_S),
            aiohttp.ClientSession(trust_env=False) as session,
            session.get(url) as response,
        ):
            content = await response.content.read(MOST_MUSIC)
            good = response.status == 200 and response.content.at_eof()
    except (TimeoutError, aiohttp.ClientError, ValueError):
        good, content = False, b""
    if not good:
        log.warning("a music cannot be fetched for streams, which stay silent instead")
    return content if good else None
