from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.bulk import among, as_json, put
from contact_center.adapters.sql.dialing.tables import lists, parties

_COLUMNS = ("party", "kind", "key", "created_at")
_ROWS = [("p-1", "person", "a", 1), ("p-2", "person", "b", 2), ("p-3", "household", "c'\"", 3)]


def _parties(connection: Connection, *names: str) -> list[Any]:
    query = select(parties.c.party, parties.c.key).where(among(connection, parties.c.party, names))
    return sorted(tuple(row) for row in connection.execute(query))


async def test_rows_are_put_in_at_once_and_asked_for_by_many_names(database: Database) -> None:
    await database.write(lambda c: put(c, parties, _COLUMNS, _ROWS))
    found = await database.read(lambda c: _parties(c, "p-1", "p-3", "nobody", 'a "quoted" name'))
    assert found == [("p-1", "a"), ("p-3", "c'\"")]
    assert await database.read(lambda c: _parties(c)) == []
    many = [f"p-{number}" for number in range(20_000)]
    assert len(await database.read(lambda c: _parties(c, *many))) == 3


async def test_what_is_there_stays_as_it_is_if_that_is_asked_for(database: Database) -> None:
    await database.write(lambda c: put(c, parties, _COLUMNS, _ROWS[:1]))
    again = [("p-1", "person", "changed", 9), *_ROWS[1:]]
    await database.write(lambda c: put(c, parties, _COLUMNS, again, unless_there=True))
    assert await database.read(lambda c: _parties(c, "p-1", "p-2")) == [("p-1", "a"), ("p-2", "b")]
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write(lambda c: put(c, parties, _COLUMNS, _ROWS[:1]))


async def test_nothing_is_put_in_without_rows(database: Database) -> None:
    await database.write(lambda c: put(c, parties, _COLUMNS, []))
    assert await database.read(lambda c: _parties(c, "p-1")) == []


async def test_values_of_json_columns_come_back_as_they_were(database: Database) -> None:
    shape = {"fields": {"age": "integer"}, "note": 'ü "quoted" \\ and \n more', "rows": [1, 2.5]}
    row = ("l", as_json(shape), 1)
    await database.write(lambda c: put(c, lists, ("list", "shape", "created_at"), [row]))
    read = await database.read(lambda c: c.execute(select(lists.c.shape)).scalar_one())
    assert read == shape
