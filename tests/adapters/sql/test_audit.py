"""The audit log: a chain that holds, whoever writes, and that names the row that does not."""

from __future__ import annotations

import asyncio
import sys

import pytest
from alembic import command
from sqlalchemy import Connection, text

from contact_center.adapters.sql import migrate as module
from contact_center.adapters.sql.audit import NOTHING, AuditLog, Change, Wanted
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.migrate import migrate

NOW = 1_763_800_000_000_000
WRITER = """
import asyncio, sys
from contact_center.adapters.sql.audit import AuditLog, Change
from contact_center.adapters.sql.database import connect
async def main():
    database = connect(sys.argv[1], busy_s=60.0)
    log = AuditLog(database)
    for n in range(25):
        await log.append(Change(at=n, who=sys.argv[2], action="call.move", after={"n": n}))
    await database.close()
asyncio.run(main())
"""


def change(n: int, **fields: object) -> Change:
    made = {
        "at": NOW + n,
        "who": "dana",
        "action": "agent.presence",
        "object": f"agent-{n}",
        "before": {"presence": "ready"},
        "after": {"presence": "paused", "reason": "café \u00a3 \u4e2d"},
        "why": "lunch",
        **fields,
    }
    return Change(**made)  # type: ignore[arg-type]


async def written(database: Database, count: int) -> AuditLog:
    log = AuditLog(database)
    for n in range(count):
        await log.append(change(n))
    return log


async def meddle(database: Database, *statements: str) -> None:
    """Do what nobody may: the trigger is taken away first."""
    if database.backend == "sqlite":
        first = [f"DROP TRIGGER IF EXISTS audit_log_stays_{act}" for act in ("UPDATE", "DELETE")]
    else:
        first = ["DROP TRIGGER IF EXISTS audit_log_stays ON audit_log"]
    async with database.writer.begin() as connection:
        for statement in [*first, *statements]:
            await connection.execute(text(statement))


async def test_an_empty_log_holds_and_its_head_is_nothing(database: Database) -> None:
    log = AuditLog(database)
    verdict = await log.verify()
    assert (verdict.entries, verdict.n, verdict.hash, verdict.broken) == (0, 0, NOTHING, 0)
    assert await log.head() == (0, NOTHING)


async def test_entries_come_back_as_they_were_written_newest_first(database: Database) -> None:
    log = await written(database, 3)
    found = await log.entries(Wanted())
    assert [entry.n for entry in found] == [3, 2, 1]
    assert found[0].prev == found[1].hash
    assert found[0].change.after == {"presence": "paused", "reason": "café \u00a3 \u4e2d"}
    assert (found[0].change.why, found[0].change.before) == ("lunch", {"presence": "ready"})
    verdict = await log.verify()
    assert (verdict.entries, verdict.broken) == (3, 0)
    assert await log.head() == (3, verdict.hash)


async def test_entries_are_found_by_who_what_object_and_time(database: Database) -> None:
    log = await written(database, 3)
    await log.append(change(9, who="omar", action="campaign.target", object="spring", before=None))
    assert [e.n for e in await log.entries(Wanted(who="omar"))] == [4]
    assert [e.n for e in await log.entries(Wanted(action="campaign."))] == [4]
    assert [e.n for e in await log.entries(Wanted(object="agent-1"))] == [2]
    assert [e.n for e in await log.entries(Wanted(since=NOW + 1, until=NOW + 3))] == [3, 2]
    assert [e.n for e in await log.entries(Wanted(below=3, limit=1))] == [2]
    assert await log.entries(Wanted(action="call%")) == []


async def test_the_same_entry_written_again_is_there_once(database: Database) -> None:
    log = AuditLog(database)
    first = await log.append(change(1, ref="r1"))
    assert await log.append(change(1, ref="r1")) == first
    assert len(await log.entries(Wanted())) == 1


@pytest.mark.parametrize("column", ["who", "action", "object", "before", "after", "why", "at"])
async def test_a_row_that_was_changed_is_named(database: Database, column: str) -> None:
    log = await written(database, 5)
    value = "7" if column == "at" else "'{}'"
    await meddle(database, f"UPDATE audit_log SET {column} = {value} WHERE n = 3")
    verdict = await log.verify()
    assert (verdict.broken, verdict.entries) == (3, 2)
    assert "changed" in verdict.why


