"""A small Asterisk that misbehaves on demand: the websocket side of ARI, and a TCP proxy to cut."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from contact_center.adapters.asterisk.ari_sockets import basic_auth

Answer = tuple[int, str] | None
"""Status and JSON body; None for no answer at all."""


class FakeAri:
    """Listens where Asterisk's HTTP server would; keeps what it was asked."""

    def __init__(self) -> None:
        self.user, self.password = "acd", "secret"
        self.requests: list[dict[str, Any]] = []
        self.sockets: list[ServerConnection] = []
        self.paths: list[str] = []
        self.status_of_handshake = 101
        self.answer: Callable[[dict[str, Any]], Answer] = lambda _request: (200, "{}")
        self._server: Server | None = None
        self._changed = asyncio.Condition()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    async def listen(self, port: int = 0) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", port, subprotocols=["ari"], process_request=self._check
        )

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _check(self, socket: ServerConnection, request: Request) -> Response | None:
        async with self._changed:
            self.paths.append(request.path)
            self._changed.notify_all()
        if self.status_of_handshake != 101:
            return socket.respond(self.status_of_handshake, "no\n")
        if request.headers.get("Authorization") != basic_auth(self.user, self.password):
            return socket.respond(401, "no\n")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        async with self._changed:
            self.sockets.append(socket)
            self._changed.notify_all()
        with contextlib.suppress(ConnectionClosed):
            await self._listen_to(socket)

    async def _listen_to(self, socket: ServerConnection) -> None:
        async for text in socket:
            request = json.loads(text)
            async with self._changed:
                self.requests.append(request)
                self._changed.notify_all()
            answer = self.answer(request)
            if answer is not None:
                await self.reply(socket, request["request_id"], *answer)

    async def reply(self, socket: ServerConnection, key: str, status: int, body: str) -> None:
        await socket.send(
            json.dumps(
                {
                    "type": "RESTResponse",
                    "transaction_id": "",
                    "request_id": key,
                    "status_code": status,
                    "reason_phrase": "",
                    "uri": "x",
                    "message_body": body,
                }
            )
        )

    async def until(self, condition: Callable[[], bool], within_s: float = 5.0) -> None:
        async with asyncio.timeout(within_s), self._changed:
            await self._changed.wait_for(condition)

    async def send(self, **event: Any) -> None:
        await self.sockets[-1].send(json.dumps(event))


@asynccontextmanager
async def fake_ari() -> AsyncIterator[FakeAri]:
    fake = FakeAri()
    await fake.listen()
    try:
        yield fake
    finally:
        await fake.close()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def stranger(talk: Talk) -> AsyncIterator[int]:
    """Something that listens on a TCP port and is no Asterisk; gives the port."""
    ended: list[asyncio.Future[None]] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ended.append(end)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        end.set_result(None)

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        async with asyncio.timeout(5):
            await asyncio.gather(*ended)


class Wire:
    """A loopback TCP proxy that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Drop what is open and everything that comes."""
        self._is_cut = True
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    def lead_to(self, port: int) -> None:
        """Change where new connections go."""
        self._target = port

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pump(reader, far_writer))
                tasks.create_task(_pump(far_reader, writer))
        finally:
            self._open -= {writer, far_writer}
            writer.transport.abort()
            far_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()
