"""The web server starts with clear errors, bounds what it reads, and stops gently."""

import asyncio
import os
import socket

import pytest
from aiohttp import web

from contact_center.adapters.web import WebServer, WebSettings, WebStartError


async def hello(_request: web.Request) -> web.Response:
    return web.json_response({"hello": True})


async def echo_size(request: web.Request) -> web.Response:
    return web.json_response(len(await request.read()))


async def test_it_serves_the_routes_it_was_given(serve, client):
    server = await serve([web.get("/hello", hello)])
    assert server.url == f"http://127.0.0.1:{server.port}"
    async with client.get(f"{server.url}/hello") as response:
        assert response.status == 200
        assert await response.json() == {"hello": True}
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Server"] == "contact-center"


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


async def test_routes_cannot_be_added_to_a_server_that_runs(serve):
    server = await serve()
    with pytest.raises(RuntimeError):
        server.add([web.get("/late", hello)])


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
