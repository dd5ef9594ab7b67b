"""Writing what is known of customers: profiles, records, scores, notes, answers, identity."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, TypeVar

import msgspec
from sqlalchemy import Connection, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.customer_tables import (
    customer_profiles,
    customer_records,
    customer_scores,
    identity_checks,
    organisations,
    value_cuts,
)
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError, told_as_unavailable
from contact_center.adapters.sql.tables import customers
from contact_center.adapters.sql.text import clean_line, clean_text, clean_tree
from contact_center.core.customer_masking import WAYS
from contact_center.core.customer_records import (
    KINDS,
    ChurnRisk,
    LifetimeValue,
    Offer,
    Order,
    Organisation,
    Profile,
    Record,
    Score,
    Task,
    problem_of,
)
from contact_center.core.customer_value import Bought, Cuts, cuts_of, rfm

LONGEST_NOTE = 2_000
LARGEST_RECORD = 16_384
_T = TypeVar("_T")
MOST_BUYERS = 1_000_000
_ANSWERS: Final[Mapping[str, Literal["accepted", "declined"]]] = {
    "accepted": "accepted",
    "declined": "declined",
}
_COUNTED = frozenset({"placed", "sent", "delivered"})
"""Orders that count as purchases: not those returned or cancelled."""
_KIND_OF: Final[Mapping[type, str]] = {kind: name for name, kind in KINDS.items()}


class CannotKeepError(StorageError):
    """Something about a customer that makes no sense; the message says what to mend."""


class CustomerKeeping:
    """The writing half of the store. Every method raises DatabaseUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, customer: str, record: Record | Score | Profile, now: int) -> None:
        """Keep something, in place of what was there by this name. Raises CannotKeepError."""
        await self._write(lambda c: put(c, customer, record, now))

    async def put_organisation(self, one: Organisation) -> None:
        """Keep an organisation, in place of what was there by this name."""
        await self._write(lambda c: put_organisation(c, one))

    async def pin(self, customer: str, text: str, by: str, now: int) -> str:
        """Write the pinned note; "" takes it off. Gives the one before. Raises CannotKeepError."""
        return await self._write(lambda c: _pin(c, customer, text, by, now))

    async def mind(self, customer: str, care: str) -> str:
        """Write what is to be minded with somebody vulnerable; "" for nothing any more.

        Gives what was written before. Raises CannotKeepError.
        """
        return await self._write(lambda c: _mind(c, customer, care))

    async def verified(self, customer: str, call: str, agent: str, way: str, now: int) -> None:
        """Note that an agent verified in a call who this is. Raises CannotKeepError."""
        await self._write(lambda c: _verified(c, customer, call, agent, way, now))

    async def answer(
        self, customer: str, offer: str, answer: str, by: str, call: str, now: int
    ) -> Offer | None:
        """Write down what was said to an offer; None when there is no such offer."""
        return await self._write(lambda c: _answer(c, customer, offer, answer, by, call, now))

    async def done(self, customer: str, task: str, now: int) -> Task | None:
        """Take a task off the list; None when there is no such task."""
        return await self._write(lambda c: _done(c, customer, task, now))

    async def score_all(self, now: int) -> int:
        """Find the quintiles of all who bought and place everybody; gives how many."""
        return await self._write(lambda c: score_all(c, now))

    async def _write(self, change: Callable[[Connection], _T]) -> _T:
        with told_as_unavailable(self._database.url):
            return await self._database.write(change)


def put(connection: Connection, customer: str, record: Record | Score | Profile, now: int) -> None:
    """Keep something; part of whoever's transaction. A purchase is counted at once.

    Raises CannotKeepError.
    """
    if wrong := problem_of(record):
        raise CannotKeepError(wrong)
    _known(connection, customer)
    match record:
        case Profile():
            _upsert(connection, customer_profiles, _profile_row(customer, record))
        case LifetimeValue() | ChurnRisk():
            kind = "lifetime_value" if isinstance(record, LifetimeValue) else "churn_risk"
            row = {"customer": customer, "kind": kind, "at": now, "body": _body(record)}
            _upsert(connection, customer_scores, row)
        case _:
            _put_record(connection, customer, _KIND_OF[type(record)], record)
            if isinstance(record, Order):
                place(connection, customer, now)


def put_organisation(connection: Connection, one: Organisation) -> None:
    """Keep an organisation; part of whoever's transaction."""
    row = {"organisation": one.organisation, "name": clean_line(one.name), "kind": one.kind}
    _upsert(connection, organisations, row)


def place(connection: Connection, customer: str, now: int) -> None:
    """Place one customer between the cuts of last time: after a purchase."""
    body = connection.execute(
        select(value_cuts.c.body).order_by(value_cuts.c.at.desc()).limit(1)
    ).scalar()
    bought = _purchases(connection, customer).get(customer)
    if body is None or bought is None:
        return
    cuts = msgspec.convert(body, Cuts)
    _upsert(connection, customer_scores, _rfm_row(customer, bought, cuts, now))


def score_all(connection: Connection, now: int) -> int:
    """Count everybody's purchases, cut them into quintiles, and place everybody."""
    everybody = _purchases(connection)
    cuts = cuts_of(list(everybody.values()), now)
    connection.execute(delete(value_cuts))
    connection.execute(value_cuts.insert(), {"at": now, "body": msgspec.to_builtins(cuts)})
    connection.execute(delete(customer_scores).where(customer_scores.c.kind == "rfm"))
    rows = [_rfm_row(customer, bought, cuts, now) for customer, bought in everybody.items()]
    if rows:
        connection.execute(customer_scores.insert(), rows)
    return len(rows)


