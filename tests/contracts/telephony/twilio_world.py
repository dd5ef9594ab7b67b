"""The contract's world on an emulated Twilio, over real HTTP in both directions.

Time is moved by hand, as fast as both sides have nothing left to do at an instant; with media
streams, which have a thread and time of their own, it is real.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from contact_center.adapters.twilio.pacing import BreakerSettings
from contact_center.adapters.twilio.settings import Secret, TwilioSettings
from contact_center.adapters.twilio.telephony import TwilioTelephony
from contact_center.adapters.twilio.timing import Timing
from contact_center.core.commands import PromptItem
from contact_center.core.events import Event, ProviderResynced
from contact_center.ports import Recogniser
from tests.contracts.telephony.melodies import MELODIES, wav
from tests.contracts.telephony.world import (
    ANA,
    BEN,
    DID,
    LONG,
    NO_NUMBER,
    NOBODY,
    OUTSIDE,
    Party,
)
from tests.emulators.twilio import parties, texml
from tests.emulators.twilio.clock import Clock, VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.emulators.twilio.manners import TWILIO, Manner
from tests.real.ports import free_port

KEY_S = 0.25
"""What a person takes for a key: to the next one, and down."""
_PATIENCE_S = 40.0
_LOOK_S, _REALLY_LOOK_S = 0.25, 0.02
PROBE_S = 0.3
QUICK = BreakerSettings(failures=2, open_s=0.2, max_open_s=0.5)
"""A gap is noticed soon, and its end too: tests wait for both."""
MUSIC = "music.wav"
CALLER_ID = "+14155550100"
ON_TELNYX: dict[str, Any] = {
    "dialect": "telnyx",
    "application_sid": texml.APPLICATION,
    "public_keys": (texml.PUBLIC_KEY.decode(),),
}
_BEHAVIOURS = {
    "manual": "manual",
    "answer": "answer after 0.2 s",
    "busy": "busy",
    "decline": "decline",
    "ignore": "ignore",
    "asked": "manual",
    "machine": "machine after 0.2 s beep at 4 s",
    "silent": "silent after 0.2 s",
}
_NAMES = {hashlib.sha256(text.encode()).hexdigest(): text for text in MELODIES}
_wav = functools.cache(wav)


class KnownPrompts:
    """The prompts of the contract, as addresses on the desk's own web server."""

    def media_url(self, text: str, language: str) -> str | None:
        names = [name for name, words in _NAMES.items() if words == text]
        return f"http://127.0.0.1:1/prompts/{names[0]}.wav" if names else None

    def file_url(self, name: str, language: str) -> str | None:
        return None

    def duration_ms(self, text: str, language: str) -> int | None:
        melody = MELODIES.get(text)
        return round(1000 * sum(seconds for _, seconds in melody)) if melody else None


def prompt_sound(path: str) -> bytes | None:
    """What is served under a prompt's path."""
    if path.endswith(MUSIC):
        return _wav(LONG.text)
    name = path.rpartition("/")[2].removesuffix(".wav")
    return _wav(_NAMES[name]) if name in _NAMES else None


async def passes(clock: Clock, seconds: float) -> None:
    """Let time pass on either kind of clock."""
    if isinstance(clock, VirtualClock):
        await clock.advance(seconds)
    else:
        await clock.sleep(seconds)


@contextmanager
def on_one_clock(clock: Clock, telephony: TwilioTelephony) -> Iterator[None]:
    """Where time is moved by hand, it stands still until this adapter has nothing left to do."""
    if not isinstance(clock, VirtualClock):
        yield
        return
    rest, webhooks = telephony.rest, telephony.webhooks

    def waiting() -> int:
        return webhooks.counts.waiting

    def quiet() -> bool:
        return rest.in_flight <= rest.counts.pausing + clock.stalled

    clock.waiting.append(waiting)
    clock.quiet_when.append(quiet)
    loop = asyncio.get_running_loop()
    debugs = loop.get_debug()
    # The loop turns ten thousands of times a test; to note each time who asked takes most of it.
    loop.set_debug(False)
    try:
        yield
    finally:
        loop.set_debug(debugs)
        clock.waiting.remove(waiting)
        clock.quiet_when.remove(quiet)


