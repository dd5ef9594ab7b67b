"""The command ``report``: a day in the database, told as a table, as CSV, as JSON."""

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
from contact_center.core.facts import AgentChanged, CallFact
from contact_center.reporting.measures import MEASURES
from tests.adapters.sql.stories import S, agent_state, answered_call

NINE = 1_795_338_000 * S  # 2026-11-22T09:00 UTC


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two calls to sales, one just after nine and one an hour later, 20 s of waiting each."""
    path = tmp_path / "center.db"
    for name in ("CC_SETTINGS", "CC_CENTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CC_DATABASE_URL", f"sqlite:///{path}")

    async def fill() -> None:
        database = await open_database(f"sqlite:///{path}")
        told: list[CallFact | AgentChanged] = [
            *answered_call("k1", at=NINE + 5 * S),
            *answered_call("k2", at=NINE + 3605 * S),
            agent_state(NINE),
        ]
        await CallStore(database, "US").write(told)
        await database.close()

    asyncio.run(fill())
    return path


WHEN = ("--from", "2026-11-22T09:00", "--to", "2026-11-22T12:00")


def test_a_table_for_people_has_a_line_for_each_interval_and_queue(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command([*WHEN, "--interval", "30m", "--queue", "sales"]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["from", "of", "entered", "answered"]
    assert first.split()[:4] == ["2026-11-22T09:00+00:00", "sales", "1", "1"]
    assert second.split()[0] == "2026-11-22T10:00+00:00"
    assert "100.0 %" in first
    assert "20.0 s" in first


def test_csv_has_every_measure_and_leaves_the_undefined_empty(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command([*WHEN, "--by", "queue", "--format", "csv"]) == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row.keys() == {"from", "of", "name", *MEASURES}
    assert (row["answered"], row["asa_us"], row["sl_noshort"]) == ("2", str(20 * S), "1.0")
    assert row["average_abandon_us"] == ""
    assert row["average_hold_us"] == str(15 * S)


def test_json_names_what_it_is_about_and_takes_a_zone_and_chosen_measures(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--from", "2026-11-22T10:00", "--to", "2026-11-22T11:00", "--zone", "Europe/Berlin"]
    chosen = ["--by", "agent", "--measures", "handled,idle_us", "--format", "json"]
    assert report_command([*words, *chosen, "--attribution", "flow"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["from"], told["attribution"]) == ("2026-11-22T10:00+01:00", "flow")
    begin = "2026-11-22T10:00+01:00"
    assert told["rows"] == [
        {"from": begin, "agent": "alice", "handled": 1, "idle_us": told["rows"][0]["idle_us"]}
    ]
    assert told["fairness"] == 1.0


def test_a_stretch_of_time_takes_in_its_first_instant_and_not_its_last(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for begin, end, count in (("09:00:15", "09:00:16", 1), ("09:00:16", "10:00", 0)):
        words = ["--from", f"2026-11-22T{begin}", "--to", f"2026-11-22T{end}", "--format", "csv"]
        assert report_command([*words, "--measures", "entered"]) == 0
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert sum(int(row["entered"]) for row in rows) == count


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "noon", "--to", "2026-11-22"], "'noon' is not a time"),
        (["--from", "2026-11-22", "--to", "2026-11-22"], "--to must be later"),
        ([*WHEN, "--interval", "half"], "'half' is not a length of time"),
        ([*WHEN, "--interval", "0m"], "'0m' is not a length"),
        (["--from", "2000-01-01", "--to", "2026-01-01", "--interval", "1s"], "more than 20000"),
        ([*WHEN, "--measures", "sl_nice,asa_us"], "no measure is called sl_nice"),
        ([*WHEN, "--zone", "Mars/Olympus"], "Mars/Olympus"),
    ],
)
def test_a_wrong_command_line_is_answered_in_words(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(words) == 2
    assert said in capsys.readouterr().err


def test_a_database_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert report_command([*WHEN]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "127.0.0.1" in error


def test_nothing_in_a_time_is_said(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report_command(["--from", "2020-01-01", "--to", "2020-01-02"]) == 0
    assert "nothing happened" in capsys.readouterr().out
