"""Importing leads: a file's rows are put aside batch by batch, and then switched in at once.

A run that died is taken up behind its last batch when the same file is imported again; another file
puts an end to it, and what it had put aside is taken away. Nobody sees a lead of a run before all
of the file has been read.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, insert, select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.staging import Batch, Verdict, stage
from contact_center.adapters.sql.dialing.switching import (
    ImportRefusedError,
    clean,
    decide,
    joined,
    live_run,
    roll_forward,
    shape_of,
    switch,
)
from contact_center.adapters.sql.dialing.tables import import_runs, lists
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.reporting.csv_cells import cell
from dialer.ids import ListId
from dialer.list_definition import ListDefinition
from dialer.list_row import Row, RowVerdict

BATCH = 1_000
DEAD_AFTER_US = 15_000_000
"""An import that has given no sign of life for so long has died."""
_SELDOM, _OFTEN = 8_000, 1_000
"""Pages of SQLite's log before it is carried over. A batch touches thousands of pages all over the
indexes, and neighbouring batches many of the same: 32 MB of log are a third less to write."""
HEAD = ("row", "line", "verdict", "code", "column", "mend")
_COUNTS = {
    RowVerdict.IMPORTED: "added",
    RowVerdict.UPDATED: "updated",
    RowVerdict.DUPLICATE: "duplicates",
    RowVerdict.SUPPRESSED: "suppressed",
    RowVerdict.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What is to be imported.

    ``digest``: of file and definition: the same digest is the same import. ``verdicts``: where the
    verdict of each row is written. ``beside``: the other lists of the campaign, for that scope of
    duplicates. ``dry_run``: say what would become of each row, and leave everything as it is.
    """

    definition: ListDefinition
    file: str
    digest: str
    verdicts: Path
    beside: tuple[ListId, ...] = ()
    by: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is. ``row``: the last one that is put aside. Counts are of rows."""

    run: str
    row: int = 1
    resumed_at: int = 1
    verdict_bytes: int = 0
    added: int = 0
    updated: int = 0
    duplicates: int = 0
    suppressed: int = 0
    rejected: int = 0
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows that have a verdict."""
        return self.added + self.updated + self.duplicates + self.suppressed + self.rejected


RowsBehind = Callable[[int], Iterator[Row]]
"""Give the file's rows behind a row."""


