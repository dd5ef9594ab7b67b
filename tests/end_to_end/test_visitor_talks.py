"""A visitor of the web page talks in their browser: Chromium, Asterisk, sound both ways."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, expect

from contact_center.adapters.asterisk.local import Tree
from contact_center.adapters.portal.signed import CONTEXT, seal
from tests.end_to_end.product import Floor
from tests.end_to_end.test_softphone import HEARD, WATCH, tone_file
from tests.real import axe
from tests.real.chromium import browser
from tests.real.sip import Manual

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

VISITOR_TONE, AGENT_TONE = 1000.0, 620.0
LOAD_MS = 60_000
KEY = "the key that shop and center share\n"
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")


class PublicFloor(Floor):
    """With a page on which visitors of sales talk as if they had called the direct number."""

    def environment(self) -> dict[str, str]:
        key = self.folder / "shop.key"
        key.write_text(KEY)
        key.chmod(0o600)
        file = self.folder / "service.yaml"
        talk = '{sales: "+14155550101"}'
        file.write_text(f"portal: {{queues: [sales], talk: {talk}, context_key_file: {key}}}\n")
        return {**super().environment(), "CC_SETTINGS": str(file)}


@asynccontextmanager
async def visitor(folder: Path) -> AsyncIterator[tuple[Page, list[str]]]:
    """A browser of nobody whom we know, whose microphone is a tone."""
    sound = tone_file(folder / "microphone.wav", VISITOR_TONE)
    async with browser(f"--use-file-for-fake-audio-capture={sound}") as chromium:
        context = await chromium.new_context(viewport={"width": 440, "height": 720}, locale="en-US")
        await context.grant_permissions(["microphone"])
        await context.add_init_script(WATCH + _PLAIN)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: "Security" in said.text and complaints.append(said.text))
        yield page, complaints
        await context.close()


# A tone is a noise to some, who would take it out.
_PLAIN = """
    navigator.mediaDevices.getUserMedia = (
      (ask) => (wanted) =>
        ask.call(navigator.mediaDevices, {
          ...wanted,
          audio: { noiseSuppression: false, echoCancellation: false, autoGainControl: false },
        })
    )(navigator.mediaDevices.getUserMedia)
"""


async def hears(page: Page, hz: float) -> None:
    """The page hears this tone, loudly, above all else."""
    told: object = None
    for _ in range(300):
        told = await page.evaluate(HEARD)
        if isinstance(told, dict) and abs(told["hz"] - hz) < 30 and told["db"] > -60:
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"{hz} Hz is not heard: {told}")


async def shoot(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await axe.violations(page) == []
        if SCREENSHOTS:
            await page.screenshot(path=f"{SCREENSHOTS}/{name}-{scheme}.png")


async def test_a_visitor_and_an_agent_hear_each_other_and_the_agent_saw_what_they_looked_at(
    asterisk_tree: Tree, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    seen = {"page": "Roses", "case": "order 4711", "viewed": ["Climbing roses"]}
    note = seal(KEY.strip().encode(), CONTEXT, {"at": int(time.time()), "nonce": "f" * 16, **seen})
    folder = tmp_path_factory.mktemp("floor")
    async with PublicFloor(folder, asterisk_tree) as floor, visitor(tmp_path) as (page, complaints):
        ana = await floor.agent("ana", Manual(), hz=AGENT_TONE)
        url = f"{floor.product.url}/help/sales"
        await page.goto(f"{url}?lang=en&context={note}", timeout=LOAD_MS)
        await page.click("#talk")
        await expect(page.locator(".about")).to_contain_text("From the page Roses: order 4711")
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        await shoot(page, "talk-idle")
        assert loaded == [], "the voice is not loaded before the press"
        async with page.expect_response(lambda one: one.request.method == "POST") as pressed:
            await page.click("#begin")
        ticket = json.loads(await (await pressed.value).text())
        leg = await floor.phones["ana"].called(within=60)
        assert ana.pop is not None, "on the screen before the phone was answered"
        assert ana.pop["reason"] == "From the page Roses: order 4711"
        assert (ana.pop["ani"], ana.pop["customers"]) == ("", [])
        await leg.accept()
        await expect(page.locator("#talk")).to_have_attribute(
            "data-state", "talking", timeout=LOAD_MS
        )
        await hears(page, AGENT_TONE)
        await leg.hears_tone(VISITOR_TONE, within=60)
        await ana.is_("ready talking")
        await shoot(page, "talk-talking")
        await page.click("#mute")
        await leg.hears_silence(seconds=0.5, within=60)

        # Whoever has seen the ticket can do nothing with it any more.
        async with aiohttp.ClientSession() as http:
            origin = {"Origin": floor.product.url}
            async with http.get(f"{floor.product.url}{ticket['url']}", headers=origin) as answer:
                assert answer.status == 403

        await page.click("#end")
        await leg.ended(within=60)
        await ana.is_("ready wrap_up")
        await expect(page.locator("#said")).to_have_text("The call is over.")
        assert complaints == []
        assert any("JsSIP" in one for one in loaded)
