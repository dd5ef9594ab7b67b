from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.records import CallRecords
from contact_center.adapters.sql.tables import agent_states, events, interactions
from contact_center.adapters.sql.writer import WriterSettings
from contact_center.core.facts import ProviderChanged, QueueChanged
from contact_center.core.ids import QueueId
from tests.adapters.sql.stories import agent_state, answered_call, read, until


@asynccontextmanager
async def writing(database: Database, **settings: Any) -> AsyncIterator[CallRecords]:
    records = CallRecords(database, "US", WriterSettings(**settings))
    await records.start()
    try:
        yield records
    finally:
        await records.close(deadline_s=10)


class Gate:
    """Holds the writer back, as a database that does not answer would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.sizes: list[int] = []
        write = CallStore.write

        async def held(store: CallStore, facts: Sequence[Any]) -> int:
            self.sizes.append(len(facts))
            await self.open.wait()
            return await write(store, facts)

        monkeypatch.setattr(CallStore, "write", held)


async def test_published_facts_are_in_the_tables_once_settled(database: Database) -> None:
    async with writing(database) as records:
        records.publish([*answered_call("k1"), agent_state(1)])
        assert await records.settled(timeout_s=10)
        assert [row["outcome"] for row in await read(database, interactions)] == ["answered"]
        assert len(await read(database, agent_states)) == 1
        assert (records.counts.published, records.counts.settled) == (20, 20)
        assert records.healthy


async def test_states_that_are_not_history_pass_by(database: Database) -> None:
    queue = QueueChanged(
        at=1, queue=QueueId("q"), waiting=0, offering=0, idle=0, logged_in=0, oldest_since=None
    )
    async with writing(database) as records:
        records.publish([queue, ProviderChanged(at=1, provider="x", up=True)])
        assert records.waiting == 0
        assert await records.settled(timeout_s=0)


async def test_a_lookup_does_not_wait_for_the_writer_to_linger(database: Database) -> None:
    async with writing(database, linger_s=3600) as records:
        for number in range(3):
            records.publish(answered_call(f"k{number}"))
            assert await records.settled(timeout_s=10)
        assert len(await read(database, interactions)) == 3


async def test_facts_of_a_moment_go_in_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    gate.open.set()
    async with writing(database, linger_s=3600) as records:
        for fact in answered_call("k1"):
            records.publish([fact])
        assert await records.settled(timeout_s=10)
        assert gate.sizes == [19]


async def test_batches_are_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    gate.open.set()
    async with writing(database, max_batch=50) as records:
        records.publish([fact for n in range(10) for fact in answered_call(f"k{n}")])
        assert await records.settled(timeout_s=10)
        assert max(gate.sizes) == 50
        assert len(await read(database, interactions)) == 10


async def test_when_the_queue_is_full_the_oldest_stay_and_the_rest_is_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(monkeypatch)
    async with writing(database, max_waiting=19) as records:
        records.publish(answered_call("k1") + answered_call("k2"))
        records.publish(answered_call("k3"))
        assert records.waiting == 19
        assert records.counts.dropped == 38
        assert not records.healthy
        gate.open.set()
        assert await records.settled(timeout_s=10)
        assert [row["call"] for row in await read(database, interactions)] == ["k1"]
        assert records.healthy
        records.publish(answered_call("k2"))
        assert await records.settled(timeout_s=10)
        assert len(await read(database, interactions)) == 2
    assert [r.message for r in caplog.records if "dropped," in r.message] == [
        "the queue to the database is full (19 facts): new facts are dropped, "
        "the journal still has them"
    ]


async def test_settled_gives_up_in_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    async with writing(database) as records:
        records.publish(answered_call("k1"))
        assert not await records.settled(timeout_s=0.01)
        gate.open.set()
        assert await records.settled(timeout_s=10)


async def test_closing_writes_what_is_left(database: Database) -> None:
    records = CallRecords(database, "US", WriterSettings(linger_s=3600))
    await records.start()
    records.publish(answered_call("k1"))
    assert await records.close(deadline_s=10) == 0
    assert len(await read(database, events)) == 19


async def test_closing_has_a_deadline_and_says_what_was_not_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    Gate(monkeypatch)
    records = CallRecords(database, "US")
    await records.start()
    records.publish(answered_call("k1"))
    waiter = asyncio.ensure_future(records.settled())
    await until(lambda: records.waiting > 0, "facts wait")
    assert await records.close(deadline_s=0.01) == 19
    assert await waiter is False


async def test_closing_what_was_never_started_is_fine(database: Database) -> None:
    assert await CallRecords(database, "US").close() == 0


async def test_a_fact_no_database_takes_does_not_keep_the_others_out(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with writing(database, linger_s=3600) as records:
        records.publish([*answered_call("k1"), agent_state(2**70), *answered_call("k2")])
        assert await records.settled(timeout_s=10)
        assert records.counts.rejected == 1
        assert len(await read(database, interactions)) == 2
        assert records.healthy
    assert "a fact of kind AgentChanged cannot be stored" in caplog.text
    assert "4155550101" not in caplog.text


async def test_a_writer_that_died_is_a_problem(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("bug")

    async with writing(database) as records:
        monkeypatch.setattr(records, "_settle", broken)
        records.publish(answered_call("k1"))
        await until(lambda: bool(records.problem), "the problem shows")
        assert records.problem == "the writer stopped"
        assert not records.healthy
