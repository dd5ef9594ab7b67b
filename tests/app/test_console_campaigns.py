"""Campaigns at the console: seen, simulated, changed, stopped; and every change in the log."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.app.test_commands import Running
from tests.app.test_console_tour import Watched
from tests.app.test_dialing import at_work, open_shop
from tests.app.test_reload import open_shop as open_plain_shop
from tests.app.test_tour import PATIENCE_MS
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
LEADS = 60
FORECAST_MS = 60_000


async def seen(stack: AsyncExitStack, product: Running, scheme: str = "light") -> Watched:
    """Let the supervisor sign in and look at campaigns."""
    browser = await stack.enter_async_context(chromium.browser())
    context = await browser.new_context(
        viewport={"width": 1366, "height": 768}, reduced_motion="reduce", color_scheme=scheme
    )
    console = Watched(await context.new_page(), product.url)
    password = (await product.says(r"password for all: (\S+)$"))[1]
    await console.sign_in("dev", password)
    await console.page.locator('nav [data-page="campaigns"]').click()
    await expect(console.page.locator('[data-campaign="spring"]')).to_be_visible()
    return console


async def reason(page: Page, why: str, word: str = "") -> None:
    """Answer the dialog with the keyboard alone."""
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Reason")).to_be_focused()
    await page.keyboard.type(why)
    if word:
        await page.keyboard.press("Tab")
        await expect(dialog.locator("button.yes")).to_be_disabled()
        await page.keyboard.type(word)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(dialog.locator("button.yes")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)


async def press(button: Locator) -> None:
    await button.focus()
    await button.press("Enter")


def state(page: Page) -> Locator:
    return page.locator('tr[data-row="spring"]')


async def numbers_are_left_alone_while_they_are_typed(page: Page) -> None:
    """What is on its way to a number stays; what is none yet cannot be simulated."""
    ratio = page.locator("#pacing-ratio")
    await ratio.fill("")
    await expect(page.locator("#simulate")).to_be_disabled()
    await ratio.press_sequentially("1.")
    await expect(ratio).to_have_value("1.")
    await ratio.press_sequentially("5")
    await expect(ratio).to_have_value("1.5")
    await expect(page.locator("#simulate")).to_be_enabled()
    await ratio.fill("")
    await page.locator("#pacing-weight").focus()
    await expect(ratio).to_have_value("1.5")
    await ratio.fill("1")


async def how_eager_is_a_slider(page: Page) -> None:
    """By key as well, from agents kept free to the aim; and it is said that it is cold."""
    row = page.locator('[data-measure="utilisation"] td')
    # Where few calls are known, the page says what stands in for them.
    await expect(page.locator(".assumes")).to_contain_text("It is cold")

    # How eager is a slider, by key as well, from agents kept free to the aim.
    await page.locator(".eager [role=slider]").focus()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator(".eager output")).to_have_text("Agents kept free, on average: 2")
    await page.locator("#pacing-predictive_from").fill("8")
    await expect(page.locator("#apply")).to_have_count(0)
    await press(page.locator("#simulate"))
    await expect(row).to_have_count(2, timeout=FORECAST_MS)


async def lists_are_tried_before_they_are_changed(page: Page, shot: Path) -> None:
    """Filter and order, with counts, and why the next one waits."""
    lists = page.locator(".lists")
    row = lists.locator('[data-list="customers"]')
    following = lists.locator("[data-next]")
    await expect(row.locator(".count").last).to_have_text(str(LEADS))
    await expect(following).to_have_count(10)
    await press(page.locator("#whom-next"))
    await expect(following.first).to_contain_text("It is at hand")
    asked = row.get_by_label("Filter: customers")
    await asked.fill("age >")
    await press(page.locator("#whom-next"))
    await expect(lists.locator(".alert")).to_have_count(1)
    await expect(page.locator("#apply-lists")).to_have_count(0)
    await asked.fill("age > 200")
    await press(page.locator("#whom-next"))
    await expect(lists.locator(".note")).to_have_text("Nobody is due now.")
    await expect(row.locator(".count").first).to_have_text("0")
    await asked.fill("")
    await row.get_by_label("Order: customers").fill("oldest")
    await press(page.locator("#whom-next"))
    await expect(lists.locator("caption")).to_have_text("The next, with the change")
    await expect(following).to_have_count(10)
    await page.screenshot(path=shot)
    await page.locator("#lists-why").fill("the oldest first")
    await press(page.locator("#apply-lists"))
    await expect(lists.locator("caption")).to_have_text("The next, as it is")
    await expect(row.get_by_label("Order: customers")).to_have_value("oldest")


async def test_a_change_is_simulated_before_it_is_applied_and_is_in_the_log(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.imports(LEADS)
        await stack.enter_async_context(at_work(product, "ana", "ben"))
        console = await seen(stack, product)
        page = console.page
        await press(page.locator('[data-move="start"]'))
        await reason(page, "monday morning")
        await expect(state(page)).to_contain_text("Running")
        await expect(state(page)).to_contain_text("Progressive")
        await expect(page.locator(".whys li").first).to_be_visible()

        await numbers_are_left_alone_while_they_are_typed(page)
        # What would happen, as it is and with the change; nothing is changed by asking.
        await expect(page.locator("#simulate")).to_be_disabled()
        await page.locator("#pacing-mode").select_option("predictive")
        await press(page.locator("#simulate"))
        row = page.locator('[data-measure="utilisation"] td')
        await expect(row).to_have_count(2, timeout=FORECAST_MS)
        await expect(row.first.locator("b")).to_contain_text("%")
        for measure in ("idle_s", "wait_s", "abandonment", "ledger"):
            await expect(page.locator(f'[data-measure="{measure}"] td small')).to_have_count(2)
        assert (await shop.shows())["mode"] == "progressive"
        await page.screenshot(path=tmp_path / "1-simulated.png", full_page=True)

        await how_eager_is_a_slider(page)

        # Applied only with a reason, and watched.
        await expect(page.locator("#apply")).to_be_disabled()
        await page.locator("#pacing-why").focus()
        await page.keyboard.type("agents wait too long")
        await press(page.locator("#apply"))
        await expect(state(page)).to_contain_text("Predictive")
        await expect(page.locator(".watched")).to_contain_text("dev goes back by itself")
        shown = await shop.shows()
        former = {"mode": "progressive", "keep_free": 0, "predictive_from": 0}
        assert (shown["mode"], shown["watch"]["former"]) == ("predictive", former)
        assert (shown["pacing"]["keep_free"], shown["pacing"]["predictive_from"]) == (2, 8)
        told = page.locator(".whys")
        await expect(told).to_contain_text("2 agents are to be left free")
        await expect(told).to_contain_text("With fewer than 8 agents there is one call for each")

        await lists_are_tried_before_they_are_changed(page, tmp_path / "3-lists.png")

        # Who sees old numbers changes nothing.
        await page.locator("#pacing-mode").select_option("power")
        await press(page.locator("#simulate"))
        await expect(row).to_have_count(2, timeout=FORECAST_MS)
        await shop.says("dialer", "set", "spring", "mode=progressive", "--why", "meanwhile")
        await page.locator("#pacing-why").fill("more")
        await press(page.locator("#apply"))
        await expect(page.locator(".pacing .outcome")).to_contain_text(
            "Somebody changed it meanwhile"
        )
        assert (await shop.shows())["mode"] == "progressive"

        await page.locator('nav [data-page="audit"]').click()
        entry = page.locator("tr[data-entry]", has_text="campaign.mode")
        await expect(entry).to_have_count(2)
        await expect(entry.last).to_contain_text("agents wait too long")
        await expect(entry.last).to_contain_text("dev")
        await page.locator("#audit-who").fill("dev")
        await page.keyboard.press("Enter")
        await expect(entry).to_have_count(1)
        await press(page.locator("#audit-verify"))
        await expect(page.locator(".verdict .status")).to_contain_text("entries hold")
        await page.screenshot(path=tmp_path / "2-audit.png")
        assert [c for c in console.complaints if "409" not in c and "422" not in c] == []
        assert all(u.startswith((product.url, "data:", "ws://127.0.0.1")) for u in console.asked)


async def test_everything_is_stopped_and_closed_only_by_who_types_that_they_mean_it(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.says("dialer", "start", "spring", "--why", "monday")
        console = await seen(stack, product)
        page = console.page
        await expect(state(page)).to_contain_text("Running")
        await press(page.locator("#stop-all"))
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert (await shop.shows())["state"] == "running"
        await press(page.locator("#stop-all"))
        await reason(page, "a complaint", "stop")
        await expect(state(page)).to_contain_text("Stopped")

        await page.locator("#which-flow").select_option("outbound-sale")
        await press(page.locator("#close-flow"))
        await reason(page, "fire alarm", "CLOSE")
        closed = page.locator(".closure")
        await expect(closed).to_contain_text("Closed: outbound-sale")
        await press(closed.get_by_role("button"))
        await reason(page, "false alarm")
        await expect(page.locator(".closures")).to_contain_text("No flow is closed")

        await page.locator('nav [data-page="audit"]').click()
        for action, why in (
            ("dialer.stop", "a complaint"),
            ("campaign.state", "a complaint"),
            ("emergency", "fire alarm"),
            ("emergency", "false alarm"),
        ):
            entry = page.locator("tr[data-entry]", has_text=action).filter(has_text=why)
            await expect(entry).to_have_count(1)

        # The last change is taken back by a click, which is a change of its own.
        entries = page.locator("tr[data-entry]")
        await press(entries.filter(has_text="false alarm").get_by_role("button", name="Take back"))
        await reason(page, "it burns after all")
        back = entries.filter(has_text="emergency.undo")
        await expect(back).to_contain_text("it burns after all")
        await page.locator('nav [data-page="campaigns"]').click()
        await expect(page.locator(".closure")).to_contain_text("Closed: outbound-sale")
        assert console.complaints == []


async def test_pages_of_campaigns_and_changes_are_for_everybody_in_both_schemes_and_in_spanish(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        shop, product = await stack.enter_async_context(open_shop(tmp_path))
        await shop.says("dialer", "start", "spring", "--why", "monday")
        console = await seen(stack, product)
        page = console.page
        await expect(page.locator(".whys li").first).to_be_visible()
        for scheme in ("light", "dark"):
            html = page.locator("html")
            await expect(html).to_have_attribute("data-mantine-color-scheme", scheme)
            await page.keyboard.press("5")
            await expect(page.locator(".whys li").first).to_be_visible()
            await page.locator("#pacing-mode").select_option("predictive")
            await press(page.locator("#simulate"))
            await expect(page.locator(".forecast")).to_be_visible(timeout=FORECAST_MS)
            await page.screenshot(path=tmp_path / f"3-{scheme}.png")
            assert await axe.violations(page) == [], scheme
            await page.locator(".forecast").scroll_into_view_if_needed()
            await page.screenshot(path=tmp_path / f"4-{scheme}.png")
            await press(page.locator("#stop-all"))
            await expect(page.get_by_role("dialog")).to_be_visible()
            assert await axe.violations(page) == [], f"{scheme}, the dialog"
            await page.screenshot(path=tmp_path / f"5-{scheme}.png")
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            await page.locator('nav [data-page="audit"]').click()
            await expect(page.locator("tr[data-entry]").first).to_be_visible()
            assert await axe.violations(page) == [], f"{scheme}, changes"
            await page.screenshot(path=tmp_path / f"6-{scheme}.png")
            if scheme == "light":
                await page.locator("body").press("d")
        await page.locator('nav [data-page="campaigns"]').click()
        await page.get_by_label("Language").select_option("es")
        await expect(page.locator("#stop-all")).to_have_text("Detener todas las llamadas salientes")
        await expect(state(page)).to_contain_text("En marcha")
        await page.screenshot(path=tmp_path / "7-es.png")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1366
        await no_other_mode_without_agents(page)
        assert console.complaints == []


async def no_other_mode_without_agents(page: Page) -> None:
    """A campaign without agents is offered no mode, and every other one all but that."""
    modes = page.locator("#pacing-mode")
    assert "agentless" not in await modes.locator("option").evaluate_all(
        "all => all.map(o => o.value)"
    )

    async def without_agents(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        for row in told["campaigns"]:
            row["mode"] = row["pacing"]["mode"] = "agentless"
        await route.fulfill(response=answer, json=told)

    await page.route("**/console/api/campaigns", without_agents)
    await page.reload()
    await expect(modes).to_be_disabled()
    await expect(modes).to_have_value("agentless")
    await expect(modes.locator("option")).to_have_count(1)


async def test_a_center_without_campaigns_says_so(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        _, product = await stack.enter_async_context(open_plain_shop(tmp_path))
        browser = await stack.enter_async_context(chromium.browser())
        console = Watched(await (await browser.new_context()).new_page(), product.url)
        await console.sign_in("dev", (await product.says(r"password for all: (\S+)$"))[1])
        await console.page.locator('nav [data-page="campaigns"]').click()
        await expect(console.page.locator(".campaigns .empty")).to_have_text(
            "This center has no campaigns.", timeout=PATIENCE_MS
        )
        await expect(console.page.locator("#stop-all")).to_have_count(0)
        await expect(console.page.locator("#close-flow")).to_be_visible()
