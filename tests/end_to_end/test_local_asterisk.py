"""`make run PROVIDER=asterisk`: an Asterisk of our own, and softphones with what was printed."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import expect

from contact_center.adapters.asterisk.local import Tree
from contact_center.desk_client.connection import DeskClient, log_in, socket_url
from contact_center.desk_client.screen import Screen
from contact_center.runtime.supervise import Supervisor
from tests.end_to_end.product import Product
from tests.real.chromium import browser
from tests.real.dialog import until
from tests.real.sip import Answer, Caller, Phone

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

RETAILER = Path(__file__).parents[2] / "config" / "retailer" / "center.yaml"
AGENT_TONE = 620.0


async def test_the_printed_accounts_are_enough_for_a_call(
    tmp_path: Path, asterisk_tree: Tree
) -> None:
    assert asterisk_tree.libraries.is_dir()
    product = Product(tmp_path, {"CC_PROVIDER": "asterisk"}, RETAILER)
    tasks = Supervisor()
    async with AsyncExitStack() as stack:
        await product.start()
        stack.push_async_callback(product.stop)
        port = int(re.search(r"SIP server 127\.0\.0\.1:(\d+)", product.log)[1])  # type: ignore[index]
        found = re.findall(r"SIP account (\S+): user \S+, password (\S+)", product.log)
        passwords = dict(found)
        assert {"caller", "1001"} <= set(passwords)
        phone = await stack.enter_async_context(
            Phone("1001", port, password=passwords["1001"], behaviour=Answer(), tone_hz=AGENT_TONE)
        )
        await phone.register()
        screen = Screen()
        token = await log_in(product.url, "ana", product.password)
        desk = DeskClient(socket_url(product.url), token, screen.apply)
        tasks.start("desk", desk.run())
        stack.push_async_callback(tasks.stop)
        await until(lambda: screen.agent == "ana", within=60, what="ana sits down")
        await desk.command("cmd.ready")
        caller = await stack.enter_async_context(Caller(port, "caller"))
        call = await caller.dial("600", number="caller", password=passwords["caller"])
        await call.answered(within=60)
        await call.hears_sound(within=60)
        await call.media.send_digits("1")
        await call.hears_tone(AGENT_TONE, within=60)
        assert screen.state["work"] == "talking"
        await call.hang_up()
        await until(lambda: screen.state["work"] == "wrap_up", within=60, what="wrap-up")


async def test_browsers_are_phones_of_the_local_asterisk_without_anything_set_up(
    tmp_path: Path, asterisk_tree: Tree
) -> None:
    assert asterisk_tree.libraries.is_dir()
    product = Product(tmp_path, {"CC_PROVIDER": "asterisk"}, RETAILER)
    await product.start()
    try:
        async with browser() as chromium:
            context = await chromium.new_context()
            answer = await context.request.post(
                f"{product.url}/api/login",
                data={"login": "ana", "password": product.password},
                headers={"Origin": product.url},
            )
            assert answer.ok
            page = await context.new_page()
            await page.goto(f"{product.url}/phone")
            box = page.get_by_role("region", name="Phone")
            await box.get_by_text("This browser").click(timeout=60_000)
            await expect(box).to_have_attribute("data-link", "ready", timeout=60_000)
    finally:
        await product.stop()
    assert "SIP account 1001-browser" not in product.log
