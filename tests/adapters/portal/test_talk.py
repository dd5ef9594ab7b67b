"""Talking in the browser, at the doors: one ticket, one call, one destination, so often."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer

from contact_center.adapters.portal.routes import Portal
from contact_center.adapters.portal.voice import MadeUpVoice, SipVoice, TokenVoice, Voice
from contact_center.adapters.web import WebServer, WebSettings
from contact_center.core.facts import CallFinished, CallOutcome
from contact_center.core.visits import VisitorComes
from tests.adapters.portal.conftest import SHOP, Page
from tests.adapters.portal.test_frames import message
from tests.stories.centers import DIRECT_NUMBER, SALES
from tests.stories.world import World

FILES = {"talk-1.js": b"import('./sip-2.js')", "sip-2.js": b"export {}"}


@dataclass
class Switch:
    """A SIP server's websocket that remembers what it was told."""

    heard: list[str] = field(default_factory=list)
    url: str = ""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        async for frame in socket:
            self.heard.append(frame.data)
            await socket.send_str("SIP/2.0 100 Trying\r\n\r\n")
        return socket


@pytest.fixture
async def switch() -> AsyncIterator[Switch]:
    made = Switch()
    app = web.Application()
    app.router.add_get("/ws", made.serve)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/ws")).replace("http", "ws", 1)
        yield made


class Talking:
    """The page of a center on which visitors of sales can talk."""

    def __init__(self, page: Page, client: TestClient[Any, Any]) -> None:
        self.page = page
        self.client = client
        self.origin = {"Origin": "https://help.example.com"}

    async def form(self, query: str = "") -> str:
        text = await (await self.client.get(f"/help/{SALES}/talk{query}")).text()
        found = re.search(r"data-form='([^']+)'", text)
        assert found is not None, text
        return found[1]

    async def press(self, form: str = "", query: str = "") -> tuple[int, dict[str, Any]]:
        sent = {"form": form or await self.form(query)}
        answer = await self.client.post(f"/help/{SALES}/talk", data=sent, headers=self.origin)
        return answer.status, json.loads(await answer.text())

    async def line(self, url: str, **headers: str) -> ClientWebSocketResponse:
        wanted = {**self.origin, **headers}
        return await self.client.ws_connect(url, protocols=("sip",), headers=wanted)

    async def turned_away(self, url: str, **headers: str) -> int:
        with pytest.raises(WSServerHandshakeError) as caught:
            await self.line(url, **headers)
        return caught.value.status


async def open_page(page: Page, voice: Voice) -> AsyncIterator[Talking]:
    portal = Portal(
        replace(page.settings, talk={SALES: DIRECT_NUMBER}),
        lambda: page.world.center,
        page.ask,
        lambda: page.world.now,
        voice=voice,
        files=FILES,
    )
    server = WebServer(WebSettings())
    server.add(portal.routes())
    async with TestClient(TestServer(server.application)) as client:
        yield Talking(page, client)


@pytest.fixture
async def talking(page: Page, switch: Switch) -> AsyncIterator[Talking]:
    async for made in open_page(page, SipVoice(target=switch.url)):
        yield made


def comings(page: Page) -> list[VisitorComes]:
    return [one for one in page.asked if isinstance(one, VisitorComes)]


async def test_a_press_gives_a_line_for_one_call_to_one_name(
    talking: Talking, switch: Switch, world: World
) -> None:
    note = talking.page.context(case="order 4711")
    status, ticket = await talking.press(query=f"?context={note}")
    assert status == 200
    assert set(ticket) == {"kind", "url", "user", "to", "ice"}, "no password, nothing else"
    (coming,) = comings(talking.page)
    assert (coming.visit, coming.did) == (ticket["to"], DIRECT_NUMBER)
    assert coming.reason == "From the page Roses: order 4711"
    socket = await talking.line(ticket["url"])
    invite = message(
        uri=f"sip:{ticket['to']}@contact-center", To=f"<sip:{ticket['to']}@contact-center>"
    )
    await socket.send_str(invite)
    assert (await socket.receive_str()).startswith("SIP/2.0 100")
    assert switch.heard == [invite]
    assert await talking.turned_away(ticket["url"]) == 403, "a second line on one ticket"
    other = message(uri="sip:+14155550123@contact-center")
    await socket.send_str(other)
    closed = await socket.receive()
    assert (closed.data, closed.extra) == (1008, "other_destination")
    assert switch.heard == [invite]
    call = world.call(ani="+14155550123", did=ticket["to"])
    assert not world.center.calls.calls[call].is_over
    again = world.call(did=ticket["to"])
    ends = [one for one in world.said(CallFinished) if isinstance(one, CallFinished)]
    assert [(one.call, one.outcome) for one in ends] == [(again, CallOutcome.REFUSED)]


