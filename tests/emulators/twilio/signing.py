"""How requests are signed: written from what is published, with nothing but the standard library.

Two ways: ``X-Twilio-Signature`` with the account's token and SHA-1, and with a shared key and
SHA-256, told by ``X-Twilio-Webhooks-Signature-Settings``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

Params = Iterable[tuple[str, str]]
SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
BODY_HASH = "bodySHA256"


def text_to_sign(url: str, params: Params = ()) -> str:
    """The URL as it is requested, and each form parameter by name, each of its values once."""
    values: dict[str, set[str]] = {}
    for name, value in params:
        values.setdefault(name, set()).add(value)
    return url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))


def sha1(token: str, url: str, params: Params = ()) -> str:
    """The signature with the account's token, base64."""
    return _sign(token, text_to_sign(url, params), "sha1")


def sha256(key: str, url: str, params: Params = ()) -> str:
    """The signature with a shared key, base64."""
    return _sign(key, text_to_sign(url, params), "sha256")


def settings(key_id: str) -> str:
    """The value of the header that names the shared key."""
    return f"key={key_id},algorithm=HMAC_SHA256"


def with_body_hash(url: str, body: bytes) -> str:
    """The URL of a request whose body is no form: the hash of the body is one of its parameters,
    and the signature covers the URL alone."""
    joiner = "&" if urlsplit(url).query else "?"
    return f"{url}{joiner}{BODY_HASH}={hashlib.sha256(body).hexdigest()}"


def with_port(url: str) -> str:
    """The same URL with its port told, also where it is the usual one."""
    parts = urlsplit(url)
    if parts.port is not None:
        return url
    port = 443 if parts.scheme == "https" else 80
    return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{port}"))


def without_port(url: str) -> str:
    """The same URL without a port."""
    parts = urlsplit(url)
    if parts.port is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))


def _sign(secret: str, text: str, algorithm: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), algorithm).digest()
    return base64.b64encode(digest).decode()
