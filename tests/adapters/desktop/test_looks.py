"""How the desk looks and reads, in a real Chromium: themes, languages, screens, what it loads."""

import gzip
import re

import pytest
from playwright.async_api import expect

from contact_center.adapters.desktop.pages import BUILT
from tests.adapters.desktop.test_beside_page import look
from tests.adapters.desktop.test_page import Desk, browser, center, desk
from tests.adapters.desktop.test_promise_page import keeping
from tests.real import axe

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser", "center", "desk"]

FIRST_LOAD = 250 * 1024


async def is_sound(desk: Desk, name: str) -> None:
    """Nothing keeps anybody from using what is shown, in either theme."""
    await look(desk, name)
    for theme in ("light", "dark"):
        await desk.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        scheme = desk.page.locator(f"html[data-mantine-color-scheme={theme}]")
        await expect(scheme).to_have_count(1)
        assert await axe.violations(desk.page) == [], f"{name}, {theme}"


async def test_nothing_of_a_shift_keeps_anybody_from_using_it_in_either_theme(desk: Desk) -> None:
    # What moves would be measured in the middle of moving.
    await desk.page.emulate_media(reduced_motion="reduce")
    book = await keeping(desk)
    await desk.ready()
    await is_sound(desk, "idle")
    await desk.press("?")
    await expect(desk.page.locator("#keys")).to_be_visible()
    await is_sound(desk, "keys")
    await desk.press("Escape")
    await expect(desk.page.locator("#keys")).to_be_hidden()
    desk.core.offer("call-1")
    desk.core.complete("call-1")
    await desk.is_in("ring")
    await is_sound(desk, "ring")
    await desk.press("a")
    await desk.is_in("talk")
    await desk.press("t")
    await expect(desk.page.get_by_role("list", name="Directory")).to_be_visible()
    await is_sound(desk, "talk")
    await desk.press("Escape")
    await desk.press("c")
    await expect(desk.page.locator("#promise-when")).to_be_focused()
    await is_sound(desk, "promise")
    assert book.asked
    await desk.press("Escape")
    desk.core.hang_up("call-1")
    await desk.is_in("wrap")
    await desk.press("p")
    await is_sound(desk, "wrap")
    await desk.page.click("#logout")
    await expect(desk.page.locator("#login")).to_be_visible()
    await is_sound(desk, "login")


async def test_the_theme_is_turned_by_a_button_and_remembered(desk: Desk) -> None:
    root = desk.page.locator("html")
    await expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    await desk.page.get_by_role("button", name="Theme").click()
    await expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    await desk.page.reload()
    await expect(desk.page.locator("#link-text")).to_have_text("Connected")
    await expect(root).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_the_desk_speaks_spanish_when_asked_and_goes_on_doing_so(desk: Desk) -> None:
    await desk.talking()
    page = desk.page
    await page.get_by_label("Language").select_option("es")
    await desk.shows("#presence-word", "En llamada")
    await expect(page.get_by_role("button", name="Poner en espera")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    await page.reload()
    await desk.shows("#link-text", "Conectado")
    await desk.shows("#presence-word", "En llamada")
    await look(desk, "spanish")
    assert await axe.violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1180, 820), (820, 1180)])
async def test_who_calls_and_what_can_be_done_is_in_sight_on_small_screens(
    desk: Desk, width: int, height: int
) -> None:
    page = desk.page
    await page.set_viewport_size({"width": width, "height": height})
    await desk.ready()
    desk.core.offer("call-1")
    desk.core.complete("call-1")
    await desk.is_in("ring")
    for name in ("#caller-name", "#call-reason", "#accept", "#decline", "#ready"):
        await expect(page.locator(name)).to_be_in_viewport(ratio=1)
    await look(desk, f"ring-{width}")
    await desk.press("a")
    await desk.is_in("talk")
    for name in ("#hangup", "#hold", "#mute", "#transfer"):
        await expect(page.locator(name)).to_be_in_viewport(ratio=1)
    await look(desk, f"talk-{width}")
    await expect(page.locator("#notes")).to_be_attached()
    # Nothing is beyond the right edge.
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert await page.evaluate(wide)


async def test_single_keys_can_be_switched_off(desk: Desk) -> None:
    await desk.talking()
    await desk.press("?")
    await desk.page.get_by_role("switch", name="Single keys work").click()
    await desk.press("Escape")
    await expect(desk.page.locator("#keys")).to_be_hidden()
    await desk.press("h")
    await desk.page.click("#mute")
    await desk.press("?")
    await expect(desk.page.locator("#keys")).to_be_visible()
    kinds = [type(request).__name__ for request in desk.core.requests]
    assert "MuteRequested" in kinds
    assert "HoldRequested" not in kinds


async def test_keys_are_changed_with_conflicts_shown_kept_for_the_agent_and_reset(
    desk: Desk,
) -> None:
    await desk.talking()
    page = desk.page

    async def change(name: str, key: str) -> None:
        await page.click(f"[data-key-of={name}]")
        await desk.press(key)

    await desk.press("?")
    await change("hold", "7")
    await desk.shows("#keys-say", "Take a letter or a sign. Digits and ? have their place already.")
    await desk.press("Escape")
    await expect(page.locator("#keys")).to_be_visible()
    await change("hold", "m")
    rivals = page.locator(".map-rival")
    await expect(rivals).to_have_text(
        [
            "Also: Mute. The key does nothing until one of them has another.",
            "Also: Hold, or bring back. The key does nothing until one of them has another.",
        ]
    )
    await is_sound(desk, "keys-rivals")
    await desk.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()
    await desk.press("m")
    await desk.press("?")
    await change("mute", ";")
    await expect(rivals).to_have_count(0)
    await desk.press("Escape")
    kinds = {type(request).__name__ for request in desk.core.requests}
    assert kinds.isdisjoint({"MuteRequested", "HoldRequested"})
    await page.reload()
    await desk.is_in("talk")
    await expect(page.locator("#mute kbd")).to_have_text(";")
    await desk.press("m")
    await desk.is_in("hold")
    await desk.press("?")
    await page.get_by_role("button", name="Back to the usual keys").click()
    await expect(page.locator("[data-key-of=hold]")).to_have_text("H")
    await desk.press("Escape")
    await desk.press("h")
    await desk.is_in("talk")


async def test_the_first_load_is_small_and_from_here_alone(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    await desk.page.reload()
    await desk.shows("#link-text", "Connected")
    scripts = {url.rpartition("/")[2] for url in asked if re.search(r"/assets/[^/]+\.js$", url)}
    assert scripts
    assert all(url.startswith(desk.center.url) for url in asked)
    loaded = [(BUILT / "assets" / name).read_bytes() for name in scripts]
    assert sum(len(gzip.compress(script)) for script in loaded) < FIRST_LOAD
