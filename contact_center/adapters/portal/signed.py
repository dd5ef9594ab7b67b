"""Signed notes that go through a visitor's browser and come back unchanged, or not at all. Pure.

A note is ``v1.CONTENT.SEAL``: JSON and an HMAC-SHA256 over purpose and content, both in base64url.
A note made for one purpose is none for another. Whoever runs a shop's pages makes page contexts in
the same way; see docs/self-service.md.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections import OrderedDict
from typing import Any

FORM = "form"
CANCEL = "cancel"
CONTEXT = "page-context"
MOST = 3_000
"""Bound on a note's length."""
AHEAD_S = 60
"""How far ahead of ours the clock of whoever made a note may be."""
_VERSION = "v1"


class NoteError(ValueError):
    """A note that is not ours, not for this, or too old; the message is a code."""


def seal(key: bytes, purpose: str, content: dict[str, Any]) -> str:
    """Make a note. ``content`` has ``at``, when it was made, in seconds since 1970."""
    text = _text(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode())
    return f"{_VERSION}.{text}.{_seal(key, purpose, text)}"


def opened(key: bytes, purpose: str, note: str, now_s: int, lasts_s: int) -> dict[str, Any]:
    """Read a note that is at most `lasts_s` seconds old. Raises NoteError."""
    version, _, rest = note.partition(".")
    text, _, given = rest.partition(".")
    if len(note) > MOST or version != _VERSION or not key:
        raise NoteError("forged")
    if not hmac.compare_digest(given.encode(), _seal(key, purpose, text).encode()):
        raise NoteError("forged")
    try:
        content = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise NoteError("malformed") from None
    made = content.get("at") if isinstance(content, dict) else None
    if not isinstance(made, int) or isinstance(made, bool):
        raise NoteError("malformed")
    if not made - AHEAD_S <= now_s <= made + lasts_s:
        raise NoteError("expired")
    return dict(content)


def derived(key: bytes, *parts: str) -> str:
    """Give 20 hex digits that follow from the key and the parts, and say nothing of either."""
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:20]


class Used:
    """What was used, and by whom, until it is too old to be shown again; so many at most."""

    def __init__(self, lasts_s: int, most: int = 10_000) -> None:
        self._lasts_s = lasts_s
        self._most = most
        self._by: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._by

    def claim(self, name: str, owner: str, now_s: int) -> bool:
        """Use a name; False when another has used it, or when too many are remembered."""
        while self._by and next(iter(self._by.values()))[1] < now_s:
            self._by.popitem(last=False)
        if name in self._by:
            return self._by[name][0] == owner
        if len(self._by) >= self._most:
            return False
        self._by[name] = (owner, now_s + self._lasts_s)
        return True

    def free(self, name: str) -> None:
        """Let a name be used after all: nothing came of it."""
        self._by.pop(name, None)


def _seal(key: bytes, purpose: str, text: str) -> str:
    return _text(hmac.new(key, f"{purpose}\n{text}".encode(), hashlib.sha256).digest())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
