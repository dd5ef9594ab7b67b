"""Files of customers' data, read row by row: CSV with a header, or a JSON object a line.

A folder holds any of the files in `FILES`, as ``.csv`` or ``.jsonl``; columns are called as the
fields of `contact_center.core.customer_records` are. Instants are ISO times (UTC without an
offset); several values in one cell of a CSV file stand between semicolons, lines of quotes and
orders as ``TITLE*COUNT@CENTS``.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from contact_center.core.cases import NewCase
from contact_center.core.customer_records import KINDS, SCORES, Organisation, Profile

LONGEST_LINE: Final = 64 * 1024
_SHAPES: Final[Mapping[str, type]] = {
    "organisations": Organisation,
    "people": Profile,
    "tasks": KINDS["task"],
    "opportunities": KINDS["opportunity"],
    "quotes": KINDS["quote"],
    "orders": KINDS["order"],
    "invoices": KINDS["invoice"],
    "products": KINDS["product"],
    "offers": KINDS["offer"],
    "lifetime_values": SCORES["lifetime_value"],
    "churn_risks": SCORES["churn_risk"],
    "cases": NewCase,
}
FILES: Final = tuple(_SHAPES)
"""What the files are called, in the order in which they are read: whoever is named comes first."""
_OF_A_PERSON: Final = ("name", "tier", "language", "email", "note", "numbers")
_NOBODY: Final[Mapping[str, Any]] = {
    "tier": "",
    "language": "",
    "email": "",
    "note": "",
    "numbers": (),
}
_OF_AN_ADDRESS: Final = ("street", "postcode", "city", "country")
_SEVERAL: Final = frozenset({"emails", "numbers", "tiers", "needs", "without", "reasons"})
_LINE: Final = re.compile(r"(?P<title>[^*@;]+?)(\*(?P<count>\d{1,6}))?(@(?P<cents>-?\d{1,12}))?\Z")


class BadRowError(ValueError):
    """A row that cannot be read; the message says what to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of ``people``: what the customer has, and the profile."""

    name: str
    tier: str
    language: str
    email: str
    note: str
    numbers: tuple[str, ...]
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row as it was read. ``found``: what it says, or why it cannot be taken. ``at``: of a case,
    when it was opened, None for now."""

    file: str
    line: int
    customer: str
    found: Any
    at: int | None = None


def rows_of(folder: Path) -> Iterator[ReadRow]:
    """Read every file of a folder that is known by its name. Raises OSError."""
    for name in FILES:
        for ending, read in ((".csv", _csv_rows), (".jsonl", _json_rows)):
            path = folder / f"{name}{ending}"
            if path.is_file():
                yield from _rows(name, path, read)


def _rows(
    name: str, path: Path, read: Callable[[Path], Iterator[tuple[int, Any]]]
) -> Iterator[ReadRow]:
    for line, raw in read(path):
        customer, at = "", None
        try:
            if isinstance(raw, BadRowError):
                raise raw
            row = dict(raw)
            if name != "organisations":
                customer = str(row.get("customer", "")).strip()
                if not customer:
                    raise BadRowError("write whose it is, in the column customer")
            if name == "cases":
                at = _instants({"opened_at": row.pop("opened_at", None)})["opened_at"]
            found = _read(name, row)
        except BadRowError as problem:
            found = problem
        yield ReadRow(file=path.name, line=line, customer=customer, found=found, at=at)


def _csv_rows(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as problem:
                yield reader.line_num, BadRowError(f"this is no CSV in UTF-8: {problem}")
                return
            if None in row or None in row.values():
                yield reader.line_num, BadRowError("write as many cells as the header has")
                continue
            cells = {name: value.strip() for name, value in row.items() if value.strip()}
            for name in _SEVERAL & cells.keys():
                cells[name] = _parts(cells[name])
            if "lines" in cells:
                try:
                    cells["lines"] = [_line(part) for part in _parts(cells["lines"])]
                except BadRowError as problem:
                    yield reader.line_num, problem
                    continue
            yield reader.line_num, cells


def _json_rows(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open("rb") as stream:
        number = 0
        while text := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(text) > LONGEST_LINE:
                yield number, BadRowError("this line is too long; nothing after it is read")
                return
            if not text.strip():
                continue
            try:
                yield number, msgspec.json.decode(text, type=dict[str, Any])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                yield number, BadRowError("write one JSON object to a line")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _line(text: str) -> dict[str, Any]:
    found = _LINE.match(text)
    if found is None:
        raise BadRowError("write lines as TITLE*COUNT@CENTS")
    return {
        "title": found["title"].strip(),
        "count": int(found["count"] or 1),
        "cents": int(found["cents"] or 0),
    }


def _read(name: str, row: dict[str, Any]) -> Any:
    shape = _SHAPES[name]
    own = {field.name for field in fields(shape)}
    allowed = own | {"customer"}
    if shape is Profile:
        allowed |= {*_OF_A_PERSON, *_OF_AN_ADDRESS}
    if unknown := sorted(row.keys() - allowed):
        raise BadRowError(
            f"there is no field {unknown[0]!r}; fields are {', '.join(sorted(allowed))}"
        )
    row = _instants(row)
    if shape is Profile:
        return _person(row)
    return _shaped(shape, {key: value for key, value in row.items() if key in own})


def _person(row: dict[str, Any]) -> Person:
    address = {key: row.pop(key) for key in _OF_AN_ADDRESS if key in row}
    person: dict[str, Any] = {key: row.pop(key) for key in _OF_A_PERSON if key in row}
    if not person.get("name"):
        raise BadRowError("write a name")
    if address:
        row["address"] = address
    profile = _shaped(Profile, row)
    told: Person = _shaped(Person, {**_NOBODY, **person, "profile": profile})
    return told


def _shaped(shape: type, row: Mapping[str, Any]) -> Any:
    try:
        return msgspec.convert(row, shape, strict=False)
    except msgspec.ValidationError as problem:
        # It names the field, never the value.
        raise BadRowError(str(problem).replace(" - at `$.", ": mend `")) from None


def _instants(row: dict[str, Any]) -> dict[str, Any]:
    """Read ISO times in the fields that are instants: ``at``, and those that end so."""
    done = dict(row)
    for name, value in row.items():
        if (name == "at" or name.endswith("_at")) and isinstance(value, str) and value:
            try:
                told = datetime.fromisoformat(value)
            except ValueError:
                raise BadRowError(f"write {name} as in 2026-11-22T09:30") from None
            told = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
            done[name] = int(told.timestamp() * 1_000_000)
    return done
