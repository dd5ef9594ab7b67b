"""The demo's own bank and shop: who they know, and that a code opens only its own account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from contact_center.adapters.lookups.demo import DEMO_PINS, DemoService

MARIA = "+14155550101"


class Client:
    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def get(self, path: str) -> tuple[int, Any]:
        async with self._http.get(f"{self._url}{path}") as answer:
            return answer.status, await answer.json() if answer.status == 200 else None

    async def verify(self, customer: str, pin: str) -> bool:
        body = {"customer": customer, "pin": pin}
        async with self._http.post(f"{self._url}/bank/verify", json=body) as answer:
            assert answer.status == 200
            return bool((await answer.json())["verified"])


@pytest.fixture
async def demo() -> AsyncIterator[Client]:
    service = DemoService()
    host, port = await service.start()
    assert host == "127.0.0.1"
    async with aiohttp.ClientSession() as http:
        yield Client(http, f"http://{host}:{port}")
    await service.stop()


async def test_the_bank_knows_its_customers_by_number(demo: Client) -> None:
    status, told = await demo.get(f"/bank/by-phone/{MARIA}")
    assert (status, told) == (200, {"customer": "70010001", "tier": "gold"})
    assert (await demo.get("/bank/by-phone/+14155550199"))[0] == 404


async def test_a_code_opens_the_account_it_belongs_to_and_no_other(demo: Client) -> None:
    pin = DEMO_PINS[MARIA]
    assert await demo.verify("70010001", pin)
    assert not await demo.verify("70010001", "0000")
    assert not await demo.verify("70010002", pin)
    assert not await demo.verify("", pin)
    assert not await demo.verify("70010001", "")


async def test_balances_and_orders_are_told(demo: Client) -> None:
    assert (await demo.get("/bank/balance/70010001"))[1]["amount"] == "2481.50"
    assert (await demo.get("/bank/balance/1"))[0] == 404
    assert (await demo.get("/shop/orders/4711"))[1]["state"] == "packed"
    assert (await demo.get("/shop/orders/9999"))[0] == 404
