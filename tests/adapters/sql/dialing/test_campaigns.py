"""Campaigns' states and who changed them; and attempts read for ledgers and evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import evidence
from contact_center.app.audit import tidy_by
from contact_center.runtime.privacy import Privacy
from dialer.attempt import AttemptEnd, Verdict
from dialer.campaign import CampaignState
from dialer.ids import CampaignId, LeadId
from dialer.lead import LeadState
from dialer.messages import CloseAttempt
from dialer.policy import AbandonRule, WindowKind
from tests.adapters.sql.dialing.book import (
    ANYWHERE,
    CAMPAIGN,
    DAY,
    HOUR,
    NOW,
    SECOND,
    campaign,
    claimed,
    opened,
    put,
    store,
)

WINTER = CAMPAIGN.campaign
CAPPED = replace(ANYWHERE, abandon=AbandonRule(cap=0.03, window=WindowKind.CAMPAIGN_30D))


async def test_a_state_is_kept_with_who_moved_it_and_why(database: Database) -> None:
    dial = store(database)
    await dial.save_state(WINTER, CampaignState.RUNNING, "eve", "monday", NOW)
    await dial.save_state(WINTER, CampaignState.RUNNING, "eve", "monday", NOW + 1)
    await dial.save_state(WINTER, CampaignState.PAUSED, "bob", "lunch", NOW + HOUR)
    await dial.save_state(WINTER, CampaignState.RUNNING, "bob", "", NOW + 2 * HOUR)
    assert await dial.states() == {WINTER: (CampaignState.RUNNING, NOW)}
    log = [(row.who, row.before, row.after, row.why) for row in await dial.audited(WINTER)]
    assert log == [
        ("eve", "draft", "running", "monday"),
        ("bob", "running", "paused", "lunch"),
        ("bob", "paused", "running", ""),
    ]


async def test_a_new_run_begins_anew_but_not_for_the_law(database: Database) -> None:
    dial = store(database)
    for hour, state in enumerate(
        (CampaignState.RUNNING, CampaignState.COMPLETE, CampaignState.DRAFT, CampaignState.RUNNING)
    ):
        await dial.save_state(WINTER, state, "eve", "", NOW + hour * HOUR)
    kept = await dial.campaign_state(WINTER)
    assert kept is not None
    assert (kept.began_at, kept.started_at) == (NOW, NOW + 3 * HOUR)
    assert await dial.campaign_state(CampaignId("nobody")) is None


async def test_live_changes_are_kept_by_name_and_taken_back(database: Database) -> None:
    dial = store(database)
    await dial.save_override(WINTER, "target", 0.02, "eve", "careful", NOW)
    await dial.save_override(WINTER, "limits", {"lines": 40}, "eve", "", NOW + 1)
    await dial.save_override(WINTER, "target", None, "eve", "as it was", NOW + 2)
    kept = await dial.campaign_state(WINTER)
    assert kept is not None
    assert kept.overrides == {"limits": {"lines": 40}}
    log = [(row.what, row.before, row.after) for row in await dial.audited(WINTER, NOW)]
    assert log == [("target", None, 0.02), ("limits", None, {"lines": 40}), ("target", 0.02, None)]
    await dial.audit(WINTER, "eve", "list", {"on": True}, {"on": False}, "empty", NOW + 3)
    assert (await dial.audited(WINTER, NOW + 3))[0].after == {"on": False}


async def test_no_number_of_anybody_gets_into_the_log_with_a_change(database: Database) -> None:
    dial = store(database, tidy=tidy_by(Privacy()))
    only = {"l": {"filter": 'phone = "+14155550123"'}}
    await dial.save_override(WINTER, "lists", only, "eve", "+1 415 555 0123 complained", NOW)
    await dial.save_state(WINTER, CampaignState.RUNNING, "eve", "call 4155550123 first", NOW)
    kept = await dial.campaign_state(WINTER)
    assert kept is not None
    assert kept.overrides == {"lists": only}  # what holds is what was asked for
    lists, state = await dial.audited(WINTER)
    assert (lists.after, lists.why, state.why) == (
        {"l": {"filter": 'phone = "+********123"'}},
        "+* *** *** *123 complained",
        "call *******123 first",
    )
    await put(database, {"lead": "hand-l-14155550123", "state": LeadState.DONE.value})
    assert await dial.reopen_lead(LeadId("hand-l-14155550123"), "eve", "she called", NOW)
    (row,) = await dial.audited(CampaignId(""))
    assert row.what == "lead hand-l-********123"


async def test_decisions_are_kept_and_let_go_of(database: Database) -> None:
    dial = store(database)
    for second in range(3):
        at = NOW + second * SECOND
        await dial.note_decision(WINTER, at, second, "risk", {"answer_rate": 0.25})
        await dial.note_decision(WINTER, at, 99, "again", {})
    got = await dial.decisions(WINTER, NOW, NOW + 2 * SECOND)
    assert [(row.dial, row.why, row.numbers) for row in got] == [
        (0, "risk", {"answer_rate": 0.25}),
        (1, "risk", {"answer_rate": 0.25}),
    ]
    assert await dial.forget_decisions(NOW + 2 * SECOND) == 2
    assert len(await dial.decisions(WINTER, NOW, NOW + DAY)) == 1


async def talk(database: Database, verdict: Verdict, now: int, name: str = "winter") -> None:
    """One lead, one call, and how it ended."""
    of = campaign(name=name)
    dial = store(database)
    await put(database, {})
    (lead,) = (await dial.claim(of, 1, now)).leads
    there = await opened(dial, lead, now)
    end = AttemptEnd(
        attempt=there.attempt.attempt,
        at=now + 30 * SECOND,
        verdict=verdict,
        answered_at=now + 10 * SECOND,
        connected_at=now + 11 * SECOND if verdict is Verdict.CONNECTED else None,
        talk_us=5 * SECOND,
        cause="16",
        attestation="A",
    )
    success = verdict is Verdict.CONNECTED
    close = CloseAttempt(
        campaign=of.campaign,
        end=end,
        lead=lead.lead,
        state=LeadState.DONE,
        disposition="sale" if success else "",
        success=success,
    )
    await dial.close_attempt(close, now + 30 * SECOND)


async def test_attempts_are_read_back_whole_and_in_order(database: Database) -> None:
    for number, verdict in enumerate((Verdict.CONNECTED, Verdict.ABANDONED, Verdict.BUSY)):
        await talk(database, verdict, NOW + number * HOUR)
    dial = store(database)
    await put(database, {})
    await opened(dial, await claimed(dial, NOW + 3 * HOUR), NOW + 3 * HOUR)
    rows = [row async for row in dial.attempts_between(NOW, NOW + DAY, WINTER)]
    assert [row.end and row.end.verdict for row in rows] == [
        Verdict.CONNECTED,
        Verdict.ABANDONED,
        Verdict.BUSY,
        None,
    ]
    first = rows[0]
    assert first.end is not None
    assert (first.end.connected_at, first.end.talk_us, first.end.cause) == (
        NOW + 11 * SECOND,
        5 * SECOND,
        "16",
    )
    assert first.end.attestation == "A"
    assert (first.seller, first.purpose, first.disposition, first.success) == (
        "acme",
        "sales",
        "sale",
        True,
    )
    assert first.facts["suppressed"] == []
    assert [row async for row in dial.attempts_between(NOW, NOW + HOUR)] == rows[:1]
    assert await dial.successes(WINTER, NOW) == 1
    assert await dial.successes(WINTER, NOW + HOUR) == 0


async def test_pages_of_attempts_join_without_a_gap(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await talk(database, Verdict.BUSY, NOW)
    dial = store(database)
    whole = [row.attempt.attempt async for row in dial.attempts_between(NOW, NOW + 1)]
    monkeypatch.setattr(evidence, "PAGE", 2)
    paged = [row.attempt.attempt async for row in dial.attempts_between(NOW, NOW + 1)]
    assert paged == whole
    assert len(set(paged)) == 5


async def test_where_a_campaign_stands_is_counted_from_all_that_is_stored(
    database: Database,
) -> None:
    dial = store(database)
    dial.policies = (CAPPED,)
    await dial.save_state(WINTER, CampaignState.RUNNING, "eve", "", NOW)
    for number, verdict in enumerate((Verdict.CONNECTED, Verdict.ABANDONED, Verdict.BUSY)):
        await talk(database, verdict, NOW + number * HOUR)  # by another process
        (window,) = await dial.windows(CAMPAIGN, NOW + number * HOUR + 40 * SECOND)
    assert (window.policy, window.cap, window.live, window.abandoned) == ("anywhere", 0.03, 2, 1)
    await talk(database, Verdict.ABANDONED, NOW + 3 * HOUR)
    (window,) = await dial.windows(CAMPAIGN, NOW + 4 * HOUR)
    assert (window.live, window.abandoned) == (3, 2)
    (window,) = await dial.windows(CAMPAIGN, NOW + 31 * DAY)  # the next period
    assert (window.live, window.abandoned) == (0, 0)
    rows = await dial.ledger_rows(WINTER, NOW + HOUR)
    assert sorted(row.end.verdict.value for row in rows if row.end) == [
        "abandoned",
        "abandoned",
        "busy",
    ]
