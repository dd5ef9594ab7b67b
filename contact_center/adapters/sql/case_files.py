"""Files that customers sent with a case: what they are, and where their content lies.

Content is in a folder of its own, under names that we draw; what a file was called is in the table
alone. The folder is never served: `CaseFiles.content` reads one file for whoever may have it.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from contact_center.adapters.sql.cases import number_of
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable
from contact_center.adapters.sql.tables import metadata

MOST_BYTES = 1024**3
"""Bound on all files together; a file more is refused."""

case_files = Table(
    "case_files",
    metadata,
    Column("file", String, primary_key=True),
    Column("number", Integer, ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_case_files_number", "number"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One file. ``file``: what we call it; ``name``: what it was called; ``at``: microseconds."""

    file: str
    name: str
    kind: str
    size: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file as it came; ``kind`` is what its content says it is."""

    name: str
    kind: str
    content: bytes


class NoRoomError(Exception):
    """There are as many bytes as may be kept."""


class CaseFiles:
    """The store. Every method raises DatabaseUnavailableError when it cannot be reached."""

    def __init__(self, database: Database, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self._folder = folder
        self._most = most_bytes

    async def room(self, size: int) -> bool:
        """Say whether so many bytes more may be kept."""
        with told_as_unavailable(self._database.url):
            kept = await self._database.read(
                lambda c: c.execute(select(func.coalesce(func.sum(case_files.c.size), 0))).scalar()
            )
        return int(kept or 0) + size <= self._most

    async def keep(self, case: str, sent: Sequence[SentFile], now: int) -> None:
        """Keep files of a case. Raises NoRoomError, and OSError when the disk says no."""
        number = number_of(case)
        if number is None or not sent:
            return
        if not await self.room(sum(len(one.content) for one in sent)):
            raise NoRoomError
        rows: list[dict[str, Any]] = []
        for one in sent:
            file = secrets.token_hex(16)
            await asyncio.to_thread(self._write, file, one.content)
            size = len(one.content)
            row = {"file": file, "number": number, "name": one.name, "kind": one.kind}
            rows.append({**row, "size": size, "at": now})
        with told_as_unavailable(self._database.url):
            await self._database.write(lambda c: c.execute(insert(case_files), rows))

    async def of(self, case: str) -> list[CaseFile]:
        """List the files of a case, oldest first."""
        number = number_of(case)
        if number is None:
            return []
        with told_as_unavailable(self._database.url):
            return await self._database.read(lambda c: _listed(c, number))

    async def content(self, case: str, file: str) -> tuple[CaseFile, bytes] | None:
        """Read one file of a case; None when there is none (any more)."""
        found = next((one for one in await self.of(case) if one.file == file), None)
        if found is None:
            return None
        try:
            return found, await asyncio.to_thread((self._folder / found.file).read_bytes)
        except FileNotFoundError:
            return None

    def _write(self, file: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / file
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)


def _listed(connection: Connection, number: int) -> list[CaseFile]:
    c = case_files.c
    query = select(c.file, c.name, c.kind, c.size, c.at).where(c.number == number)
    rows = connection.execute(query.order_by(c.at, c.file)).mappings()
    return [CaseFile(**row) for row in rows]
