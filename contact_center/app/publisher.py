"""Publishing flows in a running process: what the doors of the API ask for, and how it went."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from contact_center.app.ivr.versions import FlowVersions, NoSuchVersionError, plain
from contact_center.app.publishing import NoSuchFlowError, another_flow
from contact_center.app.reload import Reloader, shown
from contact_center.content.problems import ContentError
from contact_center.core.ids import FlowId, is_safe_id

Answer = tuple[int, dict[str, Any]]
_NO_FLOW: Final[Answer] = (404, {"error": "no_such_flow", "message": "There is no such flow."})
_NO_VERSION: Final[Answer] = (
    404,
    {"error": "no_such_version", "message": "No version, or more than one, begins so."},
)
_ANOTHER: Final[Answer] = (
    409,
    {"error": "another_flow", "message": "This text is of another flow."},
)

log = logging.getLogger(__name__)


class Publisher:
    """Publishes by the `reloader` (which is there later than this), and knows the versions."""

    def __init__(self, reloader: Callable[[], Reloader], versions: FlowVersions) -> None:
        self._reloader = reloader
        self._versions = versions

    async def publish(self, flow: str, by: str, note: str, text: str | None) -> Answer:
        """Publish what the flow's file has, or a text."""
        name = FlowId(flow)
        if text is not None and another_flow(text, name):
            return _ANOTHER
        try:
            done = await self._reloader().publish(name, by, note, text)
        except NoSuchFlowError:
            return _NO_FLOW
        except ContentError as error:
            log.error("a flow was not published: %d problems", len(error.problems))
            return 422, {"error": "content", "problems": [shown(p) for p in error.problems]}
        return 200, {
            "flow": flow,
            "version": self._running(flow),
            "changes": list(done.changes),
            "warnings": [shown(warning) for warning in done.warnings],
        }

    async def roll_back(self, flow: str, by: str, note: str, version: str) -> Answer:
        """Publish a version of before."""
        status, told = await self.shown(flow, version)
        if status != 200:
            return status, told
        why = note or f"back to {told['version']}"
        return await self.publish(flow, by, why, told["text"])

    async def listed(self, flow: str) -> Answer:
        """List the versions of a flow."""
        if not is_safe_id(flow):
            return _NO_FLOW
        found = await asyncio.to_thread(self._versions.listed, flow)
        if not found:
            return _NO_FLOW
        return 200, {"flow": flow, "versions": plain(found, self._running(flow))}

    async def shown(self, flow: str, version: str) -> Answer:
        """Give the text of a version."""
        status, told = await self.listed(flow)
        if status != 200:
            return status, told
        try:
            text = await asyncio.to_thread(self._versions.text, flow, version)
        except (NoSuchVersionError, FileNotFoundError):
            return _NO_VERSION
        one = next(v for v in told["versions"] if v["version"].startswith(version))
        return 200, {**one, "text": text}

    def _running(self, flow: str) -> str:
        bundle = self._reloader().content.configuration.flows.get(FlowId(flow))
        return bundle.version if bundle is not None else ""
