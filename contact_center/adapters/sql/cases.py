"""Cases in the database: opened, changed, read by customer or number, found when they are late."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from contact_center.adapters.sql.case_tables import case_events, cases
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError, told_as_unavailable
from contact_center.adapters.sql.text import clean_line, clean_text
from contact_center.core.cases import (
    LONGEST_SUBJECT,
    Case,
    CaseChange,
    CaseEvent,
    CaseId,
    CaseKind,
    CaseOrigin,
    CasePriority,
    CaseStatus,
    NewCase,
    changed,
    checked,
)

MOST_CASES = 200
"""So many cases of a customer are read at most, newest first."""
MOST_EVENTS = 500
_C = cases.c


class CaseChangedError(StorageError):
    """Somebody else changed the case since it was looked at."""


class Cases:
    """The store. Every method raises DatabaseUnavailableError when it cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, new: NewCase, by: str, now: int) -> Case:
        """Keep a new case; one that is given to an agent is assigned.

        Raises CannotChangeCaseError.
        """
        with told_as_unavailable(self._database.url):
            return await self._database.write(lambda c: opened(c, new, by, now))

    async def get(self, case: str) -> Case | None:
        """Find a case by its name (``C-17``); None when there is none."""
        number = number_of(case)
        if number is None:
            return None
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda c: found(c, number))

    async def of(
        self, *, customer: str = "", party: str = "", only_open: bool = False, most: int = 50
    ) -> tuple[Case, ...]:
        """Give the cases of a customer, or those opened for a number; newest first."""
        with told_as_unavailable(self._database.url):
            return await self._database.read(
                lambda c: listed(c, customer=customer, party=party, only_open=only_open, most=most)
            )

    async def events(self, case: str, *, public: bool = False) -> tuple[CaseEvent, ...]:
        """Tell a case's story, oldest first; with `public` what the customer may read of it."""
        number = number_of(case)
        if number is None:
            return ()
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda c: story(c, number, public=public))

    async def change(
        self, case: str, change: CaseChange, by: str, now: int, version: int | None = None
    ) -> Case | None:
        """Change a case; None when there is none. `version`: the one that was looked at.

        Raises CannotChangeCaseError and CaseChangedError; nothing is written then.
        """
        number = number_of(case)
        if number is None:
            return None
        with told_as_unavailable(self._database.url):
            return await self._database.write(
                lambda c: change_one(c, number, change, by, now, version)
            )

    async def still_open(self, most: int = 1_000) -> tuple[Case, ...]:
        """Give open cases that nobody above was told of, oldest first."""
        query = (
            select(cases)
            .where(_C.ended_at.is_(None), _C.escalated_at.is_(None))
            .order_by(_C.opened_at, _C.number)
            .limit(most)
        )
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda c: _cases(c.execute(query).mappings()))

    async def escalate(self, which: Iterable[CaseId], now: int) -> int:
        """Write down that these were late and somebody above was told; gives how many."""
        numbers = [number for one in which if (number := number_of(one)) is not None]
        with told_as_unavailable(self._database.url):
            return await self._database.write(lambda c: _escalate(c, numbers, now))


def number_of(case: str) -> int | None:
    """Read the number in a case's name; None for what is no name of a case."""
    digits = case.removeprefix("C-")
    return (
        int(digits) if case.startswith("C-") and digits.isdecimal() and len(digits) < 10 else None
    )


def opened(connection: Connection, new: NewCase, by: str, now: int) -> Case:
    """Put a new case; part of whoever's transaction. Raises CannotChangeCaseError."""
    new = replace(
        new,
        subject=clean_line(new.subject, LONGEST_SUBJECT + 1),
        text=clean_text(new.text),
        reason=clean_line(new.reason),
    )
    checked(new)
    status = CaseStatus.ASSIGNED if new.agent else CaseStatus.NEW
    row: dict[str, Any] = {
        "customer": new.customer,
        "party": new.party,
        "kind": new.kind.value,
        "reason": new.reason,
        "subject": new.subject,
        "text": new.text,
        "priority": new.priority.value,
        "status": status.value,
        "origin": new.origin.value,
        "agent": new.agent,
        "call": new.call,
        "opened_by": by,
        "opened_at": now,
        "pauses": [],
        "version": 1,
    }
    number = connection.execute(insert(cases).returning(_C.number), row).scalar_one()
    event = CaseEvent(n=1, at=now, by=by, kind="opened", after=status.value, public=True)
    connection.execute(insert(case_events), [_event_row(number, event)])
    kept = found(connection, number)
    assert kept is not None
    return kept


