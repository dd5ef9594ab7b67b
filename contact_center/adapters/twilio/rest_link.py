"""One request to the REST interface, and whether it may be made again.

What is created is asked for once: a call that was answered with an error may ring all the same.
Only "too many requests" says that nothing was done, so that is tried again for everything; other
failures only for what reads or says how a thing shall be. No method raises for what the network or
Twilio does: there is always a `Reply`. Nothing of a request but its masked path is ever logged.
"""

import asyncio
import base64
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from contact_center.adapters.twilio.counts import RestCounts
from contact_center.adapters.twilio.dialects import DIALECTS, Field, RestWords
from contact_center.adapters.twilio.masking import masked
from contact_center.adapters.twilio.pacing import Breaker, BreakerSettings, BreakerState, pause_s
from contact_center.adapters.twilio.settings import TwilioSettings
from contact_center.adapters.twilio.timing import Timing

_log = logging.getLogger(__name__)

LONGEST_REPLY = 8 * 2**20
MOST_IN_FLIGHT = 500
MOST_REDIRECTS = 3

Fields = Mapping[str, Field]


class Fate(Enum):
    """What became of a request."""

    DONE = "done"
    REFUSED = "refused"
    """Twilio said no; asking again is no use."""
    GONE = "gone"
    """What it is about is not there (any more)."""
    OVERLOAD = "overload"
    """Nothing was done: there is too much to do, here or there."""
    UNREACHABLE = "unreachable"
    """Nothing was done: there is no connection, or it is being left alone for a while."""
    UNKNOWN = "unknown"
    """No answer that says: it may or may not have been done."""


class Kind(Enum):
    """What a request does, which decides whether it may be made again."""

    READ = "read"
    ABSOLUTE = "absolute"
    """Says how a thing shall be: twice is as good as once."""
    CREATE = "create"
    """Makes something: twice makes two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. ``path`` is below the account; fields that are None are left out."""

    method: str
    path: str
    kind: Kind
    fields: Fields = field(default_factory=dict, repr=False)
    deadline_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of it. ``code`` is Twilio's number of an error, ``status`` the one of HTTP."""

    fate: Fate
    status: int = 0
    code: int = 0
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    tries: int = 1

    @property
    def ok(self) -> bool:
        """Say whether it was done."""
        return self.fate is Fate.DONE


