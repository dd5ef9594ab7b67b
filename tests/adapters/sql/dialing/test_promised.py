"""Promises as agents see them: theirs in order, and who somebody is who is promised a call."""

from __future__ import annotations

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.promised import MOST_OF_AN_AGENT
from dialer.attempt import Verdict
from dialer.ids import AgentId, LeadId, ListId
from dialer.lead import Callback, LeadState
from dialer.messages import AttemptOpened
from tests.adapters.sql.dialing import book
from tests.adapters.sql.dialing.book import CAMPAIGN, HOUR, MINUTE, NOW

ANA, BEN = AgentId("ana"), AgentId("ben")


def promised(lead: str, due_at: int, agent: AgentId | None = ANA) -> Callback:
    return Callback(
        lead=LeadId(lead),
        due_at=due_at,
        local="2026-11-19T10:30",
        zone="America/New_York",
        number=book.number_of(0),
        agent=agent,
    )


async def test_an_agents_promises_come_soonest_first_and_nobody_elses(database: Database) -> None:
    store, looking = book.store(database), Looking(database)
    await book.put(database, *({"lead": name, "name": name.upper()} for name in "abcd"))
    for lead, hours, agent in (("a", 3, ANA), ("b", 1, ANA), ("c", 2, BEN), ("d", 1, None)):
        made = promised(lead, NOW + hours * HOUR, agent)
        await store.promise(CAMPAIGN.campaign, made, "test", NOW)
    found = await looking.promises_of([ANA, BEN])
    assert [(one.name, one.promise.made.lead) for one in found[ANA]] == [("B", "b"), ("A", "a")]
    assert [one.promise.made.lead for one in found[BEN]] == ["c"]
    await store.cancel_promise(LeadId("b"), "ana", "no", NOW)
    assert [one.name for one in (await looking.promises_of([ANA]))[ANA]] == ["A"]
    assert await looking.promises_of([]) == {}
    held = await looking.promise(found[ANA][1].promise.name)
    assert held is not None
    assert held.promise.made == promised("a", NOW + 3 * HOUR)
    assert await looking.promise(found[ANA][0].promise.name) is None, "it was taken back"


async def test_an_agent_sees_so_many_promises_and_no_more(database: Database) -> None:
    store, looking = book.store(database), Looking(database)
    names = [f"l{n:03}" for n in range(MOST_OF_AN_AGENT + 3)]
    await book.put(database, *({"lead": name} for name in names))
    for n, name in enumerate(names):
        await store.promise(CAMPAIGN.campaign, promised(name, NOW + n * MINUTE), "test", NOW)
    mine = (await looking.promises_of([ANA]))[ANA]
    assert [one.promise.made.lead for one in mine] == names[:MOST_OF_AN_AGENT]


async def test_a_call_says_whose_it_is_and_who_that_is(database: Database) -> None:
    store, looking = book.store(database), Looking(database)
    numbers = [book.number_of(0), book.number_of(1)]
    await book.put(database, {"lead": "a", "name": "Eve Park", "numbers": numbers})
    (lead,) = (await store.claim(CAMPAIGN, 1, NOW)).leads
    opened = await store.open_attempt(CAMPAIGN, book.asked(lead), NOW)
    assert isinstance(opened, AttemptOpened)
    name = opened.attempt.attempt
    assert await looking.called(name) == ("a", CAMPAIGN.campaign, numbers[0])
    assert await looking.called("d-nobody") is None
    await store.promise(CAMPAIGN.campaign, promised("a", NOW + HOUR), "ana", NOW)
    dead = book.closed(opened, Verdict.INVALID, LeadState.OPEN, number_dead=True)
    await store.close_attempt(dead, NOW)
    who = await looking.whom(LeadId("a"))
    assert who is not None
    assert (who.name, who.list) == ("Eve Park", "l")
    assert [each.number for each in who.numbers] == [numbers[1]], "the other is no number"
    assert who.promised is not None
    assert who.promised.made.agent == ANA
    assert await looking.whom(LeadId("z")) is None


async def test_a_number_names_the_newest_lead_of_the_lists_asked_about(database: Database) -> None:
    looking, number = Looking(database), book.number_of(0)
    await book.put(database, {"lead": "old", "numbers": [number]})
    await book.put(database, {"lead": "new", "numbers": [number]})
    await book.put(database, {"lead": "elsewhere", "numbers": [number]}, list_="m")
    assert await looking.with_number([ListId("l")], number) == "new"
    assert await looking.with_number([ListId("m")], number) == "elsewhere"
    assert await looking.with_number([ListId("l")], book.number_of(9)) is None
    assert await looking.with_number([], number) is None
