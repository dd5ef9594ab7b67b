"""A supervisor's day with a campaign, on the simulated network: import, start, watch, change, stop.

The process is a real one, steered by the command line as people do; agents sit at desks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import signal
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from contact_center.app.dialing import read_campaigns, refuse_what_campaigns_miss
from contact_center.content.center_files import load_center_file
from contact_center.content.policies import load_policies_folder
from contact_center.content.problems import ContentError
from contact_center.desk_client.connection import CommandFailedError, DeskClient, log_in, socket_url
from contact_center.desk_client.screen import Screen
from tests.app.test_commands import ROOT, START_S, Running, run, running, service
from tests.real.dialog import until

PARTS = Path(__file__).parent / "dialing"
LEADS = 9

pytestmark = pytest.mark.timeout(240)


class Shop:
    """The retailer with a campaign, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        center = (ROOT / "config/retailer/center.yaml").read_text(encoding="utf-8")
        center = center.replace("../../", f"{ROOT}/")
        # These agents sell without a word; what a script has against that is told elsewhere.
        center = re.sub(r"\n +call_script: .*", "", center)
        (folder / "center.yaml").write_text(center, encoding="utf-8")
        shutil.copy(PARTS / "campaigns.yaml", folder)
        self.environment = service(
            folder,
            CC_CENTER=str(folder / "center.yaml"),
            CC_POLICIES=str(PARTS / "policies"),
            CC_DESK_DEMO="true",
        )

    async def says(self, *words: str, code: int = 0) -> str:
        """Run a command, which ends with `code`; gives what it says."""
        found, said = await run(*words, env=self.environment)
        assert found == code, said
        return said

    async def shows(self) -> dict[str, Any]:
        """Give the campaign as it stands; over HTTP, which costs less than a command."""
        token = (self.folder / "state" / "admin-token").read_text().strip()
        url = f"http://127.0.0.1:{self.environment['CC_HTTP_PORT']}/api/campaigns/spring"
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.request("GET", url, headers=headers) as answer:
            shown: dict[str, Any] = await answer.json()
        return shown

    async def comes_to(
        self, condition: Callable[[dict[str, Any]], object], within: float
    ) -> dict[str, Any]:
        """Wait until the campaign stands as is asked for."""
        async with asyncio.timeout(within):
            while not condition(shown := await self.shows()):  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.3)
        return shown

    async def imports(self, count: int) -> None:
        rows = "".join(
            f"{n},Person {n},+1212555{n:04},{20 + n % 50}\n" for n in range(100, 100 + count)
        )
        file = self.folder / "leads.csv"
        file.write_text(f"id,name,phone,age\n{rows}", encoding="utf-8")
        await self.says("leads", "import", str(file), "--shape", str(PARTS / "list.yaml"))

    def rows(self, query: str) -> list[Any]:
        database = self.folder / "state" / "contact-center.db"
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(query).fetchall()


Says = Callable[[dict[str, Any]], str]
"""How an agent says that a call ended: the code of a disposition."""


def sold(call: dict[str, Any]) -> str:
    return "sold"


async def work(url: str, name: str, password: str, talks: list[str], says: Says = sold) -> None:
    """Be an agent who takes every call, talks a moment and says how it ended; until cancelled."""
    screen, changed = Screen(), asyncio.Event()

    def hear(message: dict[str, Any]) -> None:
        screen.apply(message)
        changed.set()

    token = await log_in(url, name, password)
    client = DeskClient(socket_url(url), token, hear, back_off_s=0.2)
    connection = asyncio.ensure_future(client.run())
    try:
        await until(lambda: screen.agent == name, within=30, what=f"{name} is signed in")
        await client.command("cmd.ready")
        while True:
            # Also when nothing is told: what was refused may be possible by now.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await changed.wait()
            changed.clear()
            await act(client, screen, talks, says)
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def act(client: DeskClient, screen: Screen, talks: list[str], says: Says) -> None:
    call, doing = screen.call, screen.state.get("work")
    if call is None:
        return
    try:
        if doing == "offered":
            await client.command(
                "cmd.accept", {"reservation": call["reservation"]}, call=call["call"]
            )
        elif doing == "talking":
            await asyncio.sleep(1.2)  # who is gone sooner has not talked
            await client.command("cmd.hangup", call=call["call"])
            talks.append(call["call"])
        elif doing == "wrap_up":
            await client.command(
                "cmd.disposition", {"code": says(call), "notes": ""}, call=call["call"]
            )
    except CommandFailedError as refused:
        # Else the customer was quicker: there is nothing to answer, end or note any more.
        if refused.code in {"malformed", "unknown_command", "not_allowed"}:
            raise


