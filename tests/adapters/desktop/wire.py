"""Plain HTTP and plain sockets, so that the server is held against other people's code."""

import asyncio
import base64
import contextlib
import http.client
import json
import os
import socket
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.adapters.desktop.conftest import DEADLINE_S, PASSWORD, Center


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def cookie(self) -> str:
        return self.headers["set-cookie"].partition(";")[0]


async def ask(
    center: Center,
    method: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One HTTP request with the standard library, in a thread."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json"} if data is not None else {}

    def work() -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", center.port, timeout=DEADLINE_S)
        try:
            line.request(method, path, data, given | (headers or {}))
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            line.close()

    return await asyncio.to_thread(work)


async def log_in(center: Center, login: str = "maria", password: str = PASSWORD) -> Answer:
    return await ask(
        center,
        "POST",
        "/api/login",
        {"login": login, "password": password},
        {"Origin": center.origin},
    )


def dial(center: Center, *, headers: dict[str, str] | None = None, **options: Any) -> connect:
    """A websocket as a tool opens it: with a bearer token, without an Origin."""
    return connect(
        center.ws,
        subprotocols=options.pop("subprotocols", [Subprotocol("desk.v1")]),
        additional_headers=center.bearer() if headers is None else headers,
        compression=None,
        origin=Origin(options.pop("origin")) if "origin" in options else None,
        **options,
    )


async def hear(ws: ClientConnection, t: str) -> dict[str, Any]:
    """Read until a message of type `t` comes."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            message: dict[str, Any] = json.loads(await ws.recv())
            if message["t"] == t:
                return message


async def resume(ws: ClientConnection, **channels: tuple[str, int]) -> dict[str, Any]:
    """Say resume from nothing and wait for the full state."""
    await ws.send(json.dumps({"v": 0, "t": "resume", "d": {"channels": {}}}))
    return await hear(ws, "state")


async def closed(ws: ClientConnection) -> int | None:
    """Read whatever still comes, then give the close code."""
    async with asyncio.timeout(DEADLINE_S):
        with contextlib.suppress(ConnectionClosed):
            async for _ in ws:
                pass
    return ws.close_code


class PlainSocket:
    """A websocket on a bare socket: what `recv` gives is what the kernel has right now."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.sock = socket.create_connection(("127.0.0.1", center.port))
        self.sock.setblocking(False)

    async def open(self) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        token = self.center.token()
        request = (
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{self.center.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: desk.v1\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.sock, request.encode())
        await self.until(b'"hello"')
        await loop.sock_sendall(self.sock, _masked(b'{"v":0,"t":"resume","d":{"channels":{}}}'))
        await self.until(b'"state"')

    async def until(self, wanted: bytes) -> None:
        loop = asyncio.get_running_loop()
        got = b""
        async with asyncio.timeout(DEADLINE_S):
            while wanted not in got:
                got += await loop.sock_recv(self.sock, 65536)

    def now(self) -> bytes:
        """Whatever has arrived, without a turn of the loop."""
        try:
            return self.sock.recv(65536)
        except BlockingIOError:
            return b""


def _masked(body: bytes) -> bytes:
    assert len(body) < 126
    return bytes((0x81, 0x80 | len(body), 0, 0, 0, 0)) + body
