"""What is sent to a service: URL, headers and body, of what the core computed and the vault has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import msgspec

from contact_center.core.ivr.expressions import Scalar
from contact_center.core.ivr.services import IdempotencyKey, Service
from contact_center.core.lookups import RunLookup

MAX_URL = 2_000
MAX_HEADER = 1_000
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE"})


class NotSentError(Exception):
    """A request that cannot be made. ``nothing``: there is nothing to look for."""

    def __init__(self, reason: str, *, nothing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.nothing = nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request. Only the method may be shown."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


def request_of(service: Service, command: RunLookup, secrets: Mapping[str, str]) -> HttpRequest:
    """Make the request; `secrets` are the values by their keys in the command.

    Raises NotSentError.
    """
    values: dict[str, Scalar] = {**dict(command.args), **secrets}
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    body: dict[str, Any] = {}
    for key, value in values.items():
        place, _, name = key.partition(".")
        if place == "body":
            body[name] = value
        elif place == "header":
            headers[name] = _header(value)
    if service.idempotency is not IdempotencyKey.NONE:
        headers["Idempotency-Key"] = _idempotency(service, command)
    data = None
    if service.method not in WITHOUT_BODY:
        headers["Content-Type"] = "application/json"
        data = msgspec.json.encode(body)
    return HttpRequest(
        method=service.method, url=_url(service.url, values), headers=headers, body=data
    )


def _idempotency(service: Service, command: RunLookup) -> str:
    visit = service.idempotency is IdempotencyKey.VISIT
    return f"{command.lookup}" if visit else f"{command.call}-{command.flow}-{service.name}"


def _url(template: str, values: Mapping[str, Scalar]) -> str:
    def fill(match: re.Match[str]) -> str:
        text = _text(values.get(f"url.{match[1]}"))
        if not text:
            raise NotSentError("a part of the URL is empty", nothing=True)
        if text in (".", ".."):
            raise NotSentError("a part of the URL would lead elsewhere")
        return quote(text, safe="")

    url = _PLACE.sub(fill, template)
    if len(url) > MAX_URL:
        raise NotSentError("the URL is too long")
    return url


def _header(value: Scalar) -> str:
    text = _text(value)
    if len(text) > MAX_HEADER or _CONTROL.search(text) or not text.isascii():
        raise NotSentError("a header that cannot be sent")
    return text


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
