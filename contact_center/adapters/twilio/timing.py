"""How the adapter waits: on the loop's time, or on one that a test moves by hand.

All of its waiting for time to pass goes through here; only how long a request on the network may
take is always real.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Timer(Protocol):
    """Something that is to happen later."""

    def cancel(self) -> None:
        """Not any more; fine when it happened already."""


def _loop_now() -> float:
    return asyncio.get_running_loop().time()


def _loop_later(delay_s: float, callback: Callable[[], object]) -> Timer:
    return asyncio.get_running_loop().call_later(delay_s, callback)


@dataclass(frozen=True, slots=True)
class Timing:
    """``now``: seconds of a clock that never goes back. ``call_later``: calls once, in so many
    seconds of the same clock, in the loop."""

    now: Callable[[], float] = _loop_now
    call_later: Callable[[float, Callable[[], object]], Timer] = _loop_later

    async def sleep(self, delay_s: float) -> None:
        """Wait for so long."""
        await self.happens(asyncio.Event(), delay_s)

    async def happens(self, event: asyncio.Event, within_s: float) -> None:
        """Wait for an event, or for so long; then the event is set, whoever did it."""
        timer = self.call_later(within_s, event.set)
        try:
            await event.wait()
        finally:
            timer.cancel()
