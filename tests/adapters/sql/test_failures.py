"""Databases that are locked, full, or gone: nothing that was taken is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from contact_center.adapters.sql.customers import Customers, LookupSettings
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import DatabaseUnavailableError
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.sql.records import CallRecords
from contact_center.adapters.sql.tables import interactions
from contact_center.adapters.sql.writer import WriterSettings
from contact_center.core.commands import FindCustomer
from contact_center.core.events import Customer, CustomerLookedUp, Event
from contact_center.core.ids import CallId, CommandId, CustomerId
from tests.adapters.sql.stories import answered_call, read, until
from tests.real import postgres

# Takes the write lock of the database it is given, says so, and keeps it until told to go.
LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


@asynccontextmanager
async def locked_by_another_process(database: Database) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        LOCKER,
        str(database.url.database),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 20) == b"locked\n"
        yield
    finally:
        await asyncio.wait_for(process.communicate(b"go\n"), 20)


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[CallRecords]:
    records = CallRecords(database, "US", WriterSettings(linger_s=0.01, max_back_off_s=0.2))
    await records.start()
    try:
        yield records
    finally:
        await records.close(deadline_s=10)


async def calls_in(database: Database) -> list[str]:
    return [row["call"] for row in await read(database, interactions)]


async def test_while_another_process_holds_the_lock_facts_wait(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with writing(sqlite_database) as records:
        async with locked_by_another_process(sqlite_database):
            records.publish(answered_call("k1"))
            await until(lambda: records.problem == "database is locked", "the problem shows")
            assert not records.healthy
            records.publish(answered_call("k2"))
            assert await calls_in(sqlite_database) == []
        assert await records.settled(timeout_s=20)
        assert await calls_in(sqlite_database) == ["k1", "k2"]
        assert records.healthy
        assert records.counts.retries > 0
        assert (records.counts.dropped, records.counts.rejected) == (0, 0)
    assert "facts cannot be written: database is locked" in caplog.text


async def test_a_database_that_cannot_be_written_is_noticed_without_calls(
    sqlite_database: Database,
) -> None:
    async with writing(sqlite_database) as records:
        assert await records.check() is None
        async with locked_by_another_process(sqlite_database):
            assert await records.check() == "database is locked"
        assert await records.check() is None


async def test_while_the_database_is_locked_lookups_are_answered(
    sqlite_database: Database,
) -> None:
    inbox: list[Event] = []
    async with writing(sqlite_database) as records:
        customers = Customers(sqlite_database, "US", inbox.append, records)
        await customers.put_customer(
            Customer(customer=CustomerId("c1"), name="Ann"), ["4155550101"]
        )
        await customers.start()
        async with locked_by_another_process(sqlite_database):
            records.publish(answered_call("k1"))
            customers.submit(
                FindCustomer(cmd=CommandId("1"), call=CallId("k2"), ani="+14155550101")
            )
            await until(lambda: bool(inbox), "an answer")
            with pytest.raises(DatabaseUnavailableError, match="locked"):
                await customers.put_customer(Customer(customer=CustomerId("c2"), name="Ben"))
        await customers.close()
    (answer,) = inbox
    assert isinstance(answer, CustomerLookedUp)
    assert [customer.name for customer in answer.customers] == ["Ann"]


async def test_closing_under_a_lock_keeps_to_its_deadline(sqlite_database: Database) -> None:
    records = CallRecords(sqlite_database, "US")
    await records.start()
    async with locked_by_another_process(sqlite_database):
        records.publish(answered_call("k1"))
        assert await asyncio.wait_for(records.close(deadline_s=0.2), 10) == 19


async def test_while_the_disk_is_full_facts_wait(sqlite_database: Database) -> None:
    async def limit(pages: int) -> None:
        # The limit belongs to the connection, and the writer has one, which is used again.
        await sqlite_database.write(
            lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar()
        )

    pages = await sqlite_database.read(
        lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    )
    calls = [f"k{number:03}" for number in range(60)]
    await limit(pages)
    async with writing(sqlite_database) as records:
        records.publish([fact for call in calls for fact in answered_call(call)])
        await until(lambda: "full" in records.problem, "the problem shows")
        assert records.waiting > 0
        await limit(1_000_000)
        assert await records.settled(timeout_s=20)
        assert await calls_in(sqlite_database) == calls
        assert records.healthy
        assert records.counts.dropped == 0


class KilledServer:
    """A PostgreSQL that is killed with -9, and started again with the same files and port."""

    def __init__(self, server: postgres.Postgres) -> None:
        process = Path("/proc") / str(server.pid)
        self._pid = server.pid
        self._command = (process / "cmdline").read_bytes().split(b"\0")[:-1]
        self._folder = (process / "cwd").resolve()
        status = process.stat()
        self._owner = {"user": status.st_uid, "group": status.st_gid, "extra_groups": []}
        self._again: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def start(self) -> None:
        """Start it; it refuses while the last one's children linger, so ask again and again."""
        if self._again is None or self._again.poll() is not None:
            self._again = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", "HOME": str(self._folder)},
                **(self._owner if os.getuid() == 0 else {}),  # type: ignore[call-overload]
            )

    def stop(self) -> None:
        if self._again is not None:
            self._again.send_signal(signal.SIGINT)
            self._again.wait(20)


@pytest.mark.real
async def test_a_postgresql_that_is_killed_and_comes_back_loses_nothing() -> None:
    inbox: list[Event] = []
    with postgres.running() as server:
        killed = KilledServer(server)
        database = await open_database(server.url(await server.create()))
        try:
            async with writing(database) as records:
                customers = Customers(
                    database, "US", inbox.append, records, LookupSettings(deadline_s=5)
                )
                await customers.start()
                records.publish(answered_call("k1"))
                assert await records.settled(timeout_s=20)
                question = FindCustomer(cmd=CommandId("1"), call=CallId("now"), ani="+14155550101")
                customers.submit(question)
                await until(lambda: len(inbox) == 1, "an answer while it runs")

                killed.kill()
                records.publish(answered_call("k2"))
                await until(lambda: bool(records.problem), "the problem shows")
                customers.submit(question)
                await until(lambda: len(inbox) == 2, "an answer while it is gone")
                records.publish(answered_call("k3"))

                def healthy() -> bool:
                    killed.start()
                    return records.healthy

                await until(healthy, "it is well again", deadline_s=60)
                assert await records.settled(timeout_s=20)
                customers.submit(question)
                await until(lambda: len(inbox) == 3, "an answer when it is back")
                assert await calls_in(database) == ["k1", "k2", "k3"]
                assert (records.counts.dropped, records.counts.rejected) == (0, 0)
                await customers.close()
        finally:
            await database.close()
            killed.stop()
    answers = [answer for answer in inbox if isinstance(answer, CustomerLookedUp)]
    assert [answer.failed for answer in answers] == [False, True, False]
    assert {past.call for past in answers[2].history} == {"k1", "k2", "k3"}


@pytest.mark.real
async def test_a_lookup_after_the_server_dropped_its_connections_is_answered(
    postgres_url: str,
) -> None:
    database = await open_database(postgres_url)
    try:
        customers = Customers(database, "US", lambda event: None)
        await customers.put_customer(
            Customer(customer=CustomerId("c1"), name="Ann"), ["4155550101"]
        )
        assert (await customers.find("+14155550101")).customers
        async with database.writer.connect() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        assert (await customers.find("+14155550101")).customers
    finally:
        await database.close()