def timing_of(clock: Clock) -> Timing:
    """How an adapter waits on the emulator's clock."""
    return Timing(clock.now, clock.call_later) if isinstance(clock, VirtualClock) else Timing()


async def until(clock: Clock, condition: Callable[[], Any], what: str, within_s: float) -> None:
    """Let time pass until this is so. Raises TimeoutError."""
    last = clock.now() + within_s
    while not condition():
        if clock.now() > last:
            raise TimeoutError(f"not within {within_s} s: {what}")
        if isinstance(clock, VirtualClock):
            await clock.go_on(_LOOK_S)
        else:
            await clock.sleep(_REALLY_LOOK_S)


class EmulatedParty:
    """One end of an emulated call."""

    def __init__(self, party: parties.Party) -> None:
        self.party = party

    async def press(self, keys: str) -> None:
        for key in keys:
            await passes(self.party.twilio.clock, KEY_S)
            self.party.press(key)

    async def hang_up(self) -> None:
        self.party.hang_up()

    async def answer(self) -> None:
        self.party.answer()

    def start_talking(self) -> None:
        self.party.start_talking()

    def stop_talking(self) -> None:
        self.party.stop_talking()

    def hears(self, other: Party) -> bool:
        assert isinstance(other, EmulatedParty)
        return ("voice", other.party.call.sid) in self.party.hears_now and other.party.talking

    def hears_recording_of(self, other: Party) -> bool:
        assert isinstance(other, EmulatedParty)
        return any(
            kind == "play" and re.search(r"recording", what[0])
            for kind, *what in self.party.hears_now
        )

    def hears_music(self) -> bool:
        return any(_is_music(sound) for sound in self.party.hears_now)

    def hears_nothing(self) -> bool:
        return not any(
            kind != "voice" or self._talks(what[0]) for kind, *what in self.party.hears_now
        )

    def has_heard(self, prompt: PromptItem) -> bool:
        name = hashlib.sha256(prompt.text.encode()).hexdigest()
        return any(
            heard.complete and heard.kind == "play" and name in heard.what
            for heard in self.party.heard
        )

    async def greet(self, seconds: float) -> None:
        """How long a greeting lasts is what the emulated detection was told, not what is said."""
        await passes(self.party.twilio.clock, seconds)

    def digits(self) -> str:
        return self.party.digits_sent

    @property
    def over(self) -> bool:
        return self.party.over

    def _talks(self, sid: str) -> bool:
        call = self.party.twilio.calls.all.get(sid)
        return call is not None and call.party.talking


def _is_music(sound: tuple[str, ...]) -> bool:
    kind, *what = sound
    return kind == "music" or (kind == "play" and what[0].endswith(MUSIC))


class EmulatedDevice:
    """A softphone, or the number outside."""

    def __init__(self, world: TwilioWorld, address: str) -> None:
        self._world = world
        self._address = address
        self._parties: dict[str, EmulatedParty] = {}

    @property
    def rung(self) -> int:
        return len(self._world.twilio.calls_to(self._address))

    def behave(self, how: str) -> None:
        self._world.twilio.callee(self._address, _BEHAVIOURS[how])
        when_asked = _BEHAVIOURS["answer" if how == "asked" else how]
        for wish in ("auto_answer", "X-Auto-Answer"):
            self._world.twilio.callee(f"{self._address}?{wish}=true", when_asked)

    async def party(self) -> Party:
        await self._world.until(self._live, f"{self._address} is called")
        call = self._live()[-1]
        return self._parties.setdefault(call.sid, self._world.end_of(call.party))

    def _live(self) -> list[Any]:
        return [
            call
            for call in self._world.twilio.calls_to(self._address)
            if not call.ended and call.status in ("ringing", "in-progress")
        ]


