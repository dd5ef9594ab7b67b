"""Views of the floor: everybody has their own and shares them; the doors, on a database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web
from sqlalchemy import text

from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.floor_views import ViewDoors
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.floor_views import MOST_OF_ONE
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app.floor_views import Views
from contact_center.core.permissions import Role
from tests.adapters.api.conftest import Bench
from tests.adapters.api.test_pages import BEN, DANA, OURS, WELL

# An agent of the center's file who supervises, and somebody who may look and change nothing.
ANNA = Visitor(agent="anna", name="Anna", device="", roles=frozenset({Role.SUPERVISOR}))
AUDITOR = Visitor(agent="ida", name="Ida", device="", roles=frozenset({Role.AUDITOR}))
VIEW = {"name": "Mornings", "spec": {"queues": ["sales"], "facts": ["longest"], "state": "paused"}}


class Saved(Bench):
    """The doors of views, for pages."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.views = Views(database, lambda: self.bare.center)

    async def say(
        self, who: str, method: str, path: str = "", body: Any = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {**WELL, "Cookie": f"who={who}"}
        url = f"{self.url}/console/api/views{path}"
        async with self.http.request(method, url, headers=headers, json=body) as answer:
            return answer.status, await answer.json()

    async def names(self, who: str) -> list[tuple[str, bool]]:
        _, told = await self.say(who, "GET")
        return [(one["name"], one["mine"]) for one in told["views"]]


@pytest_asyncio.fixture
async def saved(tmp_path: Path) -> AsyncIterator[Saved]:
    database = await open_database(f"sqlite:///{tmp_path}/center.db")
    made = Saved(database)
    people = {one.agent: one for one in (DANA, BEN, ANNA, AUDITOR)}

    def who(request: web.Request) -> Visitor | None:
        return people.get(request.cookies.get("who", ""))

    access = PageAccess(
        who, lambda origin: origin == OURS, lambda: made.seconds, lambda: made.bare.center
    )
    server = WebServer(WebSettings(port=0))
    doors = ViewDoors(Doors(access, lambda: made.bare.now), made.views, made.views.queues)
    server.add(doors.routes("/console/api"))
    await server.start()
    made.url = server.url
    try:
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()
        await database.close()


async def test_a_view_is_its_owners_alone_until_it_is_shared(saved: Saved) -> None:
    status, told = await saved.say("dana", "POST", "", VIEW)
    assert status == 200
    _, found = await saved.say("dana", "GET")
    (one,) = found["views"]
    assert (one["view"], one["owner"], one["mine"]) == (told["view"], "dana", True)
    assert one["spec"] == {
        "queues": ["sales"], "facts": ["longest"], "text": "", "queue": "", "state": "paused",
        "sort": "state", "down": False,
    }  # fmt: skip
    assert await saved.names("anna") == []
    path = f"/{told['view']}"
    queue = saved.bare.center.configuration.agents["anna"].queues[0]  # type: ignore[index]
    for shared in ("all", queue):
        assert (await saved.say("dana", "PUT", path, {**VIEW, "shared": shared}))[0] == 200
        assert await saved.names("anna") == [("Mornings", False)]
    assert await saved.names("ida") == [], "Ida serves no queue"
    for method, body in (("PUT", VIEW), ("DELETE", None)):
        status, refused = await saved.say("anna", method, path, body)
        assert (status, refused["error"]) == (403, "not_yours")
    assert (await saved.say("dana", "DELETE", path))[0] == 200
    assert (await saved.say("dana", "DELETE", path))[1]["error"] == "no_such_view"
    assert await saved.names("dana") == []


async def test_who_may_change_nothing_has_views_of_their_own_and_shares_none(saved: Saved) -> None:
    assert (await saved.say("ida", "POST", "", VIEW))[0] == 200
    assert await saved.names("ida") == [("Mornings", True)]
    status, told = await saved.say("ida", "POST", "", {**VIEW, "shared": "all"})
    assert (status, told["error"]) == (403, "role")
    assert (await saved.say("ben", "GET"))[0] == 403


async def test_what_is_no_view_is_refused(saved: Saved) -> None:
    spec = {"queues": [], "facts": ["moods"]}
    for body in ({**VIEW, "name": ""}, {**VIEW, "spec": spec}, {"name": "x"}, {**VIEW, "more": 1}):
        assert (await saved.say("dana", "POST", "", body))[0] == 400
    status, told = await saved.say("dana", "POST", "", {**VIEW, "shared": "nothing"})
    assert (status, told["error"]) == (404, "no_such_queue")


async def test_somebody_has_so_many_views_and_no_more(saved: Saved) -> None:
    for n in range(MOST_OF_ONE):
        saved.seconds += 1
        assert (await saved.say("dana", "POST", "", {**VIEW, "name": f"{n}"}))[0] == 200
    saved.seconds += 1
    status, told = await saved.say("dana", "POST", "", VIEW)
    assert (status, told["error"]) == (409, "too_many_views")
    (first, *_) = (await saved.say("dana", "GET"))[1]["views"]
    assert (await saved.say("dana", "PUT", f"/{first['view']}", VIEW))[0] == 200


async def test_a_view_of_another_version_shows_everything(saved: Saved) -> None:
    await saved.say("dana", "POST", "", VIEW)
    async with saved.database.writer.begin() as connection:
        await connection.execute(text("UPDATE floor_views SET spec = '{\"tiles\": 3}'"))
    _, told = await saved.say("dana", "GET")
    assert told["views"][0]["spec"]["queues"] == []
