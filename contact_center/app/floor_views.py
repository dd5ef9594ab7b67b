"""Views of the floor in the running product: kept in the database, told by who may see them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from contact_center.adapters.api.floor_views import Shown, ViewSpec
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.floor_views import FloorView, FloorViews
from contact_center.core.center import Center
from contact_center.core.ids import AgentId

WITHIN_S: Final = 3.0


class Views:
    """Those of a process."""

    def __init__(self, database: Database, center: Callable[[], Center]) -> None:
        self._store = FloorViews(database)
        self._center = center

    async def seen_by(self, agent: str) -> Sequence[Shown]:
        """Those of somebody, and those that are shared with them."""
        known = self._center().configuration.agents.get(AgentId(agent))
        async with in_time():
            found = await self._store.seen_by(agent, known.queues if known is not None else ())
        return [_shown(one) for one in found]

    async def get(self, view: str) -> Shown | None:
        """Give one."""
        async with in_time():
            found = await self._store.get(view)
        return _shown(found) if found is not None else None

    async def put(self, view: Shown, at: int) -> bool:
        """Keep one; False when its owner has too many."""
        spec = msgspec.json.encode(view.spec).decode()
        made = FloorView(
            view=view.view,
            owner=view.owner,
            shared=view.shared,
            name=view.name,
            spec=spec,
            changed_at=at,
        )
        async with in_time():
            return await self._store.put(made)

    async def delete(self, view: str) -> None:
        """Take one out."""
        async with in_time():
            await self._store.delete(view)

    def queues(self) -> list[str]:
        """Which queues there are."""
        return list(self._center().configuration.queues)


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """Do something in the database, soon. Raises HistoryAwayError."""
    try:
        async with asyncio.timeout(WITHIN_S):
            yield
    except (StorageError, TimeoutError) as problem:
        raise HistoryAwayError from problem


def _shown(found: FloorView) -> Shown:
    return Shown(
        view=found.view,
        owner=found.owner,
        shared=found.shared,
        name=found.name,
        spec=_spec(found.spec),
    )


def _spec(text: str) -> ViewSpec:
    try:
        return msgspec.json.decode(text, type=ViewSpec)
    except msgspec.DecodeError:
        return ViewSpec()  # of another version: everything is shown
