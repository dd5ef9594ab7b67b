"""The door that Twilio knocks at: requests verified, taken apart, answered once.

Nothing is read of a request before its signature is; who is not believed gets 403 and learns
nothing. Sounds are given to anybody who knows their address.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from aiohttp import web

from contact_center.adapters.twilio.leg import ENTER
from contact_center.adapters.twilio.replies import ReplyStore
from contact_center.adapters.twilio.signature import LONGEST_BODY, Asked, Verifier
from contact_center.adapters.twilio.tones import tone
from contact_center.adapters.twilio.twiml import CONTENT_TYPE, Document
from contact_center.adapters.twilio.urls import MEDIA, PREFIX, Place, Route, Urls

log = logging.getLogger(__name__)

IDEMPOTENCY = "I-Twilio-Idempotency-Token"
LONGEST_WAIT_S = 3.5
"""Behind the watchdogs of legs: nothing of Twilio's waits longer, whatever happens."""
_BY_ADDRESS = frozenset({Route.STEP, Route.VOICE})
"""Whose addresses are never the same for two different things."""
_AGE_S = 86_400

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
    """Routes for Twilio. `media` finds sounds that are not our own tones or recordings."""

    def __init__(self, desk: Desk, verifier: Verifier, media: Media) -> None:
        self._desk = desk
        self._verifier = verifier
        self._media = media
        self._replies: ReplyStore[asyncio.Future[Document]] = ReplyStore()
        self.refused: Counter[str] = Counter()
        """How many requests were not believed, by why."""

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

    async def _heard(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse("too_long")
        asked = Asked(
            method=request.method,
            target=request.raw_path,
            headers=tuple(request.headers.items()),
            body=body,
        )
        verdict = self._verifier.verify(asked)
        if verdict.why is not None:
            return self._refuse(verdict.why.value)
        try:
            route = Route(request.match_info["route"])
        except ValueError:
            return web.Response(status=404)
        params = {name: verdict.get(name) for name, _ in verdict.fields}
        place = Urls.read(request.query) if "leg" in request.query else None
        document = await self._answer(route, place, params, request)
        return web.Response(body=document.body, headers={"Content-Type": CONTENT_TYPE})

    def _refuse(self, why: str) -> web.Response:
        self.refused[why] += 1
        log.warning("a request was not believed to be Twilio's: %s", why)
        return web.Response(status=403)

    async def _answer(
        self, route: Route, place: Place | None, params: Mapping[str, str], request: web.Request
    ) -> Document:
        now = self._desk.now()
        key = self._key(route, place, params, request)
        answer = self._replies.find(key, now) if key is not None else None
        if answer is None:
            answer = self._desk.ask(route, place, params)
            if key is not None:
                self._replies.keep(key, answer, now)
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                # Shielded: who asked may go away, and ask again.
                return await asyncio.shield(answer)
        except TimeoutError:
            self._desk.overdue(answer)
            return await asyncio.shield(answer)

    @staticmethod
    def _key(
        route: Route, place: Place | None, params: Mapping[str, str], request: web.Request
    ) -> tuple[str, str] | None:
        target = request.raw_path
        if token := request.headers.get(IDEMPOTENCY, ""):
            return token[:200], target
        is_alone = route in _BY_ADDRESS and (place is None or place.about != ENTER)
        return (params.get("CallSid", ""), target) if is_alone else None

    # --- sounds --------------------------------------------------------------------------------

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
