"""Imports that are cut off: nothing of half a file is seen, and nothing is imported twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import importing, switching
from contact_center.adapters.sql.dialing.filters import UnknownListError, count
from contact_center.adapters.sql.dialing.importing import (
    DEAD_AFTER_US,
    ImportRefusedError,
)
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.switching import roll_forward
from contact_center.adapters.sql.dialing.tables import import_runs, leads, lists, suppressions
from contact_center.app.dial_store import LiveStore
from dialer.campaign import ListShare
from dialer.ids import ListId
from tests.adapters.sql.dialing.book import campaign, store
from tests.adapters.sql.dialing.lists import (
    Clock,
    import_lines,
    leads_of,
    rows_behind,
    spring,
    verdicts,
)

LINES = tuple(f"{n},,P{n},+1212555{n:04},,{n},gold" for n in range(101, 120))
TEXT = [f"{row} imported" for row in range(2, 21)]


class PowerCutError(Exception):
    """The process is gone."""


def cut(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: int) -> None:
    """Let a function work `after` times, and then die after its work, before it is committed."""
    real = getattr(module, name)
    left = [after]

    def dying(*arguments: Any) -> Any:
        answer = real(*arguments)
        left[0] -= 1
        if left[0] < 0:
            raise PowerCutError
        return answer

    monkeypatch.setattr(module, name, dying)


def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    monkeypatch.setattr(switching, "STEP", 5)


async def seen(database: Database) -> int:
    """Leads that anybody can see; none where there is no list."""
    try:
        return await database.read(lambda c: count(c, ListId("spring"), ""))
    except UnknownListError:
        return 0


@pytest.mark.parametrize("batches", [0, 1, 3, 4])
async def test_an_import_that_died_goes_on_where_it_was(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    small_steps(monkeypatch)
    clock = Clock()
    with monkeypatch.context() as broken:
        cut(broken, importing, "stage", batches)
        with pytest.raises(PowerCutError):
            await import_lines(database, tmp_path, *LINES, clock=clock)
    assert await seen(database) == 0
    # The verdicts of the batch that was lost are in the file; they must not be there twice.
    with (tmp_path / "verdicts.csv").open("a") as file:
        file.write("half a li")
    clock.at += DEAD_AFTER_US
    told = await import_lines(database, tmp_path, *LINES, clock=clock)
    assert (told.added, told.duplicates, told.resumed_at) == (19, 0, 1 + 4 * batches)
    assert verdicts(tmp_path) == TEXT
    assert await seen(database) == 19


@pytest.mark.parametrize("steps", [0, 1, 3, 4, 5])
async def test_an_import_that_was_decided_is_carried_to_its_end(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    await import_lines(database, tmp_path, *LINES[:5])
    small_steps(monkeypatch)
    clock = Clock()
    changed = tuple(line.replace("gold", "silver") for line in LINES)
    with monkeypatch.context() as broken:
        cut(broken, switching, "step", steps)
        with pytest.raises(PowerCutError):
            await import_lines(database, tmp_path, *changed, clock=clock)
    held = await database.read(lambda c: c.execute(select(lists.c.switching)).scalar_one())
    runs = await roll_forward(database, clock())
    assert runs == [held]
    found = await leads_of(database)
    assert {row["state"] for row in found.values()} == {"open"}
    assert {row["fields"]["tier"] for row in found.values()} == {"silver"}
    assert len(found) == 19
    assert await database.read(lambda c: c.execute(select(lists.c.switching)).scalar_one()) == ""
    assert await roll_forward(database, clock()) == []


async def test_another_file_puts_an_end_to_an_import_that_died(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    clock = Clock()
    with monkeypatch.context() as broken:
        cut(broken, importing, "stage", 3)
        with pytest.raises(PowerCutError):
            await import_lines(database, tmp_path, *LINES, clock=clock)
    clock.at += DEAD_AFTER_US
    with pytest.raises(ImportRefusedError, match="was interrupted"):
        await import_lines(database, tmp_path, *LINES[-2:], clock=clock, dry_run=True)
    await import_lines(database, tmp_path, *LINES[-2:], clock=clock)
    assert set(await leads_of(database)) == {"118", "119"}
    staged = select(func.count()).select_from(leads).where(leads.c.state == "staged")
    assert await database.read(lambda c: c.execute(staged).scalar_one()) == 0
    states = select(import_runs.c.state).order_by(import_runs.c.started_at)
    assert await database.read(lambda c: c.execute(states).scalars().all()) == ["abandoned", "done"]


async def test_two_imports_into_one_list_are_not_under_way_at_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    clock = Clock()
    with monkeypatch.context() as broken:
        cut(broken, importing, "stage", 2)
        with pytest.raises(PowerCutError):
            await import_lines(database, tmp_path, *LINES, clock=clock)
    # Seconds ago it gave a sign of life.
    with pytest.raises(ImportRefusedError, match="under way"):
        await import_lines(database, tmp_path / "b", *LINES[:2], clock=clock)
    # Into another list, one may be.
    autumn = spring(list="autumn")
    told = await import_lines(database, tmp_path, *LINES[:2], definition=autumn, clock=clock)
    assert told.added == 2


async def test_who_was_suppressed_while_an_import_was_cut_off_is_not_opened_by_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    clock = Clock()
    with monkeypatch.context() as broken:
        cut(broken, importing, "stage", 1)
        with pytest.raises(PowerCutError):
            await import_lines(database, tmp_path, *LINES, clock=clock)
    row = {"kind": "number", "scope": "global", "whose": "", "source": "internal", "since": 0}
    numbers = [{**row, "value": f"+1212555{n:04}"} for n in (101, 119)]
    await database.write(lambda c: c.execute(insert(suppressions), numbers))
    clock.at += DEAD_AFTER_US
    told = await import_lines(database, tmp_path, *LINES, clock=clock)
    assert told.suppressed == 1
    states = {key: row["state"] for key, row in (await leads_of(database)).items()}
    # Of the first one the gate knows before any call; what was staged before stays open.
    assert (states["119"], states["101"]) == ("suppressed", "open")


async def test_progress_is_told_with_every_batch(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    told: list[tuple[int, int]] = []
    plan = importing.ImportPlan(
        definition=spring(), file="f", digest="d", verdicts=tmp_path / "verdicts.csv"
    )
    await importing.import_leads(
        database,
        plan,
        rows_behind(plan.definition, *LINES),
        Clock(),
        lambda progress: told.append((progress.row, progress.rows)),
    )
    assert told == [(5, 4), (9, 8), (13, 12), (17, 16), (20, 19)]


async def test_a_dialer_sees_all_of_an_import_or_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_lines(database, tmp_path, LINES[0])
    small_steps(monkeypatch)
    clock = Clock()
    with monkeypatch.context() as broken:
        cut(broken, switching, "step", 2)  # of four steps
        with pytest.raises(PowerCutError):
            await import_lines(database, tmp_path, *LINES, clock=clock)
    dial = store(database)
    spring_campaign = campaign(ListShare(list=ListId("spring"), filter="fields.age > 100"))
    held = await dial.claim(spring_campaign, 50, clock())
    assert held.leads == ()
    assert held.next_due_at is not None  # or the campaign would be complete
    # A service does so when it starts.
    await LiveStore(dial, Looking(database)).finish_imports(clock())
    whole = await dial.claim(spring_campaign, 50, clock())
    assert len(whole.leads) == 19
    assert {lead.fields["tier"] for lead in whole.leads} == {"gold"}


async def test_verdicts_that_cannot_be_written_stop_an_import_that_then_goes_on(
    database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    with pytest.raises(ImportRefusedError, match="verdicts cannot be written"):
        await import_lines(database, tmp_path / "none", *LINES, clock=clock)
    assert await seen(database) == 0
    clock.at += DEAD_AFTER_US
    assert (await import_lines(database, tmp_path, *LINES, clock=clock)).added == 19
