from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.projection import TABLES, Row, project
from contact_center.adapters.sql.tables import agent_states, events, interactions, metadata
from contact_center.core.facts import CallFact, Work
from tests.adapters.sql.stories import agent_state, answered_call, everything, histories, read, wipe


def projected(facts: list[CallFact]) -> dict[str, list[Row]]:
    """The rows that these facts of several calls come to."""
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for call in {fact.call for fact in facts}:
        of_call = project([fact for fact in facts if fact.call == call], "US")
        for table, found in of_call.items():
            rows[table].extend(found.values())
    return {
        name: sorted(
            found, key=lambda row: [row[c.name] for c in metadata.tables[name].primary_key]
        )
        for name, found in rows.items()
    }


async def stored(database: Database) -> dict[str, list[Row]]:
    rows = await everything(database)
    return {table: rows[table] for table in TABLES}


async def test_a_call_fills_the_tables_as_its_facts_come_in(database: Database) -> None:
    store = CallStore(database, "US")
    facts = answered_call("k1", customer="c1")
    for fact in facts:
        assert await store.write([fact]) == 1
    assert await stored(database) == projected(facts)
    assert [row["seq"] for row in await read(database, events)] == [fact.seq for fact in facts]


async def test_facts_told_again_change_nothing(database: Database) -> None:
    facts = answered_call("k1") + answered_call("k2", ani="", at=7)
    first = CallStore(database, "US")
    assert await first.write(facts) == len(facts)
    before = await everything(database)
    for store in (first, CallStore(database, "US")):  # with and without memory: a restart
        for prefix in (1, 5, len(facts)):
            assert await store.write(facts[:prefix]) == 0
    assert await everything(database) == before


async def test_facts_that_were_dropped_may_come_later(database: Database) -> None:
    facts = answered_call("k1")
    store = CallStore(database, "US")
    await store.write(facts[:4])
    await store.write(facts[9:])
    await CallStore(database, "US").write(facts)
    assert await stored(database) == projected(facts)


async def test_a_store_with_little_memory_writes_the_same(database: Database) -> None:
    calls = [answered_call(f"k{n}", at=n) for n in range(5)]
    store = CallStore(database, "US", remembered=1)
    for step in zip(*calls, strict=True):
        await store.write(list(step))
    assert await stored(database) == projected([fact for call in calls for fact in call])


async def test_two_stores_that_take_turns_agree(database: Database) -> None:
    """As when another process takes a call over, and gives it back."""
    one, two = CallStore(database, "US"), CallStore(database, "US")
    facts = answered_call("k1")
    for start in range(0, len(facts), 3):
        await (one if start % 2 else two).write(facts[start : start + 3])
    assert await stored(database) == projected(facts)


async def test_agents_states_are_kept_once(database: Database) -> None:
    states = [agent_state(1), agent_state(2, Work.TALKING), agent_state(2, Work.WRAP_UP)]
    for _ in range(2):
        await CallStore(database, "US").write(states)
    kept = await read(database, agent_states)
    assert [(row["at"], row["work"]) for row in kept] == [
        (1, "idle"),
        (2, "talking"),
        (2, "wrap_up"),
    ]


async def test_a_batch_goes_in_whole_or_not_at_all(database: Database) -> None:
    store = CallStore(database, "US")
    facts = answered_call("k1")
    bad = agent_state(2**70)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the drivers do not agree on a type
        await store.write([*facts, bad])
    assert await read(database, interactions) == []
    assert await read(database, events) == []
    assert await store.write(facts) == len(facts)
    assert await stored(database) == projected(facts)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(histories(calls=("k1", "k2", "k3")), st.data())
async def test_any_prefixes_told_any_number_of_times_come_to_the_same_rows(
    database: Database, facts: list[CallFact], data: st.DataObject
) -> None:
    await wipe(database)
    store = CallStore(database, "US", remembered=data.draw(st.integers(0, 3)))
    for _ in range(data.draw(st.integers(0, 3))):
        told = facts[: data.draw(st.integers(0, len(facts)))]
        size = data.draw(st.integers(1, 30))
        for start in range(0, len(told), size):
            await store.write(told[start : start + size])
        if data.draw(st.booleans()):
            store = CallStore(database, "US")
    await store.write(facts)
    assert await stored(database) == projected(facts)
