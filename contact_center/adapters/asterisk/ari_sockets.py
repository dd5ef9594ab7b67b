"""The two ways to get a websocket to Asterisk, behind one protocol.

*Inbound* (seen from Asterisk): we connect to its HTTP server. What happens while we are away is
lost. *Outbound*: Asterisk connects to us with a persistent outbound websocket and keeps the events
that happen while we are away. In both, user and password travel in the Authorization header only.
"""

import asyncio
import base64
import binascii
import hmac
import http
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from contact_center.adapters.asterisk.errors import AriFault, AriRefusedError
from contact_center.adapters.asterisk.settings import AsteriskSettings

log = logging.getLogger(__name__)
frames_log = logging.getLogger(f"{__name__}.frames")
"""What the library says of a connection. Of frames it would say everything, keys and passwords."""
frames_log.setLevel(logging.INFO)

_ARI = Subprotocol("ari")
_MAX_MESSAGE = 64 * 2**20
"""Bytes. A list of ten thousand channels is about 6 MB, once quoted inside an answer twice that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Liveness:
    """How soon a dead connection is noticed: a ping each `every_s`, answered within `within_s`."""

    every_s: float = 5.0
    within_s: float = 5.0


class AriSockets(Protocol):
    """Where open websockets to Asterisk come from."""

    @property
    def waits_for_asterisk(self) -> bool:
        """Say whether Asterisk connects to us, so that there is nothing to try again."""

    async def open(self) -> None:
        """Prepare. Raises AriRefusedError when that can never work (a port that is taken)."""

    async def close(self) -> None:
        """Give everything back."""

    async def next(self) -> Connection:
        """Get the next open websocket. Raises AriRefusedError."""


def basic_auth(user: str, password: str) -> str:
    """Make the value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class InboundSockets:
    """We connect to Asterisk's ``/ari/events``."""

    waits_for_asterisk = False

    def __init__(
        self,
        url: str,
        *,
        app: str,
        user: str,
        password: str,
        open_timeout_s: float = 5.0,
        liveness: Liveness | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise AriRefusedError(
                AriFault.UNREACHABLE,
                "the address of Asterisk's HTTP server is not usable",
                "Give it as http://HOST:PORT, without user and password.",
            )
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._where = f"{parts.hostname}:{parts.port or (443 if scheme == 'wss' else 80)}"
        path = parts.path.rstrip("/").removesuffix("/ari")
        self._url = f"{scheme}://{parts.netloc}{path}/ari/events?app={quote(app)}"
        self._app = app
        self._authorization = basic_auth(user, password)
        self._timeout = open_timeout_s
        self._liveness = liveness or Liveness()

    async def open(self) -> None:
        """Nothing to prepare."""

    async def close(self) -> None:
        """Nothing to give back."""

    async def next(self) -> Connection:
        """Connect. Raises AriRefusedError."""
        try:
            return await connect(
                self._url,
                additional_headers={"Authorization": self._authorization},
                subprotocols=[_ARI],
                compression=None,
                proxy=None,
                open_timeout=self._timeout,
                close_timeout=1.0,
                ping_interval=self._liveness.every_s,
                ping_timeout=self._liveness.within_s,
                max_size=_MAX_MESSAGE,
                max_queue=256,
                logger=frames_log,
            )
        except InvalidStatus as error:
            raise self._refused(error.response.status_code) from error
        except TimeoutError as error:
            raise AriRefusedError(
                AriFault.TIMEOUT,
                f"Asterisk at {self._where} did not answer within {self._timeout:g} s",
                "Is the machine reachable, and is http.conf of that Asterisk on this port?",
            ) from error
        except (InvalidHandshake, InvalidMessage, EOFError) as error:
            raise AriRefusedError(
                AriFault.PROTOCOL,
                f"what listens at {self._where} does not speak ARI ({error})",
                "Is this the port of http.conf, and is http.conf [general] enabled=yes?",
            ) from error
        except OSError as error:
            raise AriRefusedError(
                AriFault.UNREACHABLE,
                f"no connection to Asterisk at {self._where} ({error.strerror or error})",
                "Is Asterisk running, and is http.conf enabled on this address and port?",
            ) from error

    def _refused(self, status: int) -> AriRefusedError:
        if status in (401, 403):
            return AriRefusedError(
                AriFault.CREDENTIALS,
                f"Asterisk at {self._where} refused the user or password (HTTP {status})",
                "Compare them with the type=user section of ari.conf; the password is case"
                " sensitive.",
            )
        if status == 400:
            return AriRefusedError(
                AriFault.APPLICATION,
                f"Asterisk at {self._where} refused the application {self._app!r} (HTTP 400)",
                "Use a name of letters, digits, _ and -.",
            )
        if status == 503:
            return AriRefusedError(
                AriFault.UNREACHABLE,
                f"Asterisk at {self._where} is still starting (HTTP 503)",
                "Connecting again until it is ready.",
            )
        return AriRefusedError(
            AriFault.PROTOCOL,
            f"Asterisk at {self._where} answered HTTP {status} instead of a websocket",
            "Are res_http_websocket, res_ari and res_ari_events loaded, and ari.conf enabled=yes?",
        )


class OutboundSockets:
    """Asterisk connects to us (``connection_type=persistent`` in websocket_client.conf)."""

    waits_for_asterisk = True

    def __init__(
        self,
        *,
        host: str,
        port: int,
        path: str,
        user: str,
        password: str,
        liveness: Liveness | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._path = path
        self._expected = basic_auth(user, password)
        self._liveness = liveness or Liveness()
        self._server: Server | None = None
        self._handed: asyncio.Queue[ServerConnection] = asyncio.Queue(1)
        self._newest: ServerConnection | None = None
        self._refused: AriRefusedError | None = None
        self._changed = asyncio.Event()

    @property
    def port(self) -> int:
        """The port listened on; useful when 0 was asked for."""
        if self._server is None:
            return self._port
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def open(self) -> None:
        """Listen, unless it listens already. Raises AriRefusedError when the port is taken."""
        if self._server is not None:
            return
        try:
            self._server = await serve(
                self._serve,
                self._host,
                self._port,
                subprotocols=[_ARI],
                process_request=self._check,
                compression=None,
                open_timeout=5.0,
                close_timeout=1.0,
                ping_interval=self._liveness.every_s,
                ping_timeout=self._liveness.within_s,
                max_size=_MAX_MESSAGE,
                max_queue=256,
                server_header=None,
                logger=frames_log,
            )
        except OSError as error:
            raise AriRefusedError(
                AriFault.UNREACHABLE,
                f"cannot listen on {self._host}:{self._port} ({error.strerror or error})",
                "Choose another port here and in the uri= of websocket_client.conf.",
            ) from error

    async def close(self) -> None:
        """Stop listening and close what is open."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def next(self) -> Connection:
        """Wait for Asterisk. Raises AriRefusedError when one came that had to be refused."""
        while self._handed.empty():
            if self._refused is not None:
                refused, self._refused = self._refused, None
                raise refused
            self._changed.clear()
            await self._changed.wait()
        return self._handed.get_nowait()

    async def _check(self, socket: ServerConnection, request: Request) -> Response | None:
        if urlsplit(request.path).path != self._path:
            return socket.respond(http.HTTPStatus.NOT_FOUND, "No such path.\n")
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), self._expected.encode()):
            return None
        self._refuse(
            AriRefusedError(
                AriFault.CREDENTIALS,
                f"an outbound websocket came with a wrong user or password ({_user(given)})",
                "Compare username= and password= of websocket_client.conf with our settings.",
            )
        )
        response = socket.respond(http.HTTPStatus.UNAUTHORIZED, "Wrong user or password.\n")
        response.headers["WWW-Authenticate"] = 'Basic realm="ari"'
        return response

    async def _serve(self, socket: ServerConnection) -> None:
        if socket.subprotocol != _ARI:
            self._refuse(
                AriRefusedError(
                    AriFault.PROTOCOL,
                    "an outbound websocket came without the sub-protocol ari",
                    "Set protocols=ari in websocket_client.conf.",
                )
            )
            await socket.close(1002, "sub-protocol ari wanted")
            return
        if self._handed.full():
            self._handed.get_nowait()
        self._handed.put_nowait(socket)
        self._refused = None
        self._changed.set()
        older, self._newest = self._newest, socket
        if older is not None:
            # Asterisk has given up on it, which may take us until the next ping to notice.
            await older.close(1001, "a newer connection came")
        await socket.wait_closed()

    def _refuse(self, why: AriRefusedError) -> None:
        self._refused = why
        self._changed.set()


def _user(authorization: str) -> str:
    """Name the user of an Authorization header, never the password."""
    try:
        user = base64.b64decode(authorization.removeprefix("Basic "), validate=True)
        name = user.decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return "no readable user"
    return f"user {name[:40]!r}" if name.isprintable() and name else "no user"


@asynccontextmanager
async def opened(sockets: AriSockets) -> AsyncIterator[None]:
    """Keep `sockets` open for the length of a block."""
    await sockets.open()
    try:
        yield
    finally:
        await sockets.close()


def sockets_of(settings: AsteriskSettings) -> AriSockets:
    """Say who connects to whom, as the settings have it."""
    liveness = Liveness(every_s=settings.ping_every_s, within_s=settings.ping_every_s)
    if (listener := settings.listener) is not None:
        return OutboundSockets(
            host=listener.host,
            port=listener.port,
            path=listener.path,
            user=listener.user,
            password=listener.password,
            liveness=liveness,
        )
    return InboundSockets(
        settings.url,
        app=settings.app,
        user=settings.user,
        password=settings.password,
        liveness=liveness,
    )
