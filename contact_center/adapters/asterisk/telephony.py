"""The telephony port on a real Asterisk: wires the client, the translation and the requests.

Everything happens in the reading loop: an event is translated and posted where it is read, an
answer is dealt with where it is read, so what the core is told has the order Asterisk gave it.
Commands of a call go over the one socket in the order they come; see `carrying` for what goes
first when there is more to do than Asterisk does at once.

After each connect three requests ask what is alive; until they are answered commands are refused
as ``unreachable``, for the core does not know yet what it commands.
"""

import asyncio
import logging
import secrets
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import partial

import msgspec

from contact_center.adapters.asterisk import ari_messages as wire
from contact_center.adapters.asterisk import reconcile, tapes
from contact_center.adapters.asterisk.ari import (
    AriClient,
    AriHealth,
    AriItem,
    AriLimits,
    Connected,
    Disconnected,
)
from contact_center.adapters.asterisk.ari_http import AriHttp
from contact_center.adapters.asterisk.ari_lanes import Urgency
from contact_center.adapters.asterisk.ari_link import Ask, OnReply, Reply
from contact_center.adapters.asterisk.ari_sockets import OutboundSockets, sockets_of
from contact_center.adapters.asterisk.book import Book, LegNote
from contact_center.adapters.asterisk.carrying import Carrier
from contact_center.adapters.asterisk.devices import Devices
from contact_center.adapters.asterisk.errors import AriDisconnectedError, AriRequestError
from contact_center.adapters.asterisk.examining import await_quiet, examine, unknown
from contact_center.adapters.asterisk.keeping import Keeping
from contact_center.adapters.asterisk.listening import Listening
from contact_center.adapters.asterisk.replacing import StandIns
from contact_center.adapters.asterisk.requests import Requests, music_again
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.adapters.asterisk.takeover import taken_over
from contact_center.adapters.asterisk.translate import Translation
from contact_center.core.commands import PickUp, TelephonyCommand
from contact_center.core.events import (
    AmdResult,
    AmdVerdict,
    CallAnswered,
    CallEnded,
    CallOffered,
    Event,
    PlaybackFailed,
    PlaybackFinished,
    ProviderGap,
    RecordingFailed,
)
from contact_center.core.ids import LegId, RecordingId
from contact_center.ports import Capabilities, KeyMode, Post, PromptSource, Recogniser

log = logging.getLogger(__name__)

_RECONCILE_AGAIN_S = 1.0


class _Sync(Enum):
    """How far we are after a connect."""

    AWAY = "away"
    ASKING = "asking"
    COMPLETE = "complete"


MOST_OF_A_RECORDING = 64 * 2**20
"""In bytes: more than an hour."""