def found(connection: Connection, number: int) -> Case | None:
    """Read one case."""
    row = connection.execute(select(cases).where(_C.number == number)).mappings().first()
    return _case(row) if row is not None else None


def listed(
    connection: Connection, *, customer: str, party: str, only_open: bool, most: int
) -> tuple[Case, ...]:
    """Read the newest cases of a customer, or of a number when no customer is named."""
    if not customer and not party:
        return ()
    whose = _C.customer == customer if customer else _C.party == party
    query = select(cases).where(whose)
    if only_open:
        query = query.where(_C.ended_at.is_(None))
    query = query.order_by(_C.opened_at.desc(), _C.number.desc()).limit(min(most, MOST_CASES))
    return _cases(connection.execute(query).mappings())


def story(connection: Connection, number: int, *, public: bool = False) -> tuple[CaseEvent, ...]:
    """Read what happened with a case."""
    e = case_events.c
    query = select(case_events).where(e.number == number)
    if public:
        query = query.where(e.public)
    rows = connection.execute(query.order_by(e.n).limit(MOST_EVENTS)).mappings()
    return tuple(
        CaseEvent(**{name: value for name, value in row.items() if name != "number"})
        for row in rows
    )


def change_one(
    connection: Connection,
    number: int,
    change: CaseChange,
    by: str,
    now: int,
    version: int | None,
) -> Case | None:
    """Change a case; part of whoever's transaction. Raises as `Cases.change` does."""
    locked = select(cases).where(_C.number == number).with_for_update()
    row = connection.execute(locked).mappings().first()
    if row is None:
        return None
    case = _case(row)
    if version is not None and version != case.version:
        raise CaseChangedError("somebody else changed this case meanwhile")
    new, told = changed(case, replace(change, comment=clean_text(change.comment)), by, now)
    if told:
        connection.execute(update(cases).where(_C.number == number).values(_changes(new)))
        _tell(connection, number, told)
    return new


def _changes(case: Case) -> dict[str, Any]:
    names = (
        "agent", "answered_at", "updated_at", "acknowledged_at", "ended_at", "escalated_at",
        "version",
    )  # fmt: skip
    return {
        **{name: getattr(case, name) for name in names},
        "status": case.status.value,
        "priority": case.priority.value,
        "pauses": [list(pause) for pause in case.pauses],
    }


def _tell(connection: Connection, number: int, told: Iterable[CaseEvent]) -> None:
    last = select(func.max(case_events.c.n)).where(case_events.c.number == number)
    after = connection.execute(last).scalar() or 0
    rows = [_event_row(number, replace(event, n=after + event.n)) for event in told]
    connection.execute(insert(case_events), rows)


def _escalate(connection: Connection, numbers: list[int], now: int) -> int:
    count = 0
    for number in numbers:
        change = update(cases).where(
            _C.number == number, _C.escalated_at.is_(None), _C.ended_at.is_(None)
        )
        if connection.execute(change.values(escalated_at=now, version=_C.version + 1)).rowcount:
            count += 1
            event = CaseEvent(n=1, at=now, by="clock", kind="escalated")
            _tell(connection, number, [event])
    return count


def _event_row(number: int, event: CaseEvent) -> dict[str, Any]:
    return {
        "number": number,
        "n": event.n,
        "at": event.at,
        "by": event.by,
        "kind": event.kind,
        "before": event.before,
        "after": event.after,
        "text": event.text,
        "public": event.public,
    }


def _cases(rows: Iterable[RowMapping]) -> tuple[Case, ...]:
    return tuple(_case(row) for row in rows)


def _case(row: Mapping[Any, Any]) -> Case:
    plain = {name: value for name, value in row.items() if name != "number"}
    pauses = tuple((start, stop) for start, stop in plain.pop("pauses"))
    return Case(
        **{
            **plain,
            "case": CaseId(f"C-{row['number']}"),
            "kind": CaseKind(row["kind"]),
            "priority": CasePriority(row["priority"]),
            "status": CaseStatus(row["status"]),
            "origin": CaseOrigin(row["origin"]),
            "pauses": pauses,
        }
    )
