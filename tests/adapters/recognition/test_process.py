import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from contact_center.adapters.recognition.framing import Kind
from contact_center.adapters.recognition.process import (
    MOST_BEHIND,
    MOST_HEARINGS,
    RecogniserProcess,
    Times,
)
from tests.adapters.recognition.programs import BABBLING, DEAF, DYING, WELL, argv
from tests.adapters.recognition.sounds import frames, quiet, vowel

WITHIN_S = 30


@asynccontextmanager
async def running(program: str, **times: float) -> AsyncIterator[RecogniserProcess]:
    one = RecogniserProcess(argv(program), times=Times(**times))
    task = asyncio.ensure_future(one.run())
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Told:
    """What a hearing was told."""

    def __init__(self) -> None:
        self.began = 0
        self.understood: list[tuple[str, float]] = []

    def begin(self) -> None:
        self.began += 1

    def understand(self, text: str, confidence: float) -> None:
        self.understood.append((text, confidence))


async def test_a_caller_is_understood_by_the_process():
    async with running(WELL) as one:
        await until(lambda: one.is_ready)
        told = Told()
        hearing = one.listen(["balance", "card"], "en-US", told.begin, told.understand)
        assert hearing is not None
        for frame in frames(quiet(1) + vowel(1) + quiet(2)):
            hearing.feed(frame)
        await until(lambda: told.understood)
        assert told.began == 1
        assert told.understood == [("balance", 0.9)]
        hearing.close()
        hearing.close()
        hearing.feed(quiet(1))


async def test_nobody_is_listened_to_in_a_language_without_a_model_or_before_it_is_ready():
    one = RecogniserProcess(argv(WELL))
    assert one.listen(["a"], "en-US", lambda: None, lambda *_: None) is None
    async with running(WELL) as one:
        await until(lambda: one.is_ready)
        assert one.listen(["saldo"], "es-US", lambda: None, lambda *_: None) is None
        assert one.listen([], "en-US", lambda: None, lambda *_: None) is None


async def test_more_callers_than_it_bears_are_not_listened_to():
    async with running(WELL) as one:
        await until(lambda: one.is_ready)
        for _ in range(MOST_HEARINGS):
            assert one.listen(["a"], "en", lambda: None, lambda *_: None) is not None
        assert one.listen(["a"], "en", lambda: None, lambda *_: None) is None


async def test_a_process_that_dies_is_started_again():
    async with running(DYING, first_wait=0.05) as one:
        await until(lambda: one.starts >= 3)
        await until(lambda: not one.is_ready)
        assert one.trouble == "it ended with 3"


async def test_a_process_that_hangs_is_ended_and_its_callers_hear_nothing_of_it():
    async with running(DEAF, ping_every=0.05, silent_for=0.3, first_wait=0.05) as one:
        await until(lambda: one.is_ready)
        told = Told()
        hearing = one.listen(["a"], "en-US", told.begin, told.understand)
        await until(lambda: one.starts >= 2)
        assert hearing is not None
        hearing.feed(quiet(1))
        hearing.close()
        assert told.understood == []


async def test_a_process_that_does_not_read_loses_sound_and_holds_nobody_up():
    async with running(DEAF) as one:
        await until(lambda: one.is_ready)
        hearing = one.listen(["a"], "en-US", lambda: None, lambda *_: None)
        assert hearing is not None
        for _ in range(3 * MOST_BEHIND // 16_000):
            hearing.feed(bytes(16_000))
        assert one.dropped > 0


async def test_a_process_that_babbles_or_is_not_there_is_told_of():
    async with running(BABBLING, first_wait=30) as one:
        await until(lambda: one.trouble == "it says what nobody understands")
        assert not one.is_ready
    nobody = RecogniserProcess(("/nowhere/engine",), times=Times(first_wait=30))
    task = asyncio.ensure_future(nobody.run())
    await until(lambda: "cannot be started" in nobody.trouble)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    nobody.send(Kind.PING, 0)
