from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import describe, is_worth_retrying
from contact_center.adapters.sql.tables import agent_states, segments

LOCKED = OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (LOCKED, True),
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (IntegrityError("x", {}, sqlite3.IntegrityError("x")), False),
        (DataError("x", {}, sqlite3.DataError("x")), False),
        (StatementError("x", "y", {}, ValueError()), False),
        (OverflowError(), False),
        (TypeError(), False),
    ],
)
def test_only_what_the_database_is_at_fault_for_is_tried_again(
    error: Exception, worth: bool
) -> None:
    assert is_worth_retrying(error) is worth


def test_a_problem_is_one_line_without_values() -> None:
    assert describe(LOCKED) == "database is locked"
    refused = DataError("x", {"ani": "+14155550101"}, sqlite3.DataError("bad +14155550101"))
    assert describe(refused) == "DataError"
    assert describe(TimeoutError()) == "TimeoutError"


async def test_values_no_database_takes_are_not_tried_again(database: Database) -> None:
    row = {
        "agent": "a",
        "at": 2**70,
        "work": "idle",
        "presence": "ready",
        "reason": "",
        "since": 0,
        "call": "",
        "reservation": "",
        "held": False,
    }
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the drivers do not agree on a type
        async with database.writer.begin() as connection:
            await connection.execute(insert(agent_states), row)
    assert not is_worth_retrying(caught.value)


async def test_a_row_without_its_call_is_not_tried_again(database: Database) -> None:
    row = {
        "call": "nobody",
        "seq": 1,
        "kind": "ivr",
        "queue": "",
        "agent": "",
        "started_at": 0,
        "result": "",
    }
    with pytest.raises(IntegrityError) as caught:
        async with database.writer.begin() as connection:
            await connection.execute(insert(segments), row)
    assert not is_worth_retrying(caught.value)
