"""One database: who may write to it, who reads from it, and how connections are set up.

SQLite has one writer at a time, so we keep to one everywhere: calls and customers are written by
`Database.write`, one transaction after the other. Reading (`Database.read`) goes on beside it, in
autocommit: a query sees whatever was committed before it began, and costs no round trips for a
transaction. The two asyncio engines are for what is rare: migrations, seeds, reports.
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

from contact_center.adapters.sql.errors import DatabaseUnavailableError, DatabaseUrlError

_T = TypeVar("_T")
READERS = {"sqlite": 2, "postgresql": 4}
"""Reading connections. More threads on SQLite only wait for each other: 16 lookups at once had a
99th percentile of 17 ms with two and of over 100 ms with four."""
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
    _reading: "_Threads | None" = None
    _writing: "_Threads | None" = None

    @property
    def backend(self) -> str:
        """Which kind of database it is."""
        return self.url.get_backend_name()

    async def read(self, query: Callable[[Connection], _T]) -> _T:
        """Run a query in autocommit, with the least delay there is.

        On SQLite the whole of it runs in one of our threads. The asyncio driver goes to its thread
        and back for every cursor, statement and fetch, which costs more than the queries do.
        """
        if self._reading is not None:
            return await self._reading.run(query)
        async with self.readers.connect() as connection:
            return await connection.run_sync(query)

    async def write(self, change: Callable[[Connection], _T]) -> _T:
        """Run a transaction, when every other one of ours is over; in a thread as in `read`."""
        async with self.write_lock:
            if self._writing is not None:
                return await self._writing.run(change)
            async with self.writer.begin() as connection:
                return await connection.run_sync(change)

    async def close(self) -> None:
        """Close every connection."""
        for threads in (self._reading, self._writing):
            if threads is not None:
                await threads.close()
        await self.readers.dispose()
        await self.writer.dispose()


class _Threads:
    """Threads with a SQLite connection each (nearly: they share a pool of as many)."""

    def __init__(self, url: URL, count: int, busy_s: float, *, writing: bool) -> None:
        self._writing = writing
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            connect_args={"timeout": busy_s},
            **_options(count, writing=writing),
        )
        event.listen(self._engine, "connect", _set_up_sqlite)
        if writing:
            event.listen(self._engine, "begin", _begin_immediate)
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="sqlite")

    async def run(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._run, work)

    def _run(self, work: Callable[[Connection], _T]) -> _T:
        with self._engine.begin() if self._writing else self._engine.connect() as connection:
            return work(connection)

    async def close(self) -> None:
        """Wait for work under way and close the connections."""
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
    except ValueError:  # a port that is no number
        raise DatabaseUrlError("the database address has no usable port") from None
    if url.port is not None and not 0 < url.port < 65536:
        raise DatabaseUrlError(f"there is no port {url.port} for a database; write 1 to 65535")
    backend = url.drivername.partition("+")[0]
    backend = "postgresql" if backend == "postgres" else backend
    if backend not in _DRIVERS:
        message = f"databases of kind {backend!r} are not supported; use sqlite or postgresql"
        raise DatabaseUrlError(message)
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        message = "SQLite needs a file, sqlite:///path: readers and the writer do not share memory"
        raise DatabaseUrlError(message)
    return url.set(drivername=_DRIVERS[backend])


def connect(url: str | URL, *, readers: int | None = None, busy_s: float = _BUSY_S) -> Database:
    """Set up a database without touching it yet; see `migrate` for making it usable.

    ``readers``: reading connections at most, by default `READERS`. ``busy_s``: how long SQLite
    waits for another process's lock before it reports that the database is locked.
    """
    url = parse_url(url) if isinstance(url, str) else url
    readers = readers or READERS[url.get_backend_name()]
    if url.get_backend_name() == "sqlite":
        folder = Path(str(url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"the folder {folder} of the database cannot be made: {error.strerror}"
            raise DatabaseUnavailableError(message) from error
    sqlite = url.get_backend_name() == "sqlite"
    return Database(
        url=url,
        _reading=_Threads(url, readers, busy_s, writing=False) if sqlite else None,
        _writing=_Threads(url, 1, busy_s, writing=True) if sqlite else None,
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
