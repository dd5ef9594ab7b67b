"""The adapter waits on the loop's time, or on one that is moved by hand."""

from __future__ import annotations

import asyncio

import pytest

from contact_center.adapters.twilio.timing import Timing
from tests.emulators.twilio.clock import VirtualClock


async def test_on_the_loops_time_a_wait_ends_with_the_event_or_without_it() -> None:
    timing = Timing()
    began = timing.now()
    event = asyncio.Event()
    await timing.happens(event, 0.01)
    assert event.is_set()
    await timing.happens(event, 3600)
    await timing.sleep(0.01)
    assert timing.now() >= began + 0.02


async def test_on_a_clock_that_is_moved_by_hand_nothing_passes_by_itself() -> None:
    clock = VirtualClock()
    timing = Timing(clock.now, clock.call_later)
    waiting = asyncio.create_task(timing.sleep(60))
    await clock.advance(59)
    assert not waiting.done()
    await clock.advance(1)
    await waiting


async def test_who_is_cancelled_while_waiting_is_cancelled_and_leaves_no_timer() -> None:
    clock = VirtualClock()
    event = asyncio.Event()
    waiting = asyncio.create_task(Timing(clock.now, clock.call_later).happens(event, 5))
    await clock.settle()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await clock.advance(10)
    assert not event.is_set()