class RestLink:
    """A session with the REST interface of one account. Use it as an async context manager."""

    def __init__(
        self,
        settings: TwilioSettings,
        *,
        chance: Callable[[], float],
        breaker: BreakerSettings | None = None,
        changed: Callable[[bool], None] | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        self._now = self._timing.now
        dialect = DIALECTS[settings.dialect]
        self._words, self._application = dialect.rest, settings.application_sid
        self._root = f"{settings.rest_base}{dialect.api_root}/Accounts/{settings.account_sid}"
        self._deadline_s = settings.request_deadline_s
        self._authorization = _authorization(settings, bearer=dialect.bearer_auth)
        self._chance = chance
        self._breaker = Breaker(breaker, changed)
        self._session: aiohttp.ClientSession | None = None
        self._in_flight = 0
        self.counts = RestCounts()

    async def __aenter__(self) -> "RestLink":
        # Neither proxies nor passwords out of the environment: what is asked is in the settings.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=15.0), trust_env=False
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @property
    def in_flight(self) -> int:
        """How many requests are being made."""
        return self._in_flight

    @property
    def breaker(self) -> BreakerState:
        """Whether requests are made at all at present."""
        return self._breaker.state(self._now())

    async def ask(self, request: Request) -> Reply:
        """Make a request, again where that does no harm, until its deadline."""
        if self._session is None:
            return Reply(fate=Fate.UNREACHABLE)
        if self._in_flight >= MOST_IN_FLIGHT:
            return self.counted(request.kind, Reply(fate=Fate.OVERLOAD))
        self._in_flight += 1
        try:
            return self.counted(request.kind, await self._tries(self._session, request))
        finally:
            self._in_flight -= 1

    def counted(self, kind: Kind, reply: Reply) -> Reply:
        """Count what became of a request, made or not."""
        self.counts.requests[kind.value, reply.fate.value] += 1
        return reply

    async def _tries(self, session: aiohttp.ClientSession, request: Request) -> Reply:
        ends_at = self._now() + (request.deadline_s or self._deadline_s)
        tries = 0
        while True:
            tries += 1
            if not self._breaker.enter(self._now()):
                return Reply(fate=Fate.UNREACHABLE, tries=tries)
            well: bool | None = None
            try:
                within_s = ends_at - self._now()
                if request.kind is not Kind.CREATE:
                    # One that hangs leaves time for another try.
                    within_s = min(within_s, 0.55 * (request.deadline_s or self._deadline_s))
                reply, told_s = await self._once(session, request, within_s, tries)
                well = _well(reply)
            finally:
                self._breaker.leave(self._now(), well=well)
            if reply.fate is not Fate.DONE:
                _log.log(
                    logging.INFO if reply.fate is Fate.GONE else logging.WARNING,
                    "%s %s: %s, HTTP %d, code %d",
                    *(request.method, masked(request.path), reply.fate.value),
                    *(reply.status, reply.code),
                )
            if not _again(request.kind, reply):
                return reply
            wait = pause_s(tries, self._chance(), told_s=told_s)
            if self._now() + wait >= ends_at:
                return reply
            self.counts.retries += 1
            self.counts.pausing += 1
            try:
                await self._timing.sleep(wait)
            finally:
                self.counts.pausing -= 1

    async def _once(
        self, session: aiohttp.ClientSession, request: Request, within_s: float, tries: int
    ) -> tuple[Reply, float]:
        """Make a request once; gives the reply and how long to wait before the next, if told."""
        reads = request.method in ("GET", "DELETE")
        words, path, application = self._words, request.path, self._application
        fields = words.fields(request.method, path, _written(request.fields), application)
        body = None if reads else words.body(path, request.fields, application)
        try:
            async with (
                asyncio.timeout(within_s),
                session.request(
                    request.method,
                    self._root + words.path(path),
                    params=fields if reads else None,
                    data=None if reads or body is not None else aiohttp.FormData(fields),
                    json=body,
                    headers={"Authorization": self._authorization, "Accept": "application/json"},
                    allow_redirects=False,
                ) as response,
            ):
                self._note(response.status, response.headers)
                content = await _read(response, LONGEST_REPLY)
                told_s = _seconds(response.headers.get("Retry-After", ""))
                return _reply(words, request.kind, response.status, content, tries), told_s
        except aiohttp.ClientConnectorError:
            return Reply(fate=Fate.UNREACHABLE, tries=tries), 0.0
        except (TimeoutError, aiohttp.ClientError, ValueError):
            return Reply(fate=Fate.UNKNOWN, tries=tries), 0.0

    def _note(self, status: int, headers: Mapping[str, str]) -> None:
        self.counts.too_many += status == 429
        concurrent = headers.get("Twilio-Concurrent-Requests", "")
        if concurrent.isascii() and concurrent.isdigit() and len(concurrent) < 9:
            self.counts.concurrent = int(concurrent)

    async def download(self, path: str, *, at_most: int, deadline_s: float = 60.0) -> Reply:
        """Fetch a file, by its path or whole address. Where it is kept elsewhere, our credentials
        do not go there.

        GONE when it is not there, REFUSED when it is longer than `at_most` bytes.
        """
        if self._session is None:
            return Reply(fate=Fate.UNREACHABLE)
        url = path if path.startswith(("http://", "https://")) else self._root + path
        home = urlsplit(self._root)
        try:
            async with asyncio.timeout(deadline_s):
                for _ in range(MOST_REDIRECTS):
                    here = urlsplit(url)
                    ours = (here.scheme, here.netloc) == (home.scheme, home.netloc)
                    if not ours and here.scheme != "https" and home.scheme == "https":
                        break
                    headers = {"Authorization": self._authorization} if ours else {}
                    async with self._session.get(
                        url, headers=headers, allow_redirects=False
                    ) as response:
                        if response.status in (301, 302, 303, 307, 308):
                            url = urljoin(url, response.headers.get("Location", ""))
                            continue
                        fate = _fate(Kind.READ, response.status, is_over=False)
                        content = await _read(response, at_most) if fate is Fate.DONE else b""
                        return Reply(fate=fate, status=response.status, content=content)
        except aiohttp.ClientConnectorError:
            return Reply(fate=Fate.UNREACHABLE)
        except _TooLongError:
            return Reply(fate=Fate.REFUSED)
        except (TimeoutError, aiohttp.ClientError, ValueError):
            return Reply(fate=Fate.UNKNOWN)
        return Reply(fate=Fate.REFUSED)

    async def page(self, uri: str) -> Reply:
        """Fetch the next page of a list, named by `uri` as the page before did."""
        base = urlsplit(self._root)
        if not uri.startswith(f"{base.path}/"):
            return Reply(fate=Fate.REFUSED)
        path = uri.removeprefix(base.path)
        return await self.ask(Request(method="GET", path=path, kind=Kind.READ))


class _TooLongError(ValueError):
    """More bytes than we take."""


async def _read(response: aiohttp.ClientResponse, at_most: int) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(2**16):
        body += piece
        if len(body) > at_most:
            raise _TooLongError
    return bytes(body)


def _authorization(settings: TwilioSettings, *, bearer: bool) -> str:
    key = settings.api_key
    user = key.sid if key is not None else settings.account_sid
    secret = key.secret if key is not None else next(filter(None, settings.auth_tokens))
    if bearer:
        return f"Bearer {secret.reveal()}"
    return "Basic " + base64.b64encode(f"{user}:{secret.reveal()}".encode()).decode()


def _written(fields: Fields) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, bool):
                pairs.append((name, "true" if one else "false"))
            elif one is not None:
                pairs.append((name, str(one)))
    return pairs


