"""The browser of the tests."""

from __future__ import annotations

import pytest

from tests.real import chromium

pytestmark = pytest.mark.real


async def test_a_page_runs_its_script_and_has_a_microphone() -> None:
    async with chromium.browser() as browser:
        page = await browser.new_page()
        await page.route(
            "http://127.0.0.1:9/",
            lambda route: route.fulfill(body="<p id=x></p>", content_type="text/html"),
        )
        await page.goto("http://127.0.0.1:9/")
        await page.evaluate("document.getElementById('x').textContent = 6 * 7")
        assert await page.inner_text("#x") == "42"
        tracks = await page.evaluate(
            "navigator.mediaDevices.getUserMedia({audio: true}).then(s => s.getTracks().length)"
        )
        assert tracks == 1
