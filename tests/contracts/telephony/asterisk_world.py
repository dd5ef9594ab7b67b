"""The contract's world on a real Asterisk, with real telephones on loopback."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

import aiohttp
from aiohttp import web

from contact_center.adapters.asterisk.local import Instance, Tree
from contact_center.adapters.asterisk.local.configuration import OutboundWebsocket
from contact_center.adapters.asterisk.settings import AsteriskSettings, OutboundListener
from contact_center.adapters.asterisk.telephony import AsteriskTelephony
from contact_center.core.commands import PromptItem
from contact_center.core.events import Event, ProviderResynced
from tests.contracts.telephony.melodies import MELODIES, NOTES, VOICES, Ear, share, wav
from tests.contracts.telephony.relay import Relay
from tests.contracts.telephony.world import ANA, BEN, DID, NO_NUMBER, NOBODY, OUTSIDE, Party
from tests.real import audio, sip
from tests.real.asterisk import PASSWORD, settings
from tests.real.messages import Message, response, tag_of, user_of

_NOW_S = 0.3
"""What is heard now is what was heard for so long."""
_PATIENCE_S = 40.0
"""What takes a second on a quiet machine may take this long on a busy one; shorter than the long
prompt, so that what is to be cut short still has to be."""
_TRANSFERS = f"""
[inbound](+)
exten => {OUTSIDE},1,Dial(PJSIP/${{EXTEN}}@trunk)

