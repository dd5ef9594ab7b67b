"""The agent's browser is the phone: a real Chromium, a real Asterisk, sound measured both ways."""

from __future__ import annotations

import math
import os
import wave
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.end_to_end.product import DeskPerson, Floor
from tests.real import axe
from tests.real.asterisk import PASSWORD
from tests.real.chromium import browser
from tests.real.dialog import Call, until
from tests.real.sip import Manual, Phone

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

NUMBER = "+14155550101"
CALLER_TONE, AGENT_TONE = 1000.0, 620.0
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
LOAD_MS = 60_000
REFUSED = "Content Security Policy"
WATCH = """
    const Real = window.RTCPeerConnection
    window.peers = []
    window.RTCPeerConnection = class extends Real {
      constructor(...given) { super(...given); window.peers.push(this) }
    }
    const sink = HTMLMediaElement.prototype.setSinkId
    window.sinks = []
    HTMLMediaElement.prototype.setSinkId = function (id) {
      window.sinks.push(id)
      return sink.call(this, id)
    }
    const open = navigator.mediaDevices.getUserMedia
    window.asked = []
    navigator.mediaDevices.getUserMedia = function (wanted) {
      window.asked.push(wanted)
      return open.call(this, wanted)
    }
    // A tone is a noise to some.
    localStorage.getItem('phone.devices') ??
      localStorage.setItem('phone.devices', JSON.stringify({ clean: false }))
"""
HEARD = """async () => {
    const peer = window.peers.findLast((one) => one.connectionState === 'connected')
    const track = peer?.getReceivers()[0]?.track
    if (!track) return null
    if (window.ear?.track !== track) {
      const context = new AudioContext()
      await context.resume()
      const analyser = context.createAnalyser()
      analyser.fftSize = 8192
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
      window.ear = { track, analyser, rate: context.sampleRate }
    }
    const { analyser, rate } = window.ear
    const found = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(found)
    const peak = found.indexOf(Math.max(...found))
    return { hz: peak * rate / analyser.fftSize, db: found[peak] }
}"""


def tone_file(path: Path, hz: float) -> Path:
    """A microphone: a tone of some seconds, as Chromium plays it again and again."""
    rate = 48_000
    samples = [int(9_000 * math.sin(2 * math.pi * hz * i / rate)) for i in range(rate)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array("h", samples).tobytes())
    return path


class Softphone:
    """The page of one agent's phone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.get_by_role("region", name="Phone")

    def button(self, name: str) -> Any:
        return self.box.get_by_role("button", name=name, exact=True)

    async def is_ready(self) -> None:
        await expect(self.box).to_have_attribute("data-link", "ready", timeout=LOAD_MS)

    async def be_the_phone(self) -> None:
        await self.box.get_by_text("This browser").click(timeout=LOAD_MS)
        await self.is_ready()

    async def talks(self) -> None:
        call = self.box.locator("[data-call=talking]")
        await expect(call).to_be_visible(timeout=LOAD_MS)

    async def hears(self, hz: float) -> None:
        """The page hears this tone, loudly, above all else."""
        told: list[Any] = []

        async def heard() -> bool:
            told[:] = [await self.page.evaluate(HEARD)]
            return bool(told[0]) and abs(told[0]["hz"] - hz) < 30 and told[0]["db"] > -60

        for _ in range(300):
            if await heard():
                return
            await self.page.wait_for_timeout(100)
        raise AssertionError(f"{hz} Hz is not heard: {told}")

    async def says(self, expression: str, wanted: object) -> None:
        """The page comes to say this."""
        told: object = None
        for _ in range(300):
            told = await self.page.evaluate(expression)
            if told == wanted:
                return
            await self.page.wait_for_timeout(100)
        raise AssertionError(f"{expression} is {told}, not {wanted}")

    async def shoot(self, name: str) -> None:
        if SCREENSHOTS:
            for scheme in ("light", "dark"):
                await self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                await self.page.screenshot(path=f"{SCREENSHOTS}/{name}-{scheme}.png")


class Desk:
    """Ana's browser and what is around it."""

    def __init__(self, floor: Floor, context: BrowserContext, phone: Softphone) -> None:
        self.floor = floor
        self.context = context
        self.phone = phone

    @property
    def ana(self) -> DeskPerson:
        return self.floor.desks["ana"]

    async def call(self) -> Call:
        """Somebody calls, ana answers in her browser, both are heard by the other."""
        call = await self.floor.caller.dial(NUMBER)
        await self.phone.button("Answer").click(timeout=LOAD_MS)
        await self.phone.talks()
        call.media.tone(CALLER_TONE)
        await self.phone.hears(CALLER_TONE)
        await call.hears_tone(AGENT_TONE, within=60)
        await self.ana.is_("ready talking")
        return call


