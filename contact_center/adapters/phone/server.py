"""The doors of an agent's phone: where it is, and what a browser needs to be one.

Order of checks on every door: Origin first, then who it is, then how often, then what they want.
What changes something or gives out a secret takes a header that no form and no foreign page can
send without being asked for leave first (``X-Phone: 1``).
"""

import logging
from collections.abc import Callable
from typing import Final, Protocol

import msgspec
from aiohttp import web

from contact_center.adapters.phone.choices import Choice, Way
from contact_center.adapters.phone.line import SipRelay
from contact_center.adapters.phone.payloads import (
    PhoneChoice,
    PhoneLine,
    PhoneRefusal,
    PhoneState,
)
from contact_center.core.permissions import Permission, Role, is_allowed, needs

HEADER: Final = "X-Phone"
MAX_BODY: Final = 1024
_LOG = logging.getLogger(__name__)


class LineError(Exception):
    """A browser cannot be a phone now; the message says what to mend."""


class Owner(Protocol):
    """Whoever is logged in, and the name of their phone."""

    @property
    def id(self) -> str:
        """The agent."""

    @property
    def name(self) -> str:
        """What people call them."""

    @property
    def device(self) -> str:
        """The name of their phone."""

    @property
    def roles(self) -> frozenset[Role]:
        """What they are."""


class Phones(Protocol):
    """Where agents' phones are, and may be."""

    def ways(self) -> tuple[Way, ...]:
        """Say where a phone can be here."""

    def choice(self, agent: str) -> Choice:
        """Say where an agent's phone is."""

    def choose(self, agent: str, device: str, choice: Choice) -> None:
        """Have it somewhere else from the next call on. Raises OSError, ValueError."""

    def line(self, device: str, page: str) -> PhoneLine:
        """Say how a browser becomes this phone. ``page``: its Origin. Raises LineError."""


class PhoneServer:
    """The routes; `attach` puts them into an application.

    ``wait_us``: how long somebody has to wait until they may ask, 0 when they may now.
    ``sip_url``: where the SIP server's websocket is, for pages that reach it through us.
    """

    def __init__(
        self,
        phones: Phones,
        *,
        who: Callable[[web.Request], Owner | None],
        is_ours: Callable[[str], bool],
        wait_us: Callable[[str], int],
        sip_url: str = "",
    ) -> None:
        self._phones = phones
        self._who = who
        self._is_ours = is_ours
        self._wait_us = wait_us
        self.relay = SipRelay(sip_url, who, is_ours) if sip_url else None

    def attach(self, app: web.Application) -> None:
        """Add the routes, and what has to stop with the application."""
        app.router.add_get("/phone/api/phone", self.state)
        app.router.add_post("/phone/api/phone", self.choose)
        app.router.add_post("/phone/api/line", self.line)
        if self.relay is not None:
            app.router.add_get("/phone/api/sip", self.relay.serve)
            app.on_shutdown.append(self.relay.shut)

    @needs(Permission.TAKE_CALLS)
    async def state(self, request: web.Request) -> web.Response:
        """``GET /phone/api/phone``: where the phone of whoever is logged in is."""
        owner = self._let_in(request)
        return owner if isinstance(owner, web.Response) else _json(self._state(owner))

    @needs(Permission.TAKE_CALLS)
    async def choose(self, request: web.Request) -> web.Response:
        """``POST /phone/api/phone``: have it somewhere else."""
        owner = self._let_in(request)
        if isinstance(owner, web.Response):
            return owner
        try:
            wanted = msgspec.json.decode(await _body(request), type=PhoneChoice)
            choice = Choice(way=Way(wanted.way), number=wanted.number)
        except (ValueError, RecursionError) as problem:
            # What msgspec says quotes the body at most by its field names.
            return _refusal(400, "malformed", str(problem))
        if choice.way not in self._phones.ways():
            return _refusal(409, "no_such_way", "This center has no phones of that kind.")
        try:
            self._phones.choose(owner.id, owner.device, choice)
        except ValueError as problem:
            return _refusal(409, "not_called", str(problem))
        except OSError as problem:
            _LOG.error("a choice of a phone will not outlive this process: %s", problem.strerror)
        return _json(self._state(owner))

    @needs(Permission.TAKE_CALLS)
    async def line(self, request: web.Request) -> web.Response:
        """``POST /phone/api/line``: credentials, for the agent's own phone alone."""
        owner = self._let_in(request)
        if isinstance(owner, web.Response):
            return owner
        if Way.BROWSER not in self._phones.ways():
            return _refusal(409, "no_browser", "Browsers are no phones at this center.")
        if self._phones.choice(owner.id).way is not Way.BROWSER:
            return _refusal(409, "not_here", "Your phone is elsewhere: choose the browser first.")
        try:
            return _json(self._phones.line(owner.device, request.headers.get("Origin", "")))
        except LineError as problem:
            return _refusal(503, "no_line", str(problem))

    def _state(self, owner: Owner) -> PhoneState:
        choice = self._phones.choice(owner.id)
        return PhoneState(
            agent=owner.id,
            name=owner.name,
            device=owner.device,
            way=choice.way.value,
            number=choice.number,
            ways=[way.value for way in self._phones.ways()],
        )

    def _let_in(self, request: web.Request) -> Owner | web.Response:
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_ours(origin):
            return _refusal(403, "origin", "This page may not ask that.")
        if request.method == "POST" and (origin is None or request.headers.get(HEADER) != "1"):
            return _refusal(403, "origin", "Only the phone may ask that.")
        owner = self._who(request)
        if owner is None:
            return _refusal(401, "log_in", "Log in first.")
        if not is_allowed(owner.roles, Permission.TAKE_CALLS):
            return _refusal(403, "not_allowed", "Only those who take calls have a phone.")
        if wait := self._wait_us(owner.id):
            answer = _refusal(429, "too_often", "Ask less often.")
            answer.headers["Retry-After"] = str(wait // 1_000_000 + 1)
            return answer
        return owner


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise ValueError("Send application/json.")
    body = bytearray()
    async for part in request.content.iter_chunked(MAX_BODY):
        body += part
        if len(body) > MAX_BODY:
            raise ValueError("This is too long.")
    return bytes(body)


def _json(body: msgspec.Struct, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _refusal(status: int, error: str, message: str) -> web.Response:
    return _json(PhoneRefusal(error=error, message=message), status)
