"""The doors to versions of flows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
import pytest_asyncio

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.publishing import MAX_TEXT, Answer, PublishingApi
from contact_center.adapters.web.server import WebServer, WebSettings
from tests.adapters.api.conftest import TOKENS


class Publisher:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.answer: Answer = (200, {"flow": "main"})

    async def publish(self, flow: str, by: str, note: str, text: str | None) -> Answer:
        self.asked.append(("publish", flow, by, note, text))
        return self.answer

    async def roll_back(self, flow: str, by: str, note: str, version: str) -> Answer:
        self.asked.append(("rollback", flow, by, note, version))
        return self.answer

    async def listed(self, flow: str) -> Answer:
        self.asked.append(("list", flow))
        return self.answer

    async def shown(self, flow: str, version: str) -> Answer:
        self.asked.append(("show", flow, version))
        return self.answer


class Doorway:
    def __init__(self) -> None:
        self.publisher = Publisher()
        access = Access(TOKENS.values(), lambda: 0.0, burst=1000)
        self.api = PublishingApi(Doors(access, lambda: 0), self.publisher)
        self.http: aiohttp.ClientSession

    async def ask(
        self, method: str, path: str, body: object = None, who: str = "crm"
    ) -> tuple[int, object]:
        data = None if body is None else BytesIO(json.dumps(body).encode())
        sent = {"Authorization": f"Bearer {TOKENS[who][0]}"}
        async with self.http.request(method, path, data=data, headers=sent) as answer:
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def doorway() -> AsyncIterator[Doorway]:
    made = Doorway()
    server = WebServer(WebSettings(port=0))
    server.add(made.api.routes())
    await server.start()
    async with aiohttp.ClientSession(server.url) as made.http:
        yield made
    await server.stop()


async def test_a_flow_larger_than_other_bodies_is_published_with_who_and_why(
    doorway: Doorway,
) -> None:
    text = "# a flow\n" * 20_000
    body = {"text": text, "by": "ada", "note": "why"}
    assert await doorway.ask("POST", "/api/flows/main/publish", body) == (200, {"flow": "main"})
    assert doorway.publisher.asked == [("publish", "main", "crm (ada)", "why", text)]
    assert (await doorway.ask("POST", "/api/flows/main/publish", {}))[0] == 200
    assert doorway.publisher.asked[1:] == [("publish", "main", "crm", "", None)]


async def test_versions_are_listed_shown_and_gone_back_to(doorway: Doorway) -> None:
    await doorway.ask("GET", "/api/flows/main/versions", who="wall")
    await doorway.ask("GET", "/api/flows/main/versions/abcd", who="wall")
    await doorway.ask("POST", "/api/flows/main/rollback", {"version": "abcd"})
    assert doorway.publisher.asked == [
        ("list", "main"),
        ("show", "main", "abcd"),
        ("rollback", "main", "crm", "", "abcd"),
    ]


async def test_what_was_refused_is_told_with_its_problems(doorway: Doorway) -> None:
    doorway.publisher.answer = (422, {"error": "content", "problems": [{"line": 3}]})
    status, told = await doorway.ask("POST", "/api/flows/main/publish", {})
    assert (status, told) == doorway.publisher.answer
    doorway.publisher.answer = (404, {"error": "no_such_flow", "message": "No."})
    status, told = await doorway.ask("GET", "/api/flows/none/versions")
    assert (status, "no_such_flow" in str(told)) == (404, True)


@pytest.mark.parametrize(
    ("who", "path", "body", "status"),
    [
        ("dana", "publish", {}, 403),
        ("wall", "rollback", {"version": "abcd"}, 403),
        ("crm", "rollback", {"version": "abc"}, 400),
        ("crm", "rollback", {}, 400),
        ("crm", "publish", {"note": "two\nlines"}, 400),
        ("crm", "publish", {"text": "x" * MAX_TEXT}, 413),
    ],
)
async def test_who_may_not_or_makes_no_sense_is_refused(
    doorway: Doorway, who: str, path: str, body: object, status: int
) -> None:
    assert (await doorway.ask("POST", f"/api/flows/main/{path}", body, who))[0] == status
    assert doorway.publisher.asked == []
