"""Who may ask what: bearer tokens, each with a name and a role, and how often each may ask.

What a role may is in the table of ``core.permissions``.

A file of tokens has a line each, ``ROLE NAME TOKEN``; ``#`` begins a comment. Tokens are compared
without telling by the time it takes how much of one was right. Pages in a browser never get in.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from contact_center.adapters.api.auditing import Book
from contact_center.core.permissions import Needs, Role, is_allowed
from contact_center.core.teams import Reach

SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever is let in. `name` is who a supervisor's request is by; `device` the only phone that
    may be rung for them, "" when they may name any; `reach` of who leads teams, None for all."""

    name: str
    roles: frozenset[Role]
    device: str = ""
    reach: Reach | None = None

    def may(self, what: Needs) -> bool:
        """Whether they may."""
        return is_allowed(self.roles, what, bound=self.reach is not None)


Grant = tuple[str, Holder]
"""A token, and whose it is."""


class TokenFileError(ValueError):
    """A file of tokens that cannot be used; the message says which line, and never a token."""


def granted(file: Path) -> list[Grant]:
    """Read a file of tokens. Raises TokenFileError, and OSError when it cannot be read."""
    if file.stat().st_mode & 0o077:
        raise TokenFileError(f"{file}: others may read it; say chmod 600 {file}")
    grants: list[Grant] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        known = {role.value: role for role in Role}
        if len(words) != 3 or words[0] not in known:
            raise TokenFileError(f"{file}:{number}: write ROLE NAME TOKEN, a role of {[*known]}")
        role, name, token = words
        if len(token) < SHORTEST_TOKEN:
            raise TokenFileError(f"{file}:{number}: a token has {SHORTEST_TOKEN} letters or more")
        if len(name) > 64 or not name.isprintable():
            raise TokenFileError(f"{file}:{number}: a name has 64 letters at most")
        grants.append((token, Holder(name, frozenset({known[role]}))))
    return grants


class Access:
    """Lets in whoever has a token, `per_s` times a second each and `burst` at once.

    ``clock`` gives seconds. ``book``: where is written down what they change.
    """

    book: Book | None = None

    def __init__(
        self,
        grants: Iterable[Grant],
        clock: Callable[[], float],
        *,
        per_s: float = 50.0,
        burst: int = 100,
    ) -> None:
        self._grants: Sequence[Grant] = [(token, who) for token, who in grants if token]
        self._clock = clock
        self._per_s = per_s
        self._burst = burst
        self._left: dict[str, tuple[float, float]] = {}

    def let_in(self, request: web.Request, what: Needs, cost: int = 1) -> Holder | web.Response:
        """Say who asks, or why they may not; `cost` is how many times this asking counts."""
        if "Origin" in request.headers:
            return refusal(403, "origin", "This is not for pages.")
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        who = self._holder(given.strip()) if scheme.lower() == "bearer" else None
        if who is None:
            answer = refusal(401, "token", "Send Authorization: Bearer with a token of yours.")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        if not is_allowed(who.roles, what):
            return refusal(403, "role", f"This takes a token of a role that may {what.value}.")
        if not self.may_now(who.name, float(cost)):
            answer = refusal(429, "too_often", "Ask less often.")
            answer.headers["Retry-After"] = "1"
            return answer
        return who

    def _holder(self, given: str) -> Holder | None:
        # All of them every time, so that the time says nothing about which came close.
        matching = [who for token, who in self._grants if _same(given, token)]
        return matching[0] if matching else None

    def may_now(self, name: str, cost: float) -> bool:
        """Count an asking; False when it is one too many."""
        now = self._clock()
        left, since = self._left.get(name, (float(self._burst), now))
        left = min(float(self._burst), left + (now - since) * self._per_s)
        may = left >= cost
        self._left[name] = (left - cost if may else left, now)
        return may


def refusal(status: int, code: str, message: str, **more: object) -> web.Response:
    """Make an error as JSON: ``{"error": code, "message": words, ...}``."""
    body = {"error": code, "message": message, **more}
    return web.json_response(body, status=status)


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())
