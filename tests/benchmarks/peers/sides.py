"""The two sides: app_queue in Asterisk, and our product beside the same Asterisk.

Each is started for one run and ended after it; both have the same agents' phones.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import psutil

from contact_center.adapters.asterisk.local import Instance, Settings, SipAccount, find
from contact_center.core.events import PlaybackFailed, PlaybackFinished
from contact_center.desk_client.connection import log_in, socket_url
from contact_center.runtime.journal import segments
from tests.benchmarks.load import Desk, Pops
from tests.benchmarks.peers import floor as floors
from tests.benchmarks.peers.floor import Floor
from tests.benchmarks.peers.people import People
from tests.end_to_end.product import Product

OVERLOAD_SETTLE_S = 26.0
"""After a start with 1,000 queues Asterisk takes no calls for most of this time."""


class Side(Protocol):
    """One of the two, running."""

    name: str

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def number(self, kind: str) -> str:
        """What is dialled for an entry."""
        ...

    def cpu_s(self) -> dict[str, float]:
        """Seconds of processor time by process, since each was started."""
        ...

    async def take_out(self, queue: str, to: str) -> None:
        """Take a queue out of the configuration, its callers to another, and load that."""
        ...


class _Asterisk(Instance):
    """An Asterisk with app_queue and these queues."""

    queues = ""

    def _write_files(self) -> None:
        super()._write_files()
        etc = self.folder / "etc"
        modules = etc / "modules.conf"
        modules.write_text(modules.read_text() + "load = app_queue.so\n")
        (etc / "queuerules.conf").write_text("")
        self.write_queues(self.queues)

    def write_queues(self, text: str) -> None:
        (self.folder / "etc" / "queues.conf").write_text(text)


def _accounts(floor: Floor, port: int) -> tuple[SipAccount, ...]:
    names = [floors.extension(agent) for agent in floor.agents]
    return tuple(SipAccount(name=name, contact=f"127.0.0.1:{port}") for name in names)


class AppQueue:
    """Asterisk alone, with `app_queue` and these settings of queues.conf for all queues."""

    name = "app_queue"

    def __init__(self, floor: Floor, settings: Mapping[str, str], people: People) -> None:
        self._floor = floor
        self._settings = settings
        self._people = people
        known = Settings(accounts=_accounts(floor, people.port), dialplan=floors.dialplan(floor))
        self.asterisk = _Asterisk(known, find())
        self.asterisk.queues = floors.queues_conf(floor, settings)

    async def start(self) -> None:
        await self.asterisk.start()
        self._people.wire.server = ("127.0.0.1", self.asterisk.sip_port)
        shown = await self.asterisk.cli("queue show " + self._floor.lines[0].name)
        assert "has 0 calls" in shown, shown
        if len(self._floor.lines) >= 500:
            await asyncio.sleep(OVERLOAD_SETTLE_S)

    async def stop(self) -> None:
        await self.asterisk.stop()

    def number(self, kind: str) -> str:
        return floors.app_queue_number(kind)

    def cpu_s(self) -> dict[str, float]:
        return {"asterisk": self.asterisk.cpu_s()}

    async def take_out(self, queue: str, to: str) -> None:
        left = self._floor.without(queue, to)
        self.asterisk.write_queues(floors.queues_conf(left, self._settings))
        await self.asterisk.cli("queue reload all")


class Ours:
    """Asterisk with our product on it, and a desk for every agent."""

    name = "ours"

    def __init__(
        self, floor: Floor, settings: Mapping[str, Any], people: People, folder: Path
    ) -> None:
        self._floor = floor
        self._settings = settings
        self._people = people
        self._folder = folder
        self._stack = AsyncExitStack()
        self.desks: list[Desk] = []
        known = Settings(accounts=_accounts(floor, people.port))
        self.asterisk = Instance(known, find())

    async def start(self) -> None:
        self._stack.push_async_callback(self.asterisk.stop)
        await self.asterisk.start()
        self._people.wire.server = ("127.0.0.1", self.asterisk.sip_port)
        known = self.asterisk.settings
        center = floors.write_center(self._folder, self._floor, self._settings)
        environment = {
            "CC_PROVIDER": "asterisk",
            "CC_ARI_CONNECTION": "inbound",
            "CC_ARI_URL": f"http://127.0.0.1:{known.http_port}",
            "CC_ARI_PASSWORD": known.ari_password,
            "CC_AMI_PORT": str(known.manager_port),
            "CC_AMI_PASSWORD": known.manager_password,
            "CC_LOG_LEVEL": "warning",
        }
        self.product = Product(self._folder, environment, center)
        self._stack.push_async_callback(self.product.kill)
        await self.product.start()
        await self._seat_everybody()

    async def _seat_everybody(self) -> None:
        loop = asyncio.get_running_loop()
        url = socket_url(self.product.url)
        pops = Pops()
        for agent in self._floor.agents:
            login = f"a{agent}"
            token = await log_in(self.product.url, login, self.product.password)
            _, desk = await loop.create_connection(
                lambda token=token, login=login: Desk(url, token, login, pops),  # type: ignore[misc]
                "127.0.0.1",
                self.product.port,
            )
            await asyncio.wait_for(desk.is_open, 10)
            self.desks.append(desk)

    async def stop(self) -> None:
        for desk in self.desks:
            desk.close()
        await self._stack.aclose()

    @property
    def complaints(self) -> list[str]:
        """What our product logged (warnings and worse)."""
        return [
            line
            for line in self.product.log.splitlines()
            if " warning " in line or " error " in line
        ]

    def playbacks(self) -> tuple[int, int]:
        """How many playbacks to callers came to their end, and how many failed, since the start."""
        ends = Counter(
            type(event)
            for segment in segments(self._folder / "state" / "journal")
            for _, event in segment.events()
        )
        return ends[PlaybackFinished], ends[PlaybackFailed]

    def number(self, kind: str) -> str:
        return floors.did(self._floor, kind)

    def cpu_s(self) -> dict[str, float]:
        ours = psutil.Process(self.product.pid)
        times = [process.cpu_times() for process in (ours, *ours.children(recursive=True))]
        return {
            "asterisk": self.asterisk.cpu_s(),
            "ours": sum(each.user + each.system for each in times),
        }

    async def take_out(self, queue: str, to: str) -> None:
        floors.write_center(self._folder, self._floor.without(queue, to), self._settings)
        state = {
            "CC_STATE_DIR": str(self._folder / "state"),
            "CC_HTTP_PORT": str(self.product.port),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "contact_center", "reload"),
            env={**os.environ, **state},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
        assert process.returncode == 0, told.decode(errors="replace")
