"""Supervisors change the floor for a while, and are alarmed: the product in a real Chromium."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.app.test_commands import running, service
from tests.app.test_console_tour import (
    OTHER_CALLER,
    Watched,
    begin,
    console,
    talk_with_ana,
    wait_in_sales,
)
from tests.app.test_tour import PATIENCE_MS, log_in
from tests.real import axe, chromium
from tests.tidy.project import ROOT

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
RULES = """
floor:
  ages:
    paused: {long: 1s, too_long: 2s}
  alerts:
    crowd: {measure: waiting, queues: [sales], above: 0, severity: critical, say: Call the others.}
"""


def own_center(folder: Path) -> dict[str, str]:
    """The demo's center with rules of its own."""
    center = folder / "retailer"
    shutil.copytree(ROOT / "config" / "retailer", center)
    file = center / "center.yaml"
    text = file.read_text(encoding="utf-8").replace("../../", f"{ROOT}/")
    file.write_text(text + RULES, encoding="utf-8")
    return service(folder, CC_CENTER=str(file))


async def choose(page: Page, *names: str) -> None:
    """Choose agents by key alone, one after the other."""
    for name in names:
        row = page.locator(f'tr[data-agent="{name}"]')
        await row.focus()
        await page.keyboard.press("Space")
        await expect(row.get_by_role("checkbox")).to_be_checked()


async def save_a_view(floor: Watched) -> None:
    """Two tiles in another order with less on them, kept over a reload; then everything again."""
    page, dialog = floor.page, floor.page.get_by_role("dialog")
    tiles = page.locator("#queues .tile")
    await expect(tiles).to_have_count(3)
    await page.get_by_label("State", exact=True).select_option("out")
    await page.get_by_role("button", name="Change or save…").click()
    await dialog.get_by_label("Plant advice", exact=True).uncheck()
    await dialog.get_by_role("button", name="Sales: down").press("Enter")
    await dialog.get_by_label("In time today").uncheck()
    await dialog.get_by_label("Name").fill("Mornings")
    assert await axe.violations(page) == []
    await dialog.get_by_role("button", name="Save", exact=True).click()
    for _ in range(2):
        await expect(page.get_by_label("View", exact=True)).to_have_value(re.compile("v-"))
        await expect(tiles).to_have_count(2)
        await expect(tiles.first).to_have_attribute("data-queue", "orders")
        await expect(tiles.first).not_to_contain_text("In time today")
        await expect(tiles.first).to_contain_text("Longest wait")
        await expect(page.get_by_label("State", exact=True)).to_have_value("out")
        await page.reload()
    await page.get_by_label("View", exact=True).select_option(label="Everything")
    await expect(tiles).to_have_count(3)


def banner(floor: Watched) -> Locator:
    return floor.page.locator(".alert-bar .banner")


async def test_agents_are_moved_together_for_a_while_and_are_as_in_the_file_again(
    tmp_path: Path,
) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        floor = await console(await browser.new_context(reduced_motion="reduce"), product)
        await floor.sign_in("dev", password)
        page = floor.page
        await expect(floor.agent("erin")).to_be_visible()
        await save_a_view(floor)
        await choose(page, "chloe", "erin")
        await page.get_by_role("button", name="Queues, skills, capacity…").press("Enter")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Sales").select_option("join")
        await dialog.get_by_label("Orders and deliveries").select_option("leave")
        await expect(dialog.get_by_role("button", name="Change")).to_be_disabled()
        await dialog.get_by_label("Why").fill("mailing of this morning")
        await dialog.get_by_role("button", name="Change").press("Enter")
        await expect(dialog).to_have_count(0)
        for name in ("chloe", "erin"):
            await expect(floor.agent(name).locator(".queues")).to_contain_text("Sales")
            await expect(floor.agent(name).locator(".queues")).not_to_contain_text("Orders")
            await expect(floor.agent(name).locator(".live")).to_contain_text("mailing")

        # A queue counts for more; both kinds are listed, and taken back.
        await floor.do(
            page.locator(".tile-frame", has=floor.tile("sales")), "Priority for a while…"
        )
        await dialog.get_by_label("Head start (weight)").fill("3")
        await dialog.get_by_label("Why").fill("mailing")
        await dialog.get_by_role("button", name="Change").click()
        await expect(floor.tile("sales").locator(".live")).to_contain_text("head start 3")
        await page.get_by_role("button", name="3 live changes").click()
        for name in ("Sales", "Chloe Martin", "Erin Walsh"):
            await dialog.get_by_role("button", name=f"As in the file again: {name}").click()
        await expect(dialog).to_contain_text("Everything is as the center's file says.")
        await page.keyboard.press("Escape")
        await expect(floor.agent("erin").locator(".queues")).to_have_text("Orders and deliveries")
        assert floor.complaints == []
        kinds = ("ChangeAgentsRequested", "ChangeQueueRequested", "EndChangesRequested")
        assert all(f"who=dev asked={kind}" in product.said for kind in kinds)
        assert await product.stop() == 0


