"""The door of wall boards: for a screen with a reader's token, and for who is logged in."""

from __future__ import annotations

from typing import cast

import aiohttp
from aiohttp import web

from contact_center.adapters.api.access import Access, Holder, Role
from contact_center.adapters.api.pages import PageAccess, Visitor
from contact_center.adapters.api.wall import WallDoor
from contact_center.adapters.console.payloads import Wall
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.core.center import Center

TOKEN = "token-of-a-screen"


async def test_a_screen_shows_a_token_and_a_supervisor_a_session_and_nobody_else_gets_in() -> None:
    people = {"dana": Role.SUPERVISOR, "ana": Role.AGENT}

    def who(request: web.Request) -> Visitor | None:
        name = request.cookies.get("who", "")
        role = people.get(name)
        if role is None:
            return None
        return Visitor(agent=name, name=name, device="", roles=frozenset({role}))

    async def look() -> Wall:
        return Wall(now=1, seconds=12, announcement="", queues=[], alerts=[])

    tokens = Access([(TOKEN, Holder("screen", frozenset({Role.READER})))], lambda: 0.0)
    pages = PageAccess(who, lambda origin: False, lambda: 0.0, lambda: cast("Center", None))
    server = WebServer(WebSettings(port=0))
    server.add(WallDoor(tokens, pages, lambda: 0, look).routes())
    await server.start()
    url = f"{server.url}/console/api/wall"
    asked = [
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"Authorization": "Bearer another-token-1"}, 401),
        ({"Authorization": "Bearer another-token-1", "Cookie": "who=dana"}, 401),
        ({"Cookie": "who=dana"}, 200),
        ({"Cookie": "who=ana"}, 403),
        ({}, 401),
        ({"Cookie": "who=dana", "Origin": "https://elsewhere.example"}, 403),
    ]
    try:
        async with aiohttp.ClientSession() as http:
            for headers, status in asked:
                async with http.get(url, headers=headers) as answer:
                    assert answer.status == status, headers
    finally:
        await server.stop()