async def test_a_page_context_counts_once_and_is_left_out_then_wherever_it_is_used(
    talking: Talking,
) -> None:
    note = talking.page.context()
    await talking.press(query=f"?context={note}")
    await talking.press(query=f"?context={note}")
    await talking.press(query=f"?context={note[:-2]}xx")
    reasons = [one.reason for one in comings(talking.page)]
    assert reasons == ["From the page Roses", *2 * ["Talks in the browser at the page of Sales"]]
    assert [one.noted for one in comings(talking.page)] == [(("page", "Roses"),), (), ()]


async def test_a_form_is_good_for_one_press_and_only_ours(talking: Talking) -> None:
    form = await talking.form()
    assert (await talking.press(form))[0] == 200
    status, told = await talking.press(form)
    assert (status, told["error"]) == (409, "stale")
    assert (await talking.press(form[:-2] + "xx"))[0] == 409
    talking.origin = {"Origin": SHOP}
    assert (await talking.press())[0] == 403, "a shop's page may show the widget, and not press"
    assert len(comings(talking.page)) == 1


async def test_a_line_needs_a_fresh_ticket_of_ours_and_our_own_page(
    talking: Talking, world: World
) -> None:
    _, ticket = await talking.press()
    assert await talking.turned_away(ticket["url"], Origin=SHOP) == 403
    assert await talking.turned_away(ticket["url"], Origin="null") == 403
    assert await talking.turned_away(ticket["url"] + "x") == 403
    assert await talking.turned_away("/help/~talk/sip") == 403
    form = await talking.form()
    assert await talking.turned_away(f"/help/~talk/sip?t={form}") == 403, "made for something else"
    world.wait(61)
    assert await talking.turned_away(ticket["url"]) == 403


async def test_who_presses_too_often_waits(talking: Talking, world: World) -> None:
    forms = [await talking.form() for _ in range(7)]
    stated = [(await talking.press(form))[0] for form in forms[:5]]
    assert stated == [200, 200, 200, 200, 429]
    world.wait(61)
    assert [(await talking.press(form))[0] for form in forms[4:6]] == [200, 429]


async def test_nobody_talks_when_it_is_closed_or_the_queue_is_not_for_it(
    talking: Talking, page: Page, world: World
) -> None:
    form = await talking.form()
    world.wait(8 * 3600)
    status, told = await talking.press(form)
    assert (status, told["error"]) == (409, "closed_now")
    text = await (await talking.client.get(f"/help/{SALES}")).text()
    assert "id=talk" not in text
    assert (await page.get(f"/help/{SALES}/talk"))[0] == 404, "a page without a voice"
    assert (await talking.client.get("/help/support/talk")).status == 404


async def test_the_page_runs_our_script_alone_and_gives_out_no_other_file(talking: Talking) -> None:
    answer = await talking.client.get(f"/help/{SALES}/talk")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    text = await answer.text()
    assert re.findall(r"<script[^>]*src='([^']+)'", text) == ["/help/~voice/talk-1.js"]
    assert (await talking.client.get("/help/~voice/sip-2.js")).status == 200
    for name in ("index.js", "..%2Froutes.py", "talk-1.js.map"):
        assert (await talking.client.get(f"/help/~voice/{name}")).status == 404


async def test_at_a_provider_with_tokens_the_token_is_for_the_visit(page: Page) -> None:
    voice = TokenVoice(
        token=lambda visit, now: f"{visit}/{now}", edge="dublin", sources=("https://x",)
    )
    async for talking in open_page(page, voice):
        status, ticket = await talking.press()
        (coming,) = comings(page)
        assert (status, ticket["token"]) == (200, f"{coming.visit}/{page.world.now}")
        policy = (await talking.client.get(f"/help/{SALES}/talk")).headers[
            "Content-Security-Policy"
        ]
        assert "connect-src 'self' https://x;" in policy
        assert await talking.turned_away("/help/~talk/sip?t=x") == 403


async def test_on_a_simulated_network_a_made_up_voice_calls(page: Page) -> None:
    did: list[str] = []

    def begin(visit: str) -> str:
        did.append(f"begin {visit}")
        return "leg"

    voice = MadeUpVoice(
        begin=begin,
        view=lambda leg, after: {"state": "up", "next": after + 1, "heard": []},
        press=lambda leg, keys: did.append(f"press {keys}"),
        hang_up=lambda leg: did.append("over"),
    )
    async for talking in open_page(page, voice):
        _, ticket = await talking.press()
        visit = comings(page)[0].visit
        for more in ({}, {"slot": "1", "keys": "5x#"}, {"over": "1"}):
            answer = await talking.client.post(ticket["url"], data={"t": ticket["note"], **more})
            assert answer.status == 200
        assert did == [f"begin {visit}", "press 5#", "over"]
        wrong = await talking.client.post(ticket["url"], data={"t": "v1.x.y"})
        assert wrong.status == 403
        await asyncio.sleep(0)
