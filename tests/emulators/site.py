"""A small web application of the kind that Twilio asks: documents by path, requests kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from tests.emulators.twilio.clock import Clock

Answer = str | bytes | web.Response
Handler = Callable[["Asked"], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in; `params` are the form's or the query's."""

    path: str
    method: str
    params: dict[str, str]
    headers: dict[str, str]
    query: dict[str, str]
    body: bytes = b""
    url: str = field(default="")


class Site:
    """``async with Site(clock) as site:`` set `pages` (by path), read `asked`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.pages: dict[str, Answer | Handler] = {}
        self.asked: list[Asked] = []
        self.slow_s: dict[str, list[float]] = {}
        """By path, how long the next requests take, on the emulator's clock."""
        self.url = ""
        self._more = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._runner.cleanup()

    def requests(self, path: str) -> list[Asked]:
        """What was asked of one path so far."""
        return [asked for asked in self.asked if asked.path == path]

    async def until(self, path: str, count: int) -> None:
        """Wait, in real time, until this path was asked so often."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.requests(path)) >= count)

    def documents(self, **bodies: str) -> None:
        """Set pages by name: the inside of a ``<Response>``."""
        for name, body in bodies.items():
            self.pages[f"/{name}"] = f"<Response>{body}</Response>"

    async def _serve(self, request: web.Request) -> web.Response:
        form = await request.post() if request.method == "POST" else {}
        asked = Asked(
            path=request.path,
            method=request.method,
            params={k: str(v) for k, v in (form or request.query).items()},
            headers=dict(request.headers),
            query=dict(request.query),
            body=await request.read(),
            url=f"{self.url}{request.path_qs}",
        )
        self.asked.append(asked)
        async with self._more:
            self._more.notify_all()
        if waits := self.slow_s.get(asked.path):
            await self.clock.stall(waits.pop(0))
        page = self.pages.get(asked.path)
        if page is None:
            return web.Response(status=404)
        if callable(page):
            answer = page(asked)
            page = await answer if isinstance(answer, Awaitable) else answer
        if isinstance(page, web.Response):
            return page
        if isinstance(page, bytes):
            return web.Response(body=page, content_type="audio/wav")
        return web.Response(text=page, content_type="text/xml")
