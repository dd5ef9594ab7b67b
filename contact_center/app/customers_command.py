"""The command ``customers``: bring data of customers in from files, and place who buys how."""

import argparse
import asyncio
import csv
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from contact_center.adapters.sql import customer_keeping as keeping
from contact_center.adapters.sql.cases import opened
from contact_center.adapters.sql.customers import put_customers
from contact_center.adapters.sql.database import Database, connect
from contact_center.adapters.sql.e164 import e164
from contact_center.adapters.sql.errors import StorageError, told_as_unavailable
from contact_center.adapters.sql.migrate import migrate
from contact_center.app.customers_reading import FILES, BadRowError, Person, ReadRow, rows_of
from contact_center.content.problems import ContentError
from contact_center.core.cases import CannotChangeCaseError, CaseOrigin, NewCase
from contact_center.core.customer_records import Organisation, problem_of
from contact_center.core.events import Customer
from contact_center.core.ids import CustomerId, is_safe_id
from contact_center.runtime.clock import WallClock
from contact_center.settings import load_settings

BATCH: Final = 500
_BUSY_S: Final = 30.0
Verdict = tuple[ReadRow, str]
"""A row, and what to mend; "" when it was taken."""


def customers_command(argv: list[str]) -> int:
    """Do what was asked: 0 when done, 1 when rows were rejected, 2 when nothing was done."""
    options = _parser().parse_args(argv)
    try:
        settings = load_settings(os.environ, options.settings)
        return asyncio.run(_with_database(settings.database, options))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
    except (StorageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m contact_center customers")
    parser.add_argument("--settings", type=Path, default=None, metavar="FILE")
    what = parser.add_subparsers(dest="what", required=True)
    names = ", ".join(FILES)
    bring = what.add_parser("import", help=f"bring in a folder of {names} (.csv or .jsonl)")
    bring.add_argument("folder", type=Path)
    bring.add_argument("--region", default="US", help="country of numbers without +")
    bring.add_argument("--verdicts", type=Path, help="a CSV file of what became of each row")
    what.add_parser("score", help="place all customers by how lately, often and much they buy")
    return parser


async def _with_database(url: str, options: argparse.Namespace) -> int:
    database = connect(url, busy_s=_BUSY_S)
    try:
        await migrate(database)
        if options.what == "score":
            placed = await keeping.CustomerKeeping(database).score_all(WallClock().now())
            sys.stdout.write(f"{placed} customers placed\n")
            return 0
        return await _import(database, options)
    finally:
        await database.close()


async def _import(database: Database, options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        sys.stderr.write(f"{options.folder}: there is no such folder\n")
        return 2
    counts: Counter[tuple[str, bool]] = Counter()
    verdicts: list[tuple[str, int, str]] = []
    bought = False
    for part in _batches(rows_of(options.folder)):
        for row, mend in await bring_in(database, part, options.region, WallClock().now()):
            counts[row.file, mend == ""] += 1
            bought = bought or (row.file.startswith("orders.") and not mend)
            verdicts.append((row.file, row.line, mend or "taken"))
            if mend:
                sys.stderr.write(f"{row.file}:{row.line}: {mend}\n")
    if not counts:
        sys.stderr.write(f"{options.folder}: no file called {', '.join(FILES)}\n")
        return 2
    if options.verdicts is not None:
        with options.verdicts.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("file", "line", "verdict"))
            writer.writerows(verdicts)
    if bought:
        await keeping.CustomerKeeping(database).score_all(WallClock().now())
    for file in dict.fromkeys(file for file, _ in counts):
        sys.stdout.write(f"{file}: {counts[file, True]} taken, {counts[file, False]} rejected\n")
    return 1 if any(not taken for _, taken in counts) else 0


def _batches(rows: Iterable[ReadRow]) -> Iterator[list[ReadRow]]:
    left = iter(rows)
    while part := list(islice(left, BATCH)):
        yield part


async def bring_in(database: Database, rows: list[ReadRow], region: str, now: int) -> list[Verdict]:
    """Write rows, each wholly or not at all; say of each what to mend. Raises StorageError."""
    people, verdicts = [], {}
    for place, row in enumerate(rows):
        if isinstance(row.found, BadRowError):
            verdicts[place] = str(row.found)
        elif row.customer and not is_safe_id(row.customer):
            verdicts[place] = "a customer's id has letters, digits, dots, dashes and underscores"
        elif isinstance(row.found, Person):
            mend = next(
                (f"this is no number: mend numbers ({n})" for n, text in enumerate(
                    row.found.numbers, 1) if e164(text, region) is None),
                problem_of(row.found.profile),
            )  # fmt: skip
            if mend:
                verdicts[place] = mend
            else:
                people.append((_customer(row.customer, row.found), row.found.numbers))
    await put_customers(database, region, people)

    def write(connection: Connection) -> None:
        for place, row in enumerate(rows):
            if place not in verdicts:
                verdicts[place] = _write(connection, row, now)

    with told_as_unavailable(database.url):
        await database.write(write)
    return [(row, verdicts[place]) for place, row in enumerate(rows)]


def _customer(name: str, person: Person) -> Customer:
    return Customer(
        customer=CustomerId(name),
        name=person.name,
        tier=person.tier,
        language=person.language,
        email=person.email.strip().lower(),
        note=person.note,
    )


def _write(connection: Connection, row: ReadRow, now: int) -> str:
    try:
        match row.found:
            case Organisation():
                keeping.put_organisation(connection, row.found)
            case Person():
                keeping.put(connection, row.customer, row.found.profile, now)
            case NewCase():
                opened(connection, _imported(row), "import", row.at if row.at is not None else now)
            case _:
                keeping.put(connection, row.customer, row.found, now)
    except (keeping.CannotKeepError, CannotChangeCaseError) as problem:
        return str(problem)
    return ""


def _imported(row: ReadRow) -> NewCase:
    new: NewCase = row.found
    return NewCase(
        customer=row.customer,
        kind=new.kind,
        reason=new.reason,
        subject=new.subject,
        text=new.text,
        priority=new.priority,
        origin=CaseOrigin.IMPORT,
        agent=new.agent,
    )
