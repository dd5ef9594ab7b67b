"""Facts about the staff, beside what agents are at (`AgentChanged`)."""

from dataclasses import dataclass

from contact_center.core.facts import Fact
from contact_center.core.ids import AgentId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePauseChanged(Fact):
    """An agent began a break from one queue alone (`on`), or it is over.

    ``since``: when it began. ``by``: the supervisor who asked for it, "" for the agent, for signing
    off, or for a queue that they do not serve any more.
    """

    agent: AgentId
    queue: QueueId
    on: bool
    reason: str
    since: int
    by: str = ""
