"""The virtual clock: time passes only when told, in order, and never during a request."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.emulators.site import Site
from tests.emulators.twilio import clock as clocks
from tests.emulators.twilio.clock import VirtualClock
from tests.emulators.twilio.emulator import TwilioEmulator


async def test_what_is_due_happens_in_order_and_at_its_time(clock: VirtualClock) -> None:
    start = clock.now()
    seen: list[tuple[float, float]] = []

    def happen(delay: float) -> None:
        seen.append((delay, clock.now() - start))

    for delay in (3.0, 1.0, 2.0, 1.0):
        clock.call_later(delay, partial(happen, delay))
    await clock.advance(2)
    assert seen == [(1.0, 1.0), (1.0, 1.0), (2.0, 2.0)]
    await clock.advance(0.5)
    assert clock.now() == start + 2.5


async def test_what_was_canceled_does_not_happen(clock: VirtualClock) -> None:
    seen: list[int] = []
    timer = clock.call_later(1, lambda: seen.append(1))
    timer.cancel()
    timer.cancel()
    await clock.advance(2)
    assert not seen


async def test_who_sleeps_again_wakes_within_the_same_advance(clock: VirtualClock) -> None:
    times: list[float] = []

    async def work() -> None:
        for _ in range(5):
            await clock.sleep(1)
            times.append(clock.now())

    task = asyncio.ensure_future(work())
    await clock.advance(4.5)
    assert len(times) == 4
    await clock.advance(1)
    await task


async def test_time_stands_still_while_somebody_is_busy(clock: VirtualClock) -> None:
    seen: list[float] = []
    start = clock.now()

    async def work() -> None:
        with clock.busy():
            await asyncio.sleep(0.05)
        seen.append(clock.now() - start)

    task = asyncio.ensure_future(work())
    clock.call_later(1, lambda: seen.append(clock.now() - start))
    await clock.advance(1)
    await task
    assert seen == [0.0, 1.0]


async def test_time_waits_for_a_program_that_works_on(clock: VirtualClock) -> None:
    done = False

    async def work() -> None:
        nonlocal done
        await asyncio.sleep(0.05)
        done = True

    clock.quiet_when.append(lambda: done)
    task = asyncio.ensure_future(work())
    await clock.advance(1)
    assert done
    await task


async def test_a_request_that_never_ends_is_no_endless_wait(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "_PATIENCE_S", 0.05)
    with clock.busy(), pytest.raises(TimeoutError):
        await clock.advance(1)


async def test_a_slow_server_lets_time_pass_a_given_up_one_no_more(
    twilio: TwilioEmulator, site: Site, clock: VirtualClock
) -> None:
    site.documents(told="")
    site.slow_s["/told"] = [10, 1]
    start = clock.now()
    first = asyncio.ensure_future(
        twilio.webhooks.tell(f"{site.url}/told#rt=2000&rp=rt&rc=1", "POST", {})
    )
    await clock.advance(20)
    await first
    answered = [entry.at - start for entry in twilio.log.of("callback")]
    assert answered == [2.0, 3.0]


async def test_going_on_stops_at_the_next_thing_that_happens(clock: VirtualClock) -> None:
    start = clock.now()
    seen: list[str] = []
    for delay, name in ((1.0, "one"), (1.0, "two"), (5.0, "later")):
        clock.call_later(delay, partial(seen.append, name))
    clock.call_later(0.5, lambda: None).cancel()
    await clock.go_on(3)
    assert (seen, clock.now()) == (["one", "two"], start + 1)
    await clock.go_on(3)
    assert (seen, clock.now()) == (["one", "two"], start + 4)
    await clock.go_on(3)
    assert (seen, clock.now()) == (["one", "two", "later"], start + 5)


async def test_time_passes_while_the_program_under_test_waits_for_it(clock: VirtualClock) -> None:
    """As one does that answers a request when it has come so far on the same clock."""
    waiting = [0]
    clock.waiting.append(lambda: waiting[0])

    async def request() -> float:
        with clock.busy():
            waiting[0] += 1
            await clock.sleep(3)
            waiting[0] -= 1
            return clock.now()

    start = clock.now()
    task = asyncio.ensure_future(request())
    await clock.advance(5)
    assert await task == start + 3
