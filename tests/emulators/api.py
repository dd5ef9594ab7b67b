"""A client of the emulated API that shows status, headers and body as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import aiohttp

from tests.emulators.twilio.emulator import TwilioEmulator


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is {} when there was none."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]
    content: bytes

    @property
    def error(self) -> tuple[int, int]:
        """HTTP status, Twilio's code."""
        return self.status, self.body.get("code", 0)


class Api:
    """``async with Api(twilio) as api: await api.post("Calls.json", To=...)``."""

    def __init__(self, twilio: TwilioEmulator, token: str | None = None) -> None:
        self._twilio = twilio
        self._token = twilio.auth_token if token is None else token

    async def __aenter__(self) -> Self:
        login = aiohttp.encode_basic_auth(self._twilio.account_sid, self._token)
        self._session = aiohttp.ClientSession(headers={"Authorization": login})
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._session.close()

    async def get(self, path: str, **query: str) -> Answer:
        """`path` is below the account, or whole with a leading slash."""
        return await self._ask("GET", path, params=query or None)

    async def post(self, path: str, **form: Any) -> Answer:
        """A form; lists are several parameters of one name."""
        pairs = [(n, v) for n, vs in form.items() for v in (vs if isinstance(vs, list) else [vs])]
        return await self._ask("POST", path, data=pairs)

    async def delete(self, path: str) -> Answer:
        return await self._ask("DELETE", path)

    async def _ask(self, method: str, path: str, **options: Any) -> Answer:
        root = f"/2010-04-01/Accounts/{self._twilio.account_sid}/"
        url = self._twilio.base_url + (path if path.startswith("/") else root + path)
        async with self._session.request(method, url, **options) as reply:
            content = await reply.read()
            is_json = reply.content_type == "application/json"
            body = await reply.json() if is_json else {}
            return Answer(reply.status, body, dict(reply.headers), content)
