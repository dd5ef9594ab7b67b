"""Logins on their page, and the button of the company login, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from contact_center.adapters.desktop import session_doors
from contact_center.adapters.desktop.sessions import Entrance
from contact_center.app.service import Service
from contact_center.core.permissions import Role
from tests.app.open_center import open_center
from tests.app.test_company_login import GROUPS
from tests.real.axe import violations
from tests.real.chromium import browser
from tests.real.oidc_provider import CLIENT, SECRET, provider

pytestmark = pytest.mark.real
NASTY = '"><img src=x onerror="window.__harm=1"><script>window.__harm=1</script>'


@asynccontextmanager
async def page_of(service: Service, role: Role, **options: Any) -> AsyncIterator[Page]:
    """A page of a browser in which Ana is logged in, with a role."""
    came = Entrance(roles=frozenset({role}), browser="Firefox on the wall", address="192.0.2.7")
    token, _ = service.desk_server.sessions.open("ana", came)
    async with browser() as chromium:
        context = await chromium.new_context(**options)
        cookie = {"name": "desk_session", "value": token, "url": service.web.url}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        yield await context.new_page()


async def test_a_login_is_ended_on_the_page_and_stays_ended(tmp_path: Path) -> None:
    async with open_center(tmp_path) as service, page_of(service, Role.AGENT) as page:
        sessions = service.desk_server.sessions
        other, _ = sessions.open("ana", Entrance(browser=NASTY))
        sessions.open("ben")
        await page.goto(f"{service.web.url}/sessions")
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(2)
        await expect(page.get_by_label("Everybody's")).to_be_hidden()
        await expect(page.get_by_text(NASTY)).to_be_visible()
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="End the login of").press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("was ended")
        await expect(rows).to_have_count(1)
        assert sessions.find(other) is None
        assert await page.evaluate("window.__harm") is None


def test_the_page_says_everything_in_both_languages() -> None:
    text = (session_doors.STATIC / "words.js").read_text(encoding="utf-8")
    _, english, spanish = re.split(r"^  (?:en|es): \{$", text, flags=re.MULTILINE)
    said = [
        re.findall(r'^    "?([\w.]+)"?: "(.+)",$', part, re.MULTILINE)
        for part in (english, spanish)
    ]
    assert [word for word, _ in said[0]] == [word for word, _ in said[1]]
    for (word, one), (_, other) in zip(*said, strict=True):
        assert re.findall(r"\{\w+\}", one) == re.findall(r"\{\w+\}", other), word
    used = (session_doors.STATIC / "sessions.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-(?:word|label)="(\w+)"', used)) <= {word for word, _ in said[0]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_an_administrator_sees_everybodys_and_the_page_is_for_everybody(
    tmp_path: Path, scheme: str
) -> None:
    async with (
        open_center(tmp_path) as service,
        page_of(service, Role.ADMIN, color_scheme=scheme) as page,
    ):
        theirs, _ = service.desk_server.sessions.open("ben")
        await page.goto(f"{service.web.url}/sessions")
        await page.get_by_label("Everybody's").press("Space")
        await expect(page.locator("tbody tr")).to_have_count(2)
        assert await violations(page) == []
        await page.get_by_label("Language").select_option("es")
        await expect(page.locator("h1")).to_have_text("Sesiones")
        await expect(page.locator("#who")).to_have_text("2 sesiones de todos.")
        await expect(page.get_by_role("button", name="Cerrar la sesión de Ben")).to_be_visible()
        await page.reload()
        await expect(page.locator("h1")).to_have_text("Sesiones")
        await expect(page.locator("html")).to_have_attribute("data-scheme", scheme)
        turned = "Colores claros" if scheme == "dark" else "Colores oscuros"
        await page.get_by_role("button", name=turned).click()
        await expect(page.locator("html")).not_to_have_attribute("data-scheme", scheme)
        assert await violations(page) == []
        await page.get_by_label("Idioma").select_option("en")
        await page.get_by_label("Everybody's").press("Space")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="End the login of Ben").click()
        await expect(page.locator("tbody tr")).to_have_count(1)
        assert service.desk_server.sessions.find(theirs) is None


async def test_the_company_login_leads_to_the_desk_and_to_the_console(tmp_path: Path) -> None:
    async with provider() as house, browser() as chromium:
        written = f"oidc: {{issuer: '{house.issuer}', client_id: {CLIENT}, roles: {GROUPS}}}\n"
        secret = {"CC_OIDC_CLIENT_SECRET": SECRET}
        async with open_center(tmp_path, more=written, **secret) as service:
            await house.be(preferred_username="ana", groups=["cc-leads"])
            page = await (await chromium.new_context()).new_page()
            await page.goto(f"{service.web.url}/")
            await page.get_by_role("link", name="Company login").click()
            await expect(page.get_by_text("Ana Ruiz").first).to_be_visible()
            page = await (await chromium.new_context()).new_page()
            await page.goto(f"{service.web.url}/console")
            await page.get_by_role("link", name="Company login").click()
            await expect(page.get_by_role("link", name="Ana Ruiz")).to_be_visible()
            assert page.url.endswith("/console") or "/console#" in page.url
            await house.be(preferred_username="ana", groups=["nobody"])
            page = await (await chromium.new_context()).new_page()
            await page.goto(f"{service.web.url}/")
            await page.get_by_role("link", name="Company login").click()
            await expect(page.get_by_role("heading")).to_contain_text("not logged in")
            await expect(page.get_by_text("None of your groups")).to_be_visible()
