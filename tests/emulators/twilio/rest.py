"""The API's server: who may ask, what goes wrong on purpose, and the check of every reply.

The resources themselves are in ``rest_calls.py`` and its neighbours; each handler takes a `Request`
and gives a `Reply`, or raises `TwilioError`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from tests.emulators.twilio.log import Entry
from tests.emulators.twilio.model import TwilioError
from tests.emulators.twilio.resources import VERSION, Resources

if TYPE_CHECKING:
    from tests.emulators.twilio.emulator import TwilioEmulator
    from tests.emulators.twilio.openapi import Description

PAGE_SIZE = 50
LARGEST_PAGE = 1000
_OWN_CODES = ("Url", "Callback")
"""Parameters that are refused with codes of their own when they are wrong."""
_MORE_INFO = "https://www.twilio.com/docs/errors/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, after its credentials were checked."""

    twilio: TwilioEmulator
    method: str
    path: str
    ids: tuple[str, ...]
    """What stands for the `*` of the route."""
    query: Mapping[str, list[str]]
    form: Mapping[str, list[str]]

    @property
    def say(self) -> Resources:
        """The API's words."""
        return Resources(self.twilio.account_sid)

    def get(self, name: str, default: str = "") -> str:
        """A parameter of the form."""
        return self.form.get(name, [default])[0]

    def has(self, name: str) -> bool:
        """Whether the form has this parameter, if only an empty one."""
        return name in self.form

    def flag(self, name: str, default: bool = False) -> bool:
        """A parameter that is ``true`` or not."""
        return self.get(name, str(default)).lower() == "true"

    def number(self, name: str, default: float) -> float:
        """A parameter that is a number. Raises TwilioError."""
        try:
            return float(self.get(name, str(default)))
        except ValueError:
            raise TwilioError(400, 20001, f"{name} is no number") from None

    def filter(self, name: str) -> str:
        """A parameter of the query."""
        return self.query.get(name, [""])[0]

    def page(
        self, name: str, items: Iterable[tuple[str, dict[str, Any]]], path: str | None = None
    ) -> Reply:
        """One page of a list; `items` are keys (for the token of the next page) and bodies."""
        everything = list(items)
        size = max(1, min(LARGEST_PAGE, int(self.filter("PageSize") or PAGE_SIZE)))
        number = int(self.filter("Page") or 0)
        begin = self._begin(everything, number * size)
        shown = everything[begin : begin + size]
        more = begin + size < len(everything)
        end = begin + max(0, len(shown) - 1)
        return Reply(
            body={
                name: [body for _, body in shown],
                "page": number,
                "page_size": size,
                "start": begin,
                "end": end,
                "uri": self._uri(number, size, self.filter("PageToken")),
                "first_page_uri": self._uri(0, size),
                "previous_page_uri": self._uri(number - 1, size) if number > 0 else None,
                "next_page_uri": self._uri(number + 1, size, f"PA{shown[-1][0]}") if more else None,
            }
        )

    def _begin(self, everything: list[tuple[str, dict[str, Any]]], default: int) -> int:
        """A token names the last item of the page before, so that new items shift nothing."""
        token = self.filter("PageToken")
        if not token:
            return default
        keys = [key for key, _ in everything]
        if token[:2] != "PA" or token[2:] not in keys:
            raise TwilioError(400, 20007, "PageToken is not known")
        return keys.index(token[2:]) + 1

    def _uri(self, page: int, size: int, token: str = "") -> str:
        kept = {
            name: values[0]
            for name, values in self.query.items()
            if name not in {"Page", "PageSize", "PageToken"}
        }
        query = {**kept, "PageSize": size, "Page": page, **({"PageToken": token} if token else {})}
        return f"{self.path}?{urlencode(query)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered: JSON, media, or nothing (204)."""

    status: int = 200
    body: dict[str, Any] | None = None
    media: bytes | None = None
    media_type: str = "audio/x-wav"


