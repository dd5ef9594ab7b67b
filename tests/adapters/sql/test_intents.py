"""Legs that are to be dialled are written down once, in memory and in both databases alike."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.intents import KEPT_US, Intents
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.twilio.intents import RememberedIntents
from contact_center.core.ids import CallId, LegId
from contact_center.ports import DialIntent, IntentStore

NOW = 1_790_000_000_000_000
ANA = LegId("a-c1-e1-n1")


def intent(leg: str = ANA, at: int = NOW, to: str = "client:ana") -> DialIntent:
    return DialIntent(leg=LegId(leg), call=CallId("c1"), to=to, caller_id="+14155550100", at=at)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
async def store(request: pytest.FixtureRequest, tmp_path: str) -> AsyncIterator[IntentStore]:
    if request.param == "memory":
        yield RememberedIntents()
        return
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        name = await server.create()
        url = server.url(name)
    else:
        server, name, url = None, "", f"sqlite:///{tmp_path}/center.db"
    database = await open_database(url)
    yield Intents(database)
    await database.close()
    if server is not None:
        await server.drop(name)


async def test_a_leg_is_begun_once_whatever_became_of_it(store: IntentStore) -> None:
    assert await store.begin(intent())
    assert not await store.begin(intent(to="client:ben"))
    await store.found(ANA, "CA1")
    await store.over(ANA)
    assert not await store.begin(intent())


async def test_what_is_open_is_told_oldest_first_with_what_the_provider_calls_it(
    store: IntentStore,
) -> None:
    for leg, at in (("b", NOW + 2), ("a", NOW + 1), ("gone", NOW)):
        assert await store.begin(intent(leg, at))
    await store.found(LegId("b"), "CA2")
    await store.over(LegId("gone"))
    first, second = await store.still_open()
    assert first == intent("a", NOW + 1)
    assert (second.leg, second.sid, second.to) == ("b", "CA2", "client:ana")


async def test_of_a_leg_that_nobody_began_nothing_is_kept(store: IntentStore) -> None:
    await store.found(ANA, "CA1")
    await store.over(ANA)
    assert list(await store.still_open()) == []


async def test_what_is_over_for_long_is_forgotten_and_what_is_open_never(
    sqlite_database: Database,
) -> None:
    store = Intents(sqlite_database)
    await store.begin(intent("open"))
    await store.begin(intent("over"))
    await store.over(LegId("over"))
    assert await store.begin(intent("late", NOW + KEPT_US + 1))
    assert [each.leg for each in await store.still_open()] == ["open", "late"]
    assert await store.begin(intent("over", NOW + KEPT_US + 2))


async def test_without_a_database_nothing_is_begun(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with sqlite_database.writer.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE dial_intents")
    store = Intents(sqlite_database)
    assert not await store.begin(intent())
    assert list(await store.still_open()) == []
    assert "the database is away" in caplog.text
    assert "client:ana" not in caplog.text
