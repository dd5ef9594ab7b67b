"""Attempts: on the books before anything is dialled, and closed exactly once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.tables import lead_numbers
from contact_center.adapters.sql.migrate import open_database
from dialer.attempt import Verdict
from dialer.ids import AttemptId, LeadId
from dialer.lead import LeadState
from dialer.messages import AttemptOpened, AttemptRefused
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    Doorman,
    asked,
    attempt_row,
    claimed,
    closed,
    lead_row,
    number_of,
    opened,
    put,
    refused,
    store,
)


async def test_an_attempt_is_on_the_books_before_it_is_dialled(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    lead = await claimed(dial)
    attempt = (await opened(dial, lead)).attempt
    assert (attempt.attempt, attempt.party, attempt.number) == ("d-a0-1", "p-a0", number_of(0))
    assert attempt.policies == ("anywhere",)
    row = await attempt_row(database, attempt.attempt)
    assert (row.seller, row.mode, row.closed_at) == ("acme", "predictive", None)
    stands = await lead_row(database, "a0")
    assert (stands.state, stands.tried, stands.last_attempt) == ("dialling", 1, "d-a0-1")


async def test_asking_twice_opens_one_attempt(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    lead = await claimed(dial)
    first = await opened(dial, lead)
    again = await opened(dial, lead, NOW + SECOND)
    assert again.attempt == first.attempt
    assert (await lead_row(database, "a0")).tried == 1
    await dial.close_attempt(closed(first, Verdict.BUSY, LeadState.OPEN, due_at=NOW), NOW)
    assert (await refused(dial, lead)).reasons == ("over",)


async def test_two_workers_with_one_lead_open_one_attempt(address: str) -> None:
    databases = [await open_database(address) for _ in range(3)]
    try:
        await put(databases[0], {})
        workers = [store(database) for database in databases]
        lead = await claimed(workers[0])
        answers = await asyncio.gather(
            *(worker.open_attempt(CAMPAIGN, asked(lead), NOW) for worker in workers)
        )
        assert {answer.attempt.attempt for answer in answers if isinstance(answer, AttemptOpened)}
        assert (await lead_row(databases[0], "a0")).tried == 1
    finally:
        for database in databases:
            await database.close()


async def test_one_number_of_two_parties_has_one_attempt_open_at_a_time(address: str) -> None:
    databases = [await open_database(address) for _ in range(2)]
    try:
        await put(databases[0], {"numbers": [number_of(7)]}, {"numbers": [number_of(7)]})
        workers = [store(database, gate=Doorman()) for database in databases]
        leads = (await workers[0].claim(CAMPAIGN, 2, NOW)).leads
        answers = await asyncio.gather(
            *(
                worker.open_attempt(CAMPAIGN, asked(lead), NOW)
                for worker, lead in zip(workers, leads, strict=True)
            )
        )
        (no,) = [each for each in answers if isinstance(each, AttemptRefused)]
        assert no.reasons == ("open_attempt",)
        row = await lead_row(databases[0], no.lead)
        assert (row.state, row.due_at) == ("open", NOW + MINUTE)
    finally:
        for database in databases:
            await database.close()


async def test_a_number_that_is_not_the_leads_is_not_dialled(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    lead = await claimed(dial)
    assert (await refused(dial, lead, number=number_of(5))).reasons == ("number_not_of_lead",)


async def test_an_end_is_written_once_and_the_first_verdict_stands(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    name = there.attempt.attempt
    busy = closed(there, Verdict.BUSY, LeadState.OPEN, at=NOW + SECOND, due_at=NOW + HOUR)
    await dial.close_attempt(busy, NOW + SECOND)
    before = await attempt_row(database, name), await lead_row(database, "a0")
    await dial.close_attempt(busy, NOW + SECOND)
    late = closed(there, Verdict.NO_ANSWER, LeadState.OPEN, at=NOW + DAY, due_at=NOW + HOUR)
    await dial.close_attempt(late, NOW + SECOND)
    after = await attempt_row(database, name), await lead_row(database, "a0")
    assert after[0] == before[0]
    assert (after[1].state, after[1].due_at) == ("open", NOW + HOUR)
    assert (after[0].verdict, after[0].closed_at) == ("busy", NOW + SECOND)


async def test_what_was_lost_may_become_known(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    await dial.recover([], NOW + SECOND)
    assert (await attempt_row(database, there.attempt.attempt)).verdict == "lost"
    known = closed(there, Verdict.CONNECTED, LeadState.DONE, at=NOW + MINUTE)
    await dial.close_attempt(known, NOW + MINUTE)
    assert (await attempt_row(database, there.attempt.attempt)).verdict == "connected"
    assert (await lead_row(database, "a0")).state == "done"


async def test_a_disposition_refines_an_end_unless_the_lead_is_taken(database: Database) -> None:
    await put(database, {}, {})
    dial = store(database)
    first, second = (await dial.claim(CAMPAIGN, 2, NOW)).leads
    for lead in (first, second):
        there = await opened(dial, lead)
        retry = closed(there, Verdict.CONNECTED, LeadState.OPEN, due_at=NOW + SECOND)
        await dial.close_attempt(retry, NOW)
    again = await claimed(dial, NOW + SECOND)
    other = first if again.lead == second.lead else second
    for lead in (again, other):
        said = closed(
            AttemptOpened(
                at=NOW,
                attempt=replace(
                    there.attempt, attempt=AttemptId(f"d-{lead.lead}-1"), lead=LeadId(lead.lead)
                ),
            ),
            Verdict.CONNECTED,
            LeadState.OPEN,
            due_at=NOW + DAY,
            disposition="later",
        )
        await dial.close_attempt(said, NOW + SECOND)
    assert (await lead_row(database, again.lead)).state == "claimed"
    row = await lead_row(database, other.lead)
    assert (row.state, row.due_at, row.last_disposition) == ("open", NOW + DAY, "later")


async def test_success_and_history_come_back_with_the_next_claim(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    end = closed(there, Verdict.CONNECTED, LeadState.OPEN, due_at=NOW + HOUR, disposition="again")
    await dial.close_attempt(end, NOW)
    lead = await claimed(dial, NOW + HOUR)
    assert dict(lead.outcomes) == {"connected": 1, "disposition:again": 1}
    assert (lead.tried, lead.tried_at, lead.numbers[0].attempts) == (1, (NOW,), 1)
    assert (lead.last_attempt, lead.last_disposition) == ("d-a0-1", "again")
    won = await opened(dial, lead, NOW + HOUR)
    await dial.close_attempt(
        closed(won, Verdict.CONNECTED, LeadState.DONE, disposition="sale", success=True), NOW
    )
    assert (await lead_row(database, "a0")).won_by == "winter"
    assert (await attempt_row(database, AttemptId("d-a0-2"))).success is True


async def test_a_dead_number_is_not_offered_as_alive_again(database: Database) -> None:
    await put(database, {"numbers": [number_of(1), number_of(2)]})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    end = closed(there, Verdict.INVALID, LeadState.OPEN, due_at=NOW, number_dead=True)
    await dial.close_attempt(end, NOW)
    assert [each.dead for each in (await claimed(dial)).numbers] == [True, False]
    query = select(lead_numbers.c.attempts).order_by(lead_numbers.c.rank)
    assert await database.read(lambda c: list(c.execute(query).scalars())) == [1, 0]


@pytest.mark.parametrize("how", ["flag", "key"])
async def test_asking_not_to_be_called_holds_in_the_same_transaction(
    database: Database, how: str
) -> None:
    first = {"party": "ann", "priority": 1}
    await put(database, first, {"party": "ann"}, {"numbers": [number_of(0)]})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    more = {"suppress": "global"} if how == "flag" else {"opted_out": True}
    end = closed(there, Verdict.CONNECTED, LeadState.OPEN, due_at=NOW + SECOND, **more)
    await dial.close_attempt(end, NOW)
    assert (await lead_row(database, there.attempt.lead)).state == "suppressed"
    # The same person on another list, and somebody else at the same number.
    assert (await dial.claim(CAMPAIGN, 5, NOW + SECOND)).leads == ()
    for name in ("a1", "a2"):
        row = await lead_row(database, name)
        assert (row.state, row.refused[0].partition(":")[0]) == ("suppressed", "suppressed")


async def test_a_later_word_about_the_same_call_does_not_undo_that_they_asked(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    no = closed(there, Verdict.CONNECTED, LeadState.SUPPRESSED, suppress="seller")
    await dial.close_attempt(no, NOW)
    later = closed(there, Verdict.CONNECTED, LeadState.OPEN, due_at=NOW + HOUR, disposition="again")
    await dial.close_attempt(later, NOW)
    row = await lead_row(database, "a0")
    assert (row.state, row.last_disposition) == ("suppressed", "again")
