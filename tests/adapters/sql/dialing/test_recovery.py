"""After a crash, wherever it came: every lead is at an end or may be dialled, and none twice."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import claims, recovery
from contact_center.adapters.sql.dialing.recovery import RETRY_US
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.dialing.tables import attempts, callbacks, leads, suppressions
from contact_center.adapters.sql.migrate import open_database
from dialer.attempt import Attempt, AttemptEnd, Verdict
from dialer.campaign import ListShare
from dialer.ids import AttemptId, LeadId, ListId
from dialer.lead import Callback, Lead, LeadState
from dialer.messages import AttemptOpened, CloseAttempt
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    Doorman,
    asked,
    attempt_row,
    back,
    campaign,
    claimed,
    closed,
    lead_row,
    names,
    opened,
    put,
    store,
)

LATER = NOW + 5 * MINUTE


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(statement: int) -> Iterator[list[int]]:
    """Die when the database is asked for the nth time; gives how often it was asked."""
    asked_for = [0]

    def count(*_: object) -> None:
        asked_for[0] += 1
        if asked_for[0] == statement:
            raise Killed

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield asked_for
    finally:
        event.remove(Engine, "before_cursor_execute", count)


class Forgetful(DialStore):
    """Dies after the nth transaction, before it hears that it was made."""

    def __init__(self, database: Database, after: int, settings: Any) -> None:
        super().__init__(database, (), settings)
        self.left = after

    async def _write(self, change: Any) -> Any:
        answer = await super()._write(change)
        self.left -= 1
        if self.left == 0:
            raise Killed
        return answer


async def prepare(database: Database, run: int) -> None:
    rows: list[dict[str, Any]] = [
        {"lead": f"r{run}-{n}", "party": f"p{run}-{n}", "priority": 9 - n} for n in range(6)
    ]
    await put(database, *rows, list_=f"l{run}")


async def a_minute(dial: DialStore, doorman: Doorman, run: int) -> None:
    """What a dialer asks of its storage: claim, open, be refused, promise, give back, close."""
    doorman.refuses = None
    of = campaign(ListShare(list=ListId(f"l{run}")))
    got = (await dial.claim(of, 5, NOW)).leads
    by_name = {lead.lead: lead for lead in got}
    first, second, third, fourth, fifth = (by_name[LeadId(f"r{run}-{n}")] for n in range(5))
    rings = await dial.open_attempt(of, asked(first), NOW)
    talks = await dial.open_attempt(of, asked(second), NOW)
    assert isinstance(rings, AttemptOpened)
    assert isinstance(talks, AttemptOpened)
    doorman.refuse("hours", NOW + DAY, fourth.numbers[0].number)
    await dial.open_attempt(of, asked(fourth), NOW)
    promised = Callback(
        lead=third.lead,
        due_at=NOW + HOUR,
        local="2026-11-18T09:26:40",
        zone="America/New_York",
        number=third.numbers[0].number,
    )
    await dial.promise(of.campaign, promised, "eve", NOW)
    await dial.release(back(fifth), NOW)
    said_no = closed(talks, Verdict.CONNECTED, LeadState.SUPPRESSED, suppress="global")
    await dial.close_attempt(said_no, NOW)


async def check(database: Database, run: int) -> None:
    """Nobody is held, nothing is open, every end has its reason, and the counts agree."""
    mine = leads.c.list == f"l{run}"
    stand = await database.read(lambda c: c.execute(select(leads).where(mine)).all())
    made = await database.read(
        lambda c: c.execute(select(attempts).where(attempts.c.list == f"l{run}")).all()
    )
    barred = set(
        await database.read(
            lambda c: (
                c.execute(select(suppressions.c.value).where(suppressions.c.kind == "party"))
                .scalars()
                .all()
            )
        )
    )
    promised = await database.read(
        lambda c: c.execute(select(callbacks.c.lead, callbacks.c.state)).all()
    )
    assert all(row.closed_at is not None for row in made)
    for row in stand:
        assert row.state in ("open", "suppressed"), (row.lead, row.state)
        assert row.tried == sum(each.lead == row.lead for each in made) <= 1
        if row.state == "open":
            assert row.due_at <= LATER + RETRY_US
        assert (row.state == "suppressed") == (row.party in barred)
        if row.tried and row.state == "open":
            assert row.due_at >= NOW + RETRY_US  # it may have been abandoned
    assert {state for _, state in promised} <= {"scheduled"}


async def survive(database: Database, run: int) -> None:
    """What the next process does; twice, as it may die too."""
    after = store(database, gate=Doorman())
    ends = await after.recover([], LATER, sole=True)
    assert {end.verdict for end in ends} <= {Verdict.LOST}
    assert await after.recover([], LATER, sole=True) == []
    await check(database, run)
    of = campaign(ListShare(list=ListId(f"l{run}")))
    left = names((await after.claim(of, 9, LATER)).leads)
    assert {f"r{run}-4", f"r{run}-5"} <= set(left)  # nobody had called them
    await after.recover([], LATER, sole=True)


async def test_a_crash_at_any_statement_leaves_every_lead_dialable_or_at_an_end(
    database: Database,
) -> None:
    doorman = Doorman()
    dial = store(database, gate=doorman)
    run, statement, finished = 0, 1, False
    while not finished:
        await prepare(database, run)
        with killed_at(statement) as asked_for:
            try:
                await a_minute(dial, doorman, run)
                finished = True
            except Killed:
                pass
        await survive(database, run)
        run += 1
        statement += 1 if database.backend == "sqlite" else 4
    assert asked_for[0] > 60


async def test_a_crash_before_an_answer_is_heard_loses_nothing(database: Database) -> None:
    doorman = Doorman()
    settings = store(database, gate=doorman)._settings
    run, finished = 0, False
    while not finished:
        await prepare(database, run)
        try:
            await a_minute(Forgetful(database, run + 1, settings), doorman, run)
            finished = True
        except Killed:
            pass
        await survive(database, run)
        run += 1
    assert run == 8


KILL = """
import asyncio, os, sys
from sqlalchemy import Engine, event
from contact_center.adapters.sql.migrate import open_database
from tests.adapters.sql.dialing import test_recovery as story
from tests.adapters.sql.dialing.book import Doorman, store
count = 0
def die(*_):
    global count
    count += 1
    if count == int(sys.argv[2]):
        os._exit(9)
