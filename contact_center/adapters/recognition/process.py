"""The recogniser: an engine in a process of its own, started again when it dies.

Without it nobody is understood, and everything else goes on: callers press keys.
"""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from contact_center.adapters.recognition.framing import Kind, packed
from contact_center.ports import Hearing

WORKER = (sys.executable, "-m", "contact_center.adapters.recognition.worker")
READY_WITHIN_S = 30.0
PING_EVERY_S = 5.0
SILENT_FOR_S = 20.0
"""A process that says nothing for so long, though it was asked, is ended."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
LIVED_S = 60.0
"""Whoever lived so long may be started again at once."""
MOST_BEHIND = 256 * 1024
"""Bytes on their way to the engine, 16 s of one caller; more sound is dropped."""
MOST_HEARINGS = 200
_KILL_WAIT_S = 5.0
_LINE = 64 * 1024
LANGUAGES = frozenset({"en"})

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Times:
    """How patient the service is with the process, in seconds."""

    ready_within: float = READY_WITHIN_S
    ping_every: float = PING_EVERY_S
    silent_for: float = SILENT_FOR_S
    first_wait: float = FIRST_WAIT_S


class _Hearing:
    """One caller's sound; see the port."""

    def __init__(
        self,
        owner: "RecogniserProcess",
        number: int,
        began: Callable[[], None],
        understood: Callable[[str, float], None],
    ) -> None:
        self._owner = owner
        self.number = number
        self.began = began
        self.understood = understood

    def feed(self, sound: bytes) -> None:
        """Pass sound on, or drop it."""
        self._owner.send(Kind.SOUND, self.number, sound)

    def close(self) -> None:
        """Forget it."""
        self._owner.forget(self.number)


class RecogniserProcess:
    """Recogniser of the port. `run` has to run; until it does, and whenever the process is away,
    `listen` gives None."""

    def __init__(
        self,
        argv: Sequence[str] = WORKER,
        *,
        languages: frozenset[str] = LANGUAGES,
        times: Times | None = None,
    ) -> None:
        self._argv = tuple(argv)
        self._languages = languages
        self._times = times or Times()
        self._process: asyncio.subprocess.Process | None = None
        self._ready = False
        self._heard_at = 0.0
        self._numbers = count(1)
        self._hearings: dict[int, _Hearing] = {}
        self.dropped = self.starts = 0
        self.trouble = "it is starting"

    # --- the port -----------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether callers are understood now; `trouble` says why not."""
        return self._ready

    def listen(
        self,
        words: Sequence[str],
        language: str,
        began: Callable[[], None],
        understood: Callable[[str, float], None],
    ) -> Hearing | None:
        """Begin to listen; None without a process, a model of the language, or room."""
        spoken = language.partition("-")[0].lower()
        if not self._ready or spoken not in self._languages or not words:
            return None
        if len(self._hearings) >= MOST_HEARINGS:
            return None
        hearing = _Hearing(self, next(self._numbers), began, understood)
        self._hearings[hearing.number] = hearing
        self.send(Kind.OPEN, hearing.number, "\n".join(words).encode())
        return hearing

    def send(self, kind: Kind, hearing: int, body: bytes = b"") -> None:
        """Write to the process, if it reads; sound waits for nobody."""
        process = self._process
        if process is None or process.stdin is None or not self._ready:
            return
        if kind is Kind.SOUND:
            if hearing not in self._hearings:
                return
            if process.stdin.transport.get_write_buffer_size() > MOST_BEHIND:
                self.dropped += 1
                return
        with contextlib.suppress(OSError, RuntimeError):
            process.stdin.write(packed(kind, hearing, body))

    def forget(self, hearing: int) -> None:
        """Close a hearing; once."""
        if self._hearings.pop(hearing, None) is not None:
            self.send(Kind.CLOSE, hearing)

    # --- the process --------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the process alive until cancelled."""
        wait = self._times.first_wait
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                self.trouble = await self._live()
            finally:
                await self._end()
            if clock() - began >= LIVED_S:
                wait = self._times.first_wait
            _log.warning("the recogniser is away", extra={"why": self.trouble, "wait_s": wait})
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT_S, 2 * wait)

    async def _live(self) -> str:
        """Start it and read what it says, until there is a reason not to; gives that."""
        self.starts += 1
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE,
            )
        except OSError as error:
            return f"it cannot be started ({error.strerror})"
        self._heard_at = asyncio.get_running_loop().time()
        reading = asyncio.ensure_future(self._read(self._process))
        watching = asyncio.ensure_future(self._watch())
        try:
            done, _ = await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for task in (reading, watching):
                task.cancel()
            await asyncio.gather(reading, watching, return_exceptions=True)

    async def _read(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            self._heard_at = asyncio.get_running_loop().time()
            try:
                self._take(json.loads(line))
            except (ValueError, TypeError, KeyError):
                return "it says what nobody understands"
        return f"it ended with {await process.wait()}"

    async def _watch(self) -> str:
        """Ask now and then whether it is there."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(self._times.ping_every)
            limit = self._times.silent_for if self._ready else self._times.ready_within
            if clock() - self._heard_at > limit:
                return f"it said nothing for {limit:g} s"
            self.send(Kind.PING, 0)

    def _take(self, told: dict[str, object]) -> None:
        if told["did"] == "ready":
            self._ready, self.trouble = True, ""
        hearing = self._hearings.get(int(str(told.get("hearing", 0))))
        if hearing is None:
            return
        if told["did"] == "began":
            hearing.began()
        elif told["did"] == "understood":
            hearing.understood(str(told["text"]), float(str(told["confidence"])))

    async def _end(self) -> None:
        self._ready = False
        self._hearings.clear()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_KILL_WAIT_S):
                while process.stdout is not None and await process.stdout.read(_LINE):
                    pass
                await process.wait()
