"""Breaks from one queue alone are kept and added up, on both databases."""

from __future__ import annotations

import dataclasses

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.queue_pauses import QueuePauseTimes
from contact_center.core.ids import AgentId
from contact_center.reporting.queue_pauses import PauseBook
from tests.reporting.test_queue_pauses import LOG

S = 1_000_000


async def test_the_database_adds_up_what_the_fold_adds_up(database: Database) -> None:
    store = CallStore(database, "US")
    await store.write(LOG)
    await CallStore(database, "US").write(LOG)  # told again after a restart
    times = QueuePauseTimes(database)
    for begin, end in [(0, 100 * S), (15 * S, 35 * S), (90 * S, 91 * S)]:
        folded = PauseBook(begin, end)
        folded.take(LOG)
        assert (await times.book(begin, end)).plain() == folded.plain()


async def test_a_queue_and_an_agent_may_be_chosen(database: Database) -> None:
    await CallStore(database, "US").write(LOG)
    times = QueuePauseTimes(database)
    bobs = (await times.book(0, 100 * S, agent="bob")).plain()
    assert [row["queue"] for row in bobs] == ["support"]
    assert (await times.book(0, 100 * S, agent="bob", queue="sales")).plain() == []


async def test_a_beginning_that_is_told_late_does_not_open_a_break_again(
    database: Database,
) -> None:
    began, over = LOG[0], LOG[1]
    await CallStore(database, "US").write([over])
    await CallStore(database, "US").write([began])
    [row] = (await QueuePauseTimes(database).book(0, 100 * S)).plain()
    assert (row["times"], row["open"], row["spent_s"]) == (1, 0, 10.0)


async def test_whatever_reason_somebody_gives_is_kept(database: Database) -> None:
    odd = dataclasses.replace(LOG[0], agent=AgentId("zoe"), reason="a\x00b\ud800")
    await CallStore(database, "US").write([odd])
    [row] = (await QueuePauseTimes(database).book(0, 100 * S, agent="zoe")).plain()
    assert row["open"] == 1