def _seconds(text: str) -> float:
    """Read how long to wait; dates and nonsense count as not told."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0


def _reply(words: RestWords, kind: Kind, status: int, content: bytes, tries: int) -> Reply:
    body: dict[str, Any] = {}
    if content:
        try:
            read = json.loads(content)
        except (ValueError, RecursionError):
            read = None
        if isinstance(read, dict):
            body = read
        elif status < 300:
            # Somebody else answered, or half of it is missing: it may well have been done.
            return Reply(fate=Fate.UNKNOWN, status=status, tries=tries)
    code = _code(body) if status >= 400 else 0
    fate = _fate(kind, status, is_over=code in words.over)
    return Reply(fate=fate, status=status, code=code, body=body, tries=tries)


def _code(body: Mapping[str, Any]) -> int:
    """Read the number of an error: ``{"code": N}``, or ``{"errors": [{"code": "N"}]}``."""
    told, errors = body.get("code"), body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        told = errors[0].get("code")
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 9:
        return int(told)
    return told if isinstance(told, int) else 0


def _fate(kind: Kind, status: int, *, is_over: bool) -> Fate:
    if 200 <= status < 300:
        return Fate.DONE
    if status == 429:
        return Fate.OVERLOAD
    if status in (404, 410) or is_over:
        return Fate.REFUSED if kind is Kind.CREATE and not is_over else Fate.GONE
    return Fate.REFUSED if 400 <= status < 500 else Fate.UNKNOWN


def _well(reply: Reply) -> bool | None:
    """Say what a reply tells of the interface's health: any "no" is a sign of it."""
    if reply.fate is Fate.OVERLOAD:
        return None
    return reply.fate not in (Fate.UNKNOWN, Fate.UNREACHABLE)


def _again(kind: Kind, reply: Reply) -> bool:
    if reply.fate is Fate.OVERLOAD:
        return True
    return kind is not Kind.CREATE and reply.fate in (Fate.UNKNOWN, Fate.UNREACHABLE)
