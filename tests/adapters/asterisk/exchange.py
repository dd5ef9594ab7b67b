"""The telephony port on a real Asterisk, with phones on both sides, for tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from contact_center.adapters.asterisk.local import Instance
from contact_center.adapters.asterisk.settings import AsteriskSettings
from contact_center.adapters.asterisk.telephony import AsteriskTelephony
from contact_center.core.commands import PromptItem, PromptKind, TelephonyCommand
from contact_center.core.events import CallEvent, CallOffered, Event, ProviderResynced
from contact_center.core.ids import CallId, CommandId, LegId, call_of_leg
from tests.real import audio
from tests.real.sip import Call, Caller

E = TypeVar("E", bound=Event)

HELLO = PromptItem(kind=PromptKind.TEXT, text="hello", language="en")
STORY = PromptItem(kind=PromptKind.TEXT, text="story", language="en")
_SOUNDS = {"hello": audio.tone(440, 0.6), "story": audio.tone(600, 8.0)}


class Prompts:
    """Speech as tones, served over HTTP as the product does."""

    def __init__(self) -> None:
        self.base = ""
        self.fetched: list[str] = []

    def media_url(self, text: str, language: str) -> str | None:
        return f"{self.base}/{text},{language}.wav"  # a comma separates media in ARI's queries

    def file_url(self, name: str, language: str) -> str | None:
        return None

    def duration_ms(self, text: str, language: str) -> int | None:
        return None

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        async def get(request: web.Request) -> web.Response:
            name = request.match_info["name"].partition(",")[0]
            self.fetched.append(name)
            if name not in _SOUNDS:
                raise web.HTTPNotFound
            return web.Response(body=audio.wav(_SOUNDS[name]), content_type="audio/wav")

        app = web.Application()
        app.router.add_get("/{name}", get)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()


class Exchange:
    """What a test sees: the port's events, and phones."""

    def __init__(self, asterisk: Instance, telephony: AsteriskTelephony) -> None:
        self.asterisk = asterisk
        self.telephony = telephony
        self.events: list[Event] = []
        self._changed = asyncio.Event()
        self._commands = 0
        self._stack = AsyncExitStack()

    def post(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    async def until(self, found: Callable[[], Any], what: str, within: float = 8.0) -> None:
        try:
            async with asyncio.timeout(within):
                while not found():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{what} within {within} s; there came {self.events}") from None

    def seen(self, kind: type[E], leg: str | None = None) -> list[E]:
        return [
            event
            for event in self.events
            if isinstance(event, kind)
            and (leg is None or (isinstance(event, CallEvent) and event.leg == leg))
        ]

    async def event(
        self, kind: type[E], leg: str | None = None, count: int = 1, within: float = 8.0
    ) -> E:
        await self.until(
            lambda: len(self.seen(kind, leg)) >= count, f"{count} {kind.__name__}", within
        )
        return self.seen(kind, leg)[count - 1]

    def command(
        self, kind: type[TelephonyCommand], leg: str, call: str = "", **fields: Any
    ) -> TelephonyCommand:
        self._commands += 1
        cmd = CommandId(f"test:{self._commands}")
        owner = CallId(call) if call else call_of_leg(LegId(leg))
        return kind(cmd=cmd, call=owner, leg=LegId(leg), **fields)

    async def do(
        self, kind: type[TelephonyCommand], leg: str, call: str = "", **fields: Any
    ) -> CommandId:
        command = self.command(kind, leg, call, **fields)
        await self.telephony.submit([command])
        return command.cmd

    async def caller(self, **how: Any) -> tuple[Call, LegId]:
        """Somebody calls; gives their phone's side and our leg."""
        before = len(self.seen(CallOffered))
        phone = await self._stack.enter_async_context(Caller(self.asterisk.sip_port))
        call = await phone.dial("5550100", **how)
        offered = await self.event(CallOffered, count=before + 1)
        return call, offered.leg

    async def enter(self, manager: Any) -> Any:
        """Keep something open until the exchange closes."""
        return await self._stack.enter_async_context(manager)

    async def close(self) -> None:
        await self._stack.aclose()


def settings_of(asterisk: Instance, port: int = 0, **more: Any) -> AsteriskSettings:
    known = asterisk.settings
    return AsteriskSettings(
        url=f"http://127.0.0.1:{port or known.http_port}",
        user=known.ari_user,
        password=known.ari_password,
        app=known.app,
        **more,
    )


@asynccontextmanager
async def exchange(
    asterisk: Instance, settings: AsteriskSettings | None = None
) -> AsyncIterator[Exchange]:
    prompts = Prompts()
    async with prompts.served():
        telephony = AsteriskTelephony(settings or settings_of(asterisk), prompts)
        board = Exchange(asterisk, telephony)
        await telephony.start(board.post)
        try:
            await board.event(ProviderResynced)
            yield board
        finally:
            await board.close()
            await telephony.stop()
