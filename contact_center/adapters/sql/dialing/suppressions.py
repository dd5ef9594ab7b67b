"""Who may not be called: by number, party or prefix; of everybody, a seller, a campaign or a list.

Entries are never deleted. One that a person lifted says who and why; brought in again, it holds
again. No import of leads touches any.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Insert, Row, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.dialing.facts import INTERNAL
from contact_center.adapters.sql.dialing.tables import suppression_scrubs, suppressions

SCOPES = ("global", "seller", "campaign", "list")
KINDS = ("number", "party", "prefix")
BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An entry. ``kind``: number (E.164), party or prefix. ``whose``: "" with global.

    ``source``: ``internal`` for what people asked us, or the name of a list from outside, whose
    entries a permission may lift. ``until``: instant, None for good.
    """

    kind: str
    value: str
    scope: str = "global"
    whose: str = ""
    source: str = INTERNAL
    reason: str = ""
    by: str = ""
    until: int | None = None


_PREFIX = re.compile(r"\+[1-9][0-9]{0,10}\Z")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")


class SuppressionError(ValueError):
    """An entry that makes no sense; nothing was written."""


def is_e164(number: str) -> bool:
    """Say whether a number is written as all of them are here."""
    return _E164.match(number) is not None


def checked(entry: Suppression) -> Suppression:
    """Raise SuppressionError for what could never hold."""
    if entry.kind not in KINDS:
        raise SuppressionError(f"{entry.kind!r} cannot be suppressed; write one of {KINDS}")
    if entry.scope not in SCOPES:
        raise SuppressionError(f"{entry.scope!r} is no scope; write one of {SCOPES}")
    if (entry.scope == "global") != (not entry.whose):
        raise SuppressionError("say whose it is, or make it global")
    if entry.kind == "number" and not is_e164(entry.value):
        raise SuppressionError("write numbers in E.164, as in +12125550100")
    if entry.kind == "prefix" and not _PREFIX.match(entry.value):
        raise SuppressionError("a prefix is + and one to eleven digits, as in +4420")
    if not entry.value or not entry.source:
        raise SuppressionError("say who it is, and by which source")
    return entry


def add(
    connection: Connection,
    entries: Iterable[Suppression],
    now: int,
    seen_at: int | None = None,
) -> int:
    """Put entries on the books; those that hold already keep their date. Return how many came.

    An entry holds for the longer of two times, and from the earlier of two dates. ``seen_at``: the
    date of the list they are from.
    """
    came = 0
    for part in _batches(entries):
        rows = {
            (e.kind, e.value, e.scope, e.whose, e.source): {
                "kind": e.kind,
                "value": e.value,
                "scope": e.scope,
                "whose": e.whose,
                "source": e.source,
                "reason": e.reason,
                "by": e.by,
                "since": now,
                "until": e.until,
                "seen_at": seen_at,
            }
            for e in (checked(each) for each in part)
        }
        connection.execute(_put(connection), list(rows.values()))
        came += len(rows)
    return came


def _batches(entries: Iterable[Suppression]) -> Iterator[list[Suppression]]:
    left = iter(entries)
    while part := list(islice(left, BATCH)):
        yield part


def _put(connection: Connection) -> Insert:
    postgres = connection.dialect.name == "postgresql"
    make: Any = postgresql.insert if postgres else sqlite.insert
    put = make(suppressions)
    table, new = suppressions.c, put.excluded
    longer = func.greatest if postgres else func.max
    # What was lifted, or has run out, begins anew.
    over = table.lifted_at.is_not(None) | (table.until <= new.since)
    done: Insert = put.on_conflict_do_update(
        index_elements=list(suppressions.primary_key),
        set_={
            "reason": case((over, new.reason), else_=table.reason),
            "by": case((over, new.by), else_=table.by),
            "since": case((over, new.since), else_=table.since),
            "until": case(
                (table.until.is_(None) & table.lifted_at.is_(None), None),
                (new.until.is_(None), None),
                (table.lifted_at.is_not(None), new.until),
                else_=longer(table.until, new.until),
            ),
            "seen_at": func.coalesce(new.seen_at, table.seen_at),
            "lifted_at": None,
            "lifted_by": "",
            "lifted_why": "",
        },
    )
    return done


def of_attempt(connection: Connection, attempt: Row[Any], scope: str, now: int) -> None:
    """Suppress an attempt's party, and its number whoever else it belongs to."""
    known = scope if scope in SCOPES else "global"  # a word nobody knows is taken strictly
    whose = {
        "global": "",
        "seller": attempt.seller,
        "campaign": attempt.campaign,
        "list": attempt.list,
    }[known]
    reason = f"asked in {attempt.attempt}"
    entries = [
        Suppression(kind=kind, value=value, scope=known, whose=whose, reason=reason, by="dialer")
        for kind, value in (("party", attempt.party), ("number", attempt.number))
    ]
    add(connection, entries, now)


def lift(connection: Connection, entry: Suppression, by: str, why: str, now: int) -> bool:
    """Let a person lift an entry, who says why; say whether there was one that held.

    Raises SuppressionError without a person or a reason.
    """
    if not by.strip() or not why.strip():
        raise SuppressionError("only a person who says why may lift a suppression")
    key = [
        suppressions.c[name] == getattr(entry, name)
        for name in ("kind", "value", "scope", "whose", "source")
    ]
    change = update(suppressions).where(*key, suppressions.c.lifted_at.is_(None))
    done = connection.execute(change.values(lifted_at=now, lifted_by=by, lifted_why=why))
    return done.rowcount > 0


def scrubbed(
    connection: Connection, source: str, at: int, entries: int, by: str, digest: str, now: int
) -> None:
    """Note that a source's list of this date was brought in."""
    key = (suppression_scrubs.c.source == source) & (suppression_scrubs.c.at == at)
    row = {"imported_at": now, "entries": entries, "by": by, "digest": digest}
    if connection.execute(select(suppression_scrubs.c.at).where(key)).first():
        connection.execute(update(suppression_scrubs).where(key).values(row))
    else:
        connection.execute(suppression_scrubs.insert(), {"source": source, "at": at, **row})


def drop_missing(connection: Connection, source: str, at: int, by: str, now: int) -> int:
    """Lift what a source's list of this date does not have any more; return how many.

    Never what people asked us: that has no list. Raises SuppressionError if it is tried.
    """
    if source == INTERNAL:
        raise SuppressionError("what people asked us is lifted one by one")
    entry = suppressions.c
    change = update(suppressions).where(
        entry.source == source, entry.seen_at < at, entry.lifted_at.is_(None)
    )
    why = "not in the list any more"
    return connection.execute(
        change.values(lifted_at=now, lifted_by=by or source, lifted_why=why)
    ).rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An entry as it is on the books, with its history."""

    entry: Suppression
    since: int
    seen_at: int | None
    lifted_at: int | None
    lifted_by: str
    lifted_why: str


def kept(connection: Connection, kind: str, value: str) -> list[Kept]:
    """Give every entry on somebody, lifted ones too."""
    query = select(suppressions).where(suppressions.c.kind == kind, suppressions.c.value == value)
    of_entry = ("kind", "value", "scope", "whose", "source", "reason", "by", "until")
    return [
        Kept(
            entry=Suppression(**{name: getattr(row, name) for name in of_entry}),
            since=row.since,
            seen_at=row.seen_at,
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
            lifted_why=row.lifted_why,
        )
        for row in connection.execute(query.order_by(suppressions.c.since))
    ]
