"""Websockets of the console: who may look, how many, and what a slow one costs."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import aiohttp
import pytest

from contact_center.adapters.console import streams
from tests.adapters.console.conftest import Bench, agent, closed, heard
from tests.real.dialog import until


async def test_a_supervisor_sees_the_floor_and_then_what_changes(served: Bench) -> None:
    async with await served.open() as stream:
        whole = await heard(stream)
        assert (whole["t"], whole["whole"]) == ("floor", True)
        served.sight.rows["ana"] = agent("ana", presence="paused")
        frame = await heard(stream)
        while frame["t"] == "beat":
            frame = await heard(stream)
        assert [row["agent"] for row in frame["agents"]] == ["ana"]


async def test_a_sign_of_life_comes_when_nothing_changes(served: Bench) -> None:
    async with await served.open() as stream:
        await heard(stream)
        assert (await heard(stream))["t"] == "beat"


@pytest.mark.parametrize(
    ("who", "code"), [("nobody", streams.LOG_IN_AGAIN), ("ana", streams.NOT_FOR_YOU)]
)
async def test_nobody_else_may_look(served: Bench, who: str, code: int) -> None:
    async with await served.open(who) as stream:
        assert await closed(stream) == code
    assert served.console.streams.open == 0


@pytest.mark.parametrize("origin", ["https://elsewhere.example", None])
async def test_a_page_of_somebody_else_may_not_look(served: Bench, origin: str | None) -> None:
    headers = {"X-Who": "dana"} | ({"Origin": origin} if origin else {})
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await served.http.ws_connect(f"{served.url}/console/api/stream", headers=headers)
    assert refused.value.status == 403


async def test_who_logs_out_or_supervises_no_more_sees_no_more(served: Bench) -> None:
    async with await served.open("dana") as one, await served.open("sam") as other:
        await heard(one)
        await heard(other)
        del served.people["dana"]
        served.people["sam"] = served.people["ana"]
        assert await closed(one) == streams.LOG_IN_AGAIN
        assert await closed(other) == streams.NOT_FOR_YOU


async def test_there_are_so_many_streams_of_one_and_of_all(bench: Bench) -> None:
    bench.hurry(most=3, most_of_one=2)
    server = await bench.serve()
    try:
        mine = [await bench.open("dana") for _ in range(3)]
        assert await closed(mine[2]) == streams.TRY_LATER
        theirs = [await bench.open("sam") for _ in range(2)]
        assert await closed(theirs[1]) == streams.TRY_LATER
        await mine[0].close()
        await until(lambda: bench.console.streams.open == 2, within=20, what="room again")
        again = await bench.open("sam")
        assert (await heard(again))["whole"] is True
        for one in [*mine, *theirs, again]:
            await one.close()
    finally:
        await server.stop()


async def test_who_does_not_read_is_let_go_and_others_see_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.hurry(send_within_s=0.5)
    server = await bench.serve()
    big = {name: agent(name, reason="x" * 5_000) for name in (f"a{n}" for n in range(400))}
    bench.sight.rows = big
    try:
        async with await bench.open("sam") as reads:
            await heard(reads)
            silent = await handshake(bench, "dana")
            await until(lambda: bench.console.streams.open == 2, within=20, what="both are there")

            async def change() -> None:
                for turn in range(1_000):
                    row: dict[str, Any] = {"reason": f"{turn}" + "x" * 5_000}
                    bench.sight.rows = {name: agent(name, **row) for name in big}
                    frame = await heard(reads)
                    while frame["t"] == "beat":
                        frame = await heard(reads)
                    if bench.console.streams.open == 1:
                        return
                raise AssertionError("it was never let go")

            await asyncio.wait_for(change(), 60)
            assert "reads too slowly" in caplog.text
            silent.close()
    finally:
        await server.stop()


async def handshake(bench: Bench, who: str) -> socket.socket:
    """A browser that stands still after the handshake."""
    host, port = bench.url.removeprefix("http://").split(":")
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(made, (host, int(port)))
    lines = [
        "GET /console/api/stream HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: {bench.url}",
        f"X-Who: {who}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol: console.v1",
    ]
    await loop.sock_sendall(made, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert b"101" in await loop.sock_recv(made, 12)
    return made


async def test_a_floor_that_cannot_be_seen_for_a_moment_stands_still(
    served: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async with await served.open() as stream:
        await heard(stream)
        served.sight.rows["ana"] = {"agent": "ana"}
        await until(lambda: "could not be looked at" in caplog.text, within=20, what="the log")
        served.sight.rows["ana"] = agent("ana", reason="back")
        frame = await heard(stream)
        while frame["t"] == "beat":
            frame = await heard(stream)
        assert frame["agents"][0]["reason"] == "back"
    caplog.clear()


async def test_a_stop_closes_streams_so_that_they_come_back(bench: Bench) -> None:
    server = await bench.serve()
    async with await bench.open() as stream:
        await heard(stream)
        stopping = asyncio.ensure_future(server.stop())
        assert await closed(stream) == streams.RESTART
        await stopping
