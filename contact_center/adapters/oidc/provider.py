"""The provider, asked over HTTP: where its doors are, its keys, and a token for a code."""

import asyncio
import base64
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from contact_center.adapters.oidc.errors import DirectoryAwayError, LogInError
from contact_center.adapters.oidc.settings import OidcSettings
from contact_center.adapters.oidc.tokens import Person, UnknownKeyError, person_of

MOST_BYTES: Final = 256 * 1024
KEPT_US: Final = 3_600_000_000
"""Doors and keys are asked for again after an hour."""
AGAIN_US: Final = 30_000_000
"""For an unknown key, not more often: anybody can send tokens with made-up names of keys."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Doors(Struct, kw_only=True):
    """What the provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(Struct, kw_only=True):
    id_token: str
    token_type: str = ""


class Provider:
    """One provider. ``clock`` gives microseconds UTC. Enter it to open, leave it to close."""

    def __init__(self, settings: OidcSettings, clock: Callable[[], int]) -> None:
        self._settings = settings
        self._clock = clock
        self._http: aiohttp.ClientSession | None = None
        self._doors: tuple[int, Doors] | None = None
        self._keys: tuple[int, KeySet] | None = None
        self._look_again_at = 0
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> "Provider":
        timeout = aiohttp.ClientTimeout(total=self._settings.within_s)
        self._http = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    async def doors(self) -> Doors:
        """Where its doors are. Raises DirectoryAwayError."""
        async with self._turn:
            now = self._clock()
            if self._doors is None or now - self._doors[0] >= KEPT_US:
                where = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._doors = (now, self._believed(await self._read("GET", where)))
            return self._doors[1]

    def _believed(self, text: bytes) -> Doors:
        try:
            doors = msgspec.json.decode(text, type=Doors)
        except msgspec.MsgspecError as error:
            raise DirectoryAwayError(f"the provider's description: {error}") from None
        if doors.issuer != self._settings.issuer:
            raise DirectoryAwayError("the provider calls itself something else than oidc.issuer")
        for url in (doors.authorization_endpoint, doors.token_endpoint, doors.jwks_uri):
            if not is_safe(url):
                raise DirectoryAwayError("the provider names a door without encryption")
        return doors

    async def person(self, code: str, verifier: str, nonce: str) -> Person:
        """Take a code to the provider, and say who it is for. Raises LogInError."""
        doors = await self.doors()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_url,
            "code_verifier": verifier,
        }
        text = await self._read("POST", doors.token_endpoint, **self._as_client(doors, form))
        try:
            token = msgspec.json.decode(text, type=_Tokens).id_token
        except msgspec.MsgspecError:
            raise DirectoryAwayError("the provider gave no ID token") from None
        now_s = self._clock() // 1_000_000
        try:
            keys = await self._known_keys(doors)
            return person_of(token, keys, self._settings, nonce=nonce, now_s=now_s)
        except UnknownKeyError:
            if self._clock() < self._look_again_at:
                raise
            self._look_again_at = self._clock() + AGAIN_US
            self._keys = None
            keys = await self._known_keys(doors)
            return person_of(token, keys, self._settings, nonce=nonce, now_s=now_s)

    def _as_client(self, doors: Doors, form: dict[str, str]) -> dict[str, Any]:
        name, secret = self._settings.client_id, self._settings.client_secret
        ways = doors.token_endpoint_auth_methods_supported
        if not secret:
            return {"data": {**form, "client_id": name}}
        if "client_secret_basic" not in ways and "client_secret_post" in ways:
            return {"data": {**form, "client_id": name, "client_secret": secret}}
        both = f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
        basic = "Basic " + base64.b64encode(both).decode()
        return {"data": form, "headers": {"Authorization": basic}}

    async def _known_keys(self, doors: Doors) -> KeySet:
        async with self._turn:
            now = self._clock()
            if self._keys is None or now - self._keys[0] >= KEPT_US:
                text = await self._read("GET", doors.jwks_uri)
                try:
                    self._keys = (now, KeySet.import_key_set(msgspec.json.decode(text)))
                except (msgspec.MsgspecError, JoseError, ValueError, TypeError, KeyError):
                    raise DirectoryAwayError("the provider's keys make no sense") from None
            return self._keys[1]

    async def _read(self, method: str, url: str, **more: Any) -> bytes:
        assert self._http is not None
        try:
            async with self._http.request(method, url, allow_redirects=False, **more) as answer:
                text = await answer.content.read(MOST_BYTES + 1)
                while not answer.content.at_eof() and len(text) <= MOST_BYTES:
                    text += await answer.content.read(MOST_BYTES + 1 - len(text))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DirectoryAwayError(f"no answer: {type(error).__name__}") from None
        if method == "POST" and answer.status in (400, 401):
            raise LogInError("code", "the provider does not take this code")
        if answer.status != 200 or len(text) > MOST_BYTES:
            raise DirectoryAwayError(f"the provider answers {answer.status}")
        return text


def is_safe(url: str) -> bool:
    """Whether what is sent there is encrypted, or stays on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
