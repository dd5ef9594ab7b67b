"""The five-minute tour of the README, clicked through in a real browser on `make run`'s center."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from contact_center.app.replay import replay_command
from tests.end_to_end.product import Product
from tests.real.chromium import browser

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

RETAILER = Path(__file__).parents[2] / "config" / "retailer" / "center.yaml"
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")


async def shoot(page: Page, name: str) -> None:
    """Keep a picture when a person asked for pictures."""
    if SCREENSHOTS:
        await page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


async def sign_in(page: Page, product: Product, login: str) -> None:
    await page.goto(f"{product.url}/")
    await page.fill("#login-name", login)
    await page.fill("#login-password", product.password)
    await page.click("#login-form button")
    await expect(page.locator("#desk")).to_be_visible()


async def call_and_press(page: Page, key: str) -> None:
    await page.fill("#did", "+14155550100")
    await page.fill("#ani", "+14155550101")
    await page.click("#call")
    await expect(page.locator("#transcript")).to_contain_text("Welcome back to Larkfield")
    await page.locator("#keypad button").filter(has_text=key).first.click()


async def test_the_five_minute_tour(tmp_path: Path) -> None:
    product = Product(tmp_path, {"CC_PROVIDER": "simulated"}, RETAILER)
    await product.start()
    try:
        async with browser() as chromium:
            context = await chromium.new_context(viewport={"width": 1366, "height": 768})
            desk, phone = await context.new_page(), await context.new_page()
            await sign_in(desk, product, "ana")
            await desk.click("#ready")
            await expect(desk.locator("#presence-word")).to_have_text("Ready")
            await phone.goto(f"{product.url}/demo")
            await call_and_press(phone, "1")
            await expect(desk.locator("#caller-name")).not_to_have_text("")
            await expect(desk.locator("#call-reason")).to_have_text("Wants to order")
            await expect(desk.locator("#script-body")).to_contain_text("This is Ana of Larkfield")
            await shoot(desk, "ringing")
            await desk.click("#accept")
            await expect(desk.locator("#hold")).to_be_enabled()
            await desk.fill("#notes", "Wants two climbing roses")
            await shoot(desk, "talking")
            await phone.click("#hangup")
            await desk.locator("#dispositions button", has_text="Quote sent").click()
            await expect(desk.locator("#presence-word")).to_have_text("Ready")
            await call_and_press(phone, "1")
            await expect(desk.locator("#history")).to_contain_text("Wants two climbing roses")
            await shoot(desk, "second")
            await shoot(phone, "phone")
            answer = await context.request.get(f"{product.url}/readyz")
            assert (await answer.json())["ready"]
    finally:
        code = await product.stop()
    assert code == 0
    assert replay_command([str(tmp_path / "state" / "journal")]) == 0
