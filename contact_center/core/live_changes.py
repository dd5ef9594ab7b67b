"""Live changes: what supervisors change of agents and queues for a while, on top of the file.

The center's file stays the only source of truth. A live change lies over it, says who made it and
why, and has an end; then the file counts again. It survives restarts and reloads of the file.
"""

from dataclasses import dataclass

from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.queue_settings import Channel
from contact_center.core.supervisor_requests import SupervisorRequest

LONGEST_US = 24 * 3_600_000_000
"""No live change is for longer than that: what is to stay belongs into the file."""
MOST_AGENTS = 1_000
"""Agents that are changed in one go."""
NOT_HAD = -1
"""As the level of a skill: the agent counts as somebody who does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChange:
    """What is different of an agent, as long as it lasts. Instants are microseconds UTC.

    ``join``, ``leave``: queues beside, or without, those of the file. ``skills``: levels from 0 to
    100, or `NOT_HAD`. ``capacity``: None for the file's. ``most``: jobs at once, by channel.
    ``with_shift``: it is over when the agent logs out, at the latest at ``until``.
    """

    agent: AgentId
    by: str
    why: str
    since: int
    until: int
    with_shift: bool = False
    join: tuple[QueueId, ...] = ()
    leave: tuple[QueueId, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    capacity: int | None = None
    most: tuple[tuple[Channel, int], ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether the agent is as the file says."""
        return not (self.join or self.leave or self.skills or self.capacity or self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChange:
    """What is different of a queue, as long as it lasts; None for what the file says.

    ``weight``: its head start, for callers who wait too. ``priority``: the band, for callers who
    come in.
    """

    queue: QueueId
    by: str
    why: str
    since: int
    until: int
    weight: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRequest(SupervisorRequest):
    """A supervisor wants something to be other than in the file, or as in the file again."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAgentsRequested(LiveRequest):
    """Change agents, on top of what was changed of each before; fields as in `AgentChange`."""

    agents: tuple[AgentId, ...]
    until: int
    with_shift: bool = False
    join: tuple[QueueId, ...] = ()
    leave: tuple[QueueId, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    capacity: int | None = None
    most: tuple[tuple[Channel, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQueueRequested(LiveRequest):
    """Change a queue, on top of what was changed of it before; None leaves as it is."""

    queue: QueueId
    until: int
    weight: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndChangesRequested(LiveRequest):
    """Let agents and queues be as in the file again, before their time."""

    agents: tuple[AgentId, ...] = ()
    queues: tuple[QueueId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWrapUpRequested(SupervisorRequest):
    """End the wrap-up that an agent is stuck in, whatever its rules; no disposition is made up."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChangedLive(Fact):
    """An agent is other than in the file from now on; the whole of what is different."""

    change: AgentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChangedLive(Fact):
    """A queue is other than in the file from now on; the whole of what is different."""

    change: QueueChange


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChangeEnded(Fact):
    """An agent or a queue is as in the file again.

    ``cause``: ``time``, ``shift`` (logged out), ``undone`` or ``ended`` (by a supervisor, `by`).
    """

    agent: AgentId | None = None
    queue: QueueId | None = None
    cause: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEndedBySupervisor(Fact):
    """A supervisor ended the wrap-up of an agent."""

    agent: AgentId
    by: str
    jobs: int
