"""A circuit breaker: a service that fails again and again is left alone for a while."""

from dataclasses import dataclass
from enum import Enum


class BreakerState(Enum):
    """CLOSED: ask. OPEN: do not. HALF_OPEN: ask once, and see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """``failures`` in a row open it for ``open_s``, which doubles up to ``max_open_s`` while the
    ``probes`` that are then let through, so many at a time, fail."""

    failures: int = 5
    open_s: float = 5.0
    max_open_s: float = 60.0
    probes: int = 1


class Ticket(Enum):
    """What lets a request through."""

    FREE = "free"
    PROBE = "probe"


class Breaker:
    """One service's breaker. Times are seconds of any clock that never goes back."""

    def __init__(self, settings: BreakerSettings | None = None) -> None:
        self._settings = settings or BreakerSettings()
        self._failures = 0
        self._open_s = self._settings.open_s
        self._opens_at: float | None = None
        self._probing = 0

    def state(self, now: float) -> BreakerState:
        """Say what it lets through now."""
        if self._opens_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._opens_at else BreakerState.HALF_OPEN

    def enter(self, now: float) -> Ticket | None:
        """Ask to pass; a ticket has to be given back by `leave`, None is a refusal."""
        state = self.state(now)
        if state is BreakerState.OPEN:
            return None
        if state is BreakerState.CLOSED:
            return Ticket.FREE
        if self._probing >= self._settings.probes:
            return None
        self._probing += 1
        return Ticket.PROBE

    def leave(self, ticket: Ticket, now: float, *, well: bool | None) -> None:
        """Say how it went; None when nothing was learnt of the service."""
        if ticket is Ticket.PROBE:
            self._probing -= 1
        if well is None:
            return
        if well:
            self._failures, self._opens_at = 0, None
            self._open_s = self._settings.open_s
            return
        self._failures += 1
        if self._opens_at is None:
            if self._failures >= self._settings.failures:
                self._opens_at = now + self._open_s
        elif ticket is Ticket.PROBE:
            self._open_s = min(2 * self._open_s, self._settings.max_open_s)
            self._opens_at = now + self._open_s
