"""The supervisors' console: the running product on the simulated network, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.app.test_commands import START_S, Running, running, service
from tests.app.test_tour import MAIN_LINE, PATIENCE_MS, call, log_in, press
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
OTHER_CALLER = "+14155550155"


class Watched:
    """A page of the console, and what it complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser itself calls it an error that nobody is signed in yet, or may not come in.
        if message.type in {"error", "warning"} and "/console/api/me" not in str(message.location):
            self.complaints.append(message.text)

    async def sign_in(self, login: str, password: str) -> None:
        await self.page.goto(f"{self.url}/console")
        await self.page.fill("input[autocomplete=username]", login)
        await self.page.fill("input[autocomplete=current-password]", password)
        await self.page.click("button[type=submit]")

    def agent(self, name: str) -> Locator:
        return self.page.locator(f'tr[data-agent="{name}"]')

    def tile(self, queue: str) -> Locator:
        return self.page.locator(f'.tile[data-queue="{queue}"]')

    def line(self, queue: str) -> Locator:
        return self.page.locator(
            "#callers table", has=self.page.locator(f'caption:text("{queue}")')
        )

    async def do(self, row: Locator, what: str) -> None:
        await row.locator("button.more").click()
        await self.page.get_by_role("menuitem", name=what, exact=True).click()

    async def sure(self) -> None:
        await self.page.locator("[role=dialog] button.yes").click()


async def console(context: BrowserContext, product: Running) -> Watched:
    return Watched(await context.new_page(), product.url)


async def begin(product: Running) -> str:
    await product.says(r"^ready", within=START_S)
    return (await product.says(r"password for all: (\S+)$"))[1]


async def wait_in_sales(phone: Page, url: str, ani: str) -> None:
    await phone.goto(f"{url}/demo")
    phone.set_default_timeout(PATIENCE_MS)
    await phone.fill("#did", MAIN_LINE)
    await phone.fill("#ani", ani)
    await phone.click("#call")
    await expect(phone.locator("#hears")).to_contain_text("A voice", timeout=PATIENCE_MS)
    await press(phone, "1")


async def talk_with_ana(browser: BrowserContext, url: str, password: str) -> tuple[Page, Page]:
    """A caller and Ana talk; gives her desk and the caller's phone."""
    desk, phone = await browser.new_page(), await browser.new_page()
    await log_in(desk, url, "ana", password)
    await desk.click("#ready")
    phone.set_default_timeout(PATIENCE_MS)
    await phone.goto(f"{url}/demo")
    await call(phone)
    await press(phone, "1")
    await desk.click("#accept")
    await expect(phone.locator("#hears")).to_contain_text("Talking", timeout=PATIENCE_MS)
    return desk, phone


async def take_out_on_second_thought(floor: Watched, rows: Locator) -> None:
    """Taking the one who waits out of the queue is asked twice."""
    await floor.do(rows, "Take out of the queue")
    await floor.page.get_by_role("button", name="Cancel").click()
    await expect(floor.page.get_by_role("dialog")).to_have_count(0)
    await expect(rows).to_have_count(1)
    await floor.do(rows, "Take out of the queue")
    await floor.sure()
    await expect(rows).to_have_count(0)


