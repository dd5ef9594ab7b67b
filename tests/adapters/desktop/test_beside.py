"""What lies beside a call, on the wire: shown to who looks, as long as they look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import json

from contact_center.adapters.desktop.beside_messages import NoticeShown
from contact_center.adapters.desktop.looking_up import looked_up
from contact_center.adapters.desktop.places import Places
from contact_center.core import facts as f
from contact_center.core.ids import AgentId
from contact_center.core.knowledge import Article, Block, CannedText, Knowledge, Span
from tests.adapters.desktop.conftest import Agent, Center, roster, until


def shown(agent: Agent, kind: str = "directory.state") -> list[dict[str, Any]]:
    """What was shown of something, oldest first."""
    return [message["d"] for message in agent.heard if message["t"] == kind]


async def ask(agent: Agent, t: str, **d: Any) -> None:
    """Send a command and wait until it was done."""
    await agent.client.command(t, d=d)


def jonas(center: Center, presence: f.Presence) -> None:
    changed = f.AgentChanged(
        at=center.core.clock(), agent=AgentId("jonas"), presence=presence, reason="",
        work=f.Work.IDLE, since=center.core.clock(),
    )  # fmt: skip
    center.core.publish(changed)


async def test_the_directory_is_live_while_it_is_open(center: Center) -> None:
    maria = await center.agent()
    await ask(maria, "cmd.directory", search="jonas")
    await until(lambda: len(shown(maria)) == 1)
    assert [e["state"] for e in shown(maria)[0]["entries"]] == ["away"]
    jonas(center, f.Presence.READY)
    await until(lambda: shown(maria)[-1]["entries"][0]["state"] == "free")
    await ask(maria, "cmd.directory", open=False)
    before = len(shown(maria))
    jonas(center, f.Presence.PAUSED)
    for _ in center.desk.spread():
        pass
    await ask(maria, "cmd.directory", open=False)  # behind whatever was sent before
    assert len(shown(maria)) == before


async def test_another_search_replaces_the_one_before(center: Center) -> None:
    maria = await center.agent()
    await ask(maria, "cmd.directory")
    await ask(maria, "cmd.directory", search="returns")
    await until(lambda: len(shown(maria)) == 2)
    assert [e["to"] for e in shown(maria)[1]["entries"]] == ["queue:returns"]


async def test_a_screen_that_comes_back_has_nothing_open(center: Center) -> None:
    maria = await center.agent()
    await ask(maria, "cmd.directory")
    await until(lambda: len(shown(maria)) == 1)
    again = await center.agent()
    jonas(center, f.Presence.READY)
    for _ in center.desk.spread():
        pass
    await ask(again, "cmd.directory", open=False)
    assert shown(again) == []


LINK = Span(text="rules", kind="article", to="rules")
RETURNS = Article(
    name="returns",
    title="Returns",
    blocks=(Block(kind="text", spans=(Span(text="See the "), LINK)),),
)
ROSES = Article(name="roses", title="Roses", blocks=(), queues=frozenset({"garden"}))
HELLO = CannedText(code="hello", title="Greeting", text="{customer}, this is {agent} of {queue}.")
OTHERS = CannedText(code="soil", title="Soil", text="Peat.", queues=frozenset({"garden"}))
BOOK = Knowledge(articles=[RETURNS, ROSES], texts=[HELLO, OTHERS])


async def test_what_is_looked_up_is_for_the_queue_with_the_names_of_the_call(
    center: Center,
) -> None:
    center.desk.reseat(replace(center.desk.roster, knowledge=BOOK))
    maria = await center.agent()
    center.core.offer("call-1")
    await ask(maria, "cmd.knowledge", search="")
    await until(lambda: shown(maria, "knowledge.state"))
    told = shown(maria, "knowledge.state")[-1]
    assert [(one["code"], one["text"]) for one in told["texts"]] == [
        ("hello", "Anna Kowalska, this is Maria Silva of Customer service.")
    ]
    assert [one["article"] for one in told["found"]] == ["returns"]
    assert told["article"] is None


async def test_an_article_is_blocks_of_text_and_none_of_another_queue_opens(
    center: Center,
) -> None:
    center.desk.reseat(replace(center.desk.roster, knowledge=BOOK))
    maria = await center.agent()
    await ask(maria, "cmd.knowledge", article="returns")
    await until(lambda: shown(maria, "knowledge.state"))
    assert shown(maria, "knowledge.state")[-1]["article"]["blocks"] == [
        {
            "kind": "text",
            "spans": [{"text": "See the "}, {"text": "rules", "kind": "article", "to": "rules"}],
        }
    ]
    for name in ("roses", "../secret"):
        await ask(maria, "cmd.knowledge", article=name)
        await until(lambda: shown(maria, "knowledge.state")[-1]["article"] is None)


def test_an_article_that_is_too_long_for_a_frame_is_cut_and_says_so() -> None:
    long = Block(kind="text", spans=(Span(text="x" * 9_999),))
    places = Places(roster(), "e")
    book = Knowledge(articles=[Article(name="long", title="Long", blocks=(long,) * 20)])
    told = looked_up(places["maria"], replace(roster(), knowledge=book), "", "long").article
    assert told is not None
    assert told.cut
    assert 0 < len(told.blocks) < 20
    assert len(json.encode(told)) < 200_000


class Told:
    """What supervisors told agents, kept by a test."""

    def __init__(self) -> None:
        self.notices = {"n1": "Meeting at five", "n2": "New prices"}

    def unread(self, agent: str) -> list[NoticeShown]:
        return [NoticeShown(notice=n, at=1, by="Dana", text=t) for n, t in self.notices.items()]

    def read(self, agent: str, notice: str) -> None:
        self.notices.pop(notice, None)


async def test_what_supervisors_told_is_on_the_screen_until_it_is_read(center: Center) -> None:
    told = center.desk.beside.notices = Told()
    maria = await center.agent()

    def texts() -> list[list[str]]:
        states = shown(maria, "notices.state")
        return [[one["text"] for one in state["notices"]] for state in states]

    await until(lambda: texts() == [["Meeting at five", "New prices"]])
    await ask(maria, "cmd.notice.read", notice="n1")
    await until(lambda: texts()[-1] == ["New prices"])
    told.notices["n3"] = "Go home"
    center.desk.beside.noticed(["maria", "nobody"])
    for _ in center.desk.spread():
        pass
    await until(lambda: texts()[-1] == ["New prices", "Go home"])
