"""One database: who may write to it, who reads from it, and how connections are set up.

SQLite has one writer at a time, so we keep to one everywhere: everything that writes holds
`Database.write_lock` and uses the one connection of `Database.writer`. Reading goes on beside it
(write-ahead log, or PostgreSQL) on `Database.readers`, in autocommit: each query sees whatever was
committed before it began, and costs no round trips for a transaction.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contact_center.adapters.sql.errors import DatabaseUrlError

_T = TypeVar("_T")
_BUSY_S = 1.0
_CONNECT_S = 3.0
_COMMAND_S = 10.0
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


@dataclass(slots=True, kw_only=True)
class Database:
    """An open database. ``backend`` is ``sqlite`` or ``postgresql``."""

    url: URL
    writer: AsyncEngine
    readers: AsyncEngine
    write_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _threads: "_ReadingThreads | None" = None

    @property
    def backend(self) -> str:
        """Which kind of database it is."""
        return self.url.get_backend_name()

    async def read(self, query: Callable[[Connection], _T]) -> _T:
        """Run a query, with the least delay there is.

        On SQLite the whole of it runs in one of our threads. The asyncio driver goes to its thread
        and back for every cursor, statement and fetch, which costs more than the queries do.
        """
        if self._threads is not None:
            return await self._threads.run(query)
        async with self.readers.connect() as connection:
            return await connection.run_sync(query)

    async def close(self) -> None:
        """Close every connection."""
        if self._threads is not None:
            await self._threads.close()
        await self.readers.dispose()
        await self.writer.dispose()


class _ReadingThreads:
    """Threads with a SQLite connection each (nearly: they share a pool of as many)."""

    def __init__(self, url: URL, count: int, busy_s: float) -> None:
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            connect_args={"timeout": busy_s},
            **_options(count, writing=False),
        )
        event.listen(self._engine, "connect", _set_up_sqlite)
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="sqlite-read")

    async def run(self, query: Callable[[Connection], _T]) -> _T:
        """Run `query` in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._run, query)

    def _run(self, query: Callable[[Connection], _T]) -> _T:
        with self._engine.connect() as connection:
            return query(connection)

    async def close(self) -> None:
        """Wait for queries under way and close the connections."""
        await asyncio.to_thread(self._executor.shutdown)
        self._engine.dispose()


def parse_url(text: str) -> URL:
    """Read ``sqlite:///path/to/file`` or ``postgresql://user:password@host:port/name``.

    Raises DatabaseUrlError; the message never holds the password.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        message = "the database address is not a URL; try sqlite:///contact-center.db"
        raise DatabaseUrlError(message) from None
    backend = url.drivername.partition("+")[0]
    backend = "postgresql" if backend == "postgres" else backend
    if backend not in _DRIVERS:
        message = f"databases of kind {backend!r} are not supported; use sqlite or postgresql"
        raise DatabaseUrlError(message)
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        message = "SQLite needs a file, sqlite:///path: readers and the writer do not share memory"
        raise DatabaseUrlError(message)
    return url.set(drivername=_DRIVERS[backend])


def connect(url: str | URL, *, readers: int = 4, busy_s: float = _BUSY_S) -> Database:
    """Set up a database without touching it yet; see `migrate` for making it usable.

    ``readers``: reading connections at most. ``busy_s``: how long SQLite waits for another
    process's lock before it reports that the database is locked.
    """
    url = parse_url(url) if isinstance(url, str) else url
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    sqlite = url.get_backend_name() == "sqlite"
    return Database(
        url=url,
        _threads=_ReadingThreads(url, readers, busy_s) if sqlite else None,
        writer=_engine(url, 1, busy_s, writing=True),
        readers=_engine(url, readers, busy_s, writing=False),
    )


def _options(size: int, *, writing: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_size": size,
        "max_overflow": 0,
        "pool_timeout": _CONNECT_S,
        # Error messages end up in logs, and rows hold callers' numbers.
        "hide_parameters": True,
        "json_serializer": lambda value: msgspec.json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
    }
    if not writing:
        options |= {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    return options


def _engine(url: URL, size: int, busy_s: float, *, writing: bool) -> AsyncEngine:
    options = _options(size, writing=writing)
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, connect_args={"timeout": busy_s}, **options)
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        if writing:
            event.listen(engine.sync_engine, "begin", _begin_immediate)
        return engine
    arguments = {
        "timeout": _CONNECT_S,
        "command_timeout": _COMMAND_S,
        "server_settings": {"application_name": "contact-center", "jit": "off"},
    }
    return create_async_engine(url, connect_args=arguments, **options)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Transactions are ours (see below): the driver would begin them late, and a read that turns
    # into a write fails at once when somebody else wrote in between.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "cache_size=-32768",
        "mmap_size=268435456",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
