"""Messages of supervisors to agents: each is on the desk of whom it is for until they have read it.

Pure: whoever keeps the board says what time it is. Nobody's desk is filled up: a sender has so many
a minute, an agent so many that are not read, and the same words are not said twice in a row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from contact_center.core.ids import AgentId

_MINUTE_US: Final = 60_000_000
MOST_TEXT: Final = 500
MOST_KEPT: Final = 500
"""On the board at once; the oldest make room."""
MOST_UNREAD: Final = 10
"""Of one agent."""
MOST_A_MINUTE: Final = 5
"""Of one sender."""
SAME_WITHIN_US: Final = 10 * _MINUTE_US
LASTING_US: Final = 12 * 60 * _MINUTE_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message. ``to``: whom it was meant for in words (``all``, ``queue sales``, or names).

    ``agents``: whose desks it is shown on; times are microseconds UTC.
    """

    notice: str
    at: int
    by: str
    by_name: str
    to: str
    agents: tuple[AgentId, ...]
    text: str

    @property
    def until(self) -> int:
        """When it is taken down, read or not."""
        return self.at + LASTING_US


@dataclass(slots=True)
class Hung:
    """A message on the board, and who has not read it yet."""

    notice: Notice
    unread: set[AgentId] = field(default_factory=set)


class NoticeBoard:
    """All of them, oldest first."""

    def __init__(self) -> None:
        self._hung: dict[str, Hung] = {}
        self._unread: dict[AgentId, dict[str, None]] = {}

    def problem(self, by: str, agents: Sequence[AgentId], text: str, now: int) -> str:
        """Say what stands against a message; "" for nothing."""
        if not text:
            return "empty"
        if not agents:
            return "nobody"
        mine = [one.notice for one in self._hung.values() if one.notice.by == by]
        if sum(now - notice.at < _MINUTE_US for notice in mine) >= MOST_A_MINUTE:
            return "told_enough"
        same = (n for n in mine if n.text == text and now - n.at < SAME_WITHIN_US)
        if any(not set(agents).isdisjoint(notice.agents) for notice in same):
            return "said_already"
        if all(self._is_full(agent) for agent in agents):
            return "too_many_unread"
        return ""

    def _is_full(self, agent: AgentId) -> bool:
        return len(self._unread.get(agent, ())) >= MOST_UNREAD

    def hang(self, notice: Notice, read_by: Iterable[AgentId] = ()) -> list[AgentId]:
        """Put one up; gives whose desks show something else now.

        Who has too many already that they have not read is left out.
        """
        too_many = max(0, len(self._hung) + 1 - MOST_KEPT)
        told = self._taken_down(list(self._hung)[:too_many])
        fits = {agent for agent in notice.agents if not self._is_full(agent)}
        unread = fits.difference(read_by)
        self._hung[notice.notice] = Hung(notice, unread)
        for agent in unread:
            self._unread.setdefault(agent, {})[notice.notice] = None
        return [*told, *sorted(unread)]

    def read(self, agent: AgentId, name: str) -> bool:
        """Note that an agent has read one; False when it is not on their desk."""
        hung = self._hung.get(name)
        if hung is None or agent not in hung.unread:
            return False
        hung.unread.discard(agent)
        self._forget(agent, name)
        return True

    def take_down(self, name: str) -> list[AgentId] | None:
        """Take one back; gives whose desks showed it, None for no such message."""
        return self._taken_down([name]) if name in self._hung else None

    def look(self, now: int) -> list[AgentId]:
        """Take down what is over; gives whose desks showed it."""
        return self._taken_down([n for n, one in self._hung.items() if one.notice.until <= now])

    def _taken_down(self, names: Iterable[str]) -> list[AgentId]:
        told: dict[AgentId, None] = {}
        for name in names:
            for agent in sorted(self._hung.pop(name).unread):
                self._forget(agent, name)
                told[agent] = None
        return list(told)

    def _forget(self, agent: AgentId, name: str) -> None:
        mine = self._unread.get(agent, {})
        mine.pop(name, None)
        if not mine:
            self._unread.pop(agent, None)

    def of(self, agent: AgentId) -> list[Notice]:
        """Those that an agent has not read, oldest first."""
        return [self._hung[name].notice for name in self._unread.get(agent, ())]

    def hung(self) -> list[Hung]:
        """All that are up, newest first."""
        return list(reversed(self._hung.values()))
