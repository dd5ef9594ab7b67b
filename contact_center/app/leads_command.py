"""The command ``leads``: import lists, look at them, save segments, bar numbers, export."""

import argparse
import asyncio
import csv
import hashlib
import io
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contact_center.adapters.sql.database import Database, connect
from contact_center.adapters.sql.dialing import best_times, segments
from contact_center.adapters.sql.dialing.barring import Barring
from contact_center.adapters.sql.dialing.filters import UnknownListError, count, list_facts
from contact_center.adapters.sql.dialing.importing import (
    ImportPlan,
    Progress,
    import_leads,
)
from contact_center.adapters.sql.dialing.suppressions import Suppression, SuppressionError
from contact_center.adapters.sql.dialing.switching import ImportRefusedError
from contact_center.adapters.sql.errors import StorageError
from contact_center.adapters.sql.migrate import migrate
from contact_center.app.garbage import tamed
from contact_center.app.leads_options import parser
from contact_center.app.leads_owners import ask_owners
from contact_center.app.leads_progress import Bar
from contact_center.content.list_reading import (
    ListFileError,
    ListReader,
    as_number,
    find_dialect,
)
from contact_center.content.list_shape import load_list_file
from contact_center.content.problems import ContentError
from contact_center.reporting.csv_cells import cell
from contact_center.runtime.clock import WallClock
from contact_center.settings import load_settings
from dialer.best_time import SLOTS, BestTime, slot_name
from dialer.ids import ListId
from dialer.lead_filter import FilterError
from dialer.list_definition import ListDefinition
from dialer.list_row import Row

_Options = argparse.Namespace
_BUSY_S = 30.0
_REFUSED = (
    FilterError,
    ImportRefusedError,
    ListFileError,
    StorageError,
    SuppressionError,
    UnknownListError,
    OSError,
)


def leads_command(argv: list[str]) -> int:
    """Do what was asked: 0 when done, 1 when an import rejected rows, 2 when nothing was done."""
    options = parser().parse_args(argv)
    try:
        settings = load_settings(os.environ, options.settings)
        return asyncio.run(_with_database(settings.database, options))
    except ContentError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
    except _REFUSED as error:
        sys.stderr.write(f"{error}\n")
    return 2


async def _with_database(url: str, options: _Options) -> int:
    # Calls are written to it too: wait for them rather than give up.
    database = connect(url, busy_s=_BUSY_S)
    try:
        await migrate(database)
        return await _COMMANDS[options.what](database, options)
    finally:
        await database.close()


async def _import(database: Database, options: _Options) -> int:
    definition = load_list_file(options.shape)
    if options.list:
        definition = replace(definition, list=ListId(options.list))
    file: Path = options.file
    digest = await asyncio.to_thread(_digest, file, definition)
    plan = ImportPlan(
        definition=definition,
        file=file.name,
        digest=digest,
        verdicts=options.verdicts or file.with_name(f"{file.name}.verdicts.csv"),
        beside=tuple(ListId(name) for name in options.beside),
        by=options.by,
        dry_run=options.dry_run,
    )
    reading = await asyncio.to_thread(Reading, file, definition)
    bar = Bar(file.name, reading.size, sys.stderr)
    try:
        with tamed():
            done = await import_leads(
                database,
                plan,
                reading.rows_behind,
                WallClock().now,
                lambda progress: bar.show(reading.position, progress.rows),
            )
    finally:
        bar.end()
        reading.close()
    _report(plan, done)
    return 1 if done.rejected else 0


def _report(plan: ImportPlan, done: Progress) -> None:
    if done.resumed_at > 1:
        _say(f"taken up behind row {done.resumed_at}")
    name = plan.definition.list
    _say("nothing was imported: a dry run" if plan.dry_run else f'list "{name}"')
    for word in ("added", "updated", "duplicates", "suppressed", "rejected"):
        _say(f"  {word:10} {getattr(done, word):>9}")
    for code, number in sorted(done.codes.items()):
        _say(f"    {code:14} {number:>7}")
    _say(f"verdicts: {plan.verdicts}")


class Reading:
    """A file that is being read. ``position`` and ``size`` in bytes."""

    def __init__(self, file: Path, definition: ListDefinition) -> None:
        """Open it. Raises OSError and ListFileError."""
        with file.open("rb") as raw:
            dialect = find_dialect(raw, definition)
        self.size = file.stat().st_size
        # What cannot be decoded is told row by row.
        self._raw = file.open("rb")
        self._text = io.TextIOWrapper(
            self._raw, encoding=dialect.encoding, errors="surrogateescape", newline=""
        )
        try:
            self._reader = ListReader(self._text, dialect, definition)
        except BaseException:
            self._text.close()
            raise

    @property
    def position(self) -> int:
        """How far the file has been read."""
        return self._raw.tell()

    def rows_behind(self, row: int) -> Iterator[Row]:
        """Give the rows behind a row, once."""
        return self._reader.rows(row)

    def close(self) -> None:
        """Close the file."""
        self._text.close()


