"""Letting in pages of ours: the session, the Origin, the header, and nobody's token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from contact_center.adapters.api.pages import HEADER, PageAccess, Visitor
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core.ids import AgentId, CallId
from contact_center.core.outcomes import Presence
from contact_center.core.permissions import Role
from contact_center.core.supervisor_requests import SuperviseRequested
from tests.adapters.api.conftest import Bench
from tests.stories.centers import SALES

OURS = "https://desk.example"
DANA = Visitor(agent="dana", name="Dana", device="1009", roles=frozenset({Role.SUPERVISOR}))
BEN = Visitor(agent="ben", name="Ben", device="1002", roles=frozenset({Role.AGENT}))
WELL = {"Origin": OURS, HEADER: "1", "Cookie": "who=dana"}


class Pages(Bench):
    """The doors of the floor, for pages."""

    def __init__(self) -> None:
        super().__init__()
        people = {"dana": DANA, "ben": BEN}

        def who(request: web.Request) -> Visitor | None:
            return people.get(request.cookies.get("who", ""))

        access = PageAccess(
            who, lambda origin: origin == OURS, lambda: self.seconds, lambda: self.bare.center
        )
        self.floor = self.doors(access).floor_routes("/console/api")

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: Any = None
    ) -> tuple[int, dict[str, Any]]:
        url = f"{self.url}/console/api/{path}"
        async with self.http.request(method, url, headers=headers, json=body) as answer:
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def pages() -> AsyncIterator[Pages]:
    made = Pages()
    server = WebServer(WebSettings(port=0))
    server.add(made.floor)
    await server.start()
    made.url = server.url
    try:
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()


async def test_a_supervisor_who_is_logged_in_changes_the_floor_by_their_name(
    pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    pages.tell_ready("anna")
    body = {"presence": "paused", "reason": "lunch"}
    assert await pages.send("POST", "agents/anna/presence", WELL, body) == (200, {"done": True})
    assert pages.bare.center.router.agents[AgentId("anna")].presence is Presence.PAUSED
    (line,) = [r for r in caplog.records if r.message == "asked by a supervisor"]
    assert (line.who, line.asked, line.refused) == ("dana", "SetPresenceRequested", "")  # type: ignore[attr-defined]
    assert line.fields == {"agent": "anna", "presence": "paused", "reason": "lunch"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("without", "status", "error"),
    [
        ({"Origin": "https://elsewhere.example"}, 403, "origin"),
        ({"Origin": None}, 403, "origin"),
        ({HEADER: None}, 403, "origin"),
        ({HEADER: "0"}, 403, "origin"),
        ({"Cookie": None}, 401, "log_in"),
        ({"Cookie": "who=ben"}, 403, "no_supervisor"),
    ],
)
async def test_nothing_is_changed_by_anybody_else(
    pages: Pages, without: dict[str, str | None], status: int, error: str
) -> None:
    pages.enter("c1")
    headers = {name: text for name, text in {**WELL, **without}.items() if text is not None}
    answered, told = await pages.send("POST", "calls/c1/withdraw", headers, {})
    assert (answered, told["error"]) == (status, error)
    assert CallId("c1") in pages.bare.center.router.waiting


async def test_every_change_of_the_floor_is_refused_to_who_supervises_nobody(pages: Pages) -> None:
    headers = {**WELL, "Cookie": "who=ben"}
    doors = [(r.method, r.path) for r in pages.floor if isinstance(r, web.RouteDef)]
    assert len(doors) == 18
    for method, path in doors:
        name = path.removeprefix("/console/api/").format(call="c1", agent="anna", queue="sales")
        body = None if method == "GET" else {}
        answered, told = await pages.send(method, name, headers, body)
        assert (answered, told["error"]) == (403, "no_supervisor"), path
    assert pages.told == []


async def test_reading_takes_no_header_but_no_foreign_page_either(pages: Pages) -> None:
    pages.enter("c1")
    mine = {"Cookie": "who=dana"}
    answered, told = await pages.send("GET", "explain/call/c1", mine)
    assert answered == 200
    assert told["words"]
    foreign = {**mine, "Origin": "https://elsewhere.example"}
    assert (await pages.send("GET", "explain/call/c1", foreign))[0] == 403


async def test_a_supervisor_hears_with_their_own_phone_whatever_the_page_says(
    pages: Pages,
) -> None:
    body = {"mode": "listen", "device": "1001"}
    await pages.send("POST", "calls/c1/supervise", WELL, body)
    (asked,) = [event for event in pages.told if isinstance(event, SuperviseRequested)]
    assert (asked.by, asked.device) == ("dana", "1009")


async def test_a_page_may_not_ask_all_the_time(pages: Pages) -> None:
    pages.enter("c1", SALES)
    path = "calls/c1/priority"
    codes = [(await pages.send("POST", path, WELL, {"priority": n}))[0] for n in range(61)]
    assert codes == [200] * 60 + [429]
    pages.seconds += 1.0
    assert (await pages.send("POST", path, WELL, {"priority": 1}))[0] == 200
