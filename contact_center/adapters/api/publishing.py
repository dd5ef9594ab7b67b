"""Doors to the versions of flows: publish one, list them, read one, go back to one."""

from typing import Annotated, Any, Final, Protocol

from aiohttp import web
from msgspec import Meta

from contact_center.adapters.api import bodies
from contact_center.adapters.api.access import refusal
from contact_center.adapters.api.doors import Ask, Doors
from contact_center.core.permissions import Permission

MAX_TEXT: Final = 2 * 1024 * 1024
_Line = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Answer = tuple[int, dict[str, Any]]


class Publish(bodies.Body, frozen=True, kw_only=True):
    """Publish what the flow's file has, or `text`, which is put there. `by` and `note` are kept."""

    text: str | None = None
    by: _Line = ""
    note: _Line = ""


class RollBack(bodies.Body, frozen=True, kw_only=True):
    """Publish a version (its first characters) again."""

    version: Annotated[str, Meta(pattern=r"^[0-9a-f]{4,64}$")]
    by: _Line = ""
    note: _Line = ""


class Publishing(Protocol):
    """Whoever publishes. Answers are an HTTP status and JSON."""

    async def publish(self, flow: str, by: str, note: str, text: str | None) -> Answer:
        """Publish a flow."""

    async def roll_back(self, flow: str, by: str, note: str, version: str) -> Answer:
        """Publish a version again."""

    async def listed(self, flow: str) -> Answer:
        """List the versions of a flow, newest first."""

    async def shown(self, flow: str, version: str) -> Answer:
        """Give a version with its text."""


class PublishingApi:
    """The doors."""

    def __init__(self, doors: Doors, publishing: Publishing) -> None:
        self._doors = doors
        self._publishing = publishing

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them."""
        door, flow = self._doors.door, "/api/flows/{flow}"
        return [
            web.post(f"{flow}/publish", door(Permission.PUBLISH_FLOWS, self._publish, 20)),
            web.post(f"{flow}/rollback", door(Permission.PUBLISH_FLOWS, self._roll_back, 20)),
            web.get(f"{flow}/versions", door(Permission.SEE_FLOWS, self._versions)),
            web.get(f"{flow}/versions/{{version}}", door(Permission.SEE_FLOWS, self._version)),
        ]

    async def _publish(self, ask: Ask) -> web.Response:
        body = bodies.read(Publish, await _whole(ask))
        by = _by(ask, body.by)
        answer = await self._publishing.publish(ask.name("flow"), by, body.note, body.text)
        return _noted(ask, by, body.note, answer)

    async def _roll_back(self, ask: Ask) -> web.Response:
        body = bodies.read(RollBack, await _whole(ask))
        by = _by(ask, body.by)
        answer = await self._publishing.roll_back(ask.name("flow"), by, body.note, body.version)
        return _noted(ask, by, body.note, answer)

    async def _versions(self, ask: Ask) -> web.Response:
        return _told(await self._publishing.listed(ask.name("flow")))

    async def _version(self, ask: Ask) -> web.Response:
        return _told(await self._publishing.shown(ask.name("flow"), ask.name("version")))


async def _whole(ask: Ask) -> bytes:
    """Read a body that may be larger than others: a flow is sent in it."""
    text = bytearray()
    async for piece in ask.request.content.iter_chunked(64 * 1024):
        text += piece
        if len(text) > MAX_TEXT:
            raise web.HTTPRequestEntityTooLarge(MAX_TEXT, len(text))
    return bytes(text)


def _noted(ask: Ask, by: str, why: str, answer: Answer) -> web.Response:
    """Note the version that runs now; its text is kept where versions are."""
    _, told = answer
    ask.note.why = why
    ask.note.after = {
        "by": by,
        "version": told.get("version", ""),
        "changes": told.get("changes", []),
    }
    return _told(answer)


def _by(ask: Ask, named: str) -> str:
    return f"{ask.who.name} ({named})" if named else ask.who.name


def _told(answer: Answer) -> web.Response:
    status, told = answer
    if status in (200, 422):
        return web.json_response(told, status=status)
    return refusal(status, str(told["error"]), str(told["message"]))
