"""``POST /api/reload`` and its like: what an operator asks of the running process.

Whoever may read the file of the token (its owner) may ask. Pages in a browser never can: a request
with an Origin is refused, whatever it carries.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from contact_center.core.permissions import Permission, needs

Answer = tuple[int, Mapping[str, Any]]
Action = Callable[[], Awaitable[Answer]]
"""Does something; gives the HTTP status and the answer as JSON."""


def admin_routes(token: str, actions: Mapping[str, Action]) -> list[web.AbstractRouteDef]:
    """Routes ``POST /api/NAME`` for those who send ``Authorization: Bearer TOKEN``."""
    return [web.post(f"/api/{name}", _guarded(token, action)) for name, action in actions.items()]


def refused(request: web.Request, *tokens: str) -> web.Response | None:
    """Say why whoever asks may not; None for those who send one of the tokens."""
    if "Origin" in request.headers:
        return _refused(403, "origin", "This is not for pages.")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not any(_same(given, token) for token in tokens if token):
        return _refused(401, "token", "Send Authorization: Bearer with the operator's token.")
    return None


def _guarded(token: str, action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    @needs(Permission.RELOAD_CENTER)
    async def handle(request: web.Request) -> web.Response:
        refusal = refused(request, token)
        if refusal is not None:
            return refusal
        status, answer = await action()
        return web.json_response(answer, status=status)

    return handle


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())


def _refused(status: int, code: str, message: str) -> web.Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return web.json_response({"error": code, "message": message}, status=status, headers=headers)


def new_token(file: Path) -> str:
    """Make a token for this process and write it where only its owner reads it. Raises OSError."""
    token = secrets.token_urlsafe(32)
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(token + "\n", encoding="ascii")
    new.replace(file)
    return token
