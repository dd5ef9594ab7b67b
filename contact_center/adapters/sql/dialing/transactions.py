"""How every part of the dialer's storage gets at the database."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.errors import told_as_unavailable

_T = TypeVar("_T")
_TRIES = 4
_PASSING = ("40001", "40P01")
"""SQLSTATE of transactions that only met another one."""


class Transactions:
    """Reads, and changes that are made whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _read(self, query: Callable[[Connection], _T]) -> _T:
        with told_as_unavailable(self._database.url):
            return await self._database.read(query)

    async def _write(self, change: Callable[[Connection], _T]) -> _T:
        """Run a transaction, again when it only met another one of another process."""
        with told_as_unavailable(self._database.url):
            for _ in range(_TRIES - 1):
                try:
                    return await self._database.write(change)
                except IntegrityError:
                    continue
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) not in _PASSING:
                        raise
            return await self._database.write(change)
