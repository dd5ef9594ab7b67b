"""Agents' time: what each spent between one change of state and the next."""

from collections.abc import Sequence

from contact_center.core.facts import AgentChanged, Work
from contact_center.core.ids import AgentId
from contact_center.reporting.books import Books
from contact_center.reporting.records import Activity, Talk, activity


class AgentTimes:
    """The newest state of every agent, and the conversation that each had last.

    States carry no number. One that is older than the newest is a repetition; those of the newest
    instant may come again, since no time passes between them.
    """

    def __init__(self, books: Sequence[Books]) -> None:
        self._books = books
        self.states: dict[AgentId, AgentChanged] = {}
        self._talks: dict[AgentId, Talk] = {}

    def changed(self, fact: AgentChanged) -> None:
        """An agent's state is this from now on."""
        before = self.states.get(fact.agent)
        if before is not None:
            if fact.at < before.at:
                return
            self._spend(before, before.at, fact.at)
        self.states[fact.agent] = fact

    def talked(self, talk: Talk) -> None:
        """An agent's conversation is over; wrap-up from now on is of this one."""
        self._talks[talk.agent] = talk

    def close(self, at: int) -> None:
        """Count what everybody is at up to an instant. Once, and nothing is taken afterwards.

        A wrap-up that goes on counts as the agent's time, and to no conversation yet.
        """
        for state in self.states.values():
            if state.at < at:
                for books in self._books:
                    books.spent(state.agent, _activity(state), state.at, at)

    def unspent(self, agent: AgentId, at: int) -> tuple[Activity, int] | None:
        """What an agent does now, and since when that is not counted yet; None for strangers."""
        state = self.states.get(agent)
        return None if state is None else (_activity(state), min(state.at, at))

    def _spend(self, state: AgentChanged, begin: int, end: int) -> None:
        if begin == end:
            return
        for books in self._books:
            books.spent(state.agent, _activity(state), begin, end)
        talk = self._talks.get(state.agent)
        if state.work is not Work.WRAP_UP or talk is None:
            return
        if state.call is None or state.call == talk.call:
            for books in self._books:
                books.wrapped_up(talk, end - begin)


def _activity(state: AgentChanged) -> Activity:
    return activity(state.presence, state.work, outside=state.outside)
