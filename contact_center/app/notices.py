"""Messages to agents in the running product: the board, the desks, and the database behind it.

The board is in memory and right at once; the database gets what changed as soon as it can.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.api.access import Holder
from contact_center.adapters.desktop.beside import Beside
from contact_center.adapters.desktop.beside_messages import NoticeShown
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.notices import NoticeStore
from contact_center.core.center import Center
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.notices import LASTING_US, Notice, NoticeBoard
from contact_center.core.teams import Reach

EVERY_S: Final = 1.0
MOST_UNWRITTEN: Final = 20_000
KEPT_US: Final = 90 * 86_400_000_000
"""How long they are on record."""
MOST_NAMES: Final = 20
"""Names of who has not read one, that supervisors are told."""

log = logging.getLogger(__name__)


class Notices:
    """Those of a process; what desks, doors and the application's life ask for."""

    def __init__(
        self,
        beside: Beside,
        center: Callable[[], Center],
        clock: Callable[[], int],
        database: Database,
        every_s: float = EVERY_S,
    ) -> None:
        self._beside = beside
        self._center = center
        self._clock = clock
        self._store = NoticeStore(database)
        self._board = NoticeBoard()
        self._every_s = every_s
        self._unwritten: deque[Callable[[], Awaitable[None]]] = deque(maxlen=MOST_UNWRITTEN)
        self._is_loaded = False

    # --- desks --------------------------------------------------------------------------------

    def unread(self, agent: str) -> list[NoticeShown]:
        """What an agent has not read yet, oldest first."""
        return [
            NoticeShown(notice=one.notice, at=one.at // 1_000, by=one.by_name, text=one.text)
            for one in self._board.of(AgentId(agent))
        ]

    def read(self, agent: str, notice: str) -> None:
        """An agent has read one."""
        now = self._clock()
        if self._board.read(AgentId(agent), notice):
            self._unwritten.append(lambda: self._store.read(notice, agent, now))

    # --- doors --------------------------------------------------------------------------------

    def addressees(
        self, agents: Sequence[AgentId], queue: QueueId | None, reach: Reach | None
    ) -> tuple[str, list[AgentId]]:
        """Say in words whom a message is for, and name them; nobody when one is not known."""
        known = self._center().configuration.agents
        if agents:
            are_known = all(name in known for name in agents)
            return " ".join(agents), list(dict.fromkeys(agents)) if are_known else []
        found = [
            name
            for name, one in known.items()
            if (queue is None or queue in one.queues)
            and (reach is None or reach.has_agents([name]))
        ]
        if queue is not None:
            return f"queue {queue}", found
        return "all" if reach is None else "team", found

    def send(self, who: Holder, to: str, agents: Sequence[AgentId], text: str) -> tuple[str, str]:
        """Hang a message up; gives its name, and the code of what stands against it."""
        now = self._clock()
        code = self._board.problem(who.name, agents, text, now)
        if code:
            return "", code
        known = self._center().configuration.agents.get(AgentId(who.name))
        notice = Notice(
            notice=f"n-{secrets.token_hex(6)}",
            at=now,
            by=who.name,
            by_name=known.name if known is not None else who.name,
            to=to,
            agents=tuple(agents),
            text=text,
        )
        self._beside.noticed(self._board.hang(notice))
        self._unwritten.append(lambda: self._store.put(notice))
        return notice.notice, ""

    def take_back(self, notice: str) -> dict[str, Any] | None:
        """Take one down; gives what it was."""
        was = next((one.notice for one in self._board.hung() if one.notice.notice == notice), None)
        told = self._board.take_down(notice)
        if told is None or was is None:
            return None
        self._beside.noticed(told)
        now = self._clock()
        self._unwritten.append(lambda: self._store.take_back(notice, now))
        return {"to": was.to, "text": was.text, "by": was.by}

    def sent(self, reach: Reach | None) -> list[dict[str, Any]]:
        """What is up, newest first; of whoever leads teams, what went to these alone."""
        return [
            {
                "notice": one.notice.notice,
                "at": one.notice.at // 1_000,
                "by": one.notice.by,
                "to": one.notice.to,
                "text": one.notice.text,
                "agents": len(one.notice.agents),
                "unread": len(one.unread),
                "unread_by": sorted(one.unread)[:MOST_NAMES],
            }
            for one in self._board.hung()
            if reach is None or reach.has_agents(one.notice.agents)
        ]

    # --- life ---------------------------------------------------------------------------------

    async def keep(self, app: web.Application) -> AsyncIterator[None]:
        """Load, take down what is over, and write; for ``cleanup_ctx``."""
        task = asyncio.get_running_loop().create_task(self._repeat())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self._step()

    async def _repeat(self) -> None:
        while True:
            await self._step()
            await asyncio.sleep(self._every_s)

    async def _step(self) -> None:
        try:
            if not self._is_loaded:
                await self.load()
            self._beside.noticed(self._board.look(self._clock()))
            while self._unwritten:
                await self._unwritten[0]()
                self._unwritten.popleft()
        except StorageError as problem:
            log.warning("messages to agents wait for the database: %s", problem)
        except Exception:
            log.exception("messages to agents could not be looked after")

    async def load(self) -> None:
        """Hang up again what was up when the last process ended. Raises StorageError."""
        now = self._clock()
        await self._store.forget(now - KEPT_US)
        for notice, readers in await self._store.since(now - LASTING_US):
            self._beside.noticed(self._board.hang(notice, readers))
        self._is_loaded = True
