"""How far a door goes for somebody who leads a team: to that team, and no further.

A door whose path names an agent, a queue or a call is narrowed here. One that lists, or that is
told in its body what it is about, narrows by itself, and is in the table for that. Every other door
is shut to them: what nobody thought of is not theirs.
"""

from collections.abc import Mapping
from typing import Final

from contact_center.core.center import Center
from contact_center.core.ids import CallId
from contact_center.core.teams import Reach

BY_ITSELF: Final = frozenset(
    {
        "GET /changes",
        "POST /changes/agents",
        "POST /changes/end",
        "GET /report",
        "GET /recordings",
        "GET /recordings/{recording}",
        "POST /alerts/{alert}/seen",
        "GET /notices",
        "POST /notices",
        "DELETE /notices/{notice}",
        "GET /views",
        "POST /views",
        "PUT /views/{view}",
        "DELETE /views/{view}",
    }
)
"""Doors that look at `Ask.who.reach` themselves; behind ``/console/api``."""
_LOOKED_AT: Final = frozenset({"agent", "queue", "call"})


def reaches(reach: Reach, center: Center, door: str, parts: Mapping[str, str]) -> bool:
    """Tell whether a door may be gone through; ``parts`` are what its path names."""
    if door in BY_ITSELF:
        return True
    if not parts or not parts.keys() <= _LOOKED_AT:
        return False
    if "call" in parts:
        call = center.calls.calls.get(CallId(parts["call"]))
        waits = center.router.waiting.get(CallId(parts["call"]))
        queue = call.queue if call is not None else waits.queue if waits is not None else None
        if not reach.has_call(queue, call.agent if call is not None else None):
            return False
    agents = [parts["agent"]] if "agent" in parts else []
    queues = [parts["queue"]] if "queue" in parts else []
    return reach.has_agents(agents) and reach.has_queues(queues)


def door_of(method: str, path: str) -> str:
    """Name a door as the table does."""
    return f"{method} /{path.partition('api/')[2]}"
