"""Messages to agents: sent through the doors, on desks until read, there after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from contact_center.adapters.api.auditing import Done
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.notices import NoticeDoors
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app.notices import Notices
from contact_center.core.permissions import Role
from tests.adapters.api.conftest import Bench
from tests.adapters.api.test_pages import BEN, DANA, OURS, WELL

LEAD = Visitor(agent="lea", name="Lea", device="", roles=frozenset({Role.AUDITOR}))


class Board(Bench):
    """The doors of messages, for pages; `told`: whose desks were to be told."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.told: list[str] = []
        self.written: list[Done] = []
        self.database = database
        self.notices = self.started()

    def started(self) -> Notices:
        board: Any = self
        return Notices(board, lambda: self.bare.center, lambda: self.bare.now, self.database)

    def noticed(self, agents: Iterable[str]) -> None:
        self.told += agents

    async def write(self, done: Done) -> None:
        self.written.append(done)

    async def say(self, who: str, **body: Any) -> tuple[int, dict[str, Any]]:
        headers = {**WELL, "Cookie": f"who={who}"}
        url = f"{self.url}/console/api/notices"
        async with self.http.post(url, headers=headers, json=body) as answer:
            return answer.status, await answer.json()

    async def list(self) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/console/api/notices", headers=WELL) as answer:
            return list((await answer.json())["notices"])

    def on_desk(self, agent: str) -> list[str]:
        return [one.text for one in self.notices.unread(agent)]


@pytest_asyncio.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    database = await open_database(f"sqlite:///{tmp_path}/center.db")
    made = Board(database)
    people = {one.agent: one for one in (DANA, BEN, LEAD)}

    def who(request: web.Request) -> Visitor | None:
        return people.get(request.cookies.get("who", ""))

    access = PageAccess(
        who, lambda origin: origin == OURS, lambda: made.seconds, lambda: made.bare.center
    )
    access.book = made
    server = WebServer(WebSettings(port=0))
    doors = Doors(access, lambda: made.bare.now)
    server.add(NoticeDoors(doors, made.notices).routes("/console/api"))
    await server.start()
    made.url = server.url
    try:
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()
        await database.close()


async def test_a_message_is_on_desks_until_it_is_read_and_on_record(board: Board) -> None:
    status, told = await board.say("dana", text="Meeting  at\nfive", agents=["anna", "bob"])
    assert (status, told["agents"]) == (201, 2)
    assert board.told == ["anna", "bob"]
    assert board.on_desk("anna") == ["Meeting at five"]
    (done,) = board.written
    assert (done.who, done.action, done.object) == ("dana", "notice", told["notice"])
    assert done.after == {"to": "anna bob", "text": "Meeting  at\nfive"}
    board.notices.read("anna", told["notice"])
    assert (board.on_desk("anna"), board.on_desk("bob")) == ([], ["Meeting at five"])
    (row,) = await board.list()
    assert (row["unread"], row["agents"], row["unread_by"], row["by"]) == (1, 2, ["bob"], "dana")


async def test_those_of_a_queue_or_everybody_are_told(board: Board) -> None:
    everybody = list(board.bare.center.configuration.agents)
    status, told = await board.say("dana", text="Fire drill", everybody=True)
    assert (status, told["agents"], sorted(board.told)) == (201, len(everybody), sorted(everybody))
    serving = [n for n, a in board.bare.center.configuration.agents.items() if "sales" in a.queues]
    status, told = await board.say("dana", text="New prices", queue="sales")
    assert (status, told["agents"]) == (201, len(serving))


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("dana", {"text": "hello", "agents": ["nobody"]}, 404, "nobody"),
        ("dana", {"text": "hello", "queue": "nothing"}, 404, "nobody"),
        ("dana", {"text": "hello"}, 400, "bad_request"),
        ("dana", {"text": "hello", "agents": ["anna"], "everybody": True}, 400, "bad_request"),
        ("dana", {"text": "", "everybody": True}, 400, "bad_request"),
        ("dana", {"text": " \n ", "everybody": True}, 400, "empty"),
        ("dana", {"text": "x" * 501, "everybody": True}, 400, "bad_request"),
        ("ben", {"text": "hello", "everybody": True}, 403, "no_supervisor"),
        ("lea", {"text": "hello", "everybody": True}, 403, "role"),
    ],
)
async def test_who_may_not_or_says_nothing_sensible_is_told_so(
    board: Board, who: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await board.say(who, **body)
    assert (answer[0], answer[1]["error"]) == (status, code)
    assert (board.told, board.written) == ([], [])


async def test_nobody_is_spammed(board: Board) -> None:
    assert (await board.say("dana", text="Hurry", agents=["anna"]))[0] == 201
    assert (await board.say("dana", text="Hurry", agents=["anna"]))[1]["error"] == "said_already"
    for n in range(4):
        assert (await board.say("dana", text=f"{n}", agents=["anna"]))[0] == 201
    assert (await board.say("dana", text="5", agents=["anna"]))[1]["error"] == "told_enough"


async def test_a_message_is_taken_back_from_the_desks(board: Board) -> None:
    _, told = await board.say("dana", text="Wrong", agents=["anna"])
    url = f"{board.url}/console/api/notices/{told['notice']}"
    for status in (200, 404):
        async with board.http.delete(url, headers=WELL) as answer:
            assert answer.status == status
    assert board.on_desk("anna") == []
    assert [(d.action, d.before and d.before["text"]) for d in board.written] == [
        ("notice", None),
        ("notice.end", "Wrong"),
    ]


async def test_after_a_restart_desks_show_what_was_not_read(board: Board) -> None:
    app = web.Application()
    life = board.notices.keep(app)
    await anext(life)
    for text in ("one", "two", "three"):
        await board.say("dana", text=text, agents=["anna"])
    one, two, _ = board.notices.unread("anna")
    board.notices.read("anna", one.notice)
    board.notices.take_back(two.notice)
    with pytest.raises(StopAsyncIteration):
        await anext(life)  # what was not written yet is written now
    board.told.clear()
    board.notices = board.started()
    await board.notices.load()
    assert board.on_desk("anna") == ["three"]
    assert board.told == ["anna"]
