"""Customers: finding them by the number they call from, and keeping them."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.e164 import e164
from contact_center.adapters.sql.errors import (
    DatabaseUnavailableError,
    InvalidNumberError,
    describe,
)
from contact_center.adapters.sql.records import CallRecords
from contact_center.adapters.sql.screen_pop import Found, find
from contact_center.adapters.sql.tables import customers, phone_numbers
from contact_center.adapters.sql.text import clean_line, clean_text
from contact_center.core.commands import Command, FindCustomer
from contact_center.core.events import Customer, CustomerLookedUp
from contact_center.ports import Post

MOST_ATTRIBUTES = 100
"""Bound on attributes of a customer; more are left out."""
LONGEST_NOTE = 4_000
"""Characters of a note that is written during a call."""
COLUMNS = ("name", "tier", "language", "email", "note")
_COLUMN = "customer."
_TAKEN = frozenset({*COLUMNS, "known"})
"""No attribute is called like these: nothing could read it."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, frozen=True)
class LookupSettings:
    """Bounds of lookups.

    ``deadline_s``: a lookup that takes longer is answered with ``failed``. ``max_waiting``: lookups
    in the queue; one more is answered with ``failed`` at once. ``workers``: lookups at a time.
    ``patience_s``: how long a lookup waits for facts published before it to be written, so that a
    call that ended a moment ago is in the history.
    """

    deadline_s: float = 1.0
    max_waiting: int = 1_000
    workers: int = 4
    patience_s: float = 0.2


@dataclass(slots=True, kw_only=True)
class LookupCounts:
    """Counters since the start: lookups asked for, those without an answer, and why not."""

    asked: int = 0
    failed: int = 0
    late: int = 0
    refused: int = 0


@dataclass(slots=True, eq=False)
class _Lookup:
    """One question and the timer that answers it when nobody else does."""

    command: FindCustomer
    timer: asyncio.TimerHandle | None = None
    answered: bool = False


class Customers:
    """The command sink for FindCustomer, and the place where customers are put.

    Each FindCustomer is answered by exactly one CustomerLookedUp, posted within the deadline.
    `region` is the country in which national numbers are read.
    """

    def __init__(
        self,
        database: Database,
        region: str,
        post: Post,
        records: CallRecords | None = None,
        settings: LookupSettings | None = None,
    ) -> None:
        self.counts = LookupCounts()
        self.problem = ""  # why the last lookup failed; empty when it did not
        self._database = database
        self._region = region
        self._post = post
        self._records = records
        self._settings = settings or LookupSettings()
        self._waiting: deque[_Lookup] = deque()
        self._live: set[_Lookup] = set()
        self._wake = asyncio.Semaphore(0)
        self._workers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin answering."""
        loop = asyncio.get_running_loop()
        for number in range(self._settings.workers):
            self._workers.append(loop.create_task(self._work(), name=f"lookup-{number}"))

    async def close(self) -> None:
        """Stop; lookups without an answer are answered with ``failed``."""
        for lookup in list(self._live):
            self._fail(lookup)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers.clear()

    def submit(self, command: Command) -> None:
        """Take a FindCustomer; anything else is not for storage and is ignored."""
        if not isinstance(command, FindCustomer):
            return
        self.counts.asked += 1
        lookup = _Lookup(command)
        if len(self._waiting) >= self._settings.max_waiting:
            self.counts.refused += 1
            self._fail(lookup)
            return
        loop = asyncio.get_running_loop()
        lookup.timer = loop.call_later(self._settings.deadline_s, self._expire, lookup)
        self._live.add(lookup)
        self._waiting.append(lookup)
        self._wake.release()

    async def find(self, ani: str, call: str = "") -> Found:
        """Say who calls from `ani`; nobody when it is no number. Raises DatabaseUnavailableError.

        What was published before about calls from this number is taken into account, if the writer
        gets it written within ``patience_s``.
        """
        number = e164(ani, self._region)
        if number is None:
            return Found()
        records = self._records
        if records is not None and not records.problem and records.awaits(number, call):
            await records.settled(self._settings.patience_s)
        try:
            return await self._query(number, call)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            message = f"customers cannot be looked up: {describe(error)}"
            raise DatabaseUnavailableError(message) from error

    async def _query(self, number: str, call: str) -> Found:
        query = partial(find, number=number, call=call)
        try:
            return await self._database.read(query)
        except DBAPIError as error:
            # The server was restarted since this connection was last used: the pool has now
            # forgotten all of them, so ask once more.
            if not error.connection_invalidated:
                raise
        return await self._database.read(query)

    async def _work(self) -> None:
        while True:
            await self._wake.acquire()
            lookup = self._waiting.popleft()
            if lookup.answered:
                continue
            command = lookup.command
            try:
                found = await self.find(command.ani, command.call)
            except Exception as error:  # noqa: BLE001 - one bad lookup must not end the worker
                self._report(_reason(error))
                self._fail(lookup)
            else:
                self._report("")
                answer = CustomerLookedUp(
                    call=command.call,
                    customers=found.customers,
                    history=found.history,
                    language=found.language,
                )
                self._answer(lookup, answer)

    def _report(self, problem: str) -> None:
        """Log a problem when it begins, not with every call that meets it."""
        if problem and problem != self.problem:
            _log.error("a lookup failed: %s", problem)
        self.problem = problem

    def _expire(self, lookup: _Lookup) -> None:
        if not lookup.answered:
            self.counts.late += 1
            self._fail(lookup)

    def _fail(self, lookup: _Lookup) -> None:
        if not lookup.answered:
            self.counts.failed += 1
        answer = CustomerLookedUp(call=lookup.command.call, customers=(), failed=True)
        self._answer(lookup, answer)

    def _answer(self, lookup: _Lookup, answer: CustomerLookedUp) -> None:
        if lookup.answered:
            return
        lookup.answered = True
        self._live.discard(lookup)
        if lookup.timer is not None:
            lookup.timer.cancel()
        self._post(answer)

    async def put_customer(self, customer: Customer, numbers: Sequence[str] = ()) -> None:
        """Add a customer, or replace what is known about one; `numbers` are all of their numbers.

        Raises InvalidNumberError (nothing is written then) and DatabaseUnavailableError.
        """
        await self.put_customers([(customer, numbers)])

    async def put_customers(self, people: Iterable[tuple[Customer, Sequence[str]]]) -> None:
        """Put several customers in one transaction; see `put_customer`."""
        await put_customers(self._database, self._region, people)


async def put_customers(
    database: Database, region: str, people: Iterable[tuple[Customer, Sequence[str]]]
) -> None:
    """Put customers with all of their numbers, in one transaction.

    Raises InvalidNumberError (nothing is written then) and DatabaseUnavailableError.
    """
    people = list(people)
    rows = [_customer_row(customer) for customer, _ in people]
    numbers = [
        {"number": number, "customer": customer.customer, "position": position}
        for customer, written in people
        for position, number in enumerate(dict.fromkeys(_number(text, region) for text in written))
    ]
    insert = postgresql.insert if database.backend == "postgresql" else sqlite.insert
    put = insert(customers)
    columns = [column for column in customers.columns if not column.primary_key]
    put = put.on_conflict_do_update(
        index_elements=[customers.c.customer],
        set_={column.name: put.excluded[column.name] for column in columns},
    )
    forget = delete(phone_numbers).where(phone_numbers.c.customer == bindparam("whose"))

    def change(connection: Connection) -> None:
        if rows:
            connection.execute(put, rows)
            connection.execute(forget, [{"whose": row["customer"]} for row in rows])
        if numbers:
            connection.execute(insert(phone_numbers).on_conflict_do_nothing(), numbers)

    try:
        await database.write(change)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        message = f"customers cannot be stored: {describe(error)}"
        raise DatabaseUnavailableError(message) from error


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed in a customer's record, by field; None for what was not there before."""

    before: dict[str, str | None]
    after: dict[str, str]


