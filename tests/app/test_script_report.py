"""The command ``report script``: what came of scripts, of a database and of a running center."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.sql.scripts import ScriptRecords
from contact_center.app.report import report_command
from contact_center.content.scripts import load_script
from contact_center.content.yaml_source import read
from contact_center.core.scripting import reading
from contact_center.core.scripting.run import Run
from contact_center.core.scripting.script import Script
from tests.app.test_commands import START_S, run, running
from tests.app.test_reload import Shop
from tests.core.scripting.scripts import NAMES, SHIPPED
from tests.reporting.script_walks import TODAY, S
from tests.reporting.test_script_book import RUNS

WHEN = ("--from", "1970-01-01", "--to", "1970-01-02")
GOAL = ("--goal", "sold")


def shipped() -> Script:
    text = (SHIPPED / "catalogue_sale.yaml").read_text(encoding="utf-8")
    loaded = load_script(read("catalogue_sale.yaml", text), text)
    assert loaded is not None
    return loaded.script


async def fill(url: str) -> None:
    """Keep the runs of the fold's test, and one of the script that the shop has."""
    database = await open_database(url)
    records = ScriptRecords(database)
    await records.start()
    try:
        for kept in RUNS:
            live = Run(
                call=kept.call, script=TODAY, agent=kept.agent, language="en-US", queue=kept.queue
            )
            for fact in kept.facts:
                live.apply(fact)
                records.happened(live, [fact])
        own = Run(call="own", script=shipped(), agent="ann", language="en-US", queue="sales")
        records.happened(own, reading.begin(own, NAMES, S))
        records.happened(own, reading.end(own, "no_sale", 5 * S))
    finally:
        assert await records.close(deadline_s=20) == 0
        await database.close()


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "center.db"
    for name in ("CC_SETTINGS", "CC_CENTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CC_DATABASE_URL", f"sqlite:///{path}")
    asyncio.run(fill(f"sqlite:///{path}"))
    return path


def test_a_table_for_people_has_a_line_for_each_page_of_each_version(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["script", "sale", *WHEN, *GOAL]) == 0
    text = capsys.readouterr().out
    head = f"version {TODAY.version[:12]}\n  5 runs in 4 calls, 4 of them over\n  read to the end: "
    assert text.startswith(head)
    assert "  conversion: 2 of 4, 50.0 % (15.0 % to 85.0 %)\n" in text
    assert "  ended as sold: 2 of 4" in text
    lines = {words[0]: words for line in text.splitlines() if (words := line.split())}
    assert lines["open"] == ["open", "5", "100.0", "%", "5", "0", "2", "2.0", "s", "3.0", "s",
                             "next:fork", "60.0", "%"]  # fmt: skip
    assert lines["price"][:4] == ["price", "3", "100.0", "%"]
    assert lines["soil"][:4] == ["soil", "3", "66.7", "%"]
    assert lines["terms"][:5] == ["terms", "3", "(2", "recorded)", "100.0"]
    assert "fork: " in text


def test_json_is_whole_and_may_be_by_agent(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        report_command(["script", "sale", *WHEN, "--by", "agent", "--queue", "sales", "--json"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["by"], told["queue"], told["goals"]) == ("agent", "sales", [])
    assert [(group["agent"], group["runs"]) for group in told["groups"]] == [("ann", 3)]


def test_a_script_of_the_center_is_told_with_its_titles_in_its_order(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["script", "catalogue-sale", *WHEN, "--json"]) == 0
    (group,) = json.loads(capsys.readouterr().out)["groups"]
    assert (group["current"], group["runs"]) == (True, 1)
    pages = [(page["page"], page["title"], page["runs"]) for page in group["pages"]]
    assert pages[:2] == [("open", "Good morning", 1), ("recording", "Recording", 0)]
    past = ("--from", "2000-01-01", "--to", "2000-01-02")
    assert report_command(["script", "catalogue-sale", *past]) == 0
    assert "nobody read this script" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobodys", *WHEN], "there is no call script nobodys; there are: catalogue-sale"),
        (["sale", "--from", "noon", "--to", "1970-01-02"], "'noon' is not a time"),
        (["sale", "--from", "1970-01-02", "--to", "1970-01-02"], "--to must be later"),
        (["sale", *WHEN, "--zone", "Mars/Olympus"], "Mars/Olympus"),
    ],
)
def test_a_wrong_command_line_is_answered_in_words(
    words: list[str], said: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["script", *words]) == 2
    assert said in capsys.readouterr().err


async def test_a_running_center_tells_the_same(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    url = f"sqlite:///{tmp_path}/center.db"
    env = {**shop.environment, "CC_DATABASE_URL": url}
    await fill(url)
    async with running("run", env=env) as product:
        await product.says(r"^ready", within=START_S)
        token = (tmp_path / "state" / "admin-token").read_text().strip()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
            for name in ("sale", "catalogue-sale"):
                where = f"{product.url}/api/scripts/{name}/report?from=0&to=86400000000&goal=sold"
                answer = await session.get(where)
                told = await answer.json()
                assert answer.status == 200, told
                code, text = await run("report", "script", name, *WHEN, *GOAL, "--json", env=env)
                assert code == 0
                assert counted(json.loads(text)) == counted(told) != []
            answer = await session.get(f"{product.url}/api/scripts/nobodys/report")
            assert answer.status == 404
        assert await product.stop() == 0


def counted(told: dict[str, Any]) -> list[Any]:
    """What was counted, whatever the pages are called and in whichever order they are told."""
    return [
        {**group, "current": "", "pages": {
            page["page"]: {**page, "title": ""} for page in group["pages"] if page["entries"]
        }}
        for group in told["groups"]
    ]  # fmt: skip
