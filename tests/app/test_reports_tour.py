"""Reports, raised hands and the wall board: the product in a real Chromium."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.app.test_commands import running, service
from tests.app.test_console_tour import (
    OTHER_CALLER,
    Watched,
    begin,
    console,
    wait_in_sales,
)
from tests.app.test_tour import PATIENCE_MS, log_in
from tests.real import axe, chromium
from tests.tidy.project import ROOT

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
KEY = "key-of-the-screen-0815"
SIZES = """
() => [...document.querySelectorAll('.wall *')]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .filter((e) => !e.closest('.unseen'))
    .map((e) => parseFloat(getComputedStyle(e).fontSize) / innerHeight)
"""


def with_five_queues(folder: Path) -> dict[str, str]:
    """The demo's center with two more queues: a wall board of two pages, three seconds each."""
    center = folder / "retailer"
    shutil.copytree(ROOT / "config" / "retailer", center)
    file = center / "center.yaml"
    text = file.read_text(encoding="utf-8").replace("../../", f"{ROOT}/")
    more = "\nqueues:\n  returns: {label: Returns}\n  trade: {label: Trade}\n"
    text = text.replace("\nqueues:\n", more) + "\nfloor: {wall_seconds: 3}\n"
    file.write_text(text, encoding="utf-8")
    return service(folder, CC_CENTER=str(file))


async def show_report(page: Page) -> None:
    await page.get_by_role("button", name="Show").press("Enter")
    await expect(page.get_by_label("Loading")).to_have_count(0)


async def test_a_day_is_reported_on_the_page_and_as_csv(tmp_path: Path) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        desk, phone = await others.new_page(), await others.new_page()
        await log_in(desk, product.url, "ana", password)
        floor = await console(await browser.new_context(reduced_motion="reduce"), product)
        await floor.sign_in("dev", password)
        await wait_in_sales(phone, product.url, OTHER_CALLER)
        await expect(floor.tile("sales").locator(".tile-many")).to_contain_text("1")
        await phone.click("#hangup")
        await expect(floor.tile("sales").locator(".tile-many")).to_contain_text("0")
        page = floor.page
        await page.locator("body").press("3")
        row = page.locator('#reports tr[data-name="sales"]')
        # History is written a moment after it happens.
        for _ in range(20):
            await show_report(page)
            if await row.count():
                break
        await expect(row).to_contain_text("Sales")
        await expect(row.locator("td").first).to_have_text("1")
        for _ in ("light", "dark"):
            assert await axe.violations(page) == []
            await page.locator("h2").first.click()
            await page.keyboard.press("d")
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="CSV").click()
        file = await (await waiting.value).path()
        text = await asyncio.to_thread(Path(file).read_text, encoding="utf-8")
        head, *lines = csv.reader(io.StringIO(text))
        found = [dict(zip(head, line, strict=True)) for line in lines]
        assert [one["entered"] for one in found if one["name"] == "sales"] == ["1"]
        await page.get_by_label("Language").select_option("es")
        await expect(page.locator("h2").first).to_have_text("Informes")
        assert floor.complaints == []
        assert await product.stop() == 0


async def tell_ana(floor: Watched, desk: Page) -> None:
    """A message of the supervisor is on Ana's desk until she says that she has read it."""
    await floor.page.keyboard.press("1")
    await floor.do(floor.agent("ana"), "Message…")
    dialog = floor.page.get_by_role("dialog")
    await dialog.get_by_label("Message", exact=True).fill("Meeting at five")
    await dialog.get_by_role("button", name="Send").click()
    hung = dialog.locator("[data-notice]")
    await expect(hung).to_contain_text("0 of 1 have read it")
    assert await axe.violations(floor.page) == []
    message = desk.locator("#notices .notice")
    await expect(message).to_contain_text("Meeting at five")
    await expect(message).to_contain_text("Dev Patel")
    await desk.reload()
    assert await axe.violations(desk) == []
    await message.get_by_role("button", name="I have read the message from Dev Patel").click()
    await expect(message).to_have_count(0)
    await floor.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await floor.page.get_by_role("button", name="Message to all…").click()
    await expect(hung).to_contain_text("1 of 1 have read it")
    await dialog.get_by_role("button", name="Take back: Meeting at five").click()
    await expect(hung).to_have_count(0)


async def test_a_hand_that_an_agent_raises_is_seen_on_every_page_and_seen_to(
    tmp_path: Path,
) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        desk = await (await browser.new_context(reduced_motion="reduce")).new_page()
        desk.set_default_timeout(PATIENCE_MS)
        await log_in(desk, product.url, "ana", password)
        floor = await console(await browser.new_context(reduced_motion="reduce"), product)
        await floor.sign_in("dev", password)
        await expect(floor.agent("ana")).to_be_visible()
        await floor.page.keyboard.press("2")
        await desk.click("#hand")
        hand = floor.page.locator('.hands [data-hand="ana"]')
        await expect(hand).to_contain_text("Ana Ruiz asks for help")
        await expect(floor.page.locator("html")).to_have_attribute("data-rang", "1")
        assert await axe.violations(floor.page) == []
        await hand.get_by_role("button", name="I see to Ana Ruiz").press("Enter")
        await expect(hand).to_have_count(0)
        await expect(desk.locator("#hand-word")).to_have_text("Ask for help", timeout=PATIENCE_MS)
        await tell_ana(floor, desk)
        assert floor.complaints == []
        assert await product.stop() == 0


async def test_a_wall_board_is_read_from_afar_turns_pages_and_names_nobody(
    tmp_path: Path,
) -> None:
    env = {**with_five_queues(tmp_path), "CC_API_TOKEN": KEY}
    async with running("run", env=env) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        desk, phone = await others.new_page(), await others.new_page()
        await log_in(desk, product.url, "ana", password)
        await wait_in_sales(phone, product.url, OTHER_CALLER)
        for scheme in ("light", "dark"):
            context = await browser.new_context(
                viewport={"width": 1920, "height": 1080}, color_scheme=scheme
            )
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            await page.goto(f"{product.url}/console#wall")
            await expect(page.locator(".wall")).to_contain_text("This screen needs a key")
            await page.goto("about:blank")
            await page.goto(f"{product.url}/console#wall?key={KEY}")
            board = page.locator('.board[data-queue="sales"]')
            await expect(board.locator(".board-many b")).to_have_text("1")
            wall = page.locator(".wall")
            await expect(wall).to_have_attribute("data-page", "1")
            await expect(page.locator(".board")).to_have_count(1)
            await expect(wall).to_have_attribute("data-page", "0")
            await expect(page.locator(".board")).to_have_count(4)
            await expect(board).to_contain_text("Paused 1")
            assert await axe.violations(page) == [], scheme
            sizes = await page.evaluate(SIZES)
            assert min(sizes) >= 0.035, "capitals of 2.5 % of the height"
            text = await page.locator("body").inner_text()
            names = ("Ana", "Ruiz", "Dev", "Patel", OTHER_CALLER, OTHER_CALLER[-4:])
            assert [name for name in names if name in text] == []
            await page.screenshot(path=tmp_path / f"wall-{scheme}.png")
            await context.close()
        assert await product.stop() == 0
