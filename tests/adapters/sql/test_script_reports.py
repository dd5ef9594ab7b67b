"""The database counts what came of scripts as the fold does, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.script_reports import ScriptReports
from contact_center.adapters.sql.scripts import ScriptRecords
from contact_center.core.scripting.kept import KeptRun
from contact_center.core.scripting.run import Run
from contact_center.reporting.script_book import BY, ScriptQuestion
from contact_center.reporting.script_fold import fold_script
from tests.reporting.script_walks import OTHER, TODAY, YESTERDAY, S, walked

RUNS = walked(160, 3)
SCRIPTS = {made.version: made for made in (TODAY, YESTERDAY, OTHER)}
ASKED = ScriptQuestion(script="sale", begin=0, end=100_000 * S)


async def kept(database: Database, runs: list[KeptRun]) -> ScriptReports:
    records = ScriptRecords(database)
    await records.start()
    try:
        for run in runs:
            live = Run(
                call=run.call,
                script=SCRIPTS[run.version],
                agent=run.agent,
                language=run.language,
                queue=run.queue,
            )
            for fact in run.facts:
                live.apply(fact)
                records.happened(live, [fact])
        assert await records.settled(timeout_s=30)
    finally:
        await records.close(deadline_s=10)
    return ScriptReports(database)


async def test_the_database_counts_what_the_fold_counts(database: Database) -> None:
    reports = await kept(database, RUNS)
    for asked in (
        *(replace(ASKED, by=by) for by in BY),
        replace(ASKED, queue="sales"),
        replace(ASKED, by="queue", agent="bob"),
        replace(ASKED, begin=2_000 * S, end=9_000 * S),
        replace(ASKED, script="help", by="agent"),
        replace(ASKED, script="nobody's"),
    ):
        folded = fold_script(RUNS, asked)
        assert await reports.book(asked) == folded, asked
        assert bool(folded.groups) is (asked.script != "nobody's")


@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_and_so_it_does_of_other_days(sqlite_database: Database, seed: int) -> None:
    runs = walked(120, seed)
    reports = await kept(sqlite_database, runs)
    for by in BY:
        asked = replace(ASKED, by=by)
        assert await reports.book(asked) == fold_script(runs, asked)
