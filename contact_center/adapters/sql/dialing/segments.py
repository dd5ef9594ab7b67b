"""Lists as people look at them: what there is, segments that are saved, leads as rows of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select

from contact_center.adapters.sql.dialing.filters import STAGED, check, count, list_facts, where
from contact_center.adapters.sql.dialing.leads import chunks
from contact_center.adapters.sql.dialing.switching import counts
from contact_center.adapters.sql.dialing.tables import (
    lead_numbers,
    leads,
    lists,
    segment_leads,
    segments_saved,
)
from dialer.ids import ListId

PAGE = 2_000
LEAD_COLUMNS = ("lead", "key", "name", "language", "priority", "state", "tried", "disposition")
"""What an export has of each lead, before its numbers and fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSummary:
    """A list: how many leads it has by state. ``switching``: an import is being switched in."""

    list: str
    label: str
    fields: dict[str, str]
    states: dict[str, int]
    segments: dict[str, int]
    switching: bool


def summaries(connection: Connection) -> list[ListSummary]:
    """Give every list, by name."""
    return [
        ListSummary(
            list=row.list,
            label=row.label,
            fields=dict(row.shape.get("fields", {})),
            states=counts(connection, row.list),
            segments={
                each.segment: each.leads
                for each in connection.execute(
                    select(segments_saved)
                    .where(segments_saved.c.list == row.list)
                    .order_by(segments_saved.c.segment)
                )
            },
            switching=row.switching != "",
        )
        for row in connection.execute(select(lists).order_by(lists.c.list)).all()
    ]


def save_segment(
    connection: Connection,
    list_id: ListId,
    name: str,
    source: str,
    now: int,
    *,
    live: bool,
    by: str = "",
) -> int:
    """Save a filter under a name, in place of the one that has it; says how many leads there are.

    Live, it is looked at anew with every claim; otherwise it is the leads that match now, whatever
    becomes of them. Raises FilterError and UnknownListError.
    """
    facts = list_facts(connection, list_id)
    check(source, facts, name)
    backend = connection.dialect.name
    forget(connection, list_id, name)
    matched = count(connection, list_id, source)
    connection.execute(
        insert(segments_saved).values(
            segment=name,
            list=list_id,
            filter=source,
            live=live,
            made_at=now,
            by=by,
            leads=matched,
        )
    )
    if not live:
        found = select(literal(name), leads.c.lead).where(
            leads.c.list == list_id, leads.c.state != STAGED, where(source, facts, backend)
        )
        connection.execute(insert(segment_leads).from_select(["segment", "lead"], found))
    return matched


def forget(connection: Connection, list_id: ListId, name: str) -> None:
    """Forget a segment. Filters that name it match nothing from then on, and say so."""
    of_list = select(leads.c.lead).where(leads.c.list == list_id)
    connection.execute(
        delete(segment_leads).where(
            segment_leads.c.segment == name, segment_leads.c.lead.in_(of_list)
        )
    )
    connection.execute(
        delete(segments_saved).where(
            segments_saved.c.segment == name, segments_saved.c.list == list_id
        )
    )


def page(
    connection: Connection, list_id: ListId, source: str, after: str = ""
) -> tuple[list[dict[str, Any]], str]:
    """Give some leads of a list that match, in order of their ids behind `after`.

    Each has `LEAD_COLUMNS`, ``numbers`` and ``fields``. The second value is where the next page
    begins, "" when this was the last. Raises FilterError and UnknownListError.
    """
    facts = list_facts(connection, list_id)
    query = (
        select(leads)
        .where(leads.c.list == list_id, leads.c.state != STAGED, leads.c.lead > after)
        .where(where(source, facts, connection.dialect.name))
        .order_by(leads.c.lead)
        .limit(PAGE)
    )
    rows = connection.execute(query).all()
    numbers: dict[str, list[str]] = {}
    for part in chunks([row.lead for row in rows]):
        asked = select(lead_numbers.c.lead, lead_numbers.c.number).where(
            lead_numbers.c.lead.in_(part)
        )
        for lead, number in connection.execute(asked.order_by(lead_numbers.c.rank)):
            numbers.setdefault(lead, []).append(number)
    found = [
        {
            "lead": row.lead,
            "key": row.external_key,
            "name": row.name,
            "language": row.language,
            "priority": row.priority,
            "state": row.state,
            "tried": row.tried,
            "disposition": row.last_disposition,
            "numbers": numbers.get(row.lead, []),
            "fields": row.fields,
        }
        for row in rows
    ]
    return found, rows[-1].lead if len(rows) == PAGE else ""


def most_numbers(connection: Connection, list_id: ListId) -> int:
    """Count the numbers of the lead that has most."""
    each = (
        select(func.count().label("numbers"))
        .select_from(lead_numbers)
        .join(leads, leads.c.lead == lead_numbers.c.lead)
        .where(leads.c.list == list_id)
        .group_by(lead_numbers.c.lead)
        .subquery()
    )
    return int(connection.execute(select(func.max(each.c.numbers))).scalar() or 0)


def export_rows(
    fields: list[str], numbers: int, found: list[dict[str, Any]]
) -> Iterator[list[Any]]:
    """Make rows of a file of a page of leads: `LEAD_COLUMNS`, so many numbers, the fields."""
    for lead in found:
        told = [*lead["numbers"][:numbers], *[""] * (numbers - len(lead["numbers"]))]
        values = [lead["fields"].get(name) for name in fields]
        yield [
            *(lead[name] for name in LEAD_COLUMNS),
            *told,
            *("" if value is None else value for value in values),
        ]
