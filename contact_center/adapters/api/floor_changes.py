"""Live changes of the floor over HTTP: agents and queues for a while, wrap-ups that are stuck."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from aiohttp import web
from msgspec import UNSET

from contact_center.adapters.api import bodies, floor_bodies
from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.doors import Ask, Doors, read_body, within
from contact_center.adapters.api.views import change_of_agent, change_of_queue, presence
from contact_center.core.center import Center
from contact_center.core.ids import AgentId, QueueId
from contact_center.core.live_changes import (
    ChangeAgentsRequested,
    ChangeQueueRequested,
    EndChangesRequested,
    EndWrapUpRequested,
)
from contact_center.core.permissions import Permission
from contact_center.core.queue_settings import Channel

MOST_NAMED: Final = 500
"""Letters of the names of those who are changed, in the audit log."""

Supervise = Callable[..., Awaitable[web.Response]]
"""Asks the core as a supervisor, and tells what became of it: an `Ask`, the kind, its fields."""


class FloorChanges:
    """The doors; ``center`` gives the center of now."""

    def __init__(self, doors: Doors, center: Callable[[], Center], supervise: Supervise) -> None:
        self._doors = doors
        self._center = center
        self._ask = supervise

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        read, people, calls = Permission.SEE_FLOOR, Permission.STEER_AGENTS, Permission.STEER_CALLS
        door = self._doors.door
        return [
            web.get(f"{at}/changes", door(read, self._list)),
            web.post(f"{at}/changes/agents", door(people, self._agents)),
            web.post(f"{at}/changes/queues/{{queue}}", door(calls, self._queue)),
            web.post(f"{at}/changes/end", door(people, self._end)),
            web.post(f"{at}/agents/{{agent}}/wrap-up/end", door(people, self._wrap_up)),
        ]

    async def _list(self, ask: Ask) -> web.Response:
        floor = self._center().floor
        reach = ask.who.reach
        agents = {
            name: change_of_agent(change)
            for name, change in floor.agents.items()
            if reach is None or reach.has_agents([name])
        }
        queues = {
            name: change_of_queue(change)
            for name, change in floor.queues.items()
            if reach is None or reach.has_queues([name])
        }
        return web.json_response({"agents": agents, "queues": queues})

    async def _agents(self, ask: Ask) -> web.Response:
        body = await read_body(ask, floor_bodies.AgentsChange)
        if not (body.join or body.leave or body.skills or body.capacity or body.most):
            raise bodies.BadBodyError({"": "say what is to be other than in the file"})
        within(ask, body.agents, [*body.join, *body.leave])
        self._note(ask, body.agents, [])
        return await self._ask(
            ask,
            ChangeAgentsRequested,
            agents=tuple(AgentId(name) for name in body.agents),
            until=ask.now + bodies.us(body.for_s),
            with_shift=body.with_shift,
            join=tuple(QueueId(name) for name in body.join),
            leave=tuple(QueueId(name) for name in body.leave),
            skills=tuple(sorted(body.skills.items())),
            capacity=body.capacity,
            most=tuple((Channel(name), most) for name, most in sorted(body.most.items())),
            why=body.why,
        )

    async def _queue(self, ask: Ask) -> web.Response:
        body = await read_body(ask, floor_bodies.QueueChange)
        wanted: dict[str, Any] = {
            name: value
            for name, value in (("weight", body.weight), ("priority", body.priority))
            if value is not UNSET
        }
        if not wanted:
            raise bodies.BadBodyError({"": "say weight or priority"})
        self._note(ask, [], [ask.name("queue")])
        return await self._ask(
            ask,
            ChangeQueueRequested,
            queue=QueueId(ask.name("queue")),
            until=ask.now + bodies.us(body.for_s),
            why=body.why,
            **wanted,
        )

    async def _end(self, ask: Ask) -> web.Response:
        body = await read_body(ask, floor_bodies.ChangesEnd)
        calls = (
            Permission.STEER_CALLS
        )  # what it takes to change queues it takes to change them back
        if body.queues and not ask.who.may(calls):
            return refusal(403, "role", f"For queues this takes a role that may {calls.value}.")
        within(ask, body.agents, body.queues)
        self._note(ask, body.agents, body.queues)
        return await self._ask(
            ask,
            EndChangesRequested,
            agents=tuple(AgentId(name) for name in body.agents),
            queues=tuple(QueueId(name) for name in body.queues),
            why=body.why,
        )

    async def _wrap_up(self, ask: Ask) -> web.Response:
        await read_body(ask, bodies.Body)
        name = AgentId(ask.name("agent"))
        ask.note.before = presence(self._center(), name, ask.now)
        return await self._ask(ask, EndWrapUpRequested, agent=name)

    def _note(self, ask: Ask, agents: Sequence[str], queues: Sequence[str]) -> None:
        """Note whom a change is of, and what of them was other than in the file before."""
        floor = self._center().floor
        known = {name: floor.agents.get(AgentId(name)) for name in agents}
        lines = {name: floor.queues.get(QueueId(name)) for name in queues}
        ask.note.object = " ".join([*agents, *queues])[:MOST_NAMED]
        ask.note.before = {
            **{name: change_of_agent(change) for name, change in known.items() if change},
            **{name: change_of_queue(change) for name, change in lines.items() if change},
        } or None
