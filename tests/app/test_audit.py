"""What a process writes down: in order, also after the database was away, without numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from contact_center.adapters.api.audit import Which
from contact_center.adapters.api.auditing import Done
from contact_center.adapters.sql.audit import Change
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.migrate import open_database
from contact_center.app import audit as module
from contact_center.app.audit import Audit
from contact_center.app.reload import Swap
from tests.real.dialog import until

NOW = 1_763_800_000_000_000


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = await open_database(f"sqlite:///{tmp_path}/center.db")
    yield made
    await made.close()


def done(n: int, **fields: object) -> Done:
    made = {
        "at": NOW + n,
        "who": "dana",
        "role": "supervisor",
        "via": "console 127.0.0.1",
        "action": "call.move",
        "object": f"c{n}",
        "before": None,
        "after": {"queue": "support"},
        "why": "",
        **fields,
    }
    return Done(**made)  # type: ignore[arg-type]


async def test_what_was_done_is_read_back_with_seconds(database: Database) -> None:
    audit = Audit(database, lambda: NOW)
    await audit.write(done(1))
    (row,) = await audit.entries(Which(object="c1"))
    assert (row["n"], row["at"], row["who"], row["after"]) == (
        1,
        (NOW + 1) / 1_000_000,
        "dana",
        {"queue": "support"},
    )
    verdict = await audit.verify()
    assert (verdict["holds"], verdict["entries"], verdict["hash"]) == (True, 1, row["hash"])


async def test_numbers_of_people_keep_their_last_digits_alone(database: Database) -> None:
    audit = Audit(database, lambda: NOW)
    after = {"kind": "number", "value": "+14155550123"}
    await audit.write(done(1, after=after, why="+14155550123 asked us to"))
    (row,) = await audit.entries(Which())
    assert row["after"] == {"kind": "number", "value": "+********123"}
    assert "5550123" not in row["why"]


async def test_what_cannot_be_written_waits_and_is_written_in_order(database: Database) -> None:
    audit = Audit(database, lambda: NOW)
    async with database.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE audit_log RENAME TO elsewhere"))
    await audit.write(done(1))
    await audit.write(done(2))
    assert audit.waiting == 2
    async with database.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO audit_log"))
    await audit.write(done(3))
    assert audit.waiting == 0
    assert [row["object"] for row in await audit.entries(Which())] == ["c3", "c2", "c1"]
    assert (await audit.verify())["holds"]


async def test_more_than_is_kept_for_a_database_that_is_away_is_let_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = Audit(database, lambda: NOW)
    async with database.writer.begin() as connection:
        await connection.execute(text("DROP TABLE audit_log"))
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    for n in range(5):
        await audit.write(done(n))
    assert audit.waiting == 3


async def test_what_was_written_while_there_was_no_more_room_lets_nothing_else_go(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit(database, lambda: NOW)
    append, going, go_on = audit._log.append, asyncio.Event(), asyncio.Event()

    async def slow(change: Change) -> tuple[int, str]:
        going.set()
        await go_on.wait()
        return await append(change)

    monkeypatch.setattr(module, "MOST_WAITING", 2)
    monkeypatch.setattr(audit._log, "append", slow)
    first = asyncio.ensure_future(audit.write(done(1)))
    await going.wait()
    rest = [asyncio.ensure_future(audit.write(done(n))) for n in (2, 3)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *rest)
    assert [row["object"] for row in await audit.entries(Which())] == ["c3", "c2", "c1"]
    assert [r.object for r in caplog.records if "is lost" in r.message] == ["c1"]  # type: ignore[attr-defined]


async def test_what_still_waits_at_the_end_is_left_to_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit(database, lambda: NOW)
    async with database.writer.begin() as connection:
        await connection.execute(text("DROP TABLE audit_log"))
    await audit.write(done(1))
    running = asyncio.ensure_future(audit.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [r.object for r in caplog.records if "is lost" in r.message] == ["c1"]  # type: ignore[attr-defined]


async def test_another_configuration_is_written_down_soon(database: Database) -> None:
    audit = Audit(database, lambda: NOW)
    running = asyncio.ensure_future(audit.run())
    try:
        swap = Swap(by="reload", note="", before="v1", after="v2", changes=("queue sales",))
        audit.swapped(swap)
        audit.swapped(Swap(by="dana", note="", before="v2", after="v3", changes=()))
        await until(lambda: not audit.waiting, within=30, what="it is written")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    (row,) = await audit.entries(Which())
    assert (row["action"], row["before"]) == ("center.reload", {"version": "v1"})
    assert row["after"] == {"version": "v2", "changes": ["queue sales"]}
