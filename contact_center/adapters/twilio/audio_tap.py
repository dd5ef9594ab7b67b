"""Where somebody listens to a caller, live: to write down what is said, or to answer it.

Whoever listens may be slow, the call may not: a bound, and what is oldest is dropped and counted.
"""

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field

from contact_center.core.ids import LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFrame:
    """A piece of what one side says: mu-law, 8000 bytes a second. ``at_ms``: since the beginning.

    ``lost``: how many pieces before this one were dropped, or never came.
    """

    leg: LegId
    track: str
    at_ms: int
    ulaw: bytes = field(repr=False)
    lost: int = 0


class AudioTap:
    """A line of frames between two threads. One side puts, the other gets, in a loop of its own."""

    def __init__(self, leg: LegId, most: int) -> None:
        self.leg = leg
        self.dropped = 0
        self._most = most
        self._frames: deque[AudioFrame] = deque()
        self._lost = 0
        self._lock = threading.Lock()
        self._closed = False
        self._waiter: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def put(self, frame: AudioFrame) -> None:
        """Hand a frame over, from any thread; never blocks."""
        with self._lock:
            if self._closed:
                return
            self._frames.append(frame)
            if len(self._frames) > self._most:
                self._lost += 1 + self._frames.popleft().lost
                self.dropped += 1
            self._wake()

    def close(self) -> None:
        """There will be no more; what is there can still be had."""
        with self._lock:
            self._closed = True
            self._wake()

    def _wake(self) -> None:
        if self._waiter is None:
            return
        loop, event = self._waiter
        # A loop that is closed has nobody waiting in it.
        if not loop.is_closed():
            loop.call_soon_threadsafe(event.set)

    async def get(self) -> AudioFrame | None:
        """Wait for the next frame; None when the call, or its stream, is over."""
        event = asyncio.Event()
        while True:
            with self._lock:
                if self._frames:
                    frame, lost = self._frames.popleft(), self._lost
                    self._lost = 0
                    return _after(frame, lost)
                if self._closed:
                    return None
                event.clear()
                self._waiter = (asyncio.get_running_loop(), event)
            await event.wait()


def _after(frame: AudioFrame, lost: int) -> AudioFrame:
    if not lost:
        return frame
    return AudioFrame(
        leg=frame.leg,
        track=frame.track,
        at_ms=frame.at_ms,
        ulaw=frame.ulaw,
        lost=frame.lost + lost,
    )
