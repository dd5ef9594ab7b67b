"""The desk with its phone in the browser, in a real Chromium; the SIP server is said by the test.

That a call has sound, both ways, is told with a real Asterisk in ``tests/end_to_end``.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Route, WebSocketRoute, expect

from contact_center.adapters.desktop.pages import BUILT
from contact_center.core import requests as r
from tests.adapters.desktop.conftest import Center, until
from tests.adapters.desktop.test_page import Desk, browser, center, open_desk

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser", "center"]

PHONE = {
    "agent": "maria",
    "name": "Maria Silva",
    "device": "1001",
    "way": "browser",
    "number": "",
    "ways": ["browser", "desk"],
}
LINE = {
    "kind": "sip",
    "url": "/phone/api/sip",
    "user": "1001",
    "domain": "pbx.example.com",
    "password": "p",
    "ice": [],
}
WATCH = """
    window.tones = []
    const make = AudioContext.prototype.createOscillator
    AudioContext.prototype.createOscillator = function () {
      const made = make.call(this)
      const start = made.start
      made.start = (...at) => { window.tones.push(made.frequency.value); start.apply(made, at) }
      return made
    }
    window.hasMicrophone = true
    const open = navigator.mediaDevices.getUserMedia
    navigator.mediaDevices.getUserMedia = function (wanted) {
      return window.hasMicrophone
        ? open.call(this, wanted)
        : Promise.reject(new DOMException('none', 'NotFoundError'))
    }
