"""Messages to agents are kept with who read them, on both databases."""

from __future__ import annotations

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.notices import NoticeStore
from tests.core.test_notices import ANA, BEN, notice


async def test_messages_come_back_with_who_read_them_and_not_when_taken_back(
    database: Database,
) -> None:
    store = NoticeStore(database)
    kept, back = notice("n1", at=10, text="Café, 5 o'clock\x00"), notice("n2", at=20)
    for one in (kept, back, kept):
        await store.put(one)
    for _ in range(2):
        await store.read("n1", ANA, 15)
    await store.take_back("n2", 30)
    ((found, readers),) = await store.since(10)
    assert (found.text, found.agents, found.at, readers) == (
        "Café, 5 o'clock",
        (ANA, BEN),
        10,
        [ANA],
    )
    assert await store.since(11) == []


async def test_what_is_old_is_taken_out_with_who_read_it(database: Database) -> None:
    store = NoticeStore(database)
    for name, at in (("n1", 10), ("n2", 20)):
        await store.put(notice(name, at=at))
        await store.read(name, ANA, at)
    await store.forget(before=20)
    assert [(one.notice, readers) for one, readers in await store.since(0)] == [("n2", [ANA])]
