"""How long a screen-pop takes to the agent's socket, and how many desks one process holds.

``python -m tests.benchmarks.bench_desktop`` runs the whole product (core, journal, database, desk,
console) on the simulated network in a process of its own, and in this process the desks: websockets
read by a bare protocol, so that little is measured but the other side. Both share this machine.

* ``pop_p50_ms``, ``pop_p99_ms``: from the reservation (the fact is decided) to the frame read here,
  over all calls, with all agents connected and ready, tiles going to everybody, and twenty consoles
  open. ``pops_missing`` of them never came.
* ``connections_held``: desks connected at the same time and still there after a round of pings;
  ``kib_per_connection``: how much memory the process grew by each (without the kernel's buffers).
* the baseline ``bare_*``, in the same run: aiohttp's sockets without the product, with frames of
  the same size at the same rate.

The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

_PING_ROUND_S = 62
"""Two pings of the server, with their spread."""
_AT_ONCE = 100


class Desk(asyncio.Protocol):
    """One desk: shakes hands, says resume and that it is ready, answers pings, notes pops."""

    def __init__(self, token: str, path: str, note: Callable[[str, int], None]) -> None:
        self._token = token
        self._path = path
        self._note = note
        self._buffer = b""
        self._is_open = False
        self.live: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        host = f"127.0.0.1:{transport.get_extra_info('peername')[1]}"
        who = f"Authorization: Bearer {self._token}\r\n"
        protocol = "desk.v1"
        if self._path != "/ws":
            who = f"Cookie: desk_session={self._token}\r\nOrigin: http://{host}\r\n"
            protocol = "console.v1"
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {protocol}\r\n{who}\r\n".encode()
        )

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_gone = True
        if not self.live.done():
            self.live.set_exception(ConnectionError("closed at once"))

    def data_received(self, data: bytes) -> None:
        at = time.monotonic_ns()
        buffer = self._buffer + data
        if not self._is_open:
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            assert b" 101 " in head.partition(b"\r\n")[0], head
            self._is_open = True
        while len(buffer) >= 2:
            size, begin = buffer[1], 2
            if size == 126:
                size, begin = int.from_bytes(buffer[2:4], "big"), 4
            elif size == 127:
                size, begin = int.from_bytes(buffer[2:10], "big"), 10
            if len(buffer) < begin + size:
                break
            self._hear(buffer[begin : begin + size], at)
            buffer = buffer[begin + size :]
        self._buffer = buffer

    def _hear(self, frame: bytes, at: int) -> None:
        if b'"pop.show"' in frame[:200]:
            self._note(json.loads(frame)["call"], at)
        elif b'"ping"' in frame[:60]:
            self.send({"t": "pong"})
        elif b'"hello"' in frame[:60]:
            self.send({"t": "resume", "d": {"channels": {}}})
        elif b'"state"' in frame[:60]:
            self.send({"t": "cmd.ready", "id": "ready"})
            self._is_live()
        elif self._path != "/ws":
            self._is_live()

    def _is_live(self) -> None:
        if not self.live.done():
            self.live.set_result(None)

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert len(body) < 126
        self._transport.write(bytes((0x81, 0x80 | len(body), 0, 0, 0, 0)) + body)

    def close(self) -> None:
        self._transport.abort()


class House:
    """The process that is measured."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.hello: dict[str, Any] = {}
        self.desks: list[Desk] = []
        self.heard: dict[str, int] = {}

    async def read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the process that is measured has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        return await self.read()

    async def connect(self) -> None:
        """Open every desk and every board, and wait until all agents are ready."""
        loop = asyncio.get_running_loop()
        wanted = [(token, "/ws") for token in self.hello["desks"]]
        wanted += [(token, "/console/api/stream") for token in self.hello["boards"]]

        def note(call: str, at: int) -> None:
            self.heard.setdefault(call, at)

        for first in range(0, len(wanted), _AT_ONCE):
            some = []
            for token, path in wanted[first : first + _AT_ONCE]:
                _, desk = await loop.create_connection(
                    lambda token=token, path=path: Desk(token, path, note),  # type: ignore[misc]
                    "127.0.0.1", self.hello["port"],
                )  # fmt: skip
                some.append(desk)
            await asyncio.wait_for(asyncio.gather(*(desk.live for desk in some)), 120)
            self.desks += some
        async with asyncio.timeout(180):
            while (await self.ask("state"))["ready"] < len(self.hello["desks"]):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.5)

    async def pops(self, rate: float, count: int) -> tuple[list[float], int]:
        """Let calls come; gives milliseconds to the socket, sorted, and how many never came."""
        decided: dict[str, int] = (await self.ask(f"calls {rate} {count}"))["pops"]
        assert len(decided) >= count * 0.99, f"only {len(decided)} of {count} calls were offered"
        await asyncio.sleep(2)
        took = sorted((self.heard[c] - at) / 1e6 for c, at in decided.items() if c in self.heard)
        return took, len(decided) - len(took)


