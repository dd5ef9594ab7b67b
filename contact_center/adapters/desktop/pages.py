"""The agents' page and its files, as they were built; every page has a nonce of its own for style.

The client is built as a whole (``client/build.py``), into one folder that other pages are in too.
"""

import secrets
from pathlib import Path
from typing import Final, Protocol

from aiohttp import web

from contact_center.adapters.desktop.security import policy
from contact_center.core.permissions import Open, needs

BUILT: Final = Path(__file__).parents[1] / "console" / "static"
ICON: Final = Path(__file__).parent / "static" / "icon.svg"
PAGE: Final = "desk.html"
NONCE: Final = "__STYLE_NONCE__"
_PACKED: Final = frozenset({".br", ".gz"})
_KEPT: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}


class Phones(Protocol):
    """The phones that agents have on the page."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Whom they talk to besides us."""


class Pages:
    """The built page below a folder. Raises FileNotFoundError when it is not there.

    `frame_ancestors`: origins of CRMs that may embed the desk.
    """

    def __init__(
        self,
        frame_ancestors: tuple[str, ...] = (),
        phones: Phones | None = None,
        folder: Path = BUILT,
    ) -> None:
        page = (folder / PAGE).read_text(encoding="utf-8")
        self._page = page.replace('"/console/assets/', '"/desk/assets/')
        # What is compressed beside a file is given out in its place, to browsers that take it.
        found = (path for path in (folder / "assets").iterdir() if path.suffix not in _PACKED)
        self._assets = {path.name: path for path in found}
        self._ancestors = frame_ancestors
        self._phones = phones

    def routes(self) -> list[web.AbstractRouteDef]:
        """The page, and what it loads."""
        return [
            web.get("/", self._serve_page),
            web.get("/desk/assets/{name}", self._serve_asset),
            web.get("/desk/icon.svg", self._serve_icon),
        ]

    @needs(Open.EVERYBODY)
    async def _serve_page(self, _request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        sources = self._phones.sources if self._phones is not None else ()
        headers = {
            "Content-Security-Policy": policy(
                frame_ancestors=self._ancestors, socket_urls=sources, nonce=nonce
            ),
            "Cache-Control": "no-store",
        }
        text = self._page.replace(NONCE, nonce)
        return web.Response(text=text, content_type="text/html", headers=headers)

    @needs(Open.EVERYBODY)
    async def _serve_asset(self, request: web.Request) -> web.StreamResponse:
        path = self._assets.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_KEPT)

    @needs(Open.EVERYBODY)
    async def _serve_icon(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(ICON, headers={"Cache-Control": "no-cache"})
