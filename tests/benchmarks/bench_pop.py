"""How long the screen-pop's query takes, with 200,000 customers and 1,000,000 interactions.

``python -m tests.benchmarks.bench_pop`` measures, on SQLite, through the same code the calls use
(`Customers.find`: number to E.164, waiting for the writer, both queries, objects):

* one lookup after the other; 16 at a time; and one after the other while facts of calls are
  written at ``WRITE_CALLS_PER_S`` (each lookup then also waits until facts published before it
  are committed);
* the baseline, in the same run and on the same file: the same SQL text with the standard library's
  sqlite3, prepared once, one after the other, rows thrown away.

Every number looked up is another one, spread evenly over all customers. Times are milliseconds on
this machine, with whatever else runs on it (``load`` is in the result). The last line is one JSON
object. The database is made once (a minute or two), kept in the user's cache folder, and copied to
a temporary folder for each run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect

from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.migrate import head_revision, open_database
from contact_center.adapters.sql.records import CallRecords
from contact_center.adapters.sql.screen_pop import _BY_NUMBER, _history
from tests.adapters.sql.stories import answered_call

CUSTOMERS = 200_000
INTERACTIONS = 1_000_000
WRITE_CALLS_PER_S = 20
_START = 1_700_000_000_000_000
_SPREAD = 7_919  # prime, so that consecutive lookups are far apart


def number_of(customer: int) -> str:
    """The number of a customer: ten digits that are a possible number in the US."""
    return f"+1{2_100_000_000 + customer * 13:010}"


def main() -> int:
    """Run everything and print the result."""
    arguments = argparse.ArgumentParser(description="benchmark of the screen-pop query")
    arguments.add_argument("--customers", type=int, default=CUSTOMERS)
    arguments.add_argument("--interactions", type=int, default=INTERACTIONS)
    arguments.add_argument("--lookups", type=int, default=5_000)
    options = arguments.parse_args()
    master = _master(options.customers, options.interactions)
    with tempfile.TemporaryDirectory(prefix="bench-pop-") as folder:
        path = Path(folder) / "center.db"
        shutil.copyfile(master, path)
        result = asyncio.run(_measure(path, options.customers, options.lookups))
    result |= {
        "customers": options.customers,
        "interactions": options.interactions,
        "lookups": options.lookups,
        "database_mb": round(master.stat().st_size / 1e6),
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(result))
    return 0


async def _measure(path: Path, customers: int, lookups: int) -> dict[str, Any]:
    numbers = [number_of(n * _SPREAD % customers) for n in range(lookups)]
    _baseline(path, numbers[:500])  # warm the page cache for everybody alike
    baseline = _baseline(path, numbers)
    database = await open_database(f"sqlite:///{path}")
    records = CallRecords(database, "US")
    await records.start()
    people = Customers(database, "US", lambda event: None, records)
    found = [0]

    async def look_up(number: str) -> float:
        start = perf_counter()
        result = await people.find(number)
        took = perf_counter() - start
        found[0] += bool(result.customers) and bool(result.history)
        return took

    for number in numbers[:500]:
        await look_up(number)
    found[0] = 0
    start = perf_counter()
    sequential = [await look_up(number) for number in numbers]
    per_s = lookups / (perf_counter() - start)
    hits = found[0]
    concurrent = await _concurrently(look_up, numbers, 16)
    async with asyncio.TaskGroup() as tasks:
        writer = tasks.create_task(_write(records))
        writing = [await look_up(number) for number in numbers]
        writer.cancel()
    await records.settled(timeout_s=30)
    written, problem = records.counts.written, records.problem
    await records.close()
    await database.close()
    assert hits == lookups, f"only {hits} of {lookups} customers were found"
    assert written, "nothing was written meanwhile"
    assert not problem, problem
    return {
        "bench": "pop",
        **_quantiles("pop", sequential),
        **_quantiles("pop_16_at_once", concurrent),
        **_quantiles("pop_while_writing", writing),
        **_quantiles("baseline", baseline),
        "baseline": "the same SQL through the standard library's sqlite3, one after the other",
        "ratio": round(statistics.median(sequential) / statistics.median(baseline), 2),
        "pop_per_s": round(per_s),
        "facts_written_meanwhile": written,
        "write_calls_per_s": WRITE_CALLS_PER_S,
    }


async def _concurrently(
    look_up: Callable[[str], Awaitable[float]], numbers: Sequence[str], at_once: int
) -> list[float]:
    """Look all numbers up with that many always under way."""
    times: list[float] = []

    async def worker(mine: Sequence[str]) -> None:
        times.extend([await look_up(number) for number in mine])

    async with asyncio.TaskGroup() as tasks:
        for first in range(at_once):
            tasks.create_task(worker(numbers[first::at_once]))
    return times


async def _write(records: CallRecords) -> None:
    """Publish the facts of whole calls, evenly, until cancelled."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    written = 0
    while True:
        written += 1
        at = _START + written * 1_000_000
        number = number_of(written * 31 % 1_000)
        for fact in answered_call(f"live-{written}", ani=number, at=at):
            records.publish([fact])
            due = begun + (written - 1 + fact.seq / 20) / WRITE_CALLS_PER_S
            await asyncio.sleep(max(0.0, due - loop.time()))


