"""How fast leads are claimed and attempts opened and closed, with 1,000,000 leads on one list.

``python -m tests.benchmarks.bench_leads`` fills a database (SQLite in a temporary folder, or the
one given with ``--url``, which has to be empty), and then does what a dialer does, one thing after
the other: claim a batch, open an attempt for each lead of it (the gate and its facts in the same
transaction), close each. ``claim_leads_per_s`` are leads handed out over the time claims took;
``attempts_per_s`` are attempts opened and closed over the time that took, one at a time.
``cpu_ms_per_lead`` is the processor's time for all of it, a lead claimed, opened and closed.
``oldest_first_ms`` are claims in an order without an index; the first sorts the list.
``naive_claim_ms`` is one claim by the obvious query (open and due, sorted), on the same file, for
comparison. ``last_claim_ms`` is a claim when nine of ten leads wait for a later day. The gate is
the real one with one policy. Times are of this machine with whatever else runs (``load``). The last
line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, insert, select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.leads import bucket_of
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.adapters.sql.dialing.tables import lead_numbers, leads, lists
from contact_center.adapters.sql.migrate import open_database
from dialer.attempt import Verdict
from dialer.campaign import ListShare
from dialer.ids import ListId
from dialer.lead import Lead, LeadState
from dialer.messages import AttemptOpened, ReleaseLeads
from tests.adapters.sql.dialing.book import (
    ANYWHERE,
    CAMPAIGN,
    DAY,
    NOW,
    SECOND,
    asked,
    campaign,
    closed,
)

LEADS = 1_000_000
_PART = 20_000


def main() -> int:
    """Run everything and print the result."""
    arguments = argparse.ArgumentParser(description="benchmark of claims and attempts")
    arguments.add_argument("--leads", type=int, default=LEADS)
    arguments.add_argument("--batch", type=int, default=100)
    arguments.add_argument("--claims", type=int, default=50)
    arguments.add_argument("--url", default="")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-leads-") as folder:
        url = options.url or f"sqlite:///{folder}/center.db"
        result = asyncio.run(_measure(url, options.leads, options.batch, options.claims))
    result |= {
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(result))
    return 0


async def _measure(url: str, count: int, batch: int, claims: int) -> dict[str, Any]:
    database = await open_database(url)
    try:
        filled = perf_counter()
        await _fill(database, count)
        filled = perf_counter() - filled
        dial = DialStore(database, (ANYWHERE,))
        naive = await _naive(database, batch)
        cpu = process_time()
        claim_s, attempt_s, claimed = await _dial(dial, batch, claims)
        cpu = process_time() - cpu
        oldest_s = await _by_age(dial, batch)
        await database.write(lambda c: _put_off(c, count))
        last_s, _, _ = await _dial(dial, batch, 5)
    finally:
        await database.close()
    return {
        "bench": "leads",
        "backend": database.backend,
        "leads": count,
        "batch": batch,
        "fill_s": round(filled, 1),
        "claim_leads_per_s": round(claimed / sum(claim_s)),
        "claim_ms_p50": round(statistics.median(claim_s) * 1000, 1),
        "claim_ms_max": round(max(claim_s) * 1000, 1),
        "attempts_per_s": round(claimed / sum(attempt_s)),
        "cpu_ms_per_lead": round(cpu / claimed * 1000, 2),
        "oldest_first_ms": [round(each * 1000, 1) for each in oldest_s],
        "naive_claim_ms": round(naive * 1000, 1),
        "last_claim_ms": round(statistics.median(last_s) * 1000, 1),
    }


async def _dial(
    dial: DialStore, batch: int, claims: int
) -> tuple[Sequence[float], Sequence[float], int]:
    claim_s: list[float] = []
    attempt_s: list[float] = []
    claimed = 0
    for number in range(claims):
        now = NOW + number * SECOND
        start = perf_counter()
        got = (await dial.claim(CAMPAIGN, batch, now)).leads
        claim_s.append(perf_counter() - start)
        assert len(got) == batch, f"only {len(got)} of {batch} leads were claimed"
        claimed += len(got)
        start = perf_counter()
        for lead in got:
            await _attempt(dial, lead, now)
        attempt_s.append(perf_counter() - start)
    return claim_s, attempt_s, claimed


async def _by_age(dial: DialStore, batch: int) -> Sequence[float]:
    """Claims in an order that no index has, the first with the sorting; nothing is dialled."""
    share = ListShare(list=ListId("l"), order=("oldest",))
    took: list[float] = []
    for _ in range(3):
        start = perf_counter()
        got = (await dial.claim(campaign(share), batch, NOW)).leads
        took.append(perf_counter() - start)
        back = tuple((lead.lead, lead.token) for lead in got)
        await dial.release(ReleaseLeads(campaign=CAMPAIGN.campaign, leads=back), NOW)
    return took


async def _attempt(dial: DialStore, lead: Lead, now: int) -> None:
    there = await dial.open_attempt(CAMPAIGN, asked(lead), now)
    assert isinstance(there, AttemptOpened), there
    end = closed(there, Verdict.NO_ANSWER, LeadState.OPEN, at=now, due_at=now + DAY)
    await dial.close_attempt(end, now)


async def _naive(database: Database, batch: int) -> float:
    query = (
        select(leads.c.lead)
        .where(leads.c.list == "l", leads.c.state == "open", leads.c.due_at <= NOW)
        .order_by(leads.c.priority.desc(), leads.c.added_at.desc())
        .limit(batch)
    )
    hidden = str(query.compile(compile_kwargs={"literal_binds": True})).replace(
        "leads.state =", "+leads.state =" if database.backend == "sqlite" else "leads.state ="
    )
    start = perf_counter()
    found = await database.read(lambda c: c.exec_driver_sql(hidden).all())
    assert len(found) == batch
    return perf_counter() - start


async def _fill(database: Database, count: int) -> None:
    new = {"list": "l", "created_at": NOW, "shape": {"fields": {"age": "integer"}}}
    await database.write(lambda c: c.execute(insert(lists), new))
    rows = _rows(count)
    while part := list(islice(rows, _PART)):
        await database.write(lambda c, part=part: _put(c, part))  # type: ignore[misc]
    if database.backend == "postgresql":
        async with database.readers.connect() as connection:
            await connection.exec_driver_sql("ANALYZE")


def _put(connection: Connection, part: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    for table, rows in (
        (leads, [lead for lead, _ in part]),
        (lead_numbers, [number for _, number in part]),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(insert(table), rows)
            continue
        names = ", ".join(rows[0])
        marks = ", ".join("?" for _ in rows[0])
        values = [
            tuple(json.dumps(v) if isinstance(v, dict | list) else v for v in row.values())
            for row in rows
        ]
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)


def _rows(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for n in range(count):
        name = f"n{n:07}"
        lead = {
            "lead": name,
            "list": "l",
            "party": f"p{n:07}",
            "bucket": bucket_of(f"p{n:07}"),
            "priority": n * 7_919 % 10,
            "added_at": NOW - DAY + n * 104_729 % count,
            "due_at": NOW - DAY,
            "ready": 1,
            "fields": {"age": 20 + n % 60},
        }
        number = {
            "lead": name,
            "number": f"+1{2_000_000_000 + n}",
            "zones": ["America/New_York"],
            "region": "US-NY",
            "kind": "landline",
        }
        yield lead, number


def _put_off(connection: Connection, count: int) -> None:
    """Nine of ten wait for tomorrow, those of the highest priority among them."""
    late = update(leads).where(leads.c.state == "open", leads.c.priority > 0)
    connection.execute(late.values(due_at=NOW + DAY, ready=0))


if __name__ == "__main__":
    raise SystemExit(main())
