"""The database counts visits as the fold does, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.node_visits import NodeVisits
from contact_center.adapters.sql.tables import interactions, node_visits
from contact_center.reporting.flow_book import FlowQuestion
from contact_center.reporting.flow_fold import fold_flow
from tests.adapters.sql.stories import read
from tests.reporting.test_flow_fold import ASKED, LOG, S


async def kept(database: Database) -> NodeVisits:
    store = CallStore(database, "US")
    await store.write(LOG[::2])
    await store.write(LOG)
    await CallStore(database, "US").write(LOG)  # told again after a restart
    return NodeVisits(database)


@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        replace(ASKED, zero_outs=None, successes=frozenset()),
        replace(ASKED, begin=0, end=400 * S, until=2 * ASKED.until),
        replace(ASKED, flow="cards"),
        replace(ASKED, flow="nobody's"),
    ],
    ids=["all", "plainly", "early", "cards", "nothing"],
)
async def test_the_database_counts_what_the_fold_counts(
    database: Database, asked: FlowQuestion
) -> None:
    visits = await kept(database)
    assert await visits.book(asked) == fold_flow(LOG, asked)


async def test_a_large_flow_has_as_many_ways_to_a_person_as_it_has(database: Database) -> None:
    visits = await kept(database)
    ways = {f"node{n}/global:{key}" for n in range(10_000) for key in "0*#9"}
    asked = replace(
        ASKED,
        zero_outs=frozenset(ways | (ASKED.zero_outs or set())),
        successes=frozenset({f"milestone{n}" for n in range(40_000)} | ASKED.successes),
    )
    assert await visits.book(asked) == replace(fold_flow(LOG, ASKED), asked=asked)


async def test_visits_go_with_their_call(database: Database) -> None:
    await kept(database)
    assert len(await read(database, node_visits)) == sum(1 for f in LOG if hasattr(f, "edge"))
    async with database.writer.begin() as connection:
        await connection.execute(delete(interactions))
    assert await read(database, node_visits) == []
