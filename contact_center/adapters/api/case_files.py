"""The doors to files that customers sent with a case: listed, and given out to be saved.

They come from strangers: each is handed out as an attachment of unknown kind, which no browser
shows or runs at our address.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from aiohttp import web

from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.permissions import Permission

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Files(Protocol):
    """Whoever has them. May raise HistoryAwayError."""

    async def of(self, case: str) -> Sequence[Mapping[str, Any]]:
        """List the files of a case: ``file``, ``name``, ``kind``, ``size``, ``at``."""

    async def content(self, case: str, file: str) -> tuple[str, bytes] | None:
        """Give the name and the content of one; None when there is none."""


class CaseFileDoors:
    """The doors, for those who keep people's data."""

    def __init__(self, doors: Doors, files: Files) -> None:
        self._doors = doors
        self._files = files

    def routes(self, at: str) -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        door = self._doors.door
        path = f"{at}/cases/{{case}}/files"
        return [
            web.get(path, door(Permission.KEEP_PEOPLE, self._list)),
            web.get(f"{path}/{{file}}", door(Permission.KEEP_PEOPLE, self._give, 2)),
        ]

    async def _list(self, ask: Ask) -> web.Response:
        found = await self._files.of(ask.name("case"))
        return web.json_response({"files": [dict(one) for one in found]})

    async def _give(self, ask: Ask) -> web.Response:
        found = await self._files.content(ask.name("case"), ask.name("file"))
        if found is None:
            return web.json_response({"error": "not_found"}, status=404)
        name, content = found
        saved = f"attachment; filename*=UTF-8''{quote(name)}"
        return web.Response(
            body=content,
            content_type="application/octet-stream",
            headers={**_HEADERS, "Content-Disposition": saved},
        )
