"""Flows published in a running product: checked, tested, swapped, listed and rolled back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import aiohttp
import pytest

from contact_center.app.reload import Reloader
from contact_center.content.center_files import load_center_file
from contact_center.content.problems import ContentError, Problem
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ids import FlowId
from contact_center.settings import load_settings
from tests.app.test_commands import START_S, Running, run, running
from tests.app.test_reload import Shop, viewed

if TYPE_CHECKING:
    from contact_center.adapters.prompts.store import PromptStore
    from contact_center.runtime.loop import CenterLoop

FLOW = "larkfield"
OLD = "For advice on plants, press 3."
NEW = "For advice on weeds, press 3."


def written(shop: Shop, old: str = OLD, new: str = NEW) -> str:
    """The flow's text with something changed."""
    text = (shop.file.parent / "flow.yaml").read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new)


@asynccontextmanager
async def open_center(folder: Path) -> AsyncIterator[tuple[Shop, Running]]:
    """The shipped center, in which its flows' own tests pass."""
    shop = Shop(folder)
    shop.change("    label: Sales\n    when_empty: false\n", "    label: Sales\n")
    async with running("run", env=shop.environment) as product:
        await product.says(r"^ready", within=START_S)
        yield shop, product


async def version_of(shop: Shop) -> str:
    code, text = await run("ivr", "versions", FLOW, "--json", env=shop.environment)
    assert code == 0, text
    return str(json.loads(text)["versions"][0]["version"])


async def test_a_flow_is_published_while_a_caller_is_in_it_and_rolled_back(tmp_path: Path) -> None:
    async with open_center(tmp_path) as (shop, product):
        env, file = shop.environment, shop.file.parent / "flow.yaml"
        first, before = await version_of(shop), file.read_text(encoding="utf-8")
        async with aiohttp.ClientSession(f"{product.url}/demo/api/") as session:
            old = await called(session)
            new_file = tmp_path / "new.yaml"
            new_file.write_text(written(shop), encoding="utf-8")
            words = ("ivr", "publish", FLOW, "--file", str(new_file), "--note", "weeds")
            code, text = await run(*words, env=env)
            assert code == 0, text
            assert re.search(rf"flows changed: {FLOW}\npublished: {FLOW} version \w{{16}}\n", text)
            assert file.read_text(encoding="utf-8") == new_file.read_text(encoding="utf-8")
            second = await version_of(shop)
            new = await called(session)
            calls = await scraped(product.url)
            assert (calls[first], calls[second]) == (1.0, 1.0)
            for leg in (old, new):
                await session.delete(f"calls/{leg}")
        code, text = await run("ivr", "versions", FLOW, env=env)
        newest, oldest = text.splitlines()
        assert newest.startswith(f"{second}  runs  ")
        assert newest.endswith("  weeds")
        assert (oldest.startswith(f"{first}        "), oldest.split()[-1]) == (True, "start")
        code, text = await run(
            "ivr", "versions", FLOW, "--diff", first, "--center", str(shop.file), env=env
        )
        assert (code, "weeds" in text) == (1, True), text
        code, text = await run("ivr", "rollback", FLOW, first[:6], env=env)
        assert (code, text.splitlines()[-1]) == (0, f"published: {FLOW} version {first}")
        assert file.read_text(encoding="utf-8") == before
        code, text = await run("ivr", "versions", FLOW, "--show", second[:8], env=env)
        assert (code, NEW in text) == (0, True)
        assert await product.stop() == 0
    code, text = await run("replay", str(tmp_path / "state" / "journal"))
    assert code == 0, text


async def test_what_is_wrong_or_fails_its_tests_changes_nothing(tmp_path: Path) -> None:
    async with open_center(tmp_path) as (shop, product):
        env, file = shop.environment, shop.file.parent / "flow.yaml"
        first, before = await version_of(shop), file.read_text(encoding="utf-8")
        new_file = tmp_path / "new.yaml"
        words = ("ivr", "publish", FLOW, "--file", str(new_file))
        new_file.write_text(written(shop, "goto: ask_order,", "goto: ask_ordr,"), encoding="utf-8")
        code, text = await run(*words, env=env)
        assert code == 1
        assert re.search(r"flow\.yaml:\d+:\d+: E020 ", text), text
        assert text.endswith("not published: nothing was changed\n")
        turned = written(shop, "say: Thank you for calling Larkfield", "say: Welcome to Larkfield")
        new_file.write_text(turned, encoding="utf-8")
        code, text = await run(*words, env=env)
        assert code == 1
        assert re.search(r"flow\.yaml:\d+:\d+: E121 the test \".+\" fails: ", text), text
        new_file.write_text(turned.replace(f"flow: {FLOW}", "flow: other"), encoding="utf-8")
        assert await run(*words, env=env) == (1, "This text is of another flow.\n")
        assert await run("ivr", "rollback", FLOW, "0000", env=env) == (
            1, "No version, or more than one, begins so.\n",
        )  # fmt: skip
        assert await run("ivr", "publish", "nobodys", env=env) == (1, "There is no such flow.\n")
        assert (file.read_text(encoding="utf-8"), await version_of(shop)) == (before, first)
        file.write_text(written(shop), encoding="utf-8")
        shop.change("label: Plant advice", "label: Garden doctor")
        code, text = await run("ivr", "publish", FLOW, env=env)
        assert (code, text.splitlines()[0]) == (0, f"flows changed: {FLOW}")
        assert await product.stop() == 0
    assert len(list((tmp_path / "state" / "journal").iterdir())) == 2


