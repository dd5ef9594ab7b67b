"""The real parts as fixtures. A part that is missing fails the test and says how to get it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from contact_center.adapters.asterisk.local import Tree
from tests.real import asterisk, postgres

# The same examples in every `make test`: red means that the change is wrong, not that the day is
# unlucky. `make explore` draws new ones; what it finds becomes an example of its own.
# No example has to be quick: on a busy machine any may have to wait.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", derandomize=False, print_blob=True)
if os.environ.get("EXPLORE"):
    settings.load_profile("explore")
else:
    settings.load_profile("steady")
    # It draws constants of the modules that are loaded, too: what a test draws would depend on
    # which tests ran before it in the same process.
    providers._get_local_constants = Constants


@pytest.fixture(scope="session")
def asterisk_tree() -> Tree:
    """The unpacked Asterisk; start one with `Instance(settings, asterisk_tree)`."""
    return asterisk.tree()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """One PostgreSQL for the whole session."""
    with postgres.running() as server:
        yield server


@pytest.fixture
async def postgres_url(postgres_server: postgres.Postgres) -> AsyncIterator[str]:
    """The URL (SQLAlchemy, asyncpg) of an empty database of this test's own."""
    database = await postgres_server.create()
    yield postgres_server.url(database)
    await postgres_server.drop(database)
