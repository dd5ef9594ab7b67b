"""Every agent's place at the desk: what their screen shows, and the screen they work at."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from contact_center.adapters.desktop.ledger import Ledger
from contact_center.adapters.desktop.projection import AgentView
from contact_center.adapters.desktop.roster import DeskAgent, DeskRoster
from contact_center.core.facts import Work

LOG_IN_AGAIN: Final = 4401


class Screen(Protocol):
    """One socket, as the desk sees it. No method waits."""

    agent: str

    def push(self, frame: bytes, *, is_ledger: bool = True) -> None:
        """Send a frame, or several in one piece."""

    def put(self, topic: str, frame: bytes) -> None:
        """Send a snapshot."""

    def forget_ledger(self) -> None:
        """Drop ledger frames that still wait to go out."""

    def close(self, code: int, reason: str) -> None:
        """Begin closing."""


class Place:
    """All the desk keeps about one agent. ``own``: snapshots for nobody else, by channel."""

    def __init__(self, view: AgentView, ledger: Ledger) -> None:
        self.view = view
        self.ledger = ledger
        self.screen: Screen | None = None
        self.is_announced = False
        self.frames: list[bytes] = []
        self.own: dict[str, bytes] = {}


class Places:
    """A place for everybody who is, or was, on the roster."""

    def __init__(self, roster: DeskRoster, epoch: str) -> None:
        self._epoch = epoch
        self._places = {agent.id: self._new(agent, roster) for agent in roster.agents.values()}

    def __getitem__(self, agent: str) -> Place:
        return self._places[agent]

    def __iter__(self) -> Iterator[Place]:
        return iter(list(self._places.values()))

    def get(self, agent: str) -> Place | None:
        """Find an agent's place."""
        return self._places.get(agent)

    def reseat(self, roster: DeskRoster) -> None:
        """Go on with another roster.

        Whoever is no longer on it is shown out, after the call they are at.
        """
        for agent in roster.agents.values():
            place = self._places.get(agent.id)
            if place is None:
                self._places[agent.id] = self._new(agent, roster)
            else:
                place.view.seat(agent, roster)
        leaving = [place for name, place in self._places.items() if name not in roster.agents]
        agents = {place.view.agent.id: place.view.agent for place in leaving}
        # Their own screens need a roster that has them; nobody else's does.
        whole = replace(roster, agents={**roster.agents, **agents})
        for place in leaving:
            place.view.seat(place.view.agent, whole)
            if place.screen is not None and place.view.state.work is Work.IDLE:
                place.screen.close(LOG_IN_AGAIN, "no longer an agent here")

    def _new(self, agent: DeskAgent, roster: DeskRoster) -> Place:
        return Place(AgentView(agent, roster), Ledger(f"agent:{agent.id}", self._epoch))
