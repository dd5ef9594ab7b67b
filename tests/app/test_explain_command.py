"""Asking a running product why, from another terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import aiohttp

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.migrate import open_database
from contact_center.core.facts import AgentOffered
from contact_center.core.ids import CallId, reservation_id
from tests.adapters.sql.stories import answered_call
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


async def test_an_offer_of_an_earlier_life_is_explained_from_the_database(tmp_path: Path) -> None:
    name = reservation_id(CallId("k1"), 3, 1)
    facts = [
        replace(fact, reservation=name) if hasattr(fact, "reservation") else fact
        for fact in answered_call("k1")
    ]
    made = next(fact for fact in facts if isinstance(fact, AgentOffered))
    (tmp_path / "state").mkdir()
    database = await open_database(f"sqlite:///{tmp_path}/state/contact-center.db")
    await CallStore(database, "US").write(facts)
    await database.close()
    async with open_shop(tmp_path) as (shop, product):
        code, text = await run("explain", "offer", name, "--json", env=shop.environment)
        assert code == 0, text
        told = json.loads(text)
        assert (told["state"], told["agent"]) == ("connected", made.agent)
        assert told["offered_at"] == made.at
        code, text = await run("explain", "offer", "k1-e3-n2", env=shop.environment)
        assert (code, text) == (1, "There is no such offer.\n")
        assert await product.stop() == 0