async def enter(floor: Floor, context: BrowserContext, login: str) -> None:
    """Log in as the desk's page does."""
    url = floor.product.url
    answer = await context.request.post(
        f"{url}/api/login",
        data={"login": login, "password": floor.product.password},
        headers={"Origin": url},
    )
    assert answer.ok, await answer.text()


@pytest_asyncio.fixture
async def desk(make_floor: Callable[..., Any], tmp_path: Path) -> AsyncIterator[Desk]:
    floor: Floor = await make_floor()
    sound = tone_file(tmp_path / "microphone.wav", AGENT_TONE)
    async with AsyncExitStack() as stack:
        chromium = await stack.enter_async_context(
            browser(f"--use-file-for-fake-audio-capture={sound}")
        )
        context = await chromium.new_context(viewport={"width": 480, "height": 800})
        await context.grant_permissions(["microphone"])
        await context.add_init_script(WATCH)
        await enter(floor, context, "ana")
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
        )
        if os.environ.get("SHOW"):
            page.on(
                "console",
                lambda said: complaints.append(said.text) if REFUSED in said.text else None,
            )
        await page.goto(f"{floor.product.url}/phone")
        phone = Softphone(page)
        await phone.shoot("phone-first")
        await phone.be_the_phone()
        await (await floor.desk("ana")).ready()
        yield Desk(floor, context, phone)
        assert complaints == []


async def test_a_caller_talks_with_an_agents_browser_and_each_hears_the_other(desk: Desk) -> None:
    call = await desk.call()
    phone = desk.phone
    await phone.shoot("phone-talking")
    await phone.button("Mute").click()
    await call.hears_silence(seconds=0.5, within=60)
    await phone.button("Mute").click()
    await call.hears_tone(AGENT_TONE, within=60, since=call.agent.loop.time())
    await phone.button("Keypad").click()
    for key in "5#":
        await phone.button(key).click()
    await until(lambda: call.media.heard.digits == ["5", "#"], within=60, what="keys arrive")
    await phone.page.keyboard.press("7")
    await until(lambda: call.media.heard.digits[2:] == ["7"], within=60, what="a typed key")
    for scheme in ("light", "dark"):
        await phone.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await axe.violations(phone.page) == []
    await phone.button("Hang up").click()
    await call.ended(within=60)
    await desk.ana.is_("ready wrap_up")
    await desk.floor.replayed()


async def test_microphone_speaker_and_ringer_are_chosen_also_in_the_middle_of_a_call(
    desk: Desk,
) -> None:
    page, box = desk.phone.page, desk.phone.box
    await page.get_by_text("Microphone and speaker").click()
    rings = box.get_by_label("Rings at")
    await rings.select_option(index=2)
    ringer = await rings.input_value()
    call = await desk.call()
    assert ringer in await page.evaluate("window.sinks")
    for label in ("Microphone", "Speaker"):
        await box.get_by_label(label, exact=True).select_option(index=1)
    microphone = await box.get_by_label("Microphone", exact=True).input_value()
    speaker = await box.get_by_label("Speaker", exact=True).input_value()
    track = "window.peers.at(-1).getSenders()[0].track.getSettings()"
    await desk.phone.says(f"{track}.deviceId", microphone)
    await desk.phone.says("window.sinks.at(-1)", speaker)
    await call.hears_tone(AGENT_TONE, within=60, since=call.agent.loop.time())
    await desk.phone.hears(CALLER_TONE)
    await box.get_by_role("switch").click()
    await desk.phone.says("window.asked.at(-1).audio.noiseSuppression", True)
    await desk.phone.shoot("phone-devices")
    await call.hang_up()
    await expect(box.locator("[data-call]")).to_have_count(0)
    await page.reload()
    await desk.phone.is_ready()
    await page.get_by_text("Microphone and speaker").click()
    assert await rings.input_value() == ringer


