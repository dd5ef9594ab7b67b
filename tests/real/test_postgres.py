"""The PostgreSQL of the tests."""

from __future__ import annotations

import asyncpg

from tests.real.postgres import Postgres


async def test_each_test_has_an_empty_database_of_its_own(
    postgres_server: Postgres, postgres_url: str
) -> None:
    other = await postgres_server.create()
    mine = await asyncpg.connect(postgres_url.replace("+asyncpg", ""), timeout=10)
    try:
        await mine.execute("create table call (id bigint primary key)")
        assert await mine.fetchval("select count(*) from call") == 0
    finally:
        await mine.close()
    theirs = await asyncpg.connect(postgres_server.url(other).replace("+asyncpg", ""), timeout=10)
    try:
        assert await theirs.fetchval("select to_regclass('call')") is None
    finally:
        await theirs.close()
        await postgres_server.drop(other)