def _baseline(path: Path, numbers: Sequence[str]) -> list[float]:
    customers, histories = _sql(_BY_NUMBER), {1: _sql(_history(1))}
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("cache_size=-32768", "mmap_size=268435456"):
        connection.execute(f"PRAGMA {pragma}")
    times = []
    for number in numbers:
        start = perf_counter()
        rows = connection.execute(customers[0], customers[1]({"number": number})).fetchall()
        text, bind = histories[len(rows)]
        values = {"number": number, "call": "", "c0": rows[0][0]}
        connection.execute(text, bind(values)).fetchall()
        times.append(perf_counter() - start)
    connection.close()
    return times


def _sql(query: Any) -> tuple[str, Callable[[dict[str, Any]], tuple[Any, ...]]]:
    """The text of a query, and how to put its values in order."""
    compiled = query.compile(dialect=sqlite_dialect())
    names, constants = tuple(compiled.positiontup or ()), dict(compiled.params)
    return compiled.string, lambda values: tuple(
        values.get(name, constants[name]) for name in names
    )


def _quantiles(name: str, times: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=1000, method="inclusive")
    return {
        f"{name}_p50_ms": round(cuts[499] * 1000, 3),
        f"{name}_p99_ms": round(cuts[989] * 1000, 3),
        f"{name}_max_ms": round(max(times) * 1000, 3),
    }


def _master(customers: int, interactions: int) -> Path:
    """The filled database, made when the cache has none for this schema."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "contact-center"
    path = cache / "bench" / f"pop-{head_revision()}-{customers}-{interactions}.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"filling {path}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            new = Path(folder) / "new.db"
            asyncio.run(_empty(new))
            _fill(new, customers, interactions)
            new.rename(path)  # all or nothing
    return path


async def _empty(path: Path) -> None:
    database = await open_database(f"sqlite:///{path}")
    await database.close()


def _fill(path: Path, customers: int, interactions: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    people = (
        (f"c{n}", f"Customer {n}", "", "en", f"c{n}@example.com", "") for n in range(customers)
    )
    connection.executemany(
        "INSERT INTO customers (customer, name, tier, language, email, note) VALUES (?,?,?,?,?,?)",
        people,
    )
    numbers = ((number_of(n), f"c{n}", 0) for n in range(customers))
    connection.executemany("INSERT INTO phone_numbers VALUES (?,?,?)", numbers)
    names = [row[1] for row in connection.execute("PRAGMA table_info(interactions)")]
    sql = f"INSERT INTO interactions VALUES ({','.join('?' * len(names))})"
    connection.executemany(sql, _interactions(names, customers, interactions))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _interactions(names: list[str], customers: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Calls of customers in no order: as a year would leave them in the file."""
    for n in range(count):
        customer = n * _SPREAD % customers
        at = _START + n * 30_000_000
        row = {
            "call": f"old-{n}",
            "direction": "inbound",
            "channel": "voice",
            "subject": "",
            "ani": number_of(customer),
            "ani_name": "",
            "did": "+14155550199",
            "party": number_of(customer),
            "customer": f"c{customer}",
            "customer_name": f"Customer {customer}",
            "flow": "main",
            "queue": ("sales", "support", "returns")[n % 3],
            "agent": f"agent{n % 97}",
            "started_at": at,
            "answered_at": at + 1_000_000,
            "connected_at": at + 20_000_000,
            "ended_at": at + 200_000_000,
            "outcome": "answered",
            "lost": 0,
            "disposition": "solved",
            "notes": f"Called about order {n}; everything is explained in these few words.",
            "talk_us": 180_000_000,
            "hold_us": 0,
            "wait_us": 12_000_000,
        }
        yield tuple(row[name] for name in names)


if __name__ == "__main__":
    raise SystemExit(main())
