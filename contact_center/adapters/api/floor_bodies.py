"""Bodies of requests about live changes of the floor; see `bodies`."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from contact_center.adapters.api.bodies import Band, Body, Id
from contact_center.core.live_changes import MOST_AGENTS, NOT_HAD

Reason = Annotated[str, Meta(min_length=1, max_length=200)]
Lasting = Annotated[float, Meta(ge=60, le=86_400)]
Agents = Annotated[list[Id], Meta(max_length=MOST_AGENTS)]
Queues = Annotated[list[Id], Meta(max_length=200)]
Level = Annotated[int, Meta(ge=NOT_HAD, le=100)]
Many = Annotated[int, Meta(ge=1, le=1_000)]
ChannelName = Literal["voice", "chat", "email", "task"]
HeadStart = Annotated[int, Meta(ge=0, le=1_000)]


class AgentsChange(Body, frozen=True, kw_only=True):
    """Let agents be other than in the file, for so many seconds; at the latest then it is over.

    With `with_shift` it is over when they log out. A skill at -1 is one they count as not having.
    """

    agents: Annotated[list[Id], Meta(min_length=1, max_length=MOST_AGENTS)]
    for_s: Lasting
    why: Reason
    with_shift: bool = False
    join: Queues = msgspec.field(default_factory=list)
    leave: Queues = msgspec.field(default_factory=list)
    skills: dict[Id, Level] = msgspec.field(default_factory=dict)
    capacity: Many | None = None
    most: dict[Literal["voice", "chat", "email", "task"], Many] = msgspec.field(
        default_factory=dict
    )


class QueueChange(Body, frozen=True, kw_only=True):
    """Let a queue be other than in the file, for so many seconds; what is left out stays."""

    for_s: Lasting
    why: Reason
    weight: HeadStart | UnsetType = UNSET
    priority: Band | UnsetType = UNSET


class ChangesEnd(Body, frozen=True, kw_only=True):
    """Let agents and queues be as in the file again."""

    agents: Agents = msgspec.field(default_factory=list)
    queues: Queues = msgspec.field(default_factory=list)
    why: Annotated[str, Meta(max_length=200)] = ""
