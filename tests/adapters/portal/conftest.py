"""A page on a center whose clock the test turns."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from html import unescape

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from contact_center.adapters.portal.lobby import AwayError
from contact_center.adapters.portal.routes import Portal
from contact_center.adapters.portal.settings import NumberError, PortalSettings
from contact_center.adapters.portal.signed import CONTEXT, seal
from contact_center.adapters.web import WebServer, WebSettings
from contact_center.core.events import Event
from contact_center.core.ids import CallId
from contact_center.core.visits import VisitorAnswered, VisitorAsked
from tests.stories.centers import SALES
from tests.stories.test_visitors import center
from tests.stories.world import World

SHOP = "https://shop.example.com"
SHOP_KEY = b"a key that shop and center share, long"


def number_of(text: str) -> str:
    digits = re.sub(r"[ ()-]", "", text)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        raise NumberError("not_a_number")
    if not digits.startswith("+1415"):
        raise NumberError("not_called")
    return digits


@dataclass
class Page:
    """The page, as a browser without scripts and cookies has it."""

    world: World
    client: TestClient  # type: ignore[type-arg]
    settings: PortalSettings
    asked: list[Event] = field(default_factory=list)
    silent: bool = False
    elsewhere: list[tuple[int, int]] = field(default_factory=list)
    away: bool = False

    async def promised(self, _queue: str, until: int) -> list[tuple[int, int]]:
        if self.away:
            raise AwayError
        return [span for span in self.elsewhere if span[0] <= until]

    async def ask(self, event: Event, name: CallId) -> str:
        self.asked.append(event)
        if self.silent:
            return ""
        self.world.tell(event)
        self.world.pump()
        told = self.world.said(VisitorAnswered)[-1]
        assert isinstance(told, VisitorAnswered)
        assert told.visit == name
        return told.code

    @property
    def visits(self) -> list[VisitorAsked]:
        return [one for one in self.asked if isinstance(one, VisitorAsked)]

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        answer = await self.client.get(path, headers=headers, allow_redirects=False)
        return answer.status, await answer.text()

    async def form(self, query: str = "", queue: str = SALES) -> dict[str, str]:
        """Open the page of a queue; gives what its form carries, and its times."""
        _, text = await self.get(f"/help/{queue}{query}")
        form = re.search(r"name=form value='([^']+)'", text)
        assert form is not None, text
        times = re.findall(r"<option value=(\d+)", text)
        return {"form": form[1], "slot": times[0] if times else ""}

    async def send(self, what: str = "callback", **fields: str) -> tuple[int, str]:
        """Fill in the form and send it; of what is not named, the ordinary."""
        filled = {"name": "Eve", "number": "+1 415 555 0123", **fields}
        if "form" not in filled:
            filled = {**await self.form(), **filled}
        return await said(await self.client.post(f"/help/{SALES}/{what}", data=filled))

    async def cancel(self, page: str) -> tuple[int, str]:
        """Follow the link of a confirmation, and press the button."""
        path = link_of(page)
        status, asks = await self.get(path)
        assert status == 200, asks
        note = re.search(r"name=t value='([^']+)'", asks)
        assert note is not None
        return await said(await self.client.post("/help/cancel", data={"t": note[1]}))

    def context(self, **content: object) -> str:
        made = {"at": self.world.now // 1_000_000, "nonce": "n" * 16, "page": "Roses"}
        return seal(SHOP_KEY, CONTEXT, {**made, **content})


async def said(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, unescape(await answer.text())


def link_of(page: str) -> str:
    found = re.search(r"id=cancel href='([^']+)'", page)
    assert found is not None, page
    return found[1].removeprefix("https://help.example.com")


@pytest.fixture
def world() -> Iterator[World]:
    plain = center()
    queues = {name: replace(one, calendar="daytime") for name, one in plain.queues.items()}
    made = World(replace(plain, queues=queues))
    yield made
    made.close()


@pytest.fixture
async def page(world: World) -> AsyncIterator[Page]:
    settings = PortalSettings(
        queues=(SALES,),
        name="Larkfield",
        public_url="https://help.example.com",
        key=b"our own",
        number_of=number_of,
        context_key=SHOP_KEY,
        origins=frozenset({SHOP}),
        caller_id="+14155550100",
        per_slot=1,
    )
    server = WebServer(WebSettings())
    made: list[Page] = []
    portal = Portal(
        settings,
        lambda: world.center,
        lambda event, name: made[0].ask(event, name),
        lambda: world.now,
        lambda queue, until: made[0].promised(queue, until),
    )
    server.add(portal.routes())
    async with TestClient(TestServer(server.application)) as client:
        made.append(Page(world, client, settings))
        yield made[0]
