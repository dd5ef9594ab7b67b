"""The pages and their files, as they were built; every page has a nonce of its own for style.

The library of components makes some style sheets while it runs; a nonce lets in these alone. Script
comes from our files only.
"""

import secrets
from pathlib import Path
from typing import Final

from aiohttp import web

from contact_center.core.permissions import Open, needs

STATIC: Final = Path(__file__).parent / "static"
NONCE: Final = "__STYLE_NONCE__"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; media-src blob:; "
    "font-src 'self'; connect-src 'self'{others}; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_PACKED: Final = frozenset({".br", ".gz"})
_KEPT: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}


class Pages:
    """The built client below a folder. Raises FileNotFoundError when it is not there.

    ``phone_sources``: whom a page that is a phone talks to besides us.
    """

    def __init__(self, folder: Path = STATIC, phone_sources: tuple[str, ...] = ()) -> None:
        self._page = (folder / "index.html").read_text(encoding="utf-8")
        phone = (folder / "phone.html").read_text(encoding="utf-8")
        self._phone = phone.replace('"./assets/', '"/console/assets/')
        customer = (folder / "customer.html").read_text(encoding="utf-8")
        self._customer = customer.replace('"./assets/', '"/console/assets/')
        self._phone_sources = phone_sources
        # What is compressed beside a file is given out in its place, to browsers that take it.
        found = (path for path in (folder / "assets").iterdir() if path.suffix not in _PACKED)
        self._assets = {path.name: path for path in found}

    def routes(self) -> list[web.AbstractRouteDef]:
        """The page, and what it loads."""
        return [
            web.get("/console", self._serve_page),
            web.get("/phone", self._serve_phone),
            web.get("/customer", self._serve_customer),
            web.get("/console/assets/{name}", self._serve_asset),
        ]

    @needs(Open.EVERYBODY)
    async def _serve_page(self, _request: web.Request) -> web.Response:
        return _with_nonce(self._page)

    @needs(Open.EVERYBODY)
    async def _serve_phone(self, _request: web.Request) -> web.Response:
        return _with_nonce(self._phone, self._phone_sources)

    @needs(Open.EVERYBODY)
    async def _serve_customer(self, _request: web.Request) -> web.Response:
        return _with_nonce(self._customer)

    @needs(Open.EVERYBODY)
    async def _serve_asset(self, request: web.Request) -> web.StreamResponse:
        path = self._assets.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_KEPT)


def _with_nonce(page: str, others: tuple[str, ...] = ()) -> web.Response:
    nonce = secrets.token_urlsafe(16)
    policy = _POLICY.format(nonce=nonce, others="".join(f" {one}" for one in others))
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    text = page.replace(NONCE, nonce)
    return web.Response(text=text, content_type="text/html", headers=headers)
