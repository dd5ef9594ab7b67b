"""A browser that is a phone at Twilio: Twilio's own package, signalling that a test makes up.

The far end of the sound is a second connection in the page; what Twilio's servers would say of a
call is said by the test. That the real ones say the same is not shown here.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from aiohttp import web
from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute, expect

from contact_center.adapters.console.pages import Pages
from contact_center.adapters.phone.choices import Choice, Way
from contact_center.adapters.phone.server import PhoneServer
from contact_center.adapters.twilio.settings import ApiKey, Secret, TwilioSettings
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app.phones import TWILIO_SOURCES, TwilioLines
from contact_center.settings import PhoneSettings
from tests.adapters.phone.conftest import PEOPLE, MadeUp, Person
from tests.real import axe, chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

PATIENCE_MS = 60_000
NOW = 1_795_000_000_000_000
REFUSED = "Content Security Policy"
FAR_END = """async () => {
    const context = new AudioContext()
    await context.resume()
    const tone = context.createOscillator()
    const out = context.createMediaStreamDestination()
    tone.frequency.value = 1000
    tone.connect(out)
    tone.start()
    const far = new RTCPeerConnection()
    window.far = far
    far.ontrack = ({ track }) => {
      window.ear = new Audio()  // without one nothing is decoded
      window.ear.srcObject = new MediaStream([track])
      void window.ear.play()
    }
    far.addTrack(out.stream.getAudioTracks()[0], out.stream)
    await far.setLocalDescription(await far.createOffer())
    await new Promise((done) => {
      const look = () => far.iceGatheringState === 'complete' && done()
      far.addEventListener('icegatheringstatechange', look)
      look()
    })
    return far.localDescription.sdp
}"""
KEYS = """
    const insert = RTCDTMFSender.prototype.insertDTMF
    window.keys = []
    RTCDTMFSender.prototype.insertDTMF = function (keys, ...rest) {
      window.keys.push(keys)
      return insert.call(this, keys, ...rest)
    }
"""
LEVEL = """async () => {
    for (const one of (await window.far.getStats()).values())
      if (one.type === 'inbound-rtp' && one.kind === 'audio') return one.audioLevel ?? 0
    return 0
}"""


class TwilioPhones(MadeUp):
    """Ana's phone is a browser; tokens are real ones, of an account that is made up."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen = {"ana": Choice(way=Way.BROWSER)}
        account = TwilioSettings(
            account_sid="AC" + "0" * 32,
            auth_tokens=(Secret("token"),),
            api_key=ApiKey(sid="SK1", secret=Secret("k" * 32)),
            public_base_url="https://pbx.example.com",
            device_address="client:{device}",
        )
        self.lines = TwilioLines(settings=PhoneSettings(), account=account)

    def line(self, device: str, page: str) -> Any:
        return self.lines.line(device, page, NOW)


