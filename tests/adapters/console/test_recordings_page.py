"""Recordings on the console's page, in a real Chromium."""

from __future__ import annotations

import asyncio
import io
import wave
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Route, expect

from tests.adapters.console.conftest import Bench
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
PATIENCE_MS = 60_000
ROW = {"call": "c1", "kind": "conversation", "box": "ana", "at": 1_790_000_000_000, "ms": 61_000}
THERE = "(sound) => sound.currentTime >= 4"
MARK = {"disclosure": "terms", "from_ms": 4_000, "to_ms": 6_500}


def silence() -> bytes:
    """Give ten seconds of nothing, as a wav file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(2 * 8_000 * 10))
    return out.getvalue()


async def test_a_recording_is_played_on_the_page(served: Bench, tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        asked.append(name)
        if name == "recordings":
            one, two = ({**ROW, "recording": f"r-{call}-2"} for call in ("c1", "c2"))
            three = {**ROW, "recording": "r-c3-2", "marks": [MARK]}
            rows = [one, two, three]
            await route.fulfill(json={"recordings": rows})
        elif name in ("r-c1-2", "r-c3-2"):
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
        await first.get_by_role("button", name="Play").press("Enter")
        sound = first.locator("audio")
        await expect(sound).to_have_js_property("duration", 10, timeout=PATIENCE_MS)
        assert await sound.evaluate("(sound) => sound.error") is None
        second = page.locator('#recordings tr[data-recording="r-c2-2"]')
        await second.get_by_role("button", name="Play").press("Enter")
        await expect(second.get_by_role("alert")).to_contain_text("does not have it any more")
        # What had to be said by law is gone to by a key, whether the sound is there yet or not.
        mark = page.locator('#recordings tr[data-recording="r-c3-2"] [data-mark="terms"]')
        await expect(mark).to_have_text("terms 0:04")
        await mark.press("Enter")
        sound = page.locator('#recordings tr[data-recording="r-c3-2"] audio')
        await expect(sound).to_have_js_property("duration", 10, timeout=PATIENCE_MS)
        await page.wait_for_function(
            "(at) => at.currentTime >= 4", arg=await sound.element_handle()
        )
        await sound.evaluate("(at) => { at.pause(); at.currentTime = 0 }")
        await mark.press("Enter")
        await page.wait_for_function(
            "(at) => at.currentTime >= 4", arg=await sound.element_handle()
        )
        await page.screenshot(path=tmp_path / "marks.png")
        assert await axe.violations(page) == []
        assert asked == ["recordings", "r-c1-2", "r-c2-2", "r-c3-2"]
        assert complaints == []


class SlowSound:
    """A door that gives half of a recording, and the other half when the test lets it."""

    def __init__(self) -> None:
        self.half_there = asyncio.Event()
        self.rest = asyncio.Event()
        self.breaks_off = False

    async def give(self, request: web.Request) -> web.StreamResponse:
        sound = silence()
        answer = web.StreamResponse(headers={"Content-Type": "audio/wav"})
        answer.content_length = len(sound)
        await answer.prepare(request)
        await answer.write(sound[: len(sound) // 2])
        self.half_there.set()
        if self.breaks_off and request.transport is not None:
            request.transport.abort()
            return answer
        await self.rest.wait()
        await answer.write(sound[len(sound) // 2 :])
        return answer


async def test_a_sound_may_take_minutes_and_one_that_breaks_off_is_told(bench: Bench) -> None:
    slow = SlowSound()
    bench.doors.append(web.get("/console/api/recordings/{name}", slow.give))
    server = await bench.serve()

    async def rows(route: Route) -> None:
        await route.fulfill(json={"recordings": [{**ROW, "recording": "r-c1-2"}]})

    try:
        async with chromium.browser() as browser:
            context = await browser.new_context()
            await context.add_cookies([{"name": "who", "value": "dana", "url": bench.url}])
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            await page.clock.install()
            await page.route("**/console/api/recordings", rows)
            await page.goto(f"{bench.url}/console#recordings")
            row = page.locator('#recordings tr[data-recording="r-c1-2"]')
            slow.breaks_off = True
            await row.get_by_role("button", name="Play").press("Enter")
            await expect(row.get_by_role("alert")).to_contain_text("The answer broke off")
            slow.breaks_off = False
            for minutes, told in (("02:00", ""), ("06:00", "The answer broke off")):
                slow.half_there.clear()
                slow.rest.clear()
                await row.get_by_role("button", name="Play").press("Enter")
                async with asyncio.timeout(PATIENCE_MS / 1_000):
                    await slow.half_there.wait()
                if told:
                    await page.clock.fast_forward(minutes)
                    await expect(row.get_by_role("alert")).to_contain_text(told)
                    slow.rest.set()
                    continue
                await expect(row.get_by_role("alert")).to_have_count(0)
                await page.clock.fast_forward(minutes)
                slow.rest.set()
                await expect(row.locator("audio")).to_have_js_property("duration", 10)
                await page.reload()
    finally:
        slow.rest.set()
        await server.stop()


async def test_a_recording_is_evaluated_by_a_form_and_noted_on_the_page(served: Bench) -> None:
    question = {"code": "helped", "ask": "Was the caller helped?", "most": 5}
    known: dict[str, list[dict[str, object]]] = {
        "notes": [],
        "evaluations": [],
        "forms": [{"form": "call", "label": "A call", "questions": [question]}],
    }
    asked: list[object] = []

    async def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        whose: dict[str, object] = {"at": ROW["at"], "by": "ben"}
        if name == "recordings":
            await route.fulfill(json={"recordings": [{**ROW, "recording": "r-c1-2"}]})
        elif name == "reviews":
            await route.fulfill(json=known)
        else:
            body = route.request.post_data_json
            asked.append(body)
            made = {"note": "n1", "evaluation": "e1", "score": 0.8, **whose, **body}
            known[name].append(made)
            await route.fulfill(status=201, json={"done": True})

    async with chromium.browser() as browser:
        context = await browser.new_context(reduced_motion="reduce")
        await context.add_cookies([{"name": "who", "value": "dana", "url": served.url}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.route("**/console/api/recordings**", answer)
        await page.route("**/console/api/recordings/**", answer)
        await page.goto(f"{served.url}/console#recordings")
        await page.get_by_role("button", name="Notes and evaluation").press("Enter")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Nobody noted or evaluated anything yet.")
        await dialog.get_by_label("Note", exact=True).fill("Asked twice")
        await dialog.get_by_role("button", name="Keep the note").click()
        await expect(dialog.locator(".reviews")).to_contain_text("Asked twice Ben")
        await expect(dialog.get_by_role("button", name="Evaluate")).to_be_disabled()
        await dialog.get_by_label("Was the caller helped?").fill("4")
        await dialog.get_by_label("Comment").fill("Well done")
        assert await axe.violations(page) == []
        await dialog.get_by_role("button", name="Evaluate").click()
        done = dialog.locator('[data-evaluation="call"]')
        await expect(done).to_contain_text("A call: 80%")
        assert asked == [
            {"text": "Asked twice"},
            {"form": "call", "answers": {"helped": 4}, "comment": "Well done"},
        ]
