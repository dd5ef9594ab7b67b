"""Whom a campaign would dial next: told in the order in which they are then claimed."""

from __future__ import annotations

from dataclasses import replace

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.suppressions import Suppression
from dialer.campaign import CampaignSettings, ListShare
from dialer.ids import AgentId, LeadId, ListId
from dialer.lead import Callback
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import ANYWHERE, CAMPAIGN, HOUR, NOW

POLICIES = (ANYWHERE,)
AGES = [{"lead": name, "fields": {"age": age}} for name, age in (("a", 30), ("b", 60), ("c", 45))]


def by(filter_: str = "", *order: str) -> CampaignSettings:
    share = ListShare(list=ListId("l"), filter=filter_, order=order or ("priority", "fresh"))
    return replace(CAMPAIGN, lists=(share,))


async def told(database: Database, campaign: CampaignSettings, anew: bool = True) -> list[str]:
    _, looks = await Looking(database).ahead(campaign, POLICIES, 5, NOW, anew=anew)
    return [look.lead.lead for look in looks]


async def test_the_next_are_those_who_are_claimed_then_by_filter_and_order(
    database: Database,
) -> None:
    await book.put(
        database, *map(dict, AGES), {"lead": "later", "due_at": NOW + HOUR, "fields": {"age": 99}}
    )
    for campaign in (by("", "field:age"), by("", "-field:age"), by("age > 40", "field:age")):
        found, looks = await Looking(database).ahead(campaign, POLICIES, 5, NOW, anew=True)
        names = [look.lead.lead for look in looks]
        dial = book.store(database)
        claimed = (await dial.claim(campaign, 5, NOW)).leads
        assert names == [lead.lead for lead in claimed]
        (of,) = found.lists
        assert (of.leads, of.wanted, of.due) == (4, len(names) + 1, len(names))
        assert await told(database, campaign, anew=False) == sorted(names)  # all at hand
        assert await told(database, campaign) == names  # as if they went back
        for lead in claimed:
            await dial.release(book.back(lead), NOW)


async def test_a_promise_that_is_due_comes_first_and_a_list_that_is_off_not_at_all(
    database: Database,
) -> None:
    await book.put(database, *map(dict, AGES))
    promise = Callback(
        lead=LeadId("a"),
        due_at=NOW,
        local="2026-11-18T12:00",
        zone="America/New_York",
        number=book.number_of(0),
    )
    await book.store(database).promise(CAMPAIGN.campaign, promise, AgentId("ana"), NOW)
    assert (await told(database, by("", "-field:age")))[0] == "a"
    off = replace(CAMPAIGN, lists=(replace(CAMPAIGN.lists[0], on=False),))
    assert await told(database, off) == ["a"]


async def test_why_the_next_one_waits_and_why_a_list_gives_nobody_is_said(
    database: Database,
) -> None:
    await book.put(database, *map(dict, AGES))
    looking = Looking(database)
    (first, *_) = (await looking.ahead(by("", "field:age"), POLICIES, 5, NOW, anew=True))[1]
    entry = Suppression(kind="number", value=first.lead.numbers[0].number, reason="asked", by="mia")
    await book.store(database).suppress(entry, NOW)
    _, looks = await looking.ahead(by("", "field:age"), POLICIES, 5, NOW, anew=True)
    gates = {look.lead.lead: look.gate for look in looks}
    assert gates["a"] is not None
    assert gates["a"].reasons == ("suppressed:global",)
    found, looks = await looking.ahead(by("shoe_size > 40"), POLICIES, 5, NOW, anew=True)
    assert looks == []
    assert "shoe_size" in found.problems[0]
