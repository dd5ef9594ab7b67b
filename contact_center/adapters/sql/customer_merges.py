"""Two records of one person made one, and taken back: everything that is moved is on record."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update

from contact_center.adapters.sql.case_tables import cases
from contact_center.adapters.sql.customer_keeping import CannotKeepError
from contact_center.adapters.sql.customer_tables import (
    customer_merges,
    customer_profiles,
    customer_records,
    customer_scores,
)
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import customers, interactions, phone_numbers
from contact_center.adapters.sql.text import clean_text

MOST_MOVED = 10_000
"""So many rows of a kind are moved at most; who has more is refused, and nothing is done."""
_WITH_A_CUSTOMER = (customers, phone_numbers, customer_profiles, customer_scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A merge on record. ``undone_at``: None while it holds."""

    merge: int
    kept: str
    gone: str
    at: int
    by: str
    why: str
    undone_at: int | None


class CustomerMerges:
    """The store of merges. Every method raises CannotKeepError and DatabaseUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merge(self, kept: str, gone: str, by: str, why: str, now: int) -> Merge:
        """Make two customers one: `gone` is no more, what they had is that of `kept`."""
        with told_as_unavailable(self._database.url):
            return await self._database.write(lambda c: _merge(c, kept, gone, by, why, now))

    async def undo(self, number: int, by: str, now: int) -> Merge | None:
        """Take a merge back; None when there is none, or it was taken back already."""
        with told_as_unavailable(self._database.url):
            return await self._database.write(lambda c: _undo(c, number, by, now))


def _merge(connection: Connection, kept: str, gone: str, by: str, why: str, now: int) -> Merge:
    if kept == gone:
        raise CannotKeepError("this is one customer already")
    found = set(
        connection.scalars(
            select(customers.c.customer).where(customers.c.customer.in_([kept, gone]))
        )
    )
    if found != {kept, gone}:
        raise CannotKeepError("there is no such customer")
    before: dict[str, Any] = {
        table.name: _rows(connection, table, gone) for table in _WITH_A_CUSTOMER
    }
    before["moved"] = {
        "cases": _keys(connection, cases, "number", gone),
        "interactions": _keys(connection, interactions, "call", gone),
        "customer_records": [
            [row["kind"], row["record"]] for row in _rows(connection, customer_records, gone)
        ],
    }
    mine = set(
        connection.scalars(select(phone_numbers.c.number).where(phone_numbers.c.customer == kept))
    )
    others = [row for row in before["phone_numbers"] if row["number"] not in mine]
    before["gained"] = [row["number"] for row in others]
    if others:
        rows = [
            {**row, "customer": kept, "position": len(mine) + place}
            for place, row in enumerate(others)
        ]
        connection.execute(insert(phone_numbers), rows)
    for table in (cases, interactions, customer_records):
        mover = update(table).where(table.c.customer == gone)
        connection.execute(mover.values(customer=kept))
    _hand_down(connection, kept, before)
    connection.execute(delete(customers).where(customers.c.customer == gone))
    row = {
        "kept": kept,
        "gone": gone,
        "at": now,
        "by": by,
        "why": clean_text(why)[:500],
        "before": msgspec.to_builtins(before),
    }
    adding = insert(customer_merges).returning(customer_merges.c.merge)
    number = connection.execute(adding, row).scalar_one()
    return Merge(merge=number, kept=kept, gone=gone, at=now, by=by, why=row["why"], undone_at=None)


def _hand_down(connection: Connection, kept: str, before: dict[str, Any]) -> None:
    """Whoever is kept and has no profile or score yet gets that of the one who is gone."""
    for table in (customer_profiles, customer_scores):
        mine = {tuple(_key(table, row)) for row in _rows(connection, table, kept)}
        rows = [row for row in before[table.name] if tuple(_key(table, row)) not in mine]
        before[f"{table.name}_handed"] = [_key(table, row) for row in rows]
        if rows:
            connection.execute(insert(table), [{**row, "customer": kept} for row in rows])


def _key(table: Table, row: dict[str, Any]) -> list[Any]:
    return [row[column.name] for column in table.primary_key if column.name != "customer"]


def _undo(connection: Connection, number: int, by: str, now: int) -> Merge | None:
    m = customer_merges.c
    row = connection.execute(
        select(customer_merges).where(m.merge == number).with_for_update()
    ).first()
    if row is None or row.undone_at is not None:
        return None
    before, kept, gone = row.before, row.kept, row.gone
    if connection.execute(select(customers).where(customers.c.customer == gone)).first():
        raise CannotKeepError("there is somebody else by this name now")
    n = phone_numbers.c
    connection.execute(
        delete(phone_numbers).where(n.customer == kept, n.number.in_(before["gained"]))
    )
    for table in (customer_profiles, customer_scores):
        for key in before[f"{table.name}_handed"]:
            others = [column for column in table.primary_key if column.name != "customer"]
            which = [column == value for column, value in zip(others, key, strict=True)]
            connection.execute(delete(table).where(table.c.customer == kept, *which))
    for table in _WITH_A_CUSTOMER:
        if before[table.name]:
            connection.execute(insert(table), before[table.name])
    _move_back(connection, before["moved"], kept, gone)
    connection.execute(
        update(customer_merges).where(m.merge == number).values(undone_at=now, undone_by=by)
    )
    return Merge(
        merge=number, kept=kept, gone=gone, at=row.at, by=row.by, why=row.why, undone_at=now
    )


def _move_back(connection: Connection, moved: dict[str, Any], kept: str, gone: str) -> None:
    for table, column in ((cases, "number"), (interactions, "call")):
        names = moved[table.name]
        for begin in range(0, len(names), 500):
            which = table.c[column].in_(names[begin : begin + 500])
            change = update(table).where(which, table.c.customer == kept)
            connection.execute(change.values(customer=gone))
    r = customer_records.c
    for kind, record in moved["customer_records"]:
        which = (r.kind == kind) & (r.record == record) & (r.customer == kept)
        connection.execute(update(customer_records).where(which).values(customer=gone))


def _rows(connection: Connection, table: Table, customer: str) -> list[dict[str, Any]]:
    query = select(table).where(table.c.customer == customer).limit(MOST_MOVED + 1)
    return _bounded(
        [{str(k): v for k, v in row.items()} for row in connection.execute(query).mappings()]
    )


def _keys(connection: Connection, table: Table, column: str, customer: str) -> list[Any]:
    query = select(table.c[column]).where(table.c.customer == customer).limit(MOST_MOVED + 1)
    return _bounded(list(connection.scalars(query)))


def _bounded(rows: list[Any]) -> list[Any]:
    if len(rows) > MOST_MOVED:
        raise CannotKeepError(f"more than {MOST_MOVED} rows would have to be moved")
    return rows
