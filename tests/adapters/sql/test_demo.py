from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.demo import seed
from contact_center.adapters.sql.errors import DatabaseUnavailableError
from contact_center.adapters.sql.tables import customers, interactions, phone_numbers, segments
from tests.adapters.sql.stories import everything, read

NOW = 1_800_000_000_000_000


async def test_the_demo_has_a_dozen_customers_with_a_believable_past(database: Database) -> None:
    assert await seed(database, NOW) == 12
    assert len(await read(database, customers)) == 12
    numbers = await read(database, phone_numbers)
    assert all(row["number"].startswith("+141555501") for row in numbers)
    assert len({row["number"] for row in numbers}) < len(numbers)  # some share one
    calls = await read(database, interactions)
    assert len(calls) > 15
    assert {row["outcome"] for row in calls} == {"answered", "abandoned"}
    for row in calls:
        assert row["started_at"] < row["ended_at"] < NOW
        assert row["customer"].startswith("demo-")
    assert {row["kind"] for row in await read(database, segments)} >= {"ivr", "wait", "talk"}


async def test_seeding_again_changes_nothing(database: Database) -> None:
    await seed(database, NOW)
    before = await everything(database)
    assert await seed(database, NOW + 999_999_999) == 0
    assert await everything(database) == before


async def test_a_demo_customer_pops_with_history(database: Database) -> None:
    await seed(database, NOW)
    found = await Customers(database, "US", lambda event: None).find("415 555 0103")
    assert [customer.name for customer in found.customers] == ["Aisha Khan"]
    assert [past.disposition for past in found.history][:2] == ["replacement", "advice_given"]


async def test_a_database_that_takes_nothing_is_said_to_be_unavailable(
    sqlite_database: Database,
) -> None:
    path = sqlite_database.url.database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(DatabaseUnavailableError, match="cannot be used: database is locked"):
            await seed(sqlite_database, NOW)
