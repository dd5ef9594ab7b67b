"""The floor as it was seen last, and what changed since a frame that somebody has.

Every row has the revision at which it changed. Whoever reads slowly asks later, and gets in one
frame what they would have had in several.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from contact_center.adapters.console.payloads import (
    AgentRow,
    AlertRow,
    CallerRow,
    Floor,
    Gone,
    QueueRow,
)
from contact_center.core.teams import Reach

PORTION: Final = 50
"""Agents looked at in one go, between other work."""
MOST_CALLERS: Final = 200
"""Callers shown of each queue: the first ones."""
MOST_GONE: Final = 5_000
"""Rows remembered that are no more; whoever is further behind gets everything."""

LAST_FIGURES: Final = 4
"""So much of a number is told to those who may not see it whole."""

Row = AgentRow | QueueRow | CallerRow | AlertRow


class Sight(Protocol):
    """What is to be seen now, as plain values in the shape of the rows."""

    def queues(self) -> list[dict[str, Any]]:
        """Every queue."""

    def callers(self, queue: str, limit: int) -> list[dict[str, Any]]:
        """The first ones that wait in it."""

    def agents(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """So many agents, in an order that stays."""

    def alerts(self) -> list[dict[str, Any]]:
        """Those that are on."""


class View:
    """What was seen. ``clock`` gives microseconds UTC."""

    def __init__(self, sight: Sight, clock: Callable[[], int], most_gone: int = MOST_GONE) -> None:
        self.rev = 0
        self._sight = sight
        self._clock = clock
        self._rows: dict[tuple[type[Row], str], tuple[int, Row]] = {}
        self._gone: deque[tuple[int, type[Row], str]] = deque(maxlen=most_gone)
        self._forgotten = 0
        self._cut: dict[Hashable, bytes] = {}
        self._turn = asyncio.Lock()

    async def look(self) -> None:
        """Look again, with rests in between: others have work to do."""
        async with self._turn:
            seen: set[tuple[type[Row], str]] = set()
            rev, changed = self.rev + 1, False
            async for name, row in self._look():
                key = (type(row), name)
                seen.add(key)
                known = self._rows.get(key)
                if known is None or known[1] != row:
                    self._rows[key] = (rev, row)
                    changed = True
            for key in [key for key in self._rows if key not in seen]:
                del self._rows[key]
                if len(self._gone) == self._gone.maxlen:
                    self._forgotten = self._gone[0][0]
                self._gone.append((rev, *key))
                changed = True
            if changed:
                self.rev = rev
                self._cut.clear()

    async def _look(self) -> AsyncIterator[tuple[str, Row]]:
        for queue in self._sight.queues():
            row = msgspec.convert(queue, QueueRow)
            yield row.queue, row
            if not row.waiting:
                continue
            for caller in self._sight.callers(row.queue, MOST_CALLERS):
                waits = msgspec.convert(caller, CallerRow)
                yield waits.call, waits
            await asyncio.sleep(0)
        for alert in self._sight.alerts():
            on = msgspec.convert(alert, AlertRow)
            yield on.alert, on
        offset = 0
        while some := self._sight.agents(offset, PORTION):
            for agent in some:
                seen = msgspec.convert(agent, AgentRow)
                yield seen.agent, seen
            offset += len(some)
            await asyncio.sleep(0)

    def since(self, rev: int, *, numbers: bool = False, reach: Reach | None = None) -> bytes:
        """Give a frame with what changed after `rev`; everything for 0 or one long past.

        Callers' numbers are whole with `numbers` only. Who leads teams gets these each time whole:
        a caller who leaves their queues for another is gone to them, and there still.
        """
        cut = (0 if reach is not None else rev, numbers, reach)
        if cut not in self._cut:
            whole = rev <= 0 or rev < self._forgotten or reach is not None
            frame = self._frame(0 if whole else rev, whole)
            if reach is not None:
                frame = narrowed(frame, reach)
            if not numbers:
                hidden = [replace(row, number=masked(row.number)) for row in frame.callers]
                frame = replace(frame, callers=hidden)
            self._cut[cut] = msgspec.json.encode(frame)
        return self._cut[cut]

    def _frame(self, rev: int, whole: bool) -> Floor:
        def rows(kind: type[Struct]) -> list[Any]:
            return [row for at, row in self._rows.values() if at > rev and type(row) is kind]

        def gone(kind: type[Row]) -> list[str]:
            # Somebody may have gone and come back since.
            return sorted(
                {
                    name
                    for at, what, name in self._gone
                    if not whole and at > rev and what is kind and (kind, name) not in self._rows
                }
            )

        return Floor(
            rev=self.rev,
            now=self._clock() // 1_000,
            whole=whole,
            agents=rows(AgentRow),
            queues=rows(QueueRow),
            callers=rows(CallerRow),
            alerts=rows(AlertRow),
            gone=Gone(
                agents=gone(AgentRow),
                queues=gone(QueueRow),
                callers=gone(CallerRow),
                alerts=gone(AlertRow),
            ),
        )


def narrowed(frame: Floor, reach: Reach) -> Floor:
    """Give of a whole frame what is of teams."""
    return replace(
        frame,
        agents=[row for row in frame.agents if row.agent in reach.agents],
        queues=[row for row in frame.queues if row.queue in reach.queues],
        callers=[row for row in frame.callers if row.queue in reach.queues],
        alerts=[row for row in frame.alerts if row.queue in reach.queues],
    )


def masked(number: str) -> str:
    """Give the last figures of a number, and nothing of a short one."""
    figures = number[-LAST_FIGURES:] if len(number) > 2 * LAST_FIGURES - 1 else ""
    return f"\u2022\u2022\u2022 {figures}".rstrip() if number else ""
