"""Chromium without a window, driven by Playwright, with a microphone that is a beep."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright, expect

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)

# Pages are waited for, not timed: five seconds, the default, are too few on a busy machine.
expect.set_options(timeout=20_000)


def program() -> str:
    """The path of Chromium; the test fails with the way to get it when it is missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(
            "Chromium is missing: make setup-test as root, or apt-get install chromium",
            pytrace=False,
        )
    return path


@asynccontextmanager
async def browser(*more: str) -> AsyncIterator[Browser]:
    """A browser of its own, with `more` flags; every page of it is closed at the end."""
    path = program()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=path, headless=True, args=[*FLAGS, *more], timeout=30000
        )
        try:
            yield chromium
        finally:
            await chromium.close()
