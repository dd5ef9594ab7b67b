"""One's own: calls allowed or not, data, cases, for whoever has shown that a number is theirs.

The number is called and told a code. Who entered it has a signed note for half an hour, which forms
carry and addresses never do; so there are no cookies, and no page of others can act for anybody.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import parse_qsl

from aiohttp import web

from contact_center.adapters.portal import own_pages
from contact_center.adapters.portal.codes import LASTS_S, Codes
from contact_center.adapters.portal.limits import Limit
from contact_center.adapters.portal.lobby import SECOND, AwayError, Lobby, html, spoken
from contact_center.adapters.portal.own_pages import Mine, OwnCase
from contact_center.adapters.portal.settings import NumberError
from contact_center.adapters.portal.signed import NoteError, Used, opened, seal
from contact_center.adapters.portal.uploads import Upload, UploadError, receive
from contact_center.adapters.portal.visit import MOST_NUMBER, one_line

ASKED, ENTERED, MINE = "code-form", "code", "mine"
MINE_LASTS_S: Final = 1_800
MOST_BODY: Final = 32 * 1024
MOST_SUBJECT: Final = 120
MOST_TEXT: Final = 2_000
MOST_READING: Final = 4
"""So many forms with files are read at a time."""
KINDS: Final = ("question", "request", "problem")
Fields = Mapping[str, str]


class Own(Protocol):
    """What the center knows and does of a number. Every method raises AwayError."""

    async def tell(self, number: str, code: str) -> None:
        """Call the number and tell the code to whoever presses a key."""

    async def mine(self, number: str) -> Mine:
        """Say what stands for a number, and its cases."""

    async def bar(self, number: str) -> None:
        """Call it for no campaign any more, at once; every consent is taken back."""

    async def unbar(self, number: str) -> bool:
        """Lift what was barred on this page; False when it was barred by others, and stays so."""

    async def ask_for_data(self, number: str, *, erase: bool) -> OwnCase:
        """Open the case in which data are given out or erased; one that is open is kept."""

    async def open_case(
        self, number: str, kind: str, subject: str, text: str, files: Sequence[Upload]
    ) -> OwnCase | None:
        """Open a case; None when there are too many open ones, or no room for its files."""


@dataclass(slots=True, kw_only=True)
class OwnDoors:
    """The doors of one's own."""

    lobby: Lobby
    own: Own
    codes: Codes = field(default_factory=Codes)
    _forms: Used = field(default_factory=lambda: Used(LASTS_S))
    _once: Used = field(default_factory=lambda: Used(MINE_LASTS_S))
    _calls: Limit = field(default_factory=lambda: Limit(burst=3, each_us=600 * SECOND))
    _all_calls: Limit = field(default_factory=lambda: Limit(burst=20, each_us=20 * SECOND))
    _numbers: Limit = field(default_factory=lambda: Limit(burst=2, each_us=1_800 * SECOND))
    _tries: Limit = field(default_factory=lambda: Limit(burst=20, each_us=30 * SECOND))
    _uploads: Limit = field(default_factory=lambda: Limit(burst=6, each_us=600 * SECOND))
    _reading: int = 0
    _acts: Limit = field(default_factory=lambda: Limit(burst=20, each_us=60 * SECOND))

    def routes(self) -> list[web.AbstractRouteDef]:
        """Give the doors."""
        door = self.lobby.door
        return [
            web.get("/help/mine", door(self._begin)),
            web.post("/help/mine/code", door(self._call)),
            web.post("/help/mine/enter", door(self._enter)),
            web.post("/help/mine/do", door(self._do)),
            web.post("/help/mine/open", door(self._open)),
        ]

    # --- whose number it is -------------------------------------------------------------------

    async def _begin(self, request: web.Request) -> web.Response:
        return self._asking(request)

    def _asking(self, request: web.Request, wrong: str = "", number: str = "") -> web.Response:
        form = self._note(ASKED, form=secrets.token_hex(8))
        name, language = self.lobby.settings.name, spoken(request)
        page = own_pages.asking(name, form, language, wrong=wrong, number=number)
        return html(page, 422 if wrong else 200)

    async def _call(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        if isinstance(fields, web.Response):
            return fields
        form = self._opened(ASKED, fields.get("form", ""), LASTS_S)
        written = one_line(fields.get("number", ""))[: MOST_NUMBER + 1]
        if form is None or str(form.get("form", "")) in self._forms:
            return self._asking(request, "stale", written)
        try:
            number = self.lobby.settings.number_of(written)
        except NumberError as problem:
            wrong = "not_called" if str(problem) == "not_called" else "bad_number"
            return self._asking(request, wrong, written)
        if not any(seen and seen.open for seen in map(self.lobby.look, self.lobby.settings.queues)):
            return self._asking(request, "closed_code", written)
        now = self.lobby.clock()
        wait = (
            self._calls.take(self.lobby.address(request), now)
            or self._numbers.take(number, now)
            or self._all_calls.take("", now)
        )
        if wait:
            return self.lobby.too_often(request, wait)
        self._forms.claim(str(form["form"]), "", self.lobby.seconds())
        name, code = self.codes.make(number, self.lobby.seconds())
        try:
            await self.own.tell(number, code)
        except AwayError:
            self.codes.drop(name)
            return self.lobby.say(request, "refused", 503)
        return self._entering(request, self._note(ENTERED, code=name))

    def _entering(self, request: web.Request, note: str, wrong: str = "") -> web.Response:
        page = own_pages.entering(self.lobby.settings.name, note, spoken(request), wrong=wrong)
        return html(page, 422 if wrong else 200)

    async def _enter(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        if isinstance(fields, web.Response):
            return fields
        wait = self._tries.take(self.lobby.address(request), self.lobby.clock())
        if wait:
            return self.lobby.too_often(request, wait)
        note = fields.get("t", "")
        asked = self._opened(ENTERED, note, LASTS_S)
        code = "".join(sign for sign in fields.get("code", "")[:20] if sign.isdecimal())
        name = str(asked.get("code", "")) if asked is not None else ""
        number = self.codes.enter(name, code, self.lobby.seconds())
        if not number:
            return self._entering(request, note, "wrong_code")
        return await self._show(request, number)

    # --- what is theirs -----------------------------------------------------------------------

    async def _show(self, request: web.Request, number: str, said: str = "") -> web.Response:
        try:
            mine = await self.own.mine(number)
        except AwayError:
            return self.lobby.say(request, "refused", 503)
        note = self._note(MINE, number=number, form=secrets.token_hex(8))
        name, language = self.lobby.settings.name, spoken(request)
        return html(own_pages.own(name, number, mine, note, language, said=said))

    async def _do(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        if isinstance(fields, web.Response):
            return fields
        return await self._done(request, fields, ())

    async def _open(self, request: web.Request) -> web.Response:
        """Take a case with files; so many are read at a time, and only for whoever has a note."""
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self.lobby.own(request):
            return self.lobby.say(request, "foreign", 403)
        if self._reading >= MOST_READING:
            return self.lobby.too_often(request, 5 * SECOND)
        self._reading += 1
        try:
            sent = await receive(request, self._may_send)
        except UploadError as problem:
            return self.lobby.say(request, str(problem), 422)
        finally:
            self._reading -= 1
        fields = {**sent.fields, "what": "open"}
        return await self._done(request, fields, sent.files)

    def _may_send(self, note: str) -> bool:
        whose = self._opened(MINE, note, MINE_LASTS_S)
        if whose is None or str(whose.get("form", "")) in self._once:
            return False
        return not self._uploads.take(str(whose.get("number", "")), self.lobby.clock())

    async def _done(
        self, request: web.Request, fields: Fields, files: Sequence[Upload]
    ) -> web.Response:
        whose = self._opened(MINE, fields.get("t", ""), MINE_LASTS_S)
        number = str(whose.get("number", "")) if whose is not None else ""
        if whose is None or not number:
            return self._asking(request, "stale")
        wait = self._acts.take(number, self.lobby.clock())
        if wait:
            return self.lobby.too_often(request, wait)
        form = str(whose.get("form", ""))
        if form in self._once:
            # Sent twice: it is done once.
            return await self._show(request, number)
        if not self._once.claim(form, "", self.lobby.seconds()):
            return self.lobby.say(request, "refused", 503)
        try:
            said = await self._act(number, fields, files)
        except AwayError:
            self._once.free(form)
            return self.lobby.say(request, "refused", 503)
        return await self._show(request, number, said)

    async def _act(self, number: str, fields: Fields, files: Sequence[Upload]) -> str:
        """Do what a button says; gives the word for what came of it. Raises AwayError."""
        match fields.get("what", ""):
            case "bar":
                await self.own.bar(number)
                return "barred"
            case "unbar":
                return "unbarred" if await self.own.unbar(number) else "barred_by_us"
            case "copy" | "erase" as what:
                await self.own.ask_for_data(number, erase=what == "erase")
                return "data_asked"
            case "open":
                return await self._opened_case(number, fields, files)
            case _:
                return ""

    async def _opened_case(self, number: str, fields: Fields, files: Sequence[Upload]) -> str:
        subject = one_line(fields.get("subject", ""))
        text = "\n".join(one_line(line) for line in fields.get("text", "").splitlines()).strip()
        kind = fields.get("kind", "")
        if not 0 < len(subject) <= MOST_SUBJECT or len(text) > MOST_TEXT or kind not in KINDS:
            return "bad_case"
        made = await self.own.open_case(number, kind, subject, text, files)
        return "case_opened" if made is not None else "too_many_cases"

    # --- notes and bodies ---------------------------------------------------------------------

    def _note(self, purpose: str, **content: str) -> str:
        return seal(self.lobby.settings.key, purpose, {"at": self.lobby.seconds(), **content})

    def _opened(self, purpose: str, note: str, lasts_s: int) -> dict[str, object] | None:
        try:
            return opened(self.lobby.settings.key, purpose, note, self.lobby.seconds(), lasts_s)
        except NoteError:
            return None

    async def _fields(self, request: web.Request) -> Fields | web.Response:
        body = await self.lobby.body(request, MOST_BODY)
        if isinstance(body, web.Response):
            return body
        try:
            return dict(parse_qsl(body.decode(), max_num_fields=12, keep_blank_values=True))
        except (UnicodeDecodeError, ValueError):
            return {}
