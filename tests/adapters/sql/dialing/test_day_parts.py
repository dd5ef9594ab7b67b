"""A quota for each part of the day: held at claim and originate, by what was really tried."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore
from dialer.attempt import Source, Verdict
from dialer.campaign import ListShare
from dialer.day_parts import DayParts, usual
from dialer.ids import LeadId, ListId
from dialer.lead import LeadState
from dialer.messages import AttemptOpened, AttemptRefused
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import ANYWHERE, CAMPAIGN, HOUR, MINUTE, number_of

QUOTA = DayParts(days=3, parts=usual(most=1))
WITH_PARTS = book.campaign(day_parts=QUOTA)
OTHER = book.campaign(ListShare(list=ListId("m")), name="autumn")


def at(text: str) -> int:
    """An instant by the clock of the leads."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))
    return int(moment.timestamp()) * 1_000_000


async def tried(
    dial: DialStore, now: int, verdict: Verdict = Verdict.NO_ANSWER, campaign: Any = CAMPAIGN
) -> None:
    """Dial the one lead of a campaign that is due; it is due again in a minute."""
    (lead,) = (await dial.claim(campaign, 1, now)).leads
    answer = await dial.open_attempt(campaign, book.asked(lead), now)
    assert isinstance(answer, AttemptOpened), answer
    due = now + MINUTE
    ended = book.closed(answer, verdict, LeadState.OPEN, now + MINUTE // 2, due_at=due)
    await dial.close_attempt(ended, now + MINUTE // 2)


async def test_a_lead_rests_when_its_part_of_the_day_is_used_up_and_is_never_lost(
    database: Database,
) -> None:
    dial = book.store(database)
    await book.put(database, {"numbers": [number_of(1), number_of(2)]})
    now = at("2026-11-23T09:00")
    for expected in ("23T12:00", "23T17:00", "26T08:00", "26T12:00", "26T17:00", "29T08:00"):
        await tried(dial, now, campaign=WITH_PARTS)
        answer = await dial.claim(WITH_PARTS, 1, now + HOUR // 2)
        assert answer.leads == ()
        row = await book.lead_row(database, "a0")
        now = at(f"2026-11-{expected}")
        assert (row.state, row.due_at) == ("open", now)
        assert row.refused[0].startswith(("day_part:", "no_day_part"))


async def test_another_campaign_and_the_partys_other_leads_use_the_part_up_too(
    database: Database,
) -> None:
    dial = book.store(database)
    await book.put(database, {"lead": "m0", "party": "ann"}, list_="m")
    await book.put(database, {"lead": "l0", "party": "ann"})
    await tried(dial, at("2026-11-23T09:00"), campaign=OTHER)
    assert (await dial.claim(WITH_PARTS, 1, at("2026-11-23T10:00"))).leads == ()
    row = await book.lead_row(database, "l0")
    assert (row.state, row.due_at, row.refused) == (
        "open",
        at("2026-11-23T12:00"),
        ["day_part:morning"],
    )


async def test_what_was_tried_after_the_claim_is_seen_when_the_call_is_to_be_made(
    database: Database,
) -> None:
    dial = book.store(database)
    await book.put(database, {"lead": "m0", "party": "ann"}, list_="m")
    await book.put(database, {"lead": "l0", "party": "ben", "numbers": [number_of(0)]})
    ten = at("2026-11-23T10:00")
    (claimed,) = (await dial.claim(WITH_PARTS, 1, ten)).leads
    await tried(dial, ten, campaign=OTHER)  # by hand, or by another process, on the same number
    answer = await dial.open_attempt(WITH_PARTS, book.asked(claimed), ten + MINUTE)
    assert isinstance(answer, AttemptRefused)
    assert answer.reasons == ("day_part:morning",)


async def test_an_agent_who_asks_may_call_and_that_counts(database: Database) -> None:
    dial = book.store(database)
    await book.put(database, {})
    nine = at("2026-11-23T09:00")
    await tried(dial, nine, campaign=WITH_PARTS)
    lead = await dial.claim_lead(WITH_PARTS, nine + HOUR, lead=LeadId("a0"))
    assert lead is not None
    by_hand = book.asked(lead, agent="mia", source=Source.MANUAL)
    answer = await dial.open_attempt(WITH_PARTS, by_hand, nine + HOUR)
    assert isinstance(answer, AttemptOpened)


async def test_what_never_went_out_uses_nothing_up(database: Database) -> None:
    dial = book.store(database)
    await book.put(database, {})
    nine = at("2026-11-23T09:00")
    await tried(dial, nine, Verdict.FAILED, campaign=WITH_PARTS)
    (lead,) = (await dial.claim(WITH_PARTS, 1, nine + HOUR)).leads
    assert (lead.tried, lead.tried_at) == (1, ())


async def test_why_the_lead_is_not_dialled_is_told(database: Database) -> None:
    dial = book.store(database)
    await book.put(database, {})
    nine = at("2026-11-23T09:00")
    await tried(dial, nine, campaign=WITH_PARTS)
    look = await Looking(database).look(WITH_PARTS, (ANYWHERE,), LeadId("a0"), nine + HOUR)
    assert look is not None
    assert look.gate is not None
    assert look.gate.reasons == ("day_part:morning",)
    assert look.gate.next_at == at("2026-11-23T12:00")