def _purchases(connection: Connection, customer: str = "") -> Mapping[str, Bought]:
    r = customer_records.c
    query = select(r.customer, r.at, r.body).where(r.kind == "order")
    if customer:
        query = query.where(r.customer == customer)
    orders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for whose, at, body in connection.execute(query.limit(MOST_BUYERS)):
        if body["state"] in _COUNTED:
            orders[whose].append((at, body["cents"]))
    return {
        whose: Bought(
            last_at=max(at for at, _ in bought),
            times=len(bought),
            cents=sum(cents for _, cents in bought),
        )
        for whose, bought in orders.items()
    }


def _rfm_row(customer: str, bought: Bought, cuts: Cuts, now: int) -> dict[str, Any]:
    body = msgspec.to_builtins(rfm(bought, cuts, now))
    return {"customer": customer, "kind": "rfm", "at": now, "body": body}


def record_of(kind: str, body: Mapping[str, Any]) -> Record:
    """Read a record as it is kept."""
    return msgspec.convert(body, KINDS[kind])


def _put_record(connection: Connection, customer: str, kind: str, record: Record) -> None:
    at = getattr(record, "at", None)
    if at is None:
        at = getattr(record, "due_at", None) or 0
    row = {
        "kind": kind,
        "record": record.record,
        "customer": customer,
        "at": at,
        "body": _body(record),
    }
    r = customer_records.c
    whose = select(r.customer).where(r.kind == kind, r.record == record.record)
    if connection.execute(whose).scalar() not in (None, customer):
        raise CannotKeepError("this is another customer's")
    _upsert(connection, customer_records, row)


def _body(record: Record | Score) -> Any:
    body = clean_tree(msgspec.to_builtins(record))
    if len(msgspec.json.encode(body)) > LARGEST_RECORD:
        raise CannotKeepError("this is longer than a record may be")
    return body


def _profile_row(customer: str, profile: Profile) -> dict[str, Any]:
    row = clean_tree(msgspec.to_builtins(profile))
    return {**row, "customer": customer, "pinned": clean_text(profile.pinned)[:LONGEST_NOTE]}


def _known(connection: Connection, customer: str) -> None:
    query = select(customers.c.customer).where(customers.c.customer == customer)
    if connection.execute(query).first() is None:
        raise CannotKeepError("there is no such customer")


def _pin(connection: Connection, customer: str, text: str, by: str, now: int) -> str:
    if len(text) > LONGEST_NOTE:
        raise CannotKeepError(f"a pinned note has {LONGEST_NOTE} letters at most")
    pinned = {"pinned": clean_text(text).strip(), "pinned_by": by, "pinned_at": now}
    return _change_profile(connection, customer, "pinned", pinned)


def _mind(connection: Connection, customer: str, care: str) -> str:
    if len(care) > LONGEST_NOTE:
        raise CannotKeepError(f"this has {LONGEST_NOTE} letters at most")
    return _change_profile(connection, customer, "care", {"care": clean_text(care).strip()})


def _change_profile(
    connection: Connection, customer: str, name: str, values: Mapping[str, Any]
) -> str:
    _known(connection, customer)
    p = customer_profiles.c
    before = connection.execute(select(p[name]).where(p.customer == customer)).scalar()
    if before is None:
        _upsert(connection, customer_profiles, _profile_row(customer, Profile(customer=customer)))
    change = update(customer_profiles).where(p.customer == customer)
    connection.execute(change.values(**values))
    return before or ""


def _verified(
    connection: Connection, customer: str, call: str, agent: str, way: str, now: int
) -> None:
    if way not in WAYS:
        raise CannotKeepError(f"write by what, one of {', '.join(WAYS)}")
    _known(connection, customer)
    row = {"call": call, "customer": customer, "agent": agent, "way": way, "at": now}
    _upsert(connection, identity_checks, row)


def _answer(
    connection: Connection,
    customer: str,
    offer: str,
    answer: str,
    by: str,
    call: str,
    now: int,
) -> Offer | None:
    if answer not in _ANSWERS:
        raise CannotKeepError("an offer is accepted or declined")
    found = _record(connection, customer, "offer", offer)
    if not isinstance(found, Offer):
        return None
    new = replace(found, answer=_ANSWERS[answer], answered_at=now, answered_by=by, call=call)
    _put_record(connection, customer, "offer", new)
    return new


def _done(connection: Connection, customer: str, task: str, now: int) -> Task | None:
    found = _record(connection, customer, "task", task)
    if not isinstance(found, Task):
        return None
    new = found if found.done_at is not None else replace(found, done_at=now)
    _put_record(connection, customer, "task", new)
    return new


def _record(connection: Connection, customer: str, kind: str, record: str) -> Record | None:
    r = customer_records.c
    query = select(r.body).where(r.kind == kind, r.record == record, r.customer == customer)
    body = connection.execute(query.with_for_update()).scalar()
    return record_of(kind, body) if body is not None else None


def _upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    put_in = insert(table)
    columns = [
        column.name for column in table.columns if not column.primary_key and column.name in row
    ]
    connection.execute(
        put_in.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={name: put_in.excluded[name] for name in columns},
        ),
        [dict(row)],
    )
