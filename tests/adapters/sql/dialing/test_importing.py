"""Importing leads: each row has its verdict, and what has ended stays so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.importing import ImportRefusedError
from contact_center.adapters.sql.dialing.tables import (
    import_rows,
    import_runs,
    lead_numbers,
    leads,
    lists,
    parties,
    suppressions,
)
from dialer.ids import ListId
from tests.adapters.sql.dialing.lists import START, import_lines, leads_of, spring, verdicts

ANA = "1,,Ana,+12125550101,+12125550102,41,gold"
BEN = "2,,Ben,+12125550103,,30,"
COY = "3,,Coy,+12125550104,,,silver"


async def suppress(database: Database, kind: str, value: str, **rest: Any) -> None:
    row = {"scope": "global", "whose": "", "source": "internal", "since": 0, **rest}
    await database.write(
        lambda c: c.execute(insert(suppressions).values(kind=kind, value=value, **row))
    )


async def end(database: Database, key: str, state: str) -> None:
    change = update(leads).where(leads.c.external_key == key).values(state=state, version=7)
    await database.write(lambda c: c.execute(change))


async def test_rows_become_leads_that_can_be_dialled(database: Database, tmp_path: Path) -> None:
    told = await import_lines(database, tmp_path, ANA, BEN)
    assert (told.added, told.rows, told.row) == (2, 2, 3)
    found = await leads_of(database)
    ana = found["1"]
    assert (ana["state"], ana["ready"], ana["due_at"]) == ("open", 0, 0)
    assert (ana["name"], ana["fields"]) == ("Ana", {"age": 41, "tier": "gold"})
    assert ana["numbers"] == ["+12125550101", "+12125550102"]
    assert found["2"]["fields"] == {"age": 30}
    assert verdicts(tmp_path) == ["2 imported", "3 imported"]
    rows = await database.read(lambda c: c.execute(select(import_runs)).all())
    assert [(row.state, row.added, row.file) for row in rows] == [("done", 2, "spring.csv")]
    shape = await database.read(lambda c: c.execute(select(lists.c.shape)).scalar_one())
    assert shape["fields"] == {"age": "integer", "tier": "text"}
    zones = await database.read(lambda c: c.execute(select(lead_numbers.c.zones)).scalars().all())
    assert set(map(tuple, zones)) == {("America/New_York",)}


async def test_bad_rows_are_told_why_and_cost_no_other(database: Database, tmp_path: Path) -> None:
    told = await import_lines(database, tmp_path, "1,,Ana,12345,,41,gold", BEN, "3,,Coy,,,x,")
    assert (told.added, told.rejected) == (1, 2)
    assert told.codes == {"number": 1, "value": 1}
    assert verdicts(tmp_path) == ["2 rejected number phone", "3 imported", "4 rejected value age"]
    assert set(await leads_of(database)) == {"2"}


async def test_a_lead_is_in_a_file_once(database: Database, tmp_path: Path) -> None:
    told = await import_lines(database, tmp_path, ANA, BEN, ANA.replace("Ana", "Anna"))
    assert (told.added, told.duplicates) == (2, 1)
    assert (await leads_of(database))["1"]["name"] == "Ana"
    assert verdicts(tmp_path)[2] == "4 duplicate in_file"


async def test_without_a_key_a_lead_is_its_numbers(database: Database, tmp_path: Path) -> None:
    plain = spring(party="", household="")
    told = await import_lines(
        database, tmp_path, ANA, "9,,Ann,,+12125550102,40,", COY, definition=plain
    )
    assert (told.added, told.duplicates) == (2, 1)
    again = await import_lines(database, tmp_path, "9,,Anna,+12125550102,,40,", definition=plain)
    assert (again.updated, again.added) == (1, 0)


async def test_an_import_again_updates_what_is_there(database: Database, tmp_path: Path) -> None:
    await import_lines(database, tmp_path, ANA, BEN)
    before = (await leads_of(database))["1"]
    told = await import_lines(
        database, tmp_path, "1,,Ana Lima,+12125550102,+12125550109,,platinum", COY
    )
    assert (told.added, told.updated) == (1, 1)
    after = (await leads_of(database))["1"]
    assert after["lead"] == before["lead"]
    assert (after["name"], after["fields"]) == ("Ana Lima", {"tier": "platinum"})
    assert after["numbers"] == ["+12125550102", "+12125550109"]
    assert verdicts(tmp_path) == ["2 updated", "3 imported"]
    left = await database.read(lambda c: c.execute(select(import_rows)).all())
    assert left == []


@pytest.mark.parametrize("state", ["done", "exhausted", "suppressed"])
async def test_an_import_never_reopens_what_has_ended(
    database: Database, tmp_path: Path, state: str
) -> None:
    await import_lines(database, tmp_path, ANA, BEN)
    await end(database, "1", state)
    told = await import_lines(database, tmp_path, ANA.replace("41", "42"), BEN.replace("30", "31"))
    ana = (await leads_of(database))["1"]
    assert (ana["state"], ana["version"], ana["fields"]["age"]) == (state, 7, 42)
    assert told.codes == {"kept": 1}
    assert verdicts(tmp_path) == ["2 updated kept", "3 updated"]


async def test_a_lead_that_is_on_the_line_keeps_its_claim(
    database: Database, tmp_path: Path
) -> None:
    await import_lines(database, tmp_path, ANA)
    await end(database, "1", "dialling")
    await import_lines(database, tmp_path, ANA.replace("41", "42"))
    ana = (await leads_of(database))["1"]
    assert (ana["state"], ana["version"], ana["fields"]["age"]) == ("dialling", 7, 42)


async def test_a_dead_number_stays_dead(database: Database, tmp_path: Path) -> None:
    await import_lines(database, tmp_path, ANA)
    dead = update(lead_numbers).where(lead_numbers.c.number == "+12125550101")
    await database.write(lambda c: c.execute(dead.values(dead=True, attempts=3)))
    for line in (ANA.replace("+12125550101", ""), ANA):
        await import_lines(database, tmp_path, line)
    rows = await database.read(lambda c: c.execute(select(lead_numbers)).all())
    assert {(r.number, r.dead, r.attempts) for r in rows} == {
        ("+12125550101", True, 3),
        ("+12125550102", False, 0),
    }


async def test_who_may_not_be_called_is_kept_and_never_open(
    database: Database, tmp_path: Path
) -> None:
    await suppress(database, "number", "+12125550101")
    await suppress(database, "number", "+12125550103", scope="list", whose="spring")
    await suppress(database, "number", "+12125550104", scope="list", whose="autumn")
    await suppress(database, "prefix", "+1415", lifted_at=5)
    await suppress(database, "number", "+12125550104", source="national")  # a consent may overrule
    await suppress(database, "number", "+12125550105", until=START)
    lines = (ANA, BEN, COY, "4,,Dee,+14155550101,,,", "5,,Eli,+12125550105,,,")
    told = await import_lines(database, tmp_path, *lines)
    found = await leads_of(database)
    assert {key: row["state"] for key, row in found.items()} == {
        **dict.fromkeys("1345", "open"),
        "2": "suppressed",
    }
    assert found["1"]["numbers"] == ["+12125550102"]  # the other one may be called
    assert (told.added, told.suppressed) == (4, 1)
    assert verdicts(tmp_path)[:2] == ["2 imported suppressed", "3 suppressed suppressed"]
    again = await import_lines(database, tmp_path, *lines, digest="another")
    assert (again.updated, again.codes) == (5, {"kept": 1, "suppressed": 1})
    assert (await leads_of(database))["2"]["state"] == "suppressed"


async def test_a_suppressed_party_is_not_called_at_any_number(
    database: Database, tmp_path: Path
) -> None:
    await import_lines(database, tmp_path, ANA)
    party = (await leads_of(database))["1"]["party"]
    await suppress(database, "party", party)
    autumn = spring(list="autumn")
    await import_lines(database, tmp_path, "1,,Ana,+12125550199,,,", definition=autumn)
    assert (await leads_of(database, "autumn"))["1"]["state"] == "suppressed"


@pytest.mark.parametrize(
    ("scope", "beside", "verdict"),
    [
        ("list", (), "imported"),
        ("campaign", (), "imported"),
        ("campaign", ("spring",), "duplicate in_list"),
        ("system", (), "duplicate in_list"),
    ],
)
@pytest.mark.parametrize("key", ["id", ""])
async def test_duplicates_are_looked_for_where_the_definition_says(
    database: Database,
    tmp_path: Path,
    scope: str,
    beside: tuple[ListId, ...],
    verdict: str,
    key: str,
) -> None:
    await import_lines(database, tmp_path, ANA, definition=spring(party=key))
    autumn = spring(list="autumn", duplicates=scope, party=key)
    await import_lines(database, tmp_path, ANA, BEN, definition=autumn, beside=beside)
    assert verdicts(tmp_path) == [f"2 {verdict}", "3 imported"]


async def test_one_person_is_one_party_in_every_list_and_a_household_is_one(
    database: Database, tmp_path: Path
) -> None:
    await import_lines(
        database, tmp_path, ANA, "2,h7,Ben,+12125550103,,,", "3,h7,Bea,,+12125550104,,"
    )
    autumn = spring(list="autumn")
    await import_lines(database, tmp_path, "1,,A,+12125550111,,,", definition=autumn)
    here, there = await leads_of(database), await leads_of(database, "autumn")
    assert here["1"]["party"] == there["1"]["party"]
    assert here["2"]["party"] == here["3"]["party"] != here["1"]["party"]
    assert here["2"]["bucket"] == here["3"]["bucket"]
    rows = await database.read(lambda c: c.execute(select(parties)).all())
    assert {(row.kind, row.key) for row in rows} == {("person", "1"), ("household", "h7")}


async def test_without_keys_a_number_makes_one_party_of_two_lists(
    database: Database, tmp_path: Path
) -> None:
    plain = spring(party="", household="")
    await import_lines(database, tmp_path, ANA, definition=plain)
    autumn = spring(list="autumn", party="", household="")
    await import_lines(database, tmp_path, "9,,Ana,+12125550102,,,", definition=autumn)
    (here,) = (await leads_of(database)).values()
    (there,) = (await leads_of(database, "autumn")).values()
    assert here["party"] == there["party"]


async def test_a_field_keeps_its_kind_and_other_files_may_add_fields(
    database: Database, tmp_path: Path
) -> None:
    await import_lines(database, tmp_path, ANA)
    with pytest.raises(ImportRefusedError, match='"age" of the list is integer, not text'):
        await import_lines(database, tmp_path, ANA, definition=spring(fields="{age: text}"))
    more = spring(fields="{years: {type: integer, column: age}}")
    await import_lines(database, tmp_path, ANA.replace("41", "42"), definition=more)
    assert (await leads_of(database))["1"]["fields"] == {"age": 41, "tier": "gold", "years": 42}
    shape = await database.read(lambda c: c.execute(select(lists.c.shape)).scalar_one())
    assert shape["fields"] == {"age": "integer", "tier": "text", "years": "integer"}


async def test_a_dry_run_gives_every_verdict_and_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    told = await import_lines(database, tmp_path, ANA, ANA, "x", dry_run=True)
    assert (told.added, told.duplicates, told.rejected) == (1, 1, 1)
    assert verdicts(tmp_path)[1:] == ["3 duplicate in_file", "4 rejected columns"]
    assert await leads_of(database) == {}
    assert await database.read(lambda c: c.execute(select(lists)).all()) == []
    await import_lines(database, tmp_path, BEN)
    await import_lines(database, tmp_path, BEN.replace("30", "31"), COY, dry_run=True)
    assert {key: row["fields"] for key, row in (await leads_of(database)).items()} == {
        "2": {"age": 30}
    }
