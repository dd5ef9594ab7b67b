"""Whether articles helped those who read them on the public page: counted by day, nobody named."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, String, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import metadata

DAY_US = 24 * 3_600_000_000

article_votes = Table(
    "article_votes",
    metadata,
    Column("article", String, primary_key=True),
    # Days since 1970 UTC.
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("helped", Boolean, primary_key=True),
    Column("votes", BigInteger, nullable=False),
)
"""A row for each article, day and answer; nothing of who it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How many an article helped, and how many it did not."""

    article: str
    helped: int
    not_helped: int


class ArticleVotes:
    """The store. Every method raises DatabaseUnavailableError when it cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def vote(self, article: str, now: int, *, helped: bool) -> None:
        """Count one answer more; the caller has seen to it that there is such an article."""
        row = {"article": article, "day": now // DAY_US, "helped": helped, "votes": 1}
        with told_as_unavailable(self._database.url):
            await self._database.write(lambda connection: _count(connection, row))

    async def between(self, begin: int, end: int) -> list[Votes]:
        """Add up the days that `[begin, end)` (microseconds UTC) touches; most "no" first."""
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda connection: _added_up(connection, begin, end))


def _count(connection: Connection, row: dict[str, object]) -> None:
    postgres = connection.dialect.name == "postgresql"
    put = (postgresql.insert if postgres else sqlite.insert)(article_votes)
    one_more = {"votes": article_votes.c.votes + put.excluded.votes}
    keys = list(article_votes.primary_key)
    connection.execute(put.on_conflict_do_update(index_elements=keys, set_=one_more), row)


def _added_up(connection: Connection, begin: int, end: int) -> list[Votes]:
    c = article_votes.c
    query = (
        select(c.article, c.helped, func.sum(c.votes))
        .where(c.day >= begin // DAY_US, c.day <= (end - 1) // DAY_US)
        .group_by(c.article, c.helped)
    )
    counts: dict[str, dict[bool, int]] = {}
    for article, helped, votes in connection.execute(query):
        counts.setdefault(article, {})[bool(helped)] = int(votes)
    found = [
        Votes(article=name, helped=one.get(True, 0), not_helped=one.get(False, 0))
        for name, one in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.not_helped, -one.helped, one.article))