class Signalling:
    """What Twilio's servers say to a browser, as far as a call needs it."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.socket: WebSocketRoute | None = None
        self.hosts: set[str] = set()

    async def attach(self, context: BrowserContext, ours: str) -> None:
        await context.route_web_socket(re.compile(r"^wss:"), self._open)
        await context.route(lambda url: not url.startswith(ours), self._request)

    def say(self, kind: str, payload: dict[str, Any]) -> None:
        assert self.socket is not None
        self.socket.send(json.dumps({"type": kind, "version": "1.6", "payload": payload}))

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [one["payload"] for one in self.heard if one["type"] == kind]

    async def waits_for(self, page: Page, kind: str) -> dict[str, Any]:
        for _ in range(600):
            if found := self.told(kind):
                return found[-1]
            await page.wait_for_timeout(100)
        raise AssertionError(f"no {kind}; there came {[one['type'] for one in self.heard]}")

    def _open(self, socket: WebSocketRoute) -> None:
        self.hosts.add(urlsplit(socket.url).hostname or "")
        self.socket = socket
        socket.on_message(self._hear)

    def _hear(self, text: str | bytes) -> None:
        assert self.socket is not None
        if not str(text).strip():
            self.socket.send("\n")
            return
        message = json.loads(text)
        self.heard.append(message)
        if message["type"] == "listen":
            token = {"identity": "1001", "ttl": 1_800}
            self.say("connected", {"edge": "ashburn", "region": "US_EAST_VIRGINIA", "token": token})
        elif message["type"] == "register":
            self.say("ready", {})

    async def _request(self, route: Route) -> None:
        self.hosts.add(urlsplit(route.request.url).hostname or "")
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        await route.fulfill(status=200, body="", headers=headers)


async def served(phones: TwilioPhones) -> WebServer:
    server = WebServer(WebSettings(port=0, stop_within_s=1.0))

    def who(request: web.Request) -> Person | None:
        return PEOPLE.get(request.cookies.get("who", ""))

    doors = PhoneServer(
        phones, who=who, is_ours=lambda origin: origin == server.url, wait_us=lambda _agent: 0
    )
    doors.attach(server.application)
    server.application.add_routes(Pages(phone_sources=TWILIO_SOURCES).routes())
    await server.start()
    return server


async def ring(page: Page, twilio: Signalling, **more: str) -> None:
    """Somebody calls the browser."""
    twilio.say(
        "invite",
        {
            "callsid": "CA" + "1" * 32,
            "sdp": await page.evaluate(FAR_END),
            "parameters": {"From": "+14155550101", "To": "client:1001", **more},
        },
    )


async def test_a_call_comes_over_twilio_is_answered_muted_and_hung_up() -> None:
    server, twilio = await served(TwilioPhones()), Signalling()
    complaints: list[str] = []
    try:
        async with chromium.browser() as browser:
            context = await browser.new_context(viewport={"width": 480, "height": 800})
            await context.grant_permissions(["microphone"])
            await context.add_cookies([{"name": "who", "value": "ana", "url": server.url}])
            await twilio.attach(context, server.url)
            await context.add_init_script(KEYS)
            page = await context.new_page()
            page.on(
                "console", lambda said: complaints.append(said.text) if REFUSED in said.text else 0
            )
            await page.goto(f"{server.url}/phone")
            box = page.get_by_role("region", name="Phone")
            await expect(box).to_have_attribute("data-link", "ready", timeout=PATIENCE_MS)
            token = twilio.told("listen")[0]["token"]
            claims = jwt.decode(token, options={"verify_signature": False})
            assert claims["grants"]["identity"] == "1001"

            await ring(page, twilio)
            await expect(box.get_by_text("+14155550101 is calling")).to_be_visible()
            assert await axe.violations(page) == []
            await box.get_by_role("button", name="Answer").click()
            answer = await twilio.waits_for(page, "answer")
            await page.evaluate(
                "(sdp) => far.setRemoteDescription({type: 'answer', sdp})", answer["sdp"]
            )
            await expect(box.locator("[data-call=talking]")).to_be_visible(timeout=PATIENCE_MS)
            await _comes_to(page, LEVEL, lambda level: level > 0.01)
            await box.get_by_role("button", name="Mute").click()
            await expect(box.get_by_role("button", name="Mute")).to_have_attribute(
                "aria-pressed", "true"
            )
            await _comes_to(page, LEVEL, lambda level: level < 0.001)
            assert await axe.violations(page) == []
            await box.get_by_role("button", name="Keypad").click()
            await box.get_by_role("button", name="7", exact=True).click()
            await page.keyboard.down("8")
            await page.keyboard.down("8")  # held
            await _comes_to(page, "window.keys", lambda keys: keys == ["7", "8"])
            await expect(
                box.get_by_role("group", name="Keypad").get_by_role("status")
            ).to_have_text("••")
            await box.get_by_role("button", name="Hang up").click()
            await twilio.waits_for(page, "hangup")
            await expect(box.locator("[data-call]")).to_have_count(0)
    finally:
        await server.stop()
    assert all(host.endswith(".twilio.com") for host in twilio.hosts), twilio.hosts
    assert complaints == []


async def test_who_hangs_up_before_the_answer_is_told_of_and_the_next_one_rings_or_is_taken() -> (
    None
):
    server, twilio = await served(TwilioPhones()), Signalling()
    try:
        async with chromium.browser() as browser:
            context = await browser.new_context(viewport={"width": 480, "height": 800})
            await context.grant_permissions(["microphone"])
            await context.add_cookies([{"name": "who", "value": "ana", "url": server.url}])
            await twilio.attach(context, server.url)
            page = await context.new_page()
            await page.goto(f"{server.url}/phone")
            box = page.get_by_role("region", name="Phone")
            await expect(box).to_have_attribute("data-link", "ready", timeout=PATIENCE_MS)
            await ring(page, twilio)
            await expect(box.locator("[data-call=ringing]")).to_be_visible()
            twilio.say("cancel", {"callsid": "CA" + "1" * 32})
            await expect(box.get_by_role("alert")).to_contain_text("The call is gone")
            await ring(page, twilio)
            await box.get_by_role("button", name="Decline").click()
            await twilio.waits_for(page, "reject")
            await expect(box.locator("[data-call]")).to_have_count(0)
            await ring(page, twilio, Params="auto_answer=true")
            await twilio.waits_for(page, "answer")
    finally:
        await server.stop()


async def _comes_to(page: Page, script: str, wanted: Any) -> None:
    told: Any = None
    for _ in range(300):
        told = await page.evaluate(script)
        if wanted(told):
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"it stays {told}")
