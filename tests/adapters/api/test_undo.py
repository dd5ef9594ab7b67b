"""A change is taken back by a click, as a change of its own; through the doors, on a database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from contact_center.adapters.api.audit import AuditApi
from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.api.undo import UNDOABLE, UndoDoor, may_undo
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app.audit import Audit
from contact_center.core.ids import AgentId, CallId, QueueId
from contact_center.core.outcomes import Presence
from contact_center.core.permissions import Role
from tests.adapters.api.conftest import Bench
from tests.adapters.api.test_pages import BEN, DANA, OURS, WELL

SAM = Visitor(agent="sam", name="Sam", device="", roles=frozenset({Role.SUPERVISOR}))
IDA = Visitor(agent="ida", name="Ida", device="", roles=frozenset({Role.AUDITOR}))
ANNA, SALES, SUPPORT = AgentId("anna"), QueueId("sales"), QueueId("support")


class Log(Bench):
    """The doors of the floor and of the log, for pages; a real database behind them."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.audit = Audit(database, lambda: self.bare.now)

    @property
    def anna(self) -> Any:
        return self.bare.center.router.agents[ANNA]

    async def do(
        self, path: str, body: Any = None, who: str = "dana", method: str = "POST"
    ) -> tuple[int, dict[str, Any]]:
        self.seconds += 1
        headers = {**WELL, "Cookie": f"who={who}"}
        url = f"{self.url}/console/api/{path}"
        async with self.http.request(method, url, headers=headers, json=body) as answer:
            return answer.status, await answer.json()

    async def rows(self, who: str = "dana") -> list[dict[str, Any]]:
        return list((await self.do("audit", who=who, method="GET"))[1]["entries"])

    async def undo(self, n: int = 0, who: str = "sam", why: str = "too early") -> tuple[int, str]:
        """Take the last entry back, or entry `n`; gives the status, and the code of a refusal."""
        n = n or (await self.rows())[0]["n"]
        status, told = await self.do(f"audit/{n}/undo", {"why": why}, who)
        return status, told.get("error", "")


@pytest_asyncio.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    database = await open_database(f"sqlite:///{tmp_path}/center.db")
    made = Log(database)
    people = {one.agent: one for one in (DANA, SAM, IDA, BEN)}

    def who(request: web.Request) -> Visitor | None:
        return people.get(request.cookies.get("who", ""))

    access = PageAccess(
        who, lambda origin: origin == OURS, lambda: made.seconds, lambda: made.bare.center
    )
    access.book = made.audit
    at, server = "/console/api", WebServer(WebSettings(port=0))

    def clock() -> int:
        return made.bare.now

    server.add(made.doors(access).floor_routes(at))
    server.add(AuditApi(access, clock, made.audit, may_undo).routes(at))
    undo = UndoDoor(Doors(access, clock), made.audit, lambda: made.bare.center, made.asking)
    server.add(undo.routes(at))
    await server.start()
    made.url = server.url
    try:
        async with aiohttp.ClientSession() as made.http:
            yield made
    finally:
        await server.stop()
        await database.close()


async def test_an_agent_is_as_before_and_both_changes_are_on_record(log: Log) -> None:
    log.tell_ready("anna")
    await log.do("agents/anna/presence", {"presence": "paused", "reason": "lunch"})
    assert log.anna.presence is Presence.PAUSED
    assert await log.undo() == (200, "")
    assert log.anna.presence is Presence.READY
    back, done = await log.rows()
    assert (back["action"], back["object"], back["who"], back["why"]) == (
        "agent.presence.undo", "anna", "sam", "too early",
    )  # fmt: skip
    assert back["after"] == {"entry": done["n"], "back_to": done["before"]}
    assert (done["undo"], back["undo"]) == (True, False)


async def test_nothing_is_taken_back_twice_or_over_a_later_change(log: Log) -> None:
    log.tell_ready("anna")
    lunch, meeting = ({"presence": "paused", "reason": why} for why in ("lunch", "meeting"))
    await log.do("agents/anna/presence", lunch)
    await log.do("agents/anna/presence", meeting)
    later, first = await log.rows()
    assert await log.undo(first["n"]) == (409, "changed_since")
    assert await log.undo(later["n"]) == (200, "")
    assert (log.anna.presence, log.anna.reason) == (Presence.PAUSED, "lunch")
    assert await log.undo(later["n"]) == (409, "changed_since")


