"""What is to be dialled, written down before it is: a restart finds it, nobody is rung twice."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError, told_as_unavailable
from contact_center.adapters.sql.tables import dial_intents
from contact_center.core.ids import CallId, LegId
from contact_center.ports import DialIntent

KEPT_US = 7 * 24 * 3_600_000_000
"""How long a leg that is over is known; nobody asks for the same one again after days."""
_T = TypeVar("_T")

log = logging.getLogger(__name__)


class Intents:
    """The `IntentStore` of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, intent: DialIntent) -> bool:
        """Write it down; False when it was before, or when the database is away."""
        return bool(await self._do(lambda connection: _begin(connection, intent)))

    async def found(self, leg: LegId, sid: str) -> None:
        """Note what the provider calls it."""
        change = update(dial_intents).where(dial_intents.c.leg == leg).values(sid=sid)
        await self._do(lambda connection: connection.execute(change).rowcount)

    async def over(self, leg: LegId) -> None:
        """Note that it has ended."""
        change = update(dial_intents).where(dial_intents.c.leg == leg).values(over=True)
        await self._do(lambda connection: connection.execute(change).rowcount)

    async def still_open(self) -> Sequence[DialIntent]:
        """Give what is not over, oldest first; nothing when the database is away."""
        c = dial_intents.c
        query = (
            select(c.leg, c.call, c.to, c.caller_id, c.at, c.sid)
            .where(c.over.is_(False))
            .order_by(c.at, c.leg)
        )
        try:
            with told_as_unavailable(self._database.url):
                rows = await self._database.read(lambda connection: connection.execute(query).all())
        except StorageError:
            log.error("what was to be dialled cannot be read: the database is away")
            return ()
        return tuple(
            DialIntent(
                leg=LegId(leg), call=CallId(call), to=to, caller_id=caller_id, at=at, sid=sid
            )
            for leg, call, to, caller_id, at, sid in rows
        )

    async def _do(self, change: Callable[[Connection], _T]) -> _T | None:
        try:
            with told_as_unavailable(self._database.url):
                return await self._database.write(change)
        except StorageError:
            log.error("what is to be dialled cannot be written down: the database is away")
            return None


def _begin(connection: Connection, intent: DialIntent) -> bool:
    c = dial_intents.c
    connection.execute(delete(dial_intents).where(c.over.is_(True), c.at < intent.at - KEPT_US))
    row = {
        "leg": intent.leg,
        "call": intent.call,
        "to": intent.to,
        "caller_id": intent.caller_id,
        "at": intent.at,
        "sid": intent.sid,
        "over": False,
    }
    # Should another process come in between, the key refuses, and nothing is dialled here.
    if connection.execute(select(c.leg).where(c.leg == intent.leg)).first() is not None:
        return False
    connection.execute(insert(dial_intents).values(row))
    return True