async def test_a_wrap_up_that_is_stuck_is_ended_and_tiles_count_states_and_who_gave_up(
    tmp_path: Path,
) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        _, phone = await talk_with_ana(others, product.url, password)
        floor = await console(await browser.new_context(), product)
        await floor.sign_in("dev", password)
        states = floor.tile("sales").locator(".tile-states")
        await expect(states).to_contain_text("Talking: 1")
        await phone.click("#hangup")
        await expect(floor.agent("ana")).to_contain_text("Wrap-up")
        await floor.do(floor.agent("ana"), "End the wrap-up")
        await floor.sure()
        await expect(floor.agent("ana")).to_contain_text("Free")
        await expect(states).to_contain_text("Free: 1")
        await expect(floor.tile("sales")).to_contain_text("0 of 1", timeout=2 * PATIENCE_MS)
        assert floor.complaints == []
        assert await product.stop() == 0


async def test_an_alert_is_heard_seen_by_one_and_over_when_it_is_well(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    async with running("run", env=own_center(folder)) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        desk, phone = await others.new_page(), await others.new_page()
        await log_in(desk, product.url, "ana", password)
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768}, reduced_motion="reduce", color_scheme="light"
        )
        floor = await console(context, product)
        await floor.sign_in("dev", password)
        await expect(floor.agent("ana").locator(".age.old")).to_contain_text("too long")
        await expect(banner(floor)).to_have_count(0)
        await wait_in_sales(phone, product.url, OTHER_CALLER)
        await expect(banner(floor)).to_contain_text("Sales: Callers waiting 1")
        await expect(banner(floor)).to_contain_text("Call the others.")
        number = floor.line("Sales").locator("tbody tr .number")
        await expect(number).to_have_text(OTHER_CALLER)
        page = floor.page
        html = page.locator("html")
        await expect(html).to_have_attribute("data-rang", "1")
        await page.keyboard.press("2")
        row = page.locator('#alerts tr[data-alert="crowd.sales"]')
        await expect(row).to_contain_text("over 0")
        for scheme in ("light", "dark"):
            await expect(html).to_have_attribute("data-mantine-color-scheme", scheme)
            assert await axe.violations(page) == [], scheme
            await page.keyboard.press("d")
        await page.get_by_label("Language").select_option("es")
        await expect(row).to_contain_text("Llamadas en espera")
        await row.get_by_role("button", name="La he visto: Llamadas en espera, Sales").press(
            "Enter"
        )
        await expect(row).to_contain_text("Dev Patel")
        await expect(banner(floor)).to_have_count(0)
        await phone.click("#hangup")
        await expect(row).to_have_count(0)
        assert floor.complaints == []
        assert await product.stop() == 0
        told = ("an alert came on", "an alert was acknowledged", "an alert is over")
        assert all(words in product.said for words in told)
