"""The doors of agents' phones on a real port, and a SIP server's websocket behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest_asyncio
from aiohttp import WSMsgType, web

from contact_center.adapters.phone.choices import Choice, Way
from contact_center.adapters.phone.payloads import PhoneLine, SipLine
from contact_center.adapters.phone.server import LineError, PhoneServer
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core.permissions import Role


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    device: str
    roles: frozenset[Role] = frozenset({Role.AGENT})


PEOPLE = {
    "ana": Person("ana", "Ana", "1001"),
    "ben": Person("ben", "Ben", "1002"),
    "aud": Person("aud", "Aud", "1003", frozenset({Role.AUDITOR})),
}


class MadeUp:
    """Phones of two people, changed by the test."""

    def __init__(self) -> None:
        self.possible: tuple[Way, ...] = (Way.BROWSER, Way.DESK, Way.OUTSIDE)
        self.chosen: dict[str, Choice] = {}
        self.away = ""

    def ways(self) -> tuple[Way, ...]:
        return self.possible

    def choice(self, agent: str) -> Choice:
        return self.chosen.get(agent, Choice(way=Way.DESK))

    def choose(self, agent: str, device: str, choice: Choice) -> None:
        if choice.number.startswith("+1900"):
            raise ValueError("This center does not call that number.")
        assert PEOPLE[agent].device == device
        self.chosen[agent] = choice

    def line(self, device: str, page: str) -> PhoneLine:
        if self.away:
            raise LineError(self.away)
        return SipLine(url="/phone/api/sip", user=device, domain=page, password="p", ice=[])


class SipServer:
    """A websocket that says back what it is told, and remembers who came."""

    def __init__(self) -> None:
        self.protocols: list[str | None] = []
        self.sockets: set[web.WebSocketResponse] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self.protocols.append(socket.ws_protocol)
        self.sockets.add(socket)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await socket.send_str(f"back: {frame.data}")
        self.sockets.discard(socket)
        return socket


class Bench:
    """The doors, and browsers before them; a header says who asks."""

    def __init__(self) -> None:
        self.phones = MadeUp()
        self.sip = SipServer()
        self.people = dict(PEOPLE)
        self.wait_us = 0
        self.url = ""
        self.http: aiohttp.ClientSession
        self.server: PhoneServer

    def who(self, request: web.Request) -> Person | None:
        return self.people.get(request.headers.get("X-Who", ""))

    def headers(self, who: str = "ana", **changes: str) -> dict[str, str]:
        return {"X-Who": who, "Origin": self.url, "X-Phone": "1", **changes}

    async def post(
        self, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, object]]:
        async with self.http.post(
            f"{self.url}/phone/api/{path}", json=body, headers=headers or self.headers()
        ) as answer:
            return answer.status, await answer.json()

    async def get(self, headers: dict[str, str] | None = None) -> tuple[int, dict[str, object]]:
        async with self.http.get(
            f"{self.url}/phone/api/phone", headers=headers or self.headers()
        ) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.json()

    async def line(self, who: str = "ana", **changes: str) -> aiohttp.ClientWebSocketResponse:
        return await self.http.ws_connect(
            f"{self.url}/phone/api/sip", headers=self.headers(who, **changes), protocols=("sip",)
        )


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    asterisk = WebServer(WebSettings(port=0, stop_within_s=1.0))
    asterisk.application.router.add_get("/ws", made.sip.serve)
    await asterisk.start()
    server = WebServer(WebSettings(port=0, stop_within_s=1.0))
    made.server = PhoneServer(
        made.phones,
        who=made.who,
        is_ours=lambda origin: origin == made.url,
        wait_us=lambda _agent: made.wait_us,
        sip_url=f"{asterisk.url.replace('http', 'ws')}/ws",
    )
    made.server.attach(server.application)
    try:
        await server.start()
        made.url = server.url
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()
        await asterisk.stop()
