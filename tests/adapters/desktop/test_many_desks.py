"""Two thousand desks at once, one of which does not read."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.directory import DemoDirectory
from contact_center.adapters.desktop.roster import DeskAgent, DeskQueue, DeskRoster
from contact_center.adapters.desktop.server import DeskServer
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core import facts as f
from contact_center.core.events import Event
from contact_center.core.ids import AgentId, CallId, QueueId
from tests.benchmarks.bench_desktop import Desk as Client
from tests.real.dialog import until
from tests.real.ports import free_port

AGENTS = 2_000
ROUNDS = 20


class House:
    """The desks of so many agents, and their screens."""

    def __init__(self, port: int) -> None:
        roster = DeskRoster.of(
            agents=[DeskAgent(id=f"a{n}", name=f"A {n}", login=f"a{n}") for n in range(AGENTS)],
            queues=[DeskQueue(id="sales", label="Sales")],
            dispositions=[],
            pause_reasons=[],
        )
        self.posted: list[Event] = []
        self.desk = Desk(roster, self.posted.append, lambda: time.time_ns() // 1_000)
        settings = DeskSettings(public_url=f"http://127.0.0.1:{port}")
        self.server = DeskServer(self.desk, DemoDirectory({}, "nobody"), settings)
        self.clients: list[Client] = []
        self.pops = 0

    async def connect(self, port: int) -> None:
        loop = asyncio.get_running_loop()

        def hear(_call: str, _at: int) -> None:
            self.pops += 1

        for first in range(0, AGENTS, 50):
            some = []
            for n in range(first, first + 50):
                token, _ = self.server.sessions.open(f"a{n}")
                _, client = await loop.create_connection(
                    lambda token=token: Client(token, "/ws", hear),  # type: ignore[misc]
                    "127.0.0.1",
                    port,
                )
                some.append(client)
            async with asyncio.timeout(60):
                await asyncio.gather(*(client.live for client in some))
            self.clients += some

    def pop(self, agent: int, number: int) -> None:
        """Show an agent who calls, with as much as fits."""
        self.desk.publish(
            [
                f.ScreenPopped(
                    at=time.time_ns() // 1_000, call=CallId(f"c-{agent}-{number}"), seq=1,
                    agent=AgentId(f"a{agent}"), reservation=f"r-{agent}-{number}",  # type: ignore[arg-type]
                    ani="+14155550100", did="+14155550199", queue=QueueId("sales"),
                    queue_label="Sales", reason="", customers=(), waited_us=0, script=("x" * 400,),
                )
            ]
        )  # fmt: skip


@pytest.mark.timeout(600)
async def test_a_reader_that_stalls_among_two_thousand_keeps_nobody_waiting() -> None:
    port = free_port()
    house = House(port)
    web = WebServer(WebSettings(port=port))
    house.server.attach(web.application)
    await web.start()
    try:
        await house.connect(port)
        assert house.server.open_sockets == AGENTS
        stalled = house.clients[0]
        stalled._transport.pause_reading()  # type: ignore[attr-defined]
        outbox = next(s for s in house.server._sockets if s.agent == "a0")._outbox
        text = "x" * 10_000
        notes = f.NotesSaved(at=1, call=CallId("c-0"), seq=1, agent=AgentId("a0"), text=text)
        number = 0
        while len(outbox) == 0:  # until the kernel takes no more for it
            house.desk.publish([replace(notes, seq=(number := number + 1))])
            await asyncio.sleep(0)
        for turn in range(ROUNDS):
            house.desk.publish([replace(notes, seq=number + turn)])
            for agent in range(1, AGENTS):
                house.pop(agent, turn)
            wanted = (turn + 1) * (AGENTS - 1)
            await until(
                lambda wanted=wanted: house.pops == wanted,
                within=60,
                what=lambda wanted=wanted: f"{wanted} pops, not {house.pops}",
            )
            # All others have theirs while it still stalls, and is not let go.
            assert len(outbox) > turn
            assert house.desk.counts.slow_readers == 0
        for _ in range(600):
            house.desk.publish([replace(notes, seq=9_999)])
        assert house.desk.counts.slow_readers == 1
        await until(lambda: house.server.open_sockets == AGENTS - 1, within=60, what="it is let go")
        assert not any(client.is_gone for client in house.clients[1:])
    finally:
        for client in house.clients:
            client.close()
        await web.stop()
