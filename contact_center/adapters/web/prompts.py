"""``/prompts/<key>.wav``: rendered sound for a switch to fetch.

A key is the hash of everything that decides the sound, so what is behind a URL never changes and
may be kept for ever. Nobody can ask for what they do not know the hash of; there is no listing.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from aiohttp import ETag, web

from contact_center.core.permissions import Open, needs

_log = logging.getLogger(__name__)

_FOR_EVER = "public, max-age=31536000, immutable"


def prompt_routes(find: Callable[[str], Path | None]) -> list[web.AbstractRouteDef]:
    """The route of prompts; `find` tells the file of a key (64 hex digits), or None."""

    @needs(Open.EVERYBODY)
    async def prompt(request: web.Request) -> web.Response:
        key = request.match_info["key"]
        path = find(key)
        if path is None:
            raise web.HTTPNotFound
        tag = ETag(key)
        kept = request.if_none_match or ()
        if any(other.value in (key, "*") for other in kept):
            return _with_headers(web.Response(status=304), tag)
        try:
            sound = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            _log.error("a published prompt cannot be read: %s", error, extra={"file": path.name})
            raise web.HTTPNotFound from error
        return _with_headers(web.Response(body=sound, content_type="audio/wav"), tag)

    return [web.get("/prompts/{key:[0-9a-f]{64}}.wav", prompt)]


def _with_headers(response: web.Response, tag: ETag) -> web.Response:
    response.headers["Cache-Control"] = _FOR_EVER
    response.etag = tag
    return response
