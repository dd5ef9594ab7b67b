"""Switching an import in, and cleaning up after one that will not be.

From the moment a run is ``switching`` it is decided: whatever happens, it is carried on to its end.
Until that end nothing of the list is claimed, so dialers see all of the import at once. It goes in
steps, each a short transaction, because calls are written to the same database meanwhile.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, case, delete, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.filters import kinds_of
from contact_center.adapters.sql.dialing.staging import SUPPRESSED_AFTERWARDS
from contact_center.adapters.sql.dialing.tables import (
    import_rows,
    import_runs,
    lead_numbers,
    leads,
    lists,
)
from dialer.list_definition import ListDefinition

STEP = 2_000
_STAGED = leads.c.state == literal_column("'staged'")
_LIVE = ("staging", "switching")


class ImportRefusedError(Exception):
    """An import that cannot be made; the message says why and what to do."""


def shape_of(definition: ListDefinition) -> dict[str, Any]:
    """Write a definition as ``lists.shape`` keeps it: fields by name with their kind."""
    return {
        "fields": {name: kind.value for name, kind in definition.kinds.items()},
        "region": definition.region,
        "columns": list(definition.columns),
    }


def joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Join a list's fields with those of another file. Raises ImportRefusedError."""
    before, after = kinds_of(old), kinds_of(new)
    for name in sorted(before.keys() & after.keys()):
        if before[name] is not after[name]:
            raise ImportRefusedError(
                f'the field "{name}" of the list is {before[name].value}, not {after[name].value}: '
                "give the field another name, or make another list"
            )
    return {**new, "fields": {**old.get("fields", {}), **new["fields"]}}


def decide(connection: Connection, run: str, now: int) -> None:
    """Begin to switch a run in; from here on it is carried to its end."""
    row = connection.execute(select(import_runs).where(import_runs.c.run == run)).one()
    known = connection.execute(select(lists.c.shape).where(lists.c.list == row.list)).scalar_one()
    change = update(lists).where(lists.c.list == row.list)
    connection.execute(change.values(switching=run, shape=joined(known, row.shape)))
    _set(connection, run, state="switching", alive_at=now)


def step(connection: Connection, run: str, now: int) -> bool:
    """Switch some of a run in; says whether all of it is."""
    row = connection.execute(select(import_runs).where(import_runs.c.run == run)).one()
    if row.state != "switching":
        return True
    opened = _open(connection, row.list)
    updated = 0 if opened else _update(connection, run, row.shape)
    if opened or updated:
        _set(connection, run, alive_at=now)
        return False
    connection.execute(update(lists).where(lists.c.list == row.list).values(switching=""))
    _set(connection, run, state="done", ended_at=now)
    return True


def clean(connection: Connection, run: str, now: int, problem: str = "") -> bool:
    """Take some of what a run has put aside away; says whether nothing is left.

    A list that was made for the run and has nothing else goes with it.
    """
    row = connection.execute(select(import_runs).where(import_runs.c.run == run)).one()
    if row.state != "staging":
        return True
    some = select(leads.c.lead).where(leads.c.list == row.list, _STAGED).limit(STEP)
    taken = connection.execute(delete(leads).where(leads.c.lead.in_(some))).rowcount
    if taken:
        return False
    connection.execute(delete(import_rows).where(import_rows.c.run == run))
    _set(connection, run, state="abandoned", ended_at=now, problem=problem)
    used = select(leads.c.lead).where(leads.c.list == row.list).limit(1)
    done = select(import_runs.c.run).where(
        import_runs.c.list == row.list, import_runs.c.state == "done"
    )
    if not connection.execute(used).first() and not connection.execute(done.limit(1)).first():
        connection.execute(delete(lists).where(lists.c.list == row.list))
    return True


async def roll_forward(database: Database, now: int) -> list[str]:
    """Carry on every import that was decided and did not come to its end; gives their runs."""
    runs = await database.read(_switching)
    for run in runs:
        await switch(database, run, now)
    return runs


async def switch(database: Database, run: str, now: int) -> None:
    """Carry a decided run to its end, step by step."""
    while not await database.write(lambda connection: step(connection, run, now)):
        pass


def live_run(connection: Connection, list_id: str) -> Any:
    """Give the run of a list that has not ended; None when there is none."""
    query = select(import_runs).where(import_runs.c.list == list_id, import_runs.c.state.in_(_LIVE))
    return connection.execute(query.order_by(import_runs.c.started_at.desc())).first()


def _switching(connection: Connection) -> list[str]:
    query = select(import_runs.c.run).where(import_runs.c.state == "switching")
    return list(connection.execute(query).scalars())


def _set(connection: Connection, run: str, **values: Any) -> None:
    connection.execute(update(import_runs).where(import_runs.c.run == run).values(**values))


def _open(connection: Connection, list_id: str) -> int:
    some = select(leads.c.lead).where(leads.c.list == list_id, _STAGED).limit(STEP)
    change = update(leads).where(leads.c.lead.in_(some))
    state = case((leads.c.ready == SUPPRESSED_AFTERWARDS, "suppressed"), else_="open")
    return connection.execute(change.values(state=state, ready=0)).rowcount


def _update(connection: Connection, run: str, shape: Mapping[str, Any]) -> int:
    """Bring what is new of leads that are there; how they stand is not touched."""
    query = select(import_rows).where(import_rows.c.run == run).order_by(import_rows.c.row)
    rows = connection.execute(query.limit(STEP // 5)).all()
    if not rows:
        return 0
    names = [row.lead for row in rows]
    asked = select(leads.c.lead, leads.c.fields).where(leads.c.lead.in_(names))
    before = {row.lead: row.fields for row in connection.execute(asked)}
    defined = set(shape["fields"])
    for row in rows:
        if row.lead not in before:
            continue  # gone meanwhile
        kept = {name: v for name, v in before[row.lead].items() if name not in defined}
        change = update(leads).where(leads.c.lead == row.lead)
        connection.execute(
            change.values(
                name=row.body["name"],
                language=row.body["language"],
                priority=row.body["priority"],
                fields={**kept, **row.body["fields"]},
            )
        )
        _numbers(connection, row.lead, row.body["numbers"])
    done = [row.row for row in rows]
    connection.execute(
        delete(import_rows).where(import_rows.c.run == run, import_rows.c.row.in_(done))
    )
    return len(rows)


def _numbers(connection: Connection, lead: str, numbers: list[dict[str, Any]]) -> None:
    """Put a lead's numbers as the file has them. What is known to be dead stays so, and stays."""
    listed = [number["number"] for number in numbers]
    connection.execute(
        delete(lead_numbers).where(
            lead_numbers.c.lead == lead,
            lead_numbers.c.number.not_in(listed),
            lead_numbers.c.dead.is_(False),
        )
    )
    if not numbers:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    put = dialect.insert(lead_numbers)
    told = ("rank", "kind", "label", "zones", "region")
    put = put.on_conflict_do_update(
        index_elements=[lead_numbers.c.lead, lead_numbers.c.number],
        set_={name: put.excluded[name] for name in told},
    )
    connection.execute(put, numbers)


def counts(connection: Connection, list_id: str) -> dict[str, int]:
    """Count a list's leads by state, without what is not switched in."""
    query = (
        select(leads.c.state, func.count())
        .where(leads.c.list == list_id, leads.c.state != "staged")
        .group_by(leads.c.state)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}
