"""What the database itself will not have twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.tables import attempts, callbacks, leads, lists

ATTEMPT: dict[str, Any] = {
    "campaign": "c",
    "seller": "s",
    "purpose": "sales",
    "mode": "predictive",
    "list": "l",
    "token": 1,
    "caller_id": "+12125550100",
    "source": "auto",
    "region": "US-NY",
    "opened_at": 1,
}
CALLBACK: dict[str, Any] = {
    "campaign": "c",
    "number": "+12125550111",
    "promised_at": 1,
    "due_at": 1,
    "local": "2026-11-22T09:00:00",
    "zone": "America/New_York",
    "fallback_us": 1,
    "made_at": 1,
}


async def put_leads(database: Database, *states: str) -> None:
    def put(connection: Connection) -> None:
        connection.execute(insert(lists), {"list": "l", "created_at": 1})
        rows = [
            {"lead": f"a{n}", "list": "l", "party": "p", "state": state, "added_at": 1}
            for n, state in enumerate(states)
        ]
        connection.execute(insert(leads), rows)

    await database.write(put)


async def put_attempts(database: Database, *rows: dict[str, Any]) -> None:
    await database.write(lambda c: [c.execute(insert(attempts), ATTEMPT | row) for row in rows])


@pytest.mark.parametrize("second", ["claimed", "dialling"])
async def test_a_party_is_held_by_one_of_its_leads_at_a_time(
    database: Database, second: str
) -> None:
    with pytest.raises(IntegrityError):
        await put_leads(database, "claimed", second)


async def test_a_party_may_have_many_leads_that_nobody_holds(database: Database) -> None:
    await put_leads(database, "open", "open", "dialling", "done", "suppressed")


@pytest.mark.parametrize("other", [{"party": "q"}, {"number": "+12125550199"}])
async def test_a_number_and_a_party_have_one_attempt_open(
    database: Database, other: dict[str, str]
) -> None:
    first = {"attempt": "d-a-1", "lead": "a", "party": "p", "number": "+12125550111"}
    await put_attempts(database, first | {"closed_at": 5}, first | {"attempt": "d-a-2"})
    with pytest.raises(IntegrityError):
        await put_attempts(database, first | other | {"attempt": "d-b-1", "lead": "b"})


async def test_a_lead_has_one_promise_that_is_not_kept_yet(database: Database) -> None:
    def promise(name: str, state: str) -> None:
        row = CALLBACK | {"callback": name, "lead": "a", "state": state}
        rows.append(row)

    rows: list[dict[str, Any]] = []
    promise("1", "done")
    promise("2", "scheduled")
    await database.write(lambda c: c.execute(insert(callbacks), rows))
    rows.clear()
    promise("3", "dialling")
    with pytest.raises(IntegrityError):
        await database.write(lambda c: c.execute(insert(callbacks), rows))
