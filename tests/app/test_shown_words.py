"""What strangers and agents call things is text on every page that shows it, and never markup.

In a real Chromium, against the running product: names, notes, answers, reasons, each with a script
in it, on the desk, the console, the wall board and the page for callers.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from contact_center.adapters.simulated.people import Caller
from contact_center.adapters.simulated.scripts import read_script
from contact_center.app.service import Service
from contact_center.core.events import Customer
from contact_center.core.ids import CustomerId
from contact_center.core.permissions import Role
from tests.app.open_center import ROOT, open_center, token
from tests.app.test_pop_before_ring import network_of
from tests.app.test_security import HARM, page_in
from tests.real.chromium import browser
from tests.real.dialog import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
NUMBER, ANI = "+14155550100", "+442079460123"
FORMULA = "=HYPERLINK(1)"
RULES = f"""
floor:
  alerts:
    crowd: {{measure: waiting, queues: [sales], above: 0, severity: critical, say: "{HARM}"}}
"""
NO_SALE = f'  no_sale: {{label: "{HARM}", key: 1, fields: {{why: {{label: "{HARM}"}}}}}}'
WORDS = {
    "name: Ben Okafor": f'name: "{FORMULA}{HARM}"',
    "label: Sales\n": f'label: "{HARM}"\n    callbacks: {{attempts: 3, retry: 15m}}\n',
    "  no_sale: No sale": NO_SALE,
    "plants: Plant care and advice": f'plants: "{HARM}"',
    "call_script: ../../scripts_library/catalogue_sale.yaml": "call_script: harm.yaml",
}
Seen = dict[str, tuple[Page, list[str]]]


def harmful_center(folder: Path) -> str:
    """The demo's center, with markup wherever somebody may write a word."""
    center = folder / "retailer"
    shutil.copytree(ROOT / "config" / "retailer", center)
    said = (ROOT / "scripts_library" / "catalogue_sale.yaml").read_text(encoding="utf-8")
    said = said.replace("title: {en-US: Good morning,", f'title: {{en-US: "{HARM}",')
    said = said.replace("ask: {en-US: Is this the right person?,", f'ask: {{en-US: "{HARM}",')
    (center / "harm.yaml").write_text(said, encoding="utf-8")
    file = center / "center.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in WORDS.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text.replace("../../", f"{ROOT}/") + RULES, encoding="utf-8")
    return str(file)


def enter(service: Service) -> Any:
    """Somebody calls and chooses sales; gives the leg of their call."""
    phones = network_of(service)
    caller = Caller(ani=ANI, did=NUMBER, name=HARM, script=read_script(["press 1 after 1..2 s"]))
    leg = phones.network.place_call(caller, phones.now())
    phones.pump()
    return leg


def hang_up(service: Service, leg: Any) -> None:
    phones = network_of(service)
    phones.network.hang_up(leg, phones.now())
    phones.pump()


async def talk(service: Service, desk: Page) -> Any:
    """A call reaches Ana, who takes it; gives the caller's leg."""
    phones, leg = network_of(service), enter(service)
    await desk.locator("#accept").click()
    await until(lambda: bool(phones.network.at_phone("1001")), within=60, what="her phone rings")
    phones.network.answer(phones.network.at_phone("1001")[0].leg, phones.now())
    phones.pump()
    await expect(desk.locator("#notes")).to_be_visible()
    return leg


async def is_harmless(seen: Seen) -> None:
    for name, (page, refused) in seen.items():
        assert await page.evaluate("window.__harm") is None, name
        assert await page.locator("img[src=x]").count() == 0, name
        assert refused == [], (name, "nothing even tried")


async def test_markup_in_any_word_is_text_on_every_page(tmp_path: Path) -> None:
    harm = Customer(customer=CustomerId("h1"), name=HARM, tier=HARM, email=HARM, note=HARM)
    center = harmful_center(tmp_path)
    async with open_center(tmp_path, CC_CENTER=center) as service, browser() as chromium:
        await service.customers.put_customer(harm, [ANI])
        seen: Seen = {
            "desk": await page_in(await chromium.new_context(), service, "ana"),
            "console": await page_in(await chromium.new_context(), service, "dev", Role.SUPERVISOR),
            "outside": (await chromium.new_page(), []),
        }
        desk, boss, outside = (page for page, _ in seen.values())
        await desk.goto(service.web.url)
        await desk.locator("#ready").click()
        await boss.goto(f"{service.web.url}/console")
        await said_at_the_desk(service, desk, boss)
        await is_harmless(seen)
        await read_at_the_console(service, boss)
        await is_harmless(seen)
        await seen_from_outside(service, outside)
        await is_harmless(seen)


