"""What the gate is told of a number and a party: all of it read in the transaction that acts on it.

Several are asked about at once, with as many queries as for one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, func, or_, select

from contact_center.adapters.sql.dialing.leads import chunks
from contact_center.adapters.sql.dialing.tables import (
    attempts,
    consents,
    rnd_answers,
    suppression_scrubs,
    suppressions,
)
from dialer import consent
from dialer.attempt import Verdict
from dialer.campaign import CampaignSettings
from dialer.consent import ConsentRecord
from dialer.ids import ListId, PartyId
from dialer.policy import Facts, Policy

INTERNAL = "internal"
"""The source of what people asked us, as against lists from outside."""

_HOUR_US = 3_600_000_000
DAY_US = 24 * _HOUR_US
_LEAST_US = 31 * DAY_US
_ABANDONED = (Verdict.ABANDONED.value, Verdict.LOST.value)
_PREFIX_LENGTHS = range(2, 13)

# Made once: putting a query together takes longer than answering it.
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_entry = suppressions.c
_HOLDING = select(
    _entry.kind, _entry.value, _entry.scope, _entry.whose, _entry.source, _entry.since
).where(
    _entry.kind.in_(("number", "party", "prefix")),
    _entry.value.in_(_VALUES),
    _entry.lifted_at.is_(None),
    or_(_entry.until.is_(None), _entry.until > bindparam("now")),
    or_(
        _entry.scope.in_(("global", "list")),
        and_(_entry.scope == "seller", _entry.whose == bindparam("seller")),
        and_(_entry.scope == "campaign", _entry.whose == bindparam("campaign")),
    ),
)
_attempt = attempts.c
_MADE = select(
    _attempt.attempt,
    _attempt.party,
    _attempt.number,
    _attempt.purpose,
    _attempt.verdict,
    _attempt.opened_at,
    _attempt.closed_at,
).where(or_(_attempt.opened_at >= bindparam("since"), _attempt.closed_at.is_(None)))
_OF_PARTY = _MADE.where(_attempt.party.in_(_VALUES))
_OF_NUMBER = _MADE.where(_attempt.number.in_(_VALUES))
_SAID_BY = select(consents).where(consents.c.party.in_(_VALUES))
_TAKEN_BACK_AT = select(consents).where(consents.c.number.in_(_VALUES), consents.c.revoked)
_OWNERS = (
    select(rnd_answers.c.number, rnd_answers.c.answer, rnd_answers.c.at)
    .where(rnd_answers.c.number.in_(_VALUES))
    .order_by(rnd_answers.c.at)
)
_SCRUBBED = select(suppression_scrubs.c.source, func.max(suppression_scrubs.c.at)).group_by(
    suppression_scrubs.c.source
)
_SHOWN = select(func.count()).where(
    _attempt.caller_id == bindparam("caller_id"), _attempt.opened_at >= bindparam("day")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom something is asked: a party at a number, from a list."""

    party: str
    number: str
    list: str


def horizon_us(policies: Iterable[Policy]) -> int:
    """Say how far back any of these policies looks."""
    spans = [_LEAST_US]
    for policy in policies:
        spans += [cap.hours * _HOUR_US for cap in policy.caps]
        spans += [policy.quiet_after_contact_us, policy.lock_abandoned_us]
    return max(spans) + 2 * DAY_US


def load(
    connection: Connection,
    asked: Sequence[Asked],
    campaign: CampaignSettings,
    now: int,
    caller_id: str = "",
    back_us: int = _LEAST_US,
) -> dict[Asked, Facts]:
    """Say what is known now. Attempts are looked at `back_us` far."""
    parties = sorted({each.party for each in asked})
    numbers = sorted({each.number for each in asked})
    barred = suppressed(connection, asked, campaign, now)
    made = _attempts(connection, parties, numbers, now - back_us)
    given = _consents(connection, parties, numbers)
    answers = _rnd(connection, numbers)
    scrubbed = _scrubbed(connection)
    shown = _shown(connection, caller_id, now)
    return {
        each: _facts(
            each,
            made,
            suppressed=barred.get(each, ()),
            consents=consent.standing(
                _records(given, each), PartyId(each.party), each.number, campaign.seller, now
            ),
            scrubbed=scrubbed,
            rnd=answers.get(each.number),
            shown_today=shown,
        )
        for each in asked
    }


