"""Who asks, behind a reverse proxy: nobody may say it of themselves."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web

from contact_center.adapters.web.proxies import asker
from contact_center.adapters.web.server import WebServer, WebSettings

OURS = ("127.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first one is made up
        ("127.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),  # two proxies of ours
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # no proxy of ours
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nobody", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, <script>", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "10.0.0.2, 10.0.0.2", "10.0.0.2"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_asks(
    remote: str, forwarded: str, who: str
) -> None:
    assert asker(remote, forwarded, OURS) == who


@pytest.mark.parametrize(("proxies", "who"), [(("127.0.0.1",), "198.51.100.7"), ((), "127.0.0.1")])
async def test_doors_and_sockets_are_told_who_asks(proxies: tuple[str, ...], who: str) -> None:
    async def door(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.remote} {request.match_info['name']}")

    async def socket(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.send_str(str(request.remote))
        await ws.close()
        return ws

    server = WebServer(WebSettings(port=0, proxies=proxies))
    server.add([web.get("/door/{name}", door), web.get("/socket", socket)])
    await server.start()
    headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    try:
        async with aiohttp.ClientSession(server.url, headers=headers) as http:
            async with http.get("/door/front") as answer:
                assert await answer.text() == f"{who} front"
            async with http.ws_connect("/socket") as ws:
                assert await ws.receive_str(timeout=20) == who
    finally:
        await server.stop()
