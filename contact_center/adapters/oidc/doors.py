"""The doors: leaving for the provider, and coming back with a code.

``GET /api/login/ways`` says how people may log in; ``GET /api/oidc/start`` sends them to the
provider; ``GET /api/oidc/back`` is where they come back to, and are logged in or told why not.
"""

import base64
import hashlib
import html
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from contact_center.adapters.oidc.errors import DirectoryAwayError, LogInError
from contact_center.adapters.oidc.pending import LASTS_US, Pending, UnderWay
from contact_center.adapters.oidc.provider import Provider
from contact_center.adapters.oidc.settings import OidcSettings
from contact_center.adapters.oidc.tokens import Person
from contact_center.adapters.oidc.words import words_for
from contact_center.core.permissions import Open, needs

_LOG = logging.getLogger(__name__)

TO: Final = ("/", "/console", "/sessions")
_NO_STORE: Final = {"Cache-Control": "no-store"}
_PAGE: Final = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<h1>{title}</h1><p>{words}</p>
<p><a href="/api/oidc/start?to={to}">{again}</a> · <a href="/">{other}</a></p>
"""

Admit = Callable[[web.Request, web.StreamResponse, Person, str], bool]
"""Logs somebody in, in place of the login that was there before ("" for none), and puts it into the
answer; False when they are nobody here."""
Present = Callable[[web.Request], str]
"""Names the login that the browser has; "" for none. The name lets nobody in."""


class OidcDoors:
    """The doors of one process. ``clock`` gives microseconds UTC."""

    def __init__(
        self, settings: OidcSettings, clock: Callable[[], int], present: Present, admit: Admit
    ) -> None:
        self._settings = settings
        self._present = present
        self._clock = clock
        self._admit = admit
        self._provider = Provider(settings, clock)
        self._under_way = UnderWay()

    def attach(self, app: web.Application) -> None:
        """Add the routes, and what has to be opened and closed with the application."""
        app.router.add_get("/api/oidc/start", self.start)
        app.router.add_get("/api/oidc/back", self.back)
        app.cleanup_ctx.append(self._open)

    async def _open(self, app: web.Application) -> AsyncIterator[None]:
        async with self._provider:
            yield

    @needs(Open.EVERYBODY)
    async def start(self, request: web.Request) -> web.StreamResponse:
        """``GET /api/oidc/start?to=/console``: to the provider."""
        to = request.query.get("to", "/")
        to = to if to in TO else "/"
        try:
            doors = await self._provider.doors()
        except DirectoryAwayError as problem:
            return self._refused(request, problem, to, 503)
        state, made = self._under_way.begin(
            request.remote or "", to, self._clock(), self._present(request)
        )
        digest = hashlib.sha256(made.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_url,
            "scope": " ".join(self._settings.scopes),
            "state": state,
            "nonce": made.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in doors.authorization_endpoint else "?"
        where = f"{doors.authorization_endpoint}{joint}{urlencode(asked)}"
        response = web.Response(status=303, headers={"Location": where, **_NO_STORE})
        # Lax: it has to come along when the provider sends the browser back to us.
        response.set_cookie(
            self._settings.cookie_name,
            made.browser,
            max_age=LASTS_US // 1_000_000,
            path="/",
            secure=self._settings.is_https,
            httponly=True,
            samesite="Lax",
        )
        return response

    @needs(Open.EVERYBODY)
    async def back(self, request: web.Request) -> web.StreamResponse:
        """``GET /api/oidc/back?state=...&code=...``: logged in, or told why not."""
        browser = request.cookies.get(self._settings.cookie_name, "")
        pending = self._under_way.take(request.query.get("state", ""), browser, self._clock())
        to = pending.to if pending is not None else "/"
        try:
            person = await self._person(request, pending)
            response = web.Response(status=303, headers={"Location": to, **_NO_STORE})
            before = pending.before if pending is not None else ""
            if not self._admit(request, response, person, before):
                raise LogInError("nobody", "nobody of this login is here")
        except LogInError as problem:
            return self._refused(request, problem, to, 503 if problem.code == "away" else 403)
        response.del_cookie(self._settings.cookie_name, path="/")
        return response

    async def _person(self, request: web.Request, pending: Pending | None) -> Person:
        if pending is None:
            raise LogInError("state", "this log-in was not begun in this browser, or is too old")
        if request.query.get("iss", self._settings.issuer) != self._settings.issuer:
            raise LogInError("issuer", "another provider answered")
        code = request.query.get("code", "")
        if not 0 < len(code) <= 4_096:
            raise LogInError("denied", "the provider did not let them in")
        return await self._provider.person(code, pending.verifier, pending.nonce)

    def _refused(
        self, request: web.Request, problem: LogInError, to: str, status: int
    ) -> web.Response:
        _LOG.warning(
            "a log-in through the directory failed: %s", problem, extra={"code": problem.code}
        )
        said = words_for(request.headers.get("Accept-Language", ""))
        words = html.escape(f"{said.get(problem.code, said['otherwise'])} ({problem.code})")
        text = _PAGE.format_map({**said, "words": words, "to": to})
        response = web.Response(
            text=text, status=status, content_type="text/html", headers=_NO_STORE
        )
        response.del_cookie(self._settings.cookie_name, path="/")
        return response
