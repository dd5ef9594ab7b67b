"""A FastAGI server: an existing dial plan hands us a call's data and gets variables back.

    exten => s,1,AGI(agi://127.0.0.1:4573/lookup,ACCOUNT)

We read who calls and what was dialled, and any channel variables the dial plan names as arguments,
ask the look-up we were given, and set what it returns as channel variables. The variable
ACD_LOOKUP says how it went (``ok``, ``empty``, ``timeout``, ``failed``); it is not set when we are
not there or too busy. The call goes on in any case.

The AGI vocabulary is pyst2's; it blocks, so each call is served in a worker thread. Bounds: so many
calls at a time (rule when full: *turn away*, the connection is closed), and a deadline for each.
"""

import asyncio
import io
import logging
import re
import socket
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from asterisk.agi import AGI, AGIException, AGIHangup, AGIUsageError

from contact_center.adapters.asterisk.translate import clean_number, clean_text

log = logging.getLogger(__name__)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}\Z")
_LONGEST_LINE = 4096
_MOST_HEADERS = 100
_MOST_VARIABLES = 50
_LONGEST_VALUE = 1024
_GRACE_S = 2.0
"""How long after the look-up's deadline a connection may go on, to hand over what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallData:
    """What a dial plan hands over. `variables`: the channel variables it named as arguments."""

    channel: str
    ani: str
    ani_name: str
    did: str
    request: str
    variables: Mapping[str, str]


Lookup = Callable[[CallData], Awaitable[Mapping[str, str]]]
"""Finds what is known about a call: variables to set, empty when nothing is."""


class ThreadedAgi(AGI):  # type: ignore[misc]
    """pyst2's AGI on two text streams, in any thread: no signals, nothing on stderr.

    Raises AGIException (AGIHangup and its kind among it), ValueError for what must not be sent,
    OSError.
    """

    def __init__(self, reader: io.TextIOBase, writer: io.TextIOBase) -> None:
        # Not super().__init__: it installs a signal handler and logs to stderr.
        self.stdin = reader
        self.stdout = writer
        self.stderr = io.StringIO()
        self._got_sighup = False
        self.env: dict[str, str] = {}
        self._read_env()

    def _read_env(self) -> None:
        for _ in range(_MOST_HEADERS):
            line = self._line()
            if not line:
                return
            key, _, value = line.partition(":")
            self.env[key.strip()] = value.strip()
        raise ValueError("more headers than any dial plan sends")

    def _line(self) -> str:
        line = self.stdin.readline(_LONGEST_LINE)
        if not line:
            raise AGIHangup("the connection closed")
        if len(line) == _LONGEST_LINE:
            raise ValueError("a line longer than any dial plan sends")
        return str(line).strip()

    def send_command(self, command: str, *args: Any) -> None:
        """Send one command on one line."""
        line = " ".join([command.strip(), *map(str, args)])
        if "\n" in line or "\r" in line:
            raise ValueError("a command of more than one line")
        self.stdout.write(f"{line}\n")
        self.stdout.flush()

    def get_result(self, stdin: Any = None) -> dict[str, tuple[str, str]]:
        """Read a result; a closed connection is a hang-up, not an unknown answer."""
        line = self._line()
        if line.startswith("HANGUP"):
            line = self._line()
        if line.startswith("520-"):
            # pyst2 would read on for ever if the end of the usage text never came.
            usage = [line]
            while not line.startswith("520 ") and len(usage) < _MOST_HEADERS:
                line = self._line()
                usage.append(line)
            raise AGIUsageError("\n".join(usage))
        self.stdin, kept = io.StringIO(f"{line}\n"), self.stdin
        try:
            result: dict[str, tuple[str, str]] = super().get_result()
        finally:
            self.stdin = kept
        return result

    def _quote(self, string: object) -> str:
        """Quote an argument; pyst2 leaves quotes and backslashes in it alone."""
        text = str(string).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'


class FastAgiServer:
    """Serves dial plans. Use it as an async context manager."""

    def __init__(
        self,
        lookup: Lookup,
        *,
        host: str = "127.0.0.1",
        port: int = 4573,
        deadline_s: float = 2.0,
        at_once: int = 32,
    ) -> None:
        self._lookup = lookup
        self._host = host
        self._asked_port = port
        self._deadline_s = deadline_s
        self._at_once = at_once
        self._listening: socket.socket | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._acceptor: asyncio.Task[None] | None = None
        self._serving: set[asyncio.Future[None]] = set()
        self.served = 0
        self.turned_away = 0

    @property
    def port(self) -> int:
        """The port listened on."""
        if self._listening is None:
            return self._asked_port
        return int(self._listening.getsockname()[1])

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError when the port is taken."""
        self._listening = socket.create_server((self._host, self._asked_port), backlog=256)
        self._listening.setblocking(False)
        self._pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="agi")
        self._acceptor = asyncio.get_running_loop().create_task(self._accept(), name="fastagi")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._acceptor is not None:
            self._acceptor.cancel()
            await asyncio.gather(self._acceptor, return_exceptions=True)
        if self._serving:
            await asyncio.wait(self._serving)  # each has its deadline
        if self._pool is not None:
            self._pool.shutdown()
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def _accept(self) -> None:
        assert self._listening is not None
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listening)
            except OSError as error:
                # Out of file descriptors, say: others may be given back meanwhile.
                log.warning("no connection of a dial plan could be taken: %s", error)
                await asyncio.sleep(0.1)
                continue
            if len(self._serving) >= self._at_once:
                self.turned_away += 1
                connection.close()
                continue
            # Whatever a dial plan does or leaves undone, it is over by then.
            end = loop.call_later(self._deadline_s + _GRACE_S, _cut, connection)
            serving = loop.run_in_executor(self._pool, self._serve, connection, loop)
            self._serving.add(serving)
            serving.add_done_callback(partial(self._served, end))

    def _served(self, end: asyncio.TimerHandle, serving: asyncio.Future[None]) -> None:
        self._serving.discard(serving)
        end.cancel()

    def _serve(self, connection: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        """Serve one call, in a worker thread."""
        try:
            connection.settimeout(self._deadline_s + _GRACE_S)
            with (
                connection,
                connection.makefile(
                    "r", encoding="utf-8", errors="replace", newline="\n"
                ) as reader,
                connection.makefile("w", encoding="utf-8", newline="\n") as writer,
            ):
                agi = ThreadedAgi(reader, writer)
                self._serve_call(agi, loop)
                self.served += 1
        except (AGIException, OSError, ValueError) as error:
            log.info("a dial plan's call was not served: %s", type(error).__name__)
        except Exception:
            log.exception("a dial plan's call could not be served")

    def _serve_call(self, agi: ThreadedAgi, loop: asyncio.AbstractEventLoop) -> None:
        data = _call_data(agi)
        asked = asyncio.run_coroutine_threadsafe(self._bounded_lookup(data), loop)
        try:
            found = asked.result()
            status = "ok" if found else "empty"
        except TimeoutError:
            found, status = {}, "timeout"
        except Exception:
            log.exception("the look-up for a dial plan failed")
            found, status = {}, "failed"
        for name, value in list(found.items())[:_MOST_VARIABLES]:
            if _VARIABLE.match(name) is None:
                log.error("%r is not the name of a variable; it is left out", name)
                continue
            agi.set_variable(name, clean_text(value, _LONGEST_VALUE))
        agi.set_variable("ACD_LOOKUP", status)

    async def _bounded_lookup(self, data: CallData) -> Mapping[str, str]:
        async with asyncio.timeout(self._deadline_s):
            return await self._lookup(data)


def _call_data(agi: ThreadedAgi) -> CallData:
    """Read what the call is; channel variables only if the dial plan named them."""
    env = agi.env
    arguments = [env[f"agi_arg_{n}"] for n in range(1, 20) if f"agi_arg_{n}" in env]
    names = [name for name in arguments if _VARIABLE.match(name) is not None]
    name = env.get("agi_calleridname", "")
    number = env.get("agi_callerid", "")
    did = agi.get_variable("ACD_DID") or env.get("agi_dnid", "")
    return CallData(
        channel=env.get("agi_uniqueid", ""),
        ani="" if number == "unknown" else clean_number(number),
        ani_name="" if name == "unknown" else clean_text(name),
        did=clean_text("" if did == "unknown" else did, 80),
        request=clean_text(env.get("agi_network_script", ""), 200),
        variables={name: str(agi.get_variable(name)) for name in names},
    )


def _cut(connection: socket.socket) -> None:
    """End a connection under the hands of the thread that serves it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("the dial plan was gone before its deadline")
