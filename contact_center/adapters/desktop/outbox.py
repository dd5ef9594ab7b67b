"""What still has to go out to one socket: bounded, with one writer, never waited for by producers.

Ledger frames keep their order and are bounded; of each snapshot only the newest waits. As long as
nothing waits and the transport is not congested a frame is written at once, within the call to
`push`: that is how a screen-pop is on the wire before the phone is told to ring.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

MAX_FRAMES: Final = 512
MAX_BYTES: Final = 1024 * 1024
# Above this the transport counts as congested; its own limit (64 KiB) is never reached by `push`.
CONGESTED_BYTES: Final = 16 * 1024


class Wire(Protocol):
    """The part of asyncio's transport that is used here."""

    def write(self, data: bytes) -> None:
        """Take bytes; sends them at once when nothing is buffered."""

    def get_write_buffer_size(self) -> int:
        """Tell how many bytes the kernel did not take yet."""

    def is_closing(self) -> bool:
        """Tell whether writing is pointless."""


class Outbox:
    """Frames for one socket. `overflow` is called once, when a bound is reached."""

    def __init__(
        self,
        wire: Wire,
        drain: Callable[[], Awaitable[None]],
        overflow: Callable[[], None],
        *,
        max_frames: int = MAX_FRAMES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._wire = wire
        self._drain = drain
        self._overflow = overflow
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._frames: deque[tuple[bytes, bool]] = deque()
        self._bytes = 0
        self._snapshots: dict[str, bytes] = {}
        self._wake = asyncio.Event()
        self._full = False

    def __len__(self) -> int:
        return len(self._frames) + len(self._snapshots)

    def push(self, frame: bytes, *, is_ledger: bool = True) -> None:
        """Send a frame, now or as soon as the reader is ready. Never blocks."""
        if self._full or self._wire.is_closing():
            return
        if self._is_free():
            self._wire.write(frame)
            return
        self._frames.append((frame, is_ledger))
        self._bytes += len(frame)
        if len(self._frames) > self._max_frames or self._bytes > self._max_bytes:
            self._full = True
            self._frames.clear()
            self._snapshots.clear()
            self._overflow()
            return
        self._wake.set()

    def put(self, topic: str, frame: bytes) -> None:
        """Send a snapshot; one that still waits is replaced."""
        if self._full or self._wire.is_closing():
            return
        if self._is_free():
            self._wire.write(frame)
            return
        self._snapshots[topic] = frame
        self._wake.set()

    def forget_ledger(self) -> None:
        """Drop the ledger frames that wait: a replay is about to say them again."""
        kept = [(frame, is_ledger) for frame, is_ledger in self._frames if not is_ledger]
        self._frames = deque(kept)
        self._bytes = sum(len(frame) for frame, _ in kept)

    async def run(self) -> None:
        """Write what waits, ledger first. Runs until cancelled or until the connection is lost."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames or self._snapshots:
                await self._drain()
                self._write_next()

    def _write_next(self) -> None:
        if self._frames:
            frame, _ = self._frames.popleft()
            self._bytes -= len(frame)
        elif self._snapshots:
            frame = self._snapshots.pop(next(iter(self._snapshots)))
        else:  # everything was dropped while the transport drained
            return
        if not self._wire.is_closing():
            self._wire.write(frame)

    def _is_free(self) -> bool:
        if self._frames or self._snapshots:
            return False
        return self._wire.get_write_buffer_size() <= CONGESTED_BYTES
