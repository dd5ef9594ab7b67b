"""The sound of a recording, and each reason for there being none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contact_center.adapters.api.doors import NoSoundError
from contact_center.adapters.asterisk.errors import AriDisconnectedError
from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.sql.past import Past
from contact_center.app.sounds import MOST_AT_ONCE, Download, Sounds
from contact_center.core.facts import VoicemailLeft
from contact_center.core.ids import CallId, RecordingId
from tests.adapters.sql.stories import answered_call

MESSAGE = RecordingId("r-k1-3")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A history with one message."""
    opened = await open_database(f"sqlite:///{tmp_path}/center.db")
    left = VoicemailLeft(
        at=9, call=CallId("k1"), seq=2, recording=MESSAGE, box="b", url="stored/3", ms=5
    )
    await CallStore(opened, "US").write([answered_call("k1")[0], left])
    yield opened
    await opened.close()


async def told(
    database: Database, download: Download | None, name: RecordingId = MESSAGE
) -> tuple[int, str]:
    """What is said instead of a sound."""
    with pytest.raises(NoSoundError) as caught:
        await Sounds(Past(database), download).find(name)
    return caught.value.status, caught.value.code


async def fetched(url: str) -> bytes:
    return f"sound of {url}".encode()


async def gone(_url: str) -> bytes:
    raise AriDisconnectedError("no connection")


async def test_a_sound_is_fetched_by_the_name_the_network_gave_it(database: Database) -> None:
    assert await Sounds(Past(database), fetched).find(MESSAGE) == b"sound of stored/3"


async def test_each_reason_for_no_sound_is_told(database: Database) -> None:
    assert await told(database, fetched, RecordingId("r-k1-4")) == (404, "no_such_recording")
    assert await told(database, None) == (501, "no_sounds")
    assert await told(database, gone) == (502, "no_sound")
    async with database.writer.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE recordings")
    assert await told(database, fetched) == (503, "no_history")


async def test_only_a_few_are_held_at_once_and_room_is_made_again(database: Database) -> None:
    begun, may_end = asyncio.Semaphore(0), asyncio.Event()

    async def slow(url: str) -> bytes:
        begun.release()
        await may_end.wait()
        return url.encode()

    sounds = Sounds(Past(database), slow)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        asked = [group.create_task(sounds.find(MESSAGE)) for _ in range(MOST_AT_ONCE)]
        for _ in asked:
            await begun.acquire()
        with pytest.raises(NoSoundError, match="Others are being fetched"):
            await sounds.find(MESSAGE)
        may_end.set()
    assert [task.result() for task in asked] == [b"stored/3"] * MOST_AT_ONCE
    assert await sounds.find(MESSAGE) == b"stored/3"
