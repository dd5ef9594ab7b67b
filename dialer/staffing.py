"""The agents of a pool by what they do and since when, so that a decision does not look at each.

Talks and wrap-ups are counted by the whole second they began in, and from second to second those
seconds move on that come to an edge of stretches. Who is leaving is no supply.
"""

from dataclasses import dataclass

from dialer.floor import AgentSeen, AgentWork, Floor
from dialer.free_up import STRETCH_OF_S, STRETCHES
from dialer.ids import AgentId

_S_US = 1_000_000
_OLDEST = len(STRETCH_OF_S) - 1
_EDGES = [
    (age, STRETCH_OF_S[age - 1], STRETCH_OF_S[age])
    for age in range(1, len(STRETCH_OF_S))
    if STRETCH_OF_S[age] != STRETCH_OF_S[age - 1]
]
"""Ages (s) at which a stretch is left for the next: age, stretch before, stretch after."""


@dataclass(slots=True)
class Team:
    """Who is or will be supply: none who is leaving. ``talks``, ``wraps``: heads by stretch.

    The oldest stretches come first. ``heads``: all who are there, those who are leaving too.
    """

    idle: int
    size: int
    talks: dict[int, int]
    wraps: dict[int, int]
    heads: int


class _Busy:
    """Heads at one kind of work: by the second it began in, and by stretch of age."""

    __slots__ = ("_second", "begun", "by_stretch")

    def __init__(self) -> None:
        self.begun: dict[int, int] = {}
        self.by_stretch = [0] * STRETCHES
        self._second = 0

    def count(self, second: int, by: int) -> None:
        """Count more or fewer who began in that second."""
        left = self.begun.get(second, 0) + by
        if left:
            self.begun[second] = left
        else:
            self.begun.pop(second, None)
        self.by_stretch[self._stretch(second)] += by

    def _stretch(self, second: int) -> int:
        return STRETCH_OF_S[min(max(self._second - second, 0), _OLDEST)]

    def heads(self, now: int) -> dict[int, int]:
        """Give heads by stretch, the oldest first; a second counts from its middle."""
        second = (now - _S_US // 2) // _S_US
        if second != self._second:
            self._move(second)
        found: dict[int, int] = {}
        by_stretch = self.by_stretch
        for stretch in range(STRETCHES - 1, -1, -1):
            if by_stretch[stretch]:
                found[stretch] = by_stretch[stretch]
        return found

    def _move(self, second: int) -> None:
        by_stretch, begun = self.by_stretch, self.begun
        if second == self._second + 1:
            self._second = second
            for age, before, after in _EDGES:
                count = begun.get(second - age)
                if count:
                    by_stretch[before] -= count
                    by_stretch[after] += count
            return
        self._second = second
        by_stretch[:] = [0] * STRETCHES
        for each, count in begun.items():
            by_stretch[self._stretch(each)] += count


class Staffing:
    """Knows each agent's work, since when, and whether they leave after it."""

    def __init__(self) -> None:
        self.agents: dict[AgentId, tuple[AgentWork, int, bool]] = {}
        self._clear()

    def _clear(self) -> None:
        self.agents.clear()
        self._idle = self._size = 0
        self._busy = {AgentWork.TALKING: _Busy(), AgentWork.WRAP_UP: _Busy()}

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
        self._busy[work].count(since // _S_US, by)

    def take_up(self, floor: Floor) -> None:
        """Begin again from what the floor has: of a pacer that was not told everything."""
        self._clear()
        for agent in floor.agents.values():
            known = (agent.work, agent.since, agent.leaving)
            self.agents[agent.agent] = known
            self._count(known, 1)

    def running(self, work: AgentWork, now: int) -> list[int]:
        """Give for how long (us) each of those has been at it who do this work."""
        return [now - since for kind, since, _ in self.agents.values() if kind is work]

    def team(self, now: int, reserved: int) -> Team:
        """Count heads; `reserved` of the idle ones are for something else."""
        return Team(
            max(self._idle - reserved, 0),
            self._size,
            self._busy[AgentWork.TALKING].heads(now),
            self._busy[AgentWork.WRAP_UP].heads(now),
            len(self.agents),
        )
