"""Asking a running product why, from another terminal."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp

from tests.app.test_commands import run
from tests.app.test_reload import open_shop, waiting_caller


async def test_a_caller_who_waits_is_explained_in_words_and_as_data(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (shop, product):
        async with aiohttp.ClientSession(f"{product.url}/demo/api/") as session:
            leg = await waiting_caller(session)
        code, text = await run("explain", "call", leg, env=shop.environment)
        assert code == 0, text
        assert text.startswith(f"call {leg}: waiting\n  Nobody is there of the ")
        assert "+14155550101" not in text
        code, text = await run("explain", "call", leg, "--json", env=shop.environment)
        assert (code, json.loads(text)["reasons"][0]["code"]) == (0, "nobody_is_there")
        code, text = await run("explain", "agent", "nobody", env=shop.environment)
        assert (code, text) == (1, "There is no such agent.\n")
        assert await product.stop() == 0
    code, text = await run("explain", "call", leg, env=shop.environment)
    assert code == 2
    assert "is the contact center running" in text or "refused" in text
