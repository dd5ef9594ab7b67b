"""The doors to the audit log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.audit import AuditApi, Which
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.web.server import WebServer, WebSettings
from tests.adapters.api.conftest import TOKENS


class Log:
    def __init__(self) -> None:
        self.asked: list[Which] = []
        self.away = False

    async def entries(self, which: Which) -> list[dict[str, Any]]:
        if self.away:
            raise HistoryAwayError
        self.asked.append(which)
        return [{"n": 7, "who": "dana"}]

    async def verify(self) -> dict[str, Any]:
        return {"holds": False, "broken": 3, "why": "row 3 is missing"}


class Client:
    def __init__(self, session: aiohttp.ClientSession, log: Log) -> None:
        self.session, self.log = session, log

    async def get(self, path: str, who: str = "dana") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {TOKENS[who][0]}"}
        async with self.session.get(path, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    log = Log()
    access = Access(TOKENS.values(), lambda: 0.0, burst=10_000)
    web = WebServer(WebSettings(host="127.0.0.1", port=0))
    web.add(AuditApi(access, lambda: 9_000_000, log).routes("/api"))
    await web.start()
    try:
        async with aiohttp.ClientSession(web.url) as session:
            yield Client(session, log)
    finally:
        await web.stop()


async def test_entries_are_asked_for_by_who_what_and_when(client: Client) -> None:
    path = "/api/audit?who=dana&action=campaign.&object=spring&since=5&until=9&below=8&limit=20"
    assert await client.get(path) == (200, {"entries": [{"n": 7, "who": "dana"}]})
    assert client.log.asked == [
        Which(who="dana", action="campaign.", object="spring", since=5, until=9, below=8, limit=20)
    ]


async def test_only_supervisors_read_it(client: Client) -> None:
    assert (await client.get("/api/audit", who="wall"))[0] == 403
    assert (await client.get("/api/audit/verify", who="crm"))[0] == 403


async def test_what_makes_no_sense_is_refused(client: Client) -> None:
    for query in ("limit=0", "limit=501", "since=-1", "since=x", "colour=red", f"who={'x' * 201}"):
        assert (await client.get(f"/api/audit?{query}"))[0] == 400, query
    assert client.log.asked == []


async def test_a_database_that_is_away_is_told(client: Client) -> None:
    client.log.away = True
    status, answer = await client.get("/api/audit")
    assert (status, answer["error"]) == (503, "no_history")


async def test_a_broken_chain_is_told_with_its_row(client: Client) -> None:
    assert await client.get("/api/audit/verify") == (
        200,
        {"holds": False, "broken": 3, "why": "row 3 is missing"},
    )
