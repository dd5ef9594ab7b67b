"""The audit log: who changed what, when, from what to what, and why; only ever added to.

Every row holds the hash of the row before and one of its own content with that, so a row that was
changed, taken out or put in between is found, by `AuditLog.verify`. What it cannot find by itself
is a log whose end was cut off, or that was rewritten whole: for that, hold a head (number and
hash) that was noted elsewhere against it.

Writers of several processes take turns: SQLite's one writer, an advisory lock of PostgreSQL.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Row,
    Select,
    String,
    Table,
    Text,
    insert,
    select,
    text,
)

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.transactions import Transactions
from contact_center.adapters.sql.tables import metadata
from contact_center.adapters.sql.text import clean_text, clean_tree

NOTHING: Final = "0" * 64
"""What the first row follows."""
MOST: Final = 500
_PAGE: Final = 2_000
# Any number will do, as long as every process takes the same one.
_ADVISORY_LOCK: Final = 0x0A0D17
_HASHED: Final = (
    *("n", "ref", "at", "who", "role", "via", "action", "object"),
    *("before", "after", "why", "outcome", "prev"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("who", "role", "via", "action", "object")),
    # As text, for what is hashed has to come back letter by letter.
    *(Column(name, Text, nullable=False) for name in ("before", "after", "why", "outcome")),
    Column("prev", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("ix_audit_log_at", "at"),
    Index("ix_audit_log_object_n", "object", "n"),
    Index("ix_audit_log_who_n", "who", "n"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that somebody did. ``before`` and ``after``: plain data, None for nothing known.

    ``via``: the way it came (the console, the API, a rule). ``outcome``: "" for done. ``ref``: a
    name of its own; written twice with the same one, it is there once.
    """

    at: int
    who: str
    action: str
    object: str = ""
    before: Any = None
    after: Any = None
    why: str = ""
    role: str = ""
    via: str = ""
    outcome: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change as it is in the log."""

    n: int
    change: Change
    prev: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: newest first, `limit` of them, of numbers under `below`. "" and 0 for any.

    ``action`` and ``object`` may be beginnings; times are microseconds, [since, until).
    """

    who: str = ""
    action: str = ""
    object: str = ""
    since: int = 0
    until: int = 0
    below: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How many entries hold, the head up to which they do; and which does not (0: all do)."""

    entries: int
    n: int
    hash: str
    broken: int = 0
    why: str = ""


Tidy = Callable[[Change], Change]
"""Takes out of a change what must not be kept for ever: numbers of people, secrets."""


def append(connection: Connection, change: Change) -> tuple[int, str]:
    """Add a change at the end, in the transaction it was made in; gives its number and hash."""
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:lock)")
        connection.execute(lock, {"lock": _ADVISORY_LOCK})
    if change.ref:
        query = select(audit_log.c.n, audit_log.c.hash).where(audit_log.c.ref == change.ref)
        there = connection.execute(query).first()
        if there is not None:
            return there.n, there.hash
    query = select(audit_log.c.n, audit_log.c.hash).order_by(audit_log.c.n.desc()).limit(1)
    last = connection.execute(query).first()
    row = sealed(change, last.n + 1 if last else 1, last.hash if last else NOTHING)
    connection.execute(insert(audit_log), row)
    return row["n"], row["hash"]


def sealed(change: Change, n: int, prev: str) -> dict[str, Any]:
    """Make the row of a change that follows the row with the hash `prev`."""
    row: dict[str, Any] = {
        "n": n,
        "ref": change.ref or secrets.token_hex(12),
        "at": change.at,
        **{
            name: clean_text(getattr(change, name))
            for name in ("who", "role", "via", "action", "object", "why", "outcome")
        },
        "before": _written(change.before),
        "after": _written(change.after),
        "prev": prev,
    }
    return {**row, "hash": hashed(row)}


def hashed(row: dict[str, Any]) -> str:
    """Give the hash of a row: of its fields in their order, with that of the row before."""
    fields = json.dumps([row[name] for name in _HASHED], ensure_ascii=False, separators=(",", ":"))
    return sha256(fields.encode()).hexdigest()


def _written(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(
        clean_tree(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def follow(rows: Iterable[Any], n: int, prev: str) -> Verdict:
    """Say how far rows hold that are to follow the row `n` with the hash `prev`."""
    entries = 0
    for found in rows:
        row = dict(found._mapping)
        why = ""
        if row["n"] != n + 1:
            why = f"row {n + 1} is missing"
        elif row["prev"] != prev:
            why = "it does not follow the row before: one of both was changed or put there"
        elif row["hash"] != hashed(row):
            why = "what it says was changed after it was written"
        if why:
            broken = n + 1
            return Verdict(entries=entries, n=n, hash=prev, broken=broken, why=why)
        entries, n, prev = entries + 1, row["n"], row["hash"]
    return Verdict(entries=entries, n=n, hash=prev)


class AuditLog(Transactions):
    """The log of one database. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    async def append(self, change: Change) -> tuple[int, str]:
        """Add a change; gives its number and hash."""
        return await self._write(lambda connection: append(connection, change))

    async def entries(self, wanted: Wanted) -> list[Entry]:
        """Give entries, newest first."""
        return await self._read(
            lambda connection: [entry_of(row) for row in connection.execute(_query(wanted))]
        )

    async def head(self) -> tuple[int, str]:
        """Give number and hash of the last entry; 0 and zeros for none."""
        newest = await self.entries(Wanted(limit=1))
        return (newest[0].n, newest[0].hash) if newest else (0, NOTHING)

    async def verify(self, head: tuple[int, str] | None = None) -> Verdict:
        """Read it from its beginning to its end, and hold it against a `head` noted before."""
        entries, n, prev = 0, 0, NOTHING
        known = head is None or head[0] == 0
        while True:
            page = await self._read(partial(_page, after=n))
            if not page:
                break
            found = follow(page, n, prev)
            entries += found.entries
            if found.broken:
                return Verdict(
                    entries=entries, n=found.n, hash=found.hash, broken=found.broken, why=found.why
                )
            if head is not None and n < head[0] <= found.n:
                known = page[head[0] - n - 1].hash == head[1]
                if not known:
                    break
            n, prev = found.n, found.hash
        if known:
            return Verdict(entries=entries, n=n, hash=prev)
        assert head is not None
        why = "it is not there" if n < head[0] and not page else "it is not the row that was noted"
        return Verdict(entries=entries, n=n, hash=prev, broken=head[0], why=why)


