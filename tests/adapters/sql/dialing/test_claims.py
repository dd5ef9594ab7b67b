"""Who gets which lead, and who does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.migrate import open_database
from dialer.campaign import ListShare, Quota
from dialer.ids import LeadId, ListId
from dialer.messages import AttemptOpened
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    asked,
    back,
    campaign,
    lead_row,
    names,
    number_of,
    put,
    store,
)


async def test_a_lead_is_claimed_by_one_and_comes_with_all_that_is_known(
    database: Database,
) -> None:
    await put(
        database,
        {"name": "Ann", "fields": {"age": 40}, "numbers": [number_of(1), number_of(2)]},
    )
    dial = store(database)
    claimed = await dial.claim(CAMPAIGN, 5, NOW)
    (lead,) = claimed.leads
    assert (lead.name, lead.fields, lead.token, lead.party) == ("Ann", {"age": 40}, 1, "p-a0")
    assert [each.number for each in lead.numbers] == [number_of(1), number_of(2)]
    assert lead.numbers[0].zones == ("America/New_York",)
    again = await dial.claim(CAMPAIGN, 5, NOW)
    assert again.leads == ()
    assert again.next_due_at == NOW + 60 * SECOND  # when the lease ends


async def test_leads_that_are_not_due_wait_and_are_announced(database: Database) -> None:
    await put(database, {"due_at": NOW + HOUR}, {"due_at": NOW + MINUTE})
    dial = store(database)
    claimed = await dial.claim(CAMPAIGN, 5, NOW)
    assert (claimed.leads, claimed.next_due_at) == ((), NOW + MINUTE)
    assert names((await dial.claim(CAMPAIGN, 5, NOW + MINUTE)).leads) == ["a1"]


async def test_a_campaign_without_anything_left_is_told_so(database: Database) -> None:
    await put(database, {"state": "done"}, {"state": "exhausted"}, {"state": "suppressed"})
    claimed = await store(database).claim(CAMPAIGN, 5, NOW)
    assert (claimed.leads, claimed.next_due_at) == ((), None)


async def test_two_workers_share_leads_and_never_have_the_same(address: str) -> None:
    databases = [await open_database(address) for _ in range(3)]
    try:
        await put(databases[0], *({} for _ in range(60)))
        workers = [store(database) for database in databases]
        answers = await asyncio.gather(
            *(worker.claim(CAMPAIGN, 4, NOW) for _ in range(4) for worker in workers)
        )
        got = [lead.lead for answer in answers for lead in answer.leads]
        assert len(got) == len(set(got)) >= 16
        # What another looked at and did not take is not lost.
        last = (await workers[0].claim(CAMPAIGN, 60, NOW)).leads
        got += [lead.lead for lead in last]
        assert len(got) == len(set(got)) == 60
    finally:
        for database in databases:
            await database.close()


async def test_two_workers_never_hold_two_leads_of_one_party(address: str) -> None:
    databases = [await open_database(address) for _ in range(3)]
    try:
        await put(databases[0], *({"party": f"house{n % 5}"} for n in range(40)))
        workers = [store(database) for database in databases]
        answers = await asyncio.gather(
            *(worker.claim(CAMPAIGN, 4, NOW) for _ in range(3) for worker in workers)
        )
        parties = [lead.party for answer in answers for lead in answer.leads]
        assert sorted(parties) == [f"house{n}" for n in range(5)]
        more = await workers[0].claim(CAMPAIGN, 4, NOW)
        assert (more.leads, more.next_due_at) == ((), NOW + SECOND)
    finally:
        for database in databases:
            await database.close()


async def test_a_lease_that_ends_frees_the_lead_and_voids_the_token(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    (old,) = (await dial.claim(CAMPAIGN, 1, NOW, lease_us=SECOND)).leads
    (new,) = (await dial.claim(CAMPAIGN, 1, NOW + 2 * SECOND)).leads
    assert new.lead == old.lead
    assert new.token > old.token
    refused = await dial.open_attempt(CAMPAIGN, asked(old), NOW + 3 * SECOND)
    assert not isinstance(refused, AttemptOpened)
    assert refused.reasons == ("token",)
    assert isinstance(
        await dial.open_attempt(CAMPAIGN, asked(new), NOW + 3 * SECOND), AttemptOpened
    )


async def test_leads_given_back_can_be_claimed_at_once_or_when_it_was_said(
    database: Database,
) -> None:
    await put(database, {}, {})
    dial = store(database)
    first, second = (await dial.claim(CAMPAIGN, 2, NOW)).leads
    await dial.release(back(first), NOW)
    await dial.release(back(second, NOW + HOUR), NOW)
    claimed = await dial.claim(CAMPAIGN, 2, NOW)
    assert names(claimed.leads) == [first.lead]
    assert claimed.next_due_at == NOW + 60 * SECOND
    await dial.release(back(first), NOW)  # that token is an old one
    assert (await dial.claim(CAMPAIGN, 2, NOW)).leads == ()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("priority", "fresh"), ["a2", "a3", "a1", "a0"]),
        (("oldest",), ["a0", "a1", "a2", "a3"]),
        (("attempts", "oldest"), ["a1", "a2", "a0", "a3"]),
        (("field:age", "oldest"), ["a3", "a0", "a2", "a1"]),
        (("-field:age", "oldest"), ["a2", "a0", "a3", "a1"]),
    ],
)
async def test_leads_come_in_the_order_that_the_list_asks_for(
    database: Database, order: tuple[str, ...], expected: list[str]
) -> None:
    rows: list[dict[str, Any]] = [
        {"tried": 3, "fields": {"age": 40}},
        {"tried": 0},
        {"priority": 5, "tried": 1, "fields": {"age": 100}},
        {"tried": 3, "fields": {"age": 9}},
    ]
    await put(database, *rows)
    share = ListShare(list=ListId("l"), order=order)
    claimed = await store(database).claim(campaign(share), 10, NOW)
    assert names(claimed.leads) == expected


async def test_lists_are_mixed_by_weight_until_one_runs_out(database: Database) -> None:
    for name in ("l", "m"):
        await put(database, *({} for _ in range(40)), list_=name)
    three = campaign(ListShare(list=ListId("l"), weight=3), ListShare(list=ListId("m")))
    dial = store(database)
    drawn = [lead for _ in range(5) for lead in (await dial.claim(three, 8, NOW)).leads]
    assert [lead.list for lead in drawn].count(ListId("l")) == 30
    rest = [lead for _ in range(6) for lead in (await dial.claim(three, 8, NOW)).leads]
    assert [lead.list for lead in rest].count(ListId("l")) == 10
    assert len(drawn + rest) == 80


async def test_a_list_that_is_off_and_a_filter_keep_leads_back(database: Database) -> None:
    await put(database, {"fields": {"age": 20}}, {"fields": {"age": 50}}, {})
    await put(database, {"fields": {"age": 60}}, list_="m")
    wanted = campaign(
        ListShare(list=ListId("l"), filter="fields.age >= 30"),
        ListShare(list=ListId("m"), on=False),
    )
    assert names((await store(database).claim(wanted, 10, NOW)).leads) == ["a1"]


async def test_a_filter_that_cannot_be_read_gives_nobody(database: Database) -> None:
    await put(database, {})
    wanted = campaign(ListShare(list=ListId("l"), filter="fields.shoe > 4"))
    assert (await store(database).claim(wanted, 10, NOW)).leads == ()


async def test_a_quota_that_is_reached_leaves_others_alone(database: Database) -> None:
    rows: list[dict[str, Any]] = [{"fields": {"job": "cook"}} for _ in range(3)]
    won = {"fields": {"job": "cook"}, "state": "done", "won_by": "winter"}
    await put(database, *rows, {"fields": {"job": "clerk"}}, {}, won)
    cooks = Quota(name="cooks", filter='fields.job == "cook"', most=1)
    claimed = await store(database).claim(campaign(quotas=(cooks,)), 10, NOW)
    assert sorted(names(claimed.leads)) == ["a3", "a4"]
    two = Quota(name="cooks", filter='fields.job == "cook"', most=2)
    assert len((await store(database).claim(campaign(quotas=(two,)), 10, NOW)).leads) == 3


async def test_parties_that_are_held_out_are_never_called_whoever_asks(
    database: Database,
) -> None:
    await put(database, *({"party": f"p{n}"} for n in range(300)))
    half = campaign(holdout=0.3)
    dial = store(database)
    called = [lead for _ in range(4) for lead in (await dial.claim(half, 100, NOW)).leads]
    assert 180 <= len(called) <= 240
    assert (await dial.claim(half, 100, NOW)).next_due_at is not None  # of what is leased
    other = campaign(name="spring", holdout=0.3)
    left = [lead for _ in range(4) for lead in (await dial.claim(other, 100, NOW)).leads]
    assert left  # another campaign leaves other people alone
    assert not {lead.party for lead in left} & {lead.party for lead in called}


async def test_one_lead_can_be_claimed_for_an_agent_who_asks(database: Database) -> None:
    await put(database, {"due_at": NOW + DAY}, {"state": "done"}, {"state": "suppressed"})
    dial = store(database)
    first = await dial.claim_lead(CAMPAIGN, NOW, number=number_of(0))
    assert first is not None
    assert first.lead == LeadId("a0")
    second = await dial.claim_lead(CAMPAIGN, NOW, lead=LeadId("a1"))
    assert second is not None
    assert await dial.claim_lead(CAMPAIGN, NOW, lead=LeadId("a2")) is None
    assert await dial.claim_lead(CAMPAIGN, NOW, lead=LeadId("a0")) is None  # somebody has it
    assert (await lead_row(database, "a2")).state == "suppressed"
