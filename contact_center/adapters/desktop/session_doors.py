"""Logins seen and ended: one's own by everybody, all of them by who may.

``GET /api/sessions`` (``?of=all`` for everybody's), ``DELETE /api/sessions/NAME`` for one of them,
``DELETE /api/sessions`` for all others of one's own; the page for it is ``/sessions``.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from aiohttp import web

from contact_center.adapters.desktop.answers import answered, problem_answer
from contact_center.adapters.desktop.sessions import Session, Sessions
from contact_center.core.permissions import Needs, Open, Permission, Role, needs

_LOG = logging.getLogger(__name__)

STATIC: Final = Path(__file__).parent / "logins"
MOST_SESSIONS: Final = 1_000
_FILES: Final = frozenset({"sessions.html", "sessions.js", "sessions.css", "words.js"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginEnded:
    """That somebody ended a login: ``who`` (of these roles, from this address) ended ``whose``."""

    who: str
    roles: frozenset[Role]
    address: str
    whose: str
    session: str
    via: str


Ended = Callable[[LoginEnded], Awaitable[None]]
"""Told of each login that was ended at these doors. Never raises."""


class Keeper(Protocol):
    """Whoever keeps the logins."""

    @property
    def sessions(self) -> Sessions:
        """All of them."""

    def session_of(self, request: web.Request) -> Session | None:
        """The login of who asks."""

    @property
    def ended(self) -> Ended | None:
        """Who is told when somebody ends a login."""

    def roles_of(self, session: Session) -> frozenset[Role]:
        """What a login may."""

    def may(self, session: Session, what: Needs) -> bool:
        """Whether a login may."""

    def name_of(self, agent: str) -> str:
        """What people call an agent."""

    def end(self, session: Session) -> None:
        """End a login, and what it has open."""


class SessionDoors:
    """The doors of one process. `check` raises for a foreign Origin."""

    def __init__(
        self,
        keeper: Keeper,
        check: Callable[[web.Request], None],
    ) -> None:
        self._keeper = keeper
        self._check = check

    def attach(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/sessions", self._page)
        app.router.add_get("/sessions/{name}", self._page)
        app.router.add_get("/api/sessions", self._list)
        app.router.add_delete("/api/sessions", self._end_others)
        app.router.add_delete("/api/sessions/{name}", self._end)

    @needs(Open.EVERYBODY)
    async def _page(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "sessions.html")
        if name not in _FILES:
            raise web.HTTPNotFound
        return web.FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})

    @needs(Open.LOGGED_IN)
    async def _list(self, request: web.Request) -> web.StreamResponse:
        mine = self._keeper.session_of(request)
        if mine is None:
            return problem_answer(401, "log_in", "Log in first.")
        may_see = self._keeper.may(mine, Permission.SEE_SESSIONS)
        if request.query.get("of") == "all":
            if not may_see:
                return problem_answer(403, "forbidden", "Your role may not see others' logins.")
            found = list(self._keeper.sessions.living())
        else:
            found = [s for s in self._keeper.sessions.living() if s.agent == mine.agent]
        newest = sorted(found, key=lambda session: session.since, reverse=True)
        rows = [self._row(session, mine) for session in newest[:MOST_SESSIONS]]
        may_end = self._may_end(mine)
        told = {"sessions": rows, "total": len(found), "may_see": may_see, "may_end": may_end}
        return answered(told)

    def _row(self, session: Session, mine: Session) -> dict[str, Any]:
        came = session.entrance
        return {
            "name": session.name,
            "agent": session.agent,
            "person": self._keeper.name_of(session.agent),
            "roles": sorted(role.value for role in self._keeper.roles_of(session)),
            "since": session.since // 1_000,
            "seen": session.seen // 1_000,
            "via": came.via,
            "address": came.address,
            "browser": came.browser,
            "mine": session is mine,
        }

    @needs(Open.LOGGED_IN)
    async def _end(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        mine = self._keeper.session_of(request)
        if mine is None:
            return problem_answer(401, "log_in", "Log in first.")
        name, may_end = request.match_info["name"], self._may_end(mine)
        found = [
            session
            for session in self._keeper.sessions.living()
            # Who may not end others' logins is not told either which there are.
            if session.name == name and (may_end or session.agent == mine.agent)
        ]
        if not found:
            return problem_answer(404, "no_session", "There is no such login of yours.")
        await self._finish(request, found, mine)
        return answered({"ended": len(found)})

    @needs(Open.LOGGED_IN)
    async def _end_others(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        mine = self._keeper.session_of(request)
        if mine is None:
            return problem_answer(401, "log_in", "Log in first.")
        others = [
            session
            for session in self._keeper.sessions.living()
            if session.agent == mine.agent and session is not mine
        ]
        await self._finish(request, others, mine)
        return answered({"ended": len(others)})

    def _may_end(self, session: Session) -> bool:
        return self._keeper.may(session, Permission.END_SESSIONS)

    async def _finish(self, request: web.Request, sessions: list[Session], mine: Session) -> None:
        roles = self._keeper.roles_of(mine)
        for session in sessions:
            self._keeper.end(session)
            told = {"who": mine.agent, "whose": session.agent, "session": session.name}
            _LOG.info("a login was ended", extra=told)
        if self._keeper.ended is None:
            return
        for session in sessions:
            await self._keeper.ended(
                LoginEnded(
                    who=mine.agent,
                    roles=roles,
                    address=request.remote or "",
                    whose=session.agent,
                    session=session.name,
                    via=session.entrance.via,
                )
            )
