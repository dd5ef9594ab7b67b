"""The best time to call, learned from attempts and put where claims and pacers look: ``odds``.

People are grouped by where their first number is and by its kind; an hour is one on their clock.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.tables import attempts, lead_numbers, leads
from dialer.attempt import LIVE, Verdict
from dialer.best_time import BestTime, slot_of
from dialer.ids import ListId

PAGE = 2_000
_NOT_TRIED = frozenset({Verdict.FAILED, Verdict.CANCELLED, Verdict.INVALID, Verdict.LOST})
"""Verdicts that say nothing of whether anybody was at home."""
_LIVE = frozenset(verdict.value for verdict in LIVE)


def group_of(zones: list[str], kind: str) -> str:
    """Name the group of a number; "" when its zone is not known, or may be one of several."""
    return f"{kind} {zones[0]}" if len(zones) == 1 else ""


def zone_of(group: str) -> str:
    """Give the zone of a group."""
    return group.partition(" ")[2]


async def learn(database: Database, list_id: ListId, since: int, known: BestTime) -> int:
    """Learn from the attempts of a list from an instant on, oldest first; says from how many."""
    counted, after = 0, (since, "")
    while True:
        rows = await database.read(lambda c, after=after: _attempts(c, list_id, after))  # type: ignore[misc]
        for row in rows:
            group = group_of(row.zones or [], row.kind or "")
            if group:
                slot = slot_of(row.opened_at, zone_of(group))
                known.note(group, slot, answered=row.verdict in _LIVE)
                counted += 1
        if len(rows) < PAGE:
            return counted
        after = (rows[-1].opened_at, rows[-1].attempt)


async def refresh(
    database: Database, list_id: ListId, now: Callable[[], int], known: BestTime
) -> int:
    """Draw anew how likely each open lead of a list answers now; says of how many it changed.

    In short transactions: leads are claimed meanwhile.
    """
    at = now()
    odds: dict[str, float] = {}
    average = known.rate("")

    def drawn(group: str) -> float:
        if group not in odds:
            score = known.score(group, slot_of(at, zone_of(group)))
            odds[group] = round(score.drawn / average, 3)
        return odds[group]

    changed, after = 0, ""
    while True:
        page = await database.read(lambda c, after=after: _open(c, list_id, after))  # type: ignore[misc]
        wanted: dict[float, list[str]] = {}
        for row in page:
            group = group_of(row.zones or [], row.kind)
            value = drawn(group) if group else 1.0
            if abs(row.odds - value) > 1e-9:
                wanted.setdefault(value, []).append(row.lead)
        if wanted:
            await database.write(lambda c, wanted=wanted: _write(c, wanted))  # type: ignore[misc]
            changed += sum(map(len, wanted.values()))
        if len(page) < PAGE:
            return changed
        after = page[-1].lead


def _attempts(connection: Connection, list_id: ListId, after: tuple[int, str]) -> list[Any]:
    at, name = after
    query = (
        select(
            attempts.c.attempt,
            attempts.c.opened_at,
            attempts.c.verdict,
            lead_numbers.c.zones,
            lead_numbers.c.kind,
        )
        .outerjoin(
            lead_numbers,
            (lead_numbers.c.lead == attempts.c.lead) & (lead_numbers.c.number == attempts.c.number),
        )
        .where(
            attempts.c.list == list_id,
            attempts.c.closed_at.is_not(None),
            attempts.c.verdict.not_in([verdict.value for verdict in _NOT_TRIED]),
            (attempts.c.opened_at > at)
            | ((attempts.c.opened_at == at) & (attempts.c.attempt > name)),
        )
        .order_by(attempts.c.opened_at, attempts.c.attempt)
        .limit(PAGE)
    )
    return list(connection.execute(query).all())


def _open(connection: Connection, list_id: ListId, after: str) -> list[Any]:
    query = (
        select(leads.c.lead, leads.c.odds, lead_numbers.c.zones, lead_numbers.c.kind)
        .join(lead_numbers, (lead_numbers.c.lead == leads.c.lead) & (lead_numbers.c.rank == 1))
        .where(leads.c.list == list_id, leads.c.state == "open", leads.c.lead > after)
        .order_by(leads.c.lead)
        .limit(PAGE)
    )
    return list(connection.execute(query).all())


def _write(connection: Connection, wanted: dict[float, list[str]]) -> None:
    for value, names in wanted.items():
        connection.execute(update(leads).where(leads.c.lead.in_(names)).values(odds=value))
