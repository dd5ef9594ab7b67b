"""Views of the floor that supervisors made, kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.transactions import Transactions
from contact_center.adapters.sql.floor_tables import floor_views
from contact_center.adapters.sql.text import clean_text

MOST_OF_ONE = 30
"""Views of one owner."""
MOST = 2_000
"""Views that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    """A view. ``shared``: "" for the owner alone, "all", or a queue; ``spec``: JSON."""

    view: str
    owner: str
    shared: str
    name: str
    spec: str
    changed_at: int


class FloorViews(Transactions):
    """Those of one database. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    async def seen_by(self, agent: str, queues: Sequence[str]) -> list[FloorView]:
        """Give those of somebody, then those that others share with everybody or their queues."""
        return await self._read(lambda connection: _seen_by(connection, agent, queues))

    async def get(self, view: str) -> FloorView | None:
        """Give one."""
        return await self._read(lambda connection: _get(connection, view))

    async def put(self, made: FloorView) -> bool:
        """Keep one, new or changed; False when its owner has too many."""
        return await self._write(lambda connection: _put(connection, made))

    async def delete(self, view: str) -> None:
        """Take one out."""
        change = delete(floor_views).where(floor_views.c.view == view)
        await self._write(lambda connection: connection.execute(change))


def _seen_by(connection: Connection, agent: str, queues: Sequence[str]) -> list[FloorView]:
    c = floor_views.c
    wanted = (c.owner == agent) | c.shared.in_(["all", *queues])
    query = select(floor_views).where(wanted).order_by(c.name, c.view).limit(MOST)
    found = [FloorView(**row._mapping) for row in connection.execute(query)]
    return sorted(found, key=lambda view: view.owner != agent)


def _get(connection: Connection, view: str) -> FloorView | None:
    row = connection.execute(select(floor_views).where(floor_views.c.view == view)).first()
    return FloorView(**row._mapping) if row is not None else None


def _put(connection: Connection, made: FloorView) -> bool:
    row = asdict(made) | {"name": clean_text(made.name), "spec": clean_text(made.spec)}
    change = update(floor_views).where(floor_views.c.view == made.view).values(**row)
    if connection.execute(change).rowcount:
        return True
    mine = select(func.count()).select_from(floor_views).where(floor_views.c.owner == made.owner)
    if (connection.execute(mine).scalar() or 0) >= MOST_OF_ONE:
        return False
    connection.execute(insert(floor_views), row)
    return True
