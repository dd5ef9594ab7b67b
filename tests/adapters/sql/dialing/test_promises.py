"""Callbacks are kept, put off, or told to a person. None is ever lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.tables import callbacks
from dialer.attempt import Verdict
from dialer.campaign import ListShare
from dialer.ids import AgentId, LeadId, ListId
from dialer.lead import Callback, LeadState
from tests.adapters.sql.dialing.book import (
    CAMPAIGN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Doorman,
    campaign,
    claimed,
    closed,
    lead_row,
    names,
    number_of,
    opened,
    put,
    refused,
    store,
)

PROMISE = Callback(
    lead=LeadId("a0"),
    due_at=NOW + HOUR,
    local="2026-11-18T09:26:40",
    zone="America/New_York",
    number=number_of(0),
    agent=AgentId("eve"),
    note="about the roof",
)
WINTER = CAMPAIGN.campaign


async def states(database: Database) -> list[str]:
    query = select(callbacks.c.state).order_by(callbacks.c.callback)
    return await database.read(lambda c: list(c.execute(query).scalars()))


async def test_a_promise_is_dialled_before_everything_else_when_it_is_due(
    database: Database,
) -> None:
    await put(database, {}, *({"priority": 9} for _ in range(3)))
    dial = store(database)
    assert await dial.promise(WINTER, PROMISE, "eve", NOW)
    assert "a0" not in names((await dial.claim(CAMPAIGN, 1, NOW)).leads)
    first = (await dial.claim(CAMPAIGN, 2, NOW + HOUR)).leads[0]
    assert first.callback == PROMISE
    assert await states(database) == ["due"]
    await opened(dial, first, NOW + HOUR)
    assert await states(database) == ["dialling"]


async def test_a_promise_holds_though_its_list_is_off_and_its_party_held_out(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    off = campaign(ListShare(list=ListId("l"), on=False), holdout=1.0)
    assert (await dial.claim(off, 1, NOW)).next_due_at == NOW + HOUR
    assert names((await dial.claim(off, 1, NOW + HOUR)).leads) == ["a0"]


async def test_a_promise_made_in_a_conversation_outlives_its_end(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    there = await opened(dial, await claimed(dial))
    name = await dial.promise(WINTER, PROMISE, "eve", NOW + MINUTE)
    assert await dial.promise(WINTER, PROMISE, "eve", NOW + MINUTE) == name  # said twice
    await dial.close_attempt(closed(there, Verdict.CONNECTED, LeadState.DONE), NOW + MINUTE)
    row = await lead_row(database, "a0")
    assert (row.state, row.due_at) == ("open", NOW + HOUR)
    assert await states(database) == ["scheduled"]


async def test_a_conversation_keeps_the_promise(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    there = await opened(dial, await claimed(dial, NOW + HOUR), NOW + HOUR)
    done = closed(there, Verdict.CONNECTED, LeadState.DONE, at=NOW + HOUR)
    await dial.close_attempt(done, NOW + HOUR)
    assert await states(database) == ["done"]
    assert (await lead_row(database, "a0")).state == "done"


@pytest.mark.parametrize("verdict", [Verdict.BUSY, Verdict.NO_ANSWER, Verdict.LOST])
async def test_a_promise_that_reached_nobody_is_tried_again(
    database: Database, verdict: Verdict
) -> None:
    await put(database, {})
    dial = store(database)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    there = await opened(dial, await claimed(dial, NOW + HOUR), NOW + HOUR)
    if verdict is Verdict.LOST:
        await dial.recover([], NOW + HOUR)
        due_at = (await lead_row(database, "a0")).due_at
    else:
        due_at = NOW + 2 * HOUR
        end = closed(there, verdict, LeadState.OPEN, at=NOW + HOUR, due_at=due_at)
        await dial.close_attempt(end, NOW + HOUR)
    assert await states(database) == ["scheduled"]
    lead = await claimed(dial, due_at)
    assert lead.callback == replace(PROMISE, due_at=due_at)


async def test_a_promise_to_a_lead_that_comes_to_an_end_is_told_to_a_person(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    there = await opened(dial, await claimed(dial, NOW + HOUR), NOW + HOUR)
    end = closed(there, Verdict.NO_ANSWER, LeadState.EXHAUSTED, at=NOW + HOUR)
    await dial.close_attempt(end, NOW + HOUR)
    assert await states(database) == ["expired_with_alert"]
    (task,) = await dial.tasks(WINTER)
    assert (task.kind, task.lead, task.why) == (
        "callback",
        "a0",
        "not reached: lead is exhausted",
    )
    assert await dial.task_done(task.task, "eve", NOW + DAY)
    assert not await dial.task_done(task.task, "eve", NOW + DAY)
    assert await dial.tasks() == []


async def test_a_promise_that_the_gate_refuses_is_put_off_or_told_to_a_person(
    database: Database,
) -> None:
    await put(database, {})
    doorman = Doorman()
    dial = store(database, gate=doorman)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    lead = await claimed(dial, NOW + HOUR)
    doorman.refuse("hours", NOW + DAY)
    await refused(dial, lead, NOW + HOUR)
    assert await states(database) == ["scheduled"]
    assert (await dial.due_promises(WINTER, NOW + DAY))[0].promised_at == NOW + HOUR
    doorman.refuse("suppressed:seller", None)
    assert (await dial.claim(CAMPAIGN, 1, NOW + DAY)).leads == ()
    assert await states(database) == ["expired_with_alert"]
    assert (await dial.tasks())[0].why == "refused: suppressed:seller"


async def test_a_newer_promise_takes_the_place_of_an_older_one(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    first = await dial.promise(WINTER, PROMISE, "eve", NOW)
    later = replace(PROMISE, due_at=NOW + DAY)
    assert await dial.promise(WINTER, later, "eve", NOW) != first
    assert await states(database) == ["cancelled", "scheduled"]
    assert (await lead_row(database, "a0")).due_at == NOW + DAY


async def test_a_person_may_take_a_promise_back(database: Database) -> None:
    await put(database, {})
    dial = store(database)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    assert await dial.cancel_promise(LeadId("a0"), "eve", "they called us", NOW + MINUTE)
    assert not await dial.cancel_promise(LeadId("a0"), "eve", "they called us", NOW + MINUTE)
    assert (await claimed(dial, NOW + MINUTE)).callback is None


async def test_who_may_not_be_called_is_promised_nothing(database: Database) -> None:
    await put(database, {"state": "suppressed"})
    dial = store(database)
    assert await dial.promise(WINTER, PROMISE, "eve", NOW) is None
    unknown = replace(PROMISE, lead=LeadId("nobody"))
    assert await dial.promise(WINTER, unknown, "eve", NOW) is None


async def test_a_promise_that_nobody_keeps_in_time_is_told_to_a_person_once(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database)
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    assert await dial.escalate_promises(NOW + HOUR + 10 * MINUTE) == 0
    assert await dial.escalate_promises(NOW + 2 * HOUR) == 1
    assert await dial.escalate_promises(NOW + 3 * HOUR) == 0
    (task,) = await dial.tasks()
    assert task.kind == "callback_late"
    assert names((await dial.claim(CAMPAIGN, 1, NOW + 3 * HOUR)).leads) == ["a0"]


async def test_whom_nobody_reaches_after_many_tries_is_told_to_a_person(
    database: Database,
) -> None:
    await put(database, {})
    dial = store(database, gate=Doorman())
    await dial.promise(WINTER, PROMISE, "eve", NOW)
    now = NOW + HOUR
    for _ in range(10):
        assert (await states(database))[0] in ("scheduled", "due")
        there = await opened(dial, await claimed(dial, now), now)
        now += HOUR
        end = closed(there, Verdict.NO_ANSWER, LeadState.OPEN, at=now, due_at=now)
        await dial.close_attempt(end, now)
    assert await states(database) == ["expired_with_alert"]
    assert (await lead_row(database, "a0")).state == "open"
