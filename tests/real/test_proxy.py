"""The line of the tests that can be cut."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.real.dialog import until
from tests.real.proxy import Proxy


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def _listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.transport.abort()


@pytest.mark.parametrize("steps", range(8))
async def test_whoever_connects_as_it_is_taken_away_is_let_go_of(steps: int) -> None:
    server = await asyncio.start_server(_listen, "127.0.0.1", 0)
    before = open_files()
    async with Proxy(server.sockets[0].getsockname()[1]) as line:
        _, writer = await asyncio.open_connection("127.0.0.1", line.port)
        for _ in range(steps):
            await asyncio.sleep(0)  # so far it gets with passing it on
    writer.transport.abort()
    await until(lambda: open_files() <= before, within=30, what="all is closed")
    server.close()
    await server.wait_closed()
