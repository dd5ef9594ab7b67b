"""A door on a free port, a client, and facts to be told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from contact_center.core.facts import CallFinished, CallOutcome, CallQueued, Fact
from contact_center.core.ids import CallId, QueueId

Serve = Callable[[web.Application], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve an application; gives its address. It is stopped after the test."""
    runners: list[web.AppRunner] = []

    async def begin(app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield begin
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


def queued(number: int, call: str = "k1") -> Fact:
    return CallQueued(
        at=number, call=CallId(call), seq=number, queue=QueueId("cards"), priority=number
    )


def finished(number: int, call: str = "k1") -> Fact:
    return CallFinished(at=number, call=CallId(call), seq=number, outcome=CallOutcome.ANSWERED)


async def until(condition: Callable[[], bool], what: str, deadline_s: float = 15.0) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline_s
    while not condition():
        assert loop.time() < end, f"not within {deadline_s} s: {what}"
        await asyncio.sleep(0.005)
