"""What people outside may try on the pages of people inside: scripts in names, foreign pages,
tokens that were taken. In a real Chromium, against the running product."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import BrowserContext, Page

from contact_center.adapters.api import past_numbers
from contact_center.adapters.api.past_numbers import Line
from contact_center.adapters.desktop.sessions import Entrance
from contact_center.adapters.sql.dialing import importing
from contact_center.adapters.sql.dialing.staging import Verdict
from contact_center.app import endings_report
from contact_center.app.service import Service
from contact_center.core.permissions import Role
from contact_center.reporting.books import Of
from contact_center.reporting.measures import MEASURES
from dialer.list_row import Remark, RowVerdict
from tests.app.open_center import cookie, open_center
from tests.app.test_pop_before_ring import log_in
from tests.real.chromium import browser
from tests.real.ports import free_port

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
HARM = "<img src=x onerror=window.__harm=1><script>window.__harm=1</script>"
NUMBER = "+14155550100"
FORMULAS = ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"]


async def page_in(
    context: BrowserContext, service: Service, agent: str, *roles: Role
) -> tuple[Page, list[str]]:
    """A page in which somebody is logged in, and what its policy refused."""
    came = Entrance(roles=frozenset(roles) or None)
    token, _ = service.desk_server.sessions.open(agent, came)
    given: Any = {"name": "desk_session", "value": token, "url": service.web.url}
    # As the server gives it, see the test of the session that cannot be taken.
    await context.add_cookies([{**given, "httpOnly": True, "sameSite": "Strict"}])
    page, refused = await context.new_page(), list[str]()
    page.on("console", lambda said: refused.append(said.text) if "Security" in said.text else None)
    return page, refused


@asynccontextmanager
async def foreign_site() -> AsyncIterator[str]:
    """A page of somebody else, on a host of its own."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<h1>Win a prize</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


TRY_SOCKET = """([url, protocol]) => new Promise((done) => {
  const ws = new WebSocket(url, protocol);
  ws.onopen = () => done("open"); ws.onerror = () => done("refused");
})"""
TRY_ASK = """async ([url, method, body]) => {
  // Without asking for leave a browser sends only these two; of others it asks the server first.
  const mode = method === "GET" || method === "POST" ? "no-cors" : "cors";
  try {
    await fetch(url, { method, body, credentials: "include", mode,
      headers: { "Content-Type": "text/plain" } });
    return mode === "cors" ? "read" : "unread";
  } catch { return "refused"; }
}"""
TRY_FRAME = """(url) => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.src = url; frame.onload = () => done();
  document.body.append(frame);
})"""


async def test_a_page_of_somebody_else_reaches_nothing_in_the_browser_of_who_is_logged_in(
    tmp_path: Path,
) -> None:
    async with (
        open_center(tmp_path) as service,
        foreign_site() as evil,
        browser() as chromium,
    ):
        context = await chromium.new_context()
        page, _ = await page_in(context, service, "ana", Role.SUPERVISOR, Role.ADMIN)
        url, before = service.web.url, len(list(service.desk_server.sessions.living()))
        await page.goto(evil)
        sockets = url.replace("http", "ws", 1)
        for where, protocol in (("/ws", "desk.v1"), ("/console/api/stream", "console.v1")):
            told = await page.evaluate(TRY_SOCKET, [f"{sockets}{where}", protocol])
            assert told == "refused", where
        assert service.desk_server.open_sockets == 0
        asked = [
            ("/api/login", "POST", json.dumps({"login": "ana", "password": "x"})),
            ("/api/logout", "POST", ""),
            ("/api/sessions", "DELETE", None),
            ("/console/api/agents/ben/presence", "POST", json.dumps({"presence": "ready"})),
            ("/console/api/me", "GET", None),
            ("/api/sessions", "GET", None),
        ]
        for where, method, body in asked:
            told = await page.evaluate(TRY_ASK, [f"{url}{where}", method, body])
            assert told in (("refused",) if method == "DELETE" else ("refused", "unread")), where
        assert len(list(service.desk_server.sessions.living())) == before, "nobody was logged out"
        ben = service.loop.center.router.agents.get("ben")  # type: ignore[call-overload]
        assert ben is None or ben.presence.value != "ready"
        for where in ("/", "/console", "/sessions"):
            await page.evaluate(TRY_FRAME, f"{url}{where}")
            frames = [frame for frame in page.frames if frame.url.startswith(url)]
            assert frames == [], "no page of ours is shown in theirs"


async def test_a_session_cannot_be_taken_from_where_it_is_seen(tmp_path: Path) -> None:
    async with open_center(tmp_path) as service, browser() as chromium:
        context = await chromium.new_context()
        page = await context.new_page()
        await log_in(service, page)
        (session,) = service.desk_server.sessions.living()
        assert await page.evaluate("document.cookie") == "", "scripts do not see it"
        (held,) = await context.cookies()
        assert (held.get("httpOnly"), held.get("sameSite")) == (True, "Strict")
        seen = [session.key, session.name]
        seen += (service.settings.state_dir / "sessions.json").read_text().split()
        async with aiohttp.ClientSession(service.web.url) as thief:
            for what in seen:
                for headers in (
                    {"Authorization": f"Bearer {what}"},
                    {"Cookie": f"desk_session={what}"},
                ):
                    async with thief.get("/api/me", headers=headers) as answer:
                        assert answer.status == 401, what


async def test_a_stolen_session_is_worth_nothing_once_it_was_ended_and_not_after_a_restart(
    tmp_path: Path,
) -> None:
    async with open_center(tmp_path) as service:
        stolen, mine = cookie(service, Role.ADMIN), cookie(service, Role.ADMIN)
        async with aiohttp.ClientSession(service.web.url) as http:
            async with http.get("/api/me", headers=stolen) as answer:
                assert answer.status == 200
            async with http.delete("/api/sessions", headers=mine) as answer:
                assert await answer.json() == {"ended": 1}
            async with http.get("/api/me", headers=stolen) as answer:
                assert answer.status == 401
    async with open_center(tmp_path) as service, aiohttp.ClientSession(service.web.url) as http:
        async with http.get("/api/me", headers=stolen) as answer:
            assert answer.status == 401
        async with http.get("/api/me", headers=mine) as answer:
            assert answer.status == 200, "this one outlived the restart"


@pytest.mark.parametrize("text", FORMULAS)
def test_what_people_typed_is_no_formula_in_an_export(text: str) -> None:
    remark = Remark(code="E1", column=text, mend=text)
    asked = Line(at=0, name=text, values=dict.fromkeys(MEASURES))
    tables = [
        past_numbers.written([asked], Of.QUEUE, UTC),
        importing._lines(
            [Verdict(row=1, line=2, verdict=RowVerdict.REJECTED, remarks=(remark,))]
        ).decode(),
    ]
    out = io.StringIO()
    ending = endings_report.Ending(
        at=0,
        call=text,
        queue=text,
        agent=text,
        code="sold",
        notes=text,
        fields={"why": text, text: "x"},
    )
    endings_report.write_csv(out, [ending], {}, UTC)
    tables.append(out.getvalue())
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table)) for cell in row]
    assert len(cells) > 10
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell] == []
