"""What flows ask in a demo: a bank and a shop that know a few callers, in this process.

It listens on loopback, on a free port, and is reached under a name that exists nowhere else.
"""

import hmac
from dataclasses import dataclass

from aiohttp import web

HOST = "demo.internal"


@dataclass(frozen=True, slots=True)
class _Customer:
    customer: str
    phone: str
    tier: str
    balance: str
    pin: str


_CUSTOMERS = (
    _Customer("70010001", "+14155550101", "gold", "2481.50", "2580"),
    _Customer("70010002", "+14155550102", "basic", "96.07", "1357"),
)
_ORDERS = {
    "4711": ("packed", "2 trays of lavender"),
    "4712": ("on_its_way", "a garden hose"),
    "123456": ("delivered", "tulip bulbs"),
}
DEMO_PINS = {one.phone: one.pin for one in _CUSTOMERS}


class DemoService:
    """The demo's bank and shop."""

    def __init__(self) -> None:
        app = web.Application(client_max_size=4096)
        app.add_routes(
            [
                web.get("/bank/by-phone/{phone}", self._by_phone),
                web.post("/bank/verify", self._verify),
                web.get("/bank/balance/{customer}", self._balance),
                web.get("/shop/orders/{number}", self._order),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def start(self) -> tuple[str, int]:
        """Listen; gives address and port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return "127.0.0.1", int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()

    async def _by_phone(self, request: web.Request) -> web.Response:
        phone = request.match_info["phone"]
        found = [one for one in _CUSTOMERS if one.phone == phone]
        if not found:
            raise web.HTTPNotFound
        return web.json_response({"customer": found[0].customer, "tier": found[0].tier})

    async def _verify(self, request: web.Request) -> web.Response:
        asked = await request.json()
        customer, pin = str(asked.get("customer", "")), str(asked.get("pin", ""))
        found = [one for one in _CUSTOMERS if one.customer == customer]
        right = bool(found) and hmac.compare_digest(found[0].pin.encode(), pin.encode())
        return web.json_response({"verified": right})

    async def _balance(self, request: web.Request) -> web.Response:
        customer = request.match_info["customer"]
        found = [one for one in _CUSTOMERS if one.customer == customer]
        if not found:
            raise web.HTTPNotFound
        return web.json_response({"amount": found[0].balance, "currency": "USD"})

    async def _order(self, request: web.Request) -> web.Response:
        found = _ORDERS.get(request.match_info["number"])
        if found is None:
            raise web.HTTPNotFound
        return web.json_response({"state": found[0], "what": found[1]})
