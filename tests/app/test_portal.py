"""The public page in the running product: a visitor with a browser, a shop's page, an agent."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import BrowserContext, Page, Route, expect

from contact_center.adapters.portal import own_pages
from contact_center.adapters.portal.own_pages import Mine, OwnCase
from contact_center.adapters.portal.settings import NumberError
from contact_center.adapters.portal.signed import CONTEXT, seal
from contact_center.app.portal import portal_settings
from contact_center.app.state_folder import StartError, own_key
from contact_center.content.center_files import load_center_file
from contact_center.content.problems import ContentError
from contact_center.core.configuration import CenterConfiguration
from contact_center.settings import PortalSettings, Settings, load_settings
from tests.app.test_commands import ROOT, START_S, running, service
from tests.app.test_tour import PATIENCE_MS, log_in
from tests.real import axe, chromium
from tests.real.ports import free_port

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
EVIL = "Eve <img src=x onerror=alert(1)>"
CALLED = "+14155550102"
"""Somebody who picks up: see adapters/simulated/population."""
CALLS = {"sales": "callbacks: {attempts: 2, retry: 15m}\n    calendar: desk\n    "}


def retailer() -> CenterConfiguration:
    return load_center_file(ROOT / "config/retailer/center.yaml", None).configuration


def settings(folder: Path, **portal: object) -> Settings:
    return Settings(state_dir=folder, portal=PortalSettings(**portal))  # type: ignore[arg-type]


def test_the_page_calls_from_the_centers_first_number_in_its_own_country(tmp_path: Path) -> None:
    made = portal_settings(settings(tmp_path, queues=("support",)), retailer)
    assert made.caller_id == "+14155550100"
    assert made.number_of("(415) 555-0123") == "+14155550123"
    for text, why in (
        ("4711", "not_a_number"),
        ("+442079460123", "not_called"),
        ("+1 876 555 0123", "not_called"),
        ("+1 900 555 0123", "not_called"),
    ):
        with pytest.raises(NumberError, match=why):
            made.number_of(text)
    wide = settings(tmp_path, queues=("support",), countries=("US", "GB"))
    assert portal_settings(wide, retailer).number_of("+442079460123") == "+442079460123"


def test_a_queue_that_is_not_there_is_a_mistake_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="no queue roses"):
        portal_settings(settings(tmp_path, queues=("roses",)), retailer)


def test_visitors_are_led_as_callers_of_a_number_that_there_is(tmp_path: Path) -> None:
    talk = {"support": "+14155550100"}
    assert (
        portal_settings(settings(tmp_path, queues=("support",), talk=talk), retailer).talk == talk
    )
    for wrong in ({"sales": "+14155550100"}, {"support": "+14155550177"}):
        with pytest.raises(StartError, match=r"portal\.talk"):
            portal_settings(settings(tmp_path, queues=("support",), talk=wrong), retailer)


def test_keys_are_kept_where_only_their_owner_reads_them(tmp_path: Path) -> None:
    key = own_key(tmp_path / "portal.key")
    assert own_key(tmp_path / "portal.key") == key
    assert len(key) == 32
    assert (tmp_path / "portal.key").stat().st_mode & 0o077 == 0
    shop = tmp_path / "shop.key"
    shop.write_text("too short")
    shop.chmod(0o644)
    wanted = settings(tmp_path, queues=("support",), context_key_file=shop)
    with pytest.raises(StartError, match="others may read it"):
        portal_settings(wanted, retailer)
    shop.chmod(0o600)
    with pytest.raises(StartError, match="32 bytes or more"):
        portal_settings(wanted, retailer)
    shop.write_text("k" * 32 + "\n")
    assert portal_settings(wanted, retailer).context_key == b"k" * 32


def test_settings_that_cannot_be_are_told_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "service.yaml"
    file.write_text(
        "desk: {demo: true}\nportal:\n  queues: [../sales]\n  origins: ['https://shop.example.com/']\n"
        "  countries: [us]\n  caller_id: '4711'\n  slot: 7\n  proxies: [proxy]\n  nothing: 1\n"
    )
    with pytest.raises(ContentError) as caught:
        load_settings({}, file)
    lines = sorted(problem.line for problem in caught.value.problems)
    assert lines == [3, 4, 5, 6, 7, 8, 9]
    file.write_text("desk: {demo: true}\nportal: {context_key_file: nowhere}\n")
    with pytest.raises(ContentError, match="no file nowhere"):
        load_settings({}, file)


# --- in a browser ----------------------------------------------------------------------------


def center_in(folder: Path) -> Path:
    """The shop's center, whose sales call back at any time of day."""
    text = (ROOT / "config/retailer/center.yaml").read_text(encoding="utf-8")
    text = text.replace("../../", f"{ROOT}/")
    text = text.replace(
        "  sales:\n    label: Sales\n", f"  sales:\n    label: Sales\n    {CALLS['sales']}\n"
    )
    text = text.replace(
        "calendars:\n", 'calendars:\n  desk:\n    weekly: {mon-sun: ["00:00-24:00"]}\n'
    )
    path = folder / "center.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def settings_in(folder: Path, shop: str) -> Path:
    key = folder / "shop.key"
    key.write_text("the key that shop and center share\n")
    key.chmod(0o600)
    path = folder / "service.yaml"
    path.write_text(
        f"center: {center_in(folder)}\ndesk: {{demo: true}}\ndialer: {{enabled: false}}\n"
        f"portal: {{queues: [sales], origins: ['{shop}'], context_key_file: {key}, "
        "talk: {sales: '+14155550100'}, code_flow: self-service-code}\n"
    )
    return path


