"""The telephony port on a Twilio account: the machine of legs, wired to the web and to REST.

Requests of Twilio's come in at `webhooks`, questions go out through `carrying`, one of a leg at a
time; in between is `machine`, which knows neither. Twilio has no stream of events to lose. What can
be lost is its REST interface: then talks and music go on, keys are heard, but nothing can be
changed; so that is when the core is told of a gap.
"""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any

from aiohttp import web

from contact_center.adapters.twilio.agenda import Effects
from contact_center.adapters.twilio.asks import Ask
from contact_center.adapters.twilio.believing import seals_of, verifier_of
from contact_center.adapters.twilio.carrying import Carrier
from contact_center.adapters.twilio.dialects import DIALECTS
from contact_center.adapters.twilio.intents import RememberedIntents
from contact_center.adapters.twilio.listing import listed
from contact_center.adapters.twilio.machine import UNSUPPORTED, Machine
from contact_center.adapters.twilio.pacing import BreakerSettings, BreakerState
from contact_center.adapters.twilio.rest import TwilioRest
from contact_center.adapters.twilio.resync import resync
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.settling import Reply
from contact_center.adapters.twilio.stream_door import StreamDoor
from contact_center.adapters.twilio.streamed import ToStream
from contact_center.adapters.twilio.timing import Timing
from contact_center.adapters.twilio.twiml import Document
from contact_center.adapters.twilio.urls import Place, Route, Urls
from contact_center.adapters.twilio.webhooks import Media, Webhooks
from contact_center.adapters.twilio.wishes import failed
from contact_center.core.commands import EndCause, Originate, TelephonyCommand
from contact_center.core.events import CallEnded, EndedBy, Event, ProviderGap
from contact_center.core.ids import LegId, RecordingId
from contact_center.ports import Capabilities, IntentStore, KeyMode, Post, PromptSource, Recogniser

log = logging.getLogger(__name__)

EPOCH_ZERO_S = 1_767_225_600
"""2026. Epochs count from the second in which a process began, so a later one's are greater."""
PROBE_S = 10.0
RESYNC_AGAIN_S = 1.0
STOP_WITHIN_S = 2.0
"""So long requests that are being answered have when we stop."""
_TICK_S, _LEAST_S = 1.0, 0.002


class Sync(Enum):
    """How far we are with knowing what is alive."""

    AWAY = "away"
    COMPLETE = "complete"


