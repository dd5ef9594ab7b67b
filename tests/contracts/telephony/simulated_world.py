"""The contract's world on the simulated network, with a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contact_center.adapters.simulated.hearing import Heard, HeardKind
from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.phones import phone
from contact_center.adapters.simulated.telephony import SteppedTelephony
from contact_center.core.commands import PromptItem, PromptKind
from contact_center.core.events import Event
from contact_center.core.ids import LegId
from tests.contracts.telephony.world import ANA, BEN, DID, MISSING, OUTSIDE, Party

BEHAVIOURS = {
    "answer": "answer after 0.2 s",
    "decline": "decline after 0.2 s",
    "machine": "machine after 0.2 s",
    "silent": "silent after 0.2 s",
    "asked": "manual",
    "sounds": "announce",
}


class KnownPrompts:
    """All prompts are rendered, at a length of their own; the missing file is missing."""

    def media_url(self, text: str, language: str) -> str | None:
        return f"https://prompts.invalid/{text}"

    def file_url(self, name: str, language: str) -> str | None:
        return None if name == MISSING.text else f"https://prompts.invalid/{name}"

    def duration_ms(self, text: str, language: str) -> int | None:
        return 50 * len(text)


class SimulatedParty:
    def __init__(self, telephony: SteppedTelephony, leg: LegId) -> None:
        self.leg = leg
        self.talking = False
        self._telephony = telephony
        self._network = telephony.network

    async def press(self, keys: str) -> None:
        for key in keys:
            self._network.press(self.leg, key, self._telephony.now())
            self._telephony.advance(0.1)

    async def hang_up(self) -> None:
        now = self._telephony.now()
        if not self._network.hang_up(self.leg, now):
            self._network.decline(self.leg, now)
        self._telephony.pump()

    async def answer(self) -> None:
        assert self._network.answer(self.leg, self._telephony.now())
        self._telephony.pump()

    def start_talking(self) -> None:
        self.talking = True

    def stop_talking(self) -> None:
        self.talking = False

    def hears(self, other: Party) -> bool:
        assert isinstance(other, SimulatedParty)
        now = self._now()
        return now is not None and other.leg in now.whom and other.talking

    def hears_recording_of(self, other: Party) -> bool:
        assert isinstance(other, SimulatedParty)
        now = self._now()
        return now is not None and now.kind is HeardKind.RECORDING and other.leg in now.whom

    def hears_music(self) -> bool:
        now = self._now()
        return now is not None and now.kind is HeardKind.MUSIC

    def hears_nothing(self) -> bool:
        now = self._now()
        return now is None or now.kind is HeardKind.SILENCE

    def has_heard(self, prompt: PromptItem) -> bool:
        lasting = [
            sound
            for sound in self._network.heard(self.leg)
            if sound.kind not in (HeardKind.SPEECH, HeardKind.KEYS)
        ]
        ends = [sound.at for sound in lasting[1:]] + [self._telephony.now()]
        length_us = (KnownPrompts().duration_ms(prompt.text, prompt.language) or 0) * 1_000
        return any(
            sound.kind is HeardKind.PROMPT
            and sound.text == prompt.text
            and end - sound.at >= length_us
            for sound, end in zip(lasting, ends, strict=True)
            if prompt.kind is PromptKind.TEXT
        )

    async def greet(self, seconds: float) -> None:
        """What answers says on a network without sound is the phone's own affair."""

    def digits(self) -> str:
        heard = self._network.heard(self.leg)
        return "".join(sound.text for sound in heard if sound.kind is HeardKind.KEYS)

    @property
    def over(self) -> bool:
        leg = self._network.leg(self.leg)
        return leg is None or not leg.alive

    def _now(self) -> Heard | None:
        return self._network.hears(self.leg)


class SimulatedDevice:
    def __init__(self, world: SimulatedWorld, name: str) -> None:
        self.name = name
        self._world = world
        self._parties: dict[LegId, SimulatedParty] = {}

    @property
    def rung(self) -> int:
        return self._world.telephony.network.rung(self.name)

    def behave(self, how: str) -> None:
        self._world.telephony.network.plug_in(phone(self.name, BEHAVIOURS.get(how, how)))

    async def party(self) -> Party:
        network = self._world.telephony.network
        await self._world.until(lambda: network.at_phone(self.name), f"{self.name} is called")
        leg = network.at_phone(self.name)[-1].leg
        return self._parties.setdefault(leg, SimulatedParty(self._world.telephony, leg))


class SimulatedWorld:
    """`keeps_events`: what happens while the stream is cut is told afterwards."""

    def __init__(self, *, keeps_events: bool) -> None:
        self.keeps_events = keeps_events
        self.events: list[Event] = []
        network = Network(prompts=KnownPrompts(), events_survive_gap=keeps_events)
        self.telephony = SteppedTelephony(network)
        self._devices = {name: SimulatedDevice(self, name) for name in (ANA, BEN, OUTSIDE)}
        for device in self._devices.values():
            device.behave("manual")

    async def dial(self, ani: str = "15551230001", did: str = DID, name: str = "") -> Party:
        caller = Caller(ani=ani, did=did, name=name)
        leg = self.telephony.network.place_call(caller, self.telephony.now())
        self.telephony.pump()
        return SimulatedParty(self.telephony, leg)

    async def dial_extension(self, device: str, to: str) -> Party:
        leg = self.telephony.network.dial_extension(device, to, self.telephony.now())
        self.telephony.pump()
        return SimulatedParty(self.telephony, leg)

    async def register(self, device: str, *, on: bool) -> None:
        if on:
            self.telephony.network.plug_in(phone(device))
        else:
            self.telephony.network.unplug(device)
        self.telephony.pump()

    def device(self, name: str) -> SimulatedDevice:
        return self._devices[name]

    async def until(self, condition: Callable[[], Any], what: str, within: float = 10) -> None:
        last = self.telephony.now() + round(within * 1_000_000)
        while not condition():
            left_s = (last - self.telephony.now()) / 1_000_000
            if left_s <= 0:
                raise TimeoutError(f"not within {within} s: {what}; events: {self.events}")
            self.telephony.advance(min(left_s, 0.05))

    async def pass_time(self, seconds: float) -> None:
        self.telephony.advance(seconds)

    async def cut(self) -> None:
        self.telephony.cut()

    def restore(self) -> None:
        self.telephony.restore()