"""
PHONE_RING, DESK_RING = 587, 659
"""The first tone of each, in hertz."""


@dataclass
class SipServer:
    """What a SIP server says to one browser, as far as these stories need it."""

    refusals: list[int] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    passwords: int = 0
    unreachable: int = 0
    socket: WebSocketRoute | None = None
    contact: str = ""

    async def attach(self, context: BrowserContext) -> None:
        await context.grant_permissions(["microphone"])
        await context.add_init_script(WATCH)
        # What is loaded later comes from where the console has it, which is not here.
        await context.route("**/console/assets/*", self._asset)
        await context.route("**/phone/api/phone", self._state)
        await context.route("**/phone/api/line", self._line)
        await context.route_web_socket(re.compile("/phone/api/sip$"), self._open)

    def ring(self, call: str) -> None:
        """Somebody calls the browser."""
        assert self.socket is not None
        sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        self.socket.send(
            f"INVITE {self.contact} SIP/2.0\r\n"
            f"Via: SIP/2.0/WS pbx.example.com;branch=z9hG4bK{call}\r\n"
            'From: "Eve" <sip:+14155550101@pbx.example.com>;tag=a\r\n'
            f"To: <sip:1001@pbx.example.com>\r\nCall-ID: {call}\r\nCSeq: 1 INVITE\r\n"
            "Contact: <sip:pbx@pbx.example.com;transport=ws>\r\nMax-Forwards: 70\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(sdp)}\r\n\r\n{sdp}"
        )

    def answers(self, status: int) -> list[str]:
        return [one for one in self.heard if one.startswith(f"SIP/2.0 {status} ")]

    async def _asset(self, route: Route) -> None:
        await route.fulfill(path=BUILT / "assets" / route.request.url.rpartition("/")[2])

    async def _state(self, route: Route) -> None:
        if self.unreachable > 0:
            self.unreachable -= 1
            await route.fulfill(status=503, body="{}")
        else:
            await route.fulfill(status=200, body=json.dumps(PHONE))

    async def _line(self, route: Route) -> None:
        self.passwords += 1
        await route.fulfill(status=200, body=json.dumps(LINE))

    def _open(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.on_message(self._hear)

    def _hear(self, message: str | bytes) -> None:
        text = str(message)
        self.heard.append(text)
        if not text.startswith("REGISTER "):
            return
        lines = text.split("\r\n")
        kept = [line for line in lines if line.startswith(("Via:", "From:", "Call-ID:", "CSeq:"))]
        contact = next(line for line in lines if line.startswith("Contact:"))
        self.contact = contact.split("<")[1].split(">")[0]
        status = self.refusals.pop(0) if self.refusals else 200
        to = next(line for line in lines if line.startswith("To:"))
        answer = [f"SIP/2.0 {status} Said", *kept, f"{to};tag=b"]
        if status == 200:
            answer.append(f"Contact: <{self.contact}>;expires=120")
        assert self.socket is not None
        self.socket.send("\r\n".join([*answer, "Content-Length: 0", "", ""]))


@pytest.fixture
def sip() -> SipServer:
    return SipServer()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, center: Center, sip: SipServer) -> AsyncIterator[Desk]:
    made = await open_desk(browser, center, sip.attach)
    yield made
    await made.page.context.close()
    assert made.complaints == []


async def is_phone(desk: Desk, link: str = "ready") -> None:
    box = desk.page.get_by_role("region", name="Phone")
    await expect(box).to_have_attribute("data-link", link)


async def comes_to(desk: Desk, script: str, wanted: Callable[[Any], bool]) -> Any:
    told: Any = None
    for _ in range(300):
        told = await desk.page.evaluate(script)
        if wanted(told):
            return told
        await desk.page.wait_for_timeout(100)
    raise AssertionError(f"{script} stays {told}")


async def test_work_that_is_no_call_is_accepted_at_the_desk_and_not_on_the_phone(
    desk: Desk,
) -> None:
    await is_phone(desk)
    await desk.ready()
    desk.core.offer("w-42")
    await desk.is_in("ring")
    await comes_to(desk, "window.tones", lambda tones: DESK_RING in tones)
    await desk.press("a")
    await until(lambda: isinstance(desk.core.requests[-1], r.AcceptRequested))
    await desk.is_in("talk")


async def test_a_call_rings_once_at_the_phone_and_not_at_all_when_the_sound_is_off(
    desk: Desk, sip: SipServer
) -> None:
    await is_phone(desk)
    await desk.ready()
    desk.core.offer("call-1")
    await desk.is_in("ring")
    sip.ring("one")
    tones = await comes_to(desk, "window.tones", lambda tones: PHONE_RING in tones)
    assert DESK_RING not in tones
    await desk.page.click("#sound")
    box = desk.page.get_by_role("region", name="Phone")
    await box.get_by_role("button", name="Decline").click()
    await until(lambda: sip.answers(486))
    await desk.page.evaluate("window.tones = []")
    sip.ring("two")
    await expect(desk.page.locator("[data-call=ringing]")).to_be_visible()
    await expect(desk.page.get_by_text("Calls do not ring: the sound is off.")).to_be_visible()
    # Switched on while it rings it is heard: what came before that was silence.
    assert await desk.page.evaluate("window.tones") == []
    await desk.page.click("#sound")
    await comes_to(desk, "window.tones", lambda tones: PHONE_RING in tones)


async def test_a_call_that_no_microphone_can_take_is_declined_and_the_agent_is_told_why(
    desk: Desk, sip: SipServer
) -> None:
    await is_phone(desk)
    await desk.ready()
    await desk.page.evaluate("window.hasMicrophone = false")
    desk.core.offer("call-1")
    await desk.is_in("ring")
    sip.ring("one")
    await desk.press("a")
    await until(lambda: sip.answers(480))
    alert = desk.page.get_by_role("region", name="Phone").get_by_role("alert")
    await expect(alert).to_contain_text("The microphone cannot be used")


async def test_a_phone_that_was_refused_and_a_server_that_was_away_are_asked_again(
    browser: Browser, center: Center
) -> None:
    sip = SipServer(refusals=[403, 500], unreachable=1)
    desk = await open_desk(browser, center, sip.attach)
    await is_phone(desk, "refused")
    await is_phone(desk)
    assert sip.passwords >= 2  # the first one may have been of yesterday
    alerts = desk.page.get_by_role("region", name="Phone").get_by_role("alert")
    await expect(alerts).to_have_count(0)
    await desk.page.context.close()
