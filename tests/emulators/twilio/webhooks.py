"""Requests to the account's own servers: signed, sent, tried again, and written down.

A URL's fragment may override how patient the client is (``#ct=1000&rc=2&rp=all``); it is neither
sent nor signed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import aiohttp
from yarl import URL

from tests.emulators.twilio import signing, texml
from tests.emulators.twilio.log import Entry
from tests.emulators.twilio.model import EmulatedCall

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator

CEILING_S = 15.0
"""No document is waited for longer, whatever the overrides say."""
TOKEN = "I-Twilio-Idempotency-Token"
_REDIRECTS = 10
_LIMITS_MS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000)}
_POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """How patient the client is with one URL."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = CEILING_S
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})


def overrides(url: str, warnings: list[str]) -> Overrides:
    """Read the fragment of a URL. What is out of bounds is a warning, and the default holds."""
    found: dict[str, str] = dict(parse_qsl(urlsplit(url).fragment))
    seconds = {}
    for name, (least, most) in _LIMITS_MS.items():
        text = found.pop(name, "")
        if text.isdigit() and least <= int(text) <= most:
            seconds[name] = int(text) / 1000
        elif text:
            warnings.append(f"override {name} cannot be {text}")
    retries = found.pop("rc", "1")
    policies = frozenset(found.pop("rp", "ct").split(","))
    found.pop("e", None)
    if not (retries.isdigit() and int(retries) <= 5):
        warnings.append(f"override rc cannot be {retries}")
        retries = "1"
    if not policies <= _POLICIES:
        warnings.append(f"override rp cannot be {sorted(policies)}")
        policies = frozenset({"ct"})
    warnings.extend(f"there is no override {name}" for name in found)
    return Overrides(
        connect_s=seconds.get("ct", 5.0),
        read_s=seconds.get("rt", 15.0),
        total_s=seconds.get("tt", CEILING_S),
        retries=int(retries),
        retry_on=policies,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered; `url` is where it was found in the end, without a fragment."""

    status: int
    content_type: str
    body: bytes
    url: str


class WebhookFailed(Exception):  # noqa: N818  (the server failed, the emulator did not)
    """No good answer: Twilio's error code, and what kind of failure the last one was."""

    def __init__(self, code: int, url: str, kind: str) -> None:
        super().__init__(f"{code}: {kind} from {url}")
        self.code = code
        self.url = url
        self.kind = kind
        """``ct``, ``rt``, ``4xx``, ``5xx`` or ``redirects``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """One logical request, however often it is tried."""

    purpose: str
    url: str
    method: str
    params: tuple[tuple[str, str], ...]
    token: str
    call_sid: str
    json_body: bytes | None = None


class WebhookClient:
    """Signs, sends, tries again, and writes down."""

    def __init__(self, twilio: TwilioEmulator) -> None:
        self._twilio = twilio
        self._session: aiohttp.ClientSession | None = None
        self._turns = itertools.count()
        self._tokens = itertools.count(1)

    async def start(self) -> None:
        """Open the client; `stop` closes it."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=True,
        )

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open client, for websockets."""
        assert self._session is not None
        return self._session

    async def stop(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def request(
        self,
        purpose: str,
        url: str,
        method: str,
        params: Mapping[str, str],
        call: EmulatedCall | None = None,
    ) -> Reply:
        """Ask until there is a good answer or no patience left. Raises WebhookFailed.

        `purpose` is ``webhook`` (for a document), ``callback`` or ``media``: the log's kinds.
        """
        errand = _Errand(
            purpose=purpose,
            url=url,
            method=method.upper(),
            params=tuple(params.items()),
            token=self._token(),
            call_sid=call.sid if call else "",
        )
        if purpose == "webhook" and self._twilio.faults.repeat_webhooks:
            await self._persist(errand)
        return await self._persist(errand)

    async def tell(
        self, url: str, method: str, params: Mapping[str, str], call: EmulatedCall | None = None
    ) -> None:
        """Send a callback whose answer does not matter (conference, recording, AMD events)."""
        try:
            await self.request("callback", url, method, params, call)
        except WebhookFailed as failure:
            self._twilio.errors.append((failure.code, str(failure)))

    async def tell_json(self, url: str, payload: object) -> None:
        """Send a callback with a JSON body, whose hash is in the URL and is what is signed."""
        body = json.dumps(payload).encode()
        errand = _Errand(
            purpose="callback",
            url=signing.with_body_hash(urldefrag(url).url, body),
            method="POST",
            params=(),
            token=self._token(),
            call_sid="",
            json_body=body,
        )
        try:
            await self._persist(errand)
        except WebhookFailed as failure:
            self._twilio.errors.append((failure.code, str(failure)))

    async def media(self, url: str, call: EmulatedCall | None = None) -> Reply:
        """Fetch something to play. Raises WebhookFailed."""
        return await self.request("media", url, "GET", {}, call)

    def _token(self) -> str:
        return str(uuid.UUID(int=next(self._tokens), version=4))

    async def _persist(self, errand: _Errand) -> Reply:
        """Try, and try again as the overrides of the URL say."""
        if self._twilio.manner.texml and urlsplit(errand.url).fragment:
            self._twilio.warnings.append(f"there are no overrides here: {errand.url}")
        patience = overrides(errand.url, self._twilio.warnings)
        clock = self._twilio.clock
        deadline = clock.now() + patience.total_s
        tries = 0
        while True:
            try:
                return await self._follow(errand, patience, deadline)
            except WebhookFailed as failure:
                again = failure.kind in patience.retry_on or "all" in patience.retry_on
                if not again or tries >= patience.retries or clock.now() >= deadline:
                    raise
            tries += 1

    async def _follow(self, errand: _Errand, patience: Overrides, deadline: float) -> Reply:
        """One try, with all redirections, which are followed as GET and without parameters."""
        url, method, params = urldefrag(errand.url).url, errand.method, errand.params
        for _ in range(_REDIRECTS):
            left = min(patience.read_s, deadline - self._twilio.clock.now())
            reply, location = await self._send(errand, url, method, params, left)
            if location:
                url, method, params = urldefrag(urljoin(url, location)).url, "GET", ()
                continue
            if reply.status >= 400:
                raise WebhookFailed(11200, url, "4xx" if reply.status < 500 else "5xx")
            return reply
        raise WebhookFailed(11215, url, "redirects")

    async def _send(
        self,
        errand: _Errand,
        url: str,
        method: str,
        params: tuple[tuple[str, str], ...],
        left_s: float,
    ) -> tuple[Reply, str]:
        """One HTTP request; gives the reply, and where it points to if it is a redirection."""
        clock = self._twilio.clock
        delay_s = self._twilio.faults.webhook_delay_s if errand.purpose == "webhook" else 0.0
        if delay_s >= left_s:
            await clock.sleep(left_s)
            raise self._written(errand, url, params, {}, WebhookFailed(11200, url, "rt"))
        if delay_s:
            await clock.sleep(delay_s)
        if self._twilio.manner.texml:
            params = texml.params_told(params)
        if method == "GET" and params:
            url = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"
            params = ()
        headers = {"User-Agent": "TwilioProxy/1.1"}
        if self._twilio.manner.tokens:
            headers[TOKEN] = errand.token
        headers |= self.signatures(url, params)
        if self._twilio.manner.texml and "User-Agent" in headers:
            headers["User-Agent"] = "Telnyx"
        body = errand.json_body if method == "POST" else None
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            reply, location = await self._within(
                left_s - delay_s, url, method, params, headers, body
            )
        except WebhookFailed as failure:
            raise self._written(errand, url, params, headers, failure) from None
        self._write(errand, url, method, params, headers, reply)
        return reply, location

    async def _within(
        self,
        limit_s: float,
        url: str,
        method: str,
        params: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        body: bytes | None,
    ) -> tuple[Reply, str]:
        clock = self._twilio.clock
        late = asyncio.get_running_loop().create_future()
        with clock.busy():
            sending = asyncio.ensure_future(self._exchange(url, method, params, headers, body))
            timer = clock.call_later(limit_s, late.cancel)
            try:
                await asyncio.wait({sending, late}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                timer.cancel()
                gave_up = not sending.done()
                sending.cancel()
            if gave_up:
                clock.give_up()
                await asyncio.wait({sending})
                raise WebhookFailed(11200, url, "rt")
            return sending.result()

    async def _exchange(
        self,
        url: str,
        method: str,
        params: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        body: bytes | None,
    ) -> tuple[Reply, str]:
        data = (
            body if body is not None else (urlencode(params).encode() if method == "POST" else None)
        )
        if method == "POST" and body is None:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        try:
            async with self.session.request(
                method,
                URL(url, encoded=True),
                data=data,
                headers=headers,
                allow_redirects=False,
            ) as response:
                content = await response.read()
                location = (
                    response.headers.get("Location", "") if 300 <= response.status < 400 else ""
                )
                reply = Reply(
                    status=response.status,
                    content_type=response.headers.get("Content-Type", ""),
                    body=content,
                    url=url,
                )
                return reply, location
        except (aiohttp.ClientError, OSError):
            raise WebhookFailed(11205, url, "ct") from None

    def signatures(self, url: str, params: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
        """The headers that say who asks, for a URL and form parameters."""
        twilio, how = self._twilio, self._twilio.faults.signature
        if twilio.manner.texml:
            return self._keyed(params, how)
        match how:
            case "missing":
                return {}
            case "wrong":
                return {twilio.manner.signature: signing.sha1("another token", url, params)}
            case "with-port":
                url = signing.with_port(url)
            case "without-port":
                url = signing.without_port(url)
        keys = list(twilio.shared_keys.items()) if how in {"shared-key", "rotating"} else []
        turn = next(self._turns) % (len(keys) + 1) if how == "rotating" else 0
        if keys and turn < len(keys):
            key_id, key = keys[turn]
            return {
                signing.SIGNATURE: signing.sha256(key, url, params),
                signing.SETTINGS: signing.settings(key_id),
            }
        key = twilio.manner.signing_key or twilio.auth_token
        return {twilio.manner.signature: signing.sha1(key, url, params)}

    def _keyed(self, params: tuple[tuple[str, str], ...], how: str) -> dict[str, str]:
        """Signed with a private key, over the time and the body."""
        now = self._twilio.clock.now()
        body = urlencode(params).encode()
        match how:
            case "missing":
                return {}
            case "wrong":
                body += b"&"
            case "late":
                now -= 3_600
        return texml.signatures(body, now)

    def _written(
        self,
        errand: _Errand,
        url: str,
        params: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        failure: WebhookFailed,
    ) -> WebhookFailed:
        nothing = Reply(status=0, content_type="", body=failure.kind.encode(), url=url)
        self._write(errand, url, errand.method, params, headers, nothing)
        return failure

    def _write(
        self,
        errand: _Errand,
        url: str,
        method: str,
        params: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        reply: Reply,
    ) -> None:
        is_text = errand.purpose != "media"
        self._twilio.log.add(
            Entry(
                at=self._twilio.clock.now(),
                kind=errand.purpose,
                call_sid=errand.call_sid,
                method=method,
                url=url,
                params=dict(params),
                headers=headers,
                status=reply.status,
                body=reply.body.decode("utf-8", "replace") if is_text else "",
            )
        )
