from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import DatabaseUnavailableError
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.sql.past import Past
from contact_center.core.facts import (
    AgentOffered,
    CallConnected,
    CallFact,
    OfferEnded,
    OfferResult,
    VoicemailLeft,
    Why,
)
from contact_center.core.ids import CallId, RecordingId, ReservationId, reservation_id
from contact_center.core.outcomes import Decided
from tests.adapters.sql.stories import answered_call

WHY = Why(decided=list(Decided)[-1], strategy="best_skilled", agents=7, tier=2, rank=-3)


def one_call() -> tuple[list[CallFact], ReservationId]:
    """A call with one offer, named as the core names them."""
    facts = answered_call("k1")
    name = reservation_id(CallId("k1"), 3, 1)
    for number, fact in enumerate(facts):
        if isinstance(fact, AgentOffered):
            facts[number] = replace(fact, reservation=name, why=WHY)
        elif isinstance(fact, OfferEnded | CallConnected):
            facts[number] = replace(fact, reservation=name)
    return facts, name


async def test_after_a_restart_an_offer_is_found_with_all_its_reasons(address: str) -> None:
    facts, name = one_call()
    before = await open_database(address)
    await CallStore(before, "US").write([*facts, *answered_call("k2")])
    await before.close()
    after = await open_database(address)
    found = await Past(after).offer(name)
    await after.close()
    assert found is not None
    assert found.made in facts
    assert found.made.why == WHY
    assert found.result is OfferResult.CONNECTED


async def test_an_offer_without_an_end_is_told_without_one(database: Database) -> None:
    facts, name = one_call()
    cut = next(n for n, fact in enumerate(facts) if isinstance(fact, AgentOffered)) + 1
    await CallStore(database, "US").write(facts[:cut])
    found = await Past(database).offer(name)
    assert found is not None
    assert found.result is None


@pytest.mark.parametrize("name", ["k1-e3-n2", "k9-e3-n1", "nothing", "k1'; --"])
async def test_what_never_was_offered_is_not_found(name: str, sqlite_database: Database) -> None:
    await CallStore(sqlite_database, "US").write(one_call()[0])
    assert await Past(sqlite_database).offer(ReservationId(name)) is None


async def test_a_database_that_is_away_is_told_as_such(sqlite_database: Database) -> None:
    await CallStore(sqlite_database, "US").write(one_call()[0])
    async with sqlite_database.writer.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE events")
    with pytest.raises(DatabaseUnavailableError):
        await Past(sqlite_database).offer(one_call()[1])


async def test_where_a_recording_is_can_be_asked(database: Database) -> None:
    left = VoicemailLeft(
        at=9, call=CallId("k-7"), seq=2, recording=RecordingId("r-k-7-3"), box="b", url="u/3", ms=5
    )
    started = replace(answered_call("k1")[0], call=CallId("k-7"))
    await CallStore(database, "US").write([started, left])
    assert await Past(database).recording(RecordingId("r-k-7-3")) == "u/3"
    for other in ("r-k-7-4", "r-k-7", "k-7", "r-", ""):
        assert await Past(database).recording(RecordingId(other)) is None


async def test_recordings_are_listed_newest_first(database: Database) -> None:
    left = [
        VoicemailLeft(
            at=at,
            call=CallId(call),
            seq=2,
            recording=RecordingId(f"r-{call}-3"),
            box="general",
            url="u/3",
            ms=5,
        )
        for at, call in ((9, "k-7"), (12, "k-8"), (11, "k-9"))
    ]
    await CallStore(database, "US").write(left)
    rows = await Past(database).recordings(2)
    assert [row[0] for row in rows] == ["r-k-8-3", "r-k-9-3"]
    assert rows[0] == ("r-k-8-3", "k-8", "voicemail", "general", 12, 5)
