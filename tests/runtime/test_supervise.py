"""No task is lost: crashes are heard, essential ones end the service, stopping is bounded."""

import asyncio
import contextlib
import gc
import logging

import pytest

from contact_center.runtime.supervise import Crash, Supervisor


async def forever() -> None:
    await asyncio.Event().wait()


async def crash() -> None:
    raise ValueError("bad luck")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_task_nobody_else_holds_runs_to_its_end():
    supervisor = Supervisor()
    done = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    supervisor.start("work", work())
    gc.collect()
    assert supervisor.names == ["work"]
    async with asyncio.timeout(5):
        await done.wait()
    await settle()
    assert supervisor.names == []


async def test_a_crash_of_a_lesser_task_is_logged_and_the_service_goes_on(caplog):
    crashes: list[Crash] = []
    supervisor = Supervisor(crashes.append)
    supervisor.start("lesser", crash())
    await settle()
    assert "lesser crashed: ValueError: bad luck" in caplog.text
    assert caplog.records[0].exc_info[1].args == ("bad luck",)
    assert crashes == []
    assert supervisor.crash is None


async def test_a_crash_of_an_essential_task_is_reported_to_all_who_wait():
    crashes: list[Crash] = []
    supervisor = Supervisor(crashes.append)
    waiting = [asyncio.ensure_future(supervisor.crashed()) for _ in range(2)]
    quitter = asyncio.ensure_future(supervisor.crashed())
    await settle()
    quitter.cancel()
    await settle()
    supervisor.start("inbox", crash(), essential=True)
    async with asyncio.timeout(5):
        found = await asyncio.gather(*waiting, supervisor.crashed())
    assert {str(each) for each in found} == {"inbox crashed: ValueError: bad luck"}
    assert crashes == found[:1]
    assert supervisor.crash is found[0]


async def test_an_essential_task_that_returns_counts_as_crashed():
    supervisor = Supervisor()

    async def give_up() -> None:
        return

    supervisor.start("inbox", give_up(), essential=True)
    async with asyncio.timeout(5):
        assert "inbox ended although" in str(await supervisor.crashed())


async def test_an_essential_task_that_somebody_else_cancels_counts_as_crashed():
    supervisor = Supervisor()
    supervisor.start("inbox", forever(), essential=True).cancel()
    async with asyncio.timeout(5):
        assert (await supervisor.crashed()).error is None


async def test_cancelling_an_essential_task_on_purpose_is_no_crash(caplog):
    supervisor = Supervisor()
    task = supervisor.start("inbox", forever(), essential=True)
    assert await supervisor.cancel(task)
    assert await supervisor.cancel(task)
    assert supervisor.crash is None
    assert supervisor.names == []
    assert caplog.records == []


async def test_stopping_ends_all_tasks_and_lets_them_clean_up(caplog):
    supervisor = Supervisor()
    cleaned = []

    async def careful() -> None:
        try:
            await forever()
        finally:
            await settle()
            cleaned.append(True)

    supervisor.start("a", careful(), essential=True)
    supervisor.start("b", careful())
    await settle()
    assert await supervisor.stop() == []
    assert cleaned == [True, True]
    assert supervisor.names == []
    assert caplog.records == []
    with pytest.raises(RuntimeError, match="late cannot be started"):
        supervisor.start("late", forever())


async def test_a_task_that_will_not_end_is_named_and_does_not_hold_up_the_others(caplog):
    supervisor = Supervisor()
    free = asyncio.Event()

    async def stubborn() -> None:
        while not free.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await free.wait()

    supervisor.start("good", forever())
    task = supervisor.start("stubborn", stubborn())
    await settle()
    assert await supervisor.stop(deadline_s=0.2) == ["stubborn"]
    assert "did not end within 0.2 s: stubborn" in caplog.text
    assert supervisor.names == ["stubborn"]
    free.set()
    await task


async def test_a_crash_while_stopping_is_logged_but_reported_to_nobody(caplog):
    crashes: list[Crash] = []
    supervisor = Supervisor(crashes.append)

    async def clumsy() -> None:
        try:
            await forever()
        finally:
            raise OSError("cannot flush")

    supervisor.start("writer", clumsy(), essential=True)
    await settle()
    with caplog.at_level(logging.ERROR):
        assert await supervisor.stop() == []
    assert "writer crashed: OSError: cannot flush" in caplog.text
    assert crashes == []


async def test_a_task_may_stop_the_service_it_belongs_to():
    supervisor = Supervisor()
    task = supervisor.start("watcher", supervisor.stop())
    supervisor.start("other", forever())
    async with asyncio.timeout(5):
        assert await task == []
    assert supervisor.names == []
