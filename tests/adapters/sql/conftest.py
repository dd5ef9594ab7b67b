"""The databases every test here runs on: SQLite, and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.migrate import open_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database: no tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/center.db"
        return
    server = request.getfixturevalue("postgres_server")
    name = await server.create()
    yield server.url(name)
    await server.drop(name)


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """An open database with all tables."""
    database = await open_database(address)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """An open SQLite database, for what only SQLite does."""
    database = await open_database(f"sqlite:///{tmp_path}/center.db")
    yield database
    await database.close()