async def take_a_break_from_sales(floor: Watched, desk: Page) -> None:
    """Ana is let off one queue by the supervisor, and ends it herself; then the other way round."""
    desk.set_default_timeout(PATIENCE_MS)
    dialog = floor.page.get_by_role("dialog")
    tile = desk.locator('#tiles .tile[data-queue="sales"]')
    await floor.do(floor.agent("ana"), "Break from one queue…")
    await dialog.get_by_label("Reason").select_option(label="Lunch")
    assert await axe.violations(floor.page) == []
    await dialog.get_by_role("button", name="Break from Sales", exact=True).press("Enter")
    await expect(dialog.locator('[data-break="sales"]')).to_contain_text("Lunch")
    await floor.page.keyboard.press("Escape")
    await expect(floor.agent("ana")).to_contain_text("not for Sales")
    await expect(tile).to_contain_text("You are on a break from it.", timeout=PATIENCE_MS)
    await tile.get_by_role("button", name="End the break from Sales").click()
    await expect(floor.agent("ana")).not_to_contain_text("not for Sales")
    await tile.get_by_role("button", name="Break from Sales alone").click()
    await tile.get_by_role("button", name="Lunch").click()
    await expect(floor.agent("ana")).to_contain_text("not for Sales")
    await floor.do(floor.agent("ana"), "Break from one queue…")
    await dialog.get_by_role("button", name="End the break from Sales").click()
    await expect(tile.locator(".tile-away")).to_have_count(0, timeout=PATIENCE_MS)
    await floor.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_a_supervisor_sees_the_floor_and_changes_it(tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        desk, first, second = [await others.new_page() for _ in range(3)]
        await log_in(desk, product.url, "ana", password)
        await desk.click("#ready")
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768}, reduced_motion="reduce"
        )
        floor = await console(context, product)
        await floor.sign_in("dev", password)

        # Who is there, as it happens.
        await expect(floor.agent("ana")).to_contain_text("Free")
        await expect(floor.agent("erin")).to_contain_text("Logged out")
        await expect(floor.tile("sales")).to_contain_text("1 of 1")

        # An agent is paused by the supervisor, and sees it.
        await floor.do(floor.agent("ana"), "Pause: Lunch")
        await expect(floor.agent("ana")).to_contain_text("Paused")
        await expect(floor.agent("ana")).to_contain_text("Lunch")
        await expect(desk.locator("#presence-word")).to_have_text("Paused", timeout=PATIENCE_MS)

        await take_a_break_from_sales(floor, desk)

        # Two callers wait; the second is put before the first, and another queue has the first.
        await wait_in_sales(first, product.url, "+14155550101")
        await expect(floor.tile("sales").locator(".tile-many")).to_contain_text("1")
        await wait_in_sales(second, product.url, OTHER_CALLER)
        rows = floor.line("Sales").locator("tbody tr")
        await expect(rows).to_have_count(2)
        earlier = await rows.nth(0).get_attribute("data-call")
        await floor.page.screenshot(path=shots / "1-floor.png")
        await floor.do(rows.nth(1), "To the front")
        await expect(rows.nth(1)).to_have_attribute("data-call", str(earlier))
        await floor.do(rows.nth(1), "To queue Orders and deliveries")
        await expect(rows).to_have_count(1)
        moved = floor.line("Orders and deliveries").locator("tbody tr")
        await expect(moved).to_have_attribute("data-call", str(earlier))

        # Why somebody waits is told in words.
        await floor.do(moved, "Why not yet?")
        await expect(floor.page.get_by_role("dialog")).to_contain_text("1 on a break (ana)")
        await floor.page.keyboard.press("Escape")
        await expect(floor.page.get_by_role("dialog")).to_have_count(0)

        await take_out_on_second_thought(floor, rows)

        assert floor.complaints == []
        assert all(u.startswith((product.url, "data:", "ws://127.0.0.1")) for u in floor.asked)
        await floor.page.screenshot(path=shots / "2-after.png")
        await context.close()
        await others.close()
        told = {"SetPresenceRequested", "MoveRequested", "WithdrawRequested"}
        assert all(f"who=dev asked={kind}" in product.said for kind in told)
        assert await product.stop() == 0


async def test_a_supervisor_listens_goes_over_to_whispering_and_leaves(tmp_path: Path) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        await talk_with_ana(others, product.url, password)
        floor = await console(await browser.new_context(), product)
        await floor.sign_in("dev", password)
        await expect(floor.agent("ana")).to_contain_text("Talking")
        await expect(floor.agent("ana")).to_contain_text("Sales")
        await floor.do(floor.agent("ana"), "Why Ana Ruiz?")
        await expect(floor.page.get_by_role("dialog")).to_contain_text("Ana")
        await floor.page.keyboard.press("Escape")
        await expect(floor.page.get_by_role("dialog")).to_have_count(0)
        await floor.do(floor.agent("ana"), "Listen")
        ears = floor.agent("ana").locator(".ears")
        await expect(ears).to_have_attribute("aria-label", "in the call: Dev Patel")
        await floor.do(floor.agent("ana"), "Whisper to the agent")
        await floor.agent("ana").locator("button.more").click()
        items = floor.page.get_by_role("menuitem")
        await expect(items.filter(has_text="Listen")).to_be_visible()
        await expect(items.filter(has_text="Whisper")).to_have_count(0, timeout=PATIENCE_MS)
        await items.filter(has_text="Leave the call").click()
        await expect(ears).to_have_count(0)
        assert floor.complaints == []
        assert await product.stop() == 0


