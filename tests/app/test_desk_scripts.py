"""A call script on the agent's screen: the running product, in a real Chromium."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.app.test_commands import START_S, running, service
from tests.app.test_tour import PATIENCE_MS, call, log_in, press
from tests.real import chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
SAID = {"interest": "hot", "roses": "12", "offer_arch": "declined"}
CARD = "4111111111111111"


class Sale:
    """A sale at a desk, page by page. ``says``: what the agent reads first."""

    def __init__(self, desk: Page, shots: Path) -> None:
        self.desk, self.shots = desk, shots
        self.says = desk.locator("#script-body .script-say").first

    async def open(self) -> None:
        """The call is answered, and recorded by their leave; they have an objection, and order."""
        desk, says, shots = self.desk, self.says, self.shots
        # Before the phone is answered the first page is there, and nothing can be done on it.
        await expect(says).to_contain_text("am I speaking with Maria Delgado?", timeout=PATIENCE_MS)
        await expect(desk.locator("#script-step")).to_have_text("begins with the conversation")
        await expect(desk.locator("#script-next")).to_be_disabled()
        await desk.click("#accept")
        await expect(desk.locator("#script-next")).to_be_enabled()

        await desk.keyboard.press("ArrowRight")
        await expect(desk.locator("#script-say")).to_contain_text("An answer is needed")
        await expect(desk.locator('[data-question="right_person"]').first).to_be_focused()
        await desk.screenshot(path=shots / "1-open.png")
        await desk.click('label.script-option:has-text("Yes")')
        await desk.keyboard.press("Escape")
        await desk.click("#script-next")
        await expect(desk.locator("#script-title")).to_have_text("Recording")
        await desk.click('#script-objections button:has-text("Too expensive")')
        await expect(desk.locator(".script-objection")).to_contain_text("Ten percent are off")
        await desk.screenshot(path=shots / "2-objection.png")
        await desk.click("#script-close")
        await expect(desk.locator(".script-objection")).to_have_count(0)
        await expect(desk.locator("#script-confirm")).to_be_enabled()
        await desk.keyboard.press("y")
        await expect(desk.locator("#script-confirm")).to_have_text("Y Said")
        await desk.keyboard.press("ArrowRight")
        await desk.click('label.script-option:has-text("Wants to order")')
        await desk.click("#script-next")
        await expect(desk.locator("#script-title")).to_have_text("The order")

    async def order(self) -> None:
        """They order, through a reload, and hear of an offer."""
        desk, says, shots = self.desk, self.says, self.shots
        # A reload in mid-call loses nothing.
        await desk.fill('[data-question="roses"]', "500")
        await desk.press('[data-question="roses"]', "Tab")
        await expect(desk.locator('[data-name="roses"] .script-wrong')).to_have_text("At most 200.")
        await desk.fill('[data-question="roses"]', "12")
        await desk.press('[data-question="roses"]', "Tab")
        await expect(desk.locator('[data-name="roses"]')).to_have_attribute("data-given", "true")
        # A hint has come up meanwhile; a button of the page does what the desk's own does.
        await desk.locator('[data-hint="who"] button').press("Enter")
        await expect(desk.locator('[data-hint="who"]')).to_have_count(0)
        await desk.screenshot(path=shots / "3-order.png")
        await desk.locator('[data-action="call_back"]').press("Enter")
        await expect(desk.locator("#promise")).to_be_visible()
        await desk.screenshot(path=shots / "3-promise.png")
        await desk.keyboard.press("Escape")
        await expect(desk.locator("#promise")).to_have_count(0)
        await desk.reload()
        await expect(desk.locator("#script-title")).to_have_text("The order")
        await expect(desk.locator('[data-question="roses"]')).to_have_value("12")
        await desk.fill('[data-question="delivery"]', "2027-03-15")
        await desk.press('[data-question="delivery"]', "Enter")
        await expect(desk.locator("#script-title")).to_have_text("An offer")
        await expect(says).to_contain_text("For our gold customers the arch")
        await desk.click("#script-no")
        await expect(desk.locator("#script-title")).to_have_text("Terms")
        await expect(says).to_have_text("That makes 12 roses in the week of March 15, 2027.")

    async def pay(self) -> None:
        """The terms are said, the card is taken, the call is over."""
        desk, shots = self.desk, self.shots
        # Sold is no way to end this call before the terms were said.
        await desk.click('#dispositions button:has-text("Order taken")')
        await expect(desk.locator("#say")).to_contain_text(
            "Before a call may end like this, say: terms"
        )
        await expect(desk.locator("#script-confirm")).to_be_enabled()
        await desk.keyboard.press("y")
        await expect(desk.locator("#script-confirm")).to_have_text("Y Said")
        await desk.keyboard.press("ArrowRight")
        await expect(desk.locator(".script-secure")).to_be_visible()
        await desk.fill('[data-question="card"]', CARD)
        await desk.press('[data-question="card"]', "Enter")
        await expect(desk.locator("#script-title")).to_have_text("Thank you")
        await expect(desk.locator("#script-step")).to_have_text("Order taken?")
        await desk.screenshot(path=shots / "4-thanks.png")
        await desk.click("#hangup")
        await desk.click('#dispositions button:has-text("Order taken")')
        await expect(desk.locator("#presence-word")).to_have_text("Ready")


async def test_an_agent_is_led_through_a_sale_and_cannot_leave_out_what_has_to_be_said(
    tmp_path: Path,
) -> None:
    shots = tmp_path / "shots"
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        await product.says(r"^ready", within=START_S)
        password = (await product.says(r"password for all: (\S+)$"))[1]
        context = await browser.new_context(viewport={"width": 1366, "height": 900})
        desk, phone = await context.new_page(), await context.new_page()
        complaints: list[str] = []
        desk.on("pageerror", lambda error: complaints.append(str(error)))
        desk.set_default_timeout(PATIENCE_MS)
        phone.set_default_timeout(PATIENCE_MS)
        await log_in(desk, product.url, "ana", password)
        await desk.click("#ready")
        await phone.goto(f"{product.url}/demo")
        await call(phone)
        await press(phone, "1")

        sale = Sale(desk, shots)
        await sale.open()
        await sale.order()
        await sale.pay()
        await context.close()
        assert complaints == []
        assert await product.stop() == 0
    assert record_of(tmp_path, "Maria Delgado") == SAID
    assert await asyncio.to_thread(files_with, CARD, tmp_path) == []


def record_of(folder: Path, name: str) -> dict[str, str]:
    """What the script wrote into somebody's record."""
    with closing(sqlite3.connect(folder / "state" / "contact-center.db")) as database:
        ((attributes,),) = database.execute(
            "SELECT attributes FROM customers WHERE name = ?", (name,)
        ).fetchall()
        ((after,),) = database.execute(
            "SELECT after FROM script_steps WHERE after IS NOT NULL"
        ).fetchall()
    written: dict[str, str] = json.loads(after)
    assert written.items() <= json.loads(attributes).items()
    return written


def files_with(text: str, folder: Path) -> list[str]:
    """Find the files under a folder that hold a text."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".png"]
    return [str(file) for file in files if text.encode() in file.read_bytes()]
