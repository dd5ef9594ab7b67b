"""The doors of the public page. No cookies, no script needed, nothing said of anybody else.

Every door is limited by address and all together; asking for a call is limited by number besides.
What a visitor may have of the center goes through `outlook`; what they want goes to the core as one
event, answered by one fact.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from aiohttp import web

from contact_center.adapters.portal import pages
from contact_center.adapters.portal.article_pages import searching
from contact_center.adapters.portal.articles import ArticleDoors, Articles
from contact_center.adapters.portal.asking import Ask
from contact_center.adapters.portal.limits import Limit
from contact_center.adapters.portal.lobby import SECOND, Lobby, Promised, html, spoken
from contact_center.adapters.portal.outlook import Outlook
from contact_center.adapters.portal.own import Own, OwnDoors
from contact_center.adapters.portal.settings import PortalSettings
from contact_center.adapters.portal.signed import CANCEL, NoteError, Used, opened, seal
from contact_center.adapters.portal.talk import Once, TalkDoors
from contact_center.adapters.portal.visit import (
    CONTEXT_LASTS_S,
    FORM_LASTS_S,
    Form,
    PageContext,
    Sent,
    VisitError,
    context_of,
    form_of,
    number_of,
    read,
    slot_of,
    visit_name,
)
from contact_center.adapters.portal.voice import Voice
from contact_center.adapters.portal.words import LANGUAGES, between, standing
from contact_center.core.callback_book import Registration
from contact_center.core.center import Center
from contact_center.core.ids import CallId, QueueId, callback_call
from contact_center.core.knowledge import Knowledge
from contact_center.core.slots import MINUTE_US, Slot
from contact_center.core.visits import VisitorAsked, VisitorCancelled

CANCEL_LASTS_S: Final = 40 * 24 * 3600
STATIC: Final = Path(__file__).parent / "static"
_KINDS = {"help.css": "text/css", "widget.js": "text/javascript"}
NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})
_TAKEN = frozenset({Registration.REGISTERED, Registration.ALREADY})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a form asks for; ``begin`` is None for as soon as can be."""

    form: Form
    number: str
    begin: int | None

    @property
    def text(self) -> str:
        """Write it, to be compared."""
        return f"{self.number}/{self.begin or 0}"


