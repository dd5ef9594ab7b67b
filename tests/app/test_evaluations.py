"""Notes and evaluations of recordings: forms of the center's file, who did it, on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import insert

from contact_center.adapters.api.auditing import Done
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.evaluations import EvaluationDoors
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.evaluations import MOST_OF_ONE
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.sql.tables import interactions, recordings
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app.evaluations import Reviews
from contact_center.core.permissions import Role
from tests.adapters.api.conftest import Bench
from tests.adapters.api.test_pages import DANA, OURS, WELL
from tests.core.test_evaluations import FORM

LEAD = Visitor(agent="lea", name="Lea", device="", roles=frozenset({Role.LEAD}))
GOOD = {"form": "call", "answers": {"greeting": 1, "helped": 3}, "comment": "well done"}


class Kept(Bench):
    """The doors, for pages, with one recording of anna."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Done] = []

    async def write(self, done: Done) -> None:
        self.written.append(done)

    async def do(
        self, what: str, body: Any = None, *, of: str = "r1", who: str = "dana"
    ) -> tuple[int, dict[str, Any]]:
        self.seconds += 1
        method, headers = "GET" if body is None else "POST", {**WELL, "Cookie": f"who={who}"}
        url = f"{self.url}/console/api/recordings/{of}/{what}"
        async with self.http.request(method, url, headers=headers, json=body) as answer:
            return answer.status, await answer.json()


async def record(database: Database) -> None:
    """Let one recording be kept."""
    sound = {"call": "c1", "recording": "r1", "kind": "conversation", "box": "anna", "url": ""}
    row = {**sound, "at": 1, "ms": 1_000}
    call = {c.name: _filler(c) for c in interactions.columns if not c.nullable} | {"call": "c1"}
    async with database.writer.begin() as connection:
        await connection.execute(insert(interactions), call)
        await connection.execute(insert(recordings), row)


def _filler(column: Any) -> Any:
    return column.type.python_type()


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    database = await open_database(f"sqlite:///{tmp_path}/center.db")
    made = Kept()
    people = {"dana": DANA, "lea": LEAD}

    def who(request: web.Request) -> Visitor | None:
        return people.get(request.cookies.get("who", ""))

    access = PageAccess(
        who, lambda origin: origin == OURS, lambda: made.seconds, lambda: made.bare.center
    )
    access.book = made
    server = WebServer(WebSettings(port=0))
    doors = Doors(access, lambda: made.bare.now)
    made_doors = EvaluationDoors(doors, Reviews(database), lambda: {"call": FORM})
    server.add(made_doors.routes("/console/api"))
    await server.start()
    made.url = server.url
    try:
        await record(database)
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()
        await database.close()


async def test_a_recording_is_noted_and_evaluated_by_name_and_on_record(kept: Kept) -> None:
    assert (await kept.do("notes", {"text": "Asked twice for the number"}))[0] == 201
    assert (await kept.do("evaluations", GOOD))[0] == 201
    status, told = await kept.do("reviews")
    assert status == 200
    ((note,), (done,), (form,)) = told["notes"], told["evaluations"], told["forms"]
    assert (note["text"], note["by"]) == ("Asked twice for the number", "dana")
    assert (done["score"], done["by"], done["agent"], done["comment"]) == (
        0.6364, "dana", "anna", "well done",
    )  # fmt: skip
    assert done["answers"] == GOOD["answers"]
    assert [question["code"] for question in form["questions"]] == ["greeting", "helped"]
    assert [(one.action, one.object, one.who) for one in kept.written] == [
        ("recording.notes", "r1", "dana"),
        ("recording.evaluations", "r1", "dana"),
    ]


@pytest.mark.parametrize(
    ("what", "body", "of", "status", "code"),
    [
        ("notes", {"text": ""}, "r1", 400, "bad_request"),
        ("notes", {"text": "x"}, "r9", 404, "no_such_recording"),
        ("evaluations", GOOD, "r9", 404, "no_such_recording"),
        ("evaluations", {**GOOD, "form": "other"}, "r1", 404, "no_such_form"),
        ("evaluations", {**GOOD, "answers": {"greeting": 2}}, "r1", 400, "bad_request"),
        ("evaluations", {**GOOD, "answers": {"mood": 1}}, "r1", 400, "bad_request"),
        ("evaluations", {**GOOD, "answers": {}}, "r1", 400, "bad_request"),
        ("reviews", None, "r9", 404, "no_such_recording"),
    ],
)
async def test_what_does_not_fit_is_refused(
    kept: Kept, what: str, body: Any, of: str, status: int, code: str
) -> None:
    answer = await kept.do(what, body, of=of)
    assert (answer[0], answer[1]["error"]) == (status, code)
    assert kept.written == []


async def test_who_may_not_hear_recordings_may_not_read_of_them(kept: Kept) -> None:
    for what, body in (("reviews", None), ("notes", {"text": "x"}), ("evaluations", GOOD)):
        assert (await kept.do(what, body, who="lea"))[1]["error"] == "role"


async def test_a_recording_has_so_many_notes_and_no_more(kept: Kept) -> None:
    for n in range(MOST_OF_ONE):
        assert (await kept.do("notes", {"text": str(n)}))[0] == 201
    assert (await kept.do("notes", {"text": "more"}))[1]["error"] == "too_many_reviews"
