"""Errors are JSON, and nothing of our insides gets out."""

import asyncio
import logging

import pytest
from aiohttp import WSMsgType, web

from contact_center.adapters.web import WebServer


async def hello(_request: web.Request) -> web.Response:
    return web.json_response({"hello": True})


async def broken(_request: web.Request) -> web.Response:
    raise ValueError("the secret is in contact_center/secret.py")


async def raw(server: WebServer, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(request)
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/hello", 405, "method_not_allowed"),
        ("GET", "/../../etc/passwd", 404, "not_found"),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404, "not_found"),
    ],
)
async def test_what_is_not_there_is_told_as_json(serve, client, method, path, status, code):
    server = await serve([web.get("/hello", hello)])
    async with client.request(method, server.url + path) as response:
        assert response.status == status
        assert (await response.json())["error"] == code
        assert (response.headers.get("Allow") is not None) == (status == 405)


async def test_a_bug_is_logged_under_a_mark_and_nothing_of_it_gets_out(serve, client, caplog):
    server = await serve([web.get("/broken", broken)])
    async with client.get(f"{server.url}/broken?token=x", headers={"Accept": "text/html"}) as got:
        assert got.status == 500
        body = await got.json()
    assert body["error"] == "internal"
    assert "secret" not in str(body)
    [record] = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert record.mark in body["message"]
    assert record.path == "/broken"
    assert isinstance(record.exc_info[1], ValueError)


async def test_an_error_that_is_json_already_and_a_redirect_are_left_alone(serve, client):
    async def teapot(_request: web.Request) -> web.Response:
        raise web.HTTPConflict(text='{"error": "mine"}', content_type="application/json")

    async def moved(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/conflict")

    server = await serve([web.get("/conflict", teapot), web.get("/moved", moved)])
    async with client.get(f"{server.url}/moved") as response:
        assert response.status == 409
        assert await response.json() == {"error": "mine"}


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_not_http_is_refused_and_leaves_no_trace(serve, caplog, request_bytes):
    server = await serve([web.get("/hello", hello)])
    answer = await raw(server, request_bytes)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert b"Traceback" not in answer
    assert b".py" not in answer
    assert "Traceback" not in caplog.text


async def test_a_bug_behind_an_open_websocket_closes_it(serve, client, caplog):
    async def websocket(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        raise ValueError("after the upgrade")

    server = await serve([web.get("/ws", websocket)])
    async with client.ws_connect(f"{server.url}/ws") as ws, asyncio.timeout(10):
        message = await ws.receive()
        assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSE)
    assert "a request failed" in caplog.text
