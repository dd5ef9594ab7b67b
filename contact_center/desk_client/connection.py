"""The client's half of ``desk.v1`` on the websockets library.

Ledger messages are applied in order and once: a double is dropped, a hole makes the client ask
again from where it stands. A lost connection is opened again after a full-jitter back-off; commands
without an answer are sent again under their old id, which the server answers without repeating.
"""

import asyncio
import contextlib
import json
import logging
import random
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

_LOG = logging.getLogger(__name__)

SUBPROTOCOL: Final = Subprotocol("desk.v1")
FIRST_BACK_OFF_S: Final = 0.25
MAX_BACK_OFF_S: Final = 10.0
COMMAND_DEADLINE_S: Final = 15.0
# After these the server does not want us back: log in again, forbidden, version, taken over.
FINAL_CODES: Final = frozenset({4401, 4403, 4406, 4409})


class LoginFailedError(Exception):
    """The server did not let us in."""


class CommandFailedError(Exception):
    """A command was refused; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code


@dataclass(slots=True)
class ClientCounts:
    """What the protocol had to cope with."""

    connects: int = 0
    doubles: int = 0
    holes: int = 0
    stale: int = 0
    replayed: int = 0
    gaps: int = 0


@dataclass(slots=True)
class _Ledger:
    ep: str
    seq: int
    is_waiting: bool = False
    """A resume was sent; nothing is applied until its answer."""


@dataclass(slots=True)
class DeskClient:
    """One agent's connection. `on_message` is called with every message that is to be applied."""

    url: str
    token: str
    on_message: Callable[[dict[str, Any]], None]
    on_state: Callable[[str], None] = lambda _state: None
    back_off_s: float = FIRST_BACK_OFF_S
    counts: ClientCounts = field(default_factory=ClientCounts)
    closed_code: int | None = None
    _ledgers: dict[str, _Ledger] = field(default_factory=dict)
    _revisions: dict[str, int] = field(default_factory=dict)
    _pending: dict[str, tuple[str, asyncio.Future[None]]] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _is_live: bool = False
    _tries: int = 0

    async def run(self) -> int:
        """Stay connected until the server says for good that we are not wanted: gives the code."""
        while True:
            spread_s = 0.0
            self.on_state("connecting")
            try:
                spread_s = await self._talk()
            except (OSError, InvalidHandshake, TimeoutError) as error:
                if isinstance(error, InvalidStatus) and error.response.status_code in {401, 403}:
                    self.closed_code = 4000 + error.response.status_code
                _LOG.info("cannot connect: %s", type(error).__name__)
            if self.closed_code in FINAL_CODES:
                self._fail_pending("closed")
                self.on_state("closed")
                return self.closed_code
            self.on_state("reconnecting")
            ceiling = min(MAX_BACK_OFF_S, self.back_off_s * 2**self._tries)
            # Full jitter: any moment up to the ceiling, so that a restart is not a stampede.
            await asyncio.sleep(random.uniform(0, max(ceiling, spread_s)))  # noqa: S311
            self._tries = min(self._tries + 1, 10)

    async def command(
        self, t: str, d: dict[str, Any] | None = None, *, call: str = "", id: str = ""
    ) -> None:
        """Ask for something and wait for the answer, over reconnects too.

        Raises CommandFailedError when it was refused, TimeoutError when nobody answered.
        """
        cmd = id or secrets.token_hex(12)
        message: dict[str, Any] = {"v": 0, "t": t, "id": cmd}
        if d is not None:
            message["d"] = d
        if call:
            message["call"] = call
        text = json.dumps(message)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending[cmd] = (text, answer)
        try:
            if self._is_live:
                await self.send_text(text)
            # Not wait_for: cancelled in the moment of the answer, it would go on as if it were not.
            async with asyncio.timeout(COMMAND_DEADLINE_S):
                await answer
        finally:
            self._pending.pop(cmd, None)

    async def send_text(self, text: str) -> None:
        """Send a frame as it is; does nothing while there is no connection."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(text)

    async def drop(self) -> None:
        """Cut the connection as a bad network would; `run` opens a new one."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _talk(self) -> float:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with connect(
            self.url,
            subprotocols=[SUBPROTOCOL],
            additional_headers=headers,
            compression=None,
            max_size=1024 * 1024,
            open_timeout=10,
        ) as socket:
            self._socket = socket
            self.counts.connects += 1
            try:
                async for text in socket:
                    await self._hear(json.loads(text))
            except ConnectionClosed:
                pass
            finally:
                self._socket = None
                self._is_live = False
            self.closed_code = socket.close_code
            spread = re.search(r"spread_ms=(\d{1,6})", socket.close_reason or "")
            return int(spread[1]) / 1000 if spread else 0.0

    async def _hear(self, message: dict[str, Any]) -> None:
        match message.get("t"):
            case "hello":
                await self._resume()
            case "ping":
                await self.send_text(json.dumps({"v": 0, "t": "pong"}))
            case "resume.ok" | "resume.gap" | "state":
                await self._caught_up(message)
            case "done" | "error":
                self._settle(message)
            case _ if "seq" in message:
                await self._ledger(message)
            case _ if "rev" in message:
                self._snapshot(message)
            case _:
                self.on_message(message)

    async def _resume(self) -> None:
        for ledger in self._ledgers.values():
            ledger.is_waiting = True
        where = {ch: {"ep": at.ep, "seq": at.seq} for ch, at in self._ledgers.items()}
        await self.send_text(json.dumps({"v": 0, "t": "resume", "d": {"channels": where}}))

    async def _caught_up(self, message: dict[str, Any]) -> None:
        ch = message["ch"]
        if message["t"] == "resume.gap":
            self.counts.gaps += 1
            self.on_message(message)
            return
        if message["t"] == "state":
            self._ledgers[ch] = _Ledger(message["ep"], message["seq"])
            self.on_message(message)
        elif ch in self._ledgers:
            self.counts.replayed += message["d"]["count"]
            self._ledgers[ch].is_waiting = False
        if not self._is_live:
            self._is_live = True
            self._tries = 0
            self.on_state("live")
            for text, _ in list(self._pending.values()):
                await self.send_text(text)

    async def _ledger(self, message: dict[str, Any]) -> None:
        at = self._ledgers.get(message["ch"])
        if at is None or at.is_waiting:
            return
        if message["ep"] == at.ep and message["seq"] <= at.seq:
            self.counts.doubles += 1
        elif message["ep"] != at.ep or message["seq"] > at.seq + 1:
            self.counts.holes += 1
            await self._resume()
        else:
            at.seq = message["seq"]
            self.on_message(message)

    def _snapshot(self, message: dict[str, Any]) -> None:
        if message["rev"] <= self._revisions.get(message["ch"], -1):
            self.counts.stale += 1
            return
        self._revisions[message["ch"]] = message["rev"]
        self.on_message(message)

    def _settle(self, message: dict[str, Any]) -> None:
        _, answer = self._pending.get(message.get("re", ""), ("", None))
        if answer is None or answer.done():
            self.on_message(message)
        elif message["t"] == "done":
            answer.set_result(None)
        else:
            err = message["err"]
            answer.set_exception(CommandFailedError(err["code"], err.get("message", "")))

    def _fail_pending(self, code: str) -> None:
        for _, answer in self._pending.values():
            if not answer.done():
                answer.set_exception(CommandFailedError(code, "the connection is closed"))


