"""Messages to agents, kept, and who has read them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.transactions import Transactions
from contact_center.adapters.sql.floor_tables import notice_reads, notices
from contact_center.adapters.sql.text import clean_text
from contact_center.core.ids import AgentId
from contact_center.core.notices import MOST_KEPT, Notice


class NoticeStore(Transactions):
    """The messages of one database. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    async def put(self, notice: Notice) -> None:
        """Keep one; kept again, it changes nothing."""
        await self._write(lambda connection: _put(connection, notice))

    async def read(self, name: str, agent: str, at: int) -> None:
        """Note that an agent has read one."""
        await self._write(lambda connection: _read(connection, name, agent, at))

    async def take_back(self, name: str, at: int) -> None:
        """Note that one was taken back: it is not shown any more, and is still on record."""
        change = notices.update().where(notices.c.notice == name).values(taken_back_at=at)
        await self._write(lambda connection: connection.execute(change))

    async def since(self, at: int) -> Sequence[tuple[Notice, list[AgentId]]]:
        """Give those of this time and later that were not taken back, with who has read them."""
        return await self._read(lambda connection: _since(connection, at))

    async def forget(self, before: int) -> None:
        """Take out what is older."""
        await self._write(lambda connection: _forget(connection, before))


def _put(connection: Connection, notice: Notice) -> None:
    known = select(notices.c.notice).where(notices.c.notice == notice.notice)
    if connection.execute(known).first() is not None:
        return
    row = asdict(notice) | {"agents": json.dumps(notice.agents), "text": clean_text(notice.text)}
    connection.execute(insert(notices), row)


def _read(connection: Connection, name: str, agent: str, at: int) -> None:
    c = notice_reads.c
    known = select(c.notice).where(c.notice == name, c.agent == agent)
    if connection.execute(known).first() is None:
        connection.execute(insert(notice_reads), {"notice": name, "agent": agent, "at": at})


def _since(connection: Connection, at: int) -> list[tuple[Notice, list[AgentId]]]:
    query = (
        select(notices)
        .where(notices.c.at >= at, notices.c.taken_back_at.is_(None))
        .order_by(notices.c.at.desc(), notices.c.notice)
        .limit(MOST_KEPT)
    )
    rows = list(connection.execute(query))
    readers = _readers(connection, [row.notice for row in rows])
    return [
        (
            Notice(
                notice=row.notice,
                at=row.at,
                by=row.by,
                by_name=row.by_name,
                to=row.to,
                agents=tuple(AgentId(name) for name in json.loads(row.agents)),
                text=row.text,
            ),
            readers.get(row.notice, []),
        )
        for row in reversed(rows)
    ]


def _readers(connection: Connection, names: Iterable[str]) -> dict[str, list[AgentId]]:
    found: dict[str, list[AgentId]] = {}
    query = select(notice_reads).where(notice_reads.c.notice.in_(list(names)))
    for row in connection.execute(query):
        found.setdefault(row.notice, []).append(AgentId(row.agent))
    return found


def _forget(connection: Connection, before: int) -> None:
    old = select(notices.c.notice).where(notices.c.at < before)
    connection.execute(delete(notice_reads).where(notice_reads.c.notice.in_(old)))
    connection.execute(delete(notices).where(notices.c.at < before))
