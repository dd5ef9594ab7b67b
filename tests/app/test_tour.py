"""The README's five minutes, walked in a real browser: the desk and the demo's phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.app.test_commands import START_S, running, service
from tests.real import chromium

pytestmark = pytest.mark.real

CALLS_ITSELF = "+14155550101"
MAIN_LINE = "+14155550100"
PATIENCE_MS = 30_000
TALKED = re.compile(r"^0:0[2-9]$|^0:[1-5]\d$|^[1-9]")


async def log_in(desk: Page, url: str, login: str, password: str) -> None:
    await desk.goto(f"{url}/")
    await desk.fill("#login-name", login)
    await desk.fill("#login-password", password)
    await desk.click("button[type=submit]")
    await expect(desk.locator("#presence-word")).to_have_text("Paused")


async def call(phone: Page) -> None:
    """Call from Maria's number, and wait for the first words."""
    await phone.fill("#did", MAIN_LINE)
    await phone.fill("#ani", CALLS_ITSELF)
    await phone.click("#call")
    await expect(phone.locator("#hears")).to_contain_text("A voice", timeout=PATIENCE_MS)


async def press(phone: Page, keys: str) -> None:
    for key in keys:
        await phone.click(f'#keypad button:text-is("{key}")')


async def test_the_tour_of_the_readme_goes_as_it_says(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert all(said in readme for said in (MAIN_LINE, CALLS_ITSELF, "Maria Delgado", "4711#"))
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        await product.says(r"^ready", within=START_S)
        password = (await product.says(r"password for all: (\S+)$"))[1]
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        desk, phone = await context.new_page(), await context.new_page()
        desk.set_default_timeout(PATIENCE_MS)
        phone.set_default_timeout(PATIENCE_MS)
        await log_in(desk, product.url, "ana", password)
        await desk.click("#ready")
        await expect(desk.locator("#presence-word")).to_have_text("Ready")
        await phone.goto(f"{product.url}/demo")
        await call(phone)
        await press(phone, "1")
        await desk.click("#accept")
        await expect(desk.locator("#caller-name")).to_have_text("Maria Delgado")
        await expect(phone.locator("#hears")).to_contain_text("Talking")
        await desk.fill("#notes", "Wants them before the frost.")
        # Who is gone within a second has not talked, and the caller would wait again.
        await expect(desk.locator("#stage")).to_have_attribute("data-mode", "talk")
        await expect(desk.locator("#clock")).to_have_text(TALKED)
        await desk.click("#hangup")
        await desk.click('#dispositions button:has-text("Quote sent")')
        await expect(desk.locator("#presence-word")).to_have_text("Ready")
        await expect(phone.locator("#state")).to_contain_text("Call over")
        await call(phone)
        await press(phone, "24711#")
        await expect(desk.locator("#call-reason")).to_have_text(
            "About an order", timeout=PATIENCE_MS
        )
        await expect(desk.locator("#history li").first).to_contain_text("before the frost")
        await desk.click("#accept")
        await expect(phone.locator("#hears")).to_contain_text("Talking")
        await phone.click("#hangup")
        await expect(desk.locator("#presence-word")).to_have_text("Wrap-up")
        await context.close()
        assert await product.stop() == 0
