"""The page over a floor of two thousand, in a real Chromium."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Route, expect

from tests.adapters.console.conftest import Bench, agent
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
AGENTS = 2_000
PATIENCE_MS = 60_000


async def test_of_two_thousand_agents_those_in_sight_are_rows_and_all_can_be_found(
    served: Bench,
) -> None:
    names = [f"a{number:04}" for number in range(AGENTS)]
    served.sight.rows = {name: agent(name) for name in names}
    served.sight.rows["a1999"] = agent("a1999", work="talking", call="c1", queue="sales")
    async with chromium.browser() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        await context.add_cookies([{"name": "who", "value": "dana", "url": served.url}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{served.url}/console")
        count = page.locator("#agents .count")
        await expect(count).to_have_text("2000 of 2000", timeout=PATIENCE_MS)
        rows = page.locator("tr[data-agent]")
        assert 10 < await rows.count() < 60
        table = page.locator("#agents table")
        await expect(table).to_have_attribute("aria-rowcount", str(AGENTS + 1))

        # The order follows the column, and whoever is not in sight comes by key.
        await page.get_by_role("button", name="State", exact=True).click()
        await expect(rows.first).to_have_attribute("data-agent", "a1999")
        await expect(page.locator("th[aria-sort=descending]")).to_have_text("State")
        await page.get_by_role("button", name="Agent", exact=True).click()
        await expect(rows.first).to_have_attribute("data-agent", "a0000")
        await page.locator("body").press("a")
        await expect(rows.first).to_be_focused()
        await page.keyboard.press("End")
        await expect(page.locator('tr[data-agent="a1999"]')).to_be_focused()
        assert await rows.count() < 60
        assert await axe.violations(page) == []

        # A change of one of them is one row of the next frame.
        served.sight.rows["a1999"] = agent("a1999", presence="paused", reason="lunch")
        await expect(page.locator('tr[data-agent="a1999"]')).to_contain_text("Lunch")
        await page.locator("#find").fill("a0007")
        await expect(count).to_have_text("1 of 2000")
        assert complaints == []


def report(route: Route) -> dict[str, object]:
    measures = {"entered": 3, "answered": 2, "abandoned": 1}
    return {
        "by": "queue",
        "units": {},
        "rows": [{"at": 1_790_000_000_000, "name": "s", **measures}],
    }


def entries(route: Route) -> dict[str, object]:
    """Fifty entries of whoever was asked for, below the number that was asked for."""
    asked = parse_qs(urlsplit(route.request.url).query)
    who, below = asked.get("who", ["dana"])[0], int(asked.get("below", ["101"])[0])
    blank = {"at": 1_790_000_000, "role": "", "via": "", "object": "", "before": None, "after": 1}
    more = {"why": "", "outcome": "", "ref": "", "prev": "", "hash": ""}
    rows = [
        {**blank, **more, "n": n, "who": who, "action": "x"}
        for n in range(below - 1, below - 51, -1)
    ]
    return {"entries": rows}


async def test_what_was_asked_counts_and_not_what_the_fields_say_since(served: Bench) -> None:
    async with chromium.browser() as browser:
        context = await browser.new_context()
        await context.add_cookies([{"name": "who", "value": "dana", "url": served.url}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.route("**/api/report?**", lambda route: route.fulfill(json=report(route)))
        await page.route("**/api/audit?**", lambda route: route.fulfill(json=entries(route)))
        await page.goto(f"{served.url}/console#reports")
        await page.get_by_role("button", name="Show").click()
        heads = page.locator("#reports thead th")
        await expect(heads.first).to_have_text("Queue")
        await page.get_by_label("In steps of").select_option("1h")
        await expect(page.get_by_label("In steps of")).to_have_value("1h")
        await expect(heads.first).to_have_text("Queue")
        await page.get_by_role("button", name="Show").click()
        await expect(heads.first).to_have_text("From")

        await page.goto(f"{served.url}/console#audit")
        rows = page.locator("tr[data-entry]")
        await expect(rows).to_have_count(50)
        await page.locator("#audit-who").fill("sam")
        await page.get_by_role("button", name="Older ones").click()
        await expect(rows).to_have_count(100)
        assert await rows.filter(has_text="sam").count() == 0
        await page.locator("#audit-who").press("Enter")
        await expect(rows).to_have_count(50)
        await expect(rows.filter(has_text="sam")).to_have_count(50)