class TwilioTelephony:
    """A `contact_center.ports.TelephonyPort` on one Twilio account.

    ``media``: finds sounds that prompts' addresses lead to, by path. ``intents``: where is written
    what is dialled. ``serve``: open a port of our own (`settings.listen_port`) for Twilio; else the
    routes are somebody else's to serve. ``probe_s``: how often REST is tried when nothing is asked.
    ``timing``: how it is waited. ``recogniser``: understands words over media streams; Twilio does
    where there is none.
    """

    def __init__(
        self,
        settings: TwilioSettings,
        prompts: PromptSource,
        *,
        media: Media = lambda _path: None,
        intents: IntentStore | None = None,
        name: str = "twilio",
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000,
        serve: bool = True,
        probe_s: float = PROBE_S,
        breaker: BreakerSettings | None = None,
        timing: Timing | None = None,
        recogniser: Recogniser | None = None,
    ) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        self._name = name
        self._clock = clock
        self._serve = serve
        self._probe_s = probe_s
        self._intents: IntentStore = intents if intents is not None else RememberedIntents()
        self._seals = seals_of(settings)
        dialect = DIALECTS[settings.dialect]
        urls = Urls(settings.public_base_url, patience=dialect.patience, seals=self._seals)
        self._base = urls.base
        self.machine = Machine(
            settings,
            urls,
            prompts,
            key=secrets.token_bytes(16),
            first_epoch=max(1, clock() // 1_000_000 - EPOCH_ZERO_S),
        )
        self.machine.is_complete = False
        self.rest = TwilioRest(
            settings,
            chance=random.SystemRandom().random,
            breaker=breaker,
            changed=self._breaker_changed,
            timing=self._timing,
        )
        self.webhooks = self._webhooks(media)
        self.door = self._stream_door(media, recogniser)
        self._carrier = Carrier(self.rest, self._intents, self._is_taken, clock)
        self._post: Post | None = None
        self._sync = Sync.AWAY
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[int, asyncio.Future[Document]] = {}
        self._tokens = 0
        self._soon = asyncio.Event()
        self._look = asyncio.Event()

    def _stream_door(self, media: Media, recogniser: Recogniser | None) -> StreamDoor | None:
        if self._settings.stream_port is None:
            return None
        return StreamDoor(
            self._settings,
            self.machine,
            self._do,
            media=media,
            recording=self.recording,
            clock=self._clock,
            recogniser=recogniser,
        )

    def _webhooks(self, media: Media) -> Webhooks:
        return Webhooks(
            self,
            verifier_of(self._settings, self._clock),
            media,
            dialect=DIALECTS[self._settings.dialect],
            timing=self._timing,
            seals=self._seals,
        )

    # --- the port ------------------------------------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """What a Twilio account can do."""
        return Capabilities(
            name=self._name,
            keys=KeyMode.GATHER if self.door is None else KeyMode.STREAM,
            pick_up=False,
            originate_is_idempotent=False,
            timer_granularity_us=1_000_000,
            max_calls_per_s=self._settings.max_calls_per_s,
            coach=True,
            amd=True,
            unsupported=frozenset(UNSUPPORTED),
        )

    @property
    def is_ready(self) -> bool:
        """Say whether commands are taken: REST answers, and what is alive is known."""
        return self._sync is Sync.COMPLETE

    @property
    def listening_port(self) -> int | None:
        """The port that Twilio (or a proxy before us) reaches."""
        if self._runner is None or not self._runner.addresses:
            return None
        return int(self._runner.addresses[0][1])

    async def start(self, post: Post) -> None:
        """Open the door and begin asking what is alive. Raises OSError when the port is taken."""
        self._post = post
        await self.rest.__aenter__()
        if self._serve:
            self._runner = web.AppRunner(
                self.webhooks.application(), access_log=None, shutdown_timeout=STOP_WITHIN_S
            )
            await self._runner.setup()
            site = web.TCPSite(self._runner, self._settings.listen_host, self._settings.listen_port)
            try:
                await site.start()
            except OSError:
                await self.stop()
                raise
        if self.door is not None:
            try:
                await self.door.start()
            except OSError:
                await self.stop()
                raise
        self._spawn(self._run(), "twilio")
        self._spawn(self._tick(), "twilio time")

    async def submit(self, commands: Sequence[TelephonyCommand]) -> None:
        """Take commands down, oldest first."""
        for command in commands:
            if self._sync is Sync.COMPLETE:
                if self.door is not None:
                    self.door.listen(command)
                self._do(self.machine.command(command, self._clock()))
            else:
                self._refuse(command)

    async def stop(self) -> None:
        """Close the door and ask nothing more. Live calls go on with what they do."""
        self._post = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for token in list(self._waiting):
            # Whoever asks will ask again, perhaps another process.
            self._do(self.machine.overdue(token, self._clock()))
        if self.door is not None:
            await self.door.stop()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()
        await self.rest.__aexit__(None, None, None)

    async def download(self, url: str) -> bytes:
        """Fetch what a RecordingFinished event named. Raises LookupError when it is not there."""
        reply = await self.rest.download_recording(url.removeprefix("recordings/"))
        if not reply.ok:
            raise LookupError(f"Twilio does not give the recording: {reply.fate.value}")
        return reply.content

    # --- requests of Twilio's ------------------------------------------------------------------

    def now(self) -> int:
        """Microseconds UTC."""
        return self._clock()

    def ask(
        self, route: Route, place: Place | None, params: Mapping[str, str]
    ) -> asyncio.Future[Document]:
        """Take a request of Twilio's; the answer comes."""
        self._tokens += 1
        token = self._tokens
        answer: asyncio.Future[Document] = asyncio.get_running_loop().create_future()
        self._waiting[token] = answer
        effects = self.machine.request(route, place, params, token, self._clock())
        self._do(effects)
        if self._post is None and not answer.done():
            self._do(self.machine.overdue(token, self._clock()))
        return answer

    def overdue(self, answer: asyncio.Future[Document]) -> None:
        """See to it that a request is answered now."""
        for token, waiting in list(self._waiting.items()):
            if waiting is answer:
                self._do(self.machine.overdue(token, self._clock()))

    async def recording(self, token: str, recording: str) -> bytes | None:
        """Give the sound of a recording to somebody with the right token."""
        name = RecordingId(recording)
        tape = self.machine.book.kept.get(name)
        if tape is None or not secrets.compare_digest(token, self.machine.sounds.token(name)):
            return None
        reply = await self.rest.download_recording(tape.sid)
        return reply.content if reply.ok else None

    # --- what the machine wants done -----------------------------------------------------------

    def _do(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Reply):
                answer = self._waiting.pop(effect.token, None)
                if answer is not None and not answer.done():
                    answer.set_result(effect.document)
            elif isinstance(effect, Ask):
                self._spawn(self._carry(effect), "twilio question")
            elif isinstance(effect, ToStream):
                assert self.door is not None
                self.door.submit(effect.order)
            else:
                self._tell(effect)
        self._soon.set()

    def _tell(self, event: Event) -> None:
        if isinstance(event, CallEnded):
            if self.door is not None:
                self.door.ended(event.leg)
            if str(event.leg) != str(event.call):
                self._spawn(self._intents.over(event.leg), "twilio intent")
        if self._post is not None:
            self._post(event)

    async def _carry(self, ask: Ask) -> None:
        answer = await self._carrier.carry(ask)
        self._do(self.machine.answered(ask, answer, self._clock()))

    def _is_taken(self, sid: str) -> bool:
        return self.machine.book.of_sid(sid) is not None or self.machine.book.has_ended(sid)

    async def _tick(self) -> None:
        while True:
            due = self.machine.next_due
            wait = _TICK_S if due is None else min(_TICK_S, (due - self._clock()) / 1_000_000)
            self._soon.clear()
            await self._timing.happens(self._soon, max(_LEAST_S, wait))
            self._do(self.machine.tick(self._clock()))
            await asyncio.sleep(0)

    def _refuse(self, command: TelephonyCommand) -> None:
        detail = "Twilio cannot be reached"
        self._tell(failed(command, "unreachable", detail, retryable=True))
        book = self.machine.book
        if not isinstance(command, Originate) or command.leg in book.legs:
            return
        if book.has_ended(command.leg):
            return
        book.end(book.begin(command.leg, self._clock(), call=command.call, dialled=True))
        ended = CallEnded(
            call=command.call, leg=command.leg, cause=EndCause.FAILED, by=EndedBy.SWITCH
        )
        self._tell(ended)

    # --- whether REST answers ------------------------------------------------------------------

    def _breaker_changed(self, _refusing: bool) -> None:
        self._look.set()

    async def _run(self) -> None:
        """Ask what is alive until that is known, then see that REST goes on answering."""
        while True:
            if self._sync is Sync.AWAY:
                if not await self._resync():
                    await self._timing.sleep(RESYNC_AGAIN_S)
                continue
            self._look.clear()
            await self._timing.happens(self._look, self._probe_s)
            is_shut = self.rest.breaker is not BreakerState.CLOSED
            if is_shut or not (await self.rest.ping()).ok:
                self._gap()

    def _gap(self) -> None:
        self._sync = Sync.AWAY
        self.machine.is_complete = False
        log.warning("Twilio's REST interface does not answer")
        self._tell(ProviderGap(provider=self._name))

    async def _resync(self) -> bool:
        known: dict[str, LegId] = {
            leg.sid: leg.leg for leg in self.machine.book.legs.values() if leg.sid
        }
        intents = await self._intents.still_open()
        for intent in intents:
            if intent.sid:
                known.setdefault(intent.sid, intent.leg)
        # What this process dials itself finds its call by itself.
        book = self.machine.book
        open_ = [i for i in intents if not i.sid and i.leg not in book.legs]
        asked_at = self._clock()
        listing = await listed(self.rest, self._base, known, open_)
        if listing is None:
            return False
        for sid, leg in listing.known.items() - known.items():
            await self._intents.found(leg, sid)
        effects = resync(self.machine, self._name, listing, asked_at=asked_at, now=self._clock())
        self._sync = Sync.COMPLETE
        self._do(effects)
        log.info(
            "Twilio: %d legs and %d talks are alive",
            len(self.machine.book.legs),
            len(self.machine.book.talks),
        )
        return True

    # --- tasks ---------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(partial(self._over, name))

    def _over(self, name: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            log.error("a %s failed for a reason that is ours", name, exc_info=problem)
