"""How calls ended, as agents said it, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import dispositions, interactions

MOST: int = 100_000
"""Told at once; of a longer time the first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What an agent said of a call. ``at``: microseconds UTC. ``fields``: what else, by name."""

    call: str
    at: int
    queue: str
    agent: str
    code: str
    notes: str
    fields: Mapping[str, str]


class Endings:
    """Asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(
        self, begin: int, end: int, *, queue: str = "", agent: str = ""
    ) -> list[Ending]:
        """List what was said in ``[begin, end)`` (microseconds UTC), oldest first.

        `queue`, `agent`: of these alone. Raises DatabaseUnavailableError.
        """
        with told_as_unavailable(self._database.url):
            return await self._database.read(
                lambda connection: _found(connection, begin, end, queue, agent)
            )


def _found(connection: Connection, begin: int, end: int, queue: str, agent: str) -> list[Ending]:
    c = dispositions.c
    query = (
        select(c.call, c.at, interactions.c.queue, c.agent, c.code, c.notes, c.fields)
        .join(interactions, interactions.c.call == c.call)
        .where(c.at >= begin, c.at < end)
        .order_by(c.at, c.call, c.seq)
        .limit(MOST)
    )
    if queue:
        query = query.where(interactions.c.queue == queue)
    if agent:
        query = query.where(c.agent == agent)
    return [
        Ending(call=call, at=at, queue=of, agent=by, code=code, notes=notes, fields=fields or {})
        for call, at, of, by, code, notes, fields in connection.execute(query)
    ]