@asynccontextmanager
async def at_work(product: Running, *names: str, says: Says = sold) -> AsyncIterator[list[str]]:
    password = (await product.says(r"password for all: (\S+)$"))[1]
    talks: list[str] = []
    agents = [asyncio.ensure_future(work(product.url, n, password, talks, says)) for n in names]
    try:
        yield talks
    finally:
        for agent in agents:
            agent.cancel()
        ended = await asyncio.gather(*agents, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[tuple[Shop, Running]]:
    shop = Shop(folder)
    async with running("run", env=shop.environment) as product:
        await product.says(r"^ready", within=START_S)
        yield shop, product


async def test_a_campaign_is_imported_started_and_called_to_its_last_lead(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.imports(LEADS)
        assert "Simulated to its end" in await shop.says("dialer", "plan", "spring", "--simulate")
        assert "draft" in await shop.says("dialer", "list")
        talks = await stack.enter_async_context(at_work(product, "ana", "ben", "dev"))
        assert await shop.says("dialer", "start", "spring", "--why", "monday") == (
            "spring is running\n"
        )
        assert "not possible" in await shop.says(
            "dialer", "start", "spring", "--why", "again", code=1
        )
        shown = await shop.comes_to(
            lambda shown: sum(shown["outcomes"].values()) == LEADS and shown["state"] == "complete",
            150,
        )
        analysis = json.loads(await shop.says("dialer", "analysis", "spring", "--json"))
        table = await shop.says("dialer", "analysis", "spring")
        stands = await shop.says("dialer", "show", "spring")
        of_number = await shop.says("dialer", "lead", "+12125550100")
        found = shop.rows("SELECT lead FROM lead_numbers WHERE number = '+12125550100'")
        by_lead = await shop.says("dialer", "lead", found[0][0])
        audit = await shop.says("dialer", "audit", "spring")
        plan = await shop.says("dialer", "plan", "spring")
        lead = shop.rows("SELECT lead FROM leads WHERE state = 'done'")[0][0]
        why = await shop.says("dialer", "lead", lead)
        bundles = [tmp_path / "one.zip", tmp_path / "two.zip"]
        for bundle in bundles:
            await shop.says("dialer", "evidence", "spring", "--out", str(bundle))
        await product.stop()
        assert "no difference" in await shop.says("dialer", "replay")
        await shop.says("replay", str(tmp_path / "state" / "journal"))
    assert shown["outcomes"]["connected"] >= len(set(talks)) > 0
    assert analysis["total"]["attempts"] == LEADS
    assert analysis["penetration"]["all"]["value"] == 1.0
    assert analysis["total"]["successes"] > 0
    assert shop.rows("SELECT count(*), count(DISTINCT number) FROM attempts") == [(LEADS, LEADS)]
    assert f"{LEADS} of {LEADS} leads were called" in table
    assert re.search(rf"^all +{LEADS} ", table, re.MULTILINE)
    assert re.search(r"^agent (ana|ben|dev) +\d", table, re.MULTILINE)
    assert f"calls     {LEADS} dialled, 0 open" in stands
    assert of_number == by_lead
    assert re.search(r"^20\d\d-\d\d-\d\d .*draft -> running \(monday\)", audit, re.MULTILINE)
    assert "0 leads are left" in plan
    assert "It is done." in why
    with zipfile.ZipFile(bundles[0]) as one, zipfile.ZipFile(bundles[1]) as two:
        calls = one.read("calls.csv").decode().splitlines()
        assert calls == two.read("calls.csv").decode().splitlines()
        assert {"ledgers.csv", "policies.txt", "manifest.txt"} <= set(one.namelist())
    assert len(calls) == LEADS + 1


CALLED = "busier, says the man at 4155550123"


async def test_the_emergency_stop_rings_off_and_a_change_holds_at_once(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.imports(LEADS)
        await stack.enter_async_context(at_work(product, "ana"))
        await shop.says("dialer", "start", "spring", "--why", "monday")
        refused = await shop.says("dialer", "set", "spring", "target=0.5", "--why", "x", code=1)
        assert "target" in refused
        said = await shop.says("dialer", "set", "spring", "mode=predictive", "--why", CALLED)
        assert said == "mode: progressive -> predictive\n"
        audit = await shop.says("dialer", "audit", "spring")
        assert "busier, says the man at *******123" in audit
        assert "dialled" in await shop.says("dialer", "explain", "spring")
        said = await shop.says("dialer", "what-if", "spring", "mode=progressive", "--minutes", "2")
        assert "utilisation" in said
        await shop.comes_to(lambda shown: shown["dialled"], 60)
        await reloads(shop)
        assert await shop.says("dialer", "stop-all", "--why", "complaint") == "stopped: spring\n"
        shown = await shop.comes_to(lambda shown: shown["open"] <= shown["talking"], 60)
        before = (await shop.shows())["dialled"]
        assert shown["state"] == "stopped"
        await product.says(r"", within=1)
        assert (await shop.shows())["dialled"] == before
        assert "predictive" in await shop.says("dialer", "list")


async def reloads(shop: Shop) -> None:
    """Campaigns are read again with the center, also when nothing else has changed."""
    file = shop.folder / "campaigns.yaml"
    text = file.read_text(encoding="utf-8")
    assert "nothing changed" in await shop.says("reload")
    file.write_text(text.replace("label: Spring", "label: Early spring"), encoding="utf-8")
    assert "campaigns changed: spring" in await shop.says("reload")
    await shop.comes_to(lambda shown: shown["label"] == "Early spring", 30)
    unlawful = text.replace("mode: progressive", "mode: predictive\n    pacer: vicidial_hard")
    file.write_text(unlawful, encoding="utf-8")
    said = await shop.says("reload", code=1)
    assert "E130" in said
    assert "not reloaded: nothing was changed" in said
    file.write_text(text.replace("  spring:", "  autumn:"), encoding="utf-8")
    assert "campaigns gone: spring" in await shop.says("reload")
    await shop.comes_to(lambda shown: shown["state"] in {"draining", "stopped"}, 30)
    file.write_text(text, encoding="utf-8")
    await shop.says("reload")
    if (await shop.shows())["state"] == "draining":
        await shop.comes_to(lambda shown: shown["state"] == "stopped" or shown["talking"], 60)
    await shop.says("dialer", "resume", "spring", "--why", "it is back")


def test_a_campaign_that_runs_keeps_its_flows_in_the_center() -> None:
    file = PARTS / "campaigns.yaml"
    center = load_center_file(ROOT / "config/retailer/center.yaml", lambda *_: True).configuration
    campaigns = read_campaigns(file, center, load_policies_folder(PARTS / "policies"))
    refuse_what_campaigns_miss(file, campaigns, center)
    flows = {name: flow for name, flow in center.flows.items() if name != "outbound-sale"}
    with pytest.raises(ContentError, match='E026 the campaign "spring" runs and needs the flow'):
        refuse_what_campaigns_miss(file, campaigns, replace(center, flows=flows))


async def test_killed_in_the_middle_it_goes_on_and_calls_nobody_twice(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    async with AsyncExitStack() as stack:
        product = await stack.enter_async_context(running("run", env=shop.environment))
        await product.says(r"^ready", within=START_S)
        await shop.imports(LEADS)
        await stack.enter_async_context(at_work(product, "ana", "ben", "dev"))
        await shop.says("dialer", "start", "spring", "--why", "monday")
        await shop.comes_to(lambda shown: sum(shown["outcomes"].values()) >= 2, 90)
        await product.stop(signal.SIGKILL)
    async with AsyncExitStack() as stack:
        product = await stack.enter_async_context(running("run", env=shop.environment))
        await product.says(r"^ready", within=START_S)
        await stack.enter_async_context(at_work(product, "ana", "ben", "dev"))
        shown = await shop.shows()
        assert shown["state"] == "running"  # as it was left
        query = "SELECT count(*) FROM attempts WHERE closed_at IS NOT NULL"
        await shop.comes_to(lambda _: shop.rows(query)[0][0] == LEADS, 150)
        await product.stop()
    numbers = shop.rows("SELECT number, count(*) FROM attempts GROUP BY number")
    assert len(numbers) == LEADS
    assert {count for _, count in numbers} == {1}
    # The phone network died with the process: what rang or talked then is lost, and counts so.
    lost = shop.rows("SELECT count(*) FROM attempts WHERE verdict = 'lost'")[0][0]
    assert lost <= LEADS
    states = dict(shop.rows("SELECT state, count(*) FROM leads GROUP BY state"))
    assert set(states) <= {"done", "exhausted", "open", "parked"}


async def test_a_lead_between_the_campaigns_parts_of_the_day_is_told_so(tmp_path: Path) -> None:
    hour = (datetime.now(ZoneInfo("America/New_York")).hour + 6) % 24
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.imports(1)
        lead = shop.rows("SELECT lead FROM leads")[0][0]
        assert "no_day_part" not in await shop.says("dialer", "lead", lead, "--json")
        file = tmp_path / "campaigns.yaml"
        parts = f'{{later: {{hours: "{hour:02}:00-{hour:02}:59"}}}}'
        more = f"    day_parts: {{days: 5, attempts: 1, parts: {parts}}}\n"
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        assert "campaigns changed: spring" in await shop.says("reload")
        await shop.says("dialer", "start", "spring", "--why", "monday")
        said = await shop.says("dialer", "lead", lead)
        assert "between the parts of the day in which the campaign calls" in said
        assert f" {hour:02}:00 (America/New_York)" in said
        await product.stop()
    assert shop.rows("SELECT count(*) FROM attempts") == [(0,)]
