"""Many rows at once: put in, and asked for, without a statement being made for each batch.

SQLAlchemy renders a name for each of a thousand values, and converts each row of a thousand; both
take longer than the database does. What is here hands rows to the driver as they are.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

_ENCODER = msgspec.json.Encoder()


def put(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    unless_there: bool = False,
) -> None:
    """Insert rows. Values of JSON columns are texts (`as_json`); other columns take defaults.

    ``columns``: those given, in the order of the table. ``unless_there``: rows that collide with
    others are left out.
    """
    if rows:
        statement = _insert(connection.dialect, table, columns, unless_there)
        connection.exec_driver_sql(statement, list(rows))


def as_json(value: Any) -> str:
    """Write a value as a JSON column keeps it."""
    return _ENCODER.encode(value).decode()


def among(
    connection: Connection, column: ColumnElement[str], values: Collection[str]
) -> ColumnElement[bool]:
    """Make the condition that a column of texts has one of these values, in one parameter."""
    if connection.dialect.name == "postgresql":
        given = bindparam(None, list(values), type_=ARRAY(Text))
        return column == any_(given)
    rows = func.json_each(bindparam(None, as_json(list(values)), type_=Text)).table_valued("value")
    return column.in_(select(rows.c.value))


@lru_cache(maxsize=64)
def _insert(dialect: Dialect, table: Table, columns: tuple[str, ...], unless_there: bool) -> str:
    of = postgresql if dialect.name == "postgresql" else sqlite
    statement = of.insert(table)
    if unless_there:
        statement = statement.on_conflict_do_nothing()
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    if compiled.positiontup != list(columns):
        raise ValueError(f"columns of {table.name} have to be in the order of the table")
    return str(compiled)
