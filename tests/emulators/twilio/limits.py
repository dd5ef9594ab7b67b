"""What an account may do at a time: calls per second, and requests side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.emulators.twilio.model import EmulatedCall, TwilioError

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator


class Limits:
    """May be changed at any time; None is no limit."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self.calls_per_s: float | None = None
        """Calls dialled by the API; those above it wait, ``queued``. A new account has 1."""
        self.requests_at_a_time: int | None = None
        """Requests to the API side by side; those above it get 429."""
        self.refuse_requests: int = 0
        """So many requests get 429 whatever the rate."""
        self.retry_after_s: int | None = None
        """What a refusal tells in `Retry-After`; None is nothing."""
        self.most_at_a_time = 0
        """Requests that were open side by side, at most so far."""
        self.open_requests = 0
        self._next_turn = 0.0

    @property
    def waiting_s(self) -> float:
        """How long a call that is created now waits for its turn."""
        if self.calls_per_s is None:
            return 0.0
        return max(0.0, self._next_turn - self._twilio.clock.now())

    async def turn(self, call: EmulatedCall) -> None:
        """Wait until this call may be dialled; `queue_time_ms` of the call says how long."""
        if self.calls_per_s is None:
            return
        now = self._twilio.clock.now()
        turn = max(now, self._next_turn)
        self._next_turn = turn + 1 / self.calls_per_s
        call.queue_time_ms = round((turn - now) * 1000)
        if turn > now:
            await self._twilio.clock.sleep(turn - now)

    @contextmanager
    def request(self) -> Iterator[None]:
        """``with limits.request():`` one request is answered. Raises TwilioError 20429."""
        if self.refuse_requests > 0:
            self.refuse_requests -= 1
            raise _too_many()
        if self.requests_at_a_time is not None and self.open_requests >= self.requests_at_a_time:
            raise _too_many()
        self.open_requests += 1
        self.most_at_a_time = max(self.most_at_a_time, self.open_requests)
        try:
            yield
        finally:
            self.open_requests -= 1


def _too_many() -> TwilioError:
    return TwilioError(429, 20429, "Too Many Requests")