async def main():
    doorman = Doorman()
    database = await open_database(sys.argv[1])
    event.listen(Engine, "before_cursor_execute", die)
    await story.a_minute(store(database, gate=doorman), doorman, 0)
asyncio.run(main())
"""


@pytest.mark.parametrize("statement", [9, 25, 41, 62])
async def test_a_process_that_is_killed_leaves_its_file_in_order(
    tmp_path: Path, statement: int
) -> None:
    address = f"sqlite:///{tmp_path}/center.db"
    database = await open_database(address)
    try:
        await prepare(database, 0)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILL, address, str(statement), stderr=asyncio.subprocess.PIPE
        )
        _, errors = await asyncio.wait_for(process.communicate(), 120)
        assert process.returncode == 9, errors.decode()
        await survive(database, 0)
    finally:
        await database.close()


async def test_what_still_rings_is_left_alone_and_given_back(database: Database) -> None:
    await put(database, {}, {})
    dial = store(database)
    first, second = (await dial.claim(CAMPAIGN, 2, NOW)).leads
    rings = (await opened(dial, first)).attempt
    await opened(dial, second)
    ends = await dial.recover({rings.attempt}, LATER)
    assert [end.attempt for end in ends] == [f"d-{second.lead}-1"]
    ((attempt, lead),) = [(a.attempt, a.lead) for a in await dial.adopted({rings.attempt}, LATER)]
    assert (attempt, lead.lead, lead.token) == (rings, first.lead, first.token)
    assert (await lead_row(database, first.lead)).state == "dialling"


async def test_attempts_that_another_process_has_just_opened_are_left_alone(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database)
    there = await opened(dial, await claimed(dial), NOW + SECOND)
    assert await dial.recover([], LATER, opened_by=NOW) == []
    assert (await attempt_row(database, there.attempt.attempt)).closed_at is None


async def test_claims_of_a_living_process_hold_until_their_lease_ends(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database)
    await dial.claim(CAMPAIGN, 1, NOW, lease_us=MINUTE)
    await dial.recover([], NOW + SECOND)
    assert (await lead_row(database, "a0")).state == "claimed"
    await dial.recover([], NOW + MINUTE)
    assert (await lead_row(database, "a0")).state == "open"


async def test_lost_leads_follow_the_retry_rules_that_are_handed_in(database: Database) -> None:
    def after(attempt: Attempt, lead: Lead, end: AttemptEnd) -> CloseAttempt:
        assert lead.tried == 1
        return CloseAttempt(
            campaign=attempt.campaign, end=end, lead=lead.lead, state=LeadState.EXHAUSTED
        )

    await put(database, {})
    dial = store(database, after=after)
    await opened(dial, await claimed(dial))
    await dial.recover([], LATER)
    assert (await lead_row(database, "a0")).state == "exhausted"
    assert (await attempt_row(database, AttemptId("d-a0-1"))).verdict == "lost"


async def test_more_than_a_transaction_takes_is_recovered_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "AT_ONCE", 4)
    monkeypatch.setattr(claims, "EXPIRE_MOST", 4)
    await put(database, *({} for _ in range(22)))
    dial = store(database, gate=Doorman())
    for lead in (await dial.claim(CAMPAIGN, 22, NOW)).leads[:11]:
        await opened(dial, lead)
    assert len(await dial.recover([], LATER, sole=True)) == 11
    assert len((await dial.claim(CAMPAIGN, 22, LATER)).leads) == 11