class AsteriskTelephony:
    """A `contact_center.ports.TelephonyPort` on one Asterisk."""

    def __init__(
        self,
        settings: AsteriskSettings,
        prompts: PromptSource,
        *,
        name: str = "asterisk",
        recogniser: Recogniser | None = None,
    ) -> None:
        self._settings = settings
        self._name = name
        self._book = Book()
        self._translate = Translation(self._book)
        nonce = f"{secrets.token_hex(3)}n"
        self._requests = Requests(self._book, prompts, settings, nonce)
        self._sockets = sockets_of(settings)
        limits = AriLimits(request_deadline_s=settings.request_deadline_s)
        self._client = AriClient(
            self._sockets, app=settings.app, on_item=self._on_item, limits=limits
        )
        self._stand_ins = StandIns()
        self._devices = Devices(settings, self._request, self._tell)
        self._keeping = Keeping(self._book, self._request, self.download, self._tell)
        self._carrier = Carrier(
            self._book,
            self._requests,
            self._translate,
            self._keeping,
            self._request,
            self._tell,
            transfer_within_s=settings.transfer_within_s,
        )
        self._listening = Listening(
            self._book,
            recogniser,
            settings.url,
            settings.app,
            self._request,
            self._tell,
            nonce,
        )
        self._post: Post | None = None
        self._task: asyncio.Task[None] | None = None
        self._sync = _Sync.AWAY
        self._began: set[LegId] = set()
        self._round = 0

    @property
    def capabilities(self) -> Capabilities:
        """What an Asterisk can do."""
        return Capabilities(
            name=self._name,
            keys=KeyMode.STREAM,
            pick_up=False,
            originate_is_idempotent=True,
            coach=True,
            amd=bool(self._settings.amd_context),
            unsupported=frozenset({PickUp}),
        )

    @property
    def url(self) -> str:
        """Asterisk's HTTP server."""
        return self._settings.url

    @property
    def health(self) -> AriHealth:
        """The state of the connection, for readiness checks and people."""
        return self._client.health

    @property
    def is_ready(self) -> bool:
        """Say whether commands are taken: connected, and what is alive is known."""
        return self._sync is _Sync.COMPLETE

    @property
    def listening_port(self) -> int | None:
        """The port Asterisk connects to, when it is Asterisk that connects."""
        return self._sockets.port if isinstance(self._sockets, OutboundSockets) else None

    def watch(self, devices: Iterable[str]) -> None:
        """Tell what these phones do, from now on."""
        self._devices.watch(devices)

    def moved(self, device: str) -> None:
        """An agent's phone is elsewhere from now on, as `AsteriskSettings.where` says."""
        self._devices.moved(device)

    async def start(self, post: Post) -> None:
        """Begin connecting. Raises AriRefusedError when our own port is taken."""
        self._post = post
        await self._sockets.open()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="asterisk")

    async def submit(self, commands: Sequence[TelephonyCommand]) -> None:
        """Hand over commands, oldest first."""
        self._carrier.submit(commands, is_away=self._sync is not _Sync.COMPLETE)
        if self._sync is _Sync.COMPLETE and self._listening.is_possible:
            self._listening.take(commands)

    async def stop(self) -> None:
        """Close the connection. Live calls and their music go on; no event comes any more."""
        self._post = None
        await self._keeping.stop()
        await self._listening.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def download(self, url: str) -> bytes:
        """Fetch what a RecordingFinished event named. Raises AriRequestError; also if too long."""
        settings = self._settings
        async with AriHttp(
            settings.url, user=settings.user, password=settings.password, deadline_s=60.0
        ) as http:
            return await http.download(url, at_most=MOST_OF_A_RECORDING)

    async def _run(self) -> None:
        try:
            await self._client.run()
        except Exception:
            # A bug of ours; without this line it would be seen only when somebody stops us.
            log.exception("the connection to Asterisk ended for a reason that is not its fault")
            raise

    def _tell(self, *events: Event) -> None:
        if self._post is not None:
            for event in events:
                self._post(event)

    def _request(
        self, ask: Ask, on_reply: OnReply, lane: str = "", urgency: Urgency = Urgency.NOW
    ) -> None:
        self._client.request(self._stand_ins.ask(ask), on_reply, lane, urgency)

    # --- events --------------------------------------------------------------------------------

    def _on_item(self, item: AriItem) -> None:
        if isinstance(item, Connected):
            self._reconcile()
        elif isinstance(item, Disconnected):
            self._gap()
        elif isinstance(item, wire.DeviceStateChanged):
            self._devices.heard(item)
        elif isinstance(item, wire.StasisStart) and (
            asks := self._stand_ins.take(item, self._book)
        ):
            self._ask_aside(asks)
        elif (event := self._stand_ins.heard(item)) is not None:
            self._heard(event)

    def _heard(self, item: wire.Event) -> None:
        try:
            events = self._translate(item)
        except Exception:
            # One event that was not thought of must not end the connection of all calls.
            log.exception("an event of type %s could not be translated", type(item).__name__)
            return
        for event in events:
            self._tell(event)
            self._follow_up(event)
        self._ask_aside(tapes.over(item))
        if isinstance(item, wire.StasisStart):
            self._listening.heard(item)
            self._ask_aside(taken_over(item, self._book))
            self._tape(item)
        if not events and (self._book.coaches or isinstance(item, wire.StasisStart)):
            asks, told = self._requests.coaching.heard(item)
            self._ask_aside(asks)
            self._tell(*told)

    def _follow_up(self, event: Event) -> None:
        """Do what an event makes necessary and the core need not know of."""
        if isinstance(event, CallEnded):
            self._listening.gone(event.leg)
        match event:
            case CallEnded() if event.leg in self._book.coaches:
                self._ask_aside(self._requests.coaching.leave(event.leg))
            case CallAnswered():
                self._examine(event.leg)
            case AmdResult(verdict=AmdVerdict.MACHINE, beep=False):
                note = self._book.legs.get(event.leg)
                if note is not None and not note.hanging_up:
                    self._ask_aside((await_quiet(note),))
            case CallOffered() if self._sync is _Sync.ASKING:
                self._began.add(event.leg)
            case PlaybackFinished() | PlaybackFailed():
                note = self._book.legs.get(event.leg)
                if note is not None and note.music and note.sounding and not note.hanging_up:
                    self._request(music_again(note), _ignore, note.call, Urgency.LATER)
            case _:
                pass

    def _tape(self, event: wire.StasisStart) -> None:
        """Record what a channel hears that listens to a leg for it."""
        ask = tapes.heard(event)
        if ask is not None:
            recording = RecordingId(event.args[1])
            self._request(ask, partial(self._taped, recording), "")

    def _taped(self, recording: RecordingId, reply: Reply | AriRequestError) -> None:
        sound = self._book.recordings.get(recording)
        if sound is None or (isinstance(reply, Reply) and (reply.is_fine or reply.status == 409)):
            return
        self._book.recorded(recording)
        self._ask_aside((tapes.let_go(recording),))
        self._tell(RecordingFailed(call=sound.call, leg=sound.leg, recording=recording))

    def _examine(self, leg: LegId) -> None:
        """Have Asterisk listen to who answered, if that was asked for."""
        note = self._book.legs.get(leg)
        if note is None or not note.amd:
            return
        note.amd = False
        if not self._settings.amd_context:
            self._tell(unknown(note))
            return
        note.examining = True
        ask = examine(note, self._settings.amd_context)
        self._request(ask, partial(self._examines, note), note.call)

    def _examines(self, note: LegNote, reply: Reply | AriRequestError) -> None:
        refused = isinstance(reply, AriRequestError) or not reply.is_fine
        if refused and note.examining:
            note.examining = False
            self._tell(unknown(note))

    def _ask_aside(self, asks: Sequence[Ask]) -> None:
        for ask in asks:
            self._request(ask, _ignore)

    def _gap(self) -> None:
        self._devices.disconnected()
        self._listening.disconnected()
        was_complete = self._sync is _Sync.COMPLETE
        self._sync = _Sync.AWAY
        if was_complete:
            self._tell(ProviderGap(provider=self._name))

    # --- reconciling ---------------------------------------------------------------------------

    def _reconcile(self) -> None:
        self._sync = _Sync.ASKING
        self._round += 1
        self._began = set()
        bodies: list[str] = []
        for ask in reconcile.asks(self._settings.app):
            self._request(ask, partial(self._reconciled, self._round, bodies))

    def _reconciled(self, turn: int, bodies: list[str], reply: Reply | AriRequestError) -> None:
        if turn != self._round or self._sync is not _Sync.ASKING:
            return
        if isinstance(reply, AriDisconnectedError):
            return
        if isinstance(reply, AriRequestError) or not reply.is_fine:
            log.warning("Asterisk did not say what is alive (%s); asking again", reply)
            self._round += 1
            asyncio.get_running_loop().call_later(
                _RECONCILE_AGAIN_S, self._reconcile_again, self._round
            )
            return
        bodies.append(reply.body)
        if len(bodies) == 3:
            self._resync(bodies)

    def _reconcile_again(self, turn: int) -> None:
        if turn == self._round and self._sync is _Sync.ASKING:
            self._reconcile()

    def _resync(self, bodies: list[str]) -> None:
        try:
            snapshot = self._stand_ins.seen(reconcile.Snapshot.read(*bodies))
        except msgspec.DecodeError:
            log.exception("what Asterisk says is alive is not understood; asking again")
            asyncio.get_running_loop().call_later(
                _RECONCILE_AGAIN_S, self._reconcile_again, self._round
            )
            return
        event = reconcile.resync(self._name, snapshot, self._book, frozenset(self._began))
        snoops, bridges = reconcile.servants(snapshot)
        self._ask_aside(self._requests.coaching.left_behind(snoops, bridges))
        self._ask_aside(self._listening.left_behind(bridges))
        self._began = set()
        self._sync = _Sync.COMPLETE
        log.info("Asterisk: %d legs and %d talks are alive", len(event.legs), len(event.talks))
        self._tell(event)
        self._devices.connected()


def _ignore(_: Reply | AriRequestError) -> None:
    """Take an answer that nothing depends on: the leg may be gone by now."""
