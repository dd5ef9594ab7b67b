"""Who understands what callers say, where the telephone network does not do it itself.

The engine is a process of seventy megabytes, so it is there only where a flow listens for words.
"""

import asyncio

from contact_center.adapters.recognition.process import RecogniserProcess
from contact_center.adapters.web.health import Note
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ivr.flow import Collect, FlowBundle, Menu


class Understanding:
    """A recogniser that is started when it is first wanted."""

    def __init__(self, recogniser: RecogniserProcess | None = None) -> None:
        self.recogniser = recogniser or RecogniserProcess()
        self._running: asyncio.Task[None] | None = None

    def fit(self, configuration: CenterConfiguration) -> None:
        """Start it if a flow of this center listens for words, unless it runs already."""
        if self._running is None and any(map(listens, configuration.flows.values())):
            work = self.recogniser.run()
            self._running = asyncio.get_running_loop().create_task(work, name="recogniser")

    def trouble(self) -> str | None:
        """Say for the health page why words are not understood; calls go on without them."""
        if self._running is None or self.recogniser.is_ready:
            return None
        if self._running.done():
            return Note("words of callers are not understood: the recogniser was given up")
        why = self.recogniser.trouble
        return Note(f"words of callers are not understood, keys are: {why}")

    async def close(self) -> None:
        """End its process."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def listens(bundle: FlowBundle) -> bool:
    """Say whether a flow, or one that it calls, listens for words anywhere."""
    return any(
        (isinstance(node, Menu) and bool(node.words))
        or (isinstance(node, Collect) and node.confirm is not None and bool(node.confirm.words))
        for one in (bundle, *bundle.subflows.values())
        for node in one.nodes.values()
    )
