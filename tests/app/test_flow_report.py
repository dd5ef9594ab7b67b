"""The command ``report flow``: what became of callers, of a database and of a running center."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contact_center.adapters.sql.call_store import CallStore
from contact_center.adapters.sql.migrate import open_database
from contact_center.app.report import report_command
from tests.app.test_commands import run
from tests.app.test_reload import open_shop, viewed, waiting_caller
from tests.reporting.test_flow_fold import LOG, call

WHEN = ("--from", "1970-01-01", "--to", "1970-01-02")
EVER = ("--from", "2020-01-01", "--to", "2100-01-01")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The calls of the fold's test, and one to the shop of the demo."""
    path = tmp_path / "center.db"
    for name in ("CC_SETTINGS", "CC_CENTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CC_DATABASE_URL", f"sqlite:///{path}")
    shop = call(50, 900).left("main", "choice:sales", 3, flow="larkfield", version="old").over()

    async def fill() -> None:
        database = await open_database(f"sqlite:///{path}")
        await CallStore(database, "US").write([*LOG, *shop])
        await database.close()

    asyncio.run(fill())
    return path


def test_a_table_for_people_has_a_line_for_each_node_of_each_version(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["flow", "main", *WHEN, "--success", "told"]) == 0
    text = capsys.readouterr().out
    first, second = text.split("version ")[1:]
    assert first.startswith("v2\n  12 calls, 11 of them over\n  contained: 2 of 11, 18.2 % (")
    menu = next(line.split() for line in first.splitlines() if line.startswith("menu"))
    assert menu[:5] == ["menu", "10", "83.3", "%", "11"]
    assert "deal: a" in first
    assert second.startswith("v1\n  1 calls")


def test_json_is_whole_and_a_version_can_be_chosen(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["flow", "main", *WHEN, "--version", "v1", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [version["version"] for version in told["versions"]] == ["v1"]
    assert told["traffic"] == {"menu": {"choice:cards": 1}, "pay": {"error": 1}}
    assert report_command(["flow", "main", *WHEN, "--version", "v1", "--format", "traffic"]) == 0
    assert json.loads(capsys.readouterr().out) == {"main": told["traffic"]}


def test_a_flow_of_the_center_is_told_in_its_order_with_other_versions_beside(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["flow", "larkfield", *WHEN, "--format", "json"]) == 0
    (version,) = json.loads(capsys.readouterr().out)["versions"]
    assert (version["current"], version["calls"]) == (False, 1)
    assert [node["node"] for node in version["nodes"]][:3] == [
        "welcome",
        "greeting",
        "welcome_back",
    ]
    main = next(node for node in version["nodes"] if node["node"] == "main")
    assert (main["label"], main["edges"][0]["to"]) == ("Main menu", "sales")
    assert report_command(["flow", "larkfield", "--from", "2000-01-01", "--to", "2000-01-02"]) == 0
    assert "nobody came into this flow" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobodys", *WHEN], "there is no flow nobodys; there are: larkfield"),
        (["main", "--from", "noon", "--to", "1970-01-02"], "'noon' is not a time"),
        (["main", "--from", "1970-01-02", "--to", "1970-01-02"], "--to must be later"),
        (["main", *WHEN, "--zone", "Mars/Olympus"], "Mars/Olympus"),
    ],
)
def test_a_wrong_command_line_is_answered_in_words(
    words: list[str], said: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_command(["flow", *words]) == 2
    assert said in capsys.readouterr().err


async def test_callers_of_a_running_center_are_in_the_report_and_in_the_picture(
    tmp_path: Path,
) -> None:
    async with open_shop(tmp_path) as (shop, product):
        env = shop.environment
        async with aiohttp.ClientSession(f"{product.url}/demo/api/") as session:
            leg = await waiting_caller(session)
            await session.delete(f"calls/{leg}")
            await viewed(session, leg, lambda v: v["state"] == "ended")
        token = (tmp_path / "state" / "admin-token").read_text().strip()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
            told = await reported(session, f"{product.url}/api/flows/larkfield/report")
        (version,) = told["versions"]
        assert (version["current"], version["calls"]) == (True, 1)
        assert told["traffic"]["main"] == {"choice:sales": 1}
        code, text = await run("report", "flow", "larkfield", *EVER, "--format", "json", env=env)
        assert (code, json.loads(text)["traffic"]) == (0, told["traffic"])
        file = tmp_path / "traffic.json"
        file.write_text(text, encoding="utf-8")
        words = ("ivr", "draw", "larkfield", "--center", str(shop.file), "--traffic", str(file))
        code, picture = await run(*words, env=env)
        assert (code, picture.startswith("<svg")) == (0, True), picture[:300]
        assert await product.stop() == 0


async def reported(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """Ask until the call that is over is in the database."""
    async with asyncio.timeout(60):
        while True:
            answer = await session.get(url)
            told: dict[str, Any] = await answer.json()
            assert answer.status == 200, told
            if any("hangup" in edges for edges in told["traffic"].values()):
                return told
            await asyncio.sleep(0.1)
