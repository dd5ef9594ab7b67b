"""The agents' pages: the plain one, and the built one beside it, with a nonce for style of its own.

The client is built as a whole (``client/build.py``), into one folder that other pages are in too.
"""

import secrets
from pathlib import Path
from typing import Final

from aiohttp import web

from contact_center.adapters.desktop.security import policy
from contact_center.core.permissions import Open, needs

BUILT: Final = Path(__file__).parents[1] / "console" / "static"
PLAIN: Final = Path(__file__).parent / "static"
PAGE: Final = "desk.html"
PATH: Final = "/desk/"
NONCE: Final = "__STYLE_NONCE__"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class Pages:
    """The built page below a folder. Raises FileNotFoundError when it is not there.

    `frame_ancestors`: origins of CRMs that may embed the desk.
    """

    def __init__(self, folder: Path = BUILT, *, frame_ancestors: tuple[str, ...] = ()) -> None:
        page = (folder / PAGE).read_text(encoding="utf-8")
        self._page = page.replace('"/console/assets/', '"/desk/assets/')
        self._assets = {path.name: path for path in (folder / "assets").iterdir()}
        self._plain = {path.name: path for path in PLAIN.iterdir() if path.is_file()}
        self._ancestors = frame_ancestors

    def routes(self) -> list[web.AbstractRouteDef]:
        """The page, and what it loads."""
        return [
            web.get(PATH, self._serve_page),
            web.get("/desk/assets/{name}", self._serve_asset),
            web.get("/", self._serve_plain),
            web.get("/desk/{name}", self._serve_plain),
        ]

    @needs(Open.EVERYBODY)
    async def _serve_page(self, _request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        headers = {
            "Content-Security-Policy": policy(frame_ancestors=self._ancestors, nonce=nonce),
            "Cache-Control": "no-store",
        }
        text = self._page.replace(NONCE, nonce)
        return web.Response(text=text, content_type="text/html", headers=headers)

    @needs(Open.EVERYBODY)
    async def _serve_asset(self, request: web.Request) -> web.StreamResponse:
        path = self._assets.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": _FOR_EVER})

    @needs(Open.EVERYBODY)
    async def _serve_plain(self, request: web.Request) -> web.StreamResponse:
        path = self._plain.get(request.match_info.get("name", "index.html"))
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
