"""A campaign on a real Asterisk: ten agents, five hundred people behind SIPp, killed in between.

What came of each call has to be what the script of its number does.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from contact_center.adapters.asterisk.local import Tree
from contact_center.app.replay import replay_command
from contact_center.desk_client.connection import CommandFailedError
from tests.app.test_commands import run
from tests.end_to_end.product import EXTENSIONS, DeskPerson, Floor
from tests.real import audio
from tests.real.dialog import until
from tests.real.ports import free_port
from tests.real.sip import Answer, Manual, Phone
from tests.real.sipp import Callees

pytestmark = [pytest.mark.real, pytest.mark.timeout(720)]

PARTS = Path(__file__).parent / "campaign"
LEADS = 500
EXPECTED = {
    **{digit: {"connected", "abandoned"} for digit in "0123"},
    "4": {"busy"},
    "5": {"no_answer"},
    "6": {"no_answer"},
    "7": {"machine"},
    "8": {"left"},
    "9": {"invalid"},
}
"""What the script of a number does, by its last digit."""


class Office(Floor):
    """The center of ten, and a folder of its own for what is asked of it by command."""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "CC_POLICIES": str(PARTS / "policies")}

    @property
    def shell(self) -> dict[str, str]:
        return self.product._environment

    async def says(self, *words: str) -> str:
        code, said = await run(*words, env=self.shell)
        assert code == 0, said
        return said

    async def imports(self, numbers: list[str]) -> None:
        file = self.folder / "leads.csv"
        rows = "".join(f"{n},Person {n},{number},40\n" for n, number in enumerate(numbers))
        file.write_text(f"id,name,phone,age\n{rows}", encoding="utf-8")
        await self.says("leads", "import", str(file), "--shape", str(PARTS / "list.yaml"))

    def rows(self, query: str) -> list[Any]:
        database = self.folder / "state" / "contact-center.db"
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(query).fetchall()

    def closed(self) -> int:
        query = "SELECT count(*) FROM attempts WHERE closed_at IS NOT NULL"
        return int(self.rows(query)[0][0])

    async def closes(self, count: int, within: float) -> None:
        """Wait until so many attempts are over."""
        async with asyncio.timeout(within):
            while self.closed() < count:  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.5)


@asynccontextmanager
async def office(tree: Tree, folder: Path, trunk: int) -> AsyncIterator[Office]:
    async with Office(folder, tree, center=PARTS / "center.yaml", trunk=f"127.0.0.1:{trunk}") as at:
        yield at


async def work(desk: DeskPerson) -> None:
    """Talk a moment with whoever is on the line, and say how it ended; until cancelled."""
    while True:
        call, doing = desk.screen.call, desk.screen.state.get("work")
        with contextlib.suppress(CommandFailedError):  # the customer was quicker
            if call is not None and doing == "talking":
                await asyncio.sleep(1.2)  # who is gone sooner has not talked
                await desk.client.command("cmd.hangup", call=call["call"])
            elif call is not None and doing == "wrap_up":
                fields = {"code": "sold", "notes": ""}
                await desk.client.command("cmd.disposition", fields, call=call["call"])
        await asyncio.sleep(0.1)


@asynccontextmanager
async def at_work(at: Office, *names: str) -> AsyncIterator[None]:
    tasks = []
    for name in names:
        desk = at.desks.get(name)
        if desk is None or name not in at.phones:
            desk = await at.agent(name, behaviour=Answer())
        tasks.append(asyncio.ensure_future(work(desk)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def numbers(count: int) -> list[str]:
    return [f"+1212555{n:04}" for n in range(count)]


async def test_five_hundred_leads_end_as_their_scripts_do_though_the_dialer_is_killed(
    asterisk_tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("campaign")
    async with AsyncExitStack() as stack:
        callees = await stack.enter_async_context(Callees(PARTS / "callees.xml", free_port()))
        at = await stack.enter_async_context(office(asterisk_tree, folder, callees.port))
        await at.imports(numbers(LEADS))
        await stack.enter_async_context(at_work(at, *EXTENSIONS))
        await at.says("dialer", "start", "spring", "--why", "monday")
        await at.closes(LEADS // 5, within=200)
        await at.product.kill()
        open_ = at.rows("SELECT attempt FROM attempts WHERE closed_at IS NULL")
        await asyncio.sleep(2)
        await at.product.start()
        for name in EXTENSIONS:
            await at.desks[name].until(
                lambda name=name: at.desks[name].screen.state.get("presence") == "ready",
                f"{name} is ready again",
                within=60,
            )
        await at.closes(LEADS, within=400)
        await at.product.stop()
        assert replay_command([str(folder / "state" / "journal")]) == 0
        assert "no difference" in await at.says("dialer", "replay")
        found = at.rows("SELECT attempt, number, verdict FROM attempts")
        attempts = at.rows("SELECT count(*), count(DISTINCT lead) FROM attempts")
    assert attempts == [(LEADS, LEADS)]
    assert max(Counter(callees.called).values()) == 1, "nobody was called twice"
    # Of what was in flight when the process died, the switch alone knows how it went on.
    cut = {name for (name,) in open_}
    assert len(cut) <= 60
    ends = Counter((number[-1], end) for name, number, end in found if name not in cut)
    wrong = {which: count for which, count in ends.items() if which[1] not in EXPECTED[which[0]]}
    assert wrong == {}
    assert sum(count for (_, end), count in ends.items() if end == "connected") > LEADS // 10
    assert all(end for *_, end in found), "every attempt has an end"


async def test_a_person_nobody_is_free_for_hears_who_called_within_two_seconds_of_the_deadline(
    asterisk_tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("abandoned")
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(Phone("trunk", 0, behaviour=Manual()))
        at = await stack.enter_async_context(office(asterisk_tree, folder, outside.port))
        outside.server = ("127.0.0.1", at.asterisk.sip_port)
        (number,) = numbers(1)
        await at.imports([number])
        ana = await at.agent("ana", behaviour=Manual())
        await at.says("dialer", "start", "spring", "--why", "monday")
        person = await outside.called(within=30)
        assert person.invite is not None
        assert number.strip("+") in person.invite.start
        # The agent is gone in the moment in which somebody answers.
        await ana.client.command("cmd.pause", {"reason": "break"})
        await ana.is_("paused idle", within=20)
        await person.accept()
        person.media.tone(700.0)
        await asyncio.sleep(0.8)
        person.media.silence()
        message = await at.prompt(
            "This was a call from Larkfield. Nobody was free to talk to you."
            " Press 9 for no more calls."
        )
        await person.hears_prompt(message, within=30)
        assert person.answered_at is not None
        heard = [t for t, sound in person.media.heard.frames if audio.rms(sound) > 30.0]
        began = heard[0] - person.answered_at
        await person.media.send_digits("9")
        await person.ended(within=20)
        await until(lambda: at.closed() == 1, within=20, what="the end is written")
        await at.product.stop()
        (row,) = at.rows("SELECT verdict, opted_out, answered_at, message_at FROM attempts")
        barred = at.rows("SELECT scope FROM suppressions WHERE lifted_at IS NULL")
        states = at.rows("SELECT state FROM leads")
    verdict, opted_out, answered_at, message_at = row
    assert (verdict, opted_out) == ("abandoned", 1)
    assert set(barred) == {("seller",)}
    assert states == [("suppressed",)]
    # Two seconds for an agent from the answer, and two at most until the words begin, as the
    # center counts; as the person hears it, what the machine needs besides is allowed for.
    assert message_at - answered_at <= 4_000_000
    assert began < 8.0


def test_the_scripts_of_the_numbers_are_those_that_are_expected() -> None:
    script = (PARTS / "callees.xml").read_text(encoding="utf-8")
    told = re.search(r"<!--(.*?)-->", script, re.DOTALL)
    assert told is not None
    assert set("0123456789") == set(EXPECTED)