async def log_in(url: str, login: str, password: str) -> str:
    """Get a session token from ``http(s)://host:port``; raises LoginFailedError or OSError."""
    if not _is_address(url):
        raise LoginFailedError(f"{url} is no address of a center; write http://host:port")
    body = json.dumps({"login": login, "password": password, "token": True}).encode()
    request = urllib.request.Request(  # noqa: S310 - the address is the user's own
        url.rstrip("/") + "/api/login", data=body, headers={"Content-Type": "application/json"}
    )

    def ask() -> str:
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310
                return str(json.load(answer)["token"])
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(4096).decode("utf-8", "replace")
            raise LoginFailedError(_words(error.code, said)) from error
        except urllib.error.URLError as error:
            why = getattr(error.reason, "strerror", None) or error.reason
            raise LoginFailedError(f"{url} cannot be reached: {why}") from error
        except (ValueError, KeyError, HTTPException) as error:
            raise LoginFailedError(f"what answers at {url} is no contact center") from error

    return await asyncio.get_running_loop().run_in_executor(None, ask)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _words(status: int, body: str) -> str:
    """What the server said, in words if it has some."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return f"{json.loads(body)['err']['message']} ({status})"
    return f"the server answered {status}: {body[:200]}"


def socket_url(url: str) -> str:
    """Turn ``http(s)://host:port`` into the address of its agent channel."""
    return re.sub(r"^http", "ws", url.rstrip("/")) + "/ws"
