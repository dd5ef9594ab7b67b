"""What every answer tells the browser to refuse."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

# Script and style from our own files only: a customer's name cannot become either.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'{sockets}; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)

Guard = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def policy(
    *, frame_ancestors: tuple[str, ...] = (), socket_urls: tuple[str, ...] = (), nonce: str = ""
) -> str:
    """Write the Content-Security-Policy. `nonce` lets in style sheets that a page makes itself."""
    return _POLICY.format(
        nonce=f" 'nonce-{nonce}'" if nonce else "",
        sockets="".join(f" {url}" for url in socket_urls),
        ancestors=" ".join(frame_ancestors) or "'none'",
    )


def security_headers(
    *, frame_ancestors: tuple[str, ...] = (), socket_urls: tuple[str, ...] = ()
) -> Guard:
    """Make the hook for ``on_response_prepare``: every answer gets the headers, errors too.

    `frame_ancestors`: origins of CRMs that may embed the desk. What a handler set itself stays.
    """
    headers = {
        "Content-Security-Policy": policy(frame_ancestors=frame_ancestors, socket_urls=socket_urls),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)

    return add_headers
