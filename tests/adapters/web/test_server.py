"""The web server starts with clear errors, answers errors as JSON, and stops gently."""

import asyncio
import logging
import os
import socket

import pytest
from aiohttp import WSMsgType, web

from contact_center.adapters.web import WebServer, WebSettings, WebStartError


async def hello(_request: web.Request) -> web.Response:
    return web.json_response({"hello": True})


async def broken(_request: web.Request) -> web.Response:
    raise ValueError("the secret is in contact_center/secret.py")


async def echo_size(request: web.Request) -> web.Response:
    return web.json_response(len(await request.read()))


async def raw(server: WebServer, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(request)
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_it_serves_the_routes_it_was_given(serve, client):
    server = await serve([web.get("/hello", hello)])
    assert server.url == f"http://127.0.0.1:{server.port}"
    async with client.get(f"{server.url}/hello") as response:
        assert response.status == 200
        assert await response.json() == {"hello": True}
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Server"] == "contact-center"


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


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_that_is_too_large_is_refused(serve, client, chunked):
    server = await serve([web.post("/size", echo_size)], max_body_bytes=1000)

    async def parts():
        for _ in range(20):
            yield b"x" * 100

    async with client.post(f"{server.url}/size", data=b"x" * 1000) as response:
        assert await response.json() == 1000
    data = parts() if chunked else b"x" * 2000
    async with client.post(f"{server.url}/size", data=data) as response:
        assert response.status == 413
        assert (await response.json())["error"] == "too_large"


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


async def test_a_port_that_is_taken_is_named_with_a_mend(serve):
    server = await serve()
    taken = WebServer(WebSettings(port=server.port))
    with pytest.raises(WebStartError) as caught:
        await taken.start()
    assert f"port {server.port} on 127.0.0.1 is taken by another program" in str(caught.value)
    assert "set another port" in caught.value.mend
    with pytest.raises(RuntimeError, match="does not listen"):
        _ = taken.port
    await taken.stop()


@pytest.mark.parametrize(
    ("host", "port", "says", "mend"),
    [
        ("203.0.113.7", 0, "is not an address of this machine", "0.0.0.0"),
        ("no-such-host.invalid", 0, "is not known by this name", "set the host to an address"),
        ("127.0.0.1", 70000, "there is no port 70000", "0 to 65535"),
    ],
)
async def test_an_address_that_cannot_be_used_is_named_with_a_mend(host, port, says, mend):
    with pytest.raises(WebStartError) as caught:
        await WebServer(WebSettings(host=host, port=port)).start()
    assert says in caught.value.message
    assert mend in caught.value.mend


async def test_a_port_of_the_system_is_named_with_a_mend(monkeypatch):
    async def refuse(_self: web.TCPSite) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(web.TCPSite, "start", refuse)
    with pytest.raises(
        WebStartError, match=r"port 80 on 127\.0\.0\.1 may not be used by this user"
    ):
        await WebServer(WebSettings(port=80)).start()


async def test_stopping_lets_a_request_finish_and_takes_no_more(serve, client):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        entered.set()
        await leave.wait()
        return web.json_response("done")

    server = await serve([web.get("/slow", slow)])
    url, port = server.url, server.port
    asked = asyncio.ensure_future(client.get(f"{url}/slow"))
    async with asyncio.timeout(10):
        await entered.wait()
        stopping = asyncio.ensure_future(server.stop())
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                break
            writer.close()
        leave.set()
        response = await asked
        assert await response.json() == "done"
        await stopping


async def test_stopping_tells_those_who_asked_to_be_told_and_ends_open_sockets(serve, client):
    sockets: set[web.WebSocketResponse] = set()
    told = []

    async def websocket(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        sockets.add(ws)
        await ws.receive()
        return ws

    async def say_goodbye(_app: web.Application) -> None:
        told.append(True)
        for ws in sockets:
            await ws.close(code=1012)

    server = await serve_with(serve, say_goodbye, [web.get("/ws", websocket)])
    async with client.ws_connect(f"{server.url}/ws") as ws, asyncio.timeout(10):
        await asyncio.gather(server.stop(), ws.receive())
        assert ws.close_code == 1012
    assert told == [True]


async def serve_with(serve, on_shutdown, routes) -> WebServer:
    server = WebServer(WebSettings(port=0, stop_within_s=2.0))
    server.application.on_shutdown.append(on_shutdown)
    server.add(routes)
    await server.start()
    return server


async def test_a_request_that_never_ends_does_not_hold_up_the_stop(serve, client):
    entered = asyncio.Event()

    async def never(_request: web.Request) -> web.Response:
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    server = await serve([web.get("/never", never)], stop_within_s=0.1)
    asked = asyncio.ensure_future(client.get(f"{server.url}/never"))
    async with asyncio.timeout(10):
        await entered.wait()
        await server.stop()
        with pytest.raises(Exception, match=r"disconnected|reset|Cannot connect"):
            await asked


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


async def test_routes_cannot_be_added_to_a_server_that_runs(serve):
    server = await serve()
    with pytest.raises(RuntimeError):
        server.add([web.get("/late", hello)])


async def test_the_access_log_holds_neither_query_nor_headers(serve, client, caplog):
    server = await serve([web.get("/hello", hello)], access_log=True)
    with caplog.at_level(logging.INFO):
        async with client.get(f"{server.url}/hello?token=s3cret", headers={"Cookie": "c00kie"}):
            pass
    [record] = [each for each in caplog.records if each.name.endswith(".access")]
    assert record.getMessage() == "GET /hello"
    assert record.status == 200
    assert record.remote == "127.0.0.1"
    assert "s3cret" not in str(vars(record).values())
    assert "c00kie" not in str(vars(record).values())


async def test_without_an_access_log_requests_are_not_logged(serve, client, caplog):
    server = await serve([web.get("/hello", hello)])
    with caplog.at_level(logging.INFO):
        caplog.clear()
        async with client.get(f"{server.url}/hello"):
            pass
    assert [each for each in caplog.records if each.name.startswith(("aiohttp", "contact"))] == []


async def test_it_listens_on_ipv6_when_told_to(serve, client):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        with pytest.raises(WebStartError):
            await serve([web.get("/hello", hello)], host="::1")
        return
    server = await serve([web.get("/hello", hello)], host="::1")
    assert server.url.startswith("http://[::1]:")
    async with client.get(f"{server.url}/hello") as response:
        assert response.status == 200
