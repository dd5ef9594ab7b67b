"""A real Asterisk for a test, and the plainest possible ARI application beside it.

    async with Instance(settings(phones=("ana",)), tree) as asterisk, PlainAri(asterisk) as ari:
        start = await ari.event("StasisStart", within=5)
        await ari.post(f"channels/{start['channel']['id']}/answer")

`PlainAri` is for tests of the real parts and as the bare application beside ours in benchmarks;
it shares no code with the product.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Self

import aiohttp
import pytest

from contact_center.adapters.asterisk.local import Instance, Settings, SipAccount, Tree, find
from contact_center.adapters.asterisk.local.tree import TreeError

PASSWORD = "only-on-loopback"


def tree() -> Tree:
    """The tree of Asterisk; the test fails with the way to get it when there is none."""
    try:
        return find()
    except TreeError as error:
        pytest.fail(f"{error}\nor: make setup-test", pytrace=False)


def settings(phones: tuple[str, ...] = (), **changes: Any) -> Settings:
    """An Asterisk with these registering phones (password `PASSWORD`), short patience."""
    accounts = tuple(SipAccount(name=name, password=PASSWORD) for name in phones)
    changes.setdefault("globals", (("ACD_RETRY_S", "1"),))
    return Settings(accounts=accounts, **changes)


class PlainAri:
    """One websocket for events, HTTP for requests, nothing else."""

    def __init__(self, asterisk: Instance) -> None:
        self._asterisk = asterisk
        self.events: deque[dict[str, Any]] = deque(maxlen=10000)
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def __aenter__(self) -> Self:
        known = self._asterisk.settings
        login = aiohttp.encode_basic_auth(known.ari_user, known.ari_password)
        self._session = aiohttp.ClientSession(headers={"Authorization": login})
        try:
            self._socket = await self._session.ws_connect(
                f"{self._asterisk.ari_websocket_url}?app={known.app}"
            )
        except BaseException:
            await self._session.close()
            raise
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    async def request(
        self, method: str, path: str, **parameters: str
    ) -> tuple[int, dict[str, Any] | list[Any] | None]:
        """Status and decoded body; `path` as in `channels/ID/answer`."""
        assert self._session is not None
        url = f"{self._asterisk.ari_url}/{path}"
        async with self._session.request(method, url, params=parameters) as answer:
            body = await answer.json() if answer.content_type == "application/json" else None
            return answer.status, body

    async def post(self, path: str, **parameters: str) -> Any:
        """The body; fails on any other status than success."""
        status, body = await self.request("POST", path, **parameters)
        assert status < 300, f"POST {path}: {status} {body}"
        return body

    async def event(
        self, kind: str, *, within: float, having: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The next event of this type and with these values; the others are kept in `events`."""
        assert self._socket is not None
        seen: list[str] = []
        try:
            async with asyncio.timeout(within):
                while True:
                    event: dict[str, Any] = await self._socket.receive_json()
                    self.events.append(event)
                    seen.append(event["type"])
                    if event["type"] == kind and all(
                        event.get(name) == value for name, value in (having or {}).items()
                    ):
                        return event
        except TimeoutError:
            raise TimeoutError(f"no {kind} within {within} s; there came {seen}") from None