def change_customer(
    connection: Connection, customer: str, changes: Mapping[str, object]
) -> Changed | None:
    """Change a customer's attributes, and columns that are called ``customer.<column>``.

    Part of whoever's transaction. None when there is no such customer here. What cannot be taken
    is left out: names of columns alone, and attributes beyond `MOST_ATTRIBUTES`.
    """
    c = customers.c
    columns = (c[name] for name in COLUMNS)
    query = select(*columns, c.attributes).where(c.customer == customer).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        # Whom a dialer calls is known to its lists alone, as often as not.
        _log.info("who a script was about is no customer of this database: nothing is written")
        return None
    attributes: dict[str, str] = dict(row["attributes"] or {})
    values: dict[str, Any] = {}
    changed, left_out = Changed({}, {}), []
    for field, value in changes.items():
        name = field.removeprefix(_COLUMN)
        is_column = name in COLUMNS and field.startswith(_COLUMN)
        old = row[name] if is_column else attributes.get(name)
        if not is_column and (
            name in _TAKEN or (old is None and len(attributes) >= MOST_ATTRIBUTES)
        ):
            left_out.append(field)
            continue
        new = (
            clean_text(_worded(value))[:LONGEST_NOTE]
            if name == "note"
            else clean_line(_worded(value))
        )
        if new == old:
            continue
        changed.before[field], changed.after[field] = old, new
        (values if is_column else attributes)[name] = new
    if left_out:
        _log.warning("not written to a customer's record: %s", ", ".join(left_out))
    if changed.after:
        change = update(customers).where(c.customer == customer)
        connection.execute(change.values({**values, "attributes": attributes}))
    return changed


def _worded(value: object) -> str:
    """Write a value as attributes are: yes and no as in JSON, several with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(written: str, region: str) -> str:
    number = e164(written, region)
    if number is None:
        message = f"a customer's number cannot be read in region {region}"
        raise InvalidNumberError(message)
    return number


def _customer_row(customer: Customer) -> dict[str, Any]:
    return {
        "customer": customer.customer,
        "name": clean_line(customer.name),
        "tier": clean_line(customer.tier),
        "language": clean_line(customer.language),
        "email": clean_line(customer.email),
        "note": clean_text(customer.note),
        "attributes": {
            clean_line(name): clean_line(value)
            for name, value in customer.attributes[:MOST_ATTRIBUTES]
        },
    }


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, DatabaseUnavailableError) else type(error).__name__
