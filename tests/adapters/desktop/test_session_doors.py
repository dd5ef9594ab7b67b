"""Logins seen and ended: one's own, everybody's, and what becomes of the screens."""

from __future__ import annotations

from typing import Any

import pytest

from contact_center.adapters.desktop.sessions import Entrance
from contact_center.core import requests as r
from contact_center.core.permissions import Role
from tests.adapters.desktop.conftest import Center
from tests.adapters.desktop.wire import Answer, ask, closed, dial, hear, log_in, resume


def logged_in(center: Center, agent: str = "maria", *roles: Role) -> dict[str, str]:
    came = Entrance(roles=frozenset(roles) or None)
    token, _ = center.server.sessions.open(agent, came)
    return {"Authorization": f"Bearer {token}"}


async def rows(center: Center, headers: dict[str, str], of: str = "") -> list[dict[str, Any]]:
    answer = await ask(center, "GET", f"/api/sessions{of}", headers=headers)
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json["sessions"]
    return found


async def end(center: Center, headers: dict[str, str], name: str) -> Answer:
    return await ask(center, "DELETE", f"/api/sessions/{name}", headers=headers)


async def test_everybody_sees_their_own_logins_and_where_they_came_from(center: Center) -> None:
    here = logged_in(center)
    await log_in(center)
    logged_in(center, "jonas")
    seen = await rows(center, here)
    assert [row["agent"] for row in seen] == ["maria", "maria"]
    assert [row["mine"] for row in seen].count(True) == 1
    other = next(row for row in seen if not row["mine"])
    assert other["address"] == "127.0.0.1"
    assert other["via"] == "password"
    assert other["person"] == "Maria Silva"
    assert other["roles"] == ["agent"]
    assert not {"key", "token"} & other.keys()


async def test_somebody_who_is_not_logged_in_sees_and_ends_nothing(center: Center) -> None:
    logged_in(center)
    for method, path in (
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions"),
        ("DELETE", "/api/sessions/x"),
    ):
        assert (await ask(center, method, path)).status == 401


async def test_a_login_elsewhere_is_ended_with_the_screen_it_has_open(center: Center) -> None:
    here, there = logged_in(center), logged_in(center)
    async with dial(center, headers=there) as ws:
        await hear(ws, "hello")
        await resume(ws)
        name = next(row["name"] for row in await rows(center, here) if not row["mine"])
        assert (await end(center, here, name)).json == {"ended": 1}
        assert await closed(ws) == 4401
    assert (await ask(center, "GET", "/api/me", headers=there)).status == 401
    assert (await ask(center, "GET", "/api/me", headers=here)).status == 200


async def test_all_others_of_ones_own_are_ended_at_once(center: Center) -> None:
    here, jonas = logged_in(center), logged_in(center, "jonas")
    there = [logged_in(center) for _ in range(3)]
    answer = await ask(center, "DELETE", "/api/sessions", headers=here)
    assert answer.json == {"ended": 3}
    for headers, status in [(here, 200), (jonas, 200), *((one, 401) for one in there)]:
        assert (await ask(center, "GET", "/api/me", headers=headers)).status == status


async def test_others_logins_are_not_there_for_who_may_not_end_them(center: Center) -> None:
    maria, jonas = logged_in(center), logged_in(center, "jonas")
    (row,) = await rows(center, jonas)
    refused = await ask(center, "GET", "/api/sessions?of=all", headers=maria)
    assert (refused.status, refused.json["err"]["code"]) == (403, "forbidden")
    ended, never = await end(center, maria, row["name"]), await end(center, maria, "f" * 16)
    assert (ended.status, ended.body) == (404, never.body)
    assert (await ask(center, "GET", "/api/me", headers=jonas)).status == 200


@pytest.mark.parametrize(("role", "ends"), [(Role.ADMIN, True), (Role.AUDITOR, False)])
async def test_administrators_end_anybodys_and_auditors_only_look(
    center: Center, role: Role, ends: bool
) -> None:
    boss, maria = logged_in(center, "jonas", role), logged_in(center)
    row = next(r for r in await rows(center, boss, "?of=all") if r["agent"] == "maria")
    assert (await end(center, boss, row["name"])).status == (200 if ends else 404)
    status = 401 if ends else 200
    assert (await ask(center, "GET", "/api/me", headers=maria)).status == status


async def test_with_the_last_login_the_agent_stops_working(center: Center) -> None:
    boss = logged_in(center, "jonas", Role.ADMIN)
    logged_in(center)
    agent = await center.agent()  # a second one, with a screen
    await agent.client.command("cmd.ready")
    names = [s["name"] for s in await rows(center, boss, "?of=all") if s["agent"] == "maria"]
    assert len(names) == 2

    def went() -> list[r.PresenceRequested]:
        asked = [one for one in center.core.requests if isinstance(one, r.PresenceRequested)]
        return [one for one in asked if one.presence is r.PresenceWish.LOGGED_OUT]

    await end(center, boss, names[0])
    assert went() == []
    await end(center, boss, names[1])
    (request,) = went()
    assert request.agent == "maria"


async def test_a_page_of_another_origin_ends_nobody(center: Center) -> None:
    here = {**logged_in(center), "Origin": "https://evil.example"}
    for path in ("/api/sessions", "/api/sessions/x"):
        assert (await ask(center, "DELETE", path, headers=here)).status == 403


async def test_logging_in_again_makes_a_new_token_and_the_old_one_is_worth_nothing(
    center: Center,
) -> None:
    first = await log_in(center)
    headers = {"Origin": center.origin, "Cookie": first.cookie}
    body = {"login": "maria", "password": "quiet-river"}
    second = await ask(center, "POST", "/api/login", body, headers)
    assert second.cookie != first.cookie
    old, new = ({"Cookie": one.cookie} for one in (first, second))
    assert (await ask(center, "GET", "/api/me", headers=old)).status == 401
    assert (await ask(center, "GET", "/api/me", headers=new)).status == 200


async def test_screens_go_on_when_their_agent_logs_in_again_in_the_same_browser(
    center: Center,
) -> None:
    first = await log_in(center)
    async with dial(center, headers={"Cookie": first.cookie}, origin=center.origin) as ws:
        await hear(ws, "hello")
        await resume(ws)
        headers = {"Origin": center.origin, "Cookie": first.cookie}
        body = {"login": "maria", "password": "quiet-river"}
        second = await ask(center, "POST", "/api/login", body, headers)
        (row,) = await rows(center, {"Cookie": second.cookie})
        assert row["mine"]
        await ws.send('{"t": "ping", "id": "still-here"}')
        assert (await hear(ws, "pong"))["re"] == "still-here"
