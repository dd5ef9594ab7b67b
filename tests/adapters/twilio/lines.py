"""The adapter on an emulated Twilio, in real time, and words for what tests do and see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from contact_center.adapters.twilio.settings import ApiKey, Secret, TwilioSettings
from contact_center.adapters.twilio.telephony import TwilioTelephony
from contact_center.adapters.twilio.timing import Timing
from contact_center.adapters.twilio.tones import tone
from contact_center.core.commands import PromptItem, PromptKind, TelephonyCommand
from contact_center.core.events import CallEvent, CallOffered, Event, ProviderResynced
from contact_center.core.ids import CommandId, LegId, call_of_leg
from tests.emulators.twilio import texml
from tests.emulators.twilio.emulator import ACCOUNT_SID, AUTH_TOKEN, TwilioEmulator
from tests.emulators.twilio.manners import SIGNALWIRE, TELNYX, TWILIO, Manner
from tests.emulators.twilio.parties import Party
from tests.real.ports import free_port

NUMBER, CALLER, OUTSIDE = "+14155550100", "+14155550123", "+14155550177"
ANA, BEN = "client:ana", "client:ben"
DIALECTS = {SIGNALWIRE: "signalwire", TELNYX: "telnyx"}
TELNYXS: dict[str, Any] = {
    "application_sid": texml.APPLICATION,
    "public_keys": (texml.PUBLIC_KEY.decode(),),
}
HELLO = PromptItem(kind=PromptKind.TEXT, text="hello", language="en")
MENU = PromptItem(kind=PromptKind.TEXT, text="menu", language="en")
LONG = PromptItem(kind=PromptKind.TEXT, text="long", language="en")
LENGTHS_MS = {"hello": 400, "menu": 300, "long": 6_000}

E = TypeVar("E", bound=Event)


class Prompts:
    """Three texts are rendered, others have to be spoken; the file ``missing`` is missing."""

    def media_url(self, text: str, language: str) -> str | None:
        return f"http://prompts.invalid/prompts/{text}.wav" if text in LENGTHS_MS else None

    def file_url(self, name: str, language: str) -> str | None:
        return None if name == "missing" else f"http://prompts.invalid/prompts/{name}.wav"

    def duration_ms(self, text: str, language: str) -> int | None:
        return LENGTHS_MS.get(text)


def media(path: str) -> bytes | None:
    name = path.removeprefix("prompts/").removesuffix(".wav")
    return tone(f"silence-{LENGTHS_MS[name]}.wav") if name in LENGTHS_MS else None


def an_account(**more: Any) -> TwilioTelephony:
    """An adapter that nobody has started, and for which no time passes."""
    settings = TwilioSettings(
        account_sid=ACCOUNT_SID,
        auth_tokens=(Secret(AUTH_TOKEN),),
        **{"public_base_url": "http://127.0.0.1:1", "listen_port": 0, **more},
    )
    return TwilioTelephony(settings, Prompts(), serve=False, timing=Timing(now=lambda: 0.0))


class Lines:
    """``async with Lines() as lines:`` a whole line, from a caller's ear to the port."""

    def __init__(self, *, manner: Manner = TWILIO, **options: Any) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.twilio = TwilioEmulator(manner=manner)
        self.dialect = DIALECTS.get(manner, "twilio")
        self.ana, self.ben = (
            (f"sip:{name}@phones.example.com" for name in ("ana", "ben"))
            if manner.texml
            else (ANA, BEN)
        )
        self.events: list[Event] = []
        self.options = {"probe_s": 0.3, **options}
        self._commands = 0

    async def __aenter__(self) -> Self:
        await self.twilio.__aenter__()
        self.settings = TwilioSettings(
            account_sid=ACCOUNT_SID,
            auth_tokens=(Secret(self.twilio.manner.signing_key or AUTH_TOKEN),),
            api_key=(
                None
                if self.twilio.manner.texml
                else ApiKey(sid=ACCOUNT_SID, secret=Secret(AUTH_TOKEN))
            ),
            dialect=self.dialect,
            **(TELNYXS if self.twilio.manner.texml else {}),
            public_base_url=self.base,
            rest_url=self.twilio.base_url,
            listen_port=self.port,
            caller_id=NUMBER,
            devices={"ana": self.ana, "ben": self.ben, "desk": "+14155550188"},
            max_calls_per_s=100.0,
        )
        self.twilio.number(
            NUMBER,
            voice_url=f"{self.base}/twilio/voice",
            fallback_url=f"{self.base}/twilio/fallback",
            status_callback=f"{self.base}/twilio/status",
        )
        self.telephony = self.make()
        await self.start()
        return self

    def make(self) -> TwilioTelephony:
        return TwilioTelephony(self.settings, Prompts(), media=media, **self.options)

    async def start(self) -> None:
        before = len(self.seen(ProviderResynced))
        await self.telephony.start(self.events.append)
        await self.until(
            lambda: len(self.seen(ProviderResynced)) > before, "what is alive is known"
        )

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.telephony.stop()
        await self.twilio.__aexit__(kind, error, tb)
        for _ in range(10):
            await asyncio.sleep(0)  # a connection that was taken in the last moment sees its end
        if kind is None:
            assert self.twilio.warnings == []
            assert self.twilio.spec_violations == []

    async def until(self, so: Callable[[], Any], what: str, within: float = 20) -> None:
        last = asyncio.get_running_loop().time() + within
        while not so():
            if asyncio.get_running_loop().time() > last:
                seen = "\n".join(map(str, self.events))
                raise TimeoutError(f"never: {what}\n{seen}\n{self.twilio.errors}")
            await asyncio.sleep(0.01)

    async def caller(self, number: str = CALLER) -> tuple[Party, LegId]:
        party = await self.twilio.dial(number, NUMBER)
        leg = self.leg_of(party)
        await self.event(CallOffered, leg)
        return party, leg

    def leg_of(self, party: Party) -> LegId:
        """What the adapter calls the leg of somebody who calls."""
        sid = texml.told(party.call.sid) if self.twilio.manner.texml else party.call.sid
        return LegId(sid.replace(":", "."))

    def command(self, kind: type[TelephonyCommand], leg: str, **fields: Any) -> TelephonyCommand:
        self._commands += 1
        made = {"cmd": CommandId(f"k-{self._commands}"), "call": call_of_leg(LegId(leg))}
        return kind(**{**made, "leg": LegId(leg), **fields})

    async def do(self, kind: type[TelephonyCommand], leg: str, **fields: Any) -> CommandId:
        command = self.command(kind, leg, **fields)
        await self.telephony.submit([command])
        return command.cmd

    def seen(self, kind: type[E], leg: str | None = None, **fields: Any) -> list[E]:
        return [
            event
            for event in self.events
            if isinstance(event, kind)
            and (leg is None or (isinstance(event, CallEvent) and event.leg == leg))
            and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def event(
        self, kind: type[E], leg: str | None = None, within: float = 20, **fields: Any
    ) -> E:
        await self.until(
            lambda: self.seen(kind, leg, **fields), f"{kind.__name__} of {leg} {fields}", within
        )
        return self.seen(kind, leg, **fields)[0]

    def sound(self, prompt: PromptItem) -> str:
        return f"{self.base}/twilio/media/prompts/{prompt.text}.wav"

    def music(self) -> tuple[str, str]:
        return "play", f"{self.base}/twilio/media/tones/music.wav"
