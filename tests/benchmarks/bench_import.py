"""How fast leads are imported, and in how much memory: a million rows, some bad, some twice.

``python -m tests.benchmarks.bench_import`` makes a file (numbers of the fictional kind are too few,
so these are made up from area codes and are dialled by nobody), imports it as ``leads import``
does, into SQLite, and prints one JSON object as its last line:

* ``rows_per_s``: rows of the file over all of the time, from opening it until every lead is open;
* ``reading_rows_per_s``: the same rows read and checked without a database;
* ``switch_s``: how long the list was held for being switched in; ``longest_write_ms``: the longest
  transaction, which is how long the writer of calls has to wait at worst;
* ``cpu_s``: processor time of it, which other programs on the machine do not change;
* ``peak_private_mb``: the most memory of the process that no file stands for, looked at after each
  batch, and ``private_before_mb`` just before the import. ``peak_rss_mb`` has the pages of the
  database, too, which SQLite maps into memory (256 MB of it at most) and which are anybody's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.importing import ImportPlan, Progress, import_leads
from contact_center.adapters.sql.migrate import open_database
from contact_center.app.garbage import tamed
from contact_center.content.list_reading import ListReader, find_dialect
from contact_center.content.list_shape import load_list
from dialer.list_definition import ListDefinition
from dialer.list_row import Row

ROWS = 1_000_000
BAD = 0.02
TWICE = 0.03
CODES = (212, 213, 305, 312, 404, 415, 512, 602, 617, 702, 713, 808, 907, 916)
SHAPE = """
list: bench
party: id
name: [first, last]
numbers: [mobile, home]
fields:
  age: integer
  balance: decimal
  tier: {type: choice, choices: [gold, silver, bronze]}
  since: date
"""
FIRST = ("Ana", "Ben", "Coy", "Dee", "Eli", "Fay", "Gus", "Hal")


def write(path: Path, rows: int) -> None:
    """Write the file: of its rows, some are bad and some there twice."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,first,last,mobile,home,age,balance,tier,since\n")
        for number in range(rows):
            twice = chance.random() < TWICE and number
            key = chance.randrange(number) if twice else number
            line = chance.randrange(2_000_000, 9_999_999)
            mobile = f"({chance.choice(CODES)}) {line // 10_000}-{line % 10_000:04}"
            home = f"+1{chance.choice(CODES)}{2_000_000 + number % 7_999_999}" * (number % 3 == 0)
            if chance.random() < BAD:
                mobile, home = chance.choice(("12345", "", "none")), ""
            who = f"{chance.choice(FIRST)},No {number}"
            rest = f"{chance.randrange(18, 95)},{chance.randrange(10**6) / 100},silver,2020-01-31"
            file.write(f"{key},{who},{mobile},{home},{rest}\n")


class Timed:
    """A database that knows its longest transaction."""

    def __init__(self, database: Database) -> None:
        self.longest_s = 0.0
        real = database.write

        async def timed(change: Callable[[Any], Any]) -> Any:
            def measured(connection: Any) -> Any:
                began = time.perf_counter()
                answer = change(connection)
                self.longest_s = max(self.longest_s, time.perf_counter() - began)
                return answer

            return await real(measured)

        self.write = timed


def reader(path: Path, definition: ListDefinition) -> Callable[[int], Iterator[Row]]:
    """Open the file behind a row; it is closed with the process."""

    def behind(row: int) -> Iterator[Row]:
        with path.open("rb") as raw:
            dialect = find_dialect(raw, definition)
        with path.open(encoding=dialect.encoding, errors="surrogateescape", newline="") as text:
            yield from ListReader(text, dialect, definition).rows(row)

    return behind


def private_mb(process: psutil.Process) -> int:
    """Give the memory of the process that no file stands for."""
    used = process.memory_info()
    return round((used.rss - used.shared) / 2**20)


async def measure(folder: Path, rows: int, url: str) -> dict[str, Any]:
    """Import, and say how it went."""
    file = folder / "bench.csv"
    write(file, rows)
    definition = load_list("bench.yaml", SHAPE)
    began = time.perf_counter()
    read = sum(1 for _ in reader(file, definition)(1))
    reading_s = time.perf_counter() - began
    database = await open_database(url)
    watched = Timed(database)
    switched: list[float] = []
    plan = ImportPlan(
        definition=definition, file=file.name, digest="bench", verdicts=folder / "verdicts.csv"
    )

    def tell(progress: Progress) -> None:
        switched[:] = [time.perf_counter()]
        peak[0] = max(peak[0], private_mb(process))
        if progress.row % 100_000 < 2_000:
            sys.stderr.write(f"{progress.row} rows, {time.perf_counter() - began:.0f} s\n")

    process = psutil.Process()
    before = private_mb(process)
    peak = [before]
    began, began_cpu = time.perf_counter(), time.process_time()
    try:
        with tamed():
            told = await import_leads(
                _Watching(database, watched),  # type: ignore[arg-type]
                plan,
                reader(file, definition),
                lambda: time.time_ns() // 1_000,
                tell,
            )
    finally:
        await database.close()
    took, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
    return {
        "backend": database.backend,
        "rows": read,
        "added": told.added,
        "duplicates": told.duplicates,
        "rejected": told.rejected,
        "took_s": round(took, 1),
        "rows_per_s": round(read / took),
        "reading_rows_per_s": round(read / reading_s),
        "switch_s": round(began + took - switched[0], 1),
        "longest_write_ms": round(watched.longest_s * 1_000),
        "cpu_s": round(cpu_s, 1),
        "private_before_mb": before,
        "peak_private_mb": peak[0],
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "file_mb": round(file.stat().st_size / 2**20),
        "load": os.getloadavg()[0],
    }


class _Watching:
    """The database with a watched `write`."""

    def __init__(self, database: Database, timed: Timed) -> None:
        self.url, self.backend, self.read = database.url, database.backend, database.read
        self.write = timed.write


def main() -> int:
    """Run it and print the result."""
    arguments = argparse.ArgumentParser(description="benchmark of the import of leads")
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--url", help="a database of its own (a new SQLite file)")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        url = options.url or f"sqlite:///{name}/bench.db"
        print(json.dumps(asyncio.run(measure(Path(name), options.rows, url))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
