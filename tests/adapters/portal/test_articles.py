"""Articles for anybody: found, read, voted on, and what leads from them to people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
from aiohttp.test_utils import TestClient, TestServer

from contact_center.adapters.portal.articles import Articles
from contact_center.adapters.portal.lobby import AwayError
from contact_center.adapters.portal.routes import Portal
from contact_center.adapters.web import WebServer, WebSettings
from contact_center.content.articles import article_of
from contact_center.core.knowledge import Article, public_part
from tests.adapters.portal.conftest import Page
from tests.stories.centers import SALES

EVIL = "<img src=x onerror=alert(1)>"


def article(name: str, text: str, front: str = "public: true") -> Article:
    made, _ = article_of(f"{name}.md", name, f"---\n{front}\n---\n{text}", [SALES])
    assert made is not None
    return made


BOOK = [
    article(
        "returns", f"# Returns\nSend it back. {EVIL}\n\n- one\n- two\n\nSee [more](inside.md)."
    ),
    article("parcels", "# Parcels\nAsk [here](returns.md).", "public: true\ncategory: Orders"),
    article("inside", "# Goodwill\nGive 20 dollars back.", "queues: [sales]"),
]


class Reading:
    """The articles, as a browser without scripts has them."""

    def __init__(self, page: Page, client: TestClient, votes: list[tuple[str, bool]]) -> None:  # type: ignore[type-arg]
        self.page = page
        self.client = client
        self.votes = votes
        self.away = False

    async def count(self, name: str, helped: bool) -> None:
        if self.away:
            raise AwayError
        self.votes.append((name, helped))

    async def get(self, path: str) -> tuple[int, str]:
        answer = await self.client.get(path)
        return answer.status, unescape(await answer.text())

    async def form(self, name: str = "returns") -> str:
        _, text = await self.get(f"/help/articles/{name}")
        found = re.search(r"name=form value='([^']+)'", text)
        assert found is not None
        return found[1]

    async def vote(self, form: str, helped: str = "1", name: str = "returns") -> tuple[int, str]:
        sent = {"form": form, "helped": helped}
        answer = await self.client.post(f"/help/articles/{name}/vote", data=sent)
        return answer.status, unescape(await answer.text())


@pytest.fixture
async def reading(page: Page) -> AsyncIterator[Reading]:
    made: list[Reading] = []
    book = public_part(BOOK)
    portal = Portal(
        page.settings,
        lambda: page.world.center,
        page.ask,
        lambda: page.world.now,
        articles=Articles(
            knowledge=lambda: book, vote=lambda name, helped: made[0].count(name, helped)
        ),
    )
    server = WebServer(WebSettings())
    server.add(portal.routes())
    async with TestClient(TestServer(server.application)) as client:
        made.append(Reading(page, client, []))
        yield made[0]


async def test_public_articles_are_found_by_words_and_category_and_no_others(
    reading: Reading,
) -> None:
    status, all_of_them = await reading.get("/help/articles")
    assert status == 200
    assert re.findall(r"<h2>([^<]+)</h2>", all_of_them) == ["Orders", "More"]
    _, found = await reading.get("/help/articles?q=back")
    assert "/help/articles/returns" in found
    assert "Goodwill" not in found + all_of_them
    assert (await reading.get("/help/articles/inside"))[0] == 404
    _, nothing = await reading.get(f"/help/articles?q=zzz{'x' * 500}")
    assert "Nothing was found" in nothing
    assert f"/help/{SALES}" in nothing, "who finds nothing is led to people"
    assert "role=search" in (await reading.get("/help"))[1]
    assert (await reading.page.get("/help/articles"))[0] == 404, "a page without articles"


async def test_an_article_is_read_as_text_and_links_to_public_ones_alone(reading: Reading) -> None:
    answer = await reading.client.get("/help/articles/returns")
    text = await answer.text()
    assert EVIL not in text
    assert "&lt;img src=x" in text
    assert "<ul><li>one</li><li>two</li></ul>" in text
    assert "inside" not in text
    assert "See more." in text
    assert "script" not in answer.headers["Content-Security-Policy"]
    _, other = await reading.get("/help/articles/parcels?lang=es")
    assert "href='/help/articles/returns?lang=es'" in other
    assert "¿Le ha servido?" in other


async def test_a_vote_counts_once_and_who_was_not_helped_is_called_about_it(
    reading: Reading,
) -> None:
    form = await reading.form()
    assert (await reading.vote(form))[0] == 200
    assert (await reading.vote(form, "0"))[0] == 200
    assert reading.votes == [("returns", True)], "one form, one vote"
    _, led = await reading.vote(await reading.form(), "0")
    assert reading.votes[1:] == [("returns", False)]
    link = re.search(rf'href="(/help/{SALES}[^"]+)"', led)
    assert link is not None
    _, form_page = await reading.get(link[1])
    assert "The agent will see: From the page Help: Returns" in form_page
    kept = re.search(r"name=form value='([^']+)'", form_page)
    assert kept is not None
    filled = {"form": kept[1], "name": "Eve", "number": "+14155550123"}
    answer = await reading.client.post(f"/help/{SALES}/call-me", data=filled)
    assert answer.status == 200
    assert reading.page.visits[-1].reason == "From the page Help: Returns"
    _, other = await reading.get(f"/help/{SALES}?article=inside")
    assert "The agent will see" not in other


async def test_votes_are_ours_bounded_and_not_lost_unsaid(reading: Reading) -> None:
    form = await reading.form()
    assert (await reading.vote(form, name="parcels"))[0] == 409
    assert (await reading.vote("v1.x.y"))[0] == 409
    reading.away = True
    assert (await reading.vote(form))[0] == 503
    reading.away = False
    assert (await reading.vote(form))[0] == 200
    forms = [await reading.form() for _ in range(10)]
    stated = [(await reading.vote(one))[0] for one in forms]
    assert stated.count(429) >= 1
    assert len(reading.votes) <= 10