async def import_leads(
    database: Database,
    plan: ImportPlan,
    rows_behind: RowsBehind,
    clock: Callable[[], int],
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Import a file, or take its import up where it was left.

    ``clock``: microseconds now. ``tell`` hears of every batch. Raises ImportRefusedError and
    DatabaseUnavailableError; an import that was begun goes on where it was when it is made again.
    """
    with told_as_unavailable(database.url):
        await roll_forward(database, clock())
        progress = await _begin(database, plan, clock())
        await database.write(partial(_checkpoint, pages=_SELDOM))
        try:
            progress = await _stage_all(database, plan, rows_behind, clock, progress, tell)
        finally:
            await database.write(partial(_checkpoint, pages=_OFTEN))
        if plan.dry_run:
            await discard(database, progress.run, clock(), "a dry run")
            return progress
        await database.write(lambda connection: decide(connection, progress.run, clock()))
        await switch(database, progress.run, clock())
    return progress


async def discard(database: Database, run: str, now: int, why: str) -> None:
    """Take away what a run has put aside; one that is switching is left alone."""
    while not await database.write(lambda connection: clean(connection, run, now, why)):
        pass


async def _begin(database: Database, plan: ImportPlan, now: int) -> Progress:
    there = await database.read(lambda connection: live_run(connection, plan.definition.list))
    if there is not None:
        if there.alive_at > now - DEAD_AFTER_US:
            raise ImportRefusedError(
                f'an import into the list "{plan.definition.list}" is under way ({there.file}): '
                f"wait for it, or {DEAD_AFTER_US // 1_000_000} s if it has died"
            )
        if plan.dry_run:
            raise ImportRefusedError(
                f'an import into the list "{plan.definition.list}" was interrupted ({there.file}): '
                "import that file again to go on with it, or another one to put an end to it"
            )
        if there.digest != plan.digest:
            await discard(database, there.run, now, "another import was begun")
            there = None
    if there is not None:
        return await database.write(lambda connection: _resume(connection, there, now))
    return await database.write(lambda connection: _new(connection, plan, now))


def _resume(connection: Connection, row: Any, now: int) -> Progress:
    change = update(import_runs).where(
        import_runs.c.run == row.run, import_runs.c.alive_at == row.alive_at
    )
    if connection.execute(change.values(alive_at=now)).rowcount != 1:
        raise ImportRefusedError("another process has just taken this import up")
    counted = {name: getattr(row, name) for name in _COUNTS.values()}
    behind = max(1, row.rows)
    return Progress(
        run=row.run, row=behind, resumed_at=behind, verdict_bytes=row.verdict_bytes, **counted
    )


def _new(connection: Connection, plan: ImportPlan, now: int) -> Progress:
    definition = plan.definition
    if live_run(connection, definition.list) is not None:
        raise ImportRefusedError("another process has just begun an import into this list")
    shape = shape_of(definition)
    known = connection.execute(
        select(lists.c.shape).where(lists.c.list == definition.list)
    ).scalar()
    if known is None:
        made = {
            "list": definition.list,
            "label": definition.label,
            "shape": shape,
            "duplicates": definition.scope.value,
            "created_at": now,
        }
        connection.execute(insert(lists).values(made))
    else:
        joined(known, shape)
    run = _run_id(connection, now)
    connection.execute(
        insert(import_runs).values(
            run=run,
            list=definition.list,
            state="staging",
            file=plan.file,
            digest=plan.digest,
            shape=shape,
            by=plan.by,
            started_at=now,
            alive_at=now,
            verdict_file=str(plan.verdicts),
        )
    )
    return Progress(run=run)


def _run_id(connection: Connection, now: int) -> str:
    """Name a run by its time: short, in order, and no other run's name."""
    number = now // 1_000
    while True:
        run = f"i{number:x}"
        known = select(import_runs.c.run).where(import_runs.c.run == run)
        if connection.execute(known).first() is None:
            return run
        number += 1


async def _stage_all(
    database: Database,
    plan: ImportPlan,
    rows_behind: RowsBehind,
    clock: Callable[[], int],
    progress: Progress,
    tell: Callable[[Progress], None],
) -> Progress:
    """Read the next batch while the last one is written."""
    rows = rows_behind(progress.row)
    with await asyncio.to_thread(_open_verdicts, plan.verdicts, progress) as file:
        batch = await asyncio.to_thread(_next_batch, rows)
        while batch:
            # Bound now: the loop goes on to the next before the lambda is gone.
            work = _Work(plan, progress, batch, file, clock())
            progress, batch = await asyncio.gather(
                database.write(work.stage), asyncio.to_thread(_next_batch, rows)
            )
            tell(progress)
    return progress


def _checkpoint(connection: Connection, pages: int) -> None:
    """Say how long SQLite's log may grow by our writes; the default is `_OFTEN`."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={pages}")


def _next_batch(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, BATCH))


def _open_verdicts(path: Path, progress: Progress) -> IO[bytes]:
    """Open the file of verdicts; what was written after the last batch on the books is cut off."""
    resumed = progress.verdict_bytes > 0 and path.exists()
    try:
        file = path.open("r+b" if resumed else "wb")
        if resumed:
            file.seek(progress.verdict_bytes)
            file.truncate()
        else:
            file.write(_written([HEAD]))
    except OSError as error:
        raise _unwritten(path, error) from None
    return file


def _unwritten(path: Path, error: OSError) -> ImportRefusedError:
    return ImportRefusedError(f"the verdicts cannot be written to {path}: {error.strerror}")


@dataclass(frozen=True, slots=True)
class _Work:
    plan: ImportPlan
    progress: Progress
    rows: Sequence[Row]
    file: IO[bytes]
    now: int

    def stage(self, connection: Connection) -> Progress:
        """Put one batch aside, write its verdicts, and put on the books how far it got."""
        definition = self.plan.definition
        batch = Batch(
            run=self.progress.run,
            list=definition.list,
            scope=definition.scope,
            beside=self.plan.beside,
            now=self.now,
        )
        verdicts = stage(connection, batch, self.rows)
        try:
            self.file.write(_lines(verdicts))
            self.file.flush()
        except OSError as error:  # the batch is not put aside then
            raise _unwritten(self.plan.verdicts, error) from None
        counted = _counted(self.progress, verdicts, self.rows[-1].row, self.file.tell())
        values = {name: getattr(counted, name) for name in _COUNTS.values()}
        change = update(import_runs).where(
            import_runs.c.run == batch.run, import_runs.c.state == "staging"
        )
        done = connection.execute(
            change.values(
                rows=counted.row,
                alive_at=self.now,
                verdict_bytes=counted.verdict_bytes,
                **values,
            )
        )
        if done.rowcount != 1:
            raise ImportRefusedError("another import into this list was begun meanwhile")
        return counted


def _counted(
    progress: Progress, verdicts: Sequence[Verdict], row: int, verdict_bytes: int
) -> Progress:
    codes = dict(progress.codes)
    sums = {name: getattr(progress, name) for name in _COUNTS.values()}
    for verdict in verdicts:
        sums[_COUNTS[verdict.verdict]] += 1
        for remark in verdict.remarks:
            codes[remark.code] = codes.get(remark.code, 0) + 1
    return replace(progress, row=row, verdict_bytes=verdict_bytes, codes=codes, **sums)


def _lines(verdicts: Sequence[Verdict]) -> bytes:
    lines: list[tuple[object, ...]] = []
    for verdict in verdicts:
        known = (verdict.row, verdict.line, verdict.verdict.value)
        if not verdict.remarks:
            lines.append((*known, "", "", ""))
        lines += [
            (*known, remark.code, cell(remark.column), cell(remark.mend))
            for remark in verdict.remarks
        ]
    return _written(lines)


def _written(lines: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue().encode("utf-8", "replace")