def _digest(file: Path, definition: ListDefinition) -> str:
    """Name what is imported: the file's bytes and what they are taken to mean."""
    made = hashlib.sha256(repr(definition).encode())
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            made.update(part)
    return made.hexdigest()


async def _lists(database: Database, options: _Options) -> int:
    told = await database.read(segments.summaries)
    if options.json:
        fields = ("list", "label", "fields", "states", "segments", "switching")
        _say(json.dumps([{name: getattr(each, name) for name in fields} for each in told]))
        return 0
    for each in told:
        states = ", ".join(f"{number} {state}" for state, number in sorted(each.states.items()))
        _say(f"{each.list}: {sum(each.states.values())} leads ({states or 'none'})")
        _say(f"  fields: {', '.join(f'{n} ({k})' for n, k in each.fields.items()) or 'none'}")
        for name, number in each.segments.items():
            _say(f"  segment {name}: {number} leads when it was saved")
        if each.switching:
            _say("  an import is being switched in")
    return 0


async def _count(database: Database, options: _Options) -> int:
    found = await database.read(lambda c: count(c, ListId(options.list), options.filter))
    _say(found)
    return 0


async def _segment(database: Database, options: _Options) -> int:
    def save(connection: Any) -> int:
        return segments.save_segment(
            connection,
            ListId(options.list),
            options.name,
            options.filter,
            WallClock().now(),
            live=not options.snapshot,
            by=options.by,
        )

    _say(await database.write(save))
    return 0


async def _suppress(database: Database, options: _Options) -> int:
    """Bar the numbers of a file: one a line, or the first column."""
    scope, _, whose = options.scope.partition(":")
    wrong = 0
    entries: list[Suppression] = []
    with options.file.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
        for place, row in enumerate(csv.reader(lines), 1):
            text = row[0].strip() if row else ""
            number = as_number(text, options.region) if text else None
            if number is not None:
                entries.append(
                    Suppression(
                        kind="number",
                        value=number,
                        scope=scope,
                        whose=whose,
                        source=options.source,
                        reason=options.reason,
                        by=options.by,
                    )
                )
            elif text and place > 1:  # the first line may be a head
                wrong += 1
                sys.stderr.write(f"line {place}: not a telephone number\n")
    now = WallClock().now()
    digest = hashlib.sha256(options.file.read_bytes()).hexdigest()
    came = await Barring(database).import_suppressions(
        entries, options.source, now, now, by=options.by, digest=digest
    )
    _say(f"{came} numbers are barred ({options.scope}, {options.source}), {wrong} lines are not")
    return 1 if wrong else 0


async def _export(database: Database, options: _Options) -> int:
    name = ListId(options.list)
    facts = await database.read(lambda c: list_facts(c, name))
    most = await database.read(lambda c: segments.most_numbers(c, name))
    fields = list(facts.kinds)
    numbers = [f"number_{place}" for place in range(1, most + 1)]
    out = sys.stdout if options.out is None else options.out.open("w", encoding="utf-8", newline="")
    try:
        write = csv.writer(out, lineterminator="\n")
        write.writerow([*segments.LEAD_COLUMNS, *numbers, *map(cell, fields)])
        after, more = "", True
        while more:
            page, after = await database.read(
                lambda c, after=after: segments.page(c, name, options.filter, after)  # type: ignore[misc]
            )
            for row in segments.export_rows(fields, most, page):
                write.writerow([_cell(value) for value in row])
            more = bool(after)
    finally:
        if out is not sys.stdout:
            out.close()
    return 0


def _cell(value: object) -> object:
    """Texts that a spreadsheet would compute are marked as texts; numbers stay numbers."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(value) if isinstance(value, str) else value


async def _best_time(database: Database, options: _Options) -> int:
    """Learn when the people of a list answer, and put those first whose hour it is."""
    clock = WallClock()
    name = ListId(options.list)
    await database.read(lambda c: list_facts(c, name))
    known = BestTime(seed=clock.now() if options.seed is None else options.seed)
    since = clock.now() - options.days * 86_400_000_000
    learned = await best_times.learn(database, name, since, known)
    changed = await best_times.refresh(database, name, clock.now, known)
    _say(f"learned from {learned} attempts; the odds of {changed} leads changed")
    for group in known.groups:
        best = sorted(range(SLOTS), key=lambda slot: -known.rate(group, slot))[:3]
        times = ", ".join(f"{slot_name(slot)} {known.rate(group, slot):.0%}" for slot in best)
        _say(f"  {group}: {known.rate(group):.0%} answer; best {times}")
    return 0


def _say(text: object) -> None:
    sys.stdout.write(f"{text}\n")


_COMMANDS: dict[str, Callable[[Database, _Options], Awaitable[int]]] = {
    "import": _import,
    "lists": _lists,
    "count": _count,
    "segment": _segment,
    "suppress": _suppress,
    "export": _export,
    "best-time": _best_time,
    "owners": ask_owners,
}
