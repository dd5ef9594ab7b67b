"""A small server that answers requests as it is told, and remembers them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Answer:
    """What to say. ``hang``: say nothing. ``cut``: close the connection instead."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hang: bool = False
    cut: bool = False


@dataclass
class Seen:
    """One request: its fields with all their values."""

    method: str
    path: str
    fields: dict[str, list[str]]
    authorization: str


class Server:
    """Answers in order, with the last answer for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.seen: list[Seen] = []
        self.url = ""
        self._leaving = asyncio.Event()

    def will(self, *answers: Answer) -> None:
        self.answers = list(answers)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        given = await request.post() if request.method == "POST" else request.query
        fields: dict[str, list[str]] = {}
        for name, value in given.items():
            fields.setdefault(name, []).append(str(value))
        authorization = request.headers.get("Authorization", "")
        self.seen.append(Seen(request.method, request.path, fields, authorization))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.hang:
            await self._leaving.wait()
        if answer.cut:
            assert request.transport is not None
            request.transport.abort()
        if answer.raw is not None:
            return web.Response(status=answer.status, body=answer.raw, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Server]:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            yield self
        finally:
            self._leaving.set()
            await runner.cleanup()


async def until(condition: Callable[[], Any], within_s: float = 20.0) -> None:
    """Wait for something. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within_s
    while not condition():
        if loop.time() > ends_at:
            raise TimeoutError
        await asyncio.sleep(0.005)
