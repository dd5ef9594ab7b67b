"""What every door of the public page does: limits, languages, bodies, refusals. See `routes`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from contact_center.adapters.portal import pages
from contact_center.adapters.portal.limits import Limit, address_of
from contact_center.adapters.portal.outlook import Outlook, outlook
from contact_center.adapters.portal.settings import PortalSettings
from contact_center.adapters.portal.visit import PageContext, Sent, new_form
from contact_center.adapters.portal.words import LANGUAGES, language_of
from contact_center.core.bookings import Span
from contact_center.core.center import Center
from contact_center.core.ids import QueueId
from contact_center.core.permissions import Open, needs

MAX_BODY: Final = 8 * 1024
SECOND: Final = 1_000_000
FRESH_US: Final = 2 * SECOND
"""So long a queue need not be looked at again for the next visitor."""
AGAIN_US: Final = 20 * SECOND
DAY_US: Final = 24 * 3600 * SECOND
WITHIN_S: Final = 2.0
_STATUS = {"stale": 409, "bad_context": 409, "unavailable": 409, "closed_now": 409, "refused": 503}

_log = logging.getLogger(__name__)

Promised = Callable[[QueueId, int], Awaitable[list[Span]]]
"""Gives the times until an instant that are promised for a queue elsewhere. Raises AwayError."""
Handler = Callable[[web.Request], Awaitable[web.Response]]


class AwayError(Exception):
    """What is promised elsewhere cannot be asked for now."""


class Lobby:
    """The part of the page that has nothing to do with calls.

    ``center`` gives the center of now, ``clock`` microseconds UTC.
    """

    def __init__(
        self,
        settings: PortalSettings,
        center: Callable[[], Center],
        clock: Callable[[], int],
        promised: Promised | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._center = center
        self._promised = promised
        self._elsewhere: dict[QueueId, tuple[Span, ...]] = {}
        self._asked_at = -AGAIN_US
        self._seen: dict[QueueId, tuple[int, Outlook]] = {}
        self._looks = Limit(burst=60, each_us=SECOND)
        self._all_looks = Limit(burst=400, each_us=SECOND // 200)

    def door(self, act: Handler, policy: str = pages.POLICY) -> Handler:
        """Make a door: limited, and with the headers of every page."""

        @needs(Open.EVERYBODY)
        async def handle(request: web.Request) -> web.Response:
            now, address = self.clock(), self.address(request)
            wait = self._looks.take(address, now) or self._all_looks.take("", now)
            if not wait:
                await self._ask_elsewhere(now)
            response = self.too_often(request, wait) if wait else await act(request)
            response.headers["Content-Security-Policy"] = policy
            # Not no-referrer: with that, browsers send forms of ours as from nowhere.
            response.headers["Referrer-Policy"] = "same-origin"
            return response

        return handle

    async def _ask_elsewhere(self, now: int) -> None:
        """Ask, from time to time, what others have promised; else the last answer holds."""
        if self._promised is None or self._asked_at <= now < self._asked_at + AGAIN_US:
            return
        self._asked_at = now
        until = now + (self.settings.ahead_days + 1) * DAY_US
        try:
            async with asyncio.timeout(WITHIN_S):
                for queue in self.settings.queues:
                    self._elsewhere[queue] = tuple(await self._promised(queue, until))
        except (AwayError, TimeoutError):
            _log.warning("what was promised to people of lists cannot be asked for")

    def public(self, request: web.Request) -> Outlook | None:
        """Look at the queue that the path names; None when it is not public."""
        return self.look(QueueId(request.match_info["queue"]))

    def look(self, queue: QueueId) -> Outlook | None:
        """Look at a public queue that there is; not again within a moment."""
        center, now = self._center(), self.clock()
        if queue not in self.settings.queues or queue not in center.configuration.queues:
            return None
        at, found = self._seen.get(queue, (0, None))
        if found is None or not at <= now < at + FRESH_US:
            others = self._elsewhere.get(queue, ())
            found = outlook(center, queue, self.settings, now, others)
            self._seen[queue] = (now, found)
        return found

    def form_page(
        self,
        request: web.Request,
        found: Outlook,
        sent: Sent,
        context: PageContext,
        wrong: str = "",
    ) -> web.Response:
        """Answer with the page of a queue, and with what was typed and is wrong, if anything."""
        filled = pages.Filled(
            form=new_form(self.settings, found.queue, context, self.seconds()),
            name=sent.name,
            number=sent.number,
            slot=sent.slot,
            about=context.reason,
            wrong=wrong,
            context=request.query.get("context", "") if context.reason else "",
        )
        page = pages.queue(self.settings.name, found, filled, spoken(request))
        return html(page, _STATUS.get(wrong, 422) if wrong else 200)

    def forget(self, queue: QueueId) -> None:
        """Look again for the next visitor: something has changed."""
        self._seen.pop(queue, None)

    async def body(self, request: web.Request, most: int = MAX_BODY) -> bytes | web.Response:
        """Read a form that was sent from our own page, and is no longer than one can be."""
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self.own(request):
            return self.say(request, "foreign", 403)
        if request.content_type != "application/x-www-form-urlencoded":
            return self.say(request, "foreign", 415)
        if (request.content_length or 0) > most:
            return self.say(request, "too_large", 413)
        body = b""
        while len(body) <= most and (more := await request.content.read(most + 1)):
            body += more
        return body if len(body) <= most else self.say(request, "too_large", 413)

    def own(self, request: web.Request) -> frozenset[str]:
        """Name the origins that our own pages have: the public one, and the one asked for."""
        own = urlsplit(self.settings.public_url)
        here = (f"{scheme}://{request.host}" for scheme in ("http", "https"))
        return frozenset((f"{own.scheme}://{own.netloc}", *here))

    def too_often(self, request: web.Request, wait: int) -> web.Response:
        """Refuse whoever has to wait for so many microseconds."""
        response = self.say(request, "too_often", 429)
        response.headers["Retry-After"] = str(wait // SECOND + 1)
        return response

    def not_found(self, request: web.Request) -> web.Response:
        """Answer that there is no such page, or that it is not public."""
        return self.say(request, "not_found", 404)

    def say(self, request: web.Request, word: str, status: int = 200) -> web.Response:
        """Answer with one of the page's words."""
        language = spoken(request)
        words = LANGUAGES[language]
        title = words["problem"] if status >= 400 else words["help"]
        queue = request.match_info.get("queue", "")
        back = f"/help/{queue}" if queue in self.settings.queues else "/help"
        page = pages.told(
            self.settings.name, title, [words[word]], language, back=f"{back}?lang={language}"
        )
        return html(page, status)

    def address(self, request: web.Request) -> str:
        """Say who asks."""
        forwarded = request.headers.get("X-Forwarded-For", "")
        return address_of(request.remote or "?", forwarded, self.settings.proxies)

    def seconds(self) -> int:
        """Give the time in seconds since 1970."""
        return self.clock() // SECOND


def spoken(request: web.Request) -> str:
    """Say which language a visitor is answered in."""
    return language_of(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))


def html(page: str, status: int = 200) -> web.Response:
    """Answer with a page."""
    return web.Response(text=page, status=status, content_type="text/html")
