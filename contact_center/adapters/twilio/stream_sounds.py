"""The mu-law of prompts: fetched once, kept while there is room.

A prompt that is not there, or is no sound, is missing: nobody waits for it longer than a bound.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from contact_center.adapters.twilio import ulaw
from contact_center.core.commands import PromptItem, PromptKind

Wav = Callable[[PromptItem], Awaitable[bytes | None]]
"""Gives the wav file of a prompt's item, None when there is none."""
MOST_KEPT = 32 * 2**20
MOST_BYTES = 8000 * 60 * 15
"""Bytes of one prompt: a quarter of an hour."""


class StreamSounds:
    """Finds what is to be sent."""

    def __init__(self, wav: Wav, within_s: float = 3.0) -> None:
        self._wav = wav
        self._within_s = within_s
        self._kept: OrderedDict[PromptItem, bytes] = OrderedDict()
        self._size = 0

    async def find(self, items: Sequence[PromptItem]) -> bytes | None:
        """Give the sound of a whole prompt; None when some of it is missing, or it is too long."""
        found = []
        total = 0
        for item in items:
            sound = await self._item(item)
            if sound is None or (total := total + len(sound)) > MOST_BYTES:
                return None
            found.append(sound)
        return b"".join(found) or None

    async def _item(self, item: PromptItem) -> bytes | None:
        if item.kind is PromptKind.SILENCE:
            return ulaw.silence(min(item.ms, MOST_BYTES // ulaw.BYTES_PER_MS))
        kept = self._kept.get(item)
        if kept is not None:
            self._kept.move_to_end(item)
            return kept
        try:
            async with asyncio.timeout(self._within_s):
                wav = await self._wav(item)
        except (TimeoutError, OSError):
            return None
        sound = None if wav is None else self.read(wav)
        # What a caller recorded is not kept: it is theirs, and heard once.
        if sound is not None and item.kind is not PromptKind.RECORDING:
            self._keep(item, sound)
        return sound

    @staticmethod
    def read(wav: bytes) -> bytes | None:
        """Read a wav file; None when it is no sound that we can send."""
        try:
            return ulaw.from_wav(wav)
        except ulaw.SoundError:
            return None

    def _keep(self, item: PromptItem, sound: bytes) -> None:
        if len(sound) > MOST_KEPT // 4:
            return
        self._kept[item] = sound
        self._size += len(sound)
        while self._size > MOST_KEPT:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest)
