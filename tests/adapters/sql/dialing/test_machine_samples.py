"""Calls that were taken for machines and that agents heard: kept, counted, and used by ledgers."""

from __future__ import annotations

from dataclasses import replace

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.store import DialStore
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignState, DispositionRule
from dialer.ids import CampaignId
from dialer.lead import LeadState
from dialer.machine_audit import SPAN_US, estimate
from dialer.messages import CloseAttempt
from dialer.policy import AbandonRule, WindowKind
from tests.adapters.sql.dialing.book import (
    ANYWHERE,
    DAY,
    HOUR,
    NOW,
    SECOND,
    attempt_row,
    campaign,
    opened,
    put,
    store,
)

CAPPED = replace(ANYWHERE, abandon=AbandonRule(cap=0.03, window=WindowKind.CAMPAIGN_30D))
WINTER = campaign(
    machine_false=0.01,
    machine_samples=0.02,
    dispositions={"machine": DispositionRule(code="machine", machine=True)},
)


def capped(database: Database) -> DialStore:
    dial = store(database)
    dial.policies = (CAPPED,)
    return dial


async def machine(
    database: Database, *, person: bool | None = None, heard: bool = True, at: int = NOW
) -> CloseAttempt:
    """One call that was taken for a machine; `heard` by an agent, who found what it was."""
    dial = store(database)
    await put(database, {})
    (lead,) = (await dial.claim(WINTER, 1, at)).leads
    there = await opened(dial, lead, at)
    close = CloseAttempt(
        campaign=WINTER.campaign,
        end=AttemptEnd(
            attempt=there.attempt.attempt,
            at=at + 30 * SECOND,
            verdict=Verdict.CONNECTED if heard else Verdict.MACHINE,
            answered_at=at + 10 * SECOND,
            connected_at=at + 11 * SECOND if heard else None,
            machine=True,
            sampled=heard,
        ),
        lead=lead.lead,
        state=LeadState.DONE,
    )
    await dial.close_attempt(close, at + 30 * SECOND)
    if person is not None:
        # Agents speak after the end.
        code = "sold" if person else "machine"
        close = replace(close, disposition=code, person=person)
        await dial.close_attempt(close, at + 40 * SECOND)
    return close


async def test_a_sample_and_its_verdict_are_kept_with_the_call(database: Database) -> None:
    close = await machine(database, person=True)
    row = await attempt_row(database, close.end.attempt)
    assert (row.machine, row.sampled, row.person, row.disposition) == (True, True, True, "sold")
    (kept,) = [row async for row in store(database).attempts_between(NOW, NOW + DAY)]
    assert (kept.end, kept.person) == (close.end, True)
    silent = await machine(database, at=NOW + HOUR)
    assert (await attempt_row(database, silent.end.attempt)).person is None


async def test_a_later_word_on_the_call_does_not_take_the_verdict_away(database: Database) -> None:
    close = await machine(database, person=True)
    again = replace(close, disposition="", person=None, success=True)
    await store(database).close_attempt(again, NOW + 50 * SECOND)
    row = await attempt_row(database, close.end.attempt)
    assert (row.person, row.success) == (True, True)


async def test_findings_are_those_of_the_time_and_of_the_campaign(database: Database) -> None:
    first = await machine(database, person=True)
    await machine(database, person=None, at=NOW + HOUR)
    second = await machine(database, person=False, at=NOW + 2 * HOUR)
    await machine(database, heard=False, at=NOW + 3 * HOUR)
    dial = store(database)
    found = await dial.findings(WINTER.campaign, NOW, NOW + DAY)
    assert [(one.attempt, one.at, one.person) for one in found] == [
        (first.end.attempt, NOW, True),
        (second.end.attempt, NOW + 2 * HOUR, False),
    ]
    assert await dial.findings(WINTER.campaign, NOW + 1, NOW + 2 * HOUR) == ()
    assert await dial.findings(CampaignId("another"), NOW, NOW + DAY) == ()
    assert await dial.found(WINTER.campaign, NOW, NOW + DAY) == (1, 1)
    assert await dial.found(WINTER.campaign, NOW + 1, NOW + DAY) == (0, 1)
    assert await dial.detected(WINTER.campaign, NOW, NOW + DAY) == (4, 3, 3)
    assert await dial.detected(WINTER.campaign, NOW, NOW + HOUR) == (1, 1, 1)


async def test_the_ledger_counts_by_what_agents_found_also_after_a_restart(
    database: Database,
) -> None:
    dial = capped(database)
    await dial.save_state(WINTER.campaign, CampaignState.RUNNING, "eve", "", NOW)
    plain = replace(WINTER, machine_samples=0.0)
    for minute in range(20):
        await machine(database, heard=False, at=NOW + minute * 60 * SECOND)
    now = NOW + HOUR
    (window,) = await dial.windows(plain, now)
    assert (window.live, window.abandoned) == (1, 1), "1 % of 20, rounded up"
    for minute in range(5):
        await machine(database, person=minute < 3, at=now + minute * 60 * SECOND)
    now += HOUR
    people = estimate(WINTER, 3, 2).counted * 20
    assert people > 4, "against one by the file alone"
    for process in (dial, capped(database)):
        (window,) = await process.windows(plain, now)
        assert window.abandoned == -(-people // 1)
        assert window.live == window.abandoned + 3, "people among the samples were not abandoned"
    late = NOW + SPAN_US - 2 * HOUR
    await machine(database, heard=False, at=late)
    (window,) = await dial.windows(plain, late + SECOND)
    assert window.abandoned == -(-estimate(WINTER, 3, 2).counted * 21 // 1)


async def test_old_findings_are_no_evidence_any_more(database: Database) -> None:
    dial = capped(database)
    await dial.save_state(WINTER.campaign, CampaignState.RUNNING, "eve", "", NOW)
    await machine(database, person=True)
    later = NOW + SPAN_US + HOUR
    await machine(database, heard=False, at=later)
    (window,) = await dial.windows(replace(WINTER, machine_samples=0.0), later + HOUR)
    assert window.abandoned == 1
    assert await dial.findings(WINTER.campaign, later - SPAN_US, later) == ()


async def test_a_sample_that_nobody_judged_is_a_try_that_met_a_machine(database: Database) -> None:
    close = await machine(database)
    dial = store(database)
    lead = await dial.claim_lead(WINTER, NOW + 2 * HOUR, lead=close.lead)
    assert lead is not None
    assert lead.outcomes == {"machine": 1}
    judged = await machine(database, person=False, at=NOW + 3 * HOUR)
    lead = await dial.claim_lead(WINTER, NOW + 4 * HOUR, lead=judged.lead)
    assert lead is not None
    assert lead.outcomes == {"connected": 1, "disposition:machine": 1}
