"""The agent channel on HTTP: logging in and out, the page, and the websocket.

Order of checks on every door: Origin first, then who it is, then what they want.
"""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from msgspec import DecodeError, Struct, json

from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.desk_socket import DeskSocket
from contact_center.adapters.desktop.messages import MAX_INBOUND, SUBPROTOCOL
from contact_center.adapters.desktop.places import LOG_IN_AGAIN
from contact_center.adapters.desktop.roster import DeskAgent
from contact_center.adapters.desktop.security import security_headers
from contact_center.adapters.desktop.sessions import Session, Sessions
from contact_center.adapters.desktop.settings import DeskSettings
from contact_center.adapters.desktop.throttle import Throttle
from contact_center.ports import AgentDirectory

_LOG = logging.getLogger(__name__)

STATIC: Final = Path(__file__).parent / "static"
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
        self._pages = {path.name: path for path in STATIC.iterdir() if path.is_file()}

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
        app.router.add_get("/", self.page)
        app.router.add_get("/desk/{name}", self.page)
        guard = security_headers(frame_ancestors=self._settings.frame_ancestors)
        app.on_response_prepare.append(guard)
        app.cleanup_ctx.append(self._housekeeping)
        app.on_shutdown.append(self._shut_down)

    def is_ours(self, origin: str) -> bool:
        """Whether pages of this origin may talk to us."""
        return origin in self._origins

    def visitor(self, request: web.Request) -> DeskAgent | None:
        """Who is logged in in the browser that asks; asking counts as being there."""
        session = self._session(request)
        return self.desk.roster.agents[session.agent] if session is not None else None

    # --- logging in and out ----------------------------------------------------------------------

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
            return _problem(429, "throttled", "Too many tries.", {"Retry-After": str(retry_s)})
        if self._logins_waiting >= MAX_LOGINS_WAITING:
            return _problem(503, "busy", "Too many people log in now.", {"Retry-After": "2"})
        agent = await self._verify(credentials)
        if agent is None or agent not in self.desk.roster.agents:
            return _problem(401, "wrong", "Login or password is wrong.")
        self._by_login.forgive(credentials.login)
        token, session = self.sessions.open(agent)
        wants_token = credentials.token and "Origin" not in request.headers
        body = self._who(session) | ({"token": token} if wants_token else {})
        response = _json(body)
        response.set_cookie(
            self._settings.cookie_name,
            token,
            max_age=self._settings.session_us // 1_000_000,
            path="/",
            secure=self._settings.is_https,
            httponly=True,
            samesite="Strict",
        )
        return response

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
            raise _refusal(web.HTTPUnsupportedMediaType, "json", "Send application/json.")
        if (request.content_length or 0) > MAX_LOGIN_BODY:
            raise _refusal(web.HTTPBadRequest, "too_long", "This is too long for a login.")
        body = await request.content.read(MAX_LOGIN_BODY + 1)
        while len(body) <= MAX_LOGIN_BODY and not request.content.at_eof():
            body += await request.content.read(MAX_LOGIN_BODY + 1 - len(body))
        try:
            credentials = json.decode(body[: MAX_LOGIN_BODY + 1], type=Credentials)
        except (DecodeError, RecursionError) as error:
            raise _refusal(web.HTTPBadRequest, "malformed", "This is not a login.") from error
        if not 0 < len(credentials.login) <= 120 or len(credentials.password) > 1024:
            raise _refusal(web.HTTPBadRequest, "too_long", "This is too long for a login.")
        return credentials

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """``POST /api/logout``: end the session, its sockets, and the agent's work."""
        self._check_origin(request)
        session = self._session(request)
        if session is not None:
            self.sessions.close(session)
            self.desk.log_out(session.agent)
            for socket in [s for s in self._sockets if s.session is session]:
                socket.end_session()
        response = _json({})
        response.del_cookie(self._settings.cookie_name, path="/")
        return response

    async def me(self, request: web.Request) -> web.StreamResponse:
        """``GET /api/me``: who is logged in, or 401."""
        session = self._session(request)
        if session is None:
            return _problem(401, "log_in", "Log in first.")
        return _json(self._who(session))

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page and its parts."""
        path = self._pages.get(request.match_info.get("name", "index.html"))
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    # --- the websocket ---------------------------------------------------------------------------

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """``GET /ws``: the channel itself. A cookie needs an Origin of ours beside it."""
        self._check_origin(request)
        is_browser = "Origin" in request.headers
        session = self._session(request, cookie=is_browser)
        if session is None and not is_browser:
            return _problem(401, "log_in", "Log in first; send Authorization: Bearer.")
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

    # --- checks ----------------------------------------------------------------------------------

    def _check_origin(self, request: web.Request) -> None:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._origins:
            _LOG.warning("refused a request from a foreign origin to %s", request.path)
            raise _refusal(web.HTTPForbidden, "origin", "This page may not talk to the desk.")

    def _session(self, request: web.Request, *, cookie: bool = True) -> Session | None:
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


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=json.encode(body), status=status, content_type="application/json", headers=headers
    )


def _problem(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> web.Response:
    response = _json({"err": {"code": code, "message": message}}, status)
    response.headers.update(headers or {})
    return response


def _refusal(kind: Callable[..., web.HTTPException], code: str, message: str) -> web.HTTPException:
    text = json.encode({"err": {"code": code, "message": message}}).decode()
    return kind(text=text, content_type="application/json")