[agents](+)
exten => _[a-z]!,1,Dial(PJSIP/${{EXTEN}},60)
"""
_BEHAVIOURS: dict[str, sip.Behaviour] = {
    "manual": sip.Manual(),
    "answer": sip.Answer(),
    "busy": sip.Reject(486),
    "decline": sip.Reject(603),
    "ignore": sip.Ignore(),
    "machine": sip.Answer(),
    "silent": sip.Answer(),
    "asked": sip.WhenAsked(),
    "sounds": sip.Sounds(),
}


class PromptServer:
    """The prompts as WAV files over HTTP, under names that are as long as content hashes."""

    def __init__(self) -> None:
        self._names = {hashlib.sha256(text.encode()).hexdigest(): text for text in MELODIES}
        self._url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{name}.wav", self._serve)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def media_url(self, text: str, language: str) -> str | None:
        names = [name for name, words in self._names.items() if words == text]
        return f"{self._url}/{names[0]}.wav" if names else None

    def file_url(self, name: str, language: str) -> str | None:
        return None

    def duration_ms(self, text: str, language: str) -> int | None:
        melody = MELODIES.get(text)
        return round(1000 * sum(seconds for _, seconds in melody)) if melody else None

    async def _serve(self, request: web.Request) -> web.Response:
        text = self._names.get(request.match_info["name"])
        if text is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "max-age=3600"}
        return web.Response(body=wav(text), content_type="audio/wav", headers=headers)


class RealParty:
    """One end of a call in SIP and RTP. `voice` is its tone."""

    def __init__(self, call: sip.Call, voice: float) -> None:
        self.call = call
        self.voice = voice
        self.talking = False
        self._ear = Ear()

    async def press(self, keys: str) -> None:
        await self.call.media.send_digits(keys)

    async def hang_up(self) -> None:
        await self.call.hang_up()

    async def answer(self) -> None:
        await self.call.accept()

    def start_talking(self) -> None:
        self.talking = True
        self.call.media.tone(self.voice)

    def stop_talking(self) -> None:
        self.talking = False
        self.call.media.silence()

    def hears(self, other: Party) -> bool:
        assert isinstance(other, RealParty)
        return other.talking and share(self._now(), other.voice) > 0.2

    def hears_recording_of(self, other: Party) -> bool:
        assert isinstance(other, RealParty)
        return share(self._now(), other.voice) > 0.2

    def hears_music(self) -> bool:
        now = self._now()
        return audio.rms(now) > 100 and all(share(now, hz) < 0.4 for hz in (*VOICES, *NOTES))

    def hears_nothing(self) -> bool:
        return audio.rms(self._now()) < 50

    def has_heard(self, prompt: PromptItem) -> bool:
        self._ear.listen(list(self.call.media.heard.frames))
        return self._ear.has_heard(prompt)

    async def greet(self, seconds: float) -> None:
        self.start_talking()
        await asyncio.sleep(seconds)
        self.stop_talking()

    def digits(self) -> str:
        return "".join(self.call.media.heard.digits)

    @property
    def over(self) -> bool:
        return self.call.ended_at is not None

    def moved(self, call: sip.Call) -> None:
        """From now on this party is in that call: it was transferred."""
        self.call = call
        if self.talking:
            self.start_talking()

    def _now(self) -> bytes:
        return self.call.media.heard.ulaw(asyncio.get_running_loop().time() - _NOW_S)


class CallersPhone(sip.Caller):
    """A phone that does as it is told when it is transferred."""

    def __init__(self, server_port: int) -> None:
        super().__init__(server_port)
        self.parties: dict[str, RealParty] = {}

    def _on_request(self, request: Message) -> None:
        call = self.find(request["Call-ID"])
        if request.method != "REFER" or call is None:
            super()._on_request(request)
            return
        self.answer(request, response(request, 202, tag_of(call.local)))
        self.background(self._go(call, user_of(request["Refer-To"])))

    async def _go(self, call: sip.Call, number: str) -> None:
        there = await self.dial(number)
        await there.answered(within=_PATIENCE_S)
        self.parties[call.call_id].moved(there)
        call.cseq += 1
        told = call._message("NOTIFY")
        told.headers += [
            ("Contact", self.contact),
            ("Event", "refer"),
            ("Subscription-State", "terminated;reason=noresource"),
            ("Content-Type", "message/sipfrag"),
        ]
        told.body = "SIP/2.0 200 OK\r\n"
        await self.transact(told)
        await call.hang_up()


class Trunk(sip.Phone):
    """The network outside: one number in it does not exist."""

    def incoming(self, call: sip.Call) -> None:
        assert call.invite is not None
        if user_of(call.invite.start.split()[1]) == NO_NUMBER:
            self.invited_at.append(call.invited_at)
            call.reject(404)
        else:
            super().incoming(call)


class RealDevice:
    """A phone that lives as long as the Asterisk; a test sees what came since `reset`."""

    def __init__(self, phone: sip.Phone) -> None:
        self.phone = phone
        self._world: AsteriskWorld | None = None
        self._parties: dict[str, RealParty] = {}

    @property
    def rung(self) -> int:
        return self.phone.call_count

    def behave(self, how: str) -> None:
        self.phone.behaviour = _BEHAVIOURS[how]

    async def party(self) -> Party:
        assert self._world is not None
        await self._world.until(self._live, f"{self.phone.name} is called")
        call = self._live()[-1]
        if call.call_id not in self._parties:
            self._parties[call.call_id] = RealParty(call, self._world.new_voice())
        return self._parties[call.call_id]

    def reset(self, world: AsteriskWorld) -> None:
        self._world = world
        self._parties.clear()
        self.phone.calls.clear()
        self.phone.behaviour = sip.Manual()

    def _live(self) -> list[sip.Call]:
        return [call for call in self.phone.calls if call.ended_at is None]


class AsteriskWorld:
    """Made by `AsteriskHouse`, for one test."""

    def __init__(
        self,
        telephony: AsteriskTelephony,
        relay: Relay,
        callers: CallersPhone,
        devices: dict[str, RealDevice],
        *,
        keeps_events: bool,
    ) -> None:
        self.telephony = telephony
        self.keeps_events = keeps_events
        self.events: list[Event] = []
        self._relay = relay
        self._callers = callers
        self._devices = devices
        self._voices = list(VOICES)

    def new_voice(self) -> float:
        """A tone that nobody has yet."""
        return self._voices.pop(0)

    async def dial(self, ani: str = "15551230001", did: str = DID, name: str = "") -> Party:
        call = await self._callers.dial(did, number=ani, display=name or None)
        party = RealParty(call, self.new_voice())
        self._callers.parties[call.call_id] = party
        return party

    async def dial_extension(self, device: str, to: str) -> Party:
        phone = self._devices[device].phone
        # A phone can call as well as be called; the call belongs to the phone.
        call = await sip.Caller.dial(phone, to, number=device, password=PASSWORD)  # type: ignore[arg-type]
        return RealParty(call, self.new_voice())

    async def register(self, device: str, *, on: bool) -> None:
        await self._devices[device].phone.register(expires_s=3_600 if on else 0)

    def device(self, name: str) -> RealDevice:
        return self._devices[name]

    async def until(self, condition: Callable[[], Any], what: str, within: float = 10) -> None:
        """Wait for it. `within` is the time that takes at most when there is nothing else to do."""
        within = max(within, _PATIENCE_S)
        try:
            await sip.until(condition, within=within, what=what, step=0.05)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; events: {self.events}") from None

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def cut(self) -> None:
        self._relay.cut()

    def restore(self) -> None:
        self._relay.mend()


class AsteriskHouse:
    """An Asterisk with prompts and phones, for many tests; each gets an adapter of its own."""

    def __init__(self, tree: Tree, *, asterisk_connects: bool) -> None:
        self._tree = tree
        self._asterisk_connects = asterisk_connects
        self._stack = AsyncExitStack()
        self._relay = Relay()
        self._prompts = PromptServer()
        self._listener: OutboundListener | None = None
        self._devices: dict[str, RealDevice] = {}

    async def __aenter__(self) -> Self:
        enter = self._stack.enter_async_context
        await enter(self._relay)
        await enter(self._prompts)
        websocket = None
        if self._asterisk_connects:
            self._listener = OutboundListener(port=0, password=PASSWORD)
            websocket = OutboundWebsocket(
                uri=f"ws://127.0.0.1:{self._relay.port}{self._listener.path}",
                user=self._listener.user,
                password=PASSWORD,
            )
        trunk = await enter(Trunk("trunk", 0))
        chosen = settings(
            phones=(ANA, BEN, NOBODY),
            trunk=f"127.0.0.1:{trunk.port}",
            outbound_websocket=websocket,
            dialplan=_TRANSFERS,
        )
        self._asterisk = await enter(Instance(chosen, self._tree))
        trunk.server = ("127.0.0.1", self._asterisk.sip_port)
        self._devices[OUTSIDE] = RealDevice(trunk)
        for name in (ANA, BEN):
            phone = await enter(sip.Phone(name, self._asterisk.sip_port, password=PASSWORD))
            self._devices[name] = RealDevice(phone)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def world(self) -> AsyncIterator[AsteriskWorld]:
        """A world with nobody on the phone, connected; everybody has hung up when it is left."""
        telephony = self._telephony()
        async with CallersPhone(self._asterisk.sip_port) as callers:
            world = AsteriskWorld(
                telephony,
                self._relay,
                callers,
                self._devices,
                keeps_events=self._asterisk_connects,
            )
            for device in self._devices.values():
                device.reset(world)
            for name in (ANA, BEN):
                await self._devices[name].phone.register_anew()
            self._relay.target = self._asterisk.settings.http_port
            await telephony.start(world.events.append)
            try:
                self._relay.target = telephony.listening_port or self._relay.target
                await self._connected(world)
                yield world
            finally:
                self._relay.mend()
                await self._clear(callers)
                await telephony.stop()

    def _telephony(self) -> AsteriskTelephony:
        known = self._asterisk.settings
        port = known.http_port if self._asterisk_connects else self._relay.port
        chosen = AsteriskSettings(
            url=f"http://127.0.0.1:{port}",
            user=known.ari_user,
            password=known.ari_password,
            app=known.app,
            listener=self._listener,
            transfer_number=f"sip:{{number}}@127.0.0.1:{self._asterisk.sip_port}",
        )
        return AsteriskTelephony(chosen, self._prompts)

    async def _connected(self, world: AsteriskWorld) -> None:
        await world.until(
            lambda: any(isinstance(event, ProviderResynced) for event in world.events),
            "Asterisk is connected",
            60,
        )

    async def _clear(self, callers: CallersPhone) -> None:
        """Hang up and take apart whatever there is, while the adapter still hears of it."""
        phones = (callers, *(device.phone for device in self._devices.values()))
        calls = [call for phone in phones for call in phone.calls if call.ended_at is None]
        await asyncio.gather(*(call.hang_up() for call in calls), return_exceptions=True)
        known = self._asterisk.settings
        login = aiohttp.encode_basic_auth(known.ari_user, known.ari_password)
        async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
            async with asyncio.timeout(_PATIENCE_S):
                for kind in ("channels", "bridges"):
                    while left := await self._alive(http, kind):
                        for name in left:
                            await http.delete(f"{self._asterisk.ari_url}/{kind}/{name}")
                        await asyncio.sleep(0.05)

    async def _alive(self, http: aiohttp.ClientSession, kind: str) -> list[str]:
        async with http.get(f"{self._asterisk.ari_url}/{kind}") as answer:
            return [thing["id"] for thing in await answer.json()]
