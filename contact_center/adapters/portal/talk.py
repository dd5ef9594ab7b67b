"""Talking in the browser: a ticket for one call, and what the call needs. See `routes`.

A press of the button makes a visit, which the core expects for a minute and takes one call from.
The browser is given nothing that is good for anything else: no password, no other destination.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from contact_center.adapters.portal import pages, talk_page
from contact_center.adapters.portal.asking import Ask
from contact_center.adapters.portal.frames import USER
from contact_center.adapters.portal.limits import Limit
from contact_center.adapters.portal.line import Lines
from contact_center.adapters.portal.lobby import SECOND, Lobby, html, spoken
from contact_center.adapters.portal.outlook import Outlook
from contact_center.adapters.portal.signed import NoteError, Used, opened, seal
from contact_center.adapters.portal.visit import (
    PageContext,
    VisitError,
    context_of,
    form_of,
    new_form,
    read,
)
from contact_center.adapters.portal.voice import MadeUpVoice, SipVoice, TokenVoice, Voice
from contact_center.adapters.portal.words import LANGUAGES
from contact_center.core.ids import CallId
from contact_center.core.permissions import Open, needs
from contact_center.core.visits import VisitorComes

TALK: Final = "talk"
EXPECTED_S: Final = 60
"""So long a browser has to call after the button was pressed."""
NOTE_LASTS_S: Final = 2 * 3600
"""A call that is made up is asked about for so long."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Once:
    """What is good once, for every door of the page: forms, and what shops' pages say."""

    forms: Used
    contexts: Used


