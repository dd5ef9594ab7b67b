"""The door that Twilio knocks at: requests verified, taken apart, answered once.

Nothing is read of a request before its signature is; who is not believed gets 403 and learns
nothing. Sounds are given to anybody who knows their address.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from aiohttp import web

from contact_center.adapters.twilio import parameters
from contact_center.adapters.twilio.counts import WebhookCounts
from contact_center.adapters.twilio.dialects import TWILIO, Dialect
from contact_center.adapters.twilio.leg import ENTER
from contact_center.adapters.twilio.replies import ReplyStore
from contact_center.adapters.twilio.seals import Seals
from contact_center.adapters.twilio.signature import LONGEST_BODY, Asked, Verifies, Why
from contact_center.adapters.twilio.timing import Timing
from contact_center.adapters.twilio.tones import tone
from contact_center.adapters.twilio.twiml import CONTENT_TYPE, Document
from contact_center.adapters.twilio.urls import MEDIA, PREFIX, Place, Route, Urls
from contact_center.core.permissions import Open, needs

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 3.5
"""Behind the watchdogs of legs: nothing of Twilio's waits longer, whatever happens."""
_BY_ADDRESS = frozenset({Route.STEP, Route.VOICE})
"""Whose addresses are never the same for two different things."""
_AGE_S = 86_400
_ROUTES = {route.value: route for route in parameters.ROWS}
OTHER = "other"
"""What a route is called, for counting, that there is not."""

Media = Callable[[str], Path | bytes | None]
"""Finds a sound by its path below the media route."""


class Desk(Protocol):
    """Who answers believed requests."""

    def now(self) -> int:
        """Microseconds UTC."""

    def ask(
        self, route: Route, place: Place | None, params: Mapping[str, str]
    ) -> "asyncio.Future[Document]":
        """Take a request; the answer comes."""

    def overdue(self, answer: "asyncio.Future[Document]") -> None:
        """See to it that the answer comes now."""

    async def recording(self, token: str, recording: str) -> bytes | None:
        """Give the sound of a recording to somebody with the right token."""


class Webhooks:
    """Routes for Twilio, or who speaks as it does. `media` finds sounds that are not our own tones
    or recordings. `seals`: addresses that are about something are believed only with one."""

    def __init__(
        self,
        desk: Desk,
        verifier: Verifies,
        media: Media,
        *,
        dialect: Dialect = TWILIO,
        timing: Timing | None = None,
        seals: Seals | None = None,
    ) -> None:
        self._desk = desk
        self._verifier = verifier
        self._media = media
        self._dialect = dialect
        self._seals = seals
        self._timing = timing or Timing()
        self._replies: ReplyStore[asyncio.Future[Document]] = ReplyStore()
        self.counts = WebhookCounts()

    @property
    def repeated(self) -> int:
        """How many requests were answered with the bytes of an earlier one."""
        return self._replies.repeated

    def application(self) -> web.Application:
        """Make the web application."""
        app = web.Application(client_max_size=LONGEST_BODY + 1)
        app.add_routes(self.routes())
        return app

    def routes(self) -> list[web.AbstractRouteDef]:
        """Give the routes, to be added to an application."""
        return [
            web.get(f"{MEDIA}/{{path:.+}}", self._sound),
            web.route("*", f"{PREFIX}/{{route}}", self._heard),
        ]

    # --- requests ------------------------------------------------------------------------------

    @needs(Open.SIGNED)
    async def _heard(self, request: web.Request) -> web.StreamResponse:
        began = self._timing.now()
        name = request.match_info["route"]
        route = _ROUTES.get(name)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(route, "too_long")
        asked = Asked(
            method=request.method,
            target=request.raw_path,
            headers=tuple(request.headers.items()),
            body=body,
        )
        verdict = self._verifier.verify(asked)
        if verdict.why is not None:
            return self._refuse(route, verdict.why.value)
        if route is None:
            return self._turn_away(None, "unknown", 404)
        place = Urls.read(request.query) if "leg" in request.query else None
        if place is not None and self._seals is not None:
            query = request.raw_path.partition("?")[2]
            if not self._seals.fits(route.value, query):
                return self._refuse(route, Why.SEAL.value)
        reading = parameters.read(route, place, self._dialect.translated(verdict.fields))
        for odd in reading.odd:
            self.counts.odd[route.value, odd] += 1
        if reading.missing:
            log.warning("a request to %s lacks %s", route.value, ", ".join(reading.missing))
            return self._turn_away(route, "malformed", 400)
        self.counts.waiting += 1
        try:
            document = await self._answer(route, place, reading.params, request)
        finally:
            self.counts.waiting -= 1
        self.counts.times.take(max(0.0, self._timing.now() - began))
        return web.Response(body=document.body, headers={"Content-Type": CONTENT_TYPE})

    def _refuse(self, route: Route | None, why: str) -> web.Response:
        self.counts.refused[why] += 1
        log.warning("a request was not believed to be Twilio's: %s", why)
        return self._turn_away(route, "refused", 403)

    def _turn_away(self, route: Route | None, outcome: str, status: int) -> web.Response:
        self.counts.answers[route.value if route is not None else OTHER, outcome] += 1
        return web.Response(status=status)

    async def _answer(
        self, route: Route, place: Place | None, params: Mapping[str, str], request: web.Request
    ) -> Document:
        now = self._desk.now()
        key = self._key(route, place, params, request)
        answer = self._replies.find(key, now) if key is not None else None
        self.counts.answers[route.value, "answered" if answer is None else "repeated"] += 1
        if answer is None:
            answer = self._desk.ask(route, place, params)
            if key is not None:
                self._replies.keep(key, answer, now)
        asked = answer
        timer = self._timing.call_later(LONGEST_WAIT_S, lambda: self._desk.overdue(asked))
        try:
            # Shielded: who asked may go away, and ask again.
            return await asyncio.shield(answer)
        finally:
            timer.cancel()

    def _key(
        self, route: Route, place: Place | None, params: Mapping[str, str], request: web.Request
    ) -> tuple[str, str] | None:
        target = request.raw_path
        header = self._dialect.idempotency_header
        if token := (request.headers.get(header, "") if header else ""):
            return token[:200], target
        is_alone = route in _BY_ADDRESS and (place is None or place.about != ENTER)
        return (params.get("CallSid", ""), target) if is_alone else None

    # --- sounds --------------------------------------------------------------------------------

    @needs(Open.EVERYBODY)
    async def _sound(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        kind, _, rest = path.partition("/")
        if kind == "tones":
            return _wav(tone(rest), age_s=_AGE_S)
        if kind == "recordings":
            token, _, name = rest.partition("/")
            return _wav(await self._desk.recording(token, name.removesuffix(".wav")))
        found = self._media(path)
        if isinstance(found, Path):
            return await _file(found)
        return _wav(found, age_s=_AGE_S)


async def _file(path: Path) -> web.StreamResponse:
    if not await asyncio.to_thread(path.is_file):
        return web.Response(status=404)
    headers = {"Content-Type": "audio/wav", "Cache-Control": f"max-age={_AGE_S}"}
    return web.FileResponse(path, headers=headers)


def _wav(data: bytes | None, *, age_s: int = 0) -> web.Response:
    if data is None:
        return web.Response(status=404)
    age = f"max-age={age_s}" if age_s else "no-store"
    return web.Response(body=data, content_type="audio/wav", headers={"Cache-Control": age})
