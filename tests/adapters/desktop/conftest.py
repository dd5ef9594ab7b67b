"""A desk server on a real port, with a scripted core behind it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from contact_center.adapters.desktop.command_book import CommandBook
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.directory import DemoDirectory
from contact_center.adapters.desktop.roster import (
    DeskAgent,
    DeskChoice,
    DeskDisposition,
    DeskQueue,
    DeskRoster,
)
from contact_center.adapters.desktop.server import DeskServer
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.desk_client import DeskClient, Screen
from tests.adapters.desktop.scripted_core import ScriptedCore
from tests.real.ports import free_port

DEADLINE_S = 20.0
PASSWORD = "quiet-river"


def roster() -> DeskRoster:
    return DeskRoster.of(
        agents=[
            DeskAgent(id="maria", name="Maria Silva", login="maria"),
            DeskAgent(id="jonas", name="Jonas Weber", login="jonas", queues=("returns",)),
        ],
        queues=[
            DeskQueue(id="service", label="Customer service"),
            DeskQueue(id="returns", label="Returns", dispositions=("return", "other")),
        ],
        dispositions=[
            DeskDisposition(code="order", label="Order status"),
            DeskDisposition(code="return", label="Return"),
            DeskDisposition(code="complaint", label="Complaint"),
            DeskDisposition(code="callback", label="Call back agreed"),
            DeskDisposition(code="other", label="Something else"),
        ],
        pause_reasons=[
            DeskChoice(code="lunch", label="Lunch"),
            DeskChoice(code="coffee", label="Coffee"),
            DeskChoice(code="training", label="Training"),
        ],
    )


def wall_clock() -> int:
    return time.time_ns() // 1000


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until `condition` holds, or fail with what is missing."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what or condition}")
        await asyncio.sleep(0.005)


@dataclass
class Center:
    """One running desk server."""

    core: ScriptedCore
    desk: Desk
    server: DeskServer
    url: str
    port: int
    runner: web.AppRunner
    clients: list[asyncio.Task[int]] = field(default_factory=list)

    @property
    def ws(self) -> str:
        return self.url.replace("http", "ws", 1) + "/ws"

    @property
    def origin(self) -> str:
        return self.url

    def token(self, agent: str = "maria") -> str:
        return self.server.sessions.open(agent)[0]

    def bearer(self, agent: str = "maria") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(agent)}"}

    async def agent(self, agent: str = "maria") -> "Agent":
        """Connect a client that follows the protocol, and wait until it is live."""
        made = Agent(DeskClient(self.ws, self.token(agent), lambda m: None, back_off_s=0.01))
        made.client.on_message = made.hear
        made.client.on_state = made.states.append
        made.task = asyncio.get_running_loop().create_task(made.client.run())
        self.clients.append(made.task)
        await until(lambda: made.states[-1:] == ["live"], "the client is live")
        return made


@dataclass
class Agent:
    """A client and what it saw."""

    client: DeskClient
    screen: Screen = field(default_factory=Screen)
    heard: list[dict[str, Any]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    task: asyncio.Task[int] | None = None

    def hear(self, message: dict[str, Any]) -> None:
        self.heard.append(message)
        self.screen.apply(message)

    def types(self) -> list[str]:
        return [message["t"] for message in self.heard]


@asynccontextmanager
async def running(
    *,
    port: int = 0,
    settings: DeskSettings | None = None,
    core: ScriptedCore | None = None,
    epoch: str | None = None,
    book: CommandBook | None = None,
    sessions_file: Path | None = None,
    **server: Any,
) -> AsyncIterator[Center]:
    core = core or ScriptedCore(wall_clock)
    desk = Desk(roster(), core.post, core.clock, epoch=epoch, book=book)
    core.desk = desk
    app = web.Application()
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=1)
    # The port is known only after binding, the allow-list needs it before: probe first.
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    base = settings or DeskSettings(public_url=url, restart_spread_ms=300)
    chosen = replace(base, public_url=url, sessions_file=sessions_file)
    agents = {agent.login: agent.id for agent in desk.roster.agents.values()}
    desk_server = DeskServer(desk, DemoDirectory(agents, PASSWORD), chosen, **server)
    desk_server.attach(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    center = Center(core, desk, desk_server, url, port, runner)
    try:
        yield center
    finally:
        for task in center.clients:
            task.cancel()
        await asyncio.gather(*center.clients, return_exceptions=True)
        await runner.cleanup()


@pytest.fixture
async def center() -> AsyncIterator[Center]:
    async with running() as made:
        yield made


StartCenter = Callable[..., Awaitable[Center]]


@pytest.fixture
async def start_center() -> AsyncIterator[StartCenter]:
    """Start servers with settings of the test's own."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Center:
            return await stack.enter_async_context(running(**options))

        yield start
