"""Teams: whom and what those who lead a team see and change, where others have the whole center."""

from collections.abc import Iterable
from dataclasses import dataclass

from contact_center.core.ids import AgentId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far somebody reaches who leads teams: these agents, these queues, and nobody else.

    Who leads none has no reach written down at all (None): the whole center is theirs.
    """

    agents: frozenset[AgentId]
    queues: frozenset[QueueId]

    def has_agents(self, names: Iterable[str]) -> bool:
        """Tell whether all of these agents are theirs."""
        return all(name in self.agents for name in names)

    def has_queues(self, names: Iterable[str]) -> bool:
        """Tell whether all of these queues are theirs."""
        return all(name in self.queues for name in names)

    def has_call(self, queue: str | None, agent: str | None) -> bool:
        """Tell whether a call is theirs: it waits in a queue of theirs, or an agent has it."""
        return queue in self.queues or agent in self.agents
