"""What a desk has to know about the center; given by whoever composes the process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from contact_center.core.disposition import DispositionField
from contact_center.core.knowledge import Knowledge
from contact_center.core.permissions import Role
from contact_center.core.teams import Reach

AGENT: Final = frozenset({Role.AGENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAgent:
    """A person with a desk. `queues` are the ones shown as tiles; empty shows all.

    ``roles``: what they may; ``device``: the phone that rings when they listen to others.
    ``reach``: of who leads teams; None for the whole center.
    """

    id: str
    name: str
    login: str
    queues: tuple[str, ...] = ()
    roles: frozenset[Role] = AGENT
    device: str = ""
    reach: Reach | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskQueue:
    """A queue. `dispositions` are the codes that end its calls; empty means all."""

    id: str
    label: str
    dispositions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChoice:
    """A reason for a pause, or something else to choose by its code."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDisposition(DeskChoice):
    """How a call may have ended: where in the tree, by which key, and what has to be said."""

    under: tuple[str, ...] = ()
    key: str = ""
    fields: tuple[DispositionField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRoster:
    """Everyone and everything a desk can show. Ids and logins are unique."""

    agents: Mapping[str, DeskAgent]
    queues: Mapping[str, DeskQueue]
    dispositions: tuple[DeskDisposition, ...]
    pause_reasons: tuple[DeskChoice, ...]
    knowledge: Knowledge = field(default_factory=Knowledge)
    shows_listeners: bool = False
    by_login: Mapping[str, DeskAgent] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_login", {a.login: a for a in self.agents.values()})

    @classmethod
    def of(
        cls,
        *,
        agents: Iterable[DeskAgent],
        queues: Iterable[DeskQueue],
        dispositions: Iterable[DeskDisposition],
        pause_reasons: Iterable[DeskChoice],
        knowledge: Knowledge | None = None,
        shows_listeners: bool = False,
    ) -> "DeskRoster":
        """Build a roster from plain lists."""
        return cls(
            agents={agent.id: agent for agent in agents},
            queues={queue.id: queue for queue in queues},
            dispositions=tuple(dispositions),
            pause_reasons=tuple(pause_reasons),
            knowledge=knowledge or Knowledge(),
            shows_listeners=shows_listeners,
        )

    def queues_of(self, agent: str) -> list[DeskQueue]:
        """Say which queues the agent sees."""
        mine = self.agents[agent].queues
        return [queue for queue in self.queues.values() if not mine or queue.id in mine]