@asynccontextmanager
async def shop_page(port: int, help_url: str, note: str) -> AsyncIterator[str]:
    """A page of a shop, at an origin of its own, under a policy of its own."""
    script = f"{help_url}/help/widget.js"
    html = (
        "<!doctype html><html lang=en><title>Roses</title><h1>Roses</h1>"
        f"<script src='{script}' data-queue=sales data-lang=en data-context='{note}' defer>"
        "</script>"
    )
    policy = f"default-src 'none'; script-src {help_url}; connect-src {help_url}"

    async def page(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=html, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


async def a_made_up_voice_talks(shop: Page, url: str, complaints: list[str]) -> None:
    """On the simulated network: what the voice hears is written on the page."""
    await shop.locator("contact-center-help button.open").click()
    async with shop.context.expect_page() as opened:
        await shop.locator("contact-center-help a.talk").click()
    voice = await opened.value
    voice.on("pageerror", lambda error: complaints.append(str(error)))
    await expect(voice.locator(".about")).to_contain_text("order 4711")
    # What the page said counts once, and is wanted for another call.
    await voice.goto(f"{url}/help/sales/talk?lang=en")
    await voice.click("#begin")
    await expect(voice.locator("#said")).to_have_text("You are connected.", timeout=PATIENCE_MS)
    await expect(voice.locator("#heard")).to_contain_text("Larkfield")
    await voice.click("#end")
    await expect(voice.locator("#said")).to_have_text("The call is over.")
    await voice.close()
    await an_article_is_read(shop.context, url)


async def an_article_is_read(context: BrowserContext, url: str) -> None:
    """It is found, read, and did not help: whoever calls is told so."""
    page = await context.new_page()
    await page.goto(f"{url}/help?lang=en")
    await page.fill("#q", "refund")
    await page.click("form[role=search] button")
    await page.click("text=Returns and refunds")
    await expect(page.locator("ol li")).to_have_count(3)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await axe.violations(page) == []
        if SCREENSHOTS:
            await page.screenshot(path=f"{SCREENSHOTS}/article-{scheme}.png", full_page=True)
    await page.click("button[value='0']")
    await page.click(".queues a")
    await expect(page.locator(".about")).to_contain_text("From the page Help: Returns and refunds")
    await what_is_ones_own_is_seen_by_all(page, url)
    await page.close()


async def what_is_ones_own_is_seen_by_all(page: Page, url: str) -> None:
    """Both themes, whoever looks: the page that a code leads to, as the server makes it."""
    await page.goto(f"{url}/help?lang=en")
    await page.click("#mine")
    assert await axe.violations(page) == []
    case = OwnCase(
        case="C-17",
        subject="Roses late",
        status="case_pending",
        opened="2026-11-20",
        answers=("Which colour was it?",),
    )
    mine = Mine(barred=False, consents=2, cases=[case])
    html = own_pages.own("Larkfield", "+14155550123", mine, "note", "en", said="case_opened")

    async def give(route: Route) -> None:
        await route.fulfill(body=html, content_type="text/html")

    await page.route("**/help/mine", give)
    await page.goto(f"{url}/help/mine")
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await axe.violations(page) == []
        if SCREENSHOTS:
            await page.screenshot(path=f"{SCREENSHOTS}/mine-{scheme}.png", full_page=True)


@pytest.mark.real
@pytest.mark.timeout(400)
async def test_a_visitor_books_cancels_and_is_called_with_what_they_looked_at(
    tmp_path: Path,
) -> None:
    shots, port = tmp_path / "shots", free_port()
    env = service(tmp_path, CC_SETTINGS=str(settings_in(tmp_path, f"http://127.0.0.1:{port}")))
    async with running("run", env=env) as product, chromium.browser() as browser:
        await product.says(r"^ready", within=START_S)
        password = (await product.says(r"password for all: (\S+)$"))[1]
        # What a shop's server does; see docs/self-service.md.
        key = (tmp_path / "shop.key").read_bytes().strip()
        seen = {"page": "Roses", "case": "order 4711", "viewed": ["Climbing roses"]}
        note = seal(key, CONTEXT, {"at": int(time.time()), "nonce": "f" * 16, **seen})
        # No script runs at the visitor's, but for the widget on the shop's page.
        plain = await browser.new_context(java_script_enabled=False, locale="en-US")
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        for one in (plain, context):
            one.set_default_timeout(PATIENCE_MS)
        desk, visitor = await context.new_page(), await plain.new_page()
        complaints: list[str] = []
        desk.on("pageerror", lambda error: complaints.append(str(error)))

        # A time is booked, confirmed, and cancelled.
        await visitor.goto(f"{product.url}/help/sales")
        await visitor.fill("#name", "Eve")
        await visitor.fill("#number", "(415) 555-0123")
        await visitor.screenshot(path=shots / "1-form.png", full_page=True)
        await visitor.click("#book")
        await expect(visitor.locator("h1")).to_have_text("We will call you")
        await visitor.screenshot(path=shots / "2-booked.png", full_page=True)
        await visitor.click("#cancel")
        await visitor.click("button")
        await expect(visitor.locator("main")).to_contain_text("You will not be called")

        # The widget on the shop's page leads to the form, which knows the page.
        async with shop_page(port, product.url, note) as url:
            shop = await context.new_page()
            shop.on("pageerror", lambda error: complaints.append(str(error)))
            shop.on(
                "console", lambda line: "Security" in line.text and complaints.append(line.text)
            )
            await shop.goto(url)
            opener = shop.locator("contact-center-help button.open")
            await expect(opener).to_contain_text("Talk to us · Open now", timeout=PATIENCE_MS)
            await shop.keyboard.press("Tab")
            await shop.keyboard.press("Enter")
            go = shop.locator("contact-center-help a.go:not(.talk)")
            await expect(shop.locator("contact-center-help a.talk")).to_be_focused()
            await shop.screenshot(path=shots / "3-widget.png")
            await shop.keyboard.press("Escape")
            await expect(go).to_be_hidden()
            await expect(opener).to_be_focused()
            link = await go.get_attribute("href")
            await a_made_up_voice_talks(shop, product.url, complaints)
        assert link is not None

        # Called at once: the agent sees who asks and why, and gets them on the line.
        await log_in(desk, product.url, "ana", password)
        await desk.click("#ready")
        await visitor.goto(link)
        await expect(visitor.locator(".about")).to_have_text(
            "The agent will see: From the page Roses: order 4711"
        )
        await visitor.fill("#name", EVIL)
        await visitor.fill("#number", CALLED)
        await visitor.click("#call")
        await expect(visitor.locator("main")).to_contain_text("when it is your turn")
        await expect(desk.locator("#call-reason")).to_have_text(
            "From the page Roses: order 4711", timeout=PATIENCE_MS
        )
        await expect(desk.locator("#caller-name")).to_have_text("James O'Connor")
        fields = desk.locator("#lead-fields")
        await expect(fields).to_contain_text(EVIL)
        await expect(fields).to_contain_text("Climbing roses")
        assert await fields.locator("img").count() == 0
        await desk.screenshot(path=shots / "4-desk.png")
        await desk.click("#accept")
        await expect(desk.locator("#stage")).to_have_attribute(
            "data-mode", "talk", timeout=PATIENCE_MS
        )
        await visitor.click("#cancel")
        await visitor.click("button")
        await expect(visitor.locator("main")).to_contain_text("too late to cancel")
        await desk.click("#hangup")
        await expect(desk.locator("#presence-word")).to_have_text("Wrap-up")
        await context.close()
        await plain.close()
        assert complaints == []
        assert await product.stop() == 0
    assert "415 555" not in product.said
    assert json.dumps(seen["case"]) not in product.said
