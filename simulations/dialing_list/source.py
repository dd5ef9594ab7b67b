"""The file of a telemarketing campaign, as leads: what was known before the calls, and what came.

The file is that of Moro, Cortez and Rita (Decision Support Systems, 2014; the Bank Marketing data
set of the UCI repository), or any with its columns. It has no telephone numbers. Each row is given
one of those that are kept for fiction (555-01xx), and only simulations ever dial it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from contact_center.content.area_codes import STATE_OF
from contact_center.content.list_reading import ListReader, as_number, find_dialect
from contact_center.content.list_shape import load_list
from dialer.list_definition import ListDefinition
from dialer.list_row import BadRow, LeadRow

SHAPE = """
list: telemarketing
label: Term deposits
party: row
numbers: [number]
delimiter: semicolon
fields:
  age: integer
  job: {type: text, empty: [unknown]}
  marital: {type: text, empty: [unknown]}
  education: {type: text, empty: [unknown]}
  default: {type: yes_no, empty: [unknown]}
  housing: {type: yes_no, empty: [unknown]}
  loan: {type: yes_no, empty: [unknown]}
  contact: {type: choice, choices: [cellular, telephone]}
  pdays: {type: integer, empty: ["999"]}
  previous: integer
  poutcome: {type: choice, choices: [failure, nonexistent, success]}
"""
"""What is known before a call. How long it was, how many it took and what came of it are not."""

TRUTH = ("duration", "campaign", "y")


class UnusableListError(Exception):
    """A file that is none of this kind; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the list. ``talk_s``: how long they talk once reached. ``tries``: how many calls
    it took to settle the matter. ``buys``: what they decide, once they are talked to."""

    row: LeadRow
    talk_s: int
    tries: int
    buys: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was read. ``rejected``: rows that are no leads."""

    definition: ListDefinition
    people: tuple[Person, ...]
    rejected: tuple[BadRow, ...]


def fictional(number: int) -> str:
    """Give the `number`-th telephone number of those kept for fiction."""
    code, line = divmod(number, 100)
    return f"+1{_codes()[code]}55501{line:02}"


@cache
def _codes() -> tuple[str, ...]:
    return tuple(code for code in sorted(STATE_OF) if as_number(f"+1{code}5550100", "US"))


def read_source(path: Path, most: int = 0) -> Source:
    """Read a file, `most` rows of it (0: all). Raises UnusableListError and OSError."""
    definition = load_list("the list's own definition", SHAPE)
    rows = list(_rows(path, definition, most))
    if len(rows) > 100 * len(_codes()):
        raise UnusableListError(f"{len(rows)} rows, and numbers for {100 * len(_codes())}")
    out = io.StringIO()
    head = [*rows[0], "row", "number"] if rows else []
    write = csv.writer(out, delimiter=";", lineterminator="\n")
    write.writerow(head)
    for number, row in enumerate(rows):
        write.writerow([*row.values(), f"r{number + 1}", fictional(number)])
    text = out.getvalue()
    dialect = find_dialect(io.BytesIO(text.encode()), definition)
    people: list[Person] = []
    rejected: list[BadRow] = []
    for read in ListReader(io.StringIO(text), dialect, definition).rows():
        known = rows[read.row - 2]
        if isinstance(read, BadRow):
            rejected.append(read)
        else:
            people.append(_person(read, known))
    return Source(definition=definition, people=tuple(people), rejected=tuple(rejected))


def _rows(path: Path, definition: ListDefinition, most: int) -> Iterator[dict[str, str]]:
    wanted = {*definition.columns, *TRUTH} - {"row", "number"}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        missing = sorted(wanted - set(reader.fieldnames or ()))
        if missing:
            raise UnusableListError(f"{path.name} has no column {', '.join(missing)}")
        for number, row in enumerate(reader):
            if most and number >= most:
                return
            yield {name: row[name] or "" for name in sorted(wanted)}


def _person(read: LeadRow, row: dict[str, str]) -> Person:
    try:
        talk, tries = int(row["duration"]), int(row["campaign"])
    except ValueError:
        raise UnusableListError(f"row {read.row}: duration and campaign are numbers") from None
    if talk < 0 or tries < 1 or row["y"] not in ("yes", "no"):
        raise UnusableListError(f"row {read.row}: no duration, no attempt, or neither yes nor no")
    return Person(row=read, talk_s=talk, tries=tries, buys=row["y"] == "yes")


def half(person: Person) -> int:
    """Say in which half of the list somebody is, 0 or 1: always the same one."""
    return crc32(person.row.key.encode()) % 2
