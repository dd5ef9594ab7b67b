"""The contract's world on an emulated Twilio with callers' sound over media streams.

What a caller heard is told from the sound itself: every prompt has a melody of its own.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contact_center.adapters.twilio.streams import PATH
from contact_center.adapters.twilio.ulaw import from_wav
from contact_center.core.commands import PromptItem
from contact_center.ports import Recogniser
from tests.contracts.telephony.melodies import MELODIES, wav
from tests.contracts.telephony.twilio_world import (
    MUSIC,
    EmulatedParty,
    TwilioWorld,
    prompt_sound,
    twilio_world,
)
from tests.contracts.telephony.world import DID, Party
from tests.emulators.twilio.clock import RealClock
from tests.real.ports import free_port

_RECENT = 2400
"""Bytes by which music is recognised: three tenths of a second."""


@functools.cache
def _sound(text: str) -> bytes:
    return from_wav(wav(text))


@functools.cache
def _music() -> bytes:
    return from_wav(prompt_sound(MUSIC) or b"")


class StreamedParty(EmulatedParty):
    """A caller who hears a stream, or a document."""

    def _heard(self) -> bytes:
        own, streams = self.party.call.sid, self.party.twilio.streams.values()
        return b"".join(bytes(one.heard) for one in streams if one.call_sid == own)

    def hears_music(self) -> bool:
        if all(kind != "stream" for kind, *_ in self.party.hears_now):
            return super().hears_music()
        recent = self._heard()[-_RECENT:]
        return bool(recent) and recent in _music() * 2

    def has_heard(self, prompt: PromptItem) -> bool:
        if prompt.text in MELODIES and _sound(prompt.text) in self._heard():
            return True
        return super().has_heard(prompt)


class StreamedWorld(TwilioWorld):
    """Made by `streamed_world`, for one test."""

    end_of = StreamedParty

    async def dial(self, ani: str = "15551230001", did: str = DID, name: str = "") -> Party:
        return StreamedParty(await self.twilio.dial(ani, did, caller_name=name))


@asynccontextmanager
async def streamed_world(recogniser: Recogniser | None = None) -> AsyncIterator[StreamedWorld]:
    """A world with nobody on the phone, connected."""
    port = free_port()
    url = f"ws://127.0.0.1:{port}{PATH}"
    over = {"stream_port": port, "stream_url": url}
    async with twilio_world(StreamedWorld, RealClock(), recogniser, **over) as world:
        yield world
