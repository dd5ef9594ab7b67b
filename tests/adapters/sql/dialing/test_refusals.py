"""Leads that the gate refuses: they rest until they may be called, and never spin."""

from __future__ import annotations

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.suppressions import Suppression
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    NOW,
    SECOND,
    Doorman,
    asked,
    claimed,
    lead_row,
    names,
    number_of,
    put,
    refused,
    store,
)


async def test_a_refusal_moves_the_lead_to_when_it_may_be_called(database: Database) -> None:
    await put(database, {})
    doorman = Doorman()
    dial = store(database, gate=doorman)
    lead = await claimed(dial)
    doorman.refuse("hours", NOW + DAY)
    assert (await refused(dial, lead)).reasons == ("hours",)
    row = await lead_row(database, "a0")
    assert (row.state, row.due_at, row.refused) == ("open", NOW + DAY, ["hours"])
    answer = await dial.claim(CAMPAIGN, 1, NOW + HOUR)
    assert (answer.leads, answer.next_due_at) == ((), NOW + DAY)
    assert (await refused(dial, lead)).reasons == ("token",)


async def test_a_refused_number_gives_way_to_the_leads_next_one(database: Database) -> None:
    await put(database, {"numbers": [number_of(1), number_of(2)]})
    doorman = Doorman()
    dial = store(database, gate=doorman)
    lead = await claimed(dial)
    doorman.refuse("cap:x", NOW + DAY, number_of(1))
    await refused(dial, lead)
    lead = await claimed(dial, NOW + SECOND)
    assert [each.number for each in lead.numbers] == [number_of(2)]
    doorman.refuse("cap:x", NOW + 2 * DAY)
    await refused(dial, lead, NOW + SECOND)
    assert (await dial.claim(CAMPAIGN, 1, NOW + HOUR)).next_due_at == NOW + DAY
    doorman.refuses = None
    assert len((await claimed(dial, NOW + DAY)).numbers) == 1


@pytest.mark.parametrize(
    ("reason", "state"), [("suppressed:global", "suppressed"), ("zone_unknown", "parked")]
)
@pytest.mark.parametrize("when", ["claim", "originate"])
async def test_what_may_never_be_called_is_an_end_or_for_a_person(
    database: Database, reason: str, state: str, when: str
) -> None:
    await put(database, {})
    doorman = Doorman()
    dial = store(database, gate=doorman)
    if when == "originate":
        lead = await claimed(dial)
        doorman.refuse(reason, None)
        await refused(dial, lead)
    else:
        doorman.refuse(reason, None)
        assert (await dial.claim(CAMPAIGN, 1, NOW)).leads == ()
    row = await lead_row(database, "a0")
    assert (row.state, row.refused) == (state, [reason])
    doorman.refuses = None
    answer = await dial.claim(CAMPAIGN, 1, NOW + 300 * DAY)
    assert (answer.leads, answer.next_due_at) == ((), None)


async def test_leads_that_may_not_be_called_now_make_room_for_those_that_may(
    database: Database,
) -> None:
    await put(database, *({} for _ in range(6)))
    doorman = Doorman()
    dial = store(database, gate=doorman)
    doorman.refuse("hours", NOW + DAY, number_of(5), number_of(4), number_of(3))
    answer = await dial.claim(CAMPAIGN, 2, NOW)
    assert names(answer.leads) == ["a2", "a1"]
    assert (await lead_row(database, "a5")).due_at == NOW + DAY
    assert names((await dial.claim(CAMPAIGN, 9, NOW)).leads) == ["a0"]


async def test_a_lead_without_a_number_that_lives_is_for_a_person(database: Database) -> None:
    await put(database, {"numbers": [number_of(1)]})
    dial = store(database)
    await database.write(
        lambda c: c.exec_driver_sql("UPDATE lead_numbers SET dead = (1 = 1)") and None
    )
    assert (await dial.claim(CAMPAIGN, 1, NOW)).leads == ()
    row = await lead_row(database, "a0")
    assert (row.state, row.refused) == ("parked", ["no_number"])


async def test_a_suppression_is_honoured_by_leads_that_are_buffered_already(
    database: Database,
) -> None:
    await put(database, {}, {}, {}, {})
    dial = store(database)
    leads = {str(lead.lead): lead for lead in (await dial.claim(CAMPAIGN, 4, NOW)).leads}
    for kind, value in (
        ("number", number_of(0)),
        ("party", "p-a1"),
        ("prefix", number_of(2)[:12]),
    ):
        entry = Suppression(kind=kind, value=value, scope="seller", whose="acme")
        await dial.suppress(entry, NOW + SECOND)
        name = {"number": "a0", "party": "a1", "prefix": "a2"}[kind]
        answer = await dial.open_attempt(CAMPAIGN, asked(leads[name]), NOW + SECOND)
        assert answer.reasons == ("suppressed:seller",)  # type: ignore[union-attr]


async def test_what_stands_against_one_seller_or_campaign_leaves_others_alone(
    database: Database,
) -> None:
    await put(database, {}, {})
    await put(database, {"numbers": [number_of(1)], "party": "p-a1"}, list_="m")
    dial = store(database)
    for scope, whose in (("seller", "other"), ("campaign", "spring"), ("list", "m")):
        entry = Suppression(kind="number", value=number_of(1), scope=scope, whose=whose)
        await dial.suppress(entry, NOW)
    assert len((await dial.claim(CAMPAIGN, 5, NOW)).leads) == 2