Handler = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler for a method and a path below the account; `*` is one part of the path."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """``@route("POST", "Calls/*.json")`` makes a function the handler of a path."""

    def register(handler: Handler) -> Handler:
        pattern = re.escape(path).replace(r"\*", r"([^/]+?)")
        ROUTES.append(Route(method, re.compile(pattern), handler))
        return handler

    return register


@dataclass(slots=True)
class RestServer:
    """Listens on loopback; `validation` holds every reply against Twilio's own description."""

    twilio: TwilioEmulator
    validation: bool = True
    violations: list[str] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None
    _description: Description | None = None

    async def start(self) -> None:
        """Begin to listen, on a free port."""
        # Here, so that routes are known, and no description is fetched when nobody wants it.
        from tests.emulators.twilio import (  # noqa: F401
            rest_calls,
            rest_conferences,
            rest_participants,
            rest_queues,
            rest_recordings,
        )
        from tests.emulators.twilio.openapi import description

        if self.validation:
            self._description = await asyncio.to_thread(description)
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Close all connections."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        root = self.twilio.manner.root
        if not request.path.startswith(f"{root}/"):
            return self._response(failure(_unknown(request.path)))
        request = request.clone(rel_url=str(request.rel_url).removeprefix(root))
        with self.twilio.clock.busy():
            text = await request.text()
            form = parse_qs(text, keep_blank_values=True)
            reply = self._checked(request, await self._answer(request, form))
            self.twilio.log.add(
                Entry(
                    at=self.twilio.clock.now(),
                    kind="rest",
                    method=request.method,
                    url=str(request.rel_url),
                    params={name: values[0] for name, values in form.items()},
                    status=reply.status,
                    body="" if reply.body is None else json.dumps(reply.body),
                )
            )
            return self._response(reply)

    def _response(self, reply: Reply) -> web.Response:
        headers = {"Twilio-Concurrent-Requests": str(self.twilio.limits.open_requests + 1)}
        if reply.status == 429 and self.twilio.limits.retry_after_s is not None:
            headers["Retry-After"] = str(self.twilio.limits.retry_after_s)
        if reply.media is not None:
            headers["Content-Type"] = reply.media_type
            return web.Response(body=reply.media, status=reply.status, headers=headers)
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        return web.json_response(reply.body, status=reply.status, headers=headers)

    async def _answer(self, request: web.Request, form: dict[str, list[str]]) -> Reply:
        try:
            if self.twilio.faults.rest_down:
                raise TwilioError(503, 20503, "Service Unavailable")
            self._authorize(request)
            with self.twilio.limits.request():
                if self.twilio.faults.rest_delay_s:
                    await self.twilio.clock.stall(self.twilio.faults.rest_delay_s)
                return await self._routed(request, form)
        except TwilioError as error:
            return failure(error)

    def _authorize(self, request: web.Request) -> None:
        """Media may be had without credentials, as it can unless an account forbids it."""
        if re.fullmatch(r"/[^/]+/Accounts/[^/]+/Recordings/RE\w+(\.wav)?", request.path):
            return
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True) if kind == "Basic" else b""
        except binascii.Error:
            given = b""
        right = f"{self.twilio.account_sid}:{self.twilio.auth_token}".encode()
        if not hmac.compare_digest(given, right):
            raise TwilioError(401, 20003, "Authenticate")

    async def _routed(self, request: web.Request, form: dict[str, list[str]]) -> Reply:
        root = f"/{VERSION}/Accounts/{self.twilio.account_sid}/"
        if not request.path.startswith(root):
            raise _unknown(request.path)
        path = request.path.removeprefix(root)
        fitting = [(r, m) for r in ROUTES if (m := r.pattern.fullmatch(path))]
        for each, match in fitting:
            if each.method == request.method:
                self._warn(request, form)
                return await each.handler(
                    Request(
                        twilio=self.twilio,
                        method=request.method,
                        path=request.path,
                        ids=match.groups(),
                        query=parse_qs(request.query_string, keep_blank_values=True),
                        form=form,
                    )
                )
        if fitting:
            raise TwilioError(405, 20004, f"Method {request.method} is not allowed")
        raise _unknown(request.path)

    def _warn(self, request: web.Request, form: dict[str, list[str]]) -> None:
        """Twilio ignores parameters that it does not know; a test should not."""
        if self._description is None or request.method != "POST":
            return
        for name, why in self._description.request_problems("POST", request.path, form):
            if why == "unknown":
                self.twilio.warnings.append(f"{request.path}: there is no parameter {name}")
            elif why != "missing" and form.get(name) != [""] and not name.endswith(_OWN_CODES):
                raise TwilioError(400, 20001, f"Parameter {name} is wrong: {why}")

    def _checked(self, request: web.Request, reply: Reply) -> Reply:
        """The reply, or 500 when Twilio would not have given it."""
        if self._description is None or reply.media is not None:
            return reply
        found = self._description.reply_problems(
            request.method, request.path, reply.status, reply.body
        )
        if not found:
            return reply
        self.violations += found
        return failure(TwilioError(500, 20500, f"not as described: {'; '.join(found)}"))


def failure(error: TwilioError) -> Reply:
    """Twilio's error body."""
    return Reply(
        status=error.status,
        body={
            "code": error.code,
            "message": error.message,
            "more_info": f"{_MORE_INFO}{error.code}",
            "status": error.status,
        },
    )


def _unknown(path: str) -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {path} was not found")
