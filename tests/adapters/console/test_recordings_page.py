"""Recordings on the console's page, in a real Chromium."""

from __future__ import annotations

import io
import wave

import pytest
from playwright.async_api import Route, expect

from tests.adapters.console.conftest import Bench
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
PATIENCE_MS = 60_000
ROW = {"call": "c1", "kind": "conversation", "box": "ana", "at": 1_790_000_000_000, "ms": 61_000}


def silence() -> bytes:
    """Give ten seconds of nothing, as a wav file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(2 * 8_000 * 10))
    return out.getvalue()


async def test_a_recording_is_played_on_the_page(served: Bench) -> None:
    asked: list[str] = []

    async def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        asked.append(name)
        if name == "recordings":
            rows = [{**ROW, "recording": "r-c1-2"}, {**ROW, "recording": "r-c2-2"}]
            await route.fulfill(json={"recordings": rows})
        elif name == "r-c1-2":
            await route.fulfill(body=silence(), content_type="audio/wav")
        else:
            gone = {"error": "no_sound", "message": "The phone system does not have it."}
            await route.fulfill(status=502, json=gone)

    async with chromium.browser() as browser:
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        await context.add_cookies([{"name": "who", "value": "dana", "url": served.url}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.route("**/console/api/recordings**", answer)
        await page.route("**/console/api/recordings/**", answer)
        await page.goto(f"{served.url}/console#recordings")
        first = page.locator('#recordings tr[data-recording="r-c1-2"]')
        await expect(first).to_contain_text("Ana", timeout=PATIENCE_MS)
        await expect(first).to_contain_text("1:01")
        assert asked == ["recordings"], "nothing is heard before it is asked for"
        assert await axe.violations(page) == []
        await first.get_by_role("button").press("Enter")
        sound = first.locator("audio")
        await expect(sound).to_have_js_property("duration", 10, timeout=PATIENCE_MS)
        assert await sound.evaluate("(sound) => sound.error") is None
        second = page.locator('#recordings tr[data-recording="r-c2-2"]')
        await second.get_by_role("button").press("Enter")
        await expect(second.get_by_role("alert")).to_contain_text("does not have it any more")
        assert asked == ["recordings", "r-c1-2", "r-c2-2"]
        assert complaints == []
