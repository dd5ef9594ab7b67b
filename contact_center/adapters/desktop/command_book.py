"""Which commands were asked, and what became of them: so that a repeat is answered, not repeated.

Pure; times are microseconds. Per agent, bounded; a command is remembered for ten minutes.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from contact_center.adapters.desktop.payloads import Problem

KEEP_US: Final = 600_000_000
DEADLINE_US: Final = 5_000_000
MAX_PER_AGENT: Final = 2_000


@dataclass(slots=True)
class Asked:
    """One command: when, and the answer once there is one (`problem` None: it was done)."""

    at: int
    is_answered: bool = False
    is_overdue: bool = False
    problem: Problem | None = None


TIMEOUT: Final = Problem(
    code="timeout",
    message_key="error.timeout",
    message="No answer in time; it may or may not have happened.",
)


@dataclass(slots=True)
class CommandBook:
    """All commands of all agents."""

    keep_us: int = KEEP_US
    deadline_us: int = DEADLINE_US
    max_per_agent: int = MAX_PER_AGENT
    _asked: dict[str, OrderedDict[str, Asked]] = field(default_factory=dict)
    _open: OrderedDict[tuple[str, str], Asked] = field(default_factory=OrderedDict)

    def find(self, agent: str, cmd: str, now: int) -> Asked | None:
        """Look up a command that may have been asked before."""
        mine = self._asked.get(agent)
        asked = mine.get(cmd) if mine else None
        return asked if asked is not None and now - asked.at <= self.keep_us else None

    def ask(self, agent: str, cmd: str, now: int) -> Asked:
        """Note a new command. The oldest of the agent are forgotten."""
        mine = self._asked.setdefault(agent, OrderedDict())
        asked = mine[cmd] = Asked(at=now)
        mine.move_to_end(cmd)
        self._open[agent, cmd] = asked
        while mine:
            oldest, entry = next(iter(mine.items()))
            if len(mine) <= self.max_per_agent and now - entry.at <= self.keep_us:
                break
            del mine[oldest]
            self._open.pop((agent, oldest), None)
        return asked

    def settle(self, agent: str, cmd: str, problem: Problem | None) -> bool:
        """Note the answer; True when someone still waits for it (it is the first, and in time)."""
        asked = self._asked.get(agent, OrderedDict()).get(cmd)
        self._open.pop((agent, cmd), None)
        if asked is None or asked.is_answered:
            return False
        asked.is_answered = True
        asked.problem = problem
        return not asked.is_overdue

    def drop(self, agent: str, cmd: str) -> None:
        """Forget a command that was never handed on, so that it may be tried again."""
        self._open.pop((agent, cmd), None)
        self._asked.get(agent, OrderedDict()).pop(cmd, None)

    def overdue(self, now: int) -> list[tuple[str, str]]:
        """Give the commands whose deadline passed since the last call: (agent, cmd), oldest first.

        A late answer is still kept for a repeat of the command.
        """
        late = []
        while self._open:
            (agent, cmd), asked = next(iter(self._open.items()))
            if now - asked.at < self.deadline_us:
                break
            del self._open[agent, cmd]
            asked.is_overdue = True
            late.append((agent, cmd))
        return late
