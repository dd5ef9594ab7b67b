"""The emulator's time: real, or moved by hand.

Times are seconds since 1970 UTC, durations are seconds.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

_US = 1_000_000
_PASSES = 30
"""How often the loop turns before nothing more is expected of what was started."""
_PATIENCE_S = 30.0
"""Real time in which a request has to be answered, when nobody said that it stalls."""


class Timer(Protocol):
    """Something that was to happen later."""

    def cancel(self) -> None:
        """Not any more; fine when it happened already."""


class Clock(Protocol):
    """Where the emulator reads and waits for time."""

    def now(self) -> float:
        """Seconds since 1970 UTC."""

    def call_later(self, delay_s: float, callback: Callable[[], object]) -> Timer:
        """Call this once, in so many seconds."""

    async def sleep(self, delay_s: float) -> None:
        """Wait for so long on this clock."""

    async def stall(self, delay_s: float) -> None:
        """Wait for so long inside a request that the emulator makes: a server that is slow."""

    def busy(self) -> AbstractContextManager[None]:
        """``with clock.busy():`` round real work, such as HTTP: virtual time stands still."""

    def give_up(self) -> None:
        """The emulator no longer waits for a request that stalls."""


class RealClock:
    """Time as it passes."""

    def now(self) -> float:
        return time.time()

    def call_later(self, delay_s: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(max(0.0, delay_s), callback)

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(max(0.0, delay_s))

    async def stall(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)

    @contextmanager
    def busy(self) -> Iterator[None]:
        yield

    def give_up(self) -> None:
        pass


class _VirtualTimer:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """Time that passes only in `advance`, and never while something real is going on."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now_us = round(start * _US)
        self._timers: list[tuple[int, int, _VirtualTimer]] = []
        self._numbers = itertools.count()
        self._busy = 0
        self._stalled = 0
        self._given_up = 0
        self.quiet_when: list[Callable[[], bool]] = []
        """Time stands still until all of these are true: for a program under test that works on
        after its request was answered."""
        self.waiting: list[Callable[[], int]] = []
        """How many requests wait for this clock at their other end: a program under test that lives
        on it, and answers when it has come so far."""

    def now(self) -> float:
        return self._now_us / _US

    def call_later(self, delay_s: float, callback: Callable[[], object]) -> Timer:
        timer = _VirtualTimer(callback)
        due = self._now_us + max(0, round(delay_s * _US))
        heapq.heappush(self._timers, (due, next(self._numbers), timer))
        return timer

    async def sleep(self, delay_s: float) -> None:
        woken = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not woken.done():
                woken.set_result(None)

        timer = self.call_later(delay_s, wake)
        try:
            await woken
        finally:
            timer.cancel()

    async def stall(self, delay_s: float) -> None:
        self._stalled += 1
        try:
            await self.sleep(delay_s)
        finally:
            self._stalled -= 1
            self._given_up = max(0, self._given_up - 1)

    @contextmanager
    def busy(self) -> Iterator[None]:
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def give_up(self) -> None:
        self._given_up += 1

    async def settle(self) -> None:
        """Wait, in real time, until everything that goes on waits for this clock.

        Raises TimeoutError when a request stays open that is not known to stall.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_S
        turns = 0
        while turns < _PASSES:
            if self._moving():
                if loop.time() > deadline:
                    raise TimeoutError(f"{self._busy} requests are open, {self._stalled} stall")
                turns = 0
                await asyncio.sleep(0.0005)
            else:
                turns += 1
                await asyncio.sleep(0)

    async def advance(self, delay_s: float) -> None:
        """Let so much time pass, and what is due in it happen in order."""
        until = self._now_us + round(delay_s * _US)
        await self.settle()
        while self._timers and self._timers[0][0] <= until:
            due, _, timer = heapq.heappop(self._timers)
            if timer.callback is None:
                continue
            self._now_us = due
            timer.callback()
            await self.settle()
        self._now_us = until

    async def go_on(self, at_most_s: float) -> None:
        """Let time pass until the next thing has happened, or so much, whichever is less."""
        await self.settle()
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        due = self._timers[0][0] - self._now_us if self._timers else at_most_s * _US
        await self.advance(max(0.0, min(due / _US, at_most_s)))

    @property
    def stalled(self) -> int:
        """How many requests wait for this clock on purpose."""
        return max(0, self._stalled - self._given_up)

    def _moving(self) -> bool:
        waiting = self.stalled + sum(each() for each in self.waiting)
        return self._busy > waiting or not all(quiet() for quiet in self.quiet_when)