@asynccontextmanager
async def running(kind: str, agents: int) -> AsyncIterator[House]:
    """Start a process of a kind for so many agents."""
    with tempfile.TemporaryDirectory(prefix="bench-desktop-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.desktop_house", kind, folder, str(agents)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=64 * 1024 * 1024,
        )
        house = House(process)
        try:
            house.hello = await house.read()
            yield house
        finally:
            for desk in house.desks:
                desk.close()
            if process.stdin is not None:
                process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), 60)
            except TimeoutError:
                process.kill()
                await process.wait()


async def measure(kind: str, agents: int, rate: float, count: int) -> dict[str, Any]:
    """Pops to so many desks."""
    async with running(kind, agents) as house:
        await house.connect()
        await house.pops(rate, min(count, 100))  # warm
        took, missing = await house.pops(rate, count)
        slow = (await house.ask("state"))["slow"]
    cuts = statistics.quantiles(took, n=1000, method="inclusive")
    return {
        "pop_p50_ms": round(cuts[499], 3),
        "pop_p99_ms": round(cuts[989], 3),
        "pop_max_ms": round(took[-1], 3),
        "pops": len(took),
        "pops_missing": missing,
        "slow_readers": slow,
    }


async def hold(kind: str, agents: int, wait_s: float) -> dict[str, Any]:
    """How many desks are held, and what each costs."""
    async with running(kind, agents) as house:
        before = (await house.ask("state"))["rss"]
        began = time.monotonic()
        await house.connect()
        connect_s = time.monotonic() - began
        await asyncio.sleep(wait_s)
        state = await house.ask("state")
        there = sum(not desk.is_gone for desk in house.desks[:agents])
    return {
        "connections_held": min(there, state["sockets"]),
        "kib_per_connection": round((state["rss"] - before) / 1024 / agents, 1),
        "connect_s": round(connect_s, 1),
    }


async def run(options: argparse.Namespace) -> dict[str, Any]:
    product = await measure("product", options.agents, options.rate, options.calls)
    bare = await measure("bare", options.agents, options.rate, options.calls)
    held = await hold("product", options.held, options.wait)
    bare_held = await hold("bare", options.held, 5)
    return {
        "bench": "desktop",
        "agents": options.agents,
        **product,
        **held,
        "calls_per_s": options.rate,
        "baseline": "aiohttp's websockets alone: same count, frames of the same size and rate",
        **{f"bare_{name}": value for name, value in {**bare, **bare_held}.items()},
        "ratio_p50": round(product["pop_p50_ms"] / bare["pop_p50_ms"], 2),
    }


def main() -> int:
    """Run everything and print the result."""
    arguments = argparse.ArgumentParser(description="benchmark of desks and screen-pops")
    arguments.add_argument("--agents", type=int, default=2_000)
    arguments.add_argument("--held", type=int, default=10_000)
    arguments.add_argument("--rate", type=float, default=50.0, help="calls a second")
    arguments.add_argument("--calls", type=int, default=1_000)
    arguments.add_argument("--wait", type=float, default=_PING_ROUND_S, help="seconds held")
    options = arguments.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = options.held + 500
    if soft < wanted:
        if hard < wanted:
            print(f"ulimit -n is {hard}: {wanted} are needed", file=sys.stderr)
            return 2
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    load = round(os.getloadavg()[0], 1)
    result = asyncio.run(run(options))
    result |= {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "open_files_allowed": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "load_before": load,
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
