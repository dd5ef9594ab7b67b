"""The dialer's storage as the live process wants it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.migrate import open_database
from contact_center.app.dial_store import LiveStore
from contact_center.runtime.dialing.store import StoreAwayError
from dialer.ids import AgentId, LeadId
from dialer.lead import Callback
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import ANYWHERE, CAMPAIGN, DAY, NOW

ANA = AgentId("ana")


async def test_a_number_an_agent_asks_for_is_the_leads_who_has_it_or_a_new_ones(
    tmp_path: Path,
) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/d.db")
    try:
        await book.put(database, {"lead": "a", "name": "Ann"})
        store = LiveStore(DialStore(database, (ANYWHERE,)), Looking(database))
        known = await store.claim_number(CAMPAIGN, book.number_of(0), ANA, NOW)
        assert known is not None
        assert (known.lead, known.name) == ("a", "Ann")
        assert await store.claim_number(CAMPAIGN, book.number_of(0), ANA, NOW) is None  # held
        new = await store.claim_number(CAMPAIGN, "+14155550177", ANA, NOW)
        assert new is not None
        (number,) = new.numbers
        assert (number.number, number.region) == ("+14155550177", "US-CA")
        assert number.zones == ("America/Los_Angeles",)
        assert await store.claim_number(CAMPAIGN, "12", ANA, NOW) is None
    finally:
        await database.close()


async def test_a_promise_that_nobody_keeps_becomes_a_task_once(tmp_path: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/d.db")
    try:
        await book.put(database, {"lead": "a"})
        store = LiveStore(DialStore(database, (ANYWHERE,)), Looking(database))
        promise = Callback(
            lead=LeadId("a"),
            due_at=NOW,
            local="2026-11-18T12:00",
            zone="America/New_York",
            number=book.number_of(0),
        )
        await store.sql.promise(CAMPAIGN.campaign, promise, "ana", NOW)
        assert await store.keep_house(NOW + DAY * 3) == 1
        assert await store.keep_house(NOW + DAY * 3) == 0
        (task,) = await store.sql.tasks()
        assert task.lead == "a"
    finally:
        await database.close()


async def test_a_database_that_is_away_is_told_in_the_runners_words(tmp_path: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/d.db")
    try:
        store = LiveStore(DialStore(database, (ANYWHERE,)), Looking(database))
        await database.write(lambda connection: connection.exec_driver_sql("DROP TABLE attempts"))
        with pytest.raises(StoreAwayError):
            await store.windows(CAMPAIGN, NOW)
    finally:
        await database.close()
