"""The agent channel on HTTP: logging in and out, the page, and the websocket.

Order of checks on every door: Origin first, then who it is, then what they want.
"""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from aiohttp import web
from msgspec import DecodeError, Struct, json

from contact_center.adapters.desktop.answers import answered, problem_answer, refusal
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.desk_socket import DeskSocket
from contact_center.adapters.desktop.messages import MAX_INBOUND, SUBPROTOCOL
from contact_center.adapters.desktop.pages import Pages, Phones
from contact_center.adapters.desktop.places import LOG_IN_AGAIN
from contact_center.adapters.desktop.roster import DeskAgent
from contact_center.adapters.desktop.screen_text import clean
from contact_center.adapters.desktop.security import security_headers
from contact_center.adapters.desktop.session_doors import Ended, SessionDoors
from contact_center.adapters.desktop.sessions import MAX_BROWSER, Entrance, Session, Sessions
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.adapters.desktop.throttle import Throttle
from contact_center.core.permissions import Needs, Open, Role, is_allowed, needs
from contact_center.ports import AgentDirectory

_LOG = logging.getLogger(__name__)

VERSION_MISMATCH: Final = 4406
RESTART: Final = 1012
TRY_LATER: Final = 1013
MAX_LOGIN_BODY: Final = 4096
MAX_LOGINS_WAITING: Final = 64
HOUSEKEEP_S: Final = 0.2
SPREAD_EVERY: Final = 5
"""Tiles are for looking at: once a second, that is, every so many rounds of housekeeping."""
MAX_SOCKETS_AN_AGENT: Final = 8


class Credentials(Struct, kw_only=True):
    """Body of a login. `token`: give the session out in the answer, for clients without cookies."""

    login: str
    password: str
    token: bool = False


