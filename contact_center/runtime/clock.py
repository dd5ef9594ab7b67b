"""The time, in integer microseconds since 1970 UTC. The only place that reads a clock.

The core needs a time that never goes backwards, and timers need one that never stands still. The
machine's wall clock promises neither: it is set back by hand, by NTP, by a restored snapshot. So a
step back is not followed; instead our clock runs a tenth slower until the wall has caught up.
Steps forward are followed at once (a machine that slept has deadlines to catch up with).
"""

import time
from collections.abc import Callable
from typing import Protocol

_SLOWDOWN = 10


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> int:
        """Microseconds since 1970 UTC, never less than what was told before."""


class WallClock:
    """The machine's time, made monotonic.

    ``floor``: a time that was already told, by the process before this one; never go below it.
    ``wall`` and ``monotonic`` read nanoseconds.
    """

    def __init__(
        self,
        *,
        floor: int = 0,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._told = max(wall() // 1000, floor)
        self._told_at = monotonic() // 1000
        self._slow_since: tuple[int, int] | None = None

    def now(self) -> int:
        """Microseconds since 1970 UTC, never less than what was told before."""
        wall, at = self._wall() // 1000, self._monotonic() // 1000
        if self._slow_since is None and wall < self._told:
            self._slow_since = (self._told, self._told_at)
        if self._slow_since is not None:
            told, told_at = self._slow_since
            passed = at - told_at
            slow = told + passed - passed // _SLOWDOWN
            if wall < slow:
                self._told, self._told_at = slow, at
                return slow
            self._slow_since = None
        self._told, self._told_at = wall, at
        return wall

    @property
    def ahead_us(self) -> int:
        """How far what we tell is ahead of the machine's wall clock; 0 when they agree."""
        return max(0, self._told - self._wall() // 1000)


class ManualClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: int = 1_700_000_000_000_000) -> None:
        self._now = now

    def now(self) -> int:
        """The time it was set to."""
        return self._now

    def advance(self, us: int) -> int:
        """Move on by `us` microseconds and tell the new time. Raises ValueError for a step back."""
        if us < 0:
            raise ValueError(f"a clock does not go back ({us} us)")
        self._now += us
        return self._now

    def set(self, now: int) -> None:
        """Move on to `now`. Raises ValueError for a step back."""
        self.advance(now - self._now)