async def test_an_agent_is_logged_out_by_the_supervisor(tmp_path: Path) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        desk = await (await browser.new_context()).new_page()
        await log_in(desk, product.url, "ana", password)
        floor = await console(await browser.new_context(), product)
        await floor.sign_in("dev", password)
        await expect(floor.agent("ana")).to_contain_text("Paused")
        await floor.do(floor.agent("ana"), "Log out")
        await floor.page.get_by_role("button", name="Cancel").click()
        await expect(floor.page.get_by_role("dialog")).to_have_count(0)
        await expect(floor.agent("ana")).to_contain_text("Paused")
        await floor.do(floor.agent("ana"), "Log out")
        await floor.sure()
        await expect(floor.agent("ana")).to_contain_text("Logged out")

        # A server that goes away is a banner, and the page is what it was.
        assert await product.stop() == 0
        await expect(floor.page.locator(".banner")).to_contain_text("The connection is lost")
        await expect(floor.agent("ana")).to_contain_text("Logged out")


async def test_who_supervises_nobody_is_told_why_they_may_not_come_in(tmp_path: Path) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        floor = await console(await browser.new_context(), product)
        await floor.sign_in("ana", "not the password")
        await expect(floor.page.get_by_role("alert")).to_have_text("Login or password is wrong.")
        await floor.sign_in("ana", password)
        await expect(floor.page.get_by_role("alert")).to_contain_text(
            "No page of the console is for your role."
        )
        assert await axe.violations(floor.page) == []
        status = await floor.page.evaluate(
            """async () => {
                const headers = {'X-Console': '1', 'Content-Type': 'application/json'}
                const body = JSON.stringify({presence: 'paused'})
                const ask = {method: 'POST', headers, body}
                return (await fetch('/console/api/agents/ben/presence', ask)).status
            }"""
        )
        assert status == 403
        await floor.page.get_by_role("button", name="Sign out").click()
        await floor.sign_in("dev", password)
        await expect(floor.agent("ana")).to_be_visible()
        assert await product.stop() == 0


async def test_the_console_is_for_everybody_with_keys_alone_in_both_schemes_and_in_spanish(
    tmp_path: Path,
) -> None:
    async with running("run", env=service(tmp_path)) as product, chromium.browser() as browser:
        password = await begin(product)
        others = await browser.new_context()
        desk, phone = await others.new_page(), await others.new_page()
        await log_in(desk, product.url, "ana", password)
        await wait_in_sales(phone, product.url, OTHER_CALLER)
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768}, reduced_motion="reduce", color_scheme="light"
        )
        floor = await console(context, product)
        page = floor.page
        await page.goto(f"{product.url}/console")
        await expect(page.locator("form")).to_be_visible()
        assert await axe.violations(page) == []
        await floor.sign_in("dev", password)
        await expect(floor.line("Sales").locator("tbody tr")).to_have_count(1)
        for scheme in ("light", "dark"):
            html = page.locator("html")
            await expect(html).to_have_attribute("data-mantine-color-scheme", scheme)
            assert await axe.violations(page) == [], scheme
            await page.locator("body").press("?")
            await expect(page.get_by_role("dialog")).to_contain_text("find an agent")
            assert await axe.violations(page) == [], f"{scheme}, the keys"
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            await page.keyboard.press("a")
            await expect(page.locator("tr[data-index='0']")).to_be_focused()
            await page.keyboard.press("ArrowDown")
            await expect(page.locator("tr[data-index='1']")).to_be_focused()
            await page.keyboard.press("ArrowUp")
            await expect(page.locator("tr[data-index='0']")).to_be_focused()
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("menu").locator("[data-autofocus]")).to_be_focused()
            await page.keyboard.press("ArrowDown")
            await expect(page.get_by_role("menuitem").first).to_be_focused()
            assert await axe.violations(page) == [], f"{scheme}, a menu"
            menu = await page.get_by_role("menu").bounding_box()
            assert menu is not None
            assert menu["y"] + menu["height"] <= 768
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("menu")).to_have_count(0)
            if scheme == "light":
                await page.keyboard.press("d")
        await page.keyboard.press("/")
        await expect(page.locator("#find")).to_be_focused()
        await page.keyboard.type("erin")
        await expect(page.locator("tr[data-agent]")).to_have_count(1)
        await page.get_by_label("Language").select_option("es")
        await expect(page.locator("h1")).to_have_text("Sala del centro de contacto")
        await expect(page.locator("html")).to_have_attribute("lang", "es")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1366
        assert floor.complaints == []
        assert await product.stop() == 0
