"""The agents of a pool by what they do and since when, so that a decision does not look at each.

Talks and wrap-ups are counted by the whole second they began in. Who is leaving is no supply.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dialer.floor import AgentSeen, AgentWork, Floor
from dialer.free_up import stretch_of
from dialer.ids import AgentId

_S_US = 1_000_000


@dataclass(slots=True)
class Team:
    """Who is or will be supply: none who is leaving. ``talks``, ``wraps``: heads by stretch.

    ``heads``: all who are there, those who are leaving too.
    """

    idle: int
    size: int
    talks: dict[int, int]
    wraps: dict[int, int]
    heads: int


class Staffing:
    """Knows each agent's work, since when, and whether they leave after it."""

    def __init__(self) -> None:
        self.agents: dict[AgentId, tuple[AgentWork, int, bool]] = {}
        self._clear()

    def _clear(self) -> None:
        self.agents.clear()
        self._idle = self._size = 0
        self._since: dict[AgentWork, dict[int, int]] = {
            AgentWork.TALKING: {},
            AgentWork.WRAP_UP: {},
        }

    def see(self, seen: AgentSeen) -> tuple[AgentWork, int] | None:
        """Take in a change; tell which work ended by it and how long it was (us), if one did."""
        before = self.agents.get(seen.agent)
        since = seen.at
        ended: tuple[AgentWork, int] | None = None
        if before is not None:
            if before[0] is seen.work:
                since = before[1]
            else:
                ended = before[0], seen.at - before[1]
            self._count(before, -1)
            del self.agents[seen.agent]
        if seen.work is not AgentWork.AWAY:
            after = (seen.work, since, seen.leaving)
            self.agents[seen.agent] = after
            self._count(after, 1)
        return ended

    def _count(self, agent: tuple[AgentWork, int, bool], by: int) -> None:
        work, since, leaving = agent
        if leaving:
            return
        self._size += by
        if work is AgentWork.IDLE:
            self._idle += by
            return
        seconds = self._since[work]
        second = since // _S_US
        left = seconds.get(second, 0) + by
        if left:
            seconds[second] = left
        else:
            seconds.pop(second, None)

    def take_up(self, floor: Floor) -> None:
        """Begin again from what the floor has: of a pacer that was not told everything."""
        self._clear()
        for agent in floor.agents.values():
            known = (agent.work, agent.since, agent.leaving)
            self.agents[agent.agent] = known
            self._count(known, 1)

    def running(self, work: AgentWork, now: int) -> Iterator[int]:
        """Give for how long (us) each of those has been at it who do this work."""
        return (now - since for kind, since, _ in self.agents.values() if kind is work)

    def team(self, now: int, reserved: int) -> Team:
        """Count heads; `reserved` of the idle ones are for something else."""
        return Team(
            max(self._idle - reserved, 0),
            self._size,
            self._heads(AgentWork.TALKING, now),
            self._heads(AgentWork.WRAP_UP, now),
            len(self.agents),
        )

    def _heads(self, work: AgentWork, now: int) -> dict[int, int]:
        found: dict[int, int] = {}
        middle = now - _S_US // 2
        for second, count in self._since[work].items():
            stretch = stretch_of(middle - second * _S_US)
            found[stretch] = found.get(stretch, 0) + count
        return found
