"""Two hundred callers one after the other, in a real Chromium: who it is comes before the ring."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from contact_center.adapters.simulated.people import Caller
from contact_center.app.providers import SimulatedProvider
from contact_center.app.rosters import DemoDirectory
from contact_center.app.service import Service
from contact_center.core.facts import Fact, ScreenPopped
from contact_center.core.ids import LegId
from contact_center.ports import FactSink
from contact_center.settings import load_settings
from tests.real.chromium import browser
from tests.real.dialog import until
from tests.real.ports import free_port

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]
CENTER = Path(__file__).parents[1] / "end_to_end" / "center" / "center.yaml"
CALLS = 200
NUMBERS = [f"+1{area}55501{n:02}" for area in (415, 212) for n in range(100)]
WATCH = """
window.__painted = {}; window.__rings = [];
const now = () => performance.timeOrigin + performance.now();
const digits = () => document.body ? document.body.textContent.replace(/[^0-9+]/g, "") : "";
new MutationObserver(() => {
  for (const [number] of digits().matchAll(/(415|212)55501[0-9][0-9]/g)) {
    if (window.__painted[number] !== undefined) continue;
    window.__painted[number] = null;
    requestAnimationFrame(() => setTimeout(() => { window.__painted[number] = now(); }));
  }
}).observe(document, { childList: true, subtree: true, characterData: true });
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.__rings.push(now());
  start.call(this, at);
};
"""


class Noted(Service):
    """The product, which notes when each pop was decided."""

    decided: dict[str, float]

    def publish(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, ScreenPopped):
                self.decided.setdefault(fact.ani[2:], time.time() * 1_000)

    def _sinks(self) -> list[FactSink]:
        self.decided = {}
        return [self, *super()._sinks()]


def network_of(service: Service) -> Any:
    assert isinstance(service.provider, SimulatedProvider)
    return service.provider.telephony


async def log_in(service: Service, page: Page) -> None:
    """By the form, as a person: sound is allowed to who did something."""
    directory = service._directory
    assert isinstance(directory, DemoDirectory)
    await page.goto(service.web.url)
    await page.get_by_label("Login", exact=True).fill("ana")
    await page.get_by_label("Password", exact=True).fill(directory.password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Ana Ruiz").first).to_be_visible()
    await page.get_by_role("button", name="Ready").first.click()
    agents = service.loop.center.router.agents
    is_ready = lambda: any(a.presence.value == "ready" for a in agents.values())  # noqa: E731
    await until(is_ready, within=30, what="Ana is ready")


async def a_call(service: Service, page: Page, ani: str) -> None:
    """Somebody calls, is shown and rung for, and gives up."""
    phones = network_of(service)
    leg: LegId = phones.network.place_call(Caller(ani=ani, did="+14155550101"), phones.now())
    phones.pump()
    number = ani[2:]
    rings = await page.evaluate("window.__rings.length")
    await page.wait_for_function(
        "([n, rings]) => window.__painted[n] && window.__rings.length > rings", arg=[number, rings]
    )
    phones.network.hang_up(leg, phones.now())
    phones.pump()
    await until(lambda: service.loop.center.live_calls == 0, within=30, what="the call is over")


async def test_who_calls_is_painted_before_it_rings_in_two_hundred_of_two_hundred_calls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "CC_CENTER": str(CENTER),
        "CC_STATE_DIR": str(tmp_path / "state"),
        "CC_HTTP_PORT": str(free_port()),
        "CC_PROMPTS_ENGINE": "none",
        "CC_DESK_DEMO": "true",
    }
    service = Noted(load_settings(given, None))
    try:
        await service.start()
        async with browser() as chromium:
            page = await chromium.new_page()
            await page.add_init_script(WATCH)
            await log_in(service, page)
            for ani in NUMBERS[:CALLS]:
                await a_call(service, page, ani)
            painted = await page.evaluate("window.__painted")
            rings = await page.evaluate("window.__rings")
    finally:
        await service.stop()
    assert len(painted) == CALLS
    took = sorted(painted[number] - at for number, at in service.decided.items())
    assert len(took) == CALLS
    late = []
    for number, at in service.decided.items():
        first = min(ring for ring in rings if ring >= at)
        if first < painted[number]:
            late.append(number)
    assert late == [], "rung for before anybody saw who it is"
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    told = {"calls": CALLS, "paint_p50_ms": round(cuts[49], 1), "paint_p99_ms": round(cuts[98], 1)}
    with capsys.disabled():
        print(f"\nfrom the reservation to the paint: {json.dumps(told)}")
