"""Per socket, without a clock: is the other side alive, does it talk too much? Time comes in.

Times are microseconds.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

PING_US: Final = 25_000_000
JITTER_US: Final = 5_000_000
MISSES: Final = 2
RATE_PER_S: Final = 20
BURST: Final = 40


class Beat(Enum):
    """What to do now."""

    WAIT = "wait"
    PING = "ping"
    DEAD = "dead"


@dataclass(slots=True)
class Heartbeat:
    """Pings a silent peer, gives it up after `MISSES` pings without any frame.

    `next_at` is when to ask `beat` again. The jitter (drawn by the caller, between -1 and 1) keeps
    thousands of sockets from pinging in the same turn of the loop.
    """

    next_at: int
    every_us: int
    unanswered: int = 0

    @classmethod
    def starting(
        cls, now: int, jitter: float, ping_us: int = PING_US, jitter_us: int = JITTER_US
    ) -> "Heartbeat":
        """Begin with the first ping one jittered interval from now."""
        every = ping_us + int(jitter * jitter_us)
        return cls(next_at=now + every, every_us=every)

    def heard(self, now: int) -> None:
        """Any frame is life."""
        self.unanswered = 0
        self.next_at = now + self.every_us

    def beat(self, now: int) -> Beat:
        """Say whether to ping, to give up, or to wait until `next_at`."""
        if now < self.next_at:
            return Beat.WAIT
        if self.unanswered >= MISSES:
            return Beat.DEAD
        self.unanswered += 1
        self.next_at = now + self.every_us
        return Beat.PING


@dataclass(slots=True)
class TokenBucket:
    """`rate_per_s` on average, `burst` at once."""

    at: int
    rate_per_s: float = RATE_PER_S
    burst: float = BURST
    tokens: float = -1.0

    def __post_init__(self) -> None:
        if self.tokens < 0:
            self.tokens = self.burst

    def take(self, now: int) -> bool:
        """Take one; False when there is none."""
        self._fill(now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def wait_us(self, now: int) -> int:
        """Tell how long until there is one again."""
        self._fill(now)
        return max(0, int((1 - self.tokens) / self.rate_per_s * 1_000_000))

    def _fill(self, now: int) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.at) / 1e6 * self.rate_per_s)
        self.at = now