async def test_a_row_that_was_taken_out_is_named(database: Database) -> None:
    log = await written(database, 5)
    await meddle(database, "DELETE FROM audit_log WHERE n = 2")
    verdict = await log.verify()
    assert (verdict.broken, verdict.why) == (2, "row 2 is missing")


async def test_rows_closed_up_after_one_was_taken_out_are_named(database: Database) -> None:
    log = await written(database, 5)
    await meddle(
        database, "DELETE FROM audit_log WHERE n = 5", "UPDATE audit_log SET n = 5 WHERE n = 4",
        "UPDATE audit_log SET n = 4 WHERE n = 3", "UPDATE audit_log SET n = 3 WHERE n = 5",
    )  # fmt: skip
    assert (await log.verify()).broken == 3


async def test_an_end_that_was_cut_off_is_found_by_a_head_noted_before(database: Database) -> None:
    log = await written(database, 5)
    head = await log.head()
    await meddle(database, "DELETE FROM audit_log WHERE n >= 4")
    assert (await log.verify()).broken == 0
    verdict = await log.verify(head)
    assert (verdict.broken, verdict.why) == (5, "it is not there")
    await log.append(change(7))
    await log.append(change(8))
    verdict = await log.verify(head)
    assert (verdict.broken, verdict.why) == (5, "it is not the row that was noted")
    assert (await log.verify(await log.head())).broken == 0


async def test_rows_cannot_be_changed_or_taken_out_by_mistake(database: Database) -> None:
    await written(database, 2)
    for statement in ("UPDATE audit_log SET who = 'x'", "DELETE FROM audit_log"):
        with pytest.raises(Exception, match="stay as they are"):
            async with database.writer.begin() as connection:
                await connection.execute(text(statement))


async def test_writers_of_several_processes_make_one_chain(
    address: str, database: Database
) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, address, f"who-{n}", stderr=asyncio.subprocess.PIPE
        )
        for n in range(4)
    ]
    for process in processes:
        _, errors = await asyncio.wait_for(process.communicate(), 120)
        assert process.returncode == 0, errors.decode()
    log = AuditLog(database)
    verdict = await log.verify()
    assert (verdict.entries, verdict.broken) == (100, 0)
    for n in range(4):
        mine = await log.entries(Wanted(who=f"who-{n}"))
        assert [entry.change.after["n"] for entry in reversed(mine)] == list(range(25))


async def test_a_log_that_is_away_says_so(sqlite_database: Database) -> None:
    log = AuditLog(sqlite_database)
    async with sqlite_database.writer.begin() as connection:
        await connection.execute(text("DROP TABLE audit_log"))
    with pytest.raises(StorageError):
        await log.append(change(1))


async def test_what_the_dialer_had_logged_begins_the_chain(database: Database) -> None:
    def move(to: str) -> None:
        def run(connection: Connection) -> None:
            config = module._config()
            config.attributes["connection"] = connection
            command.downgrade(config, to)

        return run  # type: ignore[return-value]

    async with database.writer.begin() as connection:
        await connection.run_sync(move("0009"))  # type: ignore[arg-type]
        for n, value in enumerate(('"draft"', '{"lines": 40}', None)):
            row = {"at": NOW + n, "value": value}
            as_json = "CAST(:value AS JSONB)" if database.backend == "postgresql" else ":value"
            await connection.execute(
                text(
                    "INSERT INTO dial_audit (at, campaign, who, what, before, after, why)"
                    f" VALUES (:at, 'winter', 'eve', 'state', {as_json}, NULL, 'monday')"
                ),
                row,
            )
    await migrate(database)
    log = AuditLog(database)
    await log.append(change(9))
    verdict = await log.verify()
    assert (verdict.entries, verdict.broken) == (4, 0)
    found = await log.entries(Wanted(object="winter"))
    assert [entry.change.before for entry in reversed(found)] == ["draft", {"lines": 40}, None]
    assert {entry.change.action for entry in found} == {"campaign.state"}
