"""A database that is away, in the words of whoever asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from contact_center.adapters.sql.errors import StorageError
from contact_center.runtime.dialing.store import StoreAwayError
from dialer.errors import NotNowError


@contextmanager
def away_as(make: Callable[[StorageError], Exception]) -> Iterator[None]:
    """Raise what `make` makes of a StorageError that is raised inside."""
    try:
        yield
    except StorageError as problem:
        raise make(problem) from problem


def for_people(problem: StorageError) -> Exception:
    """Make what somebody who asks over HTTP is told."""
    return NotNowError("the database cannot be asked; try again")


def for_the_runner(problem: StorageError) -> Exception:
    """Make what the dialer's runner waits out."""
    return StoreAwayError(str(problem))
