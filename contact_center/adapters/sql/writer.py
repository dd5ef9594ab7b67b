"""One writer behind a bounded queue: things in, in order; transactions out, tried until they go."""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import describe, is_worth_retrying

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class WriterCounts:
    """Counters since the start.

    ``published`` facts were taken, ``dropped`` ones were not (the queue was full), ``settled`` ones
    are through: written, or known before, or ``rejected`` because no database would ever take them.
    ``retries`` counts batches that had to be tried again.
    """

    published: int = 0
    dropped: int = 0
    settled: int = 0
    written: int = 0
    rejected: int = 0
    batches: int = 0
    retries: int = 0


@dataclass(slots=True, kw_only=True, frozen=True)
class WriterSettings:
    """Bounds of the writer.

    ``max_waiting``: facts in the queue; when it is full the oldest stay and new ones are dropped.
    ``max_batch``: facts in one transaction. ``linger_s``: how long to collect facts before a
    transaction, so that a busy center pays for few; a lookup cuts it short. ``back_off_s`` and
    ``max_back_off_s``: rest after a transaction that failed, doubling.
    """

    max_waiting: int = 100_000
    max_batch: int = 1_000
    linger_s: float = 0.5
    back_off_s: float = 0.05
    max_back_off_s: float = 5.0


class Writer(ABC, Generic[_T]):
    """Writes what it is given, in order, batch by batch. ``start`` before use, ``close`` to flush.

    Who makes one says how a batch is written (`_keep`), and in words what it is made of.
    """

    what: ClassVar[str] = "facts"
    """What is written, in words, many of them."""
    one: ClassVar[str] = "a fact"
    elsewhere: ClassVar[str] = ""
    """Where what is dropped can still be found, in words; empty for nowhere."""

    def __init__(self, database: Database, settings: WriterSettings | None = None) -> None:
        self.counts = WriterCounts()
        self._settings = settings or WriterSettings()
        self._database = database
        self._waiting: deque[_T] = deque()
        self._promises: deque[tuple[int, asyncio.Future[bool]]] = deque()
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._problem = ""
        self._overflowing = False
        self._closing = asyncio.Event()

    @property
    def problem(self) -> str:
        """Why nothing can be written just now, in one line; empty when it can."""
        if self._task is not None and self._task.done() and not self._closing.is_set():
            return "the writer stopped"
        return self._problem

    async def check(self, within_s: float = 1.5) -> str | None:
        """Say why history cannot be written now, None when it can. Asks the database itself.

        Without calls nothing is written, and a database that went away would go unnoticed.
        """
        if self.problem:
            return self.problem
        try:
            async with asyncio.timeout(within_s):
                await self._database.write(_touch)
        except TimeoutError:
            return f"no answer within {within_s:g} s"
        except (SQLAlchemyError, OSError) as error:
            return describe(error)
        if self._overflowing:
            return f"{self.what} were dropped" + (f"; {self.elsewhere}" if self.elsewhere else "")
        return None

    @property
    def healthy(self) -> bool:
        """Say whether all is being written, nothing dropped."""
        return not self.problem and not self._overflowing

    @property
    def waiting(self) -> int:
        """How many were taken and are not yet settled."""
        return len(self._waiting)

    async def start(self) -> None:
        """Begin writing."""
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._run(), name=f"writer of {self.what}")

    async def settled(self, timeout_s: float | None = None) -> bool:
        """Wait until everything taken before now is through; hurries the writer.

        Returns False when that did not happen within `timeout_s` seconds.
        """
        if not self._waiting:
            return True
        promise: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._promises.append((self.counts.published, promise))
        self._hurry.set()
        try:
            async with asyncio.timeout(timeout_s):
                return await promise
        except TimeoutError:
            return False

    async def close(self, deadline_s: float = 5.0) -> int:
        """Write what is left, at most for `deadline_s` seconds; return how many were not."""
        self._closing.set()
        self._hurry.set()
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=deadline_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for _, promise in self._promises:
            _tell(promise, False)
        if self._waiting:
            _log.warning("%d %s were not written before the end", len(self._waiting), self.what)
        return len(self._waiting)

    # --- for who makes one ------------------------------------------------------------------------

    @abstractmethod
    async def _keep(self, batch: Sequence[_T]) -> int:
        """Write a batch, all of it or nothing; return how many were new. It may come again."""

    def _noted(self, one: _T) -> None:
        """Told of each that was taken."""

    def _through(self, one: _T) -> None:
        """Told of each that is settled."""

    def _take(self, those: Sequence[_T]) -> None:
        """Put things into the queue, at once, as far as there is room."""
        for one in those:
            if len(self._waiting) >= self._settings.max_waiting:
                self._drop()
                continue
            self._waiting.append(one)
            self._noted(one)
            self.counts.published += 1
        if self._waiting:
            self._wake.set()

    # --- writing ----------------------------------------------------------------------------------

    def _drop(self) -> None:
        self.counts.dropped += 1
        if not self._overflowing:
            self._overflowing = True
            _log.error(
                "the queue to the database is full (%d %s): new %s are dropped%s",
                len(self._waiting),
                self.what,
                self.what,
                f", {self.elsewhere}" if self.elsewhere else "",
            )

    async def _run(self) -> None:
        while self._waiting or not self._closing.is_set():
            await self._wake.wait()
            if len(self._waiting) < self._settings.max_batch:
                await _rest(self._settings.linger_s, self._hurry)
            if not self._closing.is_set():
                self._hurry.clear()
            while self._waiting:
                batch = list(islice(self._waiting, self._settings.max_batch))
                await self._write(batch)
                self._settle(len(batch))
            if not self._closing.is_set():
                self._wake.clear()

    async def _write(self, batch: Sequence[_T]) -> None:
        """Write a batch, as often as it takes."""
        rest_s = self._settings.back_off_s
        while True:
            try:
                await self._try(batch)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                self._report(describe(error))
                self.counts.retries += 1
                if self._closing.is_set():  # the deadline of `close` ends this
                    await asyncio.sleep(self._settings.back_off_s)
                else:
                    await _rest(rest_s, self._closing)
                    rest_s = min(rest_s * 2, self._settings.max_back_off_s)
            else:
                self._recover()
                return

    async def _try(self, batch: Sequence[_T]) -> None:
        """Write a batch; when something in it can never be written, all but that."""
        try:
            self.counts.written += await self._keep(batch)
            self.counts.batches += 1
        except Exception as error:
            if is_worth_retrying(error):
                raise
            if len(batch) == 1:
                self.counts.rejected += 1
                kind, why = type(batch[0]).__name__, type(error).__name__
                _log.error("%s of kind %s cannot be stored (%s)", self.one, kind, why)
                return
            half = len(batch) // 2
            await self._try(batch[:half])
            await self._try(batch[half:])

    def _settle(self, count: int) -> None:
        for _ in range(count):
            self._through(self._waiting.popleft())
        self.counts.settled += count
        while self._promises and self._promises[0][0] <= self.counts.settled:
            _tell(self._promises.popleft()[1], True)
        if self._overflowing and len(self._waiting) <= self._settings.max_waiting // 2:
            self._overflowing = False
            _log.warning(
                "%s are taken again; %d were dropped in all", self.what, self.counts.dropped
            )

    def _report(self, problem: str) -> None:
        if problem != self._problem:
            _log.error("%s cannot be written: %s", self.what, problem)
        self._problem = problem

    def _recover(self) -> None:
        if self._problem:
            _log.info("%s are written again", self.what)
        self._problem = ""


def _touch(connection: Connection) -> None:
    connection.execute(select(1))


def _tell(promise: asyncio.Future[bool], settled: bool) -> None:
    if not promise.done():
        promise.set_result(settled)


async def _rest(seconds: float, unless: asyncio.Event) -> None:
    """Rest that long, or until the event is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await unless.wait()
