"""Orders that no index has: the best come first, and nobody who is gone."""

from __future__ import annotations

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import shortlists
from dialer.campaign import ListShare
from dialer.ids import ListId
from dialer.lead import LeadState
from tests.adapters.sql.dialing.book import NOW, SECOND, campaign, names, put, store

OLDEST = campaign(ListShare(list=ListId("l"), order=("oldest",)))


async def test_claims_go_on_in_order_when_the_shortlist_is_at_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlists, "SHORTLISTED", 5)
    await put(database, *({"ready": 1} for _ in range(12)))
    dial = store(database)
    got = [names((await dial.claim(OLDEST, 4, NOW)).leads) for _ in range(4)]
    assert [name for part in got for name in part] == [f"a{n}" for n in range(12)]
    assert [len(part) for part in got] == [4, 4, 4, 0]


async def test_who_was_suppressed_or_taken_since_is_not_claimed_from_it(
    database: Database,
) -> None:
    await put(database, *({"ready": 1} for _ in range(6)))
    dial, other = store(database), store(database)
    assert names((await dial.claim(OLDEST, 1, NOW)).leads) == ["a0"]
    assert names((await other.claim(OLDEST, 1, NOW)).leads) == ["a1"]
    gone = f"UPDATE leads SET state = '{LeadState.DONE.value}', ready = 0 WHERE lead = 'a2'"
    await database.write(lambda c: c.exec_driver_sql(gone) and None)
    assert names((await dial.claim(OLDEST, 2, NOW + SECOND)).leads) == ["a3", "a4"]


async def test_leads_that_come_later_are_seen_within_seconds_or_with_new_settings(
    database: Database,
) -> None:
    await put(database, *({"ready": 1} for _ in range(20)))
    dial = store(database)
    await dial.claim(OLDEST, 1, NOW)
    await put(database, {"lead": "first", "added_at": 1, "ready": 1})
    assert names((await dial.claim(OLDEST, 1, NOW + SECOND)).leads) == ["a1"]
    assert names((await dial.claim(OLDEST, 1, NOW + 11 * SECOND)).leads) == ["first"]
    await put(database, {"lead": "second", "added_at": 2, "ready": 1})
    changed = campaign(OLDEST.lists[0], weight=2)
    assert names((await dial.claim(changed, 1, NOW + 12 * SECOND)).leads) == ["second"]