class Portal(Lobby):
    """The public page. ``center`` gives the center of now, ``clock`` microseconds UTC."""

    def __init__(
        self,
        settings: PortalSettings,
        center: Callable[[], Center],
        ask: Ask,
        clock: Callable[[], int],
        promised: Promised | None = None,
        voice: Voice | None = None,
        files: Mapping[str, bytes] = NO_FILES,
        articles: Articles | None = None,
        own: Own | None = None,
    ) -> None:
        super().__init__(settings, center, clock, promised)
        self._ask = ask
        self._process = secrets.token_hex(4)
        self._static = {name: (STATIC / name).read_text(encoding="utf-8") for name in _KINDS}
        self._forms = Used(FORM_LASTS_S)
        self._contexts = Used(FORM_LASTS_S + CONTEXT_LASTS_S)
        self._done = Used(FORM_LASTS_S)
        self._asks = Limit(burst=6, each_us=300 * SECOND)
        self._all_asks = Limit(burst=60, each_us=2 * SECOND)
        self._numbers = Limit(burst=3, each_us=3600 * SECOND)
        self.articles = (
            ArticleDoors(lobby=self, knowledge=articles.knowledge, vote=articles.vote)
            if articles is not None
            else None
        )
        self.mine = OwnDoors(lobby=self, own=own) if own is not None else None
        once = Once(forms=self._forms, contexts=self._contexts)
        self.talk = (
            TalkDoors(lobby=self, ask=ask, voice=voice, files=files, once=once)
            if voice is not None and settings.talk
            else None
        )

    def routes(self) -> list[web.AbstractRouteDef]:
        """Give the doors."""
        return [
            web.get("/help", self.door(self._index)),
            web.get("/help/{name:help\\.css|widget\\.js}", self.door(self._file)),
            web.get("/help/cancel", self.door(self._cancel_page)),
            web.post("/help/cancel", self.door(self._cancel)),
            *(self.mine.routes() if self.mine is not None else ()),
            *(self.articles.routes() if self.articles is not None else ()),
            web.get("/help/{queue}", self.door(self._queue_page)),
            web.get("/help/{queue}/status", self.door(self._status)),
            web.post("/help/{queue}/callback", self.door(self._book)),
            web.post("/help/{queue}/call-me", self.door(self._call_me)),
            *(self.talk.routes() if self.talk is not None else ()),
        ]

    # --- looking ------------------------------------------------------------------------------

    async def _index(self, request: web.Request) -> web.Response:
        found = [seen for queue in self.settings.queues if (seen := self.look(queue))]
        language = spoken(request)
        before = searching(language) if self._public().articles else ""
        if self.mine is not None:
            words = LANGUAGES[language]
            before += f"<p><a id=mine href='/help/mine?lang={language}'>{words['own']}</a></p>"
        return html(pages.index(self.settings.name, found, language, before))

    def _public(self) -> Knowledge:
        return self.articles.knowledge() if self.articles is not None else Knowledge()

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        response = web.Response(text=self._static[name], content_type=_KINDS[name])
        response.headers["Cache-Control"] = "public, max-age=3600"
        # The script is for pages of others; what it asks for is for some of them only.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    async def _queue_page(self, request: web.Request) -> web.Response:
        found = self.public(request)
        if found is None:
            return self.not_found(request)
        note, context = request.query.get("context", ""), PageContext()
        if note:
            try:
                context = context_of(self.settings.context_key, note, self.seconds())
            except NoteError as problem:
                _log.info("a page context was not taken: %s", problem)
        elif article := self._public().article(request.query.get("article", "")):
            words = LANGUAGES[spoken(request)]
            nonce = secrets.token_hex(8)
            context = PageContext(page=words["help"], case=article.title, nonce=nonce)
        return self.form_page(request, found, Sent(), context)

    async def _status(self, request: web.Request) -> web.Response:
        origin, found = request.headers.get("Origin"), self.public(request)
        if origin is not None and origin not in self.settings.origins | self.own(request):
            return web.json_response({"error": "origin"}, status=403)
        if found is None:
            response = web.json_response({"error": "not_found"}, status=404)
        else:
            response = web.json_response(self._told(found, spoken(request)))
        if origin is not None:
            response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Vary"] = "Origin"
        return response

    def _told(self, found: Outlook, language: str) -> dict[str, object]:
        words, (state, detail) = LANGUAGES[language], standing(found, language)
        labels = {name: words[name] for name in ("widget", "close")}
        labels["book"] = words["ask"] if found.calls_back else words["hours"]
        if found.talks and found.open:
            labels["talk"] = words["talk"]
        return {
            "queue": found.queue,
            "label": found.label,
            "open": found.open,
            "next_at": None if found.next_at is None else found.next_at // SECOND,
            "wait_min": None if found.wait is None else list(found.wait),
            "language": language,
            "words": {**labels, "state": state, "detail": detail},
        }

    # --- asking to be called ------------------------------------------------------------------

    async def _book(self, request: web.Request) -> web.Response:
        return await self._asked(request, now_please=False)

    async def _call_me(self, request: web.Request) -> web.Response:
        return await self._asked(request, now_please=True)

    async def _asked(self, request: web.Request, *, now_please: bool) -> web.Response:
        found = self.public(request)
        if found is None or not found.calls_back:
            return self.not_found(request)
        body = await self.body(request)
        if isinstance(body, web.Response):
            return body
        sent, context = read(body), PageContext()
        try:
            form = form_of(self.settings, found.queue, sent, self.seconds())
            context = form.context
            number = number_of(self.settings, sent)
            wanted = _Wanted(form, number, None if now_please else sent.slot)
            visit = visit_name(self.settings, form, self._process)
            if visit in self._done:
                if not self._done.claim(visit, wanted.text, self.seconds()):
                    raise VisitError("stale")
                # Sent twice: the answer may have been lost on the way.
                return self._booked(request, found, visit, wanted)
            slot = self._slot(found, sent, now_please)
        except VisitError as problem:
            return self.form_page(request, found, sent, context, str(problem))
        return await self._taken(request, found, sent, visit, wanted, slot)

    async def _taken(
        self,
        request: web.Request,
        found: Outlook,
        sent: Sent,
        visit: CallId,
        wanted: _Wanted,
        slot: Slot | None,
    ) -> web.Response:
        """Ask the core for what was sent, once for each form."""
        context = wanted.form.context
        problem = self._claim(visit, wanted)
        if problem:
            kept = PageContext() if problem == "bad_context" else context
            return self.form_page(request, found, sent, kept, problem)
        code, wait = "", self._wait(request, wanted.number)
        if not wait:
            code = await self._ask(self._event(found, wanted, sent, visit, slot), visit)
            self.forget(found.queue)
        if code in _TAKEN:
            self._done.claim(visit, wanted.text, self.seconds())
            return self._booked(request, found, visit, wanted)
        if visit not in self._done:
            self._forms.free(wanted.form.nonce)
            self._contexts.free(context.nonce)
        if wait:
            return self.too_often(request, wait)
        wrong = "unavailable" if code == Registration.UNAVAILABLE else "refused"
        seen = self.look(found.queue) or found
        return self.form_page(request, seen, sent, context, wrong)

    def _wait(self, request: web.Request, number: str) -> int:
        """Say for how long nothing is asked of the core for this visitor; 0 for not at all."""
        now = self.clock()
        return (
            self._asks.take(self.address(request), now)
            or self._numbers.take(number, now)
            or self._all_asks.take("", now)
        )

    def _slot(self, found: Outlook, sent: Sent, now_please: bool) -> Slot | None:
        if not now_please:
            return slot_of(found, sent)
        if not found.now_too:
            raise VisitError("closed_now")
        return None

    def _event(
        self, found: Outlook, wanted: _Wanted, sent: Sent, visit: CallId, slot: Slot | None
    ) -> VisitorAsked:
        context = wanted.form.context
        return VisitorAsked(
            visit=visit,
            queue=found.queue,
            number=wanted.number,
            name=sent.name,
            caller_id=self.settings.caller_id,
            begin=slot.begin if slot is not None else None,
            end=slot.end if slot is not None else None,
            most=found.most_in(slot) if slot is not None else found.room,
            reason=context.reason or f"Asked to be called at the page of {found.label}",
            noted=(("name_given", sent.name), *context.noted()),
        )

    def _claim(self, visit: CallId, wanted: _Wanted) -> str:
        """Use up form and context for what is wanted; gives what stands against it, or ""."""
        at, form = self.seconds(), wanted.form
        if visit in self._done or not self._forms.claim(form.nonce, wanted.text, at):
            return "stale"
        if form.context.nonce and not self._contexts.claim(form.context.nonce, visit, at):
            self._forms.free(form.nonce)
            return "bad_context"
        return ""

    def _booked(
        self, request: web.Request, found: Outlook, visit: CallId, wanted: _Wanted
    ) -> web.Response:
        language = spoken(request)
        words = LANGUAGES[language]
        line = words["called_now"].format(number=wanted.number)
        expected = standing(found, language)[1]
        if wanted.begin is not None:
            end = wanted.begin + self.settings.slot_min * MINUTE_US
            when = between(found.wall(wanted.begin), found.wall(end), language)
            line, expected = words["booked_at"].format(number=wanted.number, when=when), ""
        content = {"at": self.seconds(), "call": callback_call(visit, 1), "queue": found.queue}
        note = quote(seal(self.settings.key, CANCEL, content))
        link = f"{self.settings.public_url}/help/cancel?lang={language}&t={note}"
        lines = [line, expected, words["once"]]
        page = pages.told(self.settings.name, words["booked"], lines, language, link=link)
        return html(page)

    # --- cancelling ---------------------------------------------------------------------------

    async def _cancel_page(self, request: web.Request) -> web.Response:
        language, note = spoken(request), request.query.get("t", "")
        if self._booking(note) is None:
            return self.say(request, "bad_note", 400)
        return html(pages.cancelling(self.settings.name, note, language))

    async def _cancel(self, request: web.Request) -> web.Response:
        body = await self.body(request)
        if isinstance(body, web.Response):
            return body
        booking = self._booking(read(body).note)
        if booking is None:
            return self.say(request, "bad_note", 400)
        wait = self._all_asks.take("", self.clock())
        if wait:
            return self.too_often(request, wait)
        call, queue = booking
        code = await self._ask(VisitorCancelled(call=call), call)
        self.forget(queue)
        return self.say(request, code if code in ("cancelled", "too_late", "gone") else "refused")

    def _booking(self, note: str) -> tuple[CallId, QueueId] | None:
        try:
            content = opened(self.settings.key, CANCEL, note, self.seconds(), CANCEL_LASTS_S)
        except NoteError:
            return None
        return CallId(str(content.get("call", ""))), QueueId(str(content.get("queue", "")))