async def test_a_break_from_one_queue_is_taken_back(log: Log) -> None:
    log.tell_ready("anna")
    pause = f"agents/anna/queues/{SALES}/pause"
    await log.do(pause, {"on": True, "reason": "mail"})
    assert await log.undo() == (200, "")
    assert log.anna.paused_in == {}
    await log.do(pause, {"on": True, "reason": "mail"})
    await log.do(pause, {"on": False})
    assert await log.undo() == (200, "")
    assert log.anna.paused_in[SALES].reason == "mail"


async def test_a_caller_waits_where_they_waited_before(log: Log) -> None:
    for name in ("c1", "c2"):
        log.enter(name)
        log.bare.wait(10)
    router = log.bare.center.router
    await log.do("calls/c1/priority", {"priority": 7, "boost_s": 30})
    assert await log.undo() == (200, "")
    assert (router.waiting[CallId("c1")].band, router.waiting[CallId("c1")].boost_us) == (0, 0)
    await log.do("calls/c2/move", {"queue": SALES, "position": 1})
    assert router.lines.position(CallId("c2")) == 0
    assert await log.undo() == (200, "")
    assert router.lines.position(CallId("c2")) == 1
    await log.do("calls/c2/move", {"queue": SUPPORT})
    assert await log.undo() == (200, "")
    assert router.waiting[CallId("c2")].queue == SALES
    await log.do("calls/c1/priority", {"priority": 7})
    n = (await log.rows())[0]["n"]
    await log.do("calls/c1/withdraw", {})
    assert await log.undo(n) == (404, "not_waiting")


async def test_live_changes_are_what_they_were_with_their_own_end(log: Log) -> None:
    first = {"agents": ["anna"], "for_s": 7_200, "why": "first", "skills": {"spanish": 40}}
    await log.do("changes/agents", first)
    floor = log.bare.center.floor
    until = floor.agents[ANNA].until
    more = {**first, "for_s": 600, "why": "more", "skills": {"spanish": 90}}
    await log.do("changes/agents", more)
    assert floor.agents[ANNA].skills == (("spanish", 90),)
    assert await log.undo() == (200, "")
    change = floor.agents[ANNA]
    assert (change.skills, change.until, change.why) == ((("spanish", 40),), until, "first")
    await log.do(f"changes/queues/{SALES}", {"for_s": 600, "why": "rush", "weight": 3})
    assert await log.undo() == (200, "")
    assert floor.queues == {}


async def test_a_live_change_that_is_over_or_anothers_is_not_taken_back(log: Log) -> None:
    body = {"agents": ["anna"], "for_s": 600, "why": "rush", "skills": {"spanish": 90}}
    await log.do("changes/agents", body)
    n = (await log.rows())[0]["n"]
    await log.do("changes/end", {"agents": ["anna"]})
    assert await log.undo(n) == (409, "no_way_back")


async def test_an_emergency_is_taken_back(log: Log) -> None:
    await log.do("emergency", {"on": True, "why": "fire"})
    assert log.bare.center.calls.flows.emergencies
    assert await log.undo() == (200, "")
    assert not log.bare.center.calls.flows.emergencies


async def test_only_who_may_change_it_may_take_it_back_and_says_why(log: Log) -> None:
    log.tell_ready("anna")
    await log.do("agents/anna/presence", {"presence": "paused", "reason": "lunch"})
    assert [row["undo"] for row in await log.rows("ida")] == [False]
    assert await log.undo(who="ida") == (403, "role")
    assert await log.undo(who="ben") == (403, "no_supervisor")
    assert await log.undo(why="") == (400, "bad_request")
    assert await log.undo(n=99) == (404, "no_such_entry")
    assert log.anna.presence is Presence.PAUSED


@pytest.mark.parametrize("action", ["call.withdraw", "agent.presence.undo", "recording.hear"])
def test_what_has_no_way_back_has_no_button(action: str) -> None:
    entry = {"action": action, "before": {"a": 1}, "after": {"a": 2}, "outcome": ""}
    assert not may_undo(entry, Role)
    known = {**entry, "action": next(iter(UNDOABLE))}
    assert may_undo(known, Role)
    assert not may_undo({**known, "outcome": "no answer in time"}, Role)
    assert not may_undo({**known, "before": None}, Role)
