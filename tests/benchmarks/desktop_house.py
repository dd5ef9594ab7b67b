"""The process that is measured by ``bench_desktop``: the product, or bare sockets beside it.

It is told what to do by lines on its standard input, and answers each with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from aiohttp import WSMsgType, web

from contact_center.adapters.desktop.sessions import Entrance
from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.phones import phone
from contact_center.adapters.simulated.scripts import read_script
from contact_center.app.garbage import tame
from contact_center.app.providers import SimulatedProvider
from contact_center.app.service import Service
from contact_center.core.facts import Fact, ScreenPopped
from contact_center.core.permissions import Role
from contact_center.ports import FactSink
from contact_center.settings import load_settings
from tests.real.ports import free_port

SAMPLE = Path(__file__).parents[1] / "end_to_end" / "center"
NUMBER = "+14155550101"
BOARDS = 20
POP_BYTES, TILE_BYTES = 900, 250
"""As large as the product's frames are here."""


class Noted(Service):
    """The product, which notes when each pop was decided: when the reservation was made."""

    pops: dict[str, int]

    def publish(self, facts: Sequence[Fact]) -> None:
        """Be told before the screens are."""
        for fact in facts:
            if isinstance(fact, ScreenPopped):
                self.pops[fact.call] = time.monotonic_ns()

    def _sinks(self) -> list[FactSink]:
        return [self, *super()._sinks()]


def center(folder: Path, agents: int) -> Path:
    """Write a center with so many agents."""
    text = (SAMPLE / "center.yaml").read_text()
    head, rest = text.split("agents:\n")
    _, tail = rest.split("dispositions: {sold", 1)
    people = "".join(
        f"  a{n}: {{name: Agent {n}, login: a{n}, extension: {10_000 + n}, queues: [sales],"
        " wrap_up: 1s}\n"
        for n in range(agents)
    )
    for name in ("main.yaml", "direct.yaml"):
        shutil.copy(SAMPLE / name, folder / name)
    file = folder / "center.yaml"
    file.write_text(f"{head}agents:\n{people}dispositions: {{sold{tail}")
    return file


class Product:
    """The whole product on the simulated network."""

    def __init__(self, folder: Path, agents: int) -> None:
        self._folder = folder
        self._agents = agents

    async def start(self) -> dict[str, Any]:
        given = {
            "CC_CENTER": str(center(self._folder, self._agents)),
            "CC_STATE_DIR": str(self._folder / "state"),
            "CC_HTTP_PORT": str(free_port()),
            "CC_PROMPTS_ENGINE": "none",
            "CC_DESK_DEMO": "true",
            "CC_LOG_LEVEL": "error",
        }
        self.service = Noted(load_settings(given, None))
        self.service.pops = {}
        await self.service.start()
        provider = self.service.provider
        assert isinstance(provider, SimulatedProvider)
        self._telephony = provider.telephony
        for n in range(self._agents):
            device = phone(str(10_000 + n), "answer after 1..2 s")
            provider.telephony.network.plug_in(device)
        tame()
        sessions = self.service.desk_server.sessions
        boss = Entrance(roles=frozenset({Role.SUPERVISOR}))
        return {
            "port": self.service.web.port,
            "desks": [sessions.open(f"a{n}")[0] for n in range(self._agents)],
            "boards": [sessions.open(f"a{n}", boss)[0] for n in range(BOARDS)],
        }

    async def calls(self, rate: float, count: int) -> dict[str, Any]:
        """Let so many callers come, evenly; gives when each pop was decided."""
        self.service.pops.clear()
        loop = asyncio.get_running_loop()
        begun, network = loop.time(), self._telephony.network
        script = read_script(["wait for somebody for at most 60 s", "hang up after 2 s"])
        for n in range(count):
            await asyncio.sleep(max(0.0, begun + n / rate - loop.time()))
            ani = f"+1415555{100 + n % 100:04}"
            network.place_call(Caller(ani=ani, did=NUMBER, script=script), self._telephony.now())
            self._telephony.pump()
        deadline = loop.time() + 30
        while len(self.service.pops) < count and loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return {"pops": self.service.pops}

    def state(self) -> dict[str, Any]:
        agents = self.service.loop.center.router.agents.values()
        ready = sum(agent.presence.value == "ready" for agent in agents)
        counts = self.service.desk.counts
        return {
            "sockets": self.service.desk_server.open_sockets,
            "ready": ready,
            "slow": counts.slow_readers,
            "rss": psutil.Process().memory_info().rss,
        }

    async def stop(self) -> None:
        await self.service.stop()


class Bare:
    """The baseline: aiohttp's own sockets, and nothing of the product.

    A frame as large as a tile goes to everybody once a second, and one as large as a pop to one of
    them when a pop is due.
    """

    def __init__(self, _folder: Path, agents: int) -> None:
        self._agents = agents
        self._sockets: list[web.WebSocketResponse] = []

    async def start(self) -> dict[str, Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            ws = web.WebSocketResponse(compress=False, protocols=("desk.v1",))
            await ws.prepare(request)
            await ws.send_str('{"t":"hello"}')
            self._sockets.append(ws)
            async for message in ws:
                if message.type is WSMsgType.TEXT and "resume" in message.data:
                    await ws.send_str('{"t":"state"}')
            self._sockets.remove(ws)
            return ws

        app = web.Application()
        app.router.add_get("/ws", serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        port = free_port()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._board = asyncio.get_running_loop().create_task(self._tell_all())
        tame()
        return {"port": port, "desks": [f"d{n}" for n in range(self._agents)], "boards": []}

    async def _tell_all(self) -> None:
        frame = json.dumps({"t": "queue.state", "fill": "x" * TILE_BYTES})
        while True:
            await asyncio.sleep(1)
            for ws in list(self._sockets):
                await ws.send_str(frame)

    async def calls(self, rate: float, count: int) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        begun, pops = loop.time(), {}
        for n in range(count):
            await asyncio.sleep(max(0.0, begun + n / rate - loop.time()))
            name = f"b-{n}-{begun}"
            frame = {"t": "pop.show", "call": name, "fill": "x" * POP_BYTES}
            pops[name] = time.monotonic_ns()
            await self._sockets[n * 7_919 % len(self._sockets)].send_str(json.dumps(frame))
        return {"pops": pops}

    def state(self) -> dict[str, Any]:
        rss = psutil.Process().memory_info().rss
        return {"sockets": len(self._sockets), "ready": len(self._sockets), "slow": 0, "rss": rss}

    async def stop(self) -> None:
        self._board.cancel()
        await self._runner.cleanup()


async def main(kind: str, folder: Path, agents: int) -> None:
    """Do what is asked for, until there is nothing more."""
    house = {"product": Product, "bare": Bare}[kind](folder, agents)
    _tell(await house.start())
    try:
        while line := (await asyncio.to_thread(sys.stdin.readline)).split():
            if line[0] == "calls":
                _tell(await house.calls(float(line[1]), int(line[2])))
            else:
                _tell(house.state())
    finally:
        await house.stop()


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
