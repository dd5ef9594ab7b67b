"""A web server on a free port for a test, and a client that talks to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import aiohttp
import pytest
from aiohttp import web

from contact_center.adapters.web import WebServer, WebSettings

Serve = Callable[..., Awaitable[WebServer]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server with these routes; it is stopped after the test."""
    started: list[WebServer] = []

    async def begin(routes: Iterable[web.AbstractRouteDef] = (), **settings: object) -> WebServer:
        server = WebServer(WebSettings(**{"port": 0, "stop_within_s": 2.0, **settings}))
        server.add(routes)
        await server.start()
        started.append(server)
        return server

    yield begin
    for server in started:
        await server.stop()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session
