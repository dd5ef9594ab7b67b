"""The command ``report dispositions``: counted by the tree, or one by one for a spreadsheet."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.migrate import open_database
from contact_center.app.report import report_command
from tests.adapters.sql.stories import S
from tests.adapters.sql.test_endings import ended
from tests.content.samples import CENTER, FLOW
from tests.content.test_disposition_shapes import PLAIN, TREE

WHEN = ("--from", "1970-01-01", "--to", "1970-01-02")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CC_SETTINGS", "CC_CENTER"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "center"
    folder.mkdir()
    (folder / "center.yaml").write_text(CENTER.replace(PLAIN, TREE), encoding="utf-8")
    (folder / "shop.yaml").write_text(FLOW, encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'center.db'}"
    monkeypatch.setenv("CC_CENTER", str(folder / "center.yaml"))
    monkeypatch.setenv("CC_DATABASE_URL", url)

    async def fill() -> None:
        made = await open_database(url)
        facts = [*ended("k1", 5 * S, "anna", order="12345", old="=1+1"), *ended("k2", 7 * S, "bob")]
        await CallStore(made, "US").write(facts)
        await made.close()

    asyncio.run(fill())


def test_the_table_counts_groups_and_what_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_command(["dispositions", *WHEN]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [
        ["Sales", "2", "100.0", "%"],
        ["New", "2", "100.0", "%"],
        ["Sold", "2", "100.0", "%"],
    ]
    assert report_command(["dispositions", *WHEN, "--queue", "elsewhere"]) == 0
    assert "nobody said" in capsys.readouterr().out


def test_csv_has_a_column_for_each_field_and_no_formula(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report_command(["dispositions", *WHEN, "--format", "csv"]) == 0
    first, second = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (first["call"], first["agent"], first["code"]) == ("k1", "anna", "sold")
    assert (first["path"], first["order"], first["old"]) == ("Sales / New / Sold", "12345", "'=1+1")
    assert second["order"] == ""


def test_json_has_them_as_they_were_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_command(["dispositions", *WHEN, "--format", "json", "--agent", "anna"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["dispositions"]
    assert row["path"] == ["Sales", "New", "Sold"]
    assert row["fields"] == {"order": "12345", "old": "=1+1"}


def test_a_wrong_command_line_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_command(["dispositions", "--from", "never", "--to", "1970-01-02"]) == 2
    assert capsys.readouterr().err
