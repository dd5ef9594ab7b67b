from __future__ import annotations

from contact_center.adapters.sql.customers import put_customers
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.screen_pop import _history, find
from contact_center.core.events import Customer
from contact_center.core.ids import CustomerId


async def test_history_walks_indexes_and_sorts_only_what_it_found(
    sqlite_database: Database,
) -> None:
    for known in (0, 1, 3):
        query = _history(known).compile(sqlite_database.readers.sync_engine)
        async with sqlite_database.readers.connect() as connection:
            values = {**dict.fromkeys(query.params, ""), "number": "+14155550101"}
            positional = tuple(values.get(name, 10) for name in query.positiontup or ())
            plan = await connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query.string}", positional
            )
            steps = [row[3] for row in plan]
        assert not [step for step in steps if step.startswith("SCAN interactions")], steps
        searches = [step for step in steps if step.startswith("SEARCH interactions")]
        assert len(searches) == known + 1, steps
        assert all("USING INDEX ix_interactions_" in step for step in searches)


async def test_a_number_shared_by_a_crowd_shows_ten(database: Database) -> None:
    crowd = [Customer(customer=CustomerId(f"c{n:02}"), name=f"Person {n}") for n in range(30)]
    await put_customers(database, "US", [(person, ["+14155550101"]) for person in crowd])
    found = await database.read(lambda connection: find(connection, "+14155550101"))
    assert found.customers == tuple(crowd[:10])
    assert found.history == ()
