"""Another configuration under a running product: by command, by signal, over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.app.test_commands import ROOT, START_S, Running, environment, run, running, service

ZOE = """
  zoe:
    name: Zoe Adler
    login: zoe
    extension: 1009
    queues: [sales]
"""


class Shop:
    """The retailer's center in a folder of its own, where waiting callers wait for anybody."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "center.yaml"
        flow = (ROOT / "ivr_flows/retailer.yaml").read_text(encoding="utf-8")
        (folder / "flow.yaml").write_text(flow, encoding="utf-8")
        center = (ROOT / "config/retailer/center.yaml").read_text(encoding="utf-8")
        center = center.replace("../../ivr_flows/retailer.yaml", "flow.yaml")
        center = center.replace("../../", f"{ROOT}/")
        self.write(
            center.replace("    label: Sales\n", "    label: Sales\n    when_empty: false\n")
        )
        self.environment = service(folder, CC_CENTER=str(self.file))

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def change(self, old: str, new: str) -> None:
        assert self.text.count(old) == 1, old
        self.write(self.text.replace(old, new))


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[tuple[Shop, Running]]:
    shop = Shop(folder)
    async with running("run", env=shop.environment) as product:
        await product.says(r"^ready", within=START_S)
        yield shop, product


async def viewed(
    session: aiohttp.ClientSession, leg: str, condition: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Wait until the demo shows of a call what is asked for."""
    async with asyncio.timeout(60):
        while True:
            view: dict[str, Any] = await (await session.get(f"calls/{leg}")).json()
            if condition(view):
                return view
            await asyncio.sleep(0.1)


async def waiting_caller(session: aiohttp.ClientSession) -> str:
    """Call, press 1, and hear music; gives the leg."""
    wish = {"ani": "+14155550101", "did": "+14155550100", "name": ""}
    leg = str((await (await session.post("calls", json=wish)).json())["leg"])
    await viewed(session, leg, lambda v: any(s["kind"] == "prompt" for s in v["heard"]))
    await session.post(f"calls/{leg}/keys", json={"keys": "1"})
    await viewed(session, leg, lambda v: any(s["kind"] == "music" for s in v["heard"]))
    return leg


async def test_an_agent_who_came_with_a_reload_gets_the_caller_who_waited(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (shop, product):
        password = (await product.says(r"password for all: (\S+)$"))[1]
        async with aiohttp.ClientSession(f"{product.url}/demo/api/") as session:
            leg = await waiting_caller(session)
            shop.change("\ndispositions:\n", f"{ZOE}\ndispositions:\n")
            code, text = await run("reload", env=shop.environment)
            assert (code, text.splitlines()[0]) == (0, "agents new: zoe")
            assert re.search(r"^reloaded: version [0-9a-f]{16}$", text, re.M)
            words = ("agent", "--url", product.url, "--login", "zoe", "--auto", "--talk", "1.5")
            secret = environment(CONTACT_CENTER_PASSWORD=password)
            async with running(*words, env=secret) as agent:
                await agent.says(r"\*\*\* Maria Delgado", within=30)
                await viewed(session, leg, lambda v: v["state"] == "ended")
        assert await product.stop() == 0
    code, text = await run("replay", str(tmp_path / "state" / "journal"))
    assert code == 0, text
    assert re.fullmatch(r"2 segments, \d+ events, no difference\n", text)


async def test_a_center_with_mistakes_changes_nothing_and_names_them(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (shop, product):
        good = shop.text
        shop.change("extension: 1002", "extension: 1001")
        shop.change("max_wait: 15m", "max_wait: 15")
        code, text = await run("reload", env=shop.environment)
        assert code == 1
        assert re.search(r"center\.yaml:\d+:\d+: E102 extension 1001 already belongs", text)
        assert re.search(r"center\.yaml:\d+:\d+: E015 15 is not a duration", text)
        assert text.endswith("not reloaded: nothing was changed\n")
        product.process.send_signal(signal.SIGHUP)
        await product.says(r"not reloaded.* E102 ")
        shop.write(good)
        assert (await run("reload", env=shop.environment))[1].startswith("nothing changed\n")
        assert await product.stop() == 0
    assert len(list((tmp_path / "state" / "journal").iterdir())) == 1


async def test_a_signal_reloads_and_says_so_in_the_log(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (shop, product):
        shop.change("label: Plant advice", "label: Garden doctor")
        product.process.send_signal(signal.SIGHUP)
        await product.says(r"the configuration was reloaded: queues changed: support")
        assert await product.stop() == 0


async def test_articles_are_read_again_though_the_center_is_the_same(tmp_path: Path) -> None:
    articles = tmp_path / "handbook"
    articles.mkdir()
    async with open_shop(tmp_path) as (shop, product):
        shop.write(re.sub(r"\nknowledge: .*\n", "\nknowledge: handbook\n", shop.text))
        assert (await run("reload", env=shop.environment))[0] == 0
        (articles / "returns.md").write_text("# Returns\n", encoding="utf-8")
        code, text = await run("reload", env=shop.environment)
        assert (code, text.splitlines()[0]) == (0, "articles: 1")
        (articles / "bad.md").write_text("nothing", encoding="utf-8")
        code, text = await run("reload", env=shop.environment)
        assert code == 1
        assert "bad.md:1:1: E011 the article has no title" in text
        assert await product.stop() == 0


async def test_what_was_fixed_at_the_start_needs_a_restart(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (shop, product):
        shop.change("region: US", "region: CA")
        code, text = await run("reload", env=shop.environment)
        assert code == 1
        assert re.search(r'center\.yaml:5:9: E113 region was "US"', text)
        assert await product.stop() == 0


async def test_only_who_has_the_token_may_reload_and_no_page_ever(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as (_, product):
        file = tmp_path / "state" / "admin-token"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        token = {"Authorization": f"Bearer {file.read_text().strip()}"}
        asked = {
            "nothing": ({}, 401),
            "wrong": ({"Authorization": "Bearer x"}, 401),
            "page": ({**token, "Origin": product.url}, 403),
            "right": (token, 200),
        }
        async with aiohttp.ClientSession() as session:
            for name, (headers, status) in asked.items():
                answer = await session.post(f"{product.url}/api/reload", headers=headers)
                assert (name, answer.status) == (name, status)
            assert json.loads(await answer.text())["changes"] == []
        assert await product.stop() == 0


async def test_reload_says_when_nobody_can_be_asked(tmp_path: Path) -> None:
    env = service(tmp_path)
    code, text = await run("reload", env=env)
    assert (code, "admin-token: No such file" in text) == (2, True)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "admin-token").write_text("x\n")
    code, text = await run("reload", env=env)
    assert (code, "Connection refused" in text) == (2, True)
