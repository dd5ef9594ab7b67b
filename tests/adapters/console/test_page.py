"""The page over a floor of two thousand, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

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
