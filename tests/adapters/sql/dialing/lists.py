"""Lists for tests: a definition, files made of lines, and an import of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.importing import ImportPlan, Progress, import_leads
from contact_center.adapters.sql.dialing.tables import lead_numbers, leads
from contact_center.content.list_reading import Dialect, ListReader
from contact_center.content.list_shape import load_list
from dialer.list_definition import ListDefinition
from dialer.list_row import Row

SECOND_US = 1_000_000
START = 1_795_000_000 * SECOND_US
HEAD = "id,house,name,phone,other,age,tier"


def spring(**changes: str) -> ListDefinition:
    """A list; `changes` are lines of its definition, "" to leave one out."""
    lines = {
        "list": "spring",
        "numbers": "[phone, other]",
        "party": "id",
        "household": "house",
        "name": "name",
        "fields": "{age: integer, tier: {type: text, empty: [none]}}",
        **changes,
    }
    written = [f"{name}: {value}" for name, value in lines.items() if value]
    return load_list("spring.yaml", "\n".join(written))


class Clock:
    """A clock that goes a second with each look."""

    def __init__(self, at: int = START) -> None:
        self.at = at

    def __call__(self) -> int:
        self.at += SECOND_US
        return self.at


def rows_behind(definition: ListDefinition, *lines: str) -> Callable[[int], Iterator[Row]]:
    text = "\n".join([HEAD, *lines]) + "\n"
    dialect = Dialect(encoding="utf-8", delimiter=",", quote='"')
    return lambda after: ListReader(io.StringIO(text), dialect, definition).rows(after)


async def import_lines(
    database: Database,
    folder: Path,
    *lines: str,
    definition: ListDefinition | None = None,
    clock: Clock | None = None,
    **plan: Any,
) -> Progress:
    """Import lines below `HEAD`; the verdicts are in ``verdicts.csv`` in `folder`."""
    definition = spring() if definition is None else definition
    made = ImportPlan(
        **{
            "definition": definition,
            "file": "spring.csv",
            "digest": str(hash(lines)),
            "verdicts": folder / "verdicts.csv",
            **plan,
        }
    )
    return await import_leads(
        database, made, rows_behind(definition, *lines), Clock() if clock is None else clock
    )


async def leads_of(database: Database, list_: str = "spring") -> dict[str, Any]:
    """A list's leads by key, with their numbers in order as ``numbers``."""

    def query(connection: Any) -> dict[str, Any]:
        found = connection.execute(select(leads).where(leads.c.list == list_)).mappings().all()
        numbers = connection.execute(select(lead_numbers).order_by(lead_numbers.c.rank)).all()
        return {
            row["external_key"]: {
                **row,
                "numbers": [n.number for n in numbers if n.lead == row["lead"]],
            }
            for row in found
        }

    return await database.read(query)


def verdicts(folder: Path) -> list[str]:
    """The lines of the verdict file without its head, the line's number and what to mend."""
    text = (folder / "verdicts.csv").read_text()
    rows = [line.split(",") for line in text.splitlines()[1:]]
    return [" ".join(filter(None, (row[0], *row[2:5]))) for row in rows]
