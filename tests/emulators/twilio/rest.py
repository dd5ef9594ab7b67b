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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web
from yarl import URL

from tests.emulators.twilio import texml
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What came, as Twilio itself would be asked."""

    method: str
    rel_url: URL
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """Without the query, percent signs resolved."""
        return self.rel_url.path

    @property
    def query_string(self) -> str:
        """The query, percent signs kept."""
        return self.rel_url.raw_query_string


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
        with self.twilio.clock.busy():
            text = await request.text()
            if self.twilio.manner.texml and request.content_type == "application/json":
                form = texml.form_of(text)
            else:
                form = parse_qs(text, keep_blank_values=True)
            try:
                asked, form = self._as_inside(request, form)
            except TwilioError as error:
                reply = failure(error)
            else:
                reply = self._checked(asked, await self._answer(asked, form))
            reply = self._as_told(request, reply)
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

    def _as_inside(
        self, request: web.Request, form: dict[str, list[str]]
    ) -> tuple[Asked, dict[str, list[str]]]:
        """What is asked, as Twilio would be asked. Raises TwilioError."""
        root = self.twilio.manner.root
        asked = Asked(request.method, request.rel_url, request.headers)
        if root == f"/{VERSION}":
            return asked, form
        url = request.rel_url.with_path(request.path.replace(root, f"/{VERSION}", 1))
        url = url.with_query(request.rel_url.query)
        if self.twilio.manner.texml:
            account = f"/{VERSION}/Accounts/{self.twilio.account_sid}/"
            path = texml.path_inside(request.method, url.path.removeprefix(account))
            below = request.path.partition(f"/{self.twilio.account_sid}/")[2]
            below = below.removesuffix(".json")
            told = form or {name: [value] for name, value in url.query.items()}
            told = texml.fields_inside(request.method, below, told, self.twilio.warnings)
            query = url.query
            url = url.with_path(f"{account}{path}").with_query(query)
            form = told if request.method == "POST" else form
        return replace(asked, rel_url=url), form

    def _as_told(self, asked: web.Request, reply: Reply) -> Reply:
        """What is answered, as the service that is emulated would say it."""
        root = self.twilio.manner.root
        if reply.body is None or root == f"/{VERSION}":
            return reply
        if self.twilio.manner.texml:
            path = asked.path.partition(f"/{self.twilio.account_sid}/")[2].removesuffix(".json")
            body = texml.reply_told(root, asked.method, path, reply.status, reply.body)
            return replace(reply, body=body, status=422 if reply.status == 400 else reply.status)
        text = json.dumps(reply.body).replace(f'"/{VERSION}/', f'"{root}/')
        return replace(reply, body=json.loads(text))

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

    async def _answer(self, request: Asked, form: dict[str, list[str]]) -> Reply:
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

    def _authorize(self, request: Asked) -> None:
        """Media may be had without credentials, as it can unless an account forbids it."""
        if re.fullmatch(r"/[^/]+/Accounts/[^/]+/Recordings/RE\w+(\.wav)?", request.path):
            return
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if self.twilio.manner.texml:
            if (kind, encoded) != ("Bearer", self.twilio.auth_token):
                raise TwilioError(401, 10009, "Authentication failed")
            return
        try:
            given = base64.b64decode(encoded, validate=True) if kind == "Basic" else b""
        except binascii.Error:
            given = b""
        right = f"{self.twilio.account_sid}:{self.twilio.auth_token}".encode()
        if not hmac.compare_digest(given, right):
            raise TwilioError(401, 20003, "Authenticate")

    async def _routed(self, request: Asked, form: dict[str, list[str]]) -> Reply:
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

    def _warn(self, request: Asked, form: dict[str, list[str]]) -> None:
        """Twilio ignores parameters that it does not know; a test should not."""
        if self._description is None or request.method != "POST":
            return
        for name, why in self._description.request_problems("POST", request.path, form):
            if why == "unknown":
                self.twilio.warnings.append(f"{request.path}: there is no parameter {name}")
            elif why != "missing" and form.get(name) != [""] and not name.endswith(_OWN_CODES):
                raise TwilioError(400, 20001, f"Parameter {name} is wrong: {why}")

    def _checked(self, request: Asked, reply: Reply) -> Reply:
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
