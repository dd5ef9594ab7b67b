"""Whoever listens may be slow: what is oldest is dropped and counted, and nothing waits."""

from __future__ import annotations

import asyncio
import threading

from contact_center.adapters.twilio.audio_tap import AudioFrame, AudioTap
from contact_center.core.ids import LegId

LEG = LegId("CA1")


def frame(at_ms: int) -> AudioFrame:
    return AudioFrame(leg=LEG, track="inbound", at_ms=at_ms, ulaw=b"\xff" * 160)


async def test_frames_come_in_order_and_then_the_end() -> None:
    tap = AudioTap(LEG, 10)
    for at_ms in (0, 20):
        tap.put(frame(at_ms))
    tap.close()
    tap.put(frame(40))
    assert [one.at_ms for one in [await tap.get(), await tap.get()] if one] == [0, 20]
    assert await tap.get() is None
    assert await tap.get() is None


async def test_what_is_oldest_is_dropped_and_the_next_frame_says_so() -> None:
    tap = AudioTap(LEG, 3)
    for number in range(8):
        tap.put(frame(20 * number))
    assert tap.dropped == 5
    first, second = await tap.get(), await tap.get()
    assert first is not None
    assert second is not None
    assert (first.at_ms, first.lost) == (100, 5)
    assert (second.at_ms, second.lost) == (120, 0)
    tap.close()


async def test_somebody_who_waits_is_woken_from_another_thread() -> None:
    tap = AudioTap(LEG, 10)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(tap.get())
        await asyncio.sleep(0)
        threading.Thread(target=tap.put, args=(frame(7),)).start()
        got = await waiting
        assert got is not None
        assert got.at_ms == 7
        waiting = tasks.create_task(tap.get())
        await asyncio.sleep(0)
        threading.Thread(target=tap.close).start()
        assert await waiting is None


def test_a_listener_whose_loop_is_gone_is_no_harm() -> None:
    tap = AudioTap(LEG, 2)

    async def give_up() -> None:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(tap.get())
            await asyncio.sleep(0)
            waiting.cancel()

    asyncio.run(give_up())
    for at_ms in (0, 20, 40):
        tap.put(frame(at_ms))
    assert tap.dropped == 1
    assert "xff" not in repr(frame(0))
