"""The page and its files, as they are given out."""

from __future__ import annotations

import re

from contact_center.adapters.console.pages import NONCE, STATIC
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


async def test_files_are_kept_for_ever_and_there_are_no_others(served: Bench) -> None:
    for path in (STATIC / "assets").iterdir():
        async with served.http.get(f"{served.url}/console/assets/{path.name}") as answer:
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert await answer.read() == path.read_bytes()
    for name in ("index.html", "..%2Fmanifest.json", "%2e%2e/index.html"):
        async with served.http.get(f"{served.url}/console/assets/{name}") as answer:
            assert answer.status == 404
