"""What wall boards show: queues and how many agents are in which state, and nobody's name."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

from contact_center.adapters.console.floor import Sight
from contact_center.adapters.console.payloads import AlertRow, QueueRow, Wall, WallQueue
from contact_center.content.center_floor import FloorWords
from contact_center.core.agent import Agent
from contact_center.core.center import Center
from contact_center.core.outcomes import Presence, Work

FRESH_US: Final = 1_000_000
"""An answer is good for so long: many screens cost no more than one."""
PORTION: Final = 500
"""Agents counted in one go, between other work."""
_WORKS: Final = {
    Work.TALKING: "talking",
    Work.WRAP_UP: "wrap_up",
    Work.OFFERED: "ringing",
    Work.CONNECTING: "ringing",
}


class WallSight:
    """Looks, at most once a second."""

    def __init__(
        self,
        center: Callable[[], Center],
        sight: Sight,
        words: Callable[[], FloorWords],
        clock: Callable[[], int],
    ) -> None:
        self._center = center
        self._sight = sight
        self._words = words
        self._clock = clock
        self._told: Wall | None = None
        self._told_at = 0
        self._turn = asyncio.Lock()

    async def look(self) -> Wall:
        """Give what is to be seen."""
        async with self._turn:
            now = self._clock()
            if self._told is None or now - self._told_at >= FRESH_US:
                self._told, self._told_at = await self._look(now), now
            return self._told

    async def _look(self, now: int) -> Wall:
        states = await self._states()
        words = self._words()
        rows = [msgspec.convert(row, QueueRow) for row in self._sight.queues()]
        return Wall(
            now=now // 1_000,
            seconds=words.wall_us // 1_000_000,
            announcement=words.announcement,
            queues=[
                WallQueue(
                    queue=row.queue,
                    label=row.label,
                    waiting=row.waiting,
                    oldest=row.oldest,
                    in_time=row.in_time,
                    service_level=row.service_level,
                    entered=row.entered,
                    abandoned=row.abandoned,
                    states=dict(states.get(row.queue, {})),
                )
                for row in rows
            ],
            alerts=[
                msgspec.structs.replace(msgspec.convert(row, AlertRow), seen_by="", whom=[])
                for row in self._sight.alerts()
            ],
        )

    async def _states(self) -> dict[str, Counter[str]]:
        router = self._center().router
        found: dict[str, Counter[str]] = {}
        for number, (name, agent) in enumerate(list(router.agents.items()), 1):
            state, kind = _state(agent), router.types.get(name)
            if state and kind is not None:
                for queue in kind.members:
                    found.setdefault(queue, Counter())[state] += 1
            if number % PORTION == 0:
                await asyncio.sleep(0)
        return found


def _state(agent: Agent) -> str:
    """Say what somebody is at, as the console does; "" for who is not there."""
    if agent.work in _WORKS:
        return _WORKS[agent.work]
    if agent.presence is Presence.LOGGED_OUT:
        return ""
    return "paused" if agent.presence is Presence.PAUSED else "free"
