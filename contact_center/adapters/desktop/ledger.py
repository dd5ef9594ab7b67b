"""A channel in which every message counts: numbered, kept for a while, replayed or declared lost.

The one promise: `resume` gives either *all* that was missed, or a gap (and the caller then sends
the full state). Never a part.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

MAX_MESSAGES = 500
MAX_BYTES = 256 * 1024


class GapReason(Enum):
    """Why nothing can be replayed."""

    NEW = "new"
    EPOCH = "epoch"
    TOO_OLD = "too_old"


@dataclass(slots=True)
class Ledger:
    """One ledger channel: name, epoch, newest number and the newest frames.

    Bounded by `max_messages` and `max_bytes`; the oldest are forgotten, and clients that would
    need them get a gap.
    """

    channel: str
    epoch: str
    max_messages: int = MAX_MESSAGES
    max_bytes: int = MAX_BYTES
    seq: int = 0
    size: int = 0
    _frames: deque[bytes] = field(default_factory=deque)

    def append(self, make: Callable[[int], bytes]) -> bytes:
        """Number the next message, keep it and give back its frame. `make` gets the number."""
        frame = make(self.seq + 1)
        self.seq += 1
        self._frames.append(frame)
        self.size += len(frame)
        while len(self._frames) > self.max_messages or self.size > self.max_bytes:
            self.size -= len(self._frames.popleft())
        return frame

    def amend(self, seq: int, make: Callable[[int], bytes]) -> bool:
        """Replace what a later replay will say at `seq`; False when that is forgotten already."""
        index = len(self._frames) - 1 - (self.seq - seq)
        if not 0 <= index < len(self._frames):
            return False
        frame = make(seq)
        self.size += len(frame) - len(self._frames[index])
        self._frames[index] = frame
        return True

    def resume(self, epoch: str, seq: int) -> list[bytes] | GapReason:
        """Give every frame after `seq` of `epoch`, oldest first, or say why that cannot be."""
        if not epoch:
            return GapReason.NEW
        if epoch != self.epoch or seq > self.seq:
            return GapReason.EPOCH
        missed = self.seq - seq
        if missed > len(self._frames):
            return GapReason.TOO_OLD
        return [self._frames[i] for i in range(len(self._frames) - missed, len(self._frames))]
