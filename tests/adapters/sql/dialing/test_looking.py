"""Looking at a lead: how it stands and what the gate would say, without changing anything."""

from __future__ import annotations

from dataclasses import replace

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.suppressions import Suppression
from dialer.attempt import Verdict
from dialer.ids import CampaignId, LeadId, ListId
from dialer.lead import Callback, LeadState
from dialer.messages import AttemptOpened
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import ANYWHERE, CAMPAIGN, HOUR, NOW

POLICIES = (ANYWHERE,)


async def test_a_lead_that_nothing_keeps_back_may_be_called(database: Database) -> None:
    await book.put(database, {"lead": "a"})
    looking = Looking(database)
    look = await looking.look(CAMPAIGN, POLICIES, LeadId("a"), NOW)
    assert look is not None
    assert (look.state, look.held_out) == (LeadState.OPEN, False)
    assert look.gate is not None
    assert look.gate.allowed
    assert await looking.list_of(LeadId("a")) == "l"
    assert await looking.list_of(LeadId("z")) is None
    assert await looking.look(CAMPAIGN, POLICIES, LeadId("z"), NOW) is None


async def test_what_stands_in_its_way_is_what_the_gate_would_say(database: Database) -> None:
    await book.put(database, {"lead": "a"}, {"lead": "b"})
    looking, store = Looking(database), book.store(database)
    closed = replace(ANYWHERE, hours=(None,) * 7)
    look = await looking.look(CAMPAIGN, (closed,), LeadId("a"), NOW)
    assert look is not None
    assert look.gate is not None
    assert look.gate.reasons == ("hours",)
    entry = Suppression(kind="number", value=look.lead.numbers[0].number, reason="asked", by="mia")
    await store.suppress(entry, NOW)
    again = await looking.look(CAMPAIGN, POLICIES, LeadId("a"), NOW)
    other = await looking.look(CAMPAIGN, POLICIES, LeadId("b"), NOW)
    assert again is not None
    assert again.gate is not None
    assert again.gate.reasons == ("suppressed:global",)
    assert other is not None
    assert other.gate is not None
    assert other.gate.allowed


async def test_an_attempt_that_is_open_is_seen_and_looking_claims_nothing(
    database: Database,
) -> None:
    await book.put(database, {"lead": "a"})
    looking, store = Looking(database), book.store(database)
    (lead,) = (await store.claim(CAMPAIGN, 1, NOW)).leads
    look = await looking.look(CAMPAIGN, POLICIES, LeadId("a"), NOW)
    assert look is not None
    assert look.state is LeadState.CLAIMED
    opened = await store.open_attempt(CAMPAIGN, book.asked(lead), NOW)
    assert isinstance(opened, AttemptOpened)
    look = await looking.look(CAMPAIGN, POLICIES, LeadId("a"), NOW)
    assert look is not None
    assert look.gate is not None
    assert "open_attempt" in look.gate.reasons
    await store.close_attempt(
        book.closed(opened, Verdict.BUSY, LeadState.OPEN, NOW + HOUR, due_at=NOW + 2 * HOUR), NOW
    )
    look = await looking.look(CAMPAIGN, POLICIES, LeadId("a"), NOW + HOUR)
    assert look is not None
    assert (look.state, look.lead.due_at, look.lead.tried) == (LeadState.OPEN, NOW + 2 * HOUR, 1)


async def test_leads_are_counted_by_list_and_state(database: Database) -> None:
    await book.put(database, {"lead": "a"}, {"lead": "b"}, {"lead": "c", "state": "done"})
    sizes = await Looking(database).sizes(CAMPAIGN)
    assert sizes == {ListId("l"): {"open": 2, "done": 1}}


async def test_when_calls_are_promised_is_told_by_campaign(database: Database) -> None:
    await book.put(database, {"lead": "a0"})
    looking, dial = Looking(database), book.store(database)
    lead = LeadId("a0")
    promise = Callback(
        lead=lead,
        due_at=NOW + HOUR,
        local="2026-11-18T09:26:40",
        zone="UTC",
        number=book.number_of(0),
    )
    assert await dial.promise(CAMPAIGN.campaign, promise, "eve", NOW)
    assert await looking.due_times([CAMPAIGN.campaign], NOW + HOUR) == [NOW + HOUR]
    assert await looking.due_times([CAMPAIGN.campaign], NOW + HOUR - 1) == []
    assert await looking.due_times([CampaignId("other")], NOW + HOUR) == []
    assert await dial.cancel_promise(lead, "eve", "a mistake", NOW)
    assert await looking.due_times([CAMPAIGN.campaign], NOW + HOUR) == []
