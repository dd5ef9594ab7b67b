"""The door that takes a change back: what was before is asked for again, by who and why.

Only what nobody has changed since is taken back; that is a change of its own, with its own entry.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final

from aiohttp import web
from msgspec import Meta

from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.asking import Asking
from contact_center.adapters.api.audit import Log, Which
from contact_center.adapters.api.bodies import BadBodyError, Body, us
from contact_center.adapters.api.doors import Ask, Doors, read_body
from contact_center.adapters.api.outcomes import outcome
from contact_center.core.center import Center
from contact_center.core.ids import AgentId, CallId, FlowId, QueueId
from contact_center.core.ivr.walk import EVERY_FLOW
from contact_center.core.live_changes import (
    ChangeAgentsRequested,
    ChangeQueueRequested,
    EndChangesRequested,
)
from contact_center.core.permissions import Permission, Role, is_allowed
from contact_center.core.queue_settings import Channel
from contact_center.core.requests import PresenceWish
from contact_center.core.supervisor_requests import (
    EmergencySwitched,
    MoveRequested,
    ReprioritiseRequested,
    SetPresenceRequested,
    SetQueuePauseRequested,
    SupervisorRequest,
)

UNDOABLE: Final[Mapping[str, Permission]] = {
    "agent.presence": Permission.STEER_AGENTS,
    "agent.queues.pause": Permission.STEER_AGENTS,
    "call.move": Permission.STEER_CALLS,
    "call.priority": Permission.STEER_CALLS,
    "change.queues": Permission.STEER_CALLS,
    "changes.agents": Permission.STEER_AGENTS,
    "emergency": Permission.SWITCH_EMERGENCY,
}
"""What can be taken back, and what it takes: the same as to do it."""
MOST_AGENTS: Final = 40
"""The log keeps so many names of a change of many: more are taken back under *live changes*."""
LATER: Final = 50
"""Later entries that are looked at for one about the same."""

Step = tuple[type[SupervisorRequest], dict[str, Any]]


class Undo(Body, frozen=True, kw_only=True):
    """Take it back."""

    why: Annotated[str, Meta(min_length=1, max_length=500)]


def may_undo(entry: Mapping[str, Any], roles: Iterable[Role]) -> bool:
    """Say whether somebody may take an entry back, as far as can be seen from itself."""
    needed = UNDOABLE.get(entry["action"])
    has_parts = isinstance(entry["after"], dict) and (
        entry["before"] is not None or entry["action"].startswith("change")
    )
    return needed is not None and has_parts and not entry["outcome"] and is_allowed(roles, needed)


class UndoDoor:
    """The door of one process. ``center`` gives the center of now."""

    def __init__(
        self, doors: Doors, log: Log, center: Callable[[], Center], asking: Asking
    ) -> None:
        self._doors = doors
        self._log = log
        self._center = center
        self._asking = asking

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """It; `at` is the path before."""
        door = self._doors.door(Permission.SEE_AUDIT, self._undo, 2)
        return [web.post(f"{at}/audit/{{n}}/undo", door)]

    async def _undo(self, ask: Ask) -> web.Response:
        name = ask.name("n")
        if not (name.isascii() and name.isdecimal() and len(name) < 16):
            raise BadBodyError({"n": "the number of an entry"})
        body = await read_body(ask, Undo)
        n = int(name)
        found = await self._log.entries(Which(below=n + 1, limit=1))
        entry = found[0] if found and found[0]["n"] == n else None
        if entry is None:
            return refusal(404, "no_such_entry", "There is no such entry.")
        if entry["action"] not in UNDOABLE or entry["outcome"]:
            return refusal(409, "no_way_back", "This cannot be taken back by a click.")
        needed = UNDOABLE[entry["action"]]
        if not is_allowed(ask.who.roles, needed):
            return refusal(403, "role", f"This takes a role that may {needed.value}.")
        if not may_undo(entry, ask.who.roles):
            return refusal(409, "no_way_back", "This cannot be taken back by a click.")
        if await self._is_past(entry):
            return refusal(409, "changed_since", "It was changed again since then.")
        steps = _steps(self._center(), entry, ask.now, body.why)
        if not steps:
            return refusal(409, "no_way_back", "This cannot be taken back by a click.")
        note = ask.note
        note.action, note.object = f"{entry['action']}.undo", entry["object"]
        note.before, note.after = entry["after"], {"entry": n, "back_to": entry["before"]}
        for done, (kind, fields) in enumerate(steps):
            code = await self._asking.supervise(kind, ask.who.name, **fields)
            if code and not done:
                return outcome(code)
        return web.json_response({"done": True})

    async def _is_past(self, entry: Mapping[str, Any]) -> bool:
        """Say whether a later entry is about the same."""
        action, thing = entry["action"], entry["object"]
        later = await self._log.entries(Which(action=action, object=thing[:200], limit=LATER))
        same = (action, f"{action}.undo")
        return any(
            one["n"] > entry["n"] and one["object"] == thing and one["action"] in same
            for one in later
        )


def _steps(center: Center, entry: Mapping[str, Any], now: int, why: str) -> list[Step]:
    """Say what to ask the center for, so that all is as before; nothing when that cannot be."""
    before, after, thing = entry["before"], entry["after"], entry["object"]
    try:
        match entry["action"]:
            case "agent.presence":
                wish = PresenceWish(before["presence"])
                fields = {"presence": wish, "reason": before["reason"]}
                return [(SetPresenceRequested, {"agent": AgentId(thing), **fields})]
            case "agent.queues.pause":
                return [(SetQueuePauseRequested, _pause(before, thing))]
            case "call.move":
                place = {"queue": QueueId(before["queue"]), "position": before.get("position")}
                return [(MoveRequested, {"call": CallId(thing), **place})]
            case "call.priority":
                weight = {"priority": before["priority"], "boost_us": us(before["boost_s"])}
                return [(ReprioritiseRequested, {"call": CallId(thing), **weight})]
            case "emergency":
                flow = after.get("flow")
                was = (flow or EVERY_FLOW) in before
                named = FlowId(flow) if flow is not None else None
                is_other = was is not after["on"]
                return [(EmergencySwitched, {"flow": named, "on": was})] if is_other else []
            case "changes.agents":
                return _agents_back(center, entry, now, why)
            case "change.queues":
                return _queue_back(center, entry, now, why)
    except (KeyError, TypeError, ValueError):
        pass  # written by another version, or shortened: it cannot be gone by
    return []


def _pause(before: list[dict[str, Any]], thing: str) -> dict[str, Any]:
    agent, queue = thing.split("/")
    was = next((one for one in before if one["queue"] == queue), None)
    return {
        "agent": AgentId(agent),
        "queue": QueueId(queue),
        "on": was is not None,
        "reason": was["reason"] if was is not None else "",
    }


def _agents_back(center: Center, entry: Mapping[str, Any], now: int, why: str) -> list[Step]:
    names = [AgentId(name) for name in entry["after"]["agents"]]
    before: Mapping[str, Any] = entry["before"] or {}
    live = [center.floor.agents.get(name) for name in names]
    # What lies over the file now has to be what this entry put there.
    if len(names) > MOST_AGENTS or not _is_theirs(live, entry):
        return []
    steps: list[Step] = [(EndChangesRequested, {"agents": tuple(names), "why": why})]
    for name, was in before.items():
        if was["until_at"] <= now:
            continue
        fields = {
            "agents": (AgentId(name),),
            "until": was["until_at"],
            "with_shift": was["with_shift"],
            "join": tuple(QueueId(queue) for queue in was["join"]),
            "leave": tuple(QueueId(queue) for queue in was["leave"]),
            "skills": tuple(sorted(was["skills"].items())),
            "capacity": was["capacity"],
            "most": tuple((Channel(kind), most) for kind, most in sorted(was["most"].items())),
            "why": was["why"],
        }
        steps.append((ChangeAgentsRequested, fields))
    return steps


def _queue_back(center: Center, entry: Mapping[str, Any], now: int, why: str) -> list[Step]:
    queue = QueueId(entry["object"])
    if not _is_theirs([center.floor.queues.get(queue)], entry):
        return []
    steps: list[Step] = [(EndChangesRequested, {"queues": (queue,), "why": why})]
    was = (entry["before"] or {}).get(queue)
    if was is not None and was["until_at"] > now:
        fields = {name: was[name] for name in ("weight", "priority", "why")}
        steps.append((ChangeQueueRequested, {"queue": queue, "until": was["until_at"], **fields}))
    return steps


def _is_theirs(live: Iterable[Any], entry: Mapping[str, Any]) -> bool:
    return all(
        one is not None and one.by == entry["who"] and one.why == entry["why"] for one in live
    )