async def said_at_the_desk(service: Service, desk: Page, boss: Page) -> None:
    """Name, note, script, an ending with a field, a raised hand; and then all of it as history."""
    leg = await talk(service, desk)
    for where in ("#caller-name", "#customer-note", "#call-queue"):
        await expect(desk.locator(where)).to_contain_text(HARM)
    await expect(desk.locator("#caller-tier")).to_contain_text(HARM[:40])
    await expect(desk.locator("#script-card")).to_contain_text(f"speaking with {HARM}")
    await desk.locator("#notes").fill(HARM)
    await expect(desk.locator("#notes-state")).to_have_text("saved")
    hang_up(service, leg)
    await desk.locator('#dispositions [data-code="no_sale"]').click()
    await desk.locator('[data-field="why"]').fill(HARM)
    await desk.locator("#ending-form button[type=submit]").click()
    await expect(desk.locator("#calm")).to_be_visible()
    again = await talk(service, desk)
    await expect(desk.locator("#history")).to_contain_text(HARM)
    await desk.locator("button", has_text="Ask for help").click()
    await desk.locator("#hand-note").fill(HARM)
    await desk.locator("#hand-about button").click()
    await expect(boss.locator('[data-hand="ana"] .say')).to_have_text(HARM)
    enter(service)
    hang_up(service, again)


async def read_at_the_console(service: Service, boss: Page) -> None:
    """Callers and alerts of the floor, a live change, the audit log, reports, recordings."""
    await expect(boss.locator("#callers caption")).to_contain_text(HARM)
    await expect(boss.locator(".alert-bar .say").first).to_have_text(HARM)
    await expect(boss.locator('tr[data-agent="ben"]')).to_contain_text(f"{FORMULA}{HARM}")
    change = {"agents": ["ana"], "for_s": 600, "join": ["support"], "why": HARM}
    status = await boss.evaluate(ASK, change)
    assert status == 200
    await expect(boss.locator('tr[data-agent="ana"] .live')).to_contain_text(HARM)
    for page in ("alerts", "reports", "recordings", "campaigns", "audit"):
        await boss.goto(f"{service.web.url}/console#{page}")
        await expect(boss.locator(f'nav [data-page="{page}"]')).to_have_attribute(
            "aria-current", "page"
        )
        await expect(boss.locator("main h2").first).to_be_visible()
    await expect(boss.locator(".audit tbody")).to_contain_text(HARM)
    await expect(boss.locator('[data-hand="ana"] .say')).to_have_text(HARM)


async def seen_from_outside(service: Service, page: Page) -> None:
    """The wall board of a screen without a login, and what visitors typed on the public page."""
    await page.goto(f"{service.web.url}/console#wall?key={token(Role.READER)}")
    await expect(page.locator(".wall")).to_contain_text(HARM)
    await page.goto(f"{service.web.url}/help/sales")
    await expect(page.locator("h1")).to_contain_text(HARM)
    name = page.locator("#name")
    await name.fill(HARM[:60])
    await page.locator("#number").fill('"><script>window.__harm=1')
    await page.locator("form button").first.click()
    await expect(name).to_have_value(HARM[:60])
    await expect(page.locator("#number")).to_have_value('"><script>window.__harm=1')


async def test_a_role_sees_its_pages_of_the_console_and_begins_with_one_of_them(
    tmp_path: Path,
) -> None:
    async with open_center(tmp_path) as service, browser() as chromium:
        for role, pages in PAGES_OF.items():
            context = await chromium.new_context()
            page, refused = await page_in(context, service, "dev", role)
            wrong: list[str] = []
            page.on("pageerror", lambda error, wrong=wrong: wrong.append(str(error)))
            asked: list[str] = []
            sent = await counted(context, page)
            page.on("websocket", lambda ws, asked=asked: asked.append(ws.url))
            await page.goto(f"{service.web.url}/console")
            links = page.locator("nav.pages [data-page]")
            await expect(links).to_have_count(len(pages))
            named = [await link.get_attribute("data-page") for link in await links.all()]
            assert named == pages, role
            assert 0 < sum(sent) < MOST_BYTES, "of the first load, on the wire"
            await expect(links.first).to_have_attribute("aria-current", "page")
            for name in ("audit", "floor"):
                await page.goto(f"{service.web.url}/console#{name}")
                shown = name if name in pages else pages[0]
                await expect(page.locator(f'[data-page="{shown}"]')).to_have_attribute(
                    "aria-current", "page"
                )
                await expect(page.locator("main h2").first).to_be_visible()
            assert (asked == []) is ("floor" not in pages), "who may not see it asks for no floor"
            assert (wrong, refused) == ([], []), role
            await context.close()


async def counted(context: BrowserContext, page: Page) -> list[int]:
    """Bytes of every answer as they went over the wire, headers included."""
    sent: list[int] = []
    tool = await context.new_cdp_session(page)
    await tool.send("Network.enable")
    tool.on("Network.loadingFinished", lambda told: sent.append(int(told["encodedDataLength"])))
    return sent


MOST_BYTES = 250 * 1024
PAGES_OF = {
    Role.COMPLIANCE: ["reports", "recordings", "campaigns", "audit"],
    Role.AUTHOR: ["reports"],
    Role.LEAD: ["floor", "alerts", "reports"],
    Role.AUDITOR: ["floor", "alerts", "reports", "campaigns", "audit"],
}
ASK = """async (body) => {
  const headers = {'X-Console': '1', 'Content-Type': 'application/json'}
  const ask = {method: 'POST', headers, body: JSON.stringify(body)}
  return (await fetch('/console/api/changes/agents', ask)).status
}"""
