"""A customer beside a call and on a page of their own: the running product in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.app.test_commands import running, service
from tests.app.test_console_tour import begin, talk_with_ana
from tests.app.test_tour import PATIENCE_MS
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]


async def both_themes(page: Page, shots: Path, name: str) -> None:
    """Nobody is kept out of the page, in light colours and in dark ones."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        await page.screenshot(path=shots / f"{name}-{scheme}.png", full_page=True)
        assert await axe.violations(page) == []


async def on_the_card(desk: Page) -> None:
    """Masked, verified, an offer and a case by keyboard, a note."""
    card = desk.locator("#customer-card")
    await expect(card.locator("#identity")).to_contain_text("not verified")
    await expect(card.locator("[data-case]").first).to_contain_text("Which lavender for clay?")
    best = card.locator("[data-offer]")
    await expect(best).to_have_count(1)
    first = await best.get_attribute("data-offer")
    await desk.keyboard.press("+")
    await expect(card.locator(f'[data-offer="{first}"]')).to_have_count(0)
    await card.get_by_role("button", name="Open a case").press("Enter")
    await desk.keyboard.type("Gate code")
    await card.get_by_label("Kind").select_option("complaint")
    await card.get_by_label("Reason").select_option("delivery.damaged")
    await card.get_by_role("button", name="Open it").press("Enter")
    case = card.locator("[data-case]", has_text="Gate code")
    await expect(case.locator("[data-clock=acknowledge]")).to_contain_text("left")
    await case.get_by_label("Status of").select_option("pending")
    await expect(case.locator("[data-clock=solve]")).to_contain_text("waits for the customer")
    await card.locator("#pin").click()
    await card.locator("#pin-text").fill("Gate code 4711.")
    await card.get_by_role("button", name="Save").press("Enter")
    await expect(card.locator("#pinned")).to_contain_text("Gate code 4711.")
    await card.locator("#identity-way").select_option("passphrase")
    await card.locator("#identity-verify").press("Enter")
    await expect(card.locator("#identity")).to_contain_text("Verified: passphrase")


async def on_the_page(page: Page, shots: Path) -> None:
    """Everything that is known, on one time line; and not what nobody has verified."""
    await expect(page.locator("#name")).to_have_text("Maria Delgado")
    await expect(page.locator("#identity")).to_contain_text("Verified")
    await expect(page.locator("main")).to_contain_text("+14155550101")
    line = page.locator("#time-line")
    for kind in ("interaction", "case", "deal", "quote", "order", "invoice", "offer", "identity"):
        await expect(line.locator(f'[data-kind="{kind}"]').first).to_be_visible()
    await page.locator("#line-kind").select_option("order")
    await expect(line.locator("li")).to_have_count(2)
    await page.locator("#line-kind").select_option("")
    await both_themes(page, shots, "customer")
    await page.locator("#search").focus()
    await page.keyboard.type("hiro")
    await page.keyboard.press("Enter")
    await expect(page.locator(".found button")).to_have_count(1)
    await page.locator(".found button").press("Enter")
    await expect(page.locator("#name")).to_have_text("Hiroshi Tanaka")
    await expect(page.locator("#identity")).to_contain_text("not verified")
    await expect(page.locator("#risk")).to_contain_text("three late deliveries")
    await expect(page.locator("main")).not_to_contain_text("+14155550111")
    await page.get_by_label("Language").select_option("es")
    await expect(page.locator("#identity")).to_contain_text("Identidad sin verificar")


async def test_a_customer_is_known_at_the_desk_and_on_a_page_of_their_own(tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768}, reduced_motion="reduce", locale="en-US"
        )
        desk, _ = await talk_with_ana(context, product.url, password)
        desk.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []
        desk.on("pageerror", lambda error: complaints.append(str(error)))
        await on_the_card(desk)
        await both_themes(desk, shots, "card")
        async with context.expect_page() as opened:
            await desk.locator("#customer-page").press("Enter")
        page = await opened.value
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await on_the_page(page, shots)
        assert complaints == []
        await context.close()
