"""Breaks from one queue alone, kept and added up."""

from collections.abc import Iterable

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import queue_pauses
from contact_center.adapters.sql.text import clean_text
from contact_center.core.staff_facts import QueuePauseChanged
from contact_center.reporting.queue_pauses import PauseBook


def keep_pauses(
    connection: Connection, told: Iterable[QueuePauseChanged], *, postgres: bool
) -> None:
    """Write what was told of breaks, in a transaction; told again, it changes nothing.

    A break that is over says when it began, so it is kept whole even if its beginning was not.
    """
    insert = (postgresql.insert if postgres else sqlite.insert)(queue_pauses)
    begin = insert.on_conflict_do_nothing()
    end = insert.on_conflict_do_update(
        index_elements=list(queue_pauses.primary_key),
        set_={"ended_at": insert.excluded.ended_at, "ended_by": insert.excluded.ended_by},
    )
    for fact in told:
        row = {
            "agent": fact.agent,
            "queue": fact.queue,
            "began_at": fact.since,
            "ended_at": None if fact.on else fact.at,
            "reason": clean_text(fact.reason),
            "begun_by": clean_text(fact.by) if fact.on else "",
            "ended_by": "" if fact.on else clean_text(fact.by),
        }
        connection.execute(begin if fact.on else end, row)


class QueuePauseTimes:
    """Asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, begin: int, end: int, *, queue: str = "", agent: str = "") -> PauseBook:
        """Add up the breaks in ``[begin, end)`` (microseconds UTC); those that go on last to `end`.

        `queue`, `agent`: of these alone. Raises DatabaseUnavailableError.
        """
        with told_as_unavailable(self._database.url):
            return await self._database.read(
                lambda connection: _added_up(connection, begin, end, queue, agent)
            )


def _added_up(connection: Connection, begin: int, end: int, queue: str, agent: str) -> PauseBook:
    c = queue_pauses.c
    query = select(c.agent, c.queue, c.reason, c.began_at, c.ended_at).where(
        c.began_at < end, or_(c.ended_at.is_(None), c.ended_at > begin)
    )
    if queue:
        query = query.where(c.queue == queue)
    if agent:
        query = query.where(c.agent == agent)
    book = PauseBook(begin, end)
    for row in connection.execute(query):
        book.count(*row)
    return book
