"""What a person does to one lead."""

from __future__ import annotations

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.suppressions import Suppression
from dialer.attempt import Verdict
from dialer.ids import LeadId, ListId, PartyId
from dialer.lead import LeadNumber, LeadState
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Doorman,
    back,
    claimed,
    closed,
    lead_row,
    number_of,
    opened,
    put,
    refused,
    store,
)

NUMBER = LeadNumber(number=number_of(3), zones=("Europe/London",), region="GB")


async def test_a_number_that_nobody_has_is_called_by_who_asks_and_by_nobody_else(
    database: Database,
) -> None:
    dial = store(database)
    lead = await dial.add_lead(ListId("l"), PartyId("p3"), NUMBER, NOW, name="Ann")
    assert await dial.add_lead(ListId("l"), PartyId("p3"), NUMBER, NOW) == lead
    answer = await dial.claim(CAMPAIGN, 5, NOW)
    assert (answer.leads, answer.next_due_at) == ((), None)
    asked = await dial.claim_lead(CAMPAIGN, NOW, number=NUMBER.number)
    assert asked is not None
    assert (asked.lead, asked.name, asked.numbers) == (lead, "Ann", (NUMBER,))
    await opened(dial, asked)


async def test_a_person_opens_a_lead_again_and_what_suppressed_it_goes_on(
    database: Database,
) -> None:
    await put(database, {})
    doorman = Doorman()
    doorman.refuse("zone_unknown", None)
    strict = store(database, gate=doorman)
    assert (await strict.claim(CAMPAIGN, 1, NOW)).leads == ()
    dial = store(database)
    assert await dial.reopen_lead(LeadId("a0"), "eve", "the zone is known now", NOW)
    assert not await dial.reopen_lead(LeadId("a0"), "eve", "again", NOW)
    lead = await claimed(dial)
    await dial.suppress(Suppression(kind="party", value="p-a0"), NOW)
    await refused(dial, lead)
    assert (await lead_row(database, "a0")).state == "suppressed"
    assert await dial.reopen_lead(LeadId("a0"), "eve", "they wrote to us", NOW)
    assert (await dial.claim(CAMPAIGN, 1, NOW)).leads == ()
    assert (await lead_row(database, "a0")).state == "suppressed"


@pytest.mark.parametrize("then", ["given back", "forgotten", "refused", "not reached"])
async def test_a_lead_at_an_end_that_an_agent_asked_for_is_at_it_again_afterwards(
    database: Database, then: str
) -> None:
    await put(database, {"state": "done"})
    doorman = Doorman()
    dial = store(database, gate=doorman)
    lead = await dial.claim_lead(CAMPAIGN, NOW, lead=LeadId("a0"), lease_us=MINUTE)
    assert lead is not None
    if then == "given back":
        await dial.release(back(lead), NOW)
    elif then == "forgotten":
        await dial.recover([], NOW + MINUTE)
    elif then == "refused":
        doorman.refuse("hours", NOW + HOUR)
        await refused(dial, lead)
        doorman.refuses = None
    else:
        there = await opened(dial, lead)
        end = closed(there, Verdict.NO_ANSWER, LeadState.OPEN, due_at=NOW + HOUR)
        await dial.close_attempt(end, NOW)
        await dial.close_attempt(end, NOW)
    assert (await lead_row(database, "a0")).state == "done"
    assert (await dial.claim(CAMPAIGN, 1, NOW + DAY)).leads == ()
