"""The console on HTTP: the page, who is there, the floor; what it changes are others' routes."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Protocol

import msgspec
from aiohttp import web

from contact_center.adapters.console.floor import Sight, View
from contact_center.adapters.console.pages import Pages
from contact_center.adapters.console.payloads import AgeLimit, Choice, Me, Refusal
from contact_center.adapters.console.streams import Guest, Streams
from contact_center.core.permissions import Open, needs

Keep = Callable[[web.Application], AsyncIterator[None]]
"""What runs as long as the application does; for ``cleanup_ctx``."""


class Person(Guest, Protocol):
    """A guest with a name, a phone, and pages they may see."""

    @property
    def name(self) -> str:
        """What people call them."""

    @property
    def device(self) -> str:
        """The phone that rings when they listen in."""

    @property
    def pages(self) -> Sequence[str]:
        """Pages that are for them; none for who has no business here."""

    @property
    def may(self) -> Sequence[str]:
        """Everything they may."""


class Console:
    """The routes of one process; `attach` puts them into an application.

    ``changes``: the doors through which the page changes something; ``keep``: what runs along.
    """

    def __init__(
        self,
        *,
        sight: Sight,
        who: Callable[[web.Request], Person | None],
        is_ours: Callable[[str], bool],
        clock: Callable[[], int],
        pause_reasons: Callable[[], Sequence[Choice]],
        changes: Iterable[web.AbstractRouteDef],
        ages: Callable[[], Sequence[AgeLimit]] = list,
        skills: Callable[[], Sequence[Choice]] = list,
        keep: Iterable[Keep] = (),
        pages: Pages | None = None,
    ) -> None:
        self.view = View(sight, clock)
        self.streams = Streams(self.view, who, is_ours, clock)
        self._who = who
        self._pause_reasons = pause_reasons
        self._ages = ages
        self._skills = skills
        self._keep = list(keep)
        self._changes = list(changes)
        self._pages = pages or Pages()

    def attach(self, app: web.Application) -> None:
        """Add the routes, and what has to run and to stop with the application."""
        app.add_routes(self._pages.routes())
        app.add_routes(self._changes)
        app.router.add_get("/console/api/me", self.me)
        app.router.add_get("/console/api/stream", self.streams.serve)
        app.cleanup_ctx.extend([self.streams.keep, *self._keep])
        app.on_shutdown.append(self.streams.shut)

    @needs(Open.LOGGED_IN)
    async def me(self, request: web.Request) -> web.Response:
        """``GET /console/api/me``: who is logged in; 401, or 403 for whom no page is."""
        person = self._who(request)
        if person is None:
            return _json(Refusal(error="log_in", message="Log in first."), 401)
        if not person.pages:
            said = f"{person.name} supervises nobody: no page here is for their role."
            return _json(Refusal(error="no_supervisor", message=said), 403)
        me = Me(
            agent=person.agent,
            name=person.name,
            device=person.device,
            sees_numbers=person.sees_numbers,
            pages=list(person.pages),
            may=list(person.may),
            pause_reasons=list(self._pause_reasons()),
            ages=list(self._ages()),
            skills=list(self._skills()),
        )
        return _json(me)


def _json(body: msgspec.Struct, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
