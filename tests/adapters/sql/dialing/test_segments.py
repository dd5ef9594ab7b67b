"""Lists as people look at them: counts, segments and exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing import segments
from contact_center.adapters.sql.dialing.filters import count
from contact_center.adapters.sql.dialing.tables import leads, segment_leads, segments_saved
from dialer.ids import ListId
from dialer.lead_filter import FilterError
from tests.adapters.sql.dialing.lists import import_lines, leads_of

SPRING = ListId("spring")
LINES = (
    "1,,Ana,+12125550101,+12125550102,41,gold",
    "2,,Ben,+12125550103,,30,",
    "3,,Coy,+12125550104,,,silver",
)


async def test_a_list_is_told_with_its_states_fields_and_segments(
    database: Database, tmp_path: Path
) -> None:
    await import_lines(database, tmp_path, *LINES)
    done = update(leads).where(leads.c.external_key == "2").values(state="done")
    await database.write(lambda c: c.execute(done))
    await database.write(
        lambda c: segments.save_segment(c, SPRING, "old", "age > 40", 5, live=True)
    )
    (told,) = await database.read(segments.summaries)
    assert told.states == {"open": 2, "done": 1}
    assert told.fields == {"age": "integer", "tier": "text"}
    assert told.segments == {"old": 1}
    assert not told.switching


async def test_a_snapshot_stays_while_a_live_segment_follows(
    database: Database, tmp_path: Path
) -> None:
    await import_lines(database, tmp_path, *LINES)
    for name, live in (("kept", False), ("live", True)):
        saved = await database.write(
            lambda c, name=name, live=live: segments.save_segment(  # type: ignore[misc]
                c, SPRING, name, "fields.age > 35", 5, live=live
            )
        )
        assert saved == 1
    await import_lines(
        database, tmp_path, LINES[0].replace("41", "20"), LINES[1].replace("30", "50")
    )
    found = await leads_of(database)
    for name, key in (("kept", "1"), ("live", "2")):
        asked = f'"{name}" in lead.segments && lead.name == "{found[key]["name"]}"'
        assert await database.read(lambda c, asked=asked: count(c, SPRING, asked)) == 1  # type: ignore[misc]
        whole = f'"{name}" in lead.segments'
        assert await database.read(lambda c, whole=whole: count(c, SPRING, whole)) == 1  # type: ignore[misc]


async def test_a_segment_that_is_saved_again_is_another(database: Database, tmp_path: Path) -> None:
    await import_lines(database, tmp_path, *LINES)
    for source in ("fields.age > 35", "true"):
        await database.write(
            lambda c, source=source: segments.save_segment(  # type: ignore[misc]
                c, SPRING, "some", source, 5, live=False
            )
        )
    rows = await database.read(lambda c: c.execute(select(segments_saved)).all())
    assert [(row.segment, row.filter, row.leads) for row in rows] == [("some", "true", 3)]
    await database.write(lambda c: segments.forget(c, SPRING, "some"))
    assert await database.read(lambda c: c.execute(select(segment_leads)).all()) == []


async def test_a_segment_that_cannot_be_is_not_saved(database: Database, tmp_path: Path) -> None:
    await import_lines(database, tmp_path, *LINES)
    for source in ("fields.years > 3", '"me" in lead.segments'):
        with pytest.raises(FilterError):
            await database.write(
                lambda c, source=source: segments.save_segment(  # type: ignore[misc]
                    c, SPRING, "me", source, 5, live=True
                )
            )
    assert await database.read(lambda c: c.execute(select(segments_saved)).all()) == []


async def test_leads_are_given_page_by_page_with_numbers_and_fields(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_lines(database, tmp_path, *LINES)
    monkeypatch.setattr(segments, "PAGE", 2)
    first, more = await database.read(lambda c: segments.page(c, SPRING, ""))
    second, last = await database.read(lambda c: segments.page(c, SPRING, "", more))
    assert [lead["name"] for lead in first + second] == ["Ana", "Ben", "Coy"]
    assert (more, last) == (first[-1]["lead"], "")
    assert await database.read(lambda c: segments.most_numbers(c, SPRING)) == 2
    rows = list(segments.export_rows(["age", "tier"], 2, first))
    assert rows[0][1:] == [
        *("1", "Ana", "", 0, "open", 0, ""),
        *("+12125550101", "+12125550102", 41, "gold"),
    ]
    assert rows[1][-3:] == ["", 30, ""]
    some, _ = await database.read(lambda c: segments.page(c, SPRING, "has(fields.tier)"))
    assert [lead["key"] for lead in some] == ["1", "3"]
