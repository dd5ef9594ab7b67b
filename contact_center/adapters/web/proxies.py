"""Who asks, when a reverse proxy of ours stands before us: what it says, and nobody else's word."""

import ipaddress
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def behind(proxies: Collection[str]) -> Middleware:
    """Make a middleware: `request.remote` is whoever asked the proxy, for all doors behind it.

    Without it everybody has the proxy's address, and shares what an address may try.
    """
    ours = frozenset(proxies)

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        if request.remote in ours and forwarded:
            found = asker(request.remote or "", ",".join(forwarded), ours)
            return await handler(request.clone(remote=found))
        return await handler(request)

    return tell


def asker(remote: str, forwarded: str, proxies: Collection[str]) -> str:
    """Say who asks: the last in ``X-Forwarded-For`` that is no proxy of ours.

    What stands before that one anybody may have written. What is no address is the proxy's own.
    """
    told = [part.strip() for part in forwarded.split(",")]
    while remote in proxies and told:
        last = told.pop()
        try:
            remote = str(ipaddress.ip_address(last.strip("[]")))
        except ValueError:
            return remote
    return remote
