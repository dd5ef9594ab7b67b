from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from contact_center.adapters.sql import (  # noqa: F401 -- tables of their own
    article_votes,
    audit,
    case_files,
    case_tables,
    customer_tables,
)
from contact_center.adapters.sql import migrate as module
from contact_center.adapters.sql.database import Database, connect
from contact_center.adapters.sql.errors import DatabaseTooNewError, DatabaseUnavailableError
from contact_center.adapters.sql.migrate import head_revision, migrate, open_database
from contact_center.adapters.sql.tables import metadata

OPEN = """
import asyncio, sys
from contact_center.adapters.sql.migrate import open_database
async def main():
    database = await open_database(sys.argv[1])
    await database.close()
asyncio.run(main())
"""


async def revisions(database: Database) -> list[str]:
    async with database.readers.connect() as connection:
        found = await connection.execute(text("SELECT version_num FROM alembic_version"))
        return [row[0] for row in found]


async def test_the_migrated_schema_is_the_one_in_the_code(database: Database) -> None:
    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, metadata)

    async with database.readers.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert await revisions(database) == [head_revision()]


async def test_keys_and_foreign_keys_are_the_ones_in_the_code(database: Database) -> None:
    """Comparing metadata leaves these out."""

    def keys(connection: Connection) -> dict[str, object]:
        seen = inspect(connection)
        return {
            name: (
                seen.get_pk_constraint(name)["constrained_columns"],
                sorted(
                    (key["constrained_columns"], key["referred_table"], key["options"])
                    for key in seen.get_foreign_keys(name)
                ),
            )
            for name in metadata.tables
        }

    expected = {
        name: (
            [column.name for column in table.primary_key],
            sorted(
                (
                    [column.name for column in key.columns],
                    key.referred_table.name,
                    {"ondelete": key.ondelete},
                )
                for key in table.foreign_key_constraints
            ),
        )
        for name, table in metadata.tables.items()
    }
    async with database.readers.connect() as connection:
        assert await connection.run_sync(keys) == expected


async def test_opening_again_changes_nothing(address: str, database: Database) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(
            text("INSERT INTO customers VALUES ('c1', 'Ann', '', '', '', '', '{}')")
        )
    again = await open_database(address)
    try:
        async with again.readers.connect() as reader:
            assert await reader.scalar(text("SELECT name FROM customers")) == "Ann"
    finally:
        await again.close()


async def test_processes_that_start_together_do_not_race(address: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN, address, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]
    for process in processes:
        _, errors = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, errors.decode()
    database = connect(address)
    try:
        assert await revisions(database) == [head_revision()]
    finally:
        await database.close()


async def test_a_database_from_the_future_is_refused(address: str, database: Database) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNewError, match=r"revision 9999.*newer version"):
        await open_database(address)


async def test_a_migration_that_fails_leaves_nothing_behind(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def upgrade_and_fail(*arguments: object) -> None:
        upgrade(*arguments)  # type: ignore[arg-type]
        raise OSError("no space left on device")

    monkeypatch.setattr(module.command, "upgrade", upgrade_and_fail)
    with pytest.raises(DatabaseUnavailableError, match="no space left"):
        await open_database(address)
    monkeypatch.undo()
    database = connect(address)
    try:
        async with database.readers.connect() as connection:
            assert await connection.run_sync(lambda c: inspect(c).get_table_names()) == []
        await migrate(database)
        assert await revisions(database) == [head_revision()]
    finally:
        await database.close()


async def test_going_back_leaves_an_empty_database(database: Database) -> None:
    def down(connection: Connection) -> list[str]:
        config = module._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        return inspect(connection).get_table_names()

    async with database.writer.begin() as connection:
        assert await connection.run_sync(down) == ["alembic_version"]


async def test_a_locked_database_cannot_be_migrated_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "center.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    database = connect(f"sqlite:///{path}")
    try:
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            await migrate(database, lock_wait_s=0.1)
        other.execute("ROLLBACK")
        await migrate(database)
    finally:
        other.close()
        await database.close()


async def test_a_locked_database_that_is_up_to_date_opens(sqlite_database: Database) -> None:
    other = sqlite3.connect(str(sqlite_database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        await migrate(sqlite_database, lock_wait_s=0.1)
    finally:
        other.close()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "center.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseUnavailableError, match="not a database"):
        await open_database(f"sqlite:///{tmp_path}/center.db")


async def test_a_server_that_is_not_there_is_reported_without_the_password() -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        await open_database("postgresql://user:hunter2@127.0.0.1:1/center")
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