@dataclass(slots=True, kw_only=True)
class TalkDoors:
    """The doors of talking. ``files``: the page's script and what it loads, by name."""

    lobby: Lobby
    ask: Ask
    voice: Voice
    files: Mapping[str, bytes]
    once: Once
    lines: Lines | None = None
    _presses: Limit = field(default_factory=lambda: Limit(burst=4, each_us=60 * SECOND))
    _all_presses: Limit = field(default_factory=lambda: Limit(burst=40, each_us=2 * SECOND))
    _sockets: Used = field(default_factory=lambda: Used(2 * EXPECTED_S))
    _made_up: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.voice, SipVoice):
            self.lines = Lines(self.voice.target)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Give the doors."""
        door = self.lobby.door
        policy = pages.talk_policy(self.voice.sources)
        return [
            web.get("/help/~voice/{name}", door(self._file)),
            web.get("/help/{queue}/talk", door(self._page, policy)),
            web.post("/help/{queue}/talk", door(self._press)),
            web.get("/help/~talk/sip", self._line),
            web.post("/help/~talk/made-up", door(self._made_up_call)),
        ]

    @property
    def script(self) -> str:
        """The name of the script that the page begins with."""
        return next(name for name in self.files if name.startswith("talk-"))

    # --- the page -----------------------------------------------------------------------------

    async def _file(self, request: web.Request) -> web.Response:
        body = self.files.get(request.match_info["name"])
        if body is None:
            return self.lobby.not_found(request)
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=body, content_type="text/javascript", headers=kept)

    async def _page(self, request: web.Request) -> web.Response:
        found = self.lobby.public(request)
        if found is None or not found.talks:
            return self.lobby.not_found(request)
        settings, context = self.lobby.settings, PageContext()
        if note := request.query.get("context", ""):
            try:
                context = context_of(settings.context_key, note, self.lobby.seconds())
            except NoteError as problem:
                _log.info("a page context was not taken: %s", problem)
        form = new_form(settings, found.queue, context, self.lobby.seconds())
        made_up = isinstance(self.voice, MadeUpVoice)
        page = talk_page.page(
            settings.name,
            found,
            talk_page.Talk(form=form, about=context.reason, script=self.script, made_up=made_up),
            spoken(request),
        )
        return html(page)

    # --- a ticket -----------------------------------------------------------------------------

    async def _press(self, request: web.Request) -> web.Response:
        """Somebody pressed the button: expect their call, and say how to make it."""
        found = self.lobby.public(request)
        if found is None or not found.talks:
            return self._refuse(request, "not_found", 404)
        body = await self.lobby.body(request)
        if isinstance(body, web.Response):
            return self._refuse(request, "foreign", body.status)
        now = self.lobby.clock()
        wait = self._presses.take(self.lobby.address(request), now)
        if wait or (wait := self._all_presses.take("", now)):
            answer = self._refuse(request, "too_often", 429)
            answer.headers["Retry-After"] = str(wait // SECOND + 1)
            return answer
        if not found.open:
            return self._refuse(request, "closed_now", 409)
        try:
            visit, context = self._claim(found, body)
        except VisitError as problem:
            return self._refuse(request, str(problem), 409)
        if self.lines is not None and self.lines.is_full:
            return self._refuse(request, "refused", 503)
        return await self._expect(request, found, visit, context)

    def _claim(self, found: Outlook, body: bytes) -> tuple[CallId, PageContext]:
        """Use up the form and what the shop's page said. Raises VisitError."""
        sent, at = read(body), self.lobby.seconds()
        form = form_of(self.lobby.settings, found.queue, sent, at)
        visit = CallId(f"talk{secrets.token_hex(16)}")
        if not self.once.forms.claim(form.nonce, visit, at):
            raise VisitError("stale")
        context = form.context
        if context.nonce and not self.once.contexts.claim(context.nonce, visit, at):
            _log.info("a page context was used already; the call comes without it")
            context = PageContext()
        return visit, context

    async def _expect(
        self, request: web.Request, found: Outlook, visit: CallId, context: PageContext
    ) -> web.Response:
        at = f"Talks in the browser at the page of {found.label}"
        event = VisitorComes(
            visit=visit,
            did=self.lobby.settings.talk[found.queue],
            until=self.lobby.clock() + EXPECTED_S * SECOND,
            reason=context.reason or at,
            noted=context.noted(),
        )
        if await self.ask(event, visit) != "expected":
            return self._refuse(request, "refused", 503)
        try:
            line = self._way(visit)
        except ValueError as problem:
            _log.error("visitors cannot talk: %s", problem)
            return self._refuse(request, "refused", 503)
        return _json(line)

    def _way(self, visit: str) -> dict[str, Any]:
        """Say how a browser calls. Raises ValueError where there is no way just now."""
        content = {"at": self.lobby.seconds(), "visit": visit}
        note = seal(self.lobby.settings.key, TALK, content)
        match self.voice:
            case SipVoice(ice=ice):
                url = f"/help/~talk/sip?t={note}"
                return {"kind": "sip", "url": url, "user": USER, "to": visit, "ice": list(ice)}
            case TokenVoice(token=token, edge=edge):
                made = token(visit, self.lobby.clock())
                return {"kind": "twilio", "token": made, "edge": edge}
            case _:
                return {"kind": "made-up", "url": "/help/~talk/made-up", "note": note}

    def _refuse(self, request: web.Request, word: str, status: int) -> web.Response:
        return _json({"error": word, "message": LANGUAGES[spoken(request)][word]}, status)

    # --- the call -----------------------------------------------------------------------------

    @needs(Open.EVERYBODY)
    async def _line(self, request: web.Request) -> web.StreamResponse:
        """``GET /help/~talk/sip``: the line of a browser, for the one call of its ticket."""
        if request.headers.get("Origin", "") not in self.lobby.own(request):
            return _json({"error": "origin"}, 403)
        visit = self._visit(request.query.get("t", ""), EXPECTED_S)
        at = self.lobby.seconds()
        if self.lines is None or not visit or visit in self._sockets:
            return _json({"error": "bad_note"}, 403)
        if not self._sockets.claim(visit, visit, at):
            return _json({"error": "refused"}, 503)
        return await self.lines.serve(request, visit)

    def _visit(self, note: str, lasts_s: int) -> str:
        try:
            content = opened(self.lobby.settings.key, TALK, note, self.lobby.seconds(), lasts_s)
        except NoteError:
            return ""
        return str(content.get("visit", ""))

    async def _made_up_call(self, request: web.Request) -> web.Response:
        """Begin a call of a simulated network, tell how it goes, and do what the caller does."""
        voice = self.voice
        body = await self.lobby.body(request)
        if isinstance(body, web.Response) or not isinstance(voice, MadeUpVoice):
            return self._refuse(request, "foreign", 403)
        sent = read(body)
        visit = self._visit(sent.note, NOTE_LASTS_S)
        if not visit:
            return self._refuse(request, "bad_note", 403)
        leg = self._made_up.get(visit, "")
        if not leg and self._visit(sent.note, EXPECTED_S):
            leg = self._made_up[visit] = voice.begin(visit)
            while len(self._made_up) > 1_000:
                del self._made_up[next(iter(self._made_up))]
        if sent.keys:
            voice.press(leg, sent.keys)
        if sent.over:
            voice.hang_up(leg)
        view = voice.view(leg, sent.slot) if leg else None
        return _json(dict(view) if view is not None else {"state": "ended", "heard": []})


def _json(body: Mapping[str, Any], status: int = 200) -> web.Response:
    text = json.dumps(body)
    headers = {"Cache-Control": "no-store"}
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
