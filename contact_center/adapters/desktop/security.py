"""What every answer tells the browser to refuse."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

# Script and style from our own files only: a customer's name cannot become either.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'{sockets}; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def security_headers(
    *, frame_ancestors: tuple[str, ...] = (), socket_urls: tuple[str, ...] = ()
) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
    """Make the middleware. `frame_ancestors`: origins of CRMs that may embed the desk."""
    headers = {
        "Content-Security-Policy": _POLICY.format(
            sockets="".join(f" {url}" for url in socket_urls),
            ancestors=" ".join(frame_ancestors) or "'none'",
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    @web.middleware
    async def add_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(headers)
            raise
        if not response.prepared:
            response.headers.update(headers)
        return response

    return add_headers
