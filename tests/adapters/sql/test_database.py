from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from contact_center.adapters.sql.database import Database, connect, parse_url
from contact_center.adapters.sql.errors import DatabaseUnavailableError, DatabaseUrlError


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@host:5432/name", "postgresql+asyncpg"),
        ("postgres://u:p@host/name", "postgresql+asyncpg"),
        ("postgresql+psycopg://u:p@host/name", "postgresql+asyncpg"),
    ],
)
def test_the_driver_is_ours_to_choose(address: str, driver: str) -> None:
    assert parse_url(address).drivername == driver


@pytest.mark.parametrize(
    "address",
    ["", "center.db", "mysql://u:hunter2@host/name", "sqlite://", "sqlite:///:memory:", "://"],
)
def test_an_address_we_cannot_use_is_refused_with_a_hint(address: str) -> None:
    with pytest.raises(DatabaseUrlError) as caught:
        parse_url(address)
    assert "sqlite" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_port_that_no_database_can_have_is_refused() -> None:
    with pytest.raises(DatabaseUrlError, match="there is no port 99999"):
        parse_url("postgresql://u:hunter2@h:99999/name")


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(DatabaseUnavailableError, match="the folder /proc/nowhere of the database"):
        connect("sqlite:////proc/nowhere/center.db")


async def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/new/folder/center.db")
    async with database.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE t (x INTEGER)"))
    await database.close()
    assert (tmp_path / "new/folder/center.db").exists()


async def test_sqlite_runs_in_wal_with_foreign_keys(sqlite_database: Database) -> None:
    for engine in (sqlite_database.readers, sqlite_database.writer):
        async with engine.connect() as connection:
            settings = {
                name: await connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert settings == {
            "journal_mode": "wal",
            "synchronous": 1,
            "foreign_keys": 1,
            "busy_timeout": 1000,
        }


async def test_the_threads_of_sqlite_have_the_same_settings(sqlite_database: Database) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await sqlite_database.read(pragmas) == ["wal", 1, 1, 1000]
    assert await sqlite_database.write(pragmas) == ["wal", 1, 1, 1000]


async def test_a_change_that_fails_is_taken_back(database: Database) -> None:
    def change(connection: Connection) -> None:
        connection.execute(text("INSERT INTO customers VALUES ('c', '', '', '', '', '', '{}')"))
        raise RuntimeError

    def count(connection: Connection) -> int:
        return connection.execute(text("SELECT count(*) FROM customers")).scalar_one()

    with pytest.raises(RuntimeError):
        await database.write(change)
    assert await database.read(count) == 0


async def test_readers_see_what_was_committed_before_they_ask(database: Database) -> None:
    count = text("SELECT count(*) FROM customers")
    put = text("INSERT INTO customers VALUES (:c, '', '', '', '', '', '{}')")
    async with database.readers.connect() as reader:
        for number in range(3):
            assert await reader.scalar(count) == number
            async with database.writer.begin() as writer:
                await writer.execute(put, {"c": f"c{number}"})
                assert await reader.scalar(count) == number
