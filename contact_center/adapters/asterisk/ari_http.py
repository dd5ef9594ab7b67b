"""ARI over plain HTTP: for what a websocket serves badly, above all downloads of recordings.

It also carries single requests while no websocket is up (tools, checks). There is no order between
requests made here and those of the websocket.
"""

from types import TracebackType
from typing import Self

import aiohttp

from contact_center.adapters.asterisk.ari_link import Ask, Reply
from contact_center.adapters.asterisk.ari_sockets import basic_auth
from contact_center.adapters.asterisk.errors import (
    AriDeadlineError,
    AriDisconnectedError,
    AriRequestError,
)


class AriHttp:
    """One keep-alive HTTP session to one Asterisk. Use it as an async context manager."""

    def __init__(
        self, url: str, *, user: str, password: str, deadline_s: float = 5.0, connections: int = 4
    ) -> None:
        self._base = f"{url.rstrip('/').removesuffix('/ari')}/ari/"
        self._headers = {"Authorization": basic_auth(user, password)}
        self._deadline_s = deadline_s
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=self._deadline_s),
            connector=aiohttp.TCPConnector(limit=self._connections),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, ask: Ask) -> Reply:
        """Make one request. Raises AriRequestError; a status of 400 and above is a reply."""
        status, reason, body = await self._do(ask, 64 * 2**20)
        return Reply(status, reason, body.decode("utf-8", "replace"))

    async def download(self, uri: str, *, at_most: int = 256 * 2**20) -> bytes:
        """Fetch a file, ``recordings/stored/NAME/file`` for example.

        Raises AriRequestError: not there, longer than `at_most` bytes, no connection, no answer.
        """
        status, reason, body = await self._do(Ask("GET", uri), at_most)
        if status != 200:
            raise AriRequestError(f"{uri}: HTTP {status} {reason}")
        return body

    async def _do(self, ask: Ask, at_most: int) -> tuple[int, str, bytes]:
        if self._session is None:
            raise AriDisconnectedError("the HTTP session is not open")
        try:
            async with self._session.request(
                ask.method,
                self._base + ask.uri,
                params=list(ask.query),
                data=ask.body or None,
                headers={"Content-Type": "application/json"} if ask.body else None,
            ) as response:
                body = bytearray()
                async for piece in response.content.iter_chunked(2**16):
                    body += piece
                    if len(body) > at_most:
                        raise AriRequestError(f"{ask.uri}: longer than {at_most} bytes")
                return response.status, response.reason or "", bytes(body)
        except TimeoutError as error:
            raise AriDeadlineError(f"no answer within {self._deadline_s:g} s") from error
        except aiohttp.ClientError as error:
            raise AriDisconnectedError(f"no connection to Asterisk: {error}") from error