async def test_a_flow_that_is_published_leaves_campaigns_as_they_run(tmp_path: Path) -> None:
    campaigns = tmp_path / "campaigns.yaml"
    shutil.copy(Path(__file__).parent / "dialing" / "campaigns.yaml", campaigns)
    async with open_center(tmp_path) as (shop, product):
        env, file = shop.environment, shop.file.parent / "flow.yaml"
        text = campaigns.read_text(encoding="utf-8")
        campaigns.write_text(text.replace("  spring:", "  autumn:"), encoding="utf-8")
        file.write_text(written(shop), encoding="utf-8")
        code, said = await run("ivr", "publish", FLOW, env=env)
        assert (code, said.splitlines()[0]) == (0, f"flows changed: {FLOW}"), said
        assert "campaigns" not in said
        code, said = await run("dialer", "list", env=env)
        assert (code, "spring" in said, "autumn" in said) == (0, True, False), said
        code, said = await run("reload", env=env)
        assert code == 0, said
        assert re.search("campaigns gone: spring\n.*campaigns changed: autumn", said), said
        assert await product.stop() == 0


class Parts:
    """What a Reloader changes, and in which order it did."""

    def __init__(self, folder: Path, fits: str = "") -> None:
        shop = Shop(folder)
        shop.change("    label: Sales\n    when_empty: false\n", "    label: Sales\n")
        self.file = shop.file.parent / "flow.yaml"
        self.new = written(shop)
        self.done: list[str] = []
        self.problem = fits
        settings = load_settings({"CC_CENTER": str(shop.file)}, None)
        self.content = load_center_file(shop.file, lambda _language, _file: True)
        self.reloader = Reloader(
            settings=settings,
            content=self.content,
            loop=cast("CenterLoop", self),
            prompts=cast("PromptStore", self),
            before=self.before,
            fits=self.fits,
            renewed=self.renewed,
            swapped=lambda _: self.done.append("swapped"),
        )

    async def publish(self, _texts: object, _files: object) -> list[object]:
        return []

    def reload(self, *_content: object) -> None:
        self.done.append("the loop")

    async def before(self, _: CenterConfiguration) -> list[str]:
        self.done.append("all that is read")
        return []

    def fits(self, _: CenterConfiguration) -> None:
        if self.problem:
            raise ContentError([Problem(file="campaigns.yaml", code="E026", message=self.problem)])

    async def renewed(self, _: CenterConfiguration) -> list[str]:
        self.done.append("as it was")
        return []


async def test_for_a_flow_nothing_is_read_beside_it(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    await parts.reloader.publish(FlowId(FLOW), "ana", "", parts.new)
    assert parts.done == ["as it was", "the loop", "swapped"]
    assert parts.file.read_text(encoding="utf-8") == parts.new


async def test_a_flow_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    parts.file.unlink()
    parts.file.mkdir()
    with pytest.raises(ContentError, match="E100 cannot be written"):
        await parts.reloader.publish(FlowId(FLOW), "ana", "", parts.new)
    assert (parts.done, parts.reloader.content) == ([], parts.content)


async def test_a_flow_that_what_runs_does_not_go_with_is_not_even_written(tmp_path: Path) -> None:
    parts = Parts(tmp_path, fits="it needs the flow")
    before = parts.file.read_text(encoding="utf-8")
    with pytest.raises(ContentError, match="it needs the flow"):
        await parts.reloader.publish(FlowId(FLOW), "ana", "", parts.new)
    assert (parts.done, parts.file.read_text(encoding="utf-8")) == ([], before)


async def called(session: aiohttp.ClientSession) -> str:
    wish = {"ani": "+14155550101", "did": "+14155550100", "name": ""}
    leg = str((await (await session.post("calls", json=wish)).json())["leg"])
    await viewed(session, leg, lambda v: any(s["kind"] == "prompt" for s in v["heard"]))
    return leg


async def scraped(url: str) -> dict[str, float]:
    """Calls by version of the flow."""
    async with aiohttp.ClientSession() as session:
        text = await (await session.get(f"{url}/metrics")).text()
    pattern = rf'^contact_center_flow_calls{{flow="{FLOW}",version="(\w+)"}} (\S+)$'
    return {version: float(calls) for version, calls in re.findall(pattern, text, re.MULTILINE)}
