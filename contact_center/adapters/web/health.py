"""``/healthz``: the process lives. ``/readyz``: it can take calls, or why not."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from contact_center.core.permissions import Open, needs

_log = logging.getLogger(__name__)

Check = Callable[[], str | Awaitable[str | None] | None]
"""Tells why we are not ready, in words for an operator, or None. May be a coroutine function."""


class Note(str):
    """What a check tells that is worth knowing, and no reason to take no calls."""

    __slots__ = ()


_CHECK_WITHIN_S = 2.0


def health_routes(
    checks: Mapping[str, Check], within_s: float = _CHECK_WITHIN_S
) -> list[web.AbstractRouteDef]:
    """Routes ``/healthz`` and ``/readyz``.

    ``/readyz`` answers 200 with ``{"ready": true, "checks": {name: "ok", ...}}``, or 503 with the
    reason in place of each "ok" that is missing. A check that raises, or takes longer than
    ``within_s`` seconds, counts as not ready. A `Note` is told and counts as ready.
    """

    @needs(Open.EVERYBODY)
    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    @needs(Open.EVERYBODY)
    async def readyz(_request: web.Request) -> web.Response:
        asked = (_ask(name, check, within_s) for name, check in checks.items())
        reasons = dict(zip(checks, await asyncio.gather(*asked), strict=True))
        ready = not any(why for why in reasons.values() if not isinstance(why, Note))
        told = {name: reason or "ok" for name, reason in reasons.items()}
        return web.json_response({"ready": ready, "checks": told}, status=200 if ready else 503)

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]


async def _ask(name: str, check: Check, within_s: float) -> str | None:
    try:
        async with asyncio.timeout(within_s):
            reason = check()
            return await reason if inspect.isawaitable(reason) else reason
    except TimeoutError:
        return f"no answer within {within_s:g} s"
    except Exception as error:  # noqa: BLE001 - a check that breaks is a check that fails
        _log.exception("a readiness check failed", extra={"check": name})
        return f"the check failed ({type(error).__name__}); see the log"
