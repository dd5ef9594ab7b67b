"""What can go wrong with a database, in our own words.

::

    StorageError
    ├── DatabaseUrlError          the address makes no sense, or names a database we do not speak
    ├── DatabaseTooNewError       it was made by a newer version of this program
    ├── DatabaseUnavailableError  it cannot be reached, is locked, full, or damaged
    └── InvalidNumberError        a customer's number that cannot be read

While the center runs, a failing database is not an exception but a state: see
`CallRecords.problem`, and ``failed`` in `CustomerLookedUp`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError


class StorageError(Exception):
    """Anything about the database."""


class DatabaseUrlError(StorageError):
    """The address of the database is not one we can use."""


class DatabaseTooNewError(StorageError):
    """The schema is one this version does not know."""


class DatabaseUnavailableError(StorageError):
    """The database cannot be used right now."""


class InvalidNumberError(StorageError, ValueError):
    """A telephone number that cannot be read."""


@contextmanager
def told_as_unavailable(url: URL) -> Iterator[None]:
    """Raise DatabaseUnavailableError in place of what drivers raise; the password is left out."""
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        where = url.render_as_string(hide_password=True)
        message = f"the database {where} cannot be used: {describe(error)}"
        raise DatabaseUnavailableError(message) from error


def is_worth_retrying(error: Exception) -> bool:
    """Say whether the same rows may go in later: the database is at fault, not what we wrote."""
    if isinstance(error, DataError | IntegrityError):
        return False
    if isinstance(error, DBAPIError):
        # SQLSTATE classes 22 (data exception) and 23 (constraint): ours, and for ever.
        state = str(getattr(error.orig, "sqlstate", None) or "")
        cause = error.orig.__cause__ if error.orig is not None else None
        # asyncpg refuses a value that does not fit its column before sending it: a ValueError.
        return not state.startswith(("22", "23")) and not isinstance(cause, ValueError)
    if isinstance(error, StatementError):
        return False
    return isinstance(error, SQLAlchemyError | OSError | TimeoutError)


def describe(error: Exception) -> str:
    """Say in one line what the database said; never the values that were being written."""
    if not is_worth_retrying(error):
        return type(error).__name__
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(origin).strip() or type(origin).__name__
    return text.splitlines()[0][:200]