async def test_a_phone_that_is_moved_to_the_desk_or_outside_rings_there(desk: Desk) -> None:
    floor, box = desk.floor, desk.phone.box
    await box.get_by_text("Desk phone").click()
    await expect(box).to_have_attribute("data-link", "off")
    phone = Phone("1001", floor.asterisk.sip_port, password=PASSWORD, behaviour=Manual())
    async with phone:
        await phone.register()
        call = await floor.caller.dial(NUMBER)
        leg = await phone.called(within=60)
        await leg.accept()
        await desk.ana.is_("ready talking")
        await call.hang_up()
        await desk.ana.is_("ready wrap_up")
        await desk.ana.dispose("sold")
        await desk.ana.is_("ready idle")
        await box.get_by_text("A number").click()
        await box.get_by_label("Number, with country code").fill("(415) 555-0123")
        await box.get_by_role("button", name="Use it").click()
        await expect(box.get_by_role("alert")).to_contain_text("country code")
        await box.get_by_label("Number, with country code").fill("+1 415 555 0123")
        await box.get_by_role("button", name="Use it").click()
        await expect(box).to_contain_text("Calls ring at +14155550123")


async def test_a_page_that_is_loaded_again_in_the_middle_of_a_call_takes_the_call_up(
    desk: Desk,
) -> None:
    call = await desk.call()
    page = desk.phone.page
    await page.reload()
    await desk.phone.is_ready()
    await desk.phone.talks()
    since = call.agent.loop.time()
    await call.hears_tone(AGENT_TONE, within=60, since=since)
    await desk.phone.hears(CALLER_TONE)
    assert desk.ana.state == "ready talking"
    # Everything that is asked of the leg from now on is asked of the new page's.
    assert desk.ana.screen.call is not None
    name = desk.ana.screen.call["call"]
    await desk.ana.client.command("cmd.hold", {"on": True}, call=name)
    await call.hears_sound(within=60)
    await desk.ana.client.command("cmd.hold", {"on": False}, call=name)
    await call.hears_tone(AGENT_TONE, within=60, since=call.agent.loop.time())
    await desk.phone.button("Hang up").click()
    await call.ended(within=60)
    await desk.ana.is_("ready wrap_up")
    await desk.floor.replayed()


async def test_a_call_that_was_taken_up_again_outlives_the_process(desk: Desk) -> None:
    call = await desk.call()
    await desk.phone.button("Mute").click()
    await desk.phone.page.reload()
    await desk.phone.talks()
    await expect(desk.phone.button("Mute")).to_have_attribute("aria-pressed", "true")
    await desk.phone.button("Mute").click()
    await call.hears_tone(AGENT_TONE, within=60, since=call.agent.loop.time())
    await desk.floor.product.kill()
    await call.hears_tone(AGENT_TONE, within=60, since=call.agent.loop.time())
    await desk.floor.product.start()
    await desk.phone.is_ready()
    await desk.ana.is_("ready talking")
    await desk.phone.hears(CALLER_TONE)
    name = (desk.ana.screen.call or {})["call"]
    await desk.ana.client.command("cmd.hangup", call=name)
    await call.ended(within=60)
    await expect(desk.phone.box.locator("[data-call]")).to_have_count(0)
    await desk.ana.is_("ready wrap_up")


async def test_on_the_desk_the_phone_of_the_page_is_answered_muted_and_hung_up_by_keys(
    make_floor: Callable[..., Any], tmp_path: Path
) -> None:
    floor: Floor = await make_floor()
    sound = tone_file(tmp_path / "microphone.wav", AGENT_TONE)
    async with browser(f"--use-file-for-fake-audio-capture={sound}") as chromium:
        context = await chromium.new_context(viewport={"width": 1366, "height": 768})
        await context.grant_permissions(["microphone"])
        await context.add_init_script(WATCH)
        await enter(floor, context, "ana")
        page = await context.new_page()
        await page.goto(floor.product.url)
        phone = Softphone(page)
        await phone.be_the_phone()
        await page.locator("#ready").click()
        await expect(page.locator("#presence-word")).to_have_text("Ready")
        call = await floor.caller.dial(NUMBER)
        await expect(page.locator("#stage")).to_have_attribute("data-mode", "ring", timeout=LOAD_MS)
        await page.keyboard.press("a")
        await phone.talks()
        await expect(page.locator("#stage")).to_have_attribute("data-mode", "talk", timeout=LOAD_MS)
        call.media.tone(CALLER_TONE)
        await phone.hears(CALLER_TONE)
        await call.hears_tone(AGENT_TONE, within=60)
        await phone.shoot("desk-phone")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert await axe.violations(page) == []
        await page.keyboard.press("m")
        await expect(page.locator("#mute-word")).to_have_text("Be heard again")
        await call.hears_silence(seconds=0.5, within=60)
        await page.keyboard.press("x")
        await call.ended(within=60)
        await expect(page.locator("#presence-word")).to_have_text("Wrap-up")
        await context.close()
