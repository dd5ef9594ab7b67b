"""Reading what is known of a customer: who it is, what they have and want, what they are worth.

Every function is one part of the card, read by itself, so that a slow one makes no other late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, or_, select

from contact_center.adapters.sql.customer_keeping import record_of
from contact_center.adapters.sql.customer_tables import (
    customer_merges,
    customer_profiles,
    customer_records,
    customer_scores,
    identity_checks,
    organisations,
)
from contact_center.adapters.sql.tables import customers, phone_numbers
from contact_center.core.customer_records import (
    SCORES,
    Organisation,
    Profile,
    Record,
    Score,
)
from contact_center.core.customer_value import Rfm

MOST_RECORDS = 100
MOST_FOUND = 20
MOST_LEVELS = 8
_C, _P, _R = customers.c, customer_profiles.c, customer_records.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who it is. ``numbers``: E.164, with the names of others who share each.

    ``above``: whom they report to, and so on upwards; ``below``: who reports to them; as (customer,
    name, role).
    """

    customer: str
    name: str
    tier: str
    language: str
    email: str
    note: str
    numbers: tuple[tuple[str, tuple[str, ...]], ...]
    profile: Profile
    organisation: Organisation | None
    partner: Organisation | None
    above: tuple[tuple[str, str, str], ...]
    below: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Somebody who may be the same. ``why``: email, or name_and_number."""

    customer: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How an agent found out in a call who this is."""

    way: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What somebody is worth, and since when each is known."""

    rfm: tuple[Rfm, int] | None = None
    scores: tuple[tuple[str, Score], ...] = ()


def person(connection: Connection, customer: str) -> Person | None:
    """Say who it is; None for nobody. Whoever was merged is whom they were merged into."""
    row = connection.execute(select(customers).where(_C.customer == customer)).first()
    if row is None:
        return None
    profile = _profile(connection, customer)
    return Person(
        customer=customer,
        name=row.name,
        tier=row.tier,
        language=row.language,
        email=row.email,
        note=row.note,
        numbers=_numbers(connection, customer),
        profile=profile,
        organisation=_organisation(connection, profile.organisation),
        partner=_organisation(connection, profile.partner),
        above=_above(connection, profile),
        below=_below(connection, customer),
    )


def now_called(connection: Connection, customer: str) -> str:
    """Follow merges: who a customer is now."""
    m = customer_merges.c
    for _ in range(MOST_LEVELS):
        query = select(m.kept).where(m.gone == customer, m.undone_at.is_(None)).limit(1)
        kept = connection.execute(query).scalar()
        if kept is None:
            break
        customer = kept
    return customer


def numbers_of(connection: Connection, customer: str) -> list[str]:
    """Give a customer's numbers, the first first."""
    n = phone_numbers.c
    query = select(n.number).where(n.customer == customer).order_by(n.position, n.number)
    return list(connection.scalars(query.limit(MOST_FOUND)))


def records(
    connection: Connection, customer: str, kinds: Sequence[str]
) -> dict[str, tuple[Record, ...]]:
    """Give the newest records of some kinds, newest first."""
    found: dict[str, tuple[Record, ...]] = {}
    for kind in kinds:
        query = (
            select(_R.body)
            .where(_R.customer == customer, _R.kind == kind)
            .order_by(_R.at.desc(), _R.record)
            .limit(MOST_RECORDS)
        )
        found[kind] = tuple(record_of(kind, body) for body in connection.scalars(query))
    return found


def values(connection: Connection, customer: str) -> Values:
    """Give segment, lifetime value and risk, as far as they are known."""
    s = customer_scores.c
    query = select(s.kind, s.at, s.body).where(s.customer == customer)
    rows = {kind: (at, body) for kind, at, body in connection.execute(query)}
    segment = rows.get("rfm")
    return Values(
        rfm=(msgspec.convert(segment[1], Rfm), segment[0]) if segment is not None else None,
        scores=tuple(
            (kind, msgspec.convert(rows[kind][1], shape))
            for kind, shape in SCORES.items()
            if kind in rows
        ),
    )


def identity(
    connection: Connection, customer: str, call: str, agent: str, since: int
) -> Identity | None:
    """Say how this agent verified in this call who it is; None when they have not."""
    i = identity_checks.c
    query = select(i.way, i.at).where(
        i.call == call, i.customer == customer, i.agent == agent, i.at >= since
    )
    row = connection.execute(query).first()
    return Identity(way=row.way, at=row.at) if row is not None else None


