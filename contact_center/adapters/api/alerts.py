"""The door of alerts: that somebody has seen one. Which are on is told with the floor."""

from collections.abc import Callable

from aiohttp import web

from contact_center.adapters.api import bodies
from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.doors import Ask, Doors, read_body, within
from contact_center.core.permissions import Permission

QueueOf = Callable[[str], str | None]
"""Gives the queue of an alert that is on; None for none."""
Acknowledge = Callable[[str, str], bool]
"""Takes an alert's name and who has seen it; False when there is none to be seen."""


class AlertDoors:
    """The doors of one process."""

    def __init__(self, doors: Doors, acknowledge: Acknowledge, queue_of: QueueOf) -> None:
        self._doors = doors
        self._acknowledge = acknowledge
        self._queue_of = queue_of

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door = self._doors.door(Permission.STEER_AGENTS, self._seen)
        return [web.post(f"{at}/alerts/{{alert}}/seen", door)]

    async def _seen(self, ask: Ask) -> web.Response:
        await read_body(ask, bodies.Body)
        within(ask, queues=[self._queue_of(ask.name("alert")) or ""])
        if not self._acknowledge(ask.name("alert"), ask.who.name):
            return refusal(409, "not_on", "It is over, or somebody has seen it already.")
        return web.json_response({"done": True})