def _facts(each: Asked, made: Sequence[Row[Any]], **rest: Any) -> Facts:
    mine = [row for row in made if row.party == each.party or row.number == each.number]

    def latest(instants: Iterable[int]) -> int | None:
        return max(instants, default=None)

    return Facts(
        attempts=tuple((row.opened_at, row.number, row.purpose, row.verdict) for row in mine),
        open=any(row.closed_at is None for row in mine),
        contacted_at=latest(
            row.closed_at for row in mine if row.verdict == Verdict.CONNECTED.value
        ),
        abandoned_at=latest(row.closed_at for row in mine if row.verdict in _ABANDONED),
        machine_at=latest(row.closed_at for row in mine if row.verdict == Verdict.MACHINE.value),
        **rest,
    )


def suppressed(
    connection: Connection, asked: Sequence[Asked], campaign: CampaignSettings, now: int
) -> dict[Asked, tuple[tuple[str, int], ...]]:
    """Give (scope, since) of every entry that holds, by whom it is about."""
    about: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in asked:
        about["number", each.number].append(each)
        about["party", each.party].append(each)
        for length in _PREFIX_LENGTHS:
            about["prefix", each.number[:length]].append(each)
    found: dict[Asked, set[tuple[str, int]]] = defaultdict(set)
    of = {"now": now, "seller": campaign.seller, "campaign": campaign.campaign}
    for part in chunks(sorted({value for _, value in about})):
        for row in connection.execute(_HOLDING, {"values": part, **of}):
            scope = row.scope if row.source == INTERNAL else f"dnc:{row.source}"
            for each in about.get((row.kind, row.value), ()):
                if row.scope != "list" or row.whose == each.list:
                    found[each].add((scope, row.since))
    return {each: tuple(sorted(entries)) for each, entries in found.items()}


def _attempts(
    connection: Connection, parties: Sequence[str], numbers: Sequence[str], since: int
) -> list[Row[Any]]:
    """Attempts on any of these, newest first; those still open however old they are."""
    found: dict[str, Any] = {}
    for query, values in ((_OF_PARTY, parties), (_OF_NUMBER, numbers)):
        for part in chunks(values):
            for row in connection.execute(query, {"values": part, "since": since}):
                found[row.attempt] = row
    return sorted(found.values(), key=lambda row: row.opened_at, reverse=True)


def _consents(
    connection: Connection, parties: Sequence[str], numbers: Sequence[str]
) -> list[Row[Any]]:
    found: set[Row[Any]] = set()
    for query, values in ((_SAID_BY, parties), (_TAKEN_BACK_AT, numbers)):
        for part in chunks(values):
            found |= set(connection.execute(query, {"values": part}))
    return list(found)


def _records(rows: Iterable[Row[Any]], each: Asked) -> list[ConsentRecord]:
    """Give what was said by a party; and what was taken back at its number, by whomever."""
    return [
        ConsentRecord(
            party=PartyId(each.party),
            number=row.number,
            seller=row.seller,
            type=row.type,
            at=row.at,
            revoked=row.revoked,
            until=row.until,
            channel=row.channel,
            proof=row.proof,
        )
        for row in rows
        if row.party == each.party or (row.revoked and row.number == each.number)
    ]


def _rnd(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for part in chunks(numbers):
        for row in connection.execute(_OWNERS, {"values": part}):
            found[row.number] = (row.answer, row.at)
    return found


def _scrubbed(connection: Connection) -> tuple[tuple[str, int], ...]:
    return tuple((source, at) for source, at in connection.execute(_SCRUBBED))


def _shown(connection: Connection, caller_id: str, now: int) -> int:
    if not caller_id:
        return 0
    today = {"caller_id": caller_id, "day": now - now % DAY_US}
    return connection.execute(_SHOWN, today).scalar_one()


def whom(party: PartyId, number: str, list_: ListId) -> Asked:
    """Name somebody to ask about."""
    return Asked(str(party), number, str(list_))


def plain(facts: Facts) -> Mapping[str, Any]:
    """Write facts down as evidence: what the gate knew."""
    return {
        "suppressed": facts.suppressed,
        "consents": facts.consents,
        "attempts": facts.attempts,
        "contacted_at": facts.contacted_at,
        "abandoned_at": facts.abandoned_at,
        "machine_at": facts.machine_at,
        "scrubbed": facts.scrubbed,
        "rnd": facts.rnd,
        "shown_today": facts.shown_today,
    }
