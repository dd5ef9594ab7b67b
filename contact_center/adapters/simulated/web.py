"""The demo's phone in the browser: a JSON API under ``/demo/api`` and a page that uses it.

Bodies are JSON objects; a request that changes something must say ``application/json``, which a
page of another origin cannot send unasked. Errors are ``{"error": "..."}`` with 400 (wrong shape),
404 (no such call or phone), 409 (the call is not in that state) or 503 (network full).
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from contact_center.adapters.simulated.demo import Demo
from contact_center.adapters.simulated.network import NetworkFullError
from contact_center.core.ids import LegId
from contact_center.core.permissions import Open, needs

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STATIC = Path(__file__).parent / "static"
_PAGES = {
    "/demo": ("demo_phone.html", "text/html"),
    "/demo/demo_phone.js": ("demo_phone.js", "text/javascript"),
    "/demo/demo_phone.css": ("demo_phone.css", "text/css"),
}
_BODY_BOUND = 4_096
_TEXT_BOUND = 200
_KEYS_BOUND = 32

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def demo_routes(demo: Demo) -> list[web.AbstractRouteDef]:
    """Return the routes of the demo's page and API."""
    api = _Api(demo)
    pages = [web.get(path, _page(name, kind)) for path, (name, kind) in _PAGES.items()]
    return [
        *pages,
        web.get("/demo/api/center", api.center),
        web.get("/demo/api/calls", api.calls),
        web.post("/demo/api/calls", api.place),
        web.get("/demo/api/calls/{leg}", api.call),
        web.delete("/demo/api/calls/{leg}", api.hang_up),
        web.post("/demo/api/calls/{leg}/keys", api.press),
        web.post("/demo/api/calls/{leg}/speech", api.say),
        web.get("/demo/api/phones", api.phones),
        web.post("/demo/api/phones/{device}/answer", api.pick_up),
        web.put("/demo/api/traffic", api.traffic),
    ]


class _Api:
    def __init__(self, demo: Demo) -> None:
        self._demo = demo

    @needs(Open.EVERYBODY)
    async def center(self, request: web.Request) -> web.Response:
        """Answer which numbers there are to dial and to call from."""
        return web.json_response(
            {
                "dids": [{"number": n.number, "label": n.label} for n in self._demo.dids],
                "callers": [{"number": n.number, "label": n.label} for n in self._demo.callers],
                "calls_per_minute": self._demo.traffic.per_minute,
            }
        )

    @needs(Open.EVERYBODY)
    async def calls(self, request: web.Request) -> web.Response:
        """Answer the live calls."""
        return web.json_response({"calls": self._demo.calls()})

    @needs(Open.EVERYBODY)
    async def place(self, request: web.Request) -> web.Response:
        """Place a call: ``ani``, ``did``, optionally ``name``; 201 with its ``leg``."""
        body = await _body(request)
        ani, did, name = (_text(body, field) for field in ("ani", "did", "name"))
        if not did.strip():
            raise _error(web.HTTPBadRequest, "did: say which number to dial")
        try:
            leg = self._demo.call(ani, did, name)
        except NetworkFullError as full:
            raise _error(web.HTTPServiceUnavailable, str(full)) from full
        return web.json_response({"leg": leg}, status=201)

    @needs(Open.EVERYBODY)
    async def call(self, request: web.Request) -> web.Response:
        """Answer a call with what was heard from entry ``after`` on."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            raise _error(web.HTTPBadRequest, "after: a number of an entry")
        view = self._demo.view(_leg(request), int(after))
        if view is None:
            raise _error(web.HTTPNotFound, "no such call")
        return web.json_response(view)

    @needs(Open.EVERYBODY)
    async def hang_up(self, request: web.Request) -> web.Response:
        """Hang up; ending a call that is over is fine."""
        leg = _leg(request)
        if self._demo.view(leg) is None:
            raise _error(web.HTTPNotFound, "no such call")
        self._demo.hang_up(leg)
        return web.Response(status=204)

    @needs(Open.EVERYBODY)
    async def press(self, request: web.Request) -> web.Response:
        """Press ``keys``."""
        keys = _text(await _body(request), "keys", _KEYS_BOUND)
        try:
            pressed = self._demo.press(_leg(request), keys)
        except ValueError as problem:
            raise _error(web.HTTPBadRequest, f"keys: {problem}") from problem
        return _done(pressed, "the call is not answered, or over")

    @needs(Open.EVERYBODY)
    async def say(self, request: web.Request) -> web.Response:
        """Say ``text``."""
        text = _text(await _body(request), "text")
        return _done(self._demo.say(_leg(request), text), "the call is not answered, or over")

    @needs(Open.EVERYBODY)
    async def phones(self, request: web.Request) -> web.Response:
        """Answer the agents' phones."""
        return web.json_response({"phones": self._demo.phones()})

    @needs(Open.EVERYBODY)
    async def pick_up(self, request: web.Request) -> web.Response:
        """Answer a ringing phone."""
        await _body(request)
        return _done(self._demo.pick_up(request.match_info["device"]), "that phone does not ring")

    @needs(Open.EVERYBODY)
    async def traffic(self, request: web.Request) -> web.Response:
        """Set ``calls_per_minute``."""
        rate = (await _body(request)).get("calls_per_minute")
        if isinstance(rate, bool) or not isinstance(rate, int | float):
            raise _error(web.HTTPBadRequest, "calls_per_minute: a number")
        try:
            self._demo.set_traffic(rate)
        except ValueError as problem:
            raise _error(web.HTTPBadRequest, f"calls_per_minute: {problem}") from problem
        return web.json_response({"calls_per_minute": self._demo.traffic.per_minute})


def _page(name: str, kind: str) -> Handler:
    @needs(Open.EVERYBODY)
    async def page(request: web.Request) -> web.StreamResponse:
        headers = {
            "Content-Security-Policy": PAGE_POLICY,
            "Content-Type": f"{kind}; charset=utf-8",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        }
        return web.FileResponse(_STATIC / name, headers=headers)

    return page


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise _error(web.HTTPUnsupportedMediaType, "send application/json")
    if (request.content_length or 0) > _BODY_BOUND:
        raise _error(web.HTTPBadRequest, "the body is too long")
    raw = await request.content.read(_BODY_BOUND + 1)
    try:
        body = json.loads(raw) if len(raw) <= _BODY_BOUND else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _error(web.HTTPBadRequest, "the body is not a JSON object")
    return body


def _text(body: dict[str, Any], field: str, bound: int = _TEXT_BOUND) -> str:
    value = body.get(field, "")
    if not isinstance(value, str) or len(value) > bound:
        raise _error(web.HTTPBadRequest, f"{field}: a text of at most {bound} characters")
    return value


def _leg(request: web.Request) -> LegId:
    return LegId(request.match_info["leg"])


def _done(done: bool, otherwise: str) -> web.Response:
    if not done:
        raise _error(web.HTTPConflict, otherwise)
    return web.Response(status=204)


def _error(kind: type[web.HTTPException], text: str) -> web.HTTPException:
    return kind(text=json.dumps({"error": text}), content_type="application/json")