def alike(connection: Connection, customer: str) -> tuple[Alike, ...]:
    """Find who may be the same: by e-mail, or by name and a number that they share."""
    me = connection.execute(select(customers).where(_C.customer == customer)).first()
    if me is None:
        return ()
    found: dict[str, Alike] = {}
    others = _C.customer != customer
    if me.email:
        same = select(_C.customer, _C.name).where(_C.email == me.email, others)
        for row in connection.execute(same.limit(MOST_FOUND)):
            found[row.customer] = Alike(customer=row.customer, name=row.name, why="email")
    n = phone_numbers.c
    mine = select(n.number).where(n.customer == customer)
    shared = (
        select(_C.customer, _C.name)
        .join(phone_numbers, n.customer == _C.customer)
        .where(n.number.in_(mine), others)
        .distinct()
    )
    for row in connection.execute(shared.limit(MOST_FOUND)):
        if _key(row.name) == _key(me.name):
            one = Alike(customer=row.customer, name=row.name, why="name_and_number")
            found.setdefault(row.customer, one)
    return tuple(found.values())


def search(connection: Connection, text: str, number: str | None) -> list[tuple[str, str, str]]:
    """Find customers by how their name begins, by e-mail, number or id: id, name, tier."""
    # LIKE is told where its own signs are meant as they are.
    begins = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    which = or_(_C.name.ilike(begins, escape="\\"), _C.email == text.lower(), _C.customer == text)
    if number is not None:
        n = phone_numbers.c
        which = or_(which, _C.customer.in_(select(n.customer).where(n.number == number)))
    query = select(_C.customer, _C.name, _C.tier).where(which).order_by(_C.name, _C.customer)
    return [(row[0], row[1], row[2]) for row in connection.execute(query.limit(MOST_FOUND))]


def _key(name: str) -> str:
    return " ".join(sorted(name.casefold().split()))


def _profile(connection: Connection, customer: str) -> Profile:
    query = select(customer_profiles).where(_P.customer == customer)
    row = connection.execute(query).mappings().first()
    return msgspec.convert(_plain(row), Profile) if row is not None else Profile(customer=customer)


def _organisation(connection: Connection, name: str) -> Organisation | None:
    if not name:
        return None
    query = select(organisations).where(organisations.c.organisation == name)
    row = connection.execute(query).mappings().first()
    return msgspec.convert(_plain(row), Organisation) if row is not None else None


def _numbers(connection: Connection, customer: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    n = phone_numbers.c
    mine = numbers_of(connection, customer)
    query = (
        select(n.number, _C.name)
        .join(customers, _C.customer == n.customer)
        .where(n.number.in_(mine), n.customer != customer)
        .order_by(_C.name)
        .limit(MOST_FOUND)
    )
    shared = connection.execute(query).all()
    return tuple((number, tuple(r[1] for r in shared if r[0] == number)) for number in mine)


def _above(connection: Connection, profile: Profile) -> tuple[tuple[str, str, str], ...]:
    """Walk upwards; who reports to whom in a ring is walked once."""
    chain: list[tuple[str, str, str]] = []
    seen, boss = {profile.customer}, profile.reports_to
    while boss and boss not in seen and len(chain) < MOST_LEVELS:
        seen.add(boss)
        query = (
            select(_C.name, _P.role, _P.reports_to)
            .join(customer_profiles, _P.customer == _C.customer, isouter=True)
            .where(_C.customer == boss)
        )
        row = connection.execute(query).first()
        if row is None:
            break
        chain.append((boss, row[0], row[1] or ""))
        boss = row[2] or ""
    return tuple(chain)


def _below(connection: Connection, customer: str) -> tuple[tuple[str, str, str], ...]:
    query = (
        select(_C.customer, _C.name, _P.role)
        .join(customer_profiles, _P.customer == _C.customer)
        .where(_P.reports_to == customer)
        .order_by(_C.name)
        .limit(MOST_FOUND)
    )
    return tuple((row[0], row[1], row[2]) for row in connection.execute(query))


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Name columns with plain strings: SQLAlchemy's own kind is none to who reads them."""
    return {str(name): value for name, value in row.items()}