class TwilioWorld:
    """Made by `twilio_world`, for one test."""

    keeps_events = True
    end_of: type[EmulatedParty] = EmulatedParty

    def __init__(self, twilio: TwilioEmulator, telephony: TwilioTelephony) -> None:
        self.twilio = twilio
        self.telephony = telephony
        self.events: list[Event] = []
        addresses = {ANA: self._phone(ANA), BEN: self._phone(BEN), OUTSIDE: OUTSIDE}
        self._devices = {name: EmulatedDevice(self, at) for name, at in addresses.items()}
        twilio.callee(self._phone(NOBODY), "unregistered")
        twilio.callee(NO_NUMBER, "invalid")

    def _phone(self, name: str) -> str:
        return phone_of(self.twilio).replace("{device}", name)

    async def dial(self, ani: str = "15551230001", did: str = DID, name: str = "") -> Party:
        return EmulatedParty(await self.twilio.dial(ani, did, caller_name=name))

    async def dial_extension(self, device: str, to: str) -> Party:
        raise AssertionError("Twilio tells nothing of calls between phones: a declared difference")

    async def register(self, device: str, *, on: bool) -> None:
        self.twilio.callee(self._phone(device), "manual" if on else "unregistered")

    def device(self, name: str) -> EmulatedDevice:
        return self._devices[name]

    async def until(self, condition: Callable[[], Any], what: str, within: float = 10) -> None:
        within = max(within, _PATIENCE_S)
        try:
            await until(self.twilio.clock, condition, what, within)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; events: {self.events}; {self.twilio.errors}") from None

    async def pass_time(self, seconds: float) -> None:
        await passes(self.twilio.clock, seconds)

    async def cut(self) -> None:
        self.twilio.faults.rest_down = True

    def restore(self) -> None:
        self.twilio.faults.rest_down = False


W = TypeVar("W", bound=TwilioWorld)


def phone_of(twilio: TwilioEmulator) -> str:
    """What agents' phones are."""
    return "sip:{device}@phones.example.com" if twilio.manner.texml else "client:{device}"


def settings_for(twilio: TwilioEmulator, port: int, **more: Any) -> TwilioSettings:
    """How an adapter reaches this emulator, and the other way round."""
    return TwilioSettings(
        **{
            "account_sid": twilio.account_sid,
            "auth_tokens": (Secret(twilio.auth_token),),
            "public_base_url": f"http://127.0.0.1:{port}",
            "rest_url": twilio.base_url,
            "listen_port": port,
            "device_address": phone_of(twilio),
            "caller_id": CALLER_ID,
            "music_url": {"default": f"http://127.0.0.1:{port}/twilio/media/{MUSIC}"},
            "max_calls_per_s": 50.0,
            **(ON_TELNYX if twilio.manner.texml else {}),
            **more,
        }
    )


@asynccontextmanager
async def twilio_world(
    kind: type[W],
    clock: Clock,
    recogniser: Recogniser | None = None,
    *,
    manner: Manner = TWILIO,
    **more: Any,
) -> AsyncIterator[W]:
    """A world with nobody on the phone, connected; nothing that Twilio minds may be left behind."""
    async with TwilioEmulator(clock=clock, manner=manner) as twilio:
        settings = settings_for(twilio, free_port(), **more)
        telephony = TwilioTelephony(
            settings,
            KnownPrompts(),
            media=prompt_sound,
            probe_s=PROBE_S,
            breaker=QUICK,
            clock=lambda: round(clock.now() * 1_000_000),
            timing=timing_of(clock),
            recogniser=recogniser,
        )
        world = kind(twilio, telephony)
        with on_one_clock(clock, telephony):
            async with _connected(world, settings):
                yield world
        assert twilio.warnings == []
        assert twilio.spec_violations == []


@asynccontextmanager
async def _connected(world: TwilioWorld, settings: TwilioSettings) -> AsyncIterator[None]:
    twilio, telephony = world.twilio, world.telephony
    await telephony.start(world.events.append)
    try:
        base = settings.public_base_url
        twilio.number(
            DID,
            voice_url=f"{base}/twilio/voice",
            status_callback=f"{base}/twilio/status",
        )
        twilio.number(CALLER_ID)
        await world.until(
            lambda: any(isinstance(event, ProviderResynced) for event in world.events),
            "the account is reached",
        )
        yield
    finally:
        await telephony.stop()
