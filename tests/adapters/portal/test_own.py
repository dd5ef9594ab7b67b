"""One's own: nobody gets there but by a code that was told at the number."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from contact_center.adapters.portal.lobby import AwayError
from contact_center.adapters.portal.own_pages import Mine, OwnCase
from contact_center.adapters.portal.routes import Portal
from contact_center.adapters.portal.uploads import MOST_FILE, Upload
from contact_center.adapters.web import WebServer, WebSettings
from tests.adapters.portal.conftest import SHOP, Page

EVE = "+14155550123"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
EVIL = "<img src=x onerror=alert(1)>"
ROSES = OwnCase(
    case="C-1", subject=EVIL, status="case_pending", opened="2026-11-20", answers=("Which colour?",)
)


@dataclass
class Books:
    """What the center has, and what was done with it."""

    told: list[tuple[str, str]] = field(default_factory=list)
    done: list[tuple[str, ...]] = field(default_factory=list)
    mine_is: Mine = field(default_factory=lambda: Mine(barred=False, consents=2, cases=[ROSES]))
    away: bool = False

    def _note(self, *what: str) -> None:
        if self.away:
            raise AwayError
        self.done.append(what)

    async def tell(self, number: str, code: str) -> None:
        self._note("tell", number)
        self.told.append((number, code))

    async def mine(self, number: str) -> Mine:
        return self.mine_is

    async def bar(self, number: str) -> None:
        self._note("bar", number)
        self.mine_is = replace(self.mine_is, barred=True)

    async def unbar(self, number: str) -> bool:
        self._note("unbar", number)
        return not self.mine_is.by_us

    async def ask_for_data(self, number: str, *, erase: bool) -> OwnCase:
        self._note("erase" if erase else "copy", number)
        return ROSES

    async def open_case(
        self, number: str, kind: str, subject: str, text: str, files: Sequence[Upload]
    ) -> OwnCase | None:
        self._note("open", number, kind, subject, text, *(f"{f.name} {f.kind}" for f in files))
        return ROSES if subject != "too many" else None


@dataclass
class Visitor:
    """Somebody with a browser without scripts, and perhaps with the telephone."""

    page: Page
    client: TestClient  # type: ignore[type-arg]
    books: Books
    text: str = ""

    async def get(self, path: str = "/help/mine") -> int:
        answer = await self.client.get(path)
        self.text = unescape(await answer.text())
        return answer.status

    async def post(self, path: str, **sent: str) -> int:
        answer = await self.client.post(f"/help/mine/{path}", data=sent)
        self.text = unescape(await answer.text())
        return answer.status

    def kept(self, name: str = "t") -> str:
        found = re.search(rf"name={name} value='([^']+)'", self.text)
        assert found is not None, self.text
        return found[1]

    async def ask(self, number: str = EVE) -> int:
        await self.get()
        return await self.post("code", form=self.kept("form"), number=number)

    async def enter(self) -> None:
        assert await self.ask() == 200
        code = self.books.told[-1][1]
        assert await self.post("enter", t=self.kept(), code=f"{code[:3]} {code[3:]}") == 200

    async def do(self, what: str, **more: str) -> int:
        return await self.post("do", t=self.kept(), what=what, **more)


@pytest.fixture
async def visitor(page: Page) -> AsyncIterator[Visitor]:
    books = Books()
    portal = Portal(
        page.settings,
        lambda: page.world.center,
        page.ask,
        lambda: page.world.now,
        own=books,
    )
    server = WebServer(WebSettings())
    server.add(portal.routes())
    async with TestClient(TestServer(server.application)) as client:
        yield Visitor(page, client, books)


async def test_who_enters_the_code_sees_their_own_and_stops_calls_at_once(visitor: Visitor) -> None:
    await visitor.enter()
    assert EVE in visitor.text
    assert "You have agreed to calls: 2" in visitor.text
    assert "C-1" in visitor.text
    assert "we wait for you" in visitor.text
    assert "Which colour?" in visitor.text
    raw = await (await visitor.client.post("/help/mine/do", data={"t": visitor.kept()})).text()
    assert EVIL not in raw
    await visitor.get("/help/mine")
    visitor.page.world.wait(1801)
    await visitor.enter()
    assert await visitor.do("bar") == 200
    assert "not call this number with offers any more" in visitor.text
    assert "id=unbar" in visitor.text
    assert await visitor.do("unbar") == 200
    assert [what[0] for what in visitor.books.done if what[0] != "tell"] == ["bar", "unbar"]
    assert {what[1] for what in visitor.books.done} == {EVE}


async def test_what_others_have_barred_is_not_lifted_here(visitor: Visitor) -> None:
    visitor.books.mine_is = Mine(barred=True, by_us=True)
    await visitor.enter()
    assert "id=unbar" not in visitor.text
    await visitor.do("unbar")
    assert "barred in another way" in visitor.text


async def test_a_case_is_opened_and_data_asked_for_once_for_a_page(visitor: Visitor) -> None:
    await visitor.enter()
    note = visitor.kept()
    sent = {"kind": "problem", "subject": "Roses\x07 late", "text": "One\r\n<b>two</b>\x00"}
    assert await visitor.do("open", **sent) == 200
    assert "answer here or by telephone" in visitor.text
    assert visitor.books.done[-1] == ("open", EVE, "problem", "Roses late", "One\n<b>two</b>")
    count = len(visitor.books.done)
    assert await visitor.post("do", t=note, what="open", **sent) == 200
    assert len(visitor.books.done) == count, "sent twice, it is one case"
    for bad in ({"subject": ""}, {"subject": "x" * 121}, {"text": "x" * 2001}, {"kind": "urgent"}):
        await visitor.do("open", **{**sent, **bad})
        assert "no more than 2,000 letters" in visitor.text
    await visitor.do("open", **{**sent, "subject": "too many"})
    assert "many open requests" in visitor.text
    await visitor.do("copy")
    await visitor.do("erase")
    assert [what[0] for what in visitor.books.done[-2:]] == ["copy", "erase"]


async def test_nobody_gets_there_by_guessing_replay_or_a_note_made_for_something_else(
    visitor: Visitor,
) -> None:
    await visitor.ask()
    entering, code = visitor.kept(), visitor.books.told[-1][1]
    guess = str((int(code) + 1) % 1_000_000).zfill(6)
    for _ in range(5):
        assert await visitor.post("enter", t=entering, code=guess) == 422
    assert await visitor.post("enter", t=entering, code=code) == 422, "five tries wear it out"
    assert await visitor.post("do", t=entering, what="bar") == 422
    assert await visitor.post("do", t="v1.x.y", what="bar") == 422
    assert await visitor.post("enter", t="v1.x.y", code=code) == 422
    await visitor.enter()
    mine = visitor.kept()
    answer = await visitor.client.post(
        "/help/mine/do", data={"t": mine, "what": "bar"}, headers={"Origin": SHOP}
    )
    assert answer.status == 403, "no page of others acts for anybody"
    visitor.page.world.wait(1801)
    assert await visitor.post("do", t=mine, what="bar") == 422
    assert [what for what in visitor.books.done if what[0] != "tell"] == []


async def test_numbers_are_called_with_codes_so_often_in_hours_and_only_ours_to_call(
    visitor: Visitor,
) -> None:
    assert await visitor.ask("4711") == 422
    assert await visitor.ask("+442079460123") == 422
    assert [await visitor.ask() for _ in range(3)] == [200, 200, 429]
    assert await visitor.ask("+14155550124") == 429, "three for one address"
    assert len(visitor.books.told) == 2
    visitor.page.world.wait(8 * 3600)
    assert await visitor.ask() == 422
    assert "opening hours only" in visitor.text
    visitor.page.world.wait(16 * 3600)
    visitor.books.away = True
    assert await visitor.ask() == 503


def form_of(note: str, *files: tuple[str, bytes], subject: str = "Roses late") -> FormData:
    form = FormData(quote_fields=False, default_to_multipart=True)
    for name, value in {"t": note, "kind": "problem", "subject": subject, "text": "Two"}.items():
        form.add_field(name, value)
    for name, content in files:
        form.add_field("files", io.BytesIO(content), filename=name, content_type="text/html")
    return form


async def send(visitor: Visitor, form: FormData, **headers: str) -> int:
    answer = await visitor.client.post("/help/mine/open", data=form, headers=headers)
    visitor.text = unescape(await answer.text())
    return answer.status


async def test_a_case_comes_with_files_of_few_kinds_and_names_that_are_names(
    visitor: Visitor,
) -> None:
    await visitor.enter()
    assert "enctype=multipart/form-data" in visitor.text
    sent = form_of(visitor.kept(), ("../../rose.png", PNG), ("", b""), ("a.txt", b"late"))
    assert await send(visitor, sent) == 200
    assert visitor.books.done[-1] == (
        "open", EVE, "problem", "Roses late", "Two", "rose.png image/png", "a.txt text/plain",
    )  # fmt: skip
    assert await send(visitor, form_of(visitor.kept())) == 200


async def test_what_is_too_much_or_of_another_kind_is_refused_and_nothing_is_opened(
    visitor: Visitor,
) -> None:
    await visitor.enter()
    note, before = visitor.kept(), len(visitor.books.done)
    assert await send(visitor, form_of("v1.x.y", ("a.png", PNG))) == 422
    assert await send(visitor, form_of(note, ("a.svg", b"<svg onload=x>"))) == 422
    assert await send(visitor, form_of(note, ("a.txt", b"x" * (MOST_FILE + 1)))) == 422
    assert await send(visitor, form_of(note, *4 * [("a.png", PNG)])) == 422
    assert await send(visitor, form_of(note, subject="x" * 9_000)) == 422
    assert await send(visitor, form_of(note, ("a.png", PNG)), Origin=SHOP) == 403
    plain = await visitor.client.post("/help/mine/open", data={"t": note})
    assert plain.status == 422
    assert len(visitor.books.done) == before
    forms = [await send(visitor, form_of(note, ("a.svg", b"<svg>"))) for _ in range(4)]
    assert set(forms) == {422}
    assert await send(visitor, form_of(note, ("a.png", PNG))) == 422, "six in a while, and no more"
