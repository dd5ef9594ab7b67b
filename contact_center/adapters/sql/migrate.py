"""Bringing the schema to this version, at every start.

A database that is up to date is only read. Otherwise one process migrates and the others wait for
it: SQLite's write lock or a PostgreSQL advisory lock is taken before Alembic looks at the version,
and everything happens in that one transaction, so a migration that fails leaves nothing behind.
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from contact_center.adapters.sql.database import Database, connect
from contact_center.adapters.sql.errors import DatabaseTooNewError, told_as_unavailable

_LOCK_WAIT_S = 30.0
# Any number will do, as long as every version takes the same one.
_ADVISORY_LOCK = 0x0CA11C  # "a call center"
# Alembic keeps the migration that is running in module globals: one at a time in a process.
_ONE_AT_A_TIME = asyncio.Lock()


async def open_database(url: str, *, readers: int | None = None) -> Database:
    """Connect to the database at `url` and bring it up to date.

    Raises DatabaseUrlError, DatabaseTooNewError, or DatabaseUnavailableError (cannot be reached,
    locked by another process, full).
    """
    database = connect(url, readers=readers)
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


async def migrate(database: Database, *, lock_wait_s: float = _LOCK_WAIT_S) -> None:
    """Upgrade the schema to this version's, if it is not; errors as for `open_database`."""
    with told_as_unavailable(database.url):
        async with database.readers.connect() as connection:
            if await connection.run_sync(_is_current):
                return
        patient = connect(database.url, busy_s=lock_wait_s)
        try:
            async with _ONE_AT_A_TIME, patient.writer.begin() as connection:
                await connection.run_sync(_upgrade, lock_wait_s)
        finally:
            await patient.close()


def head_revision() -> str:
    """Return the revision this version of the program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).with_name("migrations")).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config


def _is_current(connection: Connection) -> bool:
    """Say whether nothing needs doing; refuse a schema from the future."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return False
    scripts = ScriptDirectory.from_config(_config())
    known = {script.revision for script in scripts.walk_revisions()}
    if revision not in known:
        message = (
            f"the database is at schema revision {revision}, which this version does not know "
            f"(it knows up to {head_revision()}): it was made by a newer version. "
            "Install that version, or use another database."
        )
        raise DatabaseTooNewError(message)
    return revision == scripts.get_current_head()


def _upgrade(connection: Connection, lock_wait_s: float) -> None:
    if connection.dialect.name == "postgresql":
        wait = text("SELECT set_config('lock_timeout', :wait, true)")
        connection.execute(wait, {"wait": f"{int(lock_wait_s * 1000)}ms"})
        lock = text("SELECT pg_advisory_xact_lock(:lock)")
        connection.execute(lock, {"lock": _ADVISORY_LOCK})
    if _is_current(connection):  # somebody else did it while we waited
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
