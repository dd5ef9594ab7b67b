"""The web server: one application, one port, started with clear errors and stopped gently.

The composition root makes a `WebServer`, lets others add their routes, and starts it::

    server = WebServer(WebSettings(port=8080))
    server.add(health_routes({"database": database_is_ok}))
    desk_server.attach(server.application)
    await server.start()
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from contact_center.adapters.web.access import AccessLog
from contact_center.adapters.web.errors import answer_errors, http_log
from contact_center.adapters.web.proxies import behind

_log = logging.getLogger(__name__)

_MEND = {
    errno.EADDRINUSE: (
        "is taken by another program",
        "end that program, or set another port (CC_HTTP_PORT)",
    ),
    errno.EACCES: (
        "may not be used by this user",
        "set a port of 1024 or more, or give the service CAP_NET_BIND_SERVICE",
    ),
    errno.EADDRNOTAVAIL: (
        "is not an address of this machine",
        "set the host to 127.0.0.1, to 0.0.0.0 for all addresses, or to one this machine has",
    ),
}
_UNKNOWN_HOST = ("is not known by this name", "set the host to an address")


class WebStartError(Exception):
    """The server cannot listen. `mend` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}: {mend}")
        self.message = message
        self.mend = mend


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where and how to listen.

    ``port``: 0 takes a free one. ``max_body_bytes``: of a request; a route may allow itself less.
    ``access_log``: a line for every request. ``stop_within_s``: how long requests that are being
    answered, and open sockets, may take to end when the server stops. ``proxies``: addresses whose
    ``X-Forwarded-For`` says who asks.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    max_body_bytes: int = 64 * 1024
    access_log: bool = False
    stop_within_s: float = 5.0
    proxies: tuple[str, ...] = ()


class WebServer:
    """The aiohttp application on its port."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._runner: web.AppRunner | None = None
        self.application = web.Application(
            middlewares=[answer_errors, behind(settings.proxies)],
            client_max_size=settings.max_body_bytes,
        )
        self.application.on_response_prepare.append(_guard)

    def add(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Add routes; only before `start`. Raises RuntimeError afterwards."""
        self.application.add_routes(routes)

    @property
    def port(self) -> int:
        """The port it listens on; raises RuntimeError when it does not."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the web server does not listen")
        return int(self._runner.addresses[0][1])

    @property
    def url(self) -> str:
        """Where this machine reaches it, without a slash at the end."""
        host = self._settings.host
        here = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
        return f"http://{f'[{here}]' if ':' in here else here}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises WebStartError."""
        settings = self._settings
        runner = web.AppRunner(
            self.application,
            handle_signals=False,
            logger=http_log(),
            access_log_class=AccessLog,
            access_log=logging.getLogger(f"{__package__}.access") if settings.access_log else None,
            shutdown_timeout=settings.stop_within_s,
            keepalive_timeout=75.0,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise self._explain(error) from error
        self._runner = runner
        _log.info("the web server listens", extra={"url": self.url})

    async def stop(self) -> None:
        """Stop listening, let what is being answered finish, close what is left."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        try:
            # Its own time limit is for each of its steps; ours is for all of them.
            async with asyncio.timeout(2 * self._settings.stop_within_s + 1):
                await runner.cleanup()
        except TimeoutError:
            _log.error("the web server did not stop in time; its connections are dropped")

    def _explain(self, error: Exception) -> WebStartError:
        host, port = self._settings.host, self._settings.port
        if isinstance(error, OverflowError):
            return WebStartError(f"there is no port {port}", "set a port from 0 to 65535")
        if isinstance(error, socket.gaierror):
            what, mend = _UNKNOWN_HOST
            return WebStartError(f"the host {host} {what}", mend)
        number = error.errno if isinstance(error, OSError) else None
        what, mend = _MEND.get(number or 0, (f"cannot be used ({error})", "set another port"))
        return WebStartError(f"port {port} on {host} {what}", mend)


async def _guard(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "contact-center"
