"""Reading attempts: for ledgers, analysis and evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, text

from contact_center.adapters.sql.dialing.attempts import attempt_from
from contact_center.adapters.sql.dialing.tables import TESTED, attempts
from dialer.attempt import Attempt, AttemptEnd, Verdict
from dialer.ids import AgentId, AttemptId, CampaignId
from dialer.ledger import LedgerRow
from dialer.machine_audit import Finding

PAGE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """An attempt with everything that is kept of it. ``facts``: what the gate knew, by name."""

    attempt: Attempt
    seller: str
    purpose: str
    mode: str
    facts: Mapping[str, Any]
    end: AttemptEnd | None
    disposition: str
    success: bool
    person: bool | None = None


def row_of(row: Row[Any]) -> AttemptRow:
    """Make it of a row of `attempts`."""
    return AttemptRow(
        attempt=attempt_from(row),
        seller=row.seller,
        purpose=row.purpose,
        mode=row.mode,
        facts=row.facts,
        end=end_from(row),
        disposition=row.disposition,
        success=row.success,
        person=row.person,
    )


def end_from(row: Row[Any]) -> AttemptEnd | None:
    """Make the end of an attempt; None while it is open."""
    if row.closed_at is None:
        return None
    return AttemptEnd(
        attempt=AttemptId(row.attempt),
        at=row.closed_at,
        verdict=Verdict(row.verdict),
        ringing_at=row.ringing_at,
        answered_at=row.answered_at,
        speech_at=row.speech_at,
        greeting_at=row.greeting_at,
        connected_at=row.connected_at,
        message_at=row.message_at,
        agent=None if row.agent is None else AgentId(row.agent),
        opted_out=row.opted_out,
        cause=row.cause,
        talk_us=row.talk_us,
        machine=row.machine,
        sampled=row.sampled,
        attestation=row.attestation,
    )


def page(
    connection: Connection,
    begin: int,
    end: int,
    campaign: CampaignId | None,
    after: tuple[int, str],
) -> list[AttemptRow]:
    """Give up to `PAGE` attempts opened in [begin, end), in order, behind (opened_at, attempt)."""
    at, name = after
    query = (
        select(attempts)
        .where(attempts.c.opened_at >= max(begin, at), attempts.c.opened_at < end)
        .where((attempts.c.opened_at > at) | (attempts.c.attempt > name))
        .order_by(attempts.c.opened_at, attempts.c.attempt)
        .limit(PAGE)
    )
    if campaign is not None:
        query = query.where(attempts.c.campaign == campaign)
    return [row_of(row) for row in connection.execute(query)]


def ledger_rows(
    connection: Connection,
    since: int,
    changed_since: int = 0,
    campaign: CampaignId | None = None,
) -> Iterator[LedgerRow]:
    """Give attempts opened since, and changed since, as ledgers want them."""
    query = select(attempts).where(attempts.c.opened_at >= since)
    if changed_since:
        query = query.where(attempts.c.changed_at >= changed_since)
    if campaign is not None:
        query = query.where(attempts.c.campaign == campaign)
    for row in connection.execute(query):
        attempt = attempt_from(row)
        yield LedgerRow(
            attempt=attempt,
            seller=row.seller,
            end=end_from(row),
            answered_at=row.answered_at,
            person=row.person,
        )


def findings(
    connection: Connection, campaign: CampaignId, begin: int, end: int
) -> tuple[Finding, ...]:
    """Give what agents found of calls, opened in [begin, end), that were taken for machines."""
    query = (
        select(attempts.c.attempt, attempts.c.opened_at, attempts.c.person)
        .where(attempts.c.campaign == campaign, text(TESTED))
        .where(attempts.c.opened_at >= begin, attempts.c.opened_at < end)
        .order_by(attempts.c.opened_at, attempts.c.attempt)
    )
    return tuple(
        Finding(attempt=AttemptId(row.attempt), at=row.opened_at, person=row.person)
        for row in connection.execute(query)
    )


def found(connection: Connection, campaign: CampaignId, begin: int, end: int) -> tuple[int, int]:
    """Count what `findings` gives: people, and machines."""
    query = (
        select(attempts.c.person, func.count())
        .where(attempts.c.campaign == campaign, text(TESTED))
        .where(attempts.c.opened_at >= begin, attempts.c.opened_at < end)
        .group_by(attempts.c.person)
    )
    counts = {row[0]: row[1] for row in connection.execute(query)}
    return counts.get(True, 0), counts.get(False, 0)


def detected(
    connection: Connection, campaign: CampaignId, begin: int, end: int
) -> tuple[int, int, int]:
    """Count what was taken for a machine of the calls opened in [begin, end): all, those that were
    let through as samples, and those that an agent had."""
    heard = attempts.c.connected_at.is_not(None)
    query = select(
        func.count(), *(func.count(case((each, 1))) for each in (attempts.c.sampled, heard))
    ).where(
        attempts.c.campaign == campaign,
        attempts.c.opened_at >= begin,
        attempts.c.opened_at < end,
        attempts.c.machine,
    )
    counts = connection.execute(query).one()
    return counts[0], counts[1], counts[2]


def successes(connection: Connection, campaign: CampaignId, since: int) -> int:
    """Count attempts opened since that were a success."""
    query = select(func.count()).where(
        attempts.c.campaign == campaign, attempts.c.opened_at >= since, attempts.c.success
    )
    return connection.execute(query).scalar_one()
