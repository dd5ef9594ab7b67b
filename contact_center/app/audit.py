"""The audit log of a process: what doors write down, and what people read of it."""

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from typing import Any, Final

from contact_center.adapters.api.audit import Which
from contact_center.adapters.api.auditing import Done
from contact_center.adapters.api.memory import HistoryAwayError
from contact_center.adapters.desktop.session_doors import LoginEnded
from contact_center.adapters.sql.audit import AuditLog, Change, Entry, Tidy, Verdict, Wanted
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import StorageError
from contact_center.app.reload import RELOAD, Swap
from contact_center.core.permissions import Open, Permission, role_for
from contact_center.runtime.privacy import Privacy

WITHIN_S: Final = 3.0
AGAIN_S: Final = 5.0
VERIFY_WITHIN_S: Final = 60.0
MOST_WAITING: Final = 10_000
"""Entries kept for a database that is away; the oldest go, and only the process's log has them."""
_S: Final = 1_000_000

log = logging.getLogger(__name__)


def tidy_by(hide: Privacy) -> Tidy:
    """Make what keeps numbers and secrets out of the log, whoever writes into it."""

    def tidy(change: Change) -> Change:
        return replace(
            change,
            action=hide.text(change.action),
            object=hide.field("call", change.object),
            before=hide.field("before", change.before),
            after=hide.field("after", change.after),
            why=hide.text(change.why),
        )

    return tidy


class Audit:
    """Writes down, in order; what cannot be written yet waits, and is written as soon as it can.

    Numbers of callers keep their last digits alone: rows of this log are never taken out again.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._log = AuditLog(database)
        self._clock = clock
        self._tidy = tidy_by(Privacy())
        self._waiting: deque[Change] = deque()
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many entries wait for the database."""
        return len(self._waiting)

    async def write(self, done: Done) -> None:
        """Write one down; when the database is away, later."""
        self._keep(done)
        await self._flush()

    def swapped(self, swap: Swap) -> None:
        """Write down, soon, that another configuration runs."""
        if swap.by != RELOAD:
            return  # whoever publishes comes through a door, which writes it down
        self._keep(
            Done(
                at=self._clock(),
                who="operator",
                role="system",
                via="reload",
                action="center.reload",
                object="",
                before={"version": swap.before},
                after={"version": swap.after, "changes": list(swap.changes)},
                why=swap.note,
            )
        )
        self._wake.set()

    def _keep(self, done: Done) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._lost(self._waiting.popleft())
        change = Change(
            at=done.at,
            who=done.who,
            role=done.role,
            via=done.via,
            action=done.action,
            object=done.object,
            before=done.before,
            after=done.after,
            why=done.why,
            outcome=done.outcome,
            ref=secrets.token_hex(12),
        )
        self._waiting.append(self._tidy(change))

    def _lost(self, change: Change) -> None:
        """Leave an entry that is not written to the process's log."""
        log.error("an entry of the audit log is lost", extra=asdict(change))

    async def run(self) -> None:
        """Write, as soon as it is possible, what could not be written."""
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_S):
                        await self._wake.wait()
                self._wake.clear()
                if self._waiting:
                    await self._flush()
        finally:
            for change in self._waiting:
                self._lost(change)

    async def _flush(self) -> None:
        try:
            async with asyncio.timeout(WITHIN_S), self._turn:
                while self._waiting:
                    change = self._waiting[0]
                    n, seal = await self._log.append(change)
                    # Where there was no more room it may have been let go of meanwhile.
                    if self._waiting and self._waiting[0] is change:
                        self._waiting.popleft()
                    # A head outside of the database: with it a log that was rewritten is found.
                    log.info("audit", extra={"n": n, "hash": seal, "ref": change.ref})
        except (StorageError, TimeoutError) as problem:
            log.warning("the audit log waits for the database: %s", problem)

    async def entries(self, which: Which) -> list[dict[str, Any]]:
        """Give entries as plain data, newest first; times are seconds."""
        wanted = Wanted(
            who=which.who,
            action=which.action,
            object=which.object,
            since=which.since * _S,
            until=which.until * _S,
            below=which.below,
            limit=which.limit,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                return [shown(entry) for entry in await self._log.entries(wanted)]
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem

    async def verify(self) -> dict[str, Any]:
        """Say whether the log holds."""
        try:
            async with asyncio.timeout(VERIFY_WITHIN_S):
                return told(await self._log.verify())
        except (StorageError, TimeoutError) as problem:
            raise HistoryAwayError from problem


def shown(entry: Entry) -> dict[str, Any]:
    """Give an entry as plain data."""
    change = entry.change
    named = {each.name: getattr(change, each.name) for each in fields(change)}
    return {"n": entry.n, **named, "at": change.at / _S, "prev": entry.prev, "hash": entry.hash}


def told(found: Verdict) -> dict[str, Any]:
    """Give a verdict as plain data."""
    return {"holds": not found.broken, **asdict(found)}


async def login_ended(audit: Audit, clock: Callable[[], int], ended: LoginEnded) -> None:
    """Write down who ended whose login; `clock` gives microseconds UTC."""
    mine = ended.who == ended.whose
    permission = Open.LOGGED_IN if mine else Permission.END_SESSIONS
    await audit.write(
        Done(
            at=clock(),
            who=ended.who,
            role=role_for(ended.roles, permission),
            via=f"sessions {ended.address}".strip(),
            action="session.end",
            object=ended.whose,
            before={"session": ended.session, "via": ended.via},
            after=None,
            why="",
        )
    )