def _page(connection: Connection, after: int) -> list[Row[Any]]:
    query = select(audit_log).where(audit_log.c.n > after).order_by(audit_log.c.n).limit(_PAGE)
    return list(connection.execute(query))


def _query(wanted: Wanted) -> Select[Any]:
    columns = audit_log.c
    query = select(audit_log).order_by(columns.n.desc()).limit(min(max(1, wanted.limit), MOST))
    if wanted.who:
        query = query.where(columns.who == wanted.who)
    if wanted.action:
        query = query.where(columns.action.startswith(wanted.action, autoescape=True))
    if wanted.object:
        query = query.where(columns.object.startswith(wanted.object, autoescape=True))
    if wanted.since:
        query = query.where(columns.at >= wanted.since)
    if wanted.until:
        query = query.where(columns.at < wanted.until)
    if wanted.below:
        query = query.where(columns.n < wanted.below)
    return query


def entry_of(row: Row[Any]) -> Entry:
    """Read a row."""
    change = Change(
        at=row.at,
        who=row.who,
        role=row.role,
        via=row.via,
        action=row.action,
        object=row.object,
        before=json.loads(row.before) if row.before else None,
        after=json.loads(row.after) if row.after else None,
        why=row.why,
        outcome=row.outcome,
        ref=row.ref,
    )
    return Entry(n=row.n, change=change, prev=row.prev, hash=row.hash)
