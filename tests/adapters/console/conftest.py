"""A console over a floor that a test makes up, on a real port; who asks is told by a header."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web

from contact_center.adapters.console.payloads import Choice
from contact_center.adapters.console.server import Console
from contact_center.adapters.console.streams import Streams
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core.permissions import PAGES
from contact_center.core.teams import Reach

NOW = 1_790_000_000_000_000


@dataclass(frozen=True)
class Somebody:
    agent: str
    name: str
    device: str
    supervises: bool
    sees_numbers: bool = False
    pages: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    reach: Reach | None = None


PEOPLE = {
    "dana": Somebody(
        "dana", "Dana", "1009", supervises=True, pages=tuple(PAGES), may=("see.floor",)
    ),
    "sam": Somebody("sam", "Sam", "1010", supervises=True),
    "ana": Somebody("ana", "Ana", "1001", supervises=False),
    "cora": Somebody(
        "cora", "Cora", "1011", supervises=False, pages=("audit",), may=("see.audit",)
    ),
}


class MadeUp:
    """A floor: rows by name, changed by the test."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {"ana": agent("ana"), "ben": agent("ben")}
        self.lines: dict[str, list[str]] = {"sales": []}
        self.on: list[dict[str, Any]] = []
        self.asked: list[int] = []

    def queues(self) -> list[dict[str, Any]]:
        return [queue(name, len(line)) for name, line in self.lines.items()]

    def callers(self, queue: str, limit: int) -> list[dict[str, Any]]:
        line = self.lines[queue][:limit]
        return [caller(name, queue, place) for place, name in enumerate(line, 1)]

    def alerts(self) -> list[dict[str, Any]]:
        return self.on

    def agents(self, offset: int, limit: int) -> list[dict[str, Any]]:
        self.asked.append(offset)
        return list(self.rows.values())[offset : offset + limit]


def agent(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "agent": name,
        "name": name.title(),
        "queues": ["sales"],
        "presence": "ready",
        "reason": "",
        "next_presence": None,
        "work": "idle",
        "since": 1,
        "call": None,
        "queue": None,
        "at_desk": True,
        "ears": [],
        "skills": {"es": 50},
        "capacity": 100,
        "live": None,
        **fields,
    }


def queue(name: str, waiting: int) -> dict[str, Any]:
    return {
        "queue": name,
        "label": name.title(),
        "channel": "voice",
        "waiting": waiting,
        "offering": 0,
        "oldest": 5 if waiting else None,
        "agents_idle": 1,
        "agents_logged_in": 2,
        "in_time": 20_000,
        "service_level": None,
        "entered": 12,
        "abandoned": 2,
        "weight": 0,
        "priority": 0,
        "live": None,
    }


def caller(name: str, queue: str, place: int) -> dict[str, Any]:
    return {
        "call": name,
        "queue": queue,
        "position": place,
        "state": "waiting",
        "since": 5,
        "priority": 0,
        "boost_s": 0.0,
        "requirement": "",
        "held_for": None,
        "ringing": [],
        "number": "+14155550155",
    }


def alert(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "alert": name,
        "rule": name.partition(".")[0],
        "queue": "sales",
        "measure": "waiting",
        "above": True,
        "value": 12.0,
        "limit": 10.0,
        "since": NOW // 1_000,
        "severity": "critical",
        "whom": [],
        "say": "Call the second team.",
        "seen_by": "",
        **fields,
    }


class Bench:
    """The console, and browsers before it."""

    def __init__(self) -> None:
        self.sight = MadeUp()
        self.people = dict(PEOPLE)
        self.console = Console(
            sight=self.sight,
            who=self.who,
            is_ours=lambda origin: origin == self.url,
            clock=lambda: NOW,
            pause_reasons=lambda: [Choice(code="lunch", label="Lunch")],
            changes=[],
        )
        self.doors: list[web.AbstractRouteDef] = []
        self.url = ""
        self.http: aiohttp.ClientSession

    def hurry(self, **fields: Any) -> Streams:
        """Streams that look much more often, with other bounds."""
        made = Streams(
            self.console.view,
            self.who,
            lambda origin: origin == self.url,
            lambda: NOW,
            **{"every_s": 0.02, **fields},
        )
        self.console.streams = made
        return made

    def who(self, request: web.Request) -> Somebody | None:
        # A test says it in a header, a browser in a cookie.
        return self.people.get(request.headers.get("X-Who") or request.cookies.get("who", ""))

    def headers(self, who: str) -> dict[str, str]:
        return {"X-Who": who, "Origin": self.url}

    async def open(self, who: str = "dana") -> aiohttp.ClientWebSocketResponse:
        return await self.http.ws_connect(
            f"{self.url}/console/api/stream", headers=self.headers(who), protocols=["console.v1"]
        )

    async def serve(self) -> WebServer:
        server = WebServer(WebSettings(port=0, stop_within_s=1.0))
        self.console.attach(server.application)
        server.application.add_routes(self.doors)
        await server.start()
        self.url = server.url
        return server


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Bench]:
    """A console that is not served yet; `serve` is done by `served`."""
    made = Bench()
    made.hurry()
    async with aiohttp.ClientSession() as made.http:
        yield made


@pytest_asyncio.fixture
async def served(bench: Bench) -> AsyncIterator[Bench]:
    server = await bench.serve()
    try:
        yield bench
    finally:
        await server.stop()


async def heard(socket: aiohttp.ClientWebSocketResponse, within_s: float = 20.0) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(within_s):
        told: dict[str, Any] = await socket.receive_json()
        return told


async def closed(socket: aiohttp.ClientWebSocketResponse, within_s: float = 20.0) -> int | None:
    """The code it is closed with, whatever comes before."""
    async with asyncio.timeout(within_s):
        while not socket.closed:
            await socket.receive()
    return socket.close_code
