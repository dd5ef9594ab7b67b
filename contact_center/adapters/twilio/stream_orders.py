"""What one stream is asked for, in order, and what it tells: prompts, music, keys.

Finding a prompt's sound may take a moment; what is asked for behind it waits, but for stopping it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from contact_center.adapters.twilio.audio_tap import AudioTap
from contact_center.adapters.twilio.stream_player import Happening, StreamPlayer, What
from contact_center.adapters.twilio.stream_sounds import StreamSounds
from contact_center.adapters.twilio.streamed import Order
from contact_center.core.commands import NO_MUSIC, HoldMusic, PlaySequence, StopPlayback
from contact_center.core.events import (
    Event,
    KeyPressed,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
)
from contact_center.core.ids import CallId, LegId, PlaybackId

MOST_ORDERS = 64


@dataclass(slots=True, kw_only=True, eq=False)
class Stream:
    """One stream that is believed. Everything here happens in the streams' loop."""

    leg: LegId
    call: CallId
    sid: str
    call_sid: str
    tell: Callable[[Event], None]
    player: StreamPlayer = field(init=False)
    tap: AudioTap | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something to send."""
    closing: int = 0
    """The code it is to be closed with, 0 for not at all."""
    chunk: int = 0
    _orders: deque[Order] = field(default_factory=deque)
    _ordered: asyncio.Event = field(default_factory=asyncio.Event)
    _finding: set[PlaybackId] = field(default_factory=set)
    """Prompts that were asked for, and are not with the player yet."""

    def __post_init__(self) -> None:
        self.player = StreamPlayer(self.sid)

    def order(self, order: Order) -> None:
        """Take an order."""
        if isinstance(order, StopPlayback):
            self._stop(order)
        elif len(self._orders) >= MOST_ORDERS:
            if isinstance(order, PlaySequence):
                self._happened(Happening(What.FAILED, order.playback, "overload"))
        else:
            if isinstance(order, PlaySequence):
                self._finding.add(order.playback)
            self._orders.append(order)
            self._ordered.set()

    def _stop(self, order: StopPlayback) -> None:
        if order.playback in self._finding:
            self._finding.discard(order.playback)
            self._happened(Happening(What.FINISHED, order.playback))
            return
        self.player.stop(order.playback, now_us())
        self.wake.set()

    async def obey(
        self, sounds: StreamSounds, music: Callable[[str], Awaitable[bytes | None]]
    ) -> None:
        """Carry orders out, one after the other, until cancelled."""
        while True:
            self._ordered.clear()
            while self._orders:
                order = self._orders.popleft()
                match order:
                    case PlaySequence():
                        await self._play(order, sounds)
                    case HoldMusic() if order.music != NO_MUSIC:
                        wav = await music(order.music)
                        sound = sounds.read(wav) if wav is not None else None
                        self.player.music(sound or b"", now_us())
                    case _:
                        self.player.music(b"", now_us())
                self.wake.set()
            await self._ordered.wait()

    async def _play(self, order: PlaySequence, sounds: StreamSounds) -> None:
        if order.playback not in self._finding:
            return
        sound = await sounds.find(order.items)
        if order.playback not in self._finding:
            return
        self._finding.discard(order.playback)
        if sound is None:
            self._happened(Happening(What.FAILED, order.playback, "media_missing"))
        else:
            self.player.play(order.playback, sound, now_us())

    def pressed(self, key: str) -> None:
        """The caller pressed a key."""
        self.tell(KeyPressed(call=self.call, leg=self.leg, key=key))

    def moved(self) -> None:
        """Tell what became of prompts."""
        for happening in self.player.happened():
            self._happened(happening)

    def ended(self) -> None:
        """The stream is over: what was asked for and not heard never will be."""
        self.player.end()
        self.moved()
        for playback in sorted(self._finding):
            self._happened(Happening(What.FAILED, playback, "the stream ended"))
        self._finding.clear()
        self._orders.clear()

    def close(self, code: int) -> None:
        """Close it, when what is to be sent before was sent."""
        self.closing = code
        self.wake.set()

    def _happened(self, one: Happening) -> None:
        match one.what:
            case What.STARTED:
                self.tell(PlaybackStarted(call=self.call, leg=self.leg, playback=one.playback))
            case What.FINISHED:
                self.tell(PlaybackFinished(call=self.call, leg=self.leg, playback=one.playback))
            case What.FAILED:
                self.tell(never_played(self.call, self.leg, one.playback, one.cause))


def never_played(call: CallId, leg: LegId, playback: PlaybackId, cause: str) -> PlaybackFailed:
    """Say that a prompt was not heard (to its end)."""
    return PlaybackFailed(call=call, leg=leg, playback=playback, cause=cause)


def now_us() -> int:
    """Give the loop's time, in microseconds."""
    return int(asyncio.get_running_loop().time() * 1_000_000)
