"""What happened with a customer, read from where each thing is kept, and put on one time line."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from contact_center.adapters.sql.case_tables import cases
from contact_center.adapters.sql.customer_reading import numbers_of, records
from contact_center.adapters.sql.customer_tables import customer_merges, identity_checks
from contact_center.adapters.sql.dialing.leads import IS_LIVE
from contact_center.adapters.sql.dialing.tables import (
    attempts,
    callbacks,
    consents,
    lead_numbers,
    leads,
    lists,
    suppressions,
)
from contact_center.adapters.sql.tables import interactions, survey_answers
from contact_center.core.customer_records import Invoice, Offer, Opportunity, Order, Quote
from dialer.consent import ConsentRecord, standing
from dialer.ids import PartyId

MOST_LINES = 200
_SHORT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of the time line. ``kind``: interaction, case, deal, quote, order, invoice, offer,
    consent, response, identity or merge; ``what`` says which, ``how`` how it stands, ``text`` more;
    ``ref`` names it."""

    at: int
    kind: str
    what: str
    how: str = ""
    text: str = ""
    who: str = ""
    ref: str = ""
    talk_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody allowed a seller, or did not. ``stands``: whether a call may rest on it now."""

    number: str
    type: str
    seller: str
    channel: str
    at: int
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """That a number, or everything of a party, is not to be called: of whom, and since when."""

    value: str
    scope: str
    whose: str
    why: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whom may be called: what was said, and what bars."""

    consents: tuple[Consent, ...]
    barred: tuple[Barred, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A call that somebody promised."""

    at: int
    agent: str
    note: str
    campaign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaigns:
    """Lists somebody is on (name and label), and what came of calls (as moments)."""

    lists: tuple[tuple[str, str], ...]
    responses: tuple[Moment, ...]


def calls_of(connection: Connection, customer: str, most: int = MOST_LINES) -> list[Moment]:
    """Give interactions of all channels: with the customer, or on their number with nobody."""
    i = interactions.c
    numbers = numbers_of(connection, customer)
    which = or_(i.customer == customer, i.party.in_(numbers) & i.customer.is_(None))
    query = select(interactions).where(which).order_by(i.started_at.desc()).limit(most)
    return [
        Moment(
            at=row.started_at,
            kind="interaction",
            what=row.channel,
            how=row.disposition or row.outcome,
            text=(row.notes or row.subject)[:_SHORT],
            who=row.agent,
            ref=row.call,
            talk_s=row.talk_us // 1_000_000,
        )
        for row in connection.execute(query)
    ]


def standing_of(connection: Connection, customer: str, now: int) -> Standing:
    """Say what was allowed and what bars, from the dialer's own tables."""
    numbers = numbers_of(connection, customer)
    parties = _parties(connection, numbers)
    found = [
        ConsentRecord(
            party=PartyId(row.party),
            number=row.number,
            seller=row.seller,
            type=row.type,
            at=row.at,
            revoked=row.revoked,
            until=row.until,
            channel=row.channel,
            proof=row.proof,
        )
        for row in connection.execute(
            select(consents)
            .where(consents.c.party.in_(parties))
            .order_by(consents.c.at.desc())
            .limit(MOST_LINES)
        )
    ]
    newest: dict[tuple[str, str, str], ConsentRecord] = {}
    for one in found:
        newest.setdefault((one.number, one.type, one.seller), one)
    told = tuple(
        Consent(
            number=one.number,
            type=one.type,
            seller=one.seller,
            channel=one.channel,
            at=one.at,
            stands=not one.revoked and _stands(found, one, numbers, now),
        )
        for one in newest.values()
    )
    return Standing(consents=told, barred=_barred(connection, numbers, parties, now))


def _stands(
    found: Sequence[ConsentRecord], one: ConsentRecord, numbers: Sequence[str], now: int
) -> bool:
    asked = [one.number] if one.number else list(numbers) or [""]
    return any(
        kind == one.type
        for number in asked
        for kind, _ in standing(found, one.party, number, one.seller, now)
    )


def _parties(connection: Connection, numbers: Sequence[str]) -> list[str]:
    query = (
        select(leads.c.party)
        .join(lead_numbers, lead_numbers.c.lead == leads.c.lead)
        .where(lead_numbers.c.number.in_(numbers))
        .distinct()
        .limit(MOST_LINES)
    )
    # Who is on no list is known by the number alone.
    return [*connection.scalars(query), *(f"number:{number}" for number in numbers)]


def _barred(
    connection: Connection, numbers: Sequence[str], parties: Sequence[str], now: int
) -> tuple[Barred, ...]:
    s = suppressions.c
    beginnings = {number[:length] for number in numbers for length in range(2, len(number))}
    which = or_(
        (s.kind == "number") & s.value.in_(numbers),
        (s.kind == "party") & s.value.in_(parties),
        (s.kind == "prefix") & s.value.in_(sorted(beginnings)),
    )
    holds = s.lifted_at.is_(None) & or_(s.until.is_(None), s.until > now)
    query = select(suppressions).where(which, holds).order_by(s.since.desc()).limit(MOST_LINES)
    return tuple(
        Barred(value=row.value, scope=row.scope, whose=row.whose, why=row.reason, since=row.since)
        for row in connection.execute(query)
    )


def promises_of(connection: Connection, customer: str) -> tuple[Promised, ...]:
    """Give calls that were promised and not made yet, soonest first."""
    c = callbacks.c
    numbers = numbers_of(connection, customer)
    mine = select(lead_numbers.c.lead).where(lead_numbers.c.number.in_(numbers))
    query = select(callbacks).where(IS_LIVE, c.lead.in_(mine)).order_by(c.due_at).limit(20)
    return tuple(
        Promised(at=row.due_at, agent=row.agent or "", note=row.note, campaign=row.campaign)
        for row in connection.execute(query)
    )


def campaigns_of(connection: Connection, customer: str) -> Campaigns:
    """Say on which lists somebody is, and what came of the calls of campaigns."""
    numbers = numbers_of(connection, customer)
    on = (
        select(lists.c.list, lists.c.label)
        .join(leads, leads.c.list == lists.c.list)
        .join(lead_numbers, lead_numbers.c.lead == leads.c.lead)
        .where(lead_numbers.c.number.in_(numbers))
        .distinct()
        .order_by(lists.c.list)
        .limit(50)
    )
    a = attempts.c
    query = select(attempts).where(a.number.in_(numbers)).order_by(a.opened_at.desc()).limit(50)
    return Campaigns(
        lists=tuple((row[0], row[1]) for row in connection.execute(on)),
        responses=tuple(
            Moment(
                at=row.opened_at,
                kind="response",
                what=row.campaign,
                how=row.disposition or row.verdict,
                text="opted_out" if row.opted_out else "",
                who=row.agent or "",
                ref=row.attempt,
            )
            for row in connection.execute(query)
        ),
    )


def surveys_of(connection: Connection, customer: str) -> tuple[tuple[str, str, int, int], ...]:
    """Give the last answer to each question of surveys: survey, question, value, instant."""
    a, i = survey_answers.c, interactions.c
    query = (
        select(a.survey, a.question, a.value, a.at)
        .join(interactions, i.call == a.call)
        .where(i.customer == customer)
        .order_by(a.at.desc())
        .limit(MOST_LINES)
    )
    last: dict[tuple[str, str], tuple[str, str, int, int]] = {}
    for survey, question, value, at in connection.execute(query):
        last.setdefault((survey, question), (survey, question, value, at))
    return tuple(last.values())


def time_line(connection: Connection, customer: str, now: int) -> tuple[Moment, ...]:
    """Put everything that happened on one line, newest first."""
    lines = [
        *calls_of(connection, customer),
        *_case_moments(connection, customer),
        *_record_moments(connection, customer),
        *campaigns_of(connection, customer).responses,
        *_said(connection, customer, now),
        *_merge_moments(connection, customer),
    ]
    return tuple(sorted(lines, key=lambda line: -line.at)[:MOST_LINES])


def _case_moments(connection: Connection, customer: str) -> list[Moment]:
    c = cases.c
    query = select(cases).where(c.customer == customer).order_by(c.opened_at.desc())
    lines = []
    for row in connection.execute(query.limit(MOST_LINES)):
        ref, text = f"C-{row.number}", row.subject[:_SHORT]
        opened = Moment(
            at=row.opened_at,
            kind="case",
            what=row.kind,
            how="opened",
            text=text,
            who=row.opened_by,
            ref=ref,
        )
        lines.append(opened)
        if row.ended_at is not None:
            end = Moment(
                at=row.ended_at,
                kind="case",
                what=row.kind,
                how=row.status,
                text=text,
                who=row.agent,
                ref=ref,
            )
            lines.append(end)
    return lines


def _record_moments(connection: Connection, customer: str) -> list[Moment]:
    kinds = ("opportunity", "quote", "order", "invoice", "offer")
    lines = []
    for record in [one for many in records(connection, customer, kinds).values() for one in many]:
        how: str
        match record:
            case Opportunity():
                at, kind, how, text = record.stage_at, "deal", record.stage, record.title
            case Quote():
                text = ", ".join(line.title for line in record.lines)
                at, kind, how = record.at, "quote", record.state
            case Order():
                text = ", ".join(line.title for line in record.lines)
                at, kind, how = record.at, "order", record.state
            case Invoice():
                at, kind, how, text = record.at, "invoice", record.state, record.order
            case Offer() if record.answered_at is not None:
                at, kind, how = record.answered_at, "offer", record.answer
                text = record.title
            case _:
                continue
        lines.append(
            Moment(at=at, kind=kind, what=kind, how=how, text=text[:_SHORT], ref=record.record)
        )
    return lines


def _said(connection: Connection, customer: str, now: int) -> list[Moment]:
    told = standing_of(connection, customer, now)
    lines = [
        Moment(
            at=one.at,
            kind="consent",
            what=one.type,
            how="given" if one.stands else "not_given",
            text=one.seller,
        )
        for one in told.consents
    ]
    lines += [
        Moment(at=one.since, kind="consent", what="do_not_call", how=one.scope, text=one.why)
        for one in told.barred
    ]
    i = identity_checks.c
    query = select(identity_checks).where(i.customer == customer).order_by(i.at.desc()).limit(50)
    lines += [
        Moment(at=row.at, kind="identity", what=row.way, who=row.agent, ref=row.call)
        for row in connection.execute(query)
    ]
    return lines


def _merge_moments(connection: Connection, customer: str) -> list[Moment]:
    m = customer_merges.c
    query = select(customer_merges).where(m.kept == customer).order_by(m.at.desc()).limit(50)
    return [
        Moment(
            at=row.at,
            kind="merge",
            what=row.gone,
            how="undone" if row.undone_at is not None else "merged",
            text=row.why,
            who=row.by,
            ref=str(row.merge),
        )
        for row in connection.execute(query)
    ]
