"""What agents look at beside a call; each screen is told of what it has open, and nothing else."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from msgspec import Struct

from contact_center.adapters.desktop import beside_messages as bm
from contact_center.adapters.desktop import messages as m
from contact_center.adapters.desktop import payloads as p
from contact_center.adapters.desktop.availability import directory, found
from contact_center.adapters.desktop.boards import Boards
from contact_center.adapters.desktop.looking_up import looked_up
from contact_center.adapters.desktop.places import Place, Places
from contact_center.adapters.desktop.roster import DeskRoster
from contact_center.adapters.desktop.screen_text import clean

Show = Callable[[Place, str, Callable[..., m.SnapshotMessage], Struct], None]
"""Shows an agent what nobody else sees: place, name of the channel, message, what is in it."""
MOST_SEARCH: Final = 60
NUMBERS_EVERY: Final = 3
"""Rounds of telling after which agents whose state changed are told their numbers of today."""


class Notices(Protocol):
    """Keeps what supervisors told agents. No method waits."""

    def unread(self, agent: str) -> list[bm.NoticeShown]:
        """What an agent has not read yet, oldest first."""

    def read(self, agent: str, notice: str) -> None:
        """An agent has read one."""


class Beside:
    """What is open at every desk. ``roster`` gives that of now."""

    def __init__(
        self, places: Places, boards: Boards, roster: Callable[[], DeskRoster], show: Show
    ) -> None:
        self._places = places
        self._boards = boards
        self._roster = roster
        self._show = show
        self._searches: dict[str, str] = {}
        self._is_stale = False
        self._counted: dict[str, None] = {}
        self._rounds = 0
        self.numbers: Callable[[str], bm.NumbersShown | None] = lambda agent: None
        self.notices: Notices | None = None
        self._noticed: dict[str, None] = {}

    def take(self, agent: str, command: bm.BesideCommand) -> p.Problem | None:
        """Do what an agent wants to look at; what comes of it is shown before this returns."""
        if isinstance(command, bm.CmdKnowledge):
            self._look_up(agent, command.d)
            return None
        if isinstance(command, bm.CmdNoticeRead):
            if self.notices is not None:
                # Read twice, or taken back meanwhile, it is gone as the agent wants it.
                self.notices.read(agent, command.d.notice)
                self._show_notices(agent)
            return None
        if not command.d.open:
            self.close(agent)
            return None
        self._searches[agent] = clean(command.d.search, MOST_SEARCH)
        self._show_directory(agent, self._directory())
        return None

    def close(self, agent: str) -> None:
        """The screen is another, or gone: nothing is open."""
        self._searches.pop(agent, None)
        place = self._places.get(agent)
        if place is not None:
            place.own.pop(f"directory:{agent}", None)
            place.own.pop(f"knowledge:{agent}", None)

    def changed(self, agent: str | None = None) -> None:
        """Somebody's state changed: whoever looks is told with the next `spread`.

        `agent`: theirs, so that their own numbers are others soon.
        """
        self._is_stale = True
        if agent is not None:
            self._counted[agent] = None

    def look_at(self, agent: str) -> None:
        """Somebody sits down at a desk: show them what is theirs."""
        self._show_numbers(agent)
        self._show_notices(agent)

    def _show_numbers(self, agent: str) -> None:
        place = self._places.get(agent)
        told = self.numbers(agent) if place is not None and place.screen is not None else None
        if place is not None and told is not None:
            self._show(place, "numbers", bm.NumbersState, told)

    def noticed(self, agents: Iterable[str]) -> None:
        """What supervisors told these agents is another: they see it with the next `spread`."""
        self._noticed.update(dict.fromkeys(agents))

    def _show_notices(self, agent: str) -> None:
        place = self._places.get(agent)
        if place is not None and place.screen is not None and self.notices is not None:
            shown = bm.NoticesShown(notices=self.notices.unread(agent))
            self._show(place, "notices", bm.NoticesState, shown)

    def spread(self) -> Iterator[None]:
        """Tell those who look what changed, giving way to others after each."""
        self._rounds += 1
        noticed, self._noticed = self._noticed, {}
        for agent in noticed:
            self._show_notices(agent)
            yield
        if self._rounds % NUMBERS_EVERY == 0:
            counted, self._counted = self._counted, {}
            for agent in counted:
                self._show_numbers(agent)
                yield
        if not self._is_stale:
            return
        self._is_stale = False
        entries = self._directory() if self._searches else []
        for agent in list(self._searches):
            if agent in self._searches:
                self._show_directory(agent, entries)
                yield

    def _look_up(self, agent: str, d: bm.KnowledgeLook) -> None:
        place = self._places.get(agent)
        if place is None or not d.open:
            return
        search = clean(d.search, MOST_SEARCH)
        shown = looked_up(place, self._roster(), search, d.article)
        self._show(place, "knowledge", bm.KnowledgeState, shown)

    def _directory(self) -> list[bm.Entry]:
        return directory(self._places, self._boards.tiles, self._roster())

    def _show_directory(self, agent: str, entries: list[bm.Entry]) -> None:
        place = self._places.get(agent)
        if place is None:
            return
        shown = found(entries, self._searches[agent], but=f"agent:{agent}")
        self._show(place, "directory", bm.DirectoryState, shown)