class DeskServer:
    """Routes of the agent channel; `attach` puts them into an application."""

    def __init__(
        self,
        desk: Desk,
        directory: AgentDirectory,
        settings: DeskSettings,
        *,
        sessions: Sessions | None = None,
        login_throttle: Throttle | None = None,
        address_throttle: Throttle | None = None,
        phones: Phones | None = None,
    ) -> None:
        self.desk = desk
        self.sessions = sessions or Sessions(
            desk.clock,
            settings.sessions_file,
            idle_us=settings.session_idle_us,
            absolute_us=settings.session_us,
        )
        self._directory = directory
        self._settings = settings
        self._origins = settings.origins()
        # A shift that begins behind one address may log in all at once; one account may not be
        # tried all night.
        self._by_login = login_throttle or Throttle(rate_per_s=1 / 10, burst=8)
        self._by_address = address_throttle or Throttle(rate_per_s=3, burst=120)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="password")
        self._logins_waiting = 0
        self._sockets: set[DeskSocket] = set()
        self._by_agent: Counter[str] = Counter()
        self.ended: Ended | None = None
        self._pages = Pages(settings.frame_ancestors, phones)

    @property
    def open_sockets(self) -> int:
        """How many websockets are open."""
        return len(self._sockets)

    def attach(self, app: web.Application) -> None:
        """Add the routes, the headers, and what has to run and to stop with the application."""
        app.router.add_post("/api/login", self.log_in)
        app.router.add_post("/api/logout", self.log_out)
        app.router.add_get("/api/me", self.me)
        app.router.add_get("/ws", self.websocket)
        SessionDoors(self, self._check_origin).attach(app)
        app.add_routes(self._pages.routes())
        guard = security_headers(frame_ancestors=self._settings.frame_ancestors)
        app.on_response_prepare.append(guard)
        app.cleanup_ctx.append(self._housekeeping)
        app.on_shutdown.append(self._shut_down)

    def is_ours(self, origin: str) -> bool:
        """Whether pages of this origin may talk to us."""
        return origin in self._origins

    def visitor(self, request: web.Request) -> DeskAgent | None:
        """Who is logged in in the browser that asks, with the roles of this login.

        Asking counts as being there.
        """
        session = self.session_of(request)
        if session is None:
            return None
        return replace(self.desk.roster.agents[session.agent], roles=self.roles_of(session))

    def roles_of(self, session: Session) -> frozenset[Role]:
        """What a login may: as the directory it came through said, else as the center says now."""
        known = self.desk.roster.agents.get(session.agent)
        if known is None:
            return frozenset()
        given = session.entrance.roles
        return known.roles if given is None else given

    def may(self, session: Session, what: Needs) -> bool:
        """Whether a login may: by its roles, and within its teams if it leads any."""
        known = self.desk.roster.agents.get(session.agent)
        bound = known is not None and known.reach is not None
        return is_allowed(self.roles_of(session), what, bound=bound)

    def name_of(self, agent: str) -> str:
        """What people call an agent."""
        known = self.desk.roster.agents.get(agent)
        return known.name if known is not None else agent

    # --- logging in and out ----------------------------------------------------------------------

    @needs(Open.EVERYBODY)
    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """``POST /api/login`` with ``{"login", "password"}``: a session cookie, or 401."""
        self._check_origin(request)
        credentials = await self._credentials(request)
        now = self.desk.clock()
        waits = (
            self._by_address.take(request.remote or "?", now),
            self._by_login.take(credentials.login, now),
        )
        if any(waits):
            retry_s = max(waits) // 1_000_000 + 1
            return problem_answer(
                429, "throttled", "Too many tries.", {"Retry-After": str(retry_s)}
            )
        if self._logins_waiting >= MAX_LOGINS_WAITING:
            return problem_answer(503, "busy", "Too many people log in now.", {"Retry-After": "2"})
        agent = await self._verify(credentials)
        if agent is None or agent not in self.desk.roster.agents:
            return problem_answer(401, "wrong", "Login or password is wrong.")
        self._by_login.forgive(credentials.login)
        token, session = self.begin(request, agent)
        wants_token = credentials.token and "Origin" not in request.headers
        body = self._who(session) | ({"token": token} if wants_token else {})
        response = answered(body)
        self.give(response, token)
        return response

    def begin(
        self,
        request: web.Request,
        agent: str,
        via: str = "password",
        roles: frozenset[Role] | None = None,
        before: Session | None = None,
    ) -> tuple[str, Session]:
        """Begin a login with a new token; one that the browser had before ends.

        ``before``: that one, when the request cannot tell because it comes from another site.

        Screens of the same agent that are open go on with the new one.
        """
        browser = clean(request.headers.get("User-Agent", ""))[:MAX_BROWSER]
        came = Entrance(via=via, roles=roles, address=request.remote or "", browser=browser)
        before = self.session_of(request) or before
        token, session = self.sessions.open(agent, came)
        if before is not None:
            for socket in [s for s in self._sockets if s.session is before and s.agent == agent]:
                socket.session = session
            self.end(before)
        return token, session

    def give(self, response: web.StreamResponse, token: str) -> None:
        """Put a login's token into the browser."""
        response.set_cookie(
            self._settings.cookie_name,
            token,
            max_age=self._settings.session_us // 1_000_000,
            path="/",
            secure=self._settings.is_https,
            httponly=True,
            samesite="Strict",
        )

    async def _verify(self, credentials: Credentials) -> str | None:
        self._logins_waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._threads, self._directory.verify, credentials.login, credentials.password
            )
        finally:
            self._logins_waiting -= 1

    async def _credentials(self, request: web.Request) -> Credentials:
        if request.content_type != "application/json":
            raise refusal(web.HTTPUnsupportedMediaType, "json", "Send application/json.")
        if (request.content_length or 0) > MAX_LOGIN_BODY:
            raise refusal(web.HTTPBadRequest, "too_long", "This is too long for a login.")
        body = await request.content.read(MAX_LOGIN_BODY + 1)
        while len(body) <= MAX_LOGIN_BODY and not request.content.at_eof():
            body += await request.content.read(MAX_LOGIN_BODY + 1 - len(body))
        try:
            credentials = json.decode(body[: MAX_LOGIN_BODY + 1], type=Credentials)
        except (DecodeError, RecursionError) as error:
            raise refusal(web.HTTPBadRequest, "malformed", "This is not a login.") from error
        if not 0 < len(credentials.login) <= 120 or len(credentials.password) > 1024:
            raise refusal(web.HTTPBadRequest, "too_long", "This is too long for a login.")
        return credentials

    @needs(Open.EVERYBODY)
    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """``POST /api/logout``: end the session, its sockets, and the agent's work."""
        self._check_origin(request)
        session = self.session_of(request)
        if session is not None:
            self.desk.log_out(session.agent)
            self._close(session)
        response = answered({})
        response.del_cookie(self._settings.cookie_name, path="/")
        return response

    def end(self, session: Session, reason: str = "") -> None:
        """End a login and the screens it has open; with the last one the agent stops working."""
        self._close(session, reason)
        known = session.agent in self.desk.roster.agents
        if known and not any(other.agent == session.agent for other in self.sessions.living()):
            self.desk.log_out(session.agent)

    def _close(self, session: Session, reason: str = "") -> None:
        self.sessions.close(session)
        for socket in [s for s in self._sockets if s.session is session]:
            socket.end_session(reason)

    @needs(Open.LOGGED_IN)
    async def me(self, request: web.Request) -> web.StreamResponse:
        """``GET /api/me``: who is logged in, or 401."""
        session = self.session_of(request)
        if session is None:
            return problem_answer(401, "log_in", "Log in first.")
        return answered(self._who(session))

    # --- the websocket ---------------------------------------------------------------------------

    @needs(Open.LOGGED_IN)
    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """``GET /ws``: the channel itself. A cookie needs an Origin of ours beside it."""
        self._check_origin(request)
        is_browser = "Origin" in request.headers
        session = self.session_of(request, cookie=is_browser)
        if session is None and not is_browser:
            return problem_answer(401, "log_in", "Log in first; send Authorization: Bearer.")
        ws = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            compress=False,
            autoping=False,  # pings count as life and against the rate, so the socket sees them
            max_msg_size=MAX_INBOUND + 1,  # it refuses what *reaches* the size it is given
            timeout=self._settings.close_timeout_s,
        )
        writer = await ws.prepare(request)
        transport = request.transport
        if session is None:  # a browser cannot see the status of a refused handshake
            await ws.close(code=LOG_IN_AGAIN, message=b"log in again")
        elif ws.ws_protocol != SUBPROTOCOL:
            await ws.close(code=VERSION_MISMATCH, message=f"speak {SUBPROTOCOL}".encode())
        elif self._is_crowded(session.agent):
            await ws.close(code=TRY_LATER, message=b"too many sockets")
        elif isinstance(transport, asyncio.Transport):
            socket = DeskSocket(
                ws,
                writer,
                transport,
                desk=self.desk,
                sessions=self.sessions,
                session=session,
                settings=self._settings,
                may=self.may,
            )
            self._sockets.add(socket)
            self._by_agent[socket.agent] += 1
            try:
                await socket.run()
            finally:
                self._sockets.discard(socket)
                self._by_agent[socket.agent] -= 1
        return ws

    def _is_crowded(self, agent: str) -> bool:
        return (
            len(self._sockets) >= self._settings.max_sockets
            or self._by_agent[agent] >= MAX_SOCKETS_AN_AGENT
        )

    def look_who_is_idle(self) -> None:
        """Warn and log out who does nothing at an open screen, where the center wants that.

        Who is more than an agent may be watching the floor.
        """
        if not self._settings.idle_us:
            return
        agents = [s for s in self._sockets if self.roles_of(s.session) <= {Role.AGENT}]
        for session in [s.session for s in agents if s.look_idle()]:
            self.end(session, "idle")

    # --- checks ----------------------------------------------------------------------------------

    def _check_origin(self, request: web.Request) -> None:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._origins:
            _LOG.warning("refused a request from a foreign origin to %s", request.path)
            raise refusal(web.HTTPForbidden, "origin", "This page may not talk to the desk.")

    def session_of(self, request: web.Request, *, cookie: bool = True) -> Session | None:
        """The login of who asks; asking counts as being there."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.cookies.get(self._settings.cookie_name, "") if cookie else ""
        session = self.sessions.find(token) if token else None
        if session is None or session.agent not in self.desk.roster.agents:
            return None
        return session

    def _who(self, session: Session) -> dict[str, Any]:
        agent = self.desk.roster.agents[session.agent]
        return {"agent": agent.id, "name": agent.name, "login": agent.login}

    # --- running and stopping --------------------------------------------------------------------

    async def _housekeeping(self, app: web.Application) -> AsyncIterator[None]:
        async def repeat() -> None:
            for turn in itertools.count():
                await asyncio.sleep(HOUSEKEEP_S)
                self.desk.housekeep()
                if turn % SPREAD_EVERY == 0:
                    self.look_who_is_idle()
                    for _ in self.desk.spread():
                        await asyncio.sleep(0)

        task = asyncio.get_running_loop().create_task(repeat())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _shut_down(self, app: web.Application) -> None:
        self.desk.stop()
        sockets = list(self._sockets)
        for socket in sockets:
            socket.close(RESTART, f"restart spread_ms={self._settings.restart_spread_ms}")
        await asyncio.gather(*(socket.closed() for socket in sockets), return_exceptions=True)
