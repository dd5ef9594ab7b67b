"""How fast Twilio is asked, how long after a failure, and when not at all. Pure: times come in.

Times are seconds of any clock that never goes back. Chance comes in too, from 0 to 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

LONGEST_PAUSE_S = 30.0
"""The longest that is ever waited before a request is tried again."""


def pause_s(tries: int, chance: float, *, first_s: float = 0.25, told_s: float = 0.0) -> float:
    """Say how long to wait before the next try, after `tries` of them.

    Anywhere up to a bound that doubles (full jitter), so that those who failed together do not come
    back together. ``told_s``: what the server asked for; the wait is that, and then some.
    """
    bound = min(LONGEST_PAUSE_S, first_s * 2.0 ** min(tries - 1, 20))
    return min(LONGEST_PAUSE_S, told_s + chance * bound)


class Pace:
    """Calls per second: a bucket that holds one, and a line in front of it whose length shows.

    The rate is halved when Twilio says that it is too fast, and grows back a step with each call
    that went well, to what the account may.
    """

    def __init__(self, calls_per_s: float) -> None:
        self._most = calls_per_s
        self._rate = calls_per_s
        self._next_at = float("-inf")
        self.waiting = 0

    @property
    def calls_per_s(self) -> float:
        """The rate at present."""
        return self._rate

    def reserve(self, now: float, patience_s: float) -> float | None:
        """Take the next place; gives how long to wait for it, None when that is too long."""
        at = max(now, self._next_at)
        if at - now > patience_s:
            return None
        self._next_at = at + 1.0 / self._rate
        return at - now

    def too_fast(self) -> None:
        """Go half as fast, but not slower than a tenth of what the account may."""
        self._rate = max(self._rate / 2, self._most / 10)

    def went_well(self) -> None:
        """Go a little faster again."""
        self._rate = min(self._rate + self._most / 20, self._most)


class BreakerState(Enum):
    """CLOSED: ask. OPEN: do not. HALF_OPEN: ask once, and see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """``failures`` in a row open it for ``open_s``, which doubles up to ``max_open_s``."""

    failures: int = 5
    open_s: float = 2.0
    max_open_s: float = 30.0


class Breaker:
    """Lets an interface that fails again and again alone for a while. One probe at a time.

    ``changed`` is told True when requests are refused from now on, False when one was answered
    again.
    """

    def __init__(
        self, settings: BreakerSettings | None = None, changed: Callable[[bool], None] | None = None
    ) -> None:
        self._settings = settings or BreakerSettings()
        self._changed = changed or (lambda _open: None)
        self._failures = 0
        self._open_s = self._settings.open_s
        self._opens_at: float | None = None
        self._probing = False

    def state(self, now: float) -> BreakerState:
        """Say what it lets through now."""
        if self._opens_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._opens_at else BreakerState.HALF_OPEN

    def enter(self, now: float) -> bool:
        """Ask to pass; whoever may has to `leave` again."""
        state = self.state(now)
        if state is BreakerState.CLOSED:
            return True
        if state is BreakerState.OPEN or self._probing:
            return False
        self._probing = True
        return True

    def leave(self, now: float, *, well: bool | None) -> None:
        """Say how it went; None when nothing was learnt."""
        was_open, self._probing = self._opens_at is not None, False
        if well is None:
            return
        if well:
            self._failures, self._opens_at, self._open_s = 0, None, self._settings.open_s
            if was_open:
                self._changed(False)
            return
        self._failures += 1
        if was_open and self._opens_at is not None and now >= self._opens_at:
            self._open_s = min(2 * self._open_s, self._settings.max_open_s)
            self._opens_at = now + self._open_s
        elif not was_open and self._failures >= self._settings.failures:
            self._opens_at = now + self._open_s
            self._changed(True)
