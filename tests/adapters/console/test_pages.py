"""The page and its files, as they are given out."""

from __future__ import annotations

import re
from types import SimpleNamespace

import aiohttp
import pytest

from contact_center.adapters.console.pages import NONCE, STATIC, Pages
from contact_center.adapters.desktop.pages import Pages as DeskPages
from contact_center.adapters.web.server import WebServer, WebSettings
from tests.adapters.console.conftest import Bench


async def test_every_page_has_a_nonce_of_its_own_and_lets_in_no_script_but_ours(
    served: Bench,
) -> None:
    nonces = set()
    for _ in range(2):
        async with served.http.get(f"{served.url}/console") as answer:
            text = await answer.text()
            policy = answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        found = re.search(r"style-src 'self' 'nonce-([\w-]{20,})'", policy)
        assert found is not None
        assert f'content="{found[1]}"' in text
        assert NONCE not in text
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy
        assert "default-src 'none'" in policy
        assert re.findall(r"<script(?![^>]* src=)", text) == []
        nonces.add(found[1])
    assert len(nonces) == 2


@pytest.mark.parametrize("where", ["/phone", "/"])
async def test_a_page_that_is_a_phone_talks_to_whom_it_must_and_to_nobody_else(where: str) -> None:
    sources = ("wss://pbx.example.com:8089",)
    server = WebServer(WebSettings(port=0, stop_within_s=1.0))
    server.application.add_routes(Pages(phone_sources=sources).routes())
    server.application.add_routes(DeskPages(phones=SimpleNamespace(sources=sources)).routes())
    await server.start()
    try:
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{server.url}{where}") as answer:
                policy = answer.headers["Content-Security-Policy"]
            assert "connect-src 'self' wss://pbx.example.com:8089;" in policy
            async with http.get(f"{server.url}/console") as answer:
                assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]
    finally:
        await server.stop()


async def test_files_are_kept_for_ever_and_there_are_no_others(served: Bench) -> None:
    files = [path for path in (STATIC / "assets").iterdir() if path.suffix in (".js", ".css")]
    assert files
    for path in files:
        async with served.http.get(f"{served.url}/console/assets/{path.name}") as answer:
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert await answer.read() == path.read_bytes()
    for name in ("index.html", "..%2Fmanifest.json", "%2e%2e/index.html"):
        async with served.http.get(f"{served.url}/console/assets/{name}") as answer:
            assert answer.status == 404


async def test_scripts_and_sheets_go_compressed_to_who_takes_that_and_whole_to_others(
    served: Bench,
) -> None:
    for path in (STATIC / "assets").glob("index-*.js"):
        url, tags = f"{served.url}/console/assets/{path.name}", []
        for takes, coding in (("gzip, deflate", "gzip"), ("identity", "")):
            headers = {"Accept-Encoding": takes}
            async with served.http.get(url, headers=headers) as answer:
                assert answer.headers.get("Content-Encoding", "") == coding
                assert "Accept-Encoding" in answer.headers["Vary"], "a proxy keeps both apart"
                assert answer.content_type.endswith("/javascript")
                assert await answer.read() == path.read_bytes()
                sent = int(answer.headers["Content-Length"])
                assert (sent < path.stat().st_size) is bool(coding)
                tags.append(answer.headers["ETag"])
            async with served.http.get(
                url, headers={**headers, "If-None-Match": tags[-1]}
            ) as answer:
                assert answer.status == 304
        async with (
            aiohttp.ClientSession(auto_decompress=False) as http,
            http.get(url, headers={"Accept-Encoding": "gzip, br"}) as answer,
        ):
            assert answer.headers["Content-Encoding"] == "br", "the smallest that it takes"
            assert await answer.read() == path.with_name(f"{path.name}.br").read_bytes()
            tags.append(answer.headers["ETag"])
        assert len(set(tags)) == 3, "each has a tag of its own"
    async with served.http.get(f"{served.url}/console/assets/{path.name}.gz") as answer:
        assert answer.status == 404
