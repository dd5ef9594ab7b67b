"""Live numbers over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from contact_center.adapters.stream.live import FRESH_US, PATH, LiveBoard
from contact_center.core.facts import AgentChanged, Presence, Work
from contact_center.core.ids import AgentId
from contact_center.reporting.live import LiveNumbers
from tests.adapters.stream.conftest import queued, until


class Clock:
    now = 10_000_000

    def __call__(self) -> int:
        return self.now


@asynccontextmanager
async def running(board: LiveBoard) -> AsyncIterator[None]:
    task = asyncio.ensure_future(board.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ready(agent: str) -> AgentChanged:
    return AgentChanged(
        at=1, agent=AgentId(agent), presence=Presence.READY, reason="", work=Work.IDLE, since=0
    )


async def test_the_numbers_of_now_are_told_to_those_who_may(serve, client):
    clock, allowed = Clock(), [False]
    board = LiveBoard(
        LiveNumbers({}), clock, lambda _r: None if allowed[0] else web.Response(status=401)
    )
    app = web.Application()
    app.add_routes(board.routes())
    url = await serve(app) + PATH
    async with running(board):
        board.publish([queued(1, "k1"), queued(1, "k2"), ready("ann"), ready("bob")])
        await until(lambda: board.behind == 0, "all is counted")
        async with client.get(url) as response:
            assert response.status == 401
        allowed[0] = True
        async with client.get(url) as response:
            told = await response.json()
        assert told["queues"]["cards"]["waiting"] == 2
        assert told["queues"]["cards"]["longest_waiting_us"] == clock.now - 1
        assert (sorted(told["agents"]), told["behind"]) == (["ann", "bob"], 0)
        async with client.get(url, params={"agents": "bob,eve"}) as response:
            assert list((await response.json())["agents"]) == ["bob"]
        board.publish([queued(1, "k3")])
        await until(lambda: board.behind == 0, "all is counted")
        async with client.get(url) as response:  # kept for a second
            assert (await response.json())["queues"]["cards"]["waiting"] == 2
        clock.now += FRESH_US
        async with client.get(url) as response:
            assert (await response.json())["queues"]["cards"]["waiting"] == 3


async def test_a_storm_of_facts_is_counted_in_portions_and_bounded():
    board = LiveBoard(LiveNumbers({}), Clock(), lambda _r: None, bound=1000)
    board.publish([queued(1, f"k{n}") for n in range(1500)])
    assert (board.behind, board.dropped) == (1000, 500)
    board.publish([queued(1, "k")])
    assert (board.behind, board.dropped) == (1000, 501)
    seen = []
    async with running(board):
        while board.behind:
            seen.append(board.behind)
            await asyncio.sleep(0)
    assert len(seen) > 40
